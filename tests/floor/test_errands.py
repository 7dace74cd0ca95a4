"""What flows have done beside the call: the floor never waits, and a caller is never left by what fails."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from rexian.core.errands import Wanted
from rexian.core.errors import Unavailable
from rexian.core.ids import CallId, TenantId
from rexian.floor.errands import LARGEST_ANSWER, Errands, RunErrand
from rexian.floor.events import FlowEnded, FlowMoved, Queued
from rexian.floor.inputs import ErrandDone, Identified
from rexian.flows.documents import read
from rexian.telephony import events
from tests.floor.house import FLOW, REGISTRY, SERVICE, House

ASKING = read(
    {
        "start": "before",
        "nodes": {
            "before": {"type": "repeat_caller", "variable": "calls", "exits": {"yes": "service", "default": "sales"}},
            "sales": {"type": "queue", "queue": "sales"},
            "service": {"type": "queue", "queue": "service"},
        },
    },
    REGISTRY,
)  # fmt: skip
TENANT = TenantId("t")


def asked(house: House) -> RunErrand:
    return next(effect for effect in house.effects if isinstance(effect, RunErrand))


def test_the_answer_is_an_input_and_what_it_brought_is_told() -> None:
    house = House(flows={FLOW: ASKING})
    call = house.arrive()
    errand = asked(house)
    assert (errand.kind, errand.parameters["caller"], errand.within_s) == ("contacts.recent", "13800000000", 2.0)
    house.tell(ErrandDone(call=call.id, errand=errand.errand, value=4))
    assert house.told(Queued)[0].queue == SERVICE
    assert {"calls": 4} in [fact.variables for fact in house.told(FlowMoved)]
    house.tell(ErrandDone(call=call.id, errand=errand.errand, value=4))
    house.tell(ErrandDone(call=CallId("gone"), errand=1, value=4))
    assert house.replayed() == house.now_lasting()


@pytest.mark.parametrize("how", ["failed", "silent"])
def test_an_errand_that_comes_to_nothing_strands_nobody(how: str) -> None:
    house = House(flows={FLOW: ASKING})
    call = house.arrive()
    if how == "failed":
        house.tell(ErrandDone(call=call.id, errand=asked(house).errand, error="web.address_forbidden"))
    house.wait(3)
    assert house.told(Queued)[0].queue == "sales"
    moved = next(fact for fact in house.told(FlowMoved) if fact.node == "sales")
    why = {"failed": ("error", "web.address_forbidden"), "silent": ("timeout", "errand.timeout")}
    assert (moved.exit, moved.error) == why[how]


def test_after_a_restart_the_errand_is_asked_anew() -> None:
    house = House(flows={FLOW: ASKING})
    call = house.arrive()
    first = asked(house)
    house.tell(events.SwitchLost(at=house.clock.now()))
    seen = events.LegSeen(leg=next(iter(call.legs)), call=call.id, up=False)
    house.tell(events.SwitchBack(at=house.clock.now(), legs=(seen,)))
    again = [effect for effect in house.effects if isinstance(effect, RunErrand)]
    assert [effect.kind for effect in again] == [first.kind] * 2
    house.tell(ErrandDone(call=call.id, errand=first.errand, value=9))
    assert not house.told(Queued)
    house.tell(ErrandDone(call=call.id, errand=again[1].errand, value=9))
    assert house.told(Queued)[0].queue == SERVICE


def test_who_is_recognised_goes_on_at_once() -> None:
    document = {
        "start": "who",
        "nodes": {
            "who": {"type": "customer", "exits": {"known": "service", "unknown": "sales"}},
            "sales": {"type": "queue", "queue": "sales"},
            "service": {"type": "queue", "queue": "service"},
        },
    }
    house = House(flows={FLOW: read(document, REGISTRY)})
    call = house.arrive()
    house.tell(Identified(call=call.id, customer="c", name="Li", facts={"level": 3}))  # type: ignore[arg-type]
    assert house.told(Queued)[0].queue == SERVICE
    stranger = House(flows={FLOW: read(document, REGISTRY)})
    stranger.arrive()
    stranger.wait(3)
    assert stranger.told(Queued)[0].queue == "sales"


def test_a_caller_who_hangs_up_during_an_errand_leaves_nothing_behind() -> None:
    house = House(flows={FLOW: ASKING})
    call = house.arrive()
    house.end(next(iter(call.legs)))
    house.tell(ErrandDone(call=call.id, errand=asked(house).errand, value=1))
    assert house.told(FlowEnded)
    assert not house.state.calls


# --- running them -----------------------------------------------------------------------------------------------------


@asynccontextmanager
async def running(**doers: Any) -> AsyncIterator[tuple[Errands, "asyncio.Queue[ErrandDone]"]]:
    done: asyncio.Queue[ErrandDone] = asyncio.Queue()
    errands = Errands(doers, lambda tenant, answer: done.put_nowait(answer))
    task = asyncio.create_task(errands.run())
    await asyncio.sleep(0)
    yield errands, done
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def errand(kind: str, *, number: int = 1, within_s: float = 5.0, **parameters: Any) -> RunErrand:
    return RunErrand(call=CallId("c"), errand=number, kind=kind, parameters=parameters, within_s=within_s)


async def test_whatever_a_doer_does_the_flow_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rexian.floor.errands.MARGIN_S", 0.0)

    async def good(wanted: Wanted) -> Any:
        return {"n": wanted.parameters["n"], "nul": "a\x00b"}

    async def refuses(wanted: Wanted) -> Any:
        raise Unavailable("web.down", "It is down.")

    async def breaks(wanted: Wanted) -> Any:
        raise RuntimeError("secret 4711")

    async def sleeps(wanted: Wanted) -> Any:
        await asyncio.sleep(60)

    async def floods(wanted: Wanted) -> Any:
        return "x" * LARGEST_ANSWER

    async def odd(wanted: Wanted) -> Any:
        return object()

    async with running(good=good, refuses=refuses, breaks=breaks, sleeps=sleeps, floods=floods, odd=odd) as (run, done):
        expected = {
            "good": ({"n": 7, "nul": "ab"}, ""),
            "refuses": (None, "web.down"),
            "breaks": (None, "errand.failed"),
            "sleeps": (None, "errand.timeout"),
            "floods": (None, "errand.unfit_answer"),
            "odd": (None, "errand.unfit_answer"),
            "nobody": (None, "errand.unknown"),
        }
        for kind, (value, error) in expected.items():
            run.start(TENANT, errand(kind, within_s=0.05 if kind == "sleeps" else 5.0, n=7))
            answer = await asyncio.wait_for(done.get(), 5)
            assert (answer.value, answer.error) == (value, error), kind


async def test_too_many_at_once_are_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rexian.floor.errands.MOST_AT_ONCE", 2)
    gate = asyncio.Event()

    async def waits(wanted: Wanted) -> Any:
        await gate.wait()
        return "done"

    async with running(waits=waits) as (run, done):
        for number in (1, 2, 3):
            run.start(TENANT, errand("waits", number=number))
        assert (await asyncio.wait_for(done.get(), 5)).error == "errand.too_many"
        gate.set()
        assert {(await asyncio.wait_for(done.get(), 5)).errand for _ in range(2)} == {1, 2}
