"""The contact list, one contact, edits, the export and playing, over HTTP."""

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
import soundfile as sf

from rexian.core.clock import SystemClock
from rexian.core.ids import CustomerId, FlowId, TenantId, uuid7
from rexian.crm.identify import Spoke
from rexian.crm.model import Identity
from rexian.crm.service import Customers, new_customer
from rexian.floor import events as floor
from rexian.flows.nodes import load_registry
from rexian.flows.service import Flows
from rexian.flows.step_names import StepNames
from rexian.flows.store import keep_links
from rexian.infra.blobs import Blobs
from rexian.infra.database import Database
from rexian.infra.jobs import Jobs
from rexian.infra.journal import Journal
from rexian.infra.subscribers import Reader
from rexian.insight.service import InsightService
from rexian.interactions.jobs import RecordingKeeper
from rexian.interactions.reading import last_agent
from rexian.interactions.service import Contacts, Recordings, byte_range
from rexian.interactions.subscribers import InteractionRecorder
from rexian.tenants.permissions import Role
from tests.calls import NINE, Story, answered
from tests.centre import PASSWORD, Browser, Centre, face
from tests.records.journals import AGENTS, QUEUES, in_order, write
from tests.records.test_figures import utc
from tests.records.test_recordings import raw_file, recorded, tone

pytestmark = pytest.mark.postgres


@dataclass
class House:
    """A centre with the records' services, an administrator's browser, and the reader of its journal."""

    centre: Centre
    tenant: TenantId
    slug: str
    root: Browser
    journal: Journal
    reader: Reader

    async def hears(self, *stories: Story) -> None:
        await write(self.journal, self.tenant, in_order(stories))
        await self.reader.catch_up(self.tenant)

    async def signed_in(self, role: Role) -> Browser:
        body = {"username": role.value, "name": role.value, "password": PASSWORD, "role": role.value}
        assert (await self.root.post("/users", body)).status_code == 201
        browser = Browser(self.root.http._transport.app)  # type: ignore[attr-defined]
        assert (await browser.sign_in(self.slug, role.value)).status_code == 200
        return browser


@pytest.fixture
async def house(database: Database, journal: Journal, jobs: Jobs, tmp_path: Path) -> AsyncIterator[House]:
    centre = Centre(database)
    blobs = Blobs(tmp_path / "blobs")
    RecordingKeeper(database, blobs, SystemClock()).register(jobs)
    centre.customers = Customers()  # type: ignore[attr-defined]
    centre.contacts = Contacts(SystemClock(), StepNames(load_registry()))  # type: ignore[attr-defined]
    centre.recordings = Recordings(blobs)  # type: ignore[attr-defined]
    centre.insight = InsightService(SystemClock(), utc)  # type: ignore[attr-defined]
    tenant, slug = await centre.tenant()
    root = Browser(face(centre))
    assert (await root.sign_in(slug)).status_code == 200
    yield House(centre, tenant, slug, root, journal, Reader(database, InteractionRecorder()))
    await root.http.aclose()


def abandoned(queue: str, *, wait: float, hour: float) -> Story:
    story = Story(at=NINE + timedelta(hours=hour)).arrive(caller="+8613900139000").flow().after(3)
    return story.queue(queue).after(wait).abandon(queue)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["missed", "long", "short"]),
        ({"queue": QUEUES[1]}, ["missed"]),
        ({"agent": AGENTS[1]}, ["long"]),
        ({"outcome": "abandoned"}, ["missed"]),
        ({"direction": "outbound"}, []),
        ({"min_talk_s": 60}, ["long"]),
        ({"q": "1390013"}, ["missed"]),
        ({"q": "+86 139 0013 9000"}, ["missed"]),
        ({"from": NINE + timedelta(minutes=30)}, ["missed", "long"]),
        ({"from": NINE, "to": NINE + timedelta(minutes=30)}, ["short"]),
        ({"queue": QUEUES[0], "min_talk_s": 10, "agent": AGENTS[0]}, ["short"]),
    ],
)
async def test_contacts_are_found_by_every_filter(house: House, asked: dict[str, object], expected: list[str]) -> None:
    stories = {
        "short": answered(QUEUES[0], AGENTS[0], talk=20),
        "long": answered(QUEUES[0], AGENTS[1], at=NINE + timedelta(hours=1), talk=300),
        "missed": abandoned(QUEUES[1], wait=30, hour=2),
    }
    await house.hears(*stories.values())

    params = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in asked.items()}
    found = (await house.root.get("/contacts", params=params)).json()

    assert [row["id"] for row in found["items"]] == [stories[name].call for name in expected]
    assert found["total"] == len(expected)


async def test_contacts_that_can_be_heard_are_found(house: House, tmp_path: Path) -> None:
    kept, unheard = recorded(tmp_path / "raw.wav"), abandoned(QUEUES[1], wait=30, hour=2)
    await house.hears(kept, unheard)

    for asked, expected in (("true", [kept.call]), ("false", [unheard.call])):
        found = (await house.root.get("/contacts", params={"recorded": asked})).json()
        assert [row["id"] for row in found["items"]] == expected


async def test_all_who_gave_up_are_found_by_one_word_as_the_figures_count_them(house: House) -> None:
    late, hasty = abandoned(QUEUES[1], wait=30, hour=1), abandoned(QUEUES[1], wait=2, hour=2)
    await house.hears(late, hasty, answered(QUEUES[0], AGENTS[0], talk=20))

    found = {
        outcome: [row["id"] for row in (await house.root.get("/contacts", params={"outcome": outcome})).json()["items"]]
        for outcome in ("any_abandon", "abandoned", "short_abandon")
    }

    assert found == {"any_abandon": [hasty.call, late.call], "abandoned": [late.call], "short_abandon": [hasty.call]}


async def test_a_page_of_contacts_knows_how_many_there_are(house: House) -> None:
    await house.hears(*(abandoned(QUEUES[0], wait=9, hour=hour) for hour in range(5)))

    page = (await house.root.get("/contacts", params={"limit": 2, "offset": 2})).json()

    assert (len(page["items"]), page["total"]) == (2, 5)
    assert [row["at"][11:13] for row in page["items"]] == ["11", "10"]


async def test_one_contact_tells_all(house: House) -> None:
    story = answered(QUEUES[0], AGENTS[0], wait=8, talk=120)
    await house.hears(story)

    contact = (await house.root.get(f"/contacts/{story.call}")).json()

    assert (contact["outcome"], contact["wait_s"], contact["talk_s"]) == ("answered", 8, 120)
    assert [segment["kind"] for segment in contact["segments"]] == ["ivr", "queue", "ring", "talk", "wrap_up"]
    assert [leg["role"] for leg in contact["legs"]] == ["customer", "agent"]
    assert contact["facts"][0]["kind"] == "CallArrived"
    assert contact["facts"][0]["data"]["caller"] == "+8613800138000"
    assert contact["closed"] is True
    assert (await house.root.get(f"/contacts/{uuid7()}")).status_code == 404


async def test_a_contact_knows_its_steps_as_they_were_called_in_the_version_it_went_through(house: House) -> None:
    flows = Flows(load_registry(), {})
    menu = {"type": "menu", "title": "Sales or service", "media": [], "choices": {"1": "sales"}}
    async with house.centre.database.work(house.tenant) as work:
        inner = FlowId((await flows.add(work, None, {"name": "Ask"}))["id"])
        within = await flows.draft(
            work, None, inner, {"start": "menu", "nodes": {"menu": menu, "bare": {"type": "odd"}}}
        )
        flow = FlowId((await flows.add(work, None, {"name": "Main"}))["id"])
        calling = {"type": "subflow", "flow": inner, "title": "Ask first"}
        version = await flows.draft(work, None, flow, {"start": "ask", "nodes": {"ask": calling}})
        await keep_links(work, version["id"], {"ask": within["id"]})
        await flows.draft(work, None, flow, {"start": "ask", "nodes": {"ask": {**calling, "title": "Renamed"}}})
    story = Story(at=NINE).arrive(caller="+8613900139000")
    story.say(floor.FlowStarted, flow=version["id"])
    for node in ("ask", "ask»menu", "ask»bare", "gone"):
        story.say(floor.FlowMoved, node=node)
    await house.hears(story)
    steps = (await house.root.get(f"/contacts/{story.call}")).json()["steps"]
    assert steps == {
        version["id"]: {
            "ask": {
                "title": "Ask first",
                "type": "subflow",
                "kind": {"zh": "子流程", "en": "Sub-flow"},
                "own_exits": [],
            },
            "ask»menu": {
                "title": "Sales or service",
                "type": "menu",
                "kind": {"zh": "按键菜单", "en": "Menu"},
                "own_exits": [],
            },
            "ask»bare": {"title": "", "type": "odd", "kind": {}, "own_exits": []},
        }
    }


async def test_the_customer_is_shown_by_name_and_has_a_timeline(house: House) -> None:
    async with house.centre.database.work(house.tenant) as work:
        zhang = await Customers().add(work, None, new_customer("Zhang Wei", [Identity.of("phone", "13900139000")]))
    story = abandoned(QUEUES[0], wait=30, hour=0)
    story.facts.insert(2, floor.CustomerIdentified(at=NINE, call=story.call, customer=CustomerId(zhang.id), sure=True))
    await house.hears(story, answered(QUEUES[0], AGENTS[0]))

    timeline = (await house.root.get(f"/customers/{zhang.id}/timeline")).json()
    by_name = (await house.root.get("/contacts", params={"q": "zhang"})).json()

    assert timeline == by_name
    assert [row["customer"] for row in timeline["items"]] == [{"id": zhang.id, "name": "Zhang Wei", "sure": True}]


async def test_who_spoke_with_a_customer_last_is_known(house: House) -> None:
    customer = CustomerId(uuid7())
    stories = [
        answered(QUEUES[0], AGENTS[0]),
        answered(QUEUES[0], AGENTS[1], at=NINE + timedelta(hours=1)),
        abandoned(QUEUES[0], wait=9, hour=2),
    ]
    for story in stories:
        begun = story.facts[0].at
        story.facts.insert(1, floor.CustomerIdentified(at=begun, call=story.call, customer=customer, sure=True))
    await house.hears(*stories)

    async with house.centre.database.work(house.tenant) as work:
        assert await last_agent(work, customer) == Spoke(AGENTS[1], stories[1].facts[0].at)
        assert await last_agent(work, CustomerId(uuid7())) is None


async def test_a_late_edit_shows_at_once_survives_the_fold_and_is_audited(house: House) -> None:
    story = answered(QUEUES[0], AGENTS[0])
    await house.hears(story)

    edited = (await house.root.patch(f"/contacts/{story.call}", {"notes": "call back", "disposition": "open"})).json()
    await house.reader.catch_up(house.tenant)

    assert (edited["notes"], edited["disposition"]) == ("call back", "open")
    again = (await house.root.get(f"/contacts/{story.call}")).json()
    assert (again["notes"], again["disposition"]) == ("call back", "open")
    trail = (await house.root.get("/audit", params={"subject": f"contact:{story.call}"})).json()["items"]
    assert [(entry["before"], entry["after"]) for entry in trail] == [
        ({"notes": "", "disposition": "solved"}, {"notes": "call back", "disposition": "open"})
    ]


async def test_an_agent_sees_no_contacts_of_others(house: House) -> None:
    story = answered(QUEUES[0], AGENTS[0])
    await house.hears(story)
    agent = await house.signed_in(Role.AGENT)

    assert (await agent.get(f"/contacts/{story.call}")).status_code == 403
    assert (await agent.get("/contacts")).status_code == 403
    assert (await agent.patch(f"/contacts/{story.call}", {"notes": "mine"})).status_code == 403


async def test_the_export_is_what_is_seen(house: House) -> None:
    await house.hears(answered(QUEUES[0], AGENTS[0]), abandoned(QUEUES[1], wait=30, hour=2))

    answer = await house.root.get("/contacts.csv", params={"queue": QUEUES[1]})

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [(row["outcome"], row["caller"], row["wait_s"]) for row in rows] == [("abandoned", "+8613900139000", "30.0")]


async def test_a_recording_plays_whole_and_in_parts_and_each_playing_is_noted(
    house: House, jobs: Jobs, tmp_path: Path
) -> None:
    story = recorded(raw_file(tmp_path / "raw", tone(440, 2), tone(1000, 2)))
    await house.hears(story)
    assert (await house.root.get(f"/recordings/{story.call}.r1/audio")).json()["error"]["code"] == "recording.not_ready"
    await jobs.run_all()
    await house.reader.catch_up(house.tenant)
    path = f"/recordings/{quote(story.call)}.r1"

    whole = await house.root.get(f"{path}/audio")
    part = await house.root.get(f"{path}/audio", headers={"Range": "bytes=100-199"})
    beyond = await house.root.get(f"{path}/audio", headers={"Range": "bytes=9999999-"})

    assert (whole.status_code, whole.headers["content-type"]) == (200, "audio/flac")
    frames, _ = sf.read(io.BytesIO(whole.content), dtype="int16")
    assert np.array_equal(frames[:, 0], tone(440, 2))
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole.content)}"
    assert beyond.status_code == 400
    assert len((await house.root.get(f"{path}/peaks")).json()["left"]) == 20
    contact = (await house.root.get(f"/contacts/{story.call}")).json()
    assert [(each["state"], each["duration_s"]) for each in contact["recordings"]] == [("stored", 2.0)]
    trail = (await house.root.get("/audit", params={"action": "recording.played"})).json()
    assert trail["total"] == 1, "A part from the middle belongs to a playing that was noted at its start."


async def test_playing_needs_the_permission_and_the_tenant(
    house: House, jobs: Jobs, tmp_path: Path, database: Database
) -> None:
    story = recorded(raw_file(tmp_path / "raw", tone(440, 1), tone(1000, 1)))
    await house.hears(story)
    await jobs.run_all()
    await house.reader.catch_up(house.tenant)
    path = f"/recordings/{story.call}.r1/audio"

    _, rival_slug = await house.centre.tenant()
    rival = Browser(house.root.http._transport.app)  # type: ignore[attr-defined]
    await rival.sign_in(rival_slug)

    assert (await (await house.signed_in(Role.ANALYST)).get(path)).status_code == 403
    assert (await (await house.signed_in(Role.QUALITY)).get(path)).status_code == 200
    assert (await rival.get(path)).status_code == 404
    assert (await rival.get(f"/contacts/{story.call}")).status_code == 404


async def test_figures_over_http(house: House) -> None:
    await house.hears(answered(QUEUES[0], AGENTS[0], wait=8), abandoned(QUEUES[0], wait=30, hour=1))
    window = {"from": NINE.isoformat(), "to": (NINE + timedelta(hours=3)).isoformat()}

    figures = (await house.root.get("/figures", params=window)).json()
    agents = (await house.root.get("/figures", params={**window, "by": "agent"})).json()

    assert [(row["queue"], row["offered"], row["service_level"]) for row in figures["items"]] == [(QUEUES[0], 2, 0.5)]
    assert figures["formulas"]["service_level"]["id"] == "SL3"
    assert [(row["agent"], row["handled"], row["aht_s"]) for row in agents["items"]] == [(AGENTS[0], 1, 150)]
    assert (await house.root.get("/figures/today")).json()["queues"] == {}
    backwards = {"from": window["to"], "to": window["from"]}
    assert (await house.root.get("/figures", params=backwards)).status_code == 400


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("bytes=0-", (0, 100)),
        ("bytes=10-19", (10, 20)),
        ("bytes=90-500", (90, 100)),
        ("bytes=-10", (90, 100)),
        ("bytes=0-1,5-6", None),
        ("lines=1-2", None),
        ("bytes=a-b", None),
        ("bytes=-", None),
    ],
)
def test_a_range_of_bytes(header: str | None, expected: tuple[int, int] | None) -> None:
    assert byte_range(header, 100) == expected
