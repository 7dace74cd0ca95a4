"""Flows, calendars and queues over HTTP."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from rexian.core.ids import FlowId, uuid7
from rexian.floor.house import House
from rexian.floor.service import with_flows_of
from rexian.infra.database import Database
from tests.centre import Browser, Centre, face

pytestmark = pytest.mark.postgres


@pytest.fixture
async def centre(database: Database) -> Centre:
    return Centre(database)


@pytest.fixture
async def root(centre: Centre) -> AsyncIterator[Browser]:
    browser = Browser(face(centre))
    _, slug = await centre.tenant()
    assert (await browser.sign_in(slug)).status_code == 200
    yield browser
    await browser.http.aclose()


def document(queue: str = "sales", calendar: str = "office") -> dict[str, Any]:
    return {
        "start": "hours",
        "nodes": {
            "hours": {"type": "hours", "calendar": calendar, "exits": {"open": "queue", "closed": "bye"}},
            "queue": {"type": "queue", "queue": queue, "exits": {"timeout": "bye"}},
            "bye": {"type": "hang_up"},
        },
    }


async def made(browser: Browser, path: str, **body: Any) -> dict[str, Any]:
    answer = await browser.post(path, body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_flow_is_drafted_checked_published_and_rolled_back(root: Browser) -> None:
    queue = await made(root, "/queues", name="sales")
    await made(root, "/calendars", name="office", holidays="CN")
    flow = await made(root, "/flows", name="Greeting")
    assert flow["published_version"] is None
    first = await made(root, f"/flows/{flow['id']}/versions", document=document(), note="by name")
    second = await made(root, f"/flows/{flow['id']}/versions", document=document(queue["id"]))
    assert (first["version"], second["version"]) == (1, 2)
    for version in (2, 1):
        published = await root.post(f"/flows/{flow['id']}/versions/{version}/publish")
        assert published.json()["published_version"] == version
    listed = (await root.get(f"/flows/{flow['id']}/versions")).json()
    assert [item["version"] for item in listed["items"]] == [2, 1]
    assert listed["items"][1]["note"] == "by name"
    kept = (await root.get(f"/flows/{flow['id']}/versions/1")).json()
    assert kept["document"] == document()
    actions = [entry["action"] for entry in (await root.get("/audit")).json()["items"]]
    assert actions[:3] == ["flow.published", "flow.published", "flow.drafted"]


async def test_a_flow_with_problems_can_be_kept_but_not_published(root: Browser) -> None:
    flow = await made(root, "/flows", name="Broken")
    await made(root, f"/flows/{flow['id']}/versions", document=document(queue="nowhere"))
    refused = await root.post(f"/flows/{flow['id']}/versions/1/publish")
    assert refused.status_code == 400
    error = refused.json()["error"]
    assert error["code"] == "flow.has_problems"
    assert {problem["code"] for problem in error["params"]["problems"]} == {
        "flow.unknown_queue",
        "flow.unknown_calendar",
    }
    checked = (await root.post("/flows/validate", {"document": document(queue="nowhere")})).json()
    places = {problem["path"]: problem["code"] for problem in checked["problems"]}
    assert places["/nodes/queue/queue"] == "flow.unknown_queue"


async def test_nonsense_is_described_and_not_crashed_on(root: Browser) -> None:
    for nonsense in ({}, {"start": 1, "nodes": []}, {"start": "a", "nodes": {"a": {"type": "magic"}}}):
        answer = await root.post("/flows/validate", {"document": nonsense})
        assert answer.status_code == 200
        assert answer.json()["problems"]
    missing = await root.get(f"/flows/{uuid7()}")
    assert missing.status_code == 404


async def test_the_schema_names_every_node(root: Browser) -> None:
    schema = (await root.get("/flows/schema")).json()
    titles = {node["title"] for node in schema["$defs"].values()}
    assert {"play", "menu", "collect", "branch", "queue", "announce", "hours"} <= titles


async def test_what_a_published_flow_uses_cannot_be_taken_away(root: Browser) -> None:
    queue = await made(root, "/queues", name="sales")
    calendar = await made(root, "/calendars", name="office")
    flow = await made(root, "/flows", name="Greeting")
    await made(root, f"/flows/{flow['id']}/versions", document=document())
    await root.post(f"/flows/{flow['id']}/versions/1/publish")
    for path in (f"/queues/{queue['id']}", f"/calendars/{calendar['id']}"):
        refused = await root.delete(path)
        assert refused.status_code == 409
        assert refused.json()["error"]["params"]["name"] == "Greeting"
    assert (await root.delete(f"/flows/{flow['id']}")).status_code == 204
    for path in (f"/queues/{queue['id']}", f"/calendars/{calendar['id']}"):
        assert (await root.delete(path)).status_code == 204


async def test_queues_are_kept_with_their_limits(root: Browser) -> None:
    await made(root, "/skills", name="english")
    queue = await made(root, "/queues", name="sales", skills={"english": 3}, max_wait_s=300, wrap_up_s=20)
    assert queue["rules"] == {}
    changed = (await root.patch(f"/queues/{queue['id']}", {"max_wait_s": None, "priority": 5})).json()
    assert (changed["max_wait_s"], changed["priority"], changed["wrap_up_s"]) == (None, 5, 20)
    assert (await root.post("/queues", {"name": "sales"})).status_code == 409
    assert (await root.post("/queues", {"name": "x", "ring_timeout_s": 0})).status_code in (400, 422)
    assert (await root.get("/queues?q=sal")).json()["total"] == 1


async def test_calendars_are_kept_and_asked(root: Browser) -> None:
    days = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    calendar = await made(
        root,
        "/calendars",
        name="office",
        weekly=days,
        holidays="CN",
        closed=["2026-03-02"],
        open=[{"date": "2026-10-01", "windows": [["10:00", "12:00"]]}],
    )
    state = await root.get(f"/calendars/{calendar['id']}/state?at=2026-09-30T10:30:00Z")
    assert state.json() == {"at": "2026-09-30T10:30:00Z", "open": False, "next_change": "2026-10-01T02:00:00Z"}
    changed = (await root.patch(f"/calendars/{calendar['id']}", {"holidays": None})).json()
    assert changed["holidays"] is None
    for wrong in ({"timezone": "Mars/Base"}, {"holidays": "XX"}, {"weekly": {"mon": [["9", "18"]]}}):
        assert (await root.patch(f"/calendars/{calendar['id']}", wrong)).status_code in (400, 422)


async def test_the_floor_gets_published_documents_and_those_of_calls_in_progress(centre: Centre) -> None:
    tenant, _ = await centre.tenant()
    async with centre.database.work(tenant) as work:
        await centre.queues.add(work, None, {"name": "sales"})
        await centre.calendars.add(work, None, {"name": "office", "weekly": {}})
        flow = (await centre.flows.add(work, None, {"name": "Greeting"}))["id"]
        old = await centre.flows.draft(work, None, flow, document())
        await centre.flows.publish(work, None, flow, 1)
        new = await centre.flows.draft(work, None, flow, document())
        await centre.flows.publish(work, None, flow, 2)
    async with centre.database.work(tenant) as work:
        versions, documents = await centre.flows.published(work, [old["id"]])
        assert versions == {flow: new["id"]}
        assert set(documents) == {old["id"], new["id"]}
        assert set(await centre.calendars.every(work)) >= {"office"}
        assert [queue.name for queue in await centre.queues.every(work)] == ["sales"]


# --- drawing


async def test_a_draft_is_kept_as_it_is_drawn_and_published_as_a_version(root: Browser) -> None:
    await made(root, "/queues", name="sales")
    await made(root, "/calendars", name="office")
    flow = f"/flows/{(await made(root, '/flows', name='Greeting'))['id']}"
    assert (await root.get(f"{flow}/draft")).json()["error"]["code"] == "flow.no_draft"
    saved = await root.send("PUT", f"{flow}/draft", {"document": {"start": "", "nodes": {}}, "revision": 0})
    assert saved.json()["revision"] == 1
    late = await root.send("PUT", f"{flow}/draft", {"document": document(), "revision": 0})
    assert late.status_code == 409
    assert late.json()["error"]["code"] == "flow.draft_changed"
    refused = await root.post(f"{flow}/draft/publish", {"revision": 1})
    assert refused.json()["error"]["code"] == "flow.has_problems"
    assert (await root.get(f"{flow}/versions")).json()["total"] == 0
    await root.send("PUT", f"{flow}/draft", {"document": document(), "revision": 1})
    assert (await root.post(f"{flow}/draft/publish", {"revision": 1})).status_code == 409
    published = await root.post(f"{flow}/draft/publish", {"revision": 2, "note": "first"})
    assert published.json()["published_version"] == 1
    assert (await root.get(f"{flow}/draft")).status_code == 404
    [version] = (await root.get(f"{flow}/versions")).json()["items"]
    assert (version["note"], version["created_by_name"], version["published_by_name"]) == ("first", "root", "root")
    assert version["published_at"] is not None
    await root.send("PUT", f"{flow}/draft", {"document": document(), "revision": 0, "based_on": 1})
    assert (await root.delete(f"{flow}/draft")).status_code == 204
    assert (await root.get(f"{flow}/draft")).status_code == 404


async def test_recorded_paths_guard_what_is_published(root: Browser) -> None:
    queue = await made(root, "/queues", name="sales")
    await made(root, "/calendars", name="office")
    flow = f"/flows/{(await made(root, '/flows', name='Greeting'))['id']}"
    stage = {"at": "2026-01-05T04:00:00Z", "calendars": {"office": True}}
    played = await root.post("/flows/rehearse", {"document": document(), "stage": stage, "cues": [{"do": "reach"}]})
    assert played.json()["path"]["steps"] == [["", "hours"], ["open", "queue"]]
    assert played.json()["beats"][-1]["over"] == "answered"
    path = await made(root, f"{flow}/paths", name="open", document=document(), stage=stage, cues=[{"do": "reach"}])
    assert (await root.post(f"{flow}/paths", {**path_of(path), "document": document()})).status_code == 409
    turned = document(queue["id"])
    turned["nodes"]["hours"]["exits"]["open"] = "bye"
    await made(root, f"{flow}/versions", document=turned)
    refused = await root.post(f"{flow}/versions/1/publish")
    assert refused.json()["error"]["code"] == "flow.paths_failed"
    assert refused.json()["error"]["params"]["names"] == "open"
    [walked] = (await root.post(f"{flow}/paths/walk", {"document": turned})).json()
    assert (walked["passed"], walked["parted_at"], walked["got"]["over"]) == (False, 1, "hangup")
    accepted = await root.post(f"{flow}/paths/{path['id']}/accept", {"document": turned})
    assert accepted.json()["expected"]["steps"] == [["", "hours"], ["open", "bye"]]
    assert (await root.post(f"{flow}/versions/1/publish")).status_code == 200
    assert (await root.delete(f"{flow}/paths/{path['id']}")).status_code == 204
    assert (await root.get(f"{flow}/paths")).json() == []


def path_of(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("name", "stage", "cues")}


async def test_what_nodes_may_name_is_offered_by_name_for_people(root: Browser) -> None:
    queue = await made(root, "/queues", name="sales")
    await made(root, "/calendars", name="office")
    choices = (await root.get("/flows/choices")).json()
    assert choices["queue"] == [{"name": queue["id"], "label": "sales", "texts": {}, "aliases": ["sales"]}]
    assert [one["label"] for one in choices["calendar"]] == ["office"]


async def test_a_number_for_trying_runs_the_draft(centre: Centre) -> None:
    tenant, _ = await centre.tenant()
    house = House(
        database=centre.database, tenants=centre.tenants, agents=centre.agents, queues=centre.queues,
        flows=centre.flows, calendars=centre.calendars, numbers=centre.numbers, trunks=centre.trunks,
        lists=centre.listed_numbers,
    )  # fmt: skip
    good = {"start": "bye", "nodes": {"bye": {"type": "hang_up"}}}
    async with centre.database.work(tenant) as work:
        flow = FlowId((await centre.flows.add(work, None, {"name": "Greeting"}))["id"])
        await centre.flows.draft(work, None, flow, good)
        await centre.flows.publish(work, None, flow, 1)
        await centre.numbers.add(work, None, {"number": "4001", "flow_id": flow})
        await centre.numbers.add(work, None, {"number": "4002", "flow_id": flow, "runs_draft": True})
    before = await house.directory(tenant)
    assert before.numbers["4001"].flow == before.numbers["4002"].flow
    drawn = {"start": "sorry", "nodes": {"sorry": {"type": "hang_up", "cause": "busy"}}}
    async with centre.database.work(tenant) as work:
        await centre.drafts.save(work, None, flow, drawn, revision=0)
    after = await house.directory(tenant)
    assert after.numbers["4001"].flow == before.numbers["4001"].flow
    tried = after.numbers["4002"]
    assert tried.draft_of == flow
    assert tried.flow is not None
    assert after.flows[tried.flow].start == "sorry"
    async with centre.database.work(tenant) as work:
        await centre.drafts.publish(work, None, flow, revision=1)
    gone = await house.directory(tenant)
    assert tried.flow not in gone.flows
    assert with_flows_of(after, gone, {tried.flow}).flows[tried.flow].start == "sorry"
