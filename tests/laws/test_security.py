"""Nobody gets in who should not: tried on every door, with nothing, with a forged page, with another centre's ids."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import pytest_asyncio
from fastapi import FastAPI

from rexian.adapters.simulated.core import SimulatedSwitch
from rexian.adapters.simulated.switch import Simulated
from rexian.api.app import LARGEST_BODY, build
from rexian.api.doors import Door
from rexian.core.clock import VirtualClock
from rexian.core.ids import uuid7
from rexian.main.settings import Postgres, Settings
from rexian.main.wiring import Rexian, wired
from rexian.tenants.passwords import Passwords
from tests.centre import CHEAP, PASSWORD, Browser
from tests.laws.test_doors import DOORS, FOR_ANYBODY

pytestmark = [pytest.mark.postgres, pytest.mark.asyncio(loop_scope="module")]

Whole = tuple[Rexian, FastAPI, Browser]

GUARDED = [door for door in DOORS if door[:2] not in FOR_ANYBODY and door.method != "WS"]
UNSAFE = [door for door in GUARDED if door.method != "GET"]
NEW: dict[str, dict[str, object]] = {
    "/users": {"username": "eve", "name": "Eve", "password": PASSWORD, "role": "agent"},
    "/agents": {"name": "Eve", "extension": "4001"},
    "/teams": {"name": "Theirs"},
    "/skills": {"name": "theirs"},
    "/pause-reasons": {"name": "Theirs"},
    "/dispositions": {"name": "Theirs"},
    "/numbers": {"number": "4008009999"},
    "/trunks": {"name": "Theirs"},
    "/prompts": {"key": "theirs", "name": "Theirs"},
    "/queues": {"name": "Theirs"},
    "/calendars": {"name": "Theirs"},
    "/flows": {"name": "Theirs"},
    "/customers": {"name": "Their customer"},
    "/flow-secrets": {"name": "theirs", "value": "Bearer x", "hosts": ["api.example.com"]},
    "/safe-queries": {"name": "theirs", "sql": "select 1", "dsn": "postgresql://u@db.example.com/x"},
    "/listed-numbers": {"number": "13800138000"},
    "/api-keys": {"name": "Theirs", "permissions": []},
    "/alert-rules": {"name": "Theirs", "kind": "waiting"},
    "/webhooks": {"name": "Theirs", "url": "https://hooks.example.com/theirs"},
    "/wall-screens": {"name": "Theirs", "pages": [{"kind": "totals"}]},
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def whole(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Whole]:
    """The wired whole with its floors running, and one centre known to them."""
    folder = tmp_path_factory.mktemp("whole")
    lay_out(folder)
    settings = Settings(data=folder, postgres=Postgres(url=database_url))
    async with wired(settings, Simulated(SimulatedSwitch(), VirtualClock())) as parts:
        rexian = replace(parts, passwords=Passwords(CHEAP))
        app = build(rexian, web=folder / "web")
        browser = await administrator(rexian, app)
        floors = asyncio.create_task(rexian.floors.run())
        opened = asyncio.create_task(rexian.floors.ready())
        await asyncio.wait([floors, opened], return_when=asyncio.FIRST_COMPLETED)
        assert not floors.done(), floors.exception()
        yield rexian, app, browser
        floors.cancel()
        await asyncio.gather(floors, opened, return_exceptions=True)


def lay_out(folder: Path) -> None:
    """Pages to be served, and secrets around them that must not be."""
    web = folder / "web"
    (web / "assets").mkdir(parents=True)
    (web / "index.html").write_text("the page")
    (web / "assets" / "app.js").write_text("the script")
    (web / ".hidden").write_text("a secret")
    (folder / "secret.txt").write_text("a secret")
    (web / "link").symlink_to(folder / "secret.txt")


async def administrator(rexian: Rexian, app: FastAPI) -> Browser:
    slug = f"t{uuid7()[-12:]}"
    await rexian.tenants.bootstrap(slug, "Centre", administrator="root", password=PASSWORD)
    browser = Browser(app)
    assert (await browser.sign_in(slug)).status_code == 200
    return browser


def address(door: Door) -> str:
    path = door.path.replace("{version}", "1")
    while "{" in path:
        path = path[: path.index("{")] + uuid7() + path[path.index("}") + 1 :]
    return path


async def test_without_a_session_every_guarded_door_stays_shut(whole: Whole) -> None:
    nobody = Browser(whole[1])

    answers = {door: await nobody.http.request(door.method, address(door)) for door in GUARDED}

    assert {door: answer.status_code for door, answer in answers.items() if answer.status_code != 401} == {}


async def test_without_the_csrf_token_nothing_can_be_changed(whole: Whole) -> None:
    """The browser of a signed-in administrator, driven by another site's page."""
    forged = await administrator(*whole[:2])

    answers = {door: await forged.http.request(door.method, address(door), json={}) for door in UNSAFE}

    codes = {door: answer.json()["error"]["code"] for door, answer in answers.items()}
    assert {door: code for door, code in codes.items() if code != "access.csrf"} == {}


@pytest.mark.parametrize("kind", NEW)
async def test_another_centres_rows_are_not_there(whole: Whole, kind: str) -> None:
    theirs, ours = await administrator(*whole[:2]), await administrator(*whole[:2])
    made = await theirs.post(kind, NEW[kind])
    assert made.status_code == 201, made.text
    path = f"{kind}/{made.json()['id']}"
    known = {door[:2] for door in DOORS}
    tried = [method for method in ("GET", "PATCH", "DELETE") if (method, f"/api/v1{kind}/{{id}}") in known]

    change = {name: value for name, value in NEW[kind].items() if name != "key"}
    answers = {method: await ours.send(method, path, change if method == "PATCH" else None) for method in tried}

    assert {method: answer.status_code for method, answer in answers.items()} == dict.fromkeys(tried, 404)
    assert made.json()["id"] not in (await ours.get(kind)).text
    assert made.json()["id"] in (await theirs.get(kind)).text


async def test_a_row_cannot_point_into_another_centre(whole: Whole) -> None:
    theirs, ours = await administrator(*whole[:2]), await administrator(*whole[:2])
    team = (await theirs.post("/teams", {"name": "Theirs"})).json()["id"]
    user = (await theirs.get("/session")).json()["user"]["id"]

    for field, id in (("team_id", team), ("user_id", user)):
        answer = await ours.post("/agents", {"name": "Eve", "extension": "4001", field: id})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "agent.unknown_reference")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/../../secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "//secret.txt",
        "/.hidden",
        "/link",
    ],
)
async def test_no_file_is_served_but_the_pages(whole: Whole, path: str) -> None:
    status, body = await raw_get(whole[1], path)

    assert "a secret" not in body
    assert status in (200, 404)
    assert (await raw_get(whole[1], "/assets/app.js"))[1] == "the script"
    assert (await raw_get(whole[1], "/desk"))[1] == "the page"
    assert (await raw_get(whole[1], "/api/v1/nothing"))[0] == 404


async def test_a_body_beyond_the_limit_is_refused(whole: Whole) -> None:
    browser = await administrator(*whole[:2])

    answer = await browser.post("/teams", {"name": "x" * (LARGEST_BODY + 1)})

    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "request.too_large")


@pytest.mark.parametrize(
    ("origin", "let_in"),
    [("http://centre.test", True), ("http://evil.test", False), ("null", False), (None, False)],
)
async def test_the_live_socket_opens_for_our_own_page_only(whole: Whole, origin: str | None, let_in: bool) -> None:
    _, app, browser = whole

    first = await handshake(app, "/api/v1/live", cookie=cookie_of(browser), origin=origin)

    assert (first == "websocket.accept") is let_in


async def test_the_live_socket_does_not_open_without_a_session(whole: Whole) -> None:
    assert await handshake(whole[1], "/api/v1/live", cookie="", origin="http://centre.test") != "websocket.accept"


async def test_a_stranger_with_a_right_looking_cookie_costs_no_fault(
    whole: Whole,
) -> None:
    for cookie in ("", ".", "x.y", f"{uuid7()}.", f"{uuid7()}.{'a' * 43}", "'; drop table users --"):
        browser = Browser(whole[1])
        browser.http.headers["Cookie"] = f"rexian_session={cookie}"
        assert (await browser.get("/session")).status_code == 401
    for key in ("", "rx_", "rx_1_2", f"rx_{uuid7().replace('-', '')}_zzz"):
        browser = Browser(whole[1])
        browser.http.headers["Authorization"] = f"Bearer {key}"
        assert (await browser.get("/session")).status_code == 401


def cookie_of(browser: Browser) -> str:
    return f"rexian_session={browser.http.cookies['rexian_session']}"


async def raw_get(app: FastAPI, path: str) -> tuple[int, str]:
    """As it comes from the wire, with nothing tidied up on the way."""
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"centre.test")],
        "client": ("127.0.0.1", 1),
        "server": ("centre.test", 80),
    }
    sent = await exchange(app, scope, [{"type": "http.request", "body": b"", "more_body": False}])
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent).decode()


async def handshake(app: FastAPI, path: str, *, cookie: str, origin: str | None) -> str:
    """What a socket is answered first."""
    headers = [(b"host", b"centre.test"), (b"cookie", cookie.encode())]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    scope: dict[str, Any] = {
        "type": "websocket",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"topics=desk",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("centre.test", 80),
        "subprotocols": [],
        "extensions": {"websocket.http.response": {}},
    }
    sent = await exchange(app, scope, [{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1001}])
    return str(sent[0]["type"])


async def exchange(app: FastAPI, scope: dict[str, Any], messages: list[dict[str, Any]]) -> list[Any]:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop(0)
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(message)

    async with asyncio.timeout(20):
        await app(scope, receive, send)
    return sent
