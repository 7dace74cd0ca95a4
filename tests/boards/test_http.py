"""Layouts are one's own; a wall's link shows what a wall may show, and nothing more."""

from types import SimpleNamespace
from typing import Any

import pytest

from rexian.boards.service import Boards
from rexian.core.ids import TenantId, uuid7
from rexian.infra.database import Database
from tests.centre import PASSWORD, Browser, Centre, face

pytestmark = pytest.mark.postgres

PANELS = [
    {"kind": "totals"},
    {"kind": "agents", "width": 8, "height": 9, "view": "map"},
    *({"kind": kind} for kind in ("callbacks", "voicemails", "parked")),
]
WALL = {"name": "大厅", "pages": [{"kind": "totals"}, {"kind": "alerts"}]}


class Rooms(Centre):
    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.boards = Boards(self.api_keys)
        self.insight = SimpleNamespace(trend=self._nothing, today=self._nothing)

    async def _nothing(self, work: Any) -> dict[str, Any]:
        return {}


@pytest.fixture
async def centre(database: Database) -> tuple[Rooms, Any, str, TenantId]:
    rooms = Rooms(database)
    tenant, slug = await rooms.tenant()
    return rooms, face(rooms), slug, tenant


async def supervisor(app: Any, slug: str, admin: Browser, name: str) -> Browser:
    made = {"username": name, "name": name, "password": PASSWORD, "role": "supervisor"}
    assert (await admin.post("/users", made)).status_code == 201
    browser = Browser(app)
    await browser.sign_in(slug, name)
    return browser


async def test_each_keeps_layouts_of_his_own(centre: tuple[Rooms, Any, str, TenantId]) -> None:
    _, app, slug, _ = centre
    admin = Browser(app)
    await admin.sign_in(slug)
    amy, ben = [await supervisor(app, slug, admin, name) for name in ("amy", "ben")]
    id = uuid7()
    layout = {"name": "早班", "panels": PANELS}
    for name in ("早班", "晚班"):
        kept = await amy.send("PUT", f"/board/layouts/{id}", {**layout, "name": name})
        assert kept.status_code == 200, kept.text
    (own,) = (await amy.get("/board/layouts")).json()["items"]
    assert (own["name"], [panel["kind"] for panel in own["panels"]]) == (
        "晚班",
        ["totals", "agents", "callbacks", "voicemails", "parked"],
    )
    assert own["panels"][1]["width"] == 8

    assert (await ben.get("/board/layouts")).json()["items"] == []
    assert (await ben.send("PUT", f"/board/layouts/{id}", layout)).status_code == 404
    assert (await ben.delete(f"/board/layouts/{id}")).status_code == 404
    assert (await amy.send("PUT", f"/board/layouts/{uuid7()}", {**layout, "name": "晚班"})).status_code == 409
    wrong = {"name": "x", "panels": [{"kind": "weather"}]}
    assert (await amy.send("PUT", f"/board/layouts/{uuid7()}", wrong)).status_code == 400
    assert (await amy.delete(f"/board/layouts/{id}")).status_code == 204
    assert (await amy.get("/board/layouts")).json()["items"] == []


async def test_a_walls_link_may_look_and_nothing_else(centre: tuple[Rooms, Any, str, TenantId]) -> None:
    _, app, slug, _ = centre
    admin = Browser(app)
    await admin.sign_in(slug)
    made = (await admin.post("/wall-screens", WALL)).json()
    assert "secret" not in (await admin.get(f"/wall-screens/{made['id']}")).text

    wall = Browser(app)
    wall.http.headers["Authorization"] = f"Bearer {made['secret']}"
    assert (await wall.get("/wall")).json()["pages"][1]["kind"] == "alerts"
    assert (await wall.get("/wall")).json()["timezone"] == (await admin.get("/settings")).json()["timezone"]
    assert (await wall.get("/figures/hour")).status_code == 200
    for path in ("/figures/today", "/contacts", "/customers", "/queues", "/alerts", "/wall-screens", "/users"):
        assert (await wall.get(path)).status_code == 403, path
    assert (await wall.post("/wall-screens", WALL)).status_code == 403

    renewed = (await admin.post(f"/wall-screens/{made['id']}/link")).json()
    assert (await wall.get("/wall")).status_code == 401
    wall.http.headers["Authorization"] = f"Bearer {renewed['secret']}"
    assert (await wall.get("/wall")).status_code == 200
    assert (await admin.patch(f"/wall-screens/{made['id']}", {"rotate_s": 60})).json()["rotate_s"] == 60
    assert (await wall.get("/wall")).json()["rotate_s"] == 60

    assert (await admin.delete(f"/wall-screens/{made['id']}")).status_code == 204
    assert (await wall.get("/wall")).status_code == 401
