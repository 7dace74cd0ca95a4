"""How calls went through a flow: told by the journal's facts, whatever batches they are read in."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from rexian.core.clock import VirtualClock
from rexian.core.ids import CallId, FlowId, FlowVersionId, LegId, TenantId, uuid7
from rexian.floor import events as floor
from rexian.floor.events import Direction
from rexian.floor.gatherings import GivenBack
from rexian.flows.nodes import load_registry
from rexian.flows.service import Flows
from rexian.infra.database import Database
from rexian.infra.forgetting import Forgetter
from rexian.infra.journal import Entry, Journal, Row
from rexian.infra.subscribers import Reader, replay
from rexian.interactions import traffic
from rexian.interactions.subscribers import InteractionRecorder
from rexian.interactions.traffic import WalkRecorder
from rexian.interactions.walks import fold
from rexian.telephony.commands import Cause
from tests.calls import NINE

END = NINE + timedelta(days=1)
VERSION = FlowVersionId(uuid7())


def walk(*moves: tuple[str, str], reason: str = "hangup", by: str = "system", version: str = VERSION) -> list[Entry]:
    """A call that takes ten seconds for every step."""
    call = CallId(uuid7())
    at = NINE
    facts: list[floor.Fact] = [
        floor.CallArrived(
            at=at, call=call, direction=Direction.INBOUND, caller="13800138000", called="4001", leg=LegId("l")
        ),
        floor.FlowStarted(at=at, call=call, flow=FlowVersionId(version)),
    ]
    for exit, node in moves:
        facts.append(floor.FlowMoved(at=at, call=call, node=node, exit=exit))
        at += timedelta(seconds=10)
    facts.append(floor.FlowEnded(at=at, call=call, reason=reason))
    facts.append(floor.CallEnded(at=at, call=call, cause=Cause.NORMAL, ended_by=by))
    return [Entry(f"call:{call}", fact) for fact in facts]


def failing(*moves: tuple[str, str, str], reason: str = "hangup", version: str = VERSION) -> list[Entry]:
    """A call whose steps were left because of errors: exit, node, and the code of what went wrong before."""
    entries = walk(*((exit, node) for exit, node, _ in moves), reason=reason, version=version)
    told = iter(moves)
    return [
        entry._replace(fact=msgspec.structs.replace(entry.fact, error=next(told)[2]))
        if isinstance(entry.fact, floor.FlowMoved)
        else entry
        for entry in entries
    ]


def rows(entries: list[Entry]) -> list[Row]:
    return [
        Row(seq, entry.fact.at, entry.subject, type(entry.fact).__name__, vars_of(entry.fact))  # type: ignore[attr-defined]
        for seq, entry in enumerate(entries, 1)
    ]


def vars_of(fact: Any) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in fact.__struct_fields__}


def test_steps_links_and_endings_are_folded() -> None:
    steps = list(fold(rows(walk(("", "menu"), ("", "menu"), ("1", "queue"), by="customer")), {}).steps.values())
    assert [(step["came_from"], step["exit"], step["node"]) for step in steps] == [
        ("", "", "menu"),
        ("menu", "1", "queue"),
    ]
    assert [step["ended"] for step in steps] == ["", "caller_gone"]
    assert steps[0]["left_at"] - steps[0]["at"] == timedelta(seconds=20)


def test_a_flow_that_has_its_caller_again_goes_on_where_it_stood() -> None:
    """Also where another flow had him meanwhile."""
    before = walk(("", "to"))[:-2]
    call = CallId(before[0].subject.removeprefix("call:"))
    at = NINE + timedelta(seconds=60)
    facts = [
        floor.FlowStarted(at=at, call=call, flow=FlowVersionId(uuid7())),
        floor.FlowMoved(at=at, call=call, node="pin"),
        floor.FlowEnded(at=at, call=call, reason="done"),
        GivenBack(at=at, call=call, result="next", flow=VERSION, node="to"),
        floor.FlowMoved(at=at, call=call, node="rate", exit="next"),
    ]
    told = [*before, *(Entry(f"call:{call}", fact) for fact in facts)]
    steps = list(fold(rows(told), {}).steps.values())
    assert [(step["version_id"], step["came_from"], step["exit"], step["node"]) for step in steps[-1:]] == [
        (VERSION, "to", "next", "rate")
    ]
    straight = [*before, *(Entry(f"call:{call}", fact) for fact in facts[3:])]
    assert [step["left_at"] for step in fold(rows(straight), {}).steps.values()] == [at, None]


def test_who_is_hung_up_by_the_flow_is_not_lost() -> None:
    [step] = fold(rows(walk(("", "bye"))), {}).steps.values()
    assert step["ended"] == "hangup"


@pytest.mark.postgres
@pytest.mark.parametrize("batch", [1, 3, 500])
async def test_traffic_is_counted_the_same_in_any_batches(
    batch: int, database: Database, journal: Journal, tenant: TenantId
) -> None:
    async with database.work(tenant) as work:
        flows = Flows(load_registry(), {})
        flow = FlowId((await flows.add(work, None, {"name": "Greeting"}))["id"])
        version = (await flows.draft(work, None, flow, {"start": "", "nodes": {}}))["id"]
    calls = [
        walk(("", "menu"), ("1", "queue"), reason="queued", by="agent", version=version),
        walk(("", "menu"), ("1", "queue"), by="customer", version=version),
        walk(("", "menu"), ("no_input", "bye"), version=version),
        walk(("", "other"), version=uuid7()),
        walk(("", "ask"), ("*into", "ask»say"), ("next", "ask»*out"), ("next", "bye"), version=version),
        walk(("", "ask"), ("*into", "ask»say"), by="customer", version=version),
    ]
    await journal.append(tenant, [entry for call in calls for entry in call])
    for _ in range(2):
        await Reader(database, WalkRecorder(), batch=batch).catch_up(tenant)
        await Reader(database, InteractionRecorder()).catch_up(tenant)
        async with database.work(tenant) as work:
            versions = await traffic.versions_of(work, flow, None)
            assert versions == [version]
            assert await traffic.versions_of(work, flow, 2) == []
            ways = await traffic.ways(work, versions, NINE, END)
            steps = {row["node"]: row for row in await traffic.steps(work, versions, NINE, END)}
            lost = await traffic.contacts(work, versions, NINE, END, node="queue", way=("menu", "1"), lost=True)
            all_of_them = await traffic.contacts(work, versions, NINE, END, node="menu", way=(), lost=False)
            await replay(work, WalkRecorder.name)
        assert {(way["came_from"], way["exit"], way["node"]): way["taken"] for way in ways} == {
            ("", "", "menu"): 3,
            ("", "", "ask"): 2,
            ("ask", "next", "bye"): 1,
            ("menu", "1", "queue"): 2,
            ("menu", "no_input", "bye"): 1,
        }
        queue = steps["queue"]
        assert (queue["entered"], queue["calls"], queue["lost"], queue["failed"], queue["ended"]) == (2, 2, 1, 0, 2)
        assert steps["menu"]["mean_s"] == 10
        ask = steps["ask"]
        assert (ask["entered"], ask["calls"], ask["lost"], ask["mean_s"]) == (2, 2, 1, 25)
        assert [row["caller"] for row in lost] == ["13800138000"]
        assert len(all_of_them) == 3


@pytest.mark.postgres
@pytest.mark.parametrize("batch", [1, 500])
async def test_failures_are_counted_by_reason_and_lead_to_their_contacts(
    batch: int, database: Database, journal: Journal, tenant: TenantId
) -> None:
    down = "web.unreachable"
    calls = [
        failing(("", "ask", ""), ("error", "sorry", down)),
        failing(("", "ask", ""), ("error", "sorry", down)),
        failing(("", "ask", ""), ("error", "sorry", "http.status_500")),
        failing(("", "ask", ""), ("", "", ""), reason="error:errand.timeout"),
        failing(("", "menu", ""), ("no_input", "bye", "menu.no_input")),
        failing(
            ("", "sub", ""),
            ("*into", "sub»ask", ""),
            ("error", "sub»*failed", down),
            ("error", "bye", "flow.subflow_failed"),
        ),
    ]
    await journal.append(tenant, [entry for call in calls for entry in call])
    await Reader(database, WalkRecorder(), batch=batch).catch_up(tenant)
    await Reader(database, InteractionRecorder()).catch_up(tenant)
    async with database.work(tenant) as work:
        found = await traffic.failures(work, [VERSION], NINE, END)
        unreachable = await traffic.contacts(work, [VERSION], NINE, END, node="ask", failure=down)
        late = await traffic.contacts(work, [VERSION], NINE, END, node="ask", failure="errand.timeout")
    assert [(row["node"], row["code"], row["times"]) for row in found] == [
        ("ask", down, 2),
        ("ask", "errand.timeout", 1),
        ("ask", "http.status_500", 1),
        ("sub", down, 1),
    ]
    assert {row["id"] for row in unreachable} == {call[0].subject.removeprefix("call:") for call in calls[:2]}
    assert [row["id"] for row in late] == [calls[3][0].subject.removeprefix("call:")]


@pytest.mark.postgres
async def test_steps_are_forgotten_after_a_while_and_no_earlier(
    database: Database, journal: Journal, tenant: TenantId
) -> None:
    calls = [walk(("", "menu"), ("1", "queue"), ("", "more"), ("", "bye")) for _ in range(3)]
    await journal.append(tenant, [entry for call in calls for entry in call])
    await Reader(database, WalkRecorder()).catch_up(tenant)

    async def left(now: datetime) -> int:
        await Forgetter(database, VirtualClock(now), traffic.forget, timedelta(days=31), at_once=2).forget(0)
        async with database.work(tenant) as work:
            return sum(row["entered"] for row in await traffic.steps(work, [VERSION], NINE, END))

    assert await left(NINE + timedelta(days=31)) == 12
    assert await left(NINE + timedelta(days=31, seconds=15)) == 6
    assert await left(NINE + timedelta(days=40)) == 0
