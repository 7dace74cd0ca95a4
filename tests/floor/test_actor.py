"""The floor, running on the real journal: committed before carried out, and the same again after a restart."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import pytest

from rexian.core.clock import SystemClock
from rexian.core.errors import RexianError, Unavailable
from rexian.core.ids import AgentId, CallId, LegId, TenantId, uuid7
from rexian.floor import inputs
from rexian.floor.actor import Floor
from rexian.floor.decide import decide
from rexian.floor.events import Fact
from rexian.floor.state import State
from rexian.floor.store import Keeper
from rexian.floor.turn import Decision
from rexian.infra.database import Database
from rexian.infra.journal import Journal
from rexian.telephony import commands, events
from rexian.telephony.commands import AnyCommand
from tests.floor.house import NUMBER, a_directory, lasting

pytestmark = pytest.mark.postgres

CLOCK = SystemClock()
ANN = AgentId("ann")


class Switch:
    """Answers and bridges at once what it is asked to; keeps all that it was asked."""

    def __init__(self) -> None:
        self.floor: Floor
        self.done: list[AnyCommand] = []
        self.before: Callable[[AnyCommand], Awaitable[None]] | None = None

    async def perform(self, command: AnyCommand) -> None:
        if self.before is not None:
            await self.before(command)
        self.done.append(command)
        now = CLOCK.now()
        match command:
            case commands.Originate() | commands.Answer():
                self.floor.tell(events.LegAnswered(at=now, call=command.call, leg=command.leg))
            case commands.Bridge():
                self.floor.tell(events.Bridged(at=now, call=command.call, bridge=command.bridge, legs=command.legs))
            case commands.HangUp():
                ended = events.LegEnded(at=now, call=command.call, leg=command.leg, cause=command.cause)
                self.floor.tell(ended)
            case _:
                pass

    async def survey(self) -> events.SwitchBack:
        return events.SwitchBack(at=CLOCK.now(), reachable=frozenset({"demo-ann"}))


@asynccontextmanager
async def running(keeper: Keeper, switch: Switch) -> AsyncIterator[Floor]:
    floor = Floor(
        TenantId("unused"),
        directory=a_directory(),
        keeper=keeper,
        perform=switch.perform,
        survey=switch.survey,
        clock=CLOCK,
    )
    switch.floor = floor
    await floor.load()
    task = asyncio.create_task(floor.run())
    try:
        yield floor
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def a_call(floor: Floor) -> CallId:
    """Ann talks with a customer."""
    floor.tell(events.PhoneReachable(at=CLOCK.now(), phone="demo-ann", reachable=True))
    await floor.ask(inputs.SignIn(agent=ANN))
    await floor.ask(inputs.Ready(agent=ANN))
    call = CallId(uuid7())
    floor.tell(events.Arrived(at=CLOCK.now(), call=call, leg=LegId(f"in-{call}"), caller="13800000000", called=NUMBER))
    await until(lambda: floor.state.calls[call].state == "talking" if call in floor.state.calls else False)
    await floor.ask(inputs.DeskPresence(agent=ANN, present=True))  # answered once all before it is written down
    return call


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.002)


@pytest.fixture
def keeper(tenant: TenantId, journal: Journal, database: Database) -> Keeper:
    return Keeper(tenant, journal, database)


async def test_an_effect_leaves_only_after_its_facts_are_in_the_journal(
    keeper: Keeper, tenant: TenantId, journal: Journal
) -> None:
    switch = Switch()
    written: dict[str, set[str]] = {}

    async def look(command: AnyCommand) -> None:
        rows = await journal.read(tenant, 0)
        written.setdefault(type(command).__name__, {row.kind for row in rows})

    switch.before = look
    async with running(keeper, switch) as floor:
        await a_call(floor)
        await until(lambda: "StartRecording" in written)
    assert "Offered" in written["Originate"]
    assert "LegUp" in written["Bridge"]
    assert "Connected" in written["StartRecording"]


async def test_a_restart_finds_the_floor_as_it_was(keeper: Keeper) -> None:
    switch = Switch()
    async with running(keeper, switch) as floor:
        await a_call(floor)
        before = lasting(floor.state.snapshot())
    async with running(keeper, switch) as again:
        assert lasting(again.state.snapshot()) == before


async def test_a_checkpoint_and_the_facts_after_it_give_the_same(keeper: Keeper) -> None:
    switch = Switch()
    async with running(keeper, switch) as floor:
        call = await a_call(floor)
        await floor.save()
        await floor.ask(inputs.HoldCall(agent=ANN))
        before = lasting(floor.state.snapshot())
        assert before.calls[call].state == "held"
    async with running(keeper, switch) as again:
        assert lasting(again.state.snapshot()) == before


async def test_what_is_not_possible_is_refused_and_leaves_no_trace(
    keeper: Keeper, tenant: TenantId, journal: Journal
) -> None:
    async with running(keeper, Switch()) as floor:
        with pytest.raises(RexianError):
            await floor.ask(inputs.HoldCall(agent=ANN))
    assert await journal.read(tenant, 0) == []


class Failing(Keeper):
    """A journal that fails when told to."""

    failing = False

    async def append(self, facts: Sequence[Fact]) -> int:
        if self.failing:
            self.failing = False
            raise Unavailable("journal.unavailable", "The database is away.")
        return await super().append(facts)


async def test_what_could_not_be_written_has_not_happened(
    tenant: TenantId, journal: Journal, database: Database
) -> None:
    keeper = Failing(tenant, journal, database)
    switch = Switch()
    async with running(keeper, switch) as floor:
        await floor.ask(inputs.SignIn(agent=ANN))
        keeper.failing = True
        with pytest.raises(Unavailable):
            await floor.ask(inputs.Ready(agent=ANN))
        await until(lambda: ANN in floor.state.agents and floor.state.agents[ANN].phone)
        assert floor.state.agents[ANN].state == "paused"
        await floor.ask(inputs.Ready(agent=ANN))
        assert floor.state.agents[ANN].state == "ready"


async def test_an_event_is_not_forgotten_because_the_journal_was_away(
    tenant: TenantId, journal: Journal, database: Database
) -> None:
    keeper = Failing(tenant, journal, database)
    async with running(keeper, Switch()) as floor:
        await floor.ask(inputs.SignIn(agent=ANN))
        keeper.failing = True
        floor.tell(events.PhoneReachable(at=CLOCK.now(), phone="demo-bob", reachable=True))
        await until(lambda: not keeper.failing)
        await floor.ask(inputs.SignIn(agent=AgentId("bob")))
        kinds = [(row.kind, row.subject) for row in await journal.read(tenant, 0)]
    assert ("PhoneChanged", "agent:bob") in kinds


async def test_an_event_that_cannot_be_decided_takes_no_other_with_it(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(state: State, said: object, now: datetime) -> Decision:
        if isinstance(said, events.DigitPressed):
            raise KeyError("a mistake of ours")
        return decide(state, said, now)  # type: ignore[arg-type]

    monkeypatch.setattr("rexian.floor.actor.decide", broken)
    async with running(keeper, Switch()) as floor:
        nowhere = CallId(uuid7())
        floor.tell(events.PhoneReachable(at=CLOCK.now(), phone="demo-bob", reachable=True))
        floor.tell(events.DigitPressed(at=CLOCK.now(), call=nowhere, leg=LegId("x"), digit="1"))
        floor.tell(events.PhoneReachable(at=CLOCK.now(), phone="demo-cid", reachable=True))
        await until(lambda: {"bob", "cid"} <= floor.state.agents.keys())


async def test_commands_of_one_call_keep_their_order(keeper: Keeper) -> None:
    switch = Switch()
    async with running(keeper, switch) as floor:
        call = await a_call(floor)
        await until(lambda: any(isinstance(command, commands.StartRecording) for command in switch.done))
    of_call = [type(command).__name__ for command in switch.done if command.call == call]
    assert of_call.index("Answer") < of_call.index("Originate") < of_call.index("Bridge")
    assert of_call.index("Bridge") < of_call.index("StartRecording")
