"""A day that was is fitted from its records, simulated, changed and compared; over HTTP, by a process of its own."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rexian.core.clock import VirtualClock
from rexian.core.ids import AgentId, CallId, TenantId, uuid7
from rexian.floor.directory import Directory
from rexian.floor.house import House
from rexian.floor.turn import subject
from rexian.infra.database import Database
from rexian.infra.jobs import Jobs
from rexian.infra.journal import Entry, Journal
from rexian.infra.subscribers import Reader
from rexian.insight.subscribers import AgentTimeRecorder
from rexian.interactions.subscribers import InteractionRecorder
from rexian.twin import store
from rexian.twin.by_floor import FloorDay
from rexian.twin.customers import crowd
from rexian.twin.distributions import Exponential, Fixed
from rexian.twin.house import House as Made
from rexian.twin.jobs import Simulator
from rexian.twin.lifecycle import Move
from rexian.twin.outcome import Outcome
from rexian.twin.scenario import Callers, Crew, Scenario, Shift, Stream
from rexian.twin.service import Twin
from tests.centre import Browser, Centre, face
from tests.records.journals import write

pytestmark = pytest.mark.postgres

NUMBER = "+864008001234"
MENU = {
    "start": "answer",
    "nodes": {
        "answer": {"type": "answer", "exits": {"next": "menu"}},
        "menu": {
            "type": "menu",
            "media": ["prompt:menu"],
            "choices": {"1": "billing", "2": "sales"},
            "exits": {"1": "billing", "2": "sales", "default": "bye"},
        },
        "billing": {"type": "queue", "queue": "Billing"},
        "sales": {"type": "queue", "queue": "Sales"},
        "bye": {"type": "hang_up"},
    },
}
TODAY = datetime(2026, 3, 11, 4, tzinfo=UTC)


@dataclass
class World:
    """A tenant with a day behind it, and a browser to it."""

    root: Browser
    tenant: TenantId
    directory: Directory
    told: FloorDay
    outcome: Outcome
    queues: dict[str, str]


@pytest.fixture
async def world(database: Database, journal: Journal) -> AsyncIterator[World]:
    centre = Centre(database, clock=VirtualClock(TODAY))
    tenant, slug = await centre.tenant()
    root = Browser(face(centre))
    await root.sign_in(slug)
    queues = {
        name: (await root.post("/queues", {"name": name, "wrap_up_s": 15})).json()["id"]
        for name in ("Billing", "Sales")
    }
    for place in range(5):
        name, extension = f"Agent {place}", f"100{place}"
        made = await root.post("/agents", {"name": name, "extension": extension, "queues": [*queues.values()]})
        assert made.status_code == 201, made.text
    flow = (await root.post("/flows", {"name": "Welcome"})).json()["id"]
    await root.post(f"/flows/{flow}/versions", {"document": MENU})
    assert (await root.post(f"/flows/{flow}/versions/1/publish")).status_code == 200
    await root.post("/numbers", {"number": NUMBER, "name": "Hotline", "flow_id": flow})
    house = House(
        database=database,
        tenants=centre.tenants,
        agents=centre.agents,
        queues=centre.queues,
        flows=centre.flows,
        calendars=centre.calendars,
        numbers=centre.numbers,
        trunks=centre.trunks,
        lists=centre.listed_numbers,
    )
    centre.twin = Twin(house, centre.clock, zone)  # type: ignore[attr-defined]
    directory = await house.directory(tenant)
    told, outcome = await a_day(journal, tenant, directory)
    await Reader(database, InteractionRecorder()).catch_up(tenant)
    await Reader(database, AgentTimeRecorder()).catch_up(tenant)
    yield World(root, tenant, directory, told, outcome, queues)
    await root.http.aclose()


async def zone(tenant: TenantId) -> Any:
    return ZoneInfo("Asia/Shanghai")


async def a_day(journal: Journal, tenant: TenantId, directory: Directory) -> tuple[FloorDay, Outcome]:
    """Yesterday's facts: of the real floor, by the tenant's own rules; four of the five were there from 9 to 12."""
    crew = Crew(
        name="there",
        queues=("Billing",),
        shifts=(Shift(begins="09:00", ends="12:00"),),
        ringing=Fixed(value_s=3.0),
        wrap_up=Fixed(value_s=10.0),
    )
    common = {"patience": Exponential(mean_s=90.0), "handling": Exponential(mean_s=150.0)}
    kinds = (
        Callers(name="billing", queue="Billing", share=3, keys=("1",), **common),
        Callers(name="sales", queue="Sales", share=1, keys=("2",), **common),
    )
    scenario = Scenario(
        day=TODAY.date().replace(day=10),
        streams=(Stream(number=NUMBER, begins="09:00", interval_s=1800, calls=(48.0,) * 6, callers=kinds),),
        crews=(crew,),
        queues=({"name": "Billing"}, {"name": "Sales"}),
    )
    crews = {AgentId(id): crew for id in sorted(directory.agents)[:4]}
    told: list[Any] = []
    day = FloorDay(
        crowd(scenario),
        house=Made(directory, crews, {}),
        names=lambda: CallId(uuid7()),
        listener=told.append,
    )
    outcome = day.run()
    await write(journal, tenant, [Entry(subject(fact), fact) for fact in told])
    return day, outcome


async def test_a_day_is_fitted_as_it_was(world: World) -> None:
    answer = await world.root.get("/twin/day")

    assert answer.status_code == 200, answer.text
    fitted = answer.json()
    (stream,), (crew,) = fitted["streams"], fitted["crews"]
    assert fitted["day"] == "2026-03-10"
    assert sum(stream["calls"]) == world.told.calls > 200
    assert stream["calls"][:18] == [0.0] * 18
    by_queue = {each["queue"]: each for each in stream["callers"]}
    billing, sales = (by_queue[world.queues[name]] for name in ("Billing", "Sales"))
    assert (billing["keys"], sales["keys"]) == (["1"], ["2"])
    assert billing["share"] + sales["share"] == world.told.calls
    assert billing["share"] > 2 * sales["share"]
    assert (crew["agents"], crew["name"]) == (4, "Billing + Sales")
    assert crew["shifts"] == [{"begins": "09:00:00", "ends": "12:00:00"}]
    assert crew["ringing"]["values_s"][0] == pytest.approx(3.0, abs=0.01)
    assert crew["wrap_up"]["values_s"][0] == pytest.approx(10.0, abs=0.01)
    assert (await world.root.get("/twin/day?day=2026-01-01")).json()["error"]["code"] == "twin.no_traffic"


async def test_a_fitted_day_simulated_looks_like_the_day(world: World, database: Database, jobs: Jobs) -> None:
    Simulator(database, VirtualClock(TODAY)).register(jobs)
    begun = await world.root.post("/twin/runs", {"depth": "floor", "days": 4})
    assert (begun.status_code, begun.json()["state"]) == (201, "waiting"), begun.text

    await jobs.run_all()

    run = (await world.root.get(f"/twin/runs/{begun.json()['id']}")).json()
    assert (run["state"], run["problem"], run["done"]) == ("done", "", 4)
    total = run["result"]["before"]["total"]
    was = world.outcome.whole.sums
    assert run["result"]["before"]["calls"] == pytest.approx(world.told.calls, rel=0.2)
    assert total["abandon_rate"]["value"] == pytest.approx(was.abandoned / was.offered, abs=0.12)
    assert total["aht_s"]["value"] == pytest.approx(was.handling.total_seconds() / was.answered, rel=0.2)
    assert run["result"]["difference"] is None


async def test_a_change_is_compared_with_what_was(world: World, database: Database, jobs: Jobs) -> None:
    Simulator(database, VirtualClock(TODAY)).register(jobs)
    changes = {"agents": [{"crew": "Billing + Sales", "by": 3, "begins": "09:00", "ends": "12:00"}]}
    more = (await world.root.post("/twin/runs", {"changes": changes, "name": "Three more", "days": 10})).json()
    rules = {"max_wait_s": 5.0}
    preview = await world.root.post("/twin/previews", {"queue": world.queues["Billing"], "rules": rules, "days": 5})
    assert (preview.status_code, preview.json()["depth"]) == (201, "routing"), preview.text
    ringing = {"queue": world.queues["Billing"], "rules": {"rules": {"strategy": {"type": "ring_all"}}}, "days": 2}
    all_at_once = (await world.root.post("/twin/previews", ringing)).json()
    assert all_at_once["depth"] == "floor", "the routing core alone does not ring several phones"
    await world.root.post(f"/twin/runs/{all_at_once['id']}/cancel", {})
    way_out = {"exits": [{"when": "size", "limit": 1, "to": "callback"}]}
    owed = await world.root.post("/twin/previews", {"queue": world.queues["Billing"], "rules": way_out, "days": 2})
    assert owed.json()["depth"] == "floor", "the routing core alone knows no ways out"

    await jobs.run_all()

    found = (await world.root.get(f"/twin/runs/{more['id']}")).json()["result"]
    change = found["difference"]["total"]
    assert change["abandon_rate"]["high"] < 0
    assert change["present_h"]["value"] == pytest.approx(9, abs=0.2)
    assert change["offered"]["value"] == 0
    previewed = (await world.root.get(f"/twin/runs/{preview.json()['id']}")).json()["result"]["difference"]
    assert previewed["queues"]["Billing"]["flow_out"]["low"] > 0
    called_back = (await world.root.get(f"/twin/runs/{owed.json()['id']}")).json()["result"]
    assert "callbacks_asked" not in called_back["before"]["total"], "nobody was offered one"
    asked, *ends = (
        called_back["after"]["total"][f"callbacks_{name}"]["value"]
        for name in ("asked", "connected", "resumed", "lost", "open")
    )
    assert asked > 5
    assert sum(ends) == pytest.approx(asked)
    listed = (await world.root.get("/twin/runs")).json()
    assert sorted(item["state"] for item in listed["items"]) == ["cancelled", "done", "done", "done"]
    assert {item["name"] for item in listed["items"]} == {"2026-03-10", "Three more"}


async def test_what_cannot_be_is_refused(world: World) -> None:
    nobody = {"agents": [{"crew": "Nobody", "by": 1}]}
    refused = await world.root.post("/twin/runs", {"changes": nobody})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "twin.scenario")
    refused = await world.root.post("/twin/runs", {"scenario": {"streams": 3}})
    assert refused.json()["error"]["code"] == "twin.malformed"
    refused = await world.root.post("/twin/previews", {"queue": uuid7(), "rules": {}})
    assert refused.json()["error"]["code"] == "queue.not_found"
    assert (await world.root.get(f"/twin/runs/{uuid7()}")).json()["error"]["code"] == "twin_run.not_found"


async def test_a_run_that_is_cancelled_stays_so(world: World, database: Database, jobs: Jobs) -> None:
    Simulator(database, VirtualClock(TODAY)).register(jobs)
    run = (await world.root.post("/twin/runs", {"days": 2})).json()["id"]
    assert (await world.root.post(f"/twin/runs/{run}/cancel", {})).json()["state"] == "cancelled"

    await jobs.run_all()

    assert (await world.root.get(f"/twin/runs/{run}")).json()["state"] == "cancelled"
    again = await world.root.post(f"/twin/runs/{run}/cancel", {})
    assert again.json()["error"]["code"] == "twin_run.illegal_move"
    assert (await world.root.delete(f"/twin/runs/{run}")).status_code == 204
    assert (await world.root.get("/twin/runs")).json()["total"] == 0


async def test_a_run_whose_process_was_lost_begins_anew(world: World, database: Database, jobs: Jobs) -> None:
    late = VirtualClock(datetime(2100, 1, 1, tzinfo=UTC))
    run = (await world.root.post("/twin/runs", {"days": 2})).json()["id"]
    async with database.work(world.tenant) as work:
        await store.move(work, run, Move.START, done=1)
    simulator = Simulator(database, late)
    simulator.register(jobs)

    await simulator.sweep(0)
    await jobs.run_all()

    found = (await world.root.get(f"/twin/runs/{run}")).json()
    assert (found["state"], found["done"]) == ("done", 2)


async def test_runs_of_another_tenant_are_not_seen(world: World, database: Database) -> None:
    await world.root.post("/twin/runs", {"days": 2})
    centre = Centre(database)
    _, slug = await centre.tenant()
    other = Browser(world.root.http._transport.app)
    await other.sign_in(slug)

    assert (await other.get("/twin/runs")).json()["total"] == 0
    await other.http.aclose()
