"""What the house answers by itself, whichever route was asked: refusals in one shape, pages as uptime checkers ask."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import pytest_asyncio
from fastapi import APIRouter, Request
from httpx2 import ASGITransport, AsyncClient, Response

from rexian.api.app import LARGEST_BODY, build
from rexian.main.place import CHECKOUT

routes = APIRouter(prefix="/api/v1")


@routes.post("/kept")
async def keep(body: dict[str, str]) -> None: ...


@routes.post("/poured", max_body_size=3 * 1024 * 1024)
async def pour(request: Request) -> int:
    return len(await request.body())


@routes.get("/broken")
async def broken() -> None:
    raise RuntimeError("a fault of ours")


class Unreachable:
    """A database that does not answer."""

    def outside(self) -> None:
        raise ConnectionError


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("the page")
    (tmp_path / "favicon.svg").write_text("the picture")
    (tmp_path / "assets" / "app-Cafe1234.js").write_text("the script")
    return tmp_path


@pytest_asyncio.fixture
async def http(pages: Path) -> AsyncIterator[AsyncClient]:
    app = build(cast(Any, SimpleNamespace(database=Unreachable())), routers=[routes], web=pages)
    transport = ASGITransport(app=app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://centre.test") as client:
        yield client


async def in_pieces(size: int) -> AsyncIterator[bytes]:
    """A body whose length nobody tells beforehand."""
    for _ in range(size // 1024 + 1):
        yield bytes(1024)


@pytest.mark.parametrize("path", ["/api/v1/kept", "/api/v1/poured"])
async def test_too_much_is_refused_in_the_form_of_errors(http: AsyncClient, path: str) -> None:
    most = LARGEST_BODY if path.endswith("kept") else 3 * 1024 * 1024

    for answer in (
        await http.post(path, json={"words": "x" * most}),
        await http.post(path, content=in_pieces(most)),
    ):
        fault = answer.json()["error"]
        assert (answer.status_code, fault["code"]) == (413, "request.too_large")
        assert fault["params"] == {"largest": most, "mb": most // 1024**2}
        assert f"{most // 1024**2} MB" in fault["message"]
        assert_dressed(answer)
    assert (await http.post("/api/v1/poured", content=bytes(LARGEST_BODY + 1))).json() == LARGEST_BODY + 1


async def test_a_fault_of_ours_carries_the_id_that_its_words_ask_for(http: AsyncClient) -> None:
    answer = await http.get("/api/v1/broken")

    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal")
    assert "fault of ours" not in answer.text
    assert_dressed(answer)


def assert_dressed(answer: Response) -> None:
    assert answer.headers["x-request-id"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_too_much_has_words_in_both_languages(language: str) -> None:
    words = json.loads((CHECKOUT / "web" / "src" / "locales" / language / "errors.json").read_text(encoding="utf-8"))

    assert "{mb}" in words["request"]["too_large"]


@pytest.mark.parametrize("path", ["/", "/desk", "/favicon.svg", "/assets/app-Cafe1234.js"])
async def test_a_page_answers_the_head_alone_to_who_asks_for_it(http: AsyncClient, path: str) -> None:
    whole, head = await http.get(path), await http.head(path)

    assert (head.status_code, head.content) == (200, b"")
    assert {**head.headers, "x-request-id": ""} == {**whole.headers, "x-request-id": ""}


async def test_what_is_not_there_is_not_there_for_the_head_either(http: AsyncClient) -> None:
    assert (await http.head("/api/v1/nothing")).status_code == 404
    assert (await http.head("/assets/gone.js")).status_code == 404


async def test_health_answers_its_head_with_the_same_status(http: AsyncClient) -> None:
    whole, head = await http.get("/health"), await http.head("/health")

    assert head.status_code == whole.status_code == 503


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/desk", "no-cache"),
        ("/favicon.svg", "no-cache"),
        ("/assets/app-Cafe1234.js", "public, max-age=31536000, immutable"),
    ],
)
async def test_what_the_browser_has_is_not_sent_again(http: AsyncClient, pages: Path, path: str, kept: str) -> None:
    first = await http.get(path)
    again = await http.get(path, headers={"If-None-Match": first.headers["etag"]})

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert first.headers["cache-control"] == again.headers["cache-control"] == kept
    assert again.headers["etag"] == first.headers["etag"]
    assert (await http.get(path, headers={"If-None-Match": '"another"'})).status_code == 200


async def test_a_new_page_is_sent_to_who_has_the_old_one(http: AsyncClient, pages: Path) -> None:
    old = (await http.get("/")).headers["etag"]
    (pages / "index.html").write_text("the page, rewritten")

    answer = await http.get("/desk", headers={"If-None-Match": old})

    assert (answer.status_code, answer.text) == (200, "the page, rewritten")
