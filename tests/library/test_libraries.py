"""Content libraries as editors keep them and as callers' flows ask for them, over HTTP and a real database."""

import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import soundfile

from rexian.core.clock import SystemClock
from rexian.core.errors import NotFound
from rexian.core.ids import TenantId
from rexian.infra.database import Database
from rexian.infra.forgetting import Forgetter
from rexian.infra.rows import Listing
from rexian.library import store
from rexian.library.errands import LibraryErrands
from rexian.tenants.audit import entries
from tests.centre import Browser, Centre, face

pytestmark = pytest.mark.postgres

CALLER = "+8613800138000"
LISTING = Listing(limit=50, offset=0, q="", sort="")


@pytest.fixture
def centre(database: Database, tmp_path: Path) -> Centre:
    return Centre(database, folder=tmp_path)


@pytest.fixture
async def own(centre: Centre) -> tuple[TenantId, str]:
    return await centre.tenant()


@pytest.fixture
async def root(centre: Centre, own: tuple[TenantId, str]) -> AsyncIterator[Browser]:
    browser = Browser(face(centre))
    await browser.sign_in(own[1])
    yield browser
    await browser.http.aclose()


def tone(seconds: float) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, 0.2 * np.sin(2 * np.pi * 440 * np.arange(int(8000 * seconds)) / 8000), 8000, format="WAV")
    return out.getvalue()


async def furnished(root: Browser, sounds: dict[str, dict[str, float]]) -> None:
    """Prompts by key, with sounds of so many seconds by language."""
    for key, lasting in sounds.items():
        id = (await root.post("/prompts", {"key": key, "name": key})).json()["id"]
        for language, seconds in lasting.items():
            await root.upload(f"/prompts/{id}/audio?language={language}", tone(seconds))


def category(name: str, *pieces: str, prompt: str | None = None) -> dict[str, Any]:
    return {"name": name, "prompt": prompt, "pieces": [{"prompt": piece, "title": piece.title()} for piece in pieces]}


async def test_an_editor_keeps_a_library(root: Browser, own: tuple[TenantId, str], centre: Centre) -> None:
    await furnished(root, {"stocks": {}, "funds": {}, "name": {}})
    made = await root.post("/libraries", {"name": "News", "categories": [category("Finance", "stocks", prompt="name")]})
    assert made.status_code == 201, made.text
    library = made.json()
    [finance] = library["categories"]
    assert finance == {"id": finance["id"], **category("Finance", "stocks", prompt="name")}
    changed = {"categories": [category("Sport"), {**finance, "pieces": [{"prompt": "funds", "title": ""}]}]}
    after = (await root.patch(f"/libraries/{library['id']}", changed)).json()
    assert [each["name"] for each in after["categories"]] == ["Sport", "Finance"]
    assert after["categories"][1]["id"] == finance["id"], "a category keeps its id wherever it stands"
    assert (await root.get("/libraries?q=new")).json()["total"] == 1
    async with centre.database.work(own[0]) as work:
        told = [row["action"] for row in (await entries(work, LISTING)).items]
    assert {"library.added", "library.changed"} <= set(told)
    assert (await root.delete(f"/libraries/{library['id']}")).status_code == 204
    assert (await root.get(f"/libraries/{library['id']}")).json()["error"]["code"] == "library.not_found"


@pytest.mark.parametrize(
    ("categories", "code"),
    [
        ([category("Finance", "gone")], "library.unknown_prompt"),
        ([category("Finance", prompt="gone")], "library.unknown_prompt"),
        ([category("Finance", "stocks", "stocks")], "library.piece_twice"),
        ([{**category("A"), "id": "x"}, {**category("B"), "id": "x"}], "library.category_twice"),
        ([category("A", "Not a key")], "library.invalid"),
    ],
)
async def test_what_makes_no_library_is_refused(root: Browser, categories: list[Any], code: str) -> None:
    await furnished(root, {"stocks": {}})
    answer = await root.post("/libraries", {"name": "News", "categories": categories})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


async def test_one_that_a_published_flow_names_stays(root: Browser) -> None:
    library = (await root.post("/libraries", {"name": "News"})).json()
    flow = (await root.post("/flows", {"name": "magazine"})).json()
    node = {"type": "library", "library": library["id"], "exits": {"next": "end", "empty": "end"}}
    document = {"start": "news", "nodes": {"news": node, "end": {"type": "hang_up"}}}
    await root.post(f"/flows/{flow['id']}/versions", {"document": document})
    published = await root.post(f"/flows/{flow['id']}/versions/1/publish")
    assert published.status_code == 200, published.text
    refused = await root.delete(f"/libraries/{library['id']}")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "library.in_use")


class Caller:
    """A caller's flow, which asks."""

    def __init__(self, centre: Centre, tenant: TenantId, *, caller: str = CALLER, language: str = "zh") -> None:
        self._errands = LibraryErrands(centre.database, centre.clock, centre.libraries, centre.prompts)
        self._tenant = tenant
        self._who = {"library": "News", "caller": caller, "bookmarks": True, "language": language}

    async def opens(self) -> dict[str, Any]:
        return await self._errands.open(self._wants())

    async def turns(self, category: str, at: int, offset_s: float = 0.0) -> dict[str, Any]:
        return await self._errands.turn(self._wants(category=category, at=at, offset_s=offset_s))

    async def marks(self, category: str, prompt: str, offset_s: float) -> None:
        await self._errands.mark(self._wants(category=category, prompt=prompt, offset_s=offset_s))

    def _wants(self, **parameters: Any) -> Any:
        return SimpleNamespace(tenant=self._tenant, parameters={**self._who, **parameters})


SOUNDS: dict[str, dict[str, float]] = {
    "stocks": {"zh": 3, "en": 4},
    "silent": {},
    "funds": {"zh": 5},
    "called-finance": {"zh": 1},
}


@pytest.fixture
async def news(root: Browser) -> list[str]:
    """The ids of its categories: the second has nothing to hear."""
    await furnished(root, SOUNDS)
    finance = category("Finance", "stocks", "silent", "funds", prompt="called-finance")
    made = await root.post("/libraries", {"name": "News", "categories": [finance, category("Empty", "silent")]})
    return [each["id"] for each in made.json()["categories"]]


async def test_callers_find_what_can_be_heard(centre: Centre, own: tuple[TenantId, str], news: list[str]) -> None:
    found = await Caller(centre, own[0], language="en").opens()
    assert found == {
        "categories": [{"id": news[0], "prompt": "called-finance", "language": "zh"}],
        "bookmark": None,
    }
    caller = Caller(centre, own[0], language="en")
    first = await caller.turns(news[0], 0)
    assert (first["prompt"], first["language"], first["duration_s"], first["of"]) == ("stocks", "en", 4.0, 2)
    second = await caller.turns(news[0], 1)
    assert (second["prompt"], second["language"]) == ("funds", "zh"), "in the language that it has"
    assert await caller.turns(news[0], 2) == {"over": True}


async def test_a_bookmark_lies_where_he_stopped(centre: Centre, own: tuple[TenantId, str], news: list[str]) -> None:
    caller = Caller(centre, own[0])
    await caller.turns(news[0], 1)
    await caller.marks(news[0], "funds", 2.5)
    assert (await caller.opens())["bookmark"] == {"category": news[0], "at": 1, "offset_s": 2.5}
    assert (await Caller(centre, own[0], caller="13900139000").opens())["bookmark"] is None
    assert (await caller.turns(news[0], 1, 2.5))["offset_s"] == 2.5
    assert (await caller.turns(news[0], 1, 99))["offset_s"] == 0, "a sound that has become shorter begins anew"
    await caller.turns(news[0], 2)
    assert (await caller.opens())["bookmark"] is None, "he has heard it all"


async def test_a_bookmark_moves_with_its_piece(
    centre: Centre, own: tuple[TenantId, str], news: list[str], root: Browser
) -> None:
    caller = Caller(centre, own[0])
    await caller.turns(news[0], 1)
    library = (await root.get("/libraries")).json()["items"][0]
    turned = {**library["categories"][0], "pieces": [{"prompt": "funds"}, {"prompt": "stocks"}]}
    await root.patch(f"/libraries/{library['id']}", {"categories": [turned]})
    assert (await caller.opens())["bookmark"] == {"category": news[0], "at": 0, "offset_s": 0.0}
    await root.patch(f"/libraries/{library['id']}", {"categories": [{**turned, "pieces": [{"prompt": "stocks"}]}]})
    assert (await caller.opens())["bookmark"] is None, "it marked what is not there any more"


@pytest.mark.parametrize("withheld", ["", "anonymous"])
async def test_who_withholds_his_number_has_no_bookmark(
    centre: Centre, own: tuple[TenantId, str], news: list[str], withheld: str
) -> None:
    caller = Caller(centre, own[0], caller=withheld)
    await caller.turns(news[0], 1)
    await caller.marks(news[0], "funds", 2.5)
    assert (await caller.opens())["bookmark"] is None


async def test_another_tenants_library_is_not_there(centre: Centre, news: list[str]) -> None:
    other, _ = await centre.tenant()
    with pytest.raises(NotFound):
        await Caller(centre, other).opens()


async def test_which_libraries_have_anything(
    centre: Centre, own: tuple[TenantId, str], news: list[str], root: Browser
) -> None:
    await root.post("/libraries", {"name": "Nothing", "categories": [category("Empty", "silent")]})
    async with centre.database.work(own[0]) as work:
        found = await centre.libraries.names_of_filled(work)
    assert "News" in found
    assert "Nothing" not in found


async def test_old_bookmarks_are_removed(centre: Centre, own: tuple[TenantId, str], news: list[str]) -> None:
    callers = [Caller(centre, own[0], caller=f"1380013800{n}") for n in range(3)]
    for caller in callers:
        await caller.turns(news[0], 0)
    await Forgetter(centre.database, SystemClock(), store.forget_bookmarks, timedelta(days=1), at_once=2).forget(0)
    assert (await callers[0].opens())["bookmark"] is not None
    await Forgetter(centre.database, SystemClock(), store.forget_bookmarks, timedelta(0), at_once=2).forget(0)
    assert [(await caller.opens())["bookmark"] for caller in callers] == [None] * 3
