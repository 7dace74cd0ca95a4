"""The floor on a real Asterisk: legs are killed at random moments, the floor itself dies; nothing stays behind."""

import asyncio
import random
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from rexian.adapters.asterisk.config import Access, Settings, write
from rexian.adapters.asterisk.install import provided
from rexian.adapters.asterisk.process import AsteriskProcess
from rexian.adapters.asterisk.switch import AsteriskSwitch
from rexian.core.errors import RexianError
from rexian.core.ids import AgentId, FlowId, FlowVersionId, TenantId
from rexian.floor import inputs
from rexian.floor.actor import Floor
from rexian.floor.events import CallArrived, CallEnded, Fact, LegDown, LegPlaced, OfferEnded
from rexian.floor.store import Keeper
from rexian.flows.documents import read
from rexian.infra.database import Database
from rexian.infra.journal import Journal
from rexian.telephony.commands import Cause, HangUp
from tests.asterisk import running_asterisk
from tests.floor.house import FLOW, NUMBER, REGISTRY, SALES, a_directory, agent, lasting, queue
from tests.floor.voice import on_asterisk
from tests.ports import free_tcp_port, free_udp_port
from tests.sip import Line, SipPhone

pytestmark = [pytest.mark.asterisk, pytest.mark.postgres, pytest.mark.slow]

CALLS = 200
AT_ONCE = 12
AGENTS = tuple(f"a{number}" for number in range(8))
GREETING = read(
    {
        "start": "answer",
        "nodes": {
            "answer": {"type": "answer", "exits": {"next": "hush"}},
            "hush": {"type": "play", "media": ["silence:150"], "exits": {"next": "queue"}},
            "queue": {"type": "queue", "queue": "sales", "exits": {}},
        },
    },
    REGISTRY,
)


SHORT_FLOW, SHORT_1 = FlowId("short"), FlowVersionId("01900000-0000-7000-8000-000000000008")
SHORT = read(
    {"start": "hush", "nodes": {"hush": {"type": "play", "media": ["silence:300"], "exits": {}}}},
    REGISTRY,
)


@pytest.fixture
def asterisk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Access, int]]:
    """One of each test's own: it knows no telephones of the test before."""
    with running_asterisk(tmp_path_factory.mktemp("asterisk")) as (access, settings):
        yield access, settings.sip_port


class Centre:
    """The floor on a real switch and a real journal, with agents who do as they please."""

    def __init__(self, floor: Floor, switch: AsteriskSwitch, server: tuple[str, int]) -> None:
        self.floor, self.switch, self.server = floor, switch, server
        self.chance = random.Random(7)
        self.facts: list[Fact] = []
        self.killed: Counter[str] = Counter()
        floor.watchers.append(self.facts.extend)

    async def work(self, phone: SipPhone) -> None:
        """An agent's phone: mostly it answers, soon or late; sometimes it rejects, hangs up, or just rings."""
        async with asyncio.TaskGroup() as group:
            while True:
                group.create_task(self._take(await phone.incoming(600.0)))

    async def _take(self, line: Line) -> None:
        line.ring()
        await asyncio.sleep(self.chance.choice([0.0, 0.0, 0.05, 0.4]))
        kind = self.chance.random()
        if line.ended.is_set() or kind < 0.05:
            return
        if kind < 0.12:
            line.reject()
            return
        await line.answer()
        await asyncio.sleep(self.chance.uniform(0.0, 1.5))
        if kind < 0.5:
            line.hang_up()

    async def attend(self, name: str) -> None:
        """The agent himself: signs in, and is ready again whenever the system has paused him."""
        id = AgentId(name)
        await self.floor.ask(inputs.SignIn(agent=id))
        while True:
            if self.floor.state.agents[id].state == "paused":
                await self.floor.ask(inputs.Ready(agent=id))
            await asyncio.sleep(0.2)

    async def call(self, outside: SipPhone, gate: asyncio.Semaphore) -> None:
        """A customer, who hangs up some time if nobody else does."""
        async with gate:
            line = await outside.dial(f"sip:{NUMBER}@{self.server[0]}:{self.server[1]}")
            with suppress(asyncio.TimeoutError):
                await line.wait(line.ended, self.chance.choice([0.02, 0.2, 0.4, 0.8, 1.5, 3.0]))
            line.hang_up()
            with suppress(asyncio.TimeoutError):
                await line.wait(line.ended, 5.0)

    async def kill(self) -> None:
        """Now and then a leg is torn off at the switch, whatever it is just doing."""
        while True:
            await asyncio.sleep(self.chance.uniform(0.01, 0.1))
            legs = [(call, leg) for call in self.floor.state.calls.values() for leg in call.legs]
            if legs:
                call, leg = self.chance.choice(sorted(legs, key=lambda found: found[1]))
                self.killed[str(call.state)] += 1
                cause = self.chance.choice([Cause.NORMAL, Cause.LOST, Cause.BUSY])
                with suppress(RexianError):
                    await self.switch.perform(HangUp(call=call.id, leg=leg, cause=cause))

    async def misbehave(self) -> None:
        """Agents hold, transfer, consult and reject at random moments."""
        while True:
            await asyncio.sleep(self.chance.uniform(0.02, 0.15))
            with suppress(RexianError):
                await self.floor.ask(self._whim(AgentId(self.chance.choice(AGENTS))))

    def _whim(self, id: AgentId) -> inputs.Input:
        whom = self.chance.choice([f"agent:{self.chance.choice(AGENTS)}", f"queue:{SALES}"])
        acts: list[inputs.Input] = [
            inputs.HoldCall(agent=id),
            inputs.ResumeCall(agent=id),
            inputs.Transfer(agent=id, target=whom),
            inputs.Consult(agent=id, target=whom),
            inputs.CompleteConsult(agent=id),
            inputs.JoinConsult(agent=id),
            inputs.CancelConsult(agent=id),
            inputs.Rejoin(agent=id),
            inputs.Reject(agent=id),
            inputs.HangUpCall(agent=id),
            inputs.SwapConsult(agent=id),
            inputs.Invite(agent=id, target=f"agent:{self.chance.choice(AGENTS)}"),
            inputs.Park(agent=id),
            inputs.PickUp(agent=id, slot=1),
            inputs.SendToFlow(agent=id, flow=SHORT_FLOW, stays=self.chance.random() < 0.5),
            *self._supervise(id),
        ]
        return self.chance.choice(acts)

    def _supervise(self, id: AgentId) -> list[inputs.Input]:
        """What a supervisor may do to this agent's call; he is one of the agents himself."""
        live = self.floor.state.agents.get(id)
        if live is None or live.call is None:
            return []
        own = AgentId(self.chance.choice(AGENTS))
        way = {"call": live.call, "agent": id, "supervisor": own, "address": f"phone:demo-{own}", "own": own}
        return [inputs.TakeOver(**way), inputs.ListenTo(**way, mode=self.chance.choice(["listen", "barge"]))]

    def told(self, *kinds: type) -> list[Any]:
        return [fact for fact in self.facts if type(fact) in kinds]


@asynccontextmanager
async def opened(
    asterisk: tuple[Access, int], tenant: TenantId, journal: Journal, database: Database, **changes: Any
) -> AsyncIterator[Centre]:
    """`changes`: what else is set up in the house."""
    access, port = asterisk
    given: dict[str, Any] = {
        "agents": [agent(name, wrap_up_s=0) for name in AGENTS],
        "queues": [queue(SALES, ring_timeout_s=1.0, max_misses=3, max_wait_s=8.0)],
        "flows": {FLOW: GREETING, SHORT_1: SHORT},
        "published": {SHORT_FLOW: SHORT_1},
        "trunk": "",
        **changes,
    }
    async with on_asterisk(access, tenant, journal, database, a_directory(**given), AGENTS) as (floor, switch):
        yield Centre(floor, switch, ("127.0.0.1", port))


async def until(true: Any, within_s: float) -> None:
    async with asyncio.timeout(within_s):
        while not true():
            await asyncio.sleep(0.05)


async def test_legs_are_killed_at_random_moments_and_nothing_stays_behind(
    asterisk: tuple[Access, int], tenant: TenantId, journal: Journal, database: Database
) -> None:
    async with AsyncExitStack() as stack:
        centre = await stack.enter_async_context(opened(asterisk, tenant, journal, database))
        floor = centre.floor
        phones = [await stack.enter_async_context(SipPhone(f"demo-{name}", "s3cret")) for name in AGENTS]
        outside = await stack.enter_async_context(SipPhone())
        for phone in phones:
            await _registered(phone, centre.server)
        await until(lambda: sum(a.phone for a in floor.state.agents.values()) == len(AGENTS), 10)
        people = [asyncio.create_task(centre.work(phone)) for phone in phones]
        people += [asyncio.create_task(centre.attend(name)) for name in AGENTS]
        trouble = [asyncio.create_task(centre.kill()), asyncio.create_task(centre.misbehave())]
        gate = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(centre.call(outside, gate) for _ in range(CALLS)))
        await _stop(trouble)
        await until(lambda: not floor.state.calls, 60)
        await until(lambda: all(a.state in ("ready", "paused") for a in floor.state.agents.values()), 10)
        await _stop(people)
        await floor.ask(inputs.DeskPresence(agent=AgentId(AGENTS[0]), present=True))  # all before it is written down
        await _nothing_is_left(centre)
        restored, _ = await Keeper(tenant, journal, database).restored(floor.state.directory)
        assert lasting(restored.snapshot()) == lasting(floor.state.snapshot())


TALKING = 8


async def test_a_floor_that_dies_finds_its_talking_calls_again_and_nobody_hears_it(
    asterisk: tuple[Access, int], tenant: TenantId, journal: Journal, database: Database
) -> None:
    async with AsyncExitStack() as stack:
        phones = [await stack.enter_async_context(SipPhone(f"demo-{name}", "s3cret")) for name in AGENTS]
        outside = await stack.enter_async_context(SipPhone())
        async with opened(asterisk, tenant, journal, database) as centre:
            for name, phone in zip(AGENTS, phones, strict=True):
                await _registered(phone, centre.server)
                await centre.floor.ask(inputs.SignIn(agent=AgentId(name)))
                await centre.floor.ask(inputs.Ready(agent=AgentId(name)))
            uri = f"sip:{NUMBER}@{centre.server[0]}:{centre.server[1]}"
            customers = [await outside.dial(uri) for _ in range(TALKING)]
            agents = [await phone.incoming() for phone in phones[:TALKING]]
            for line in agents:
                await line.answer()
            await until(lambda: _talking(centre.floor) == TALKING, 20)
            await centre.floor.ask(inputs.HoldCall(agent=AgentId(AGENTS[0])))
        hung_up = customers.pop()
        hung_up.hang_up()  # while nobody listens
        async with opened(asterisk, tenant, journal, database) as centre:
            floor = centre.floor
            await until(lambda: _talking(floor) == TALKING - 1 and not floor.state.lost, 20)
            assert not any(line.ended.is_set() for line in customers)
            for line in customers:
                line.media.say(700.0)
            heard = sum(call.state == "talking" for call in floor.state.calls.values())
            assert heard >= TALKING - 2, "one hung up, one is on hold (or was the one that hung up)"
            await until(lambda: sum(line.media.hears(700.0) for line in agents) == heard, 10)
            for line in customers:
                line.hang_up()
            await until(lambda: not floor.state.calls, 20)
            assert all(agent.state in ("ready", "paused") for agent in floor.state.agents.values())
            assert (await centre.switch.survey()).legs == ()
            await until(lambda: all(line.ended.is_set() for line in agents), 5)


async def test_a_switch_that_dies_closes_its_calls_as_lost_and_nobody_is_stuck(
    tmp_path: Path, tenant: TenantId, journal: Journal, database: Database
) -> None:
    async with AsyncExitStack() as stack:
        voice = stack.enter_context(Voice(tmp_path))
        phones = [await stack.enter_async_context(SipPhone(f"demo-{name}", "s3cret")) for name in AGENTS[:4]]
        outside = await stack.enter_async_context(SipPhone())
        at = (voice.access, voice.settings.sip_port)
        centre = await stack.enter_async_context(opened(at, tenant, journal, database))
        await _all_talk(centre, phones, outside)
        voice.kill()
        await until(lambda: centre.floor.state.lost, 20)
        assert _talking(centre.floor) == len(phones)
        voice.start()
        await until(lambda: not centre.floor.state.calls, 60)
        await centre.floor.ask(inputs.DeskPresence(agent=AgentId(AGENTS[0]), present=True))
        assert [fact.cause for fact in centre.told(CallEnded)] == [Cause.SWITCH_LOST] * len(phones)
        assert {fact.cause for fact in centre.told(LegDown)} == {Cause.SWITCH_LOST}
        assert all(agent.state == "ready" for agent in centre.floor.state.agents.values() if agent.queues)


class Voice:
    """An Asterisk that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(
            folder=folder,
            http_port=free_tcp_port(),
            ami_port=free_tcp_port(),
            sip_port=free_udp_port(),
            sip_address="127.0.0.1",
        )
        runtime = provided()
        self.access = write(self.settings, runtime)
        self._command = AsteriskProcess(self.settings, runtime).command
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Voice":
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.kill()

    def start(self) -> None:
        quiet = subprocess.DEVNULL
        self._child = subprocess.Popen(self._command, stdin=quiet, stdout=quiet, stderr=quiet)

    def kill(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait()


async def _all_talk(centre: Centre, phones: list[SipPhone], outside: SipPhone) -> None:
    """Each of these agents with a customer."""
    for name, phone in zip(AGENTS, phones, strict=False):
        await _registered(phone, centre.server)
        await centre.floor.ask(inputs.SignIn(agent=AgentId(name)))
        await centre.floor.ask(inputs.Ready(agent=AgentId(name)))
    uri = f"sip:{NUMBER}@{centre.server[0]}:{centre.server[1]}"
    for _ in phones:
        await outside.dial(uri)
    for phone in phones:
        await (await phone.incoming(20.0)).answer()
    await until(lambda: _talking(centre.floor) == len(phones), 20)


def _talking(floor: Floor) -> int:
    return sum(call.state in ("talking", "held") for call in floor.state.calls.values())


async def _registered(phone: SipPhone, server: tuple[str, int]) -> None:
    """The switch may just be starting, or learning of the phone."""
    async with asyncio.timeout(40):
        while True:
            with suppress(TimeoutError):
                if await phone.register(server) == 200:
                    return
            await asyncio.sleep(0.2)


async def _stop(tasks: list[asyncio.Task[None]]) -> None:
    """A task that had failed says so here."""
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Exception):
            raise result


async def _nothing_is_left(centre: Centre) -> None:
    arrived = [fact.call for fact in centre.told(CallArrived)]
    assert len(arrived) > CALLS * 0.8
    assert sorted(fact.call for fact in centre.told(CallEnded)) == sorted(arrived)
    legs = [fact.leg for fact in centre.told(CallArrived, LegPlaced)]
    assert sorted(fact.leg for fact in centre.told(LegDown)) == sorted(legs)
    survey = await centre.switch.survey()
    assert survey.legs == ()
    print(  # noqa: T201
        f"{len(arrived)} calls, {len(legs)} legs, killed {sum(centre.killed.values())} in {dict(centre.killed)}, "
        f"offers ended {Counter(fact.reason for fact in centre.told(OfferEnded))}, "
        f"ends {Counter(str(fact.cause) for fact in centre.told(CallEnded))}"
    )
