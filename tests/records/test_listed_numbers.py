"""Lists of numbers: who is on which, by exact number or by its head, until when; kept over HTTP."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from rexian.crm.lists import NumberLists
from rexian.infra.database import Database
from tests.centre import Browser, Centre, face

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def entry(name: str, number: str, *, prefix: bool = False, until: datetime | None = None) -> dict[str, object]:
    return {"list": name, "number": number, "prefix": prefix, "until": until}


def test_a_number_is_found_exactly_and_by_its_head_while_the_entry_counts() -> None:
    lists = NumberLists(
        [
            entry("blocked", "+8613800138000"),
            entry("vip", "+8613800138000", until=NOW + timedelta(days=1)),
            entry("abroad", "+44", prefix=True),
            entry("blocked", "+4420", prefix=True, until=NOW),
        ]
    )
    assert lists.of("+8613800138000", NOW) == ("blocked", "vip")
    assert lists.of("+8613800138000", NOW + timedelta(days=1)) == ("blocked",)
    assert lists.of("+442079460000", NOW) == ("abroad",)
    assert lists.of("+442079460000", NOW - timedelta(seconds=1)) == ("abroad", "blocked")
    assert lists.of("+861380013800", NOW) == lists.of("", NOW) == lists.of("anonymous", NOW) == ()


@pytest.fixture
async def root(database: Database) -> AsyncIterator[Browser]:
    centre = Centre(database)
    browser = Browser(face(centre))
    _, slug = await centre.tenant()
    assert (await browser.sign_in(slug)).status_code == 200
    yield browser
    await browser.http.aclose()


@pytest.mark.postgres
async def test_lists_are_kept(root: Browser) -> None:
    made = (await root.post("/listed-numbers", {"number": "138 0013 8000", "note": "curses"})).json()
    assert (made["number"], made["list"], made["prefix"]) == ("+8613800138000", "blocked", False)
    again = await root.post("/listed-numbers", {"number": "13800138000"})
    assert again.json()["error"]["code"] == "listed_number.exists"
    assert (await root.post("/listed-numbers", {"number": "+44", "list": "vip", "prefix": True})).status_code == 201
    refused = await root.post("/listed-numbers", {"number": "4x", "prefix": True})
    assert refused.json()["error"]["code"] == "listed_number.prefix"
    assert (await root.post("/listed-numbers", {"number": "hello"})).json()["error"]["code"] == "number.invalid"
    assert (await root.get("/listed-numbers?list=vip")).json()["total"] == 1
    assert (await root.get("/listed-numbers?q=curses")).json()["items"][0]["id"] == made["id"]
    path = f"/listed-numbers/{made['id']}"
    changed = (await root.patch(path, {"number": "13900139000", "until": "2026-05-01T00:00:00Z"})).json()
    assert (changed["number"], changed["until"], changed["note"]) == (
        "+8613900139000",
        "2026-05-01T00:00:00Z",
        "curses",
    )
    assert (await root.patch(path, {"until": None})).json()["until"] is None
    assert (await root.delete(path)).status_code == 204
    assert (await root.get(path)).status_code == 404
