"""Who is rung, on a real Asterisk with real phones: several at once, and the first who answers has the call."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Any

import pytest

from rexian.adapters.asterisk.config import Access
from rexian.core.ids import AgentId, TenantId
from rexian.floor import inputs
from rexian.floor.actor import Floor
from rexian.floor.conversations import Connected
from rexian.floor.directory import Directory
from rexian.floor.events import Fact, Offered, OfferEnded, Widened
from rexian.infra.database import Database
from rexian.infra.journal import Journal
from rexian.routing.custom import Candidate, Item
from rexian.routing.rules import (
    Custom,
    FewestContacts,
    LeastTalkTime,
    LongestIdle,
    LowestOccupancy,
    ProgressiveRing,
    Ring,
    RingAll,
    RoundRobin,
    Rules,
    SkillLevel,
    TopDown,
    WeightedRandom,
)
from tests.asterisk import running_asterisk
from tests.floor.house import NUMBER, SALES, SERVICE, a_directory, agent, queue
from tests.floor.ringing import ALL
from tests.floor.voice import on_asterisk, shows
from tests.sip import Line, SipPhone

pytestmark = [pytest.mark.asterisk, pytest.mark.postgres]

NAMES = ("ann", "bob", "cid")
PATIENCE_S = 15.0


@pytest.fixture(scope="module")
def asterisk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Access, int]]:
    with running_asterisk(tmp_path_factory.mktemp("asterisk")) as (access, settings):
        yield access, settings.sip_port


class Office:
    """A floor on a real switch, with a registered phone for each of its agents, and customers outside."""

    def __init__(self, floor: Floor, server: tuple[str, int], phones: dict[str, SipPhone], outside: SipPhone) -> None:
        self.floor, self.server, self.phones, self.outside = floor, server, phones, outside
        self.facts: list[Fact] = []
        floor.watchers.append(self.facts.extend)

    async def staff(self, *names: str) -> None:
        """They become ready, one after the other."""
        for name in names:
            await self.floor.ask(inputs.SignIn(agent=AgentId(name)))
            await self.floor.ask(inputs.Ready(agent=AgentId(name)))

    async def register(self, phone: SipPhone) -> None:
        """The switch may just be learning of the phone."""
        async with asyncio.timeout(40):
            while await phone.register(self.server) != 200:
                await asyncio.sleep(0.2)

    async def call(self, caller: str = "13800138000") -> Line:
        return await self.outside.dial(f"sip:{NUMBER}@{self.server[0]}:{self.server[1]}", caller)

    async def rung(self, *names: str) -> list[Line]:
        """These phones ring, each for its own."""
        lines = await asyncio.gather(*(self.phones[name].incoming(PATIENCE_S) for name in names))
        for line in lines:
            line.ring()
        return lines

    async def until(self, true: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not await shows(self.floor, true):
                await asyncio.sleep(0.02)

    def told(self, *kinds: type) -> list[Any]:
        return [fact for fact in self.facts if type(fact) in kinds]

    def state(self, name: str) -> tuple[str, int]:
        live = self.floor.state.agents[AgentId(name)]
        return str(live.state), live.misses

    async def at_rest(self) -> None:
        """Nothing is left of any call, in the floor or in the switch."""
        await self.until(lambda: not self.floor.state.calls)


@asynccontextmanager
async def opened(
    asterisk: tuple[Access, int], tenant: TenantId, journal: Journal, database: Database, directory: Directory
) -> AsyncIterator[Office]:
    access, port = asterisk
    names = [str(name) for name in directory.agents]
    async with AsyncExitStack() as stack:
        floor, _ = await stack.enter_async_context(on_asterisk(access, tenant, journal, database, directory, names))
        phones = {name: await stack.enter_async_context(SipPhone(f"demo-{name}", "s3cret")) for name in names}
        outside = await stack.enter_async_context(SipPhone())
        office = Office(floor, ("127.0.0.1", port), phones, outside)
        for phone in phones.values():
            await office.register(phone)
        await office.until(lambda: sum(each.phone for each in floor.state.agents.values()) == len(names))
        yield office


def house(**rules: Any) -> Directory:
    return a_directory(
        agents=[agent(name, wrap_up_s=0) for name in NAMES],
        queues=[queue(SALES, ring_timeout_s=10, **rules), queue(SERVICE)],
        trunk="",
    )


async def test_three_phones_ring_two_answer_in_the_same_moment_and_one_gets_the_call(
    asterisk: tuple[Access, int],
    tenant: TenantId,
    journal: Journal,
    database: Database,
) -> None:
    async with opened(asterisk, tenant, journal, database, house(rules=ALL)) as office:
        await office.staff(*NAMES)
        customer = await office.call()
        lines = dict(zip(NAMES, await office.rung(*NAMES), strict=True))
        await asyncio.gather(lines["bob"].answer(), lines["cid"].answer())
        await office.until(lambda: len(office.told(Connected)) == 1 and len(office.told(OfferEnded)) == 2)
        winner = str(office.told(Connected)[0].agent)
        loser = "cid" if winner == "bob" else "bob"
        assert winner in ("bob", "cid")
        await lines[loser].wait(lines[loser].ended, PATIENCE_S)
        await lines["ann"].wait(lines["ann"].ended, PATIENCE_S)
        assert {fact.reason for fact in office.told(OfferEnded)} == {"elsewhere"}
        assert "completed elsewhere" in lines["ann"].reason  # RFC 3326: nobody missed anything
        assert [office.state(name) for name in ("ann", loser)] == [("ready", 0), ("ready", 0)]
        assert office.state(winner) == ("busy", 0)
        customer.media.say(900.0)
        await office.until(lambda: lines[winner].media.hears(900.0))
        assert not lines[loser].media.hears(900.0)
        customer.hang_up()
        await lines[winner].wait(lines[winner].ended, PATIENCE_S)
        await office.at_rest()
        assert len(office.told(Connected)) == 1


async def test_a_stranger_does_not_learn_which_phones_there_are(
    asterisk: tuple[Access, int],
    tenant: TenantId,
    journal: Journal,
    database: Database,
) -> None:
    """Asked from an address that is no trunk's, a name that is there is refused as one that is not."""
    async with opened(asterisk, tenant, journal, database, house()) as office:
        answers = {}
        for name in ("demo-ann", "demo-nobody"):
            async with SipPhone(name, "wrong", address="127.0.0.2") as stranger:
                answers[name] = [await stranger.register(office.server), await stranger.register(office.server, 0)]
        assert answers == {"demo-ann": [401, 401], "demo-nobody": [401, 401]}


class LastByName:
    """A strategy of somebody else's."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        pass

    def choose(self, item: Item, candidates: Sequence[Candidate], at: datetime) -> AgentId:
        return max(candidate.id for candidate in candidates)


# Who is rung first when Ann, Bob and Cid have become ready in this order, Ann has had a call and Cid was asked last.
# Extensions go Cid, Bob, Ann.
CHOICES: list[tuple[Rules, list[str]]] = [
    (Rules(strategy=LowestOccupancy()), ["bob"]),
    (Rules(strategy=FewestContacts()), ["bob"]),
    (Rules(strategy=LeastTalkTime()), ["bob"]),
    (Rules(strategy=LongestIdle()), ["ann"]),
    (Rules(strategy=TopDown(), ranks={AgentId("cid"): 1, AgentId("bob"): 2}), ["cid"]),
    (Rules(strategy=RoundRobin()), ["bob"]),
    (Rules(strategy=SkillLevel(prefer="best"), requirement="english"), ["ann"]),
    (Rules(strategy=SkillLevel(prefer="just_enough"), requirement="english >= 2"), ["bob"]),
    (Rules(strategy=Custom(name="last_by_name")), ["cid"]),
    (Rules(strategy=RingAll(at_most=2)), ["ann", "bob"]),
    (Rules(strategy=ProgressiveRing(every_s=1)), ["ann", "bob", "cid"]),
    (Rules(requirement="english >= 7"), ["ann"]),
]


def centre(rules: Rules) -> Directory:
    skills = {"ann": {"english": 9}, "bob": {"english": 4}, "cid": {"english": 1}}
    return a_directory(
        agents=[agent(name, wrap_up_s=0, skills=skills[name]) for name in NAMES],
        queues=[queue(SALES, ring_timeout_s=30, rules=rules), queue(SERVICE)],
        trunk="",
        strategies={"last_by_name": LastByName},
    )


async def ready_in_order(office: Office) -> None:
    for name in NAMES:
        await office.floor.ask(inputs.Pause(agent=AgentId(name), reason="tea"))
    for name in NAMES:
        await office.floor.ask(inputs.Ready(agent=AgentId(name)))


async def gives_up(office: Office, customer: Line, lines: list[Line]) -> None:
    customer.hang_up()
    for line in lines:
        await line.wait(line.ended, PATIENCE_S)
    await office.at_rest()


async def test_every_strategy_rings_the_right_phone_and_the_search_widens(
    asterisk: tuple[Access, int], tenant: TenantId, journal: Journal, database: Database
) -> None:
    async with opened(asterisk, tenant, journal, database, centre(Rules())) as office:
        await office.staff(*NAMES)
        customer = await office.call()
        (line,) = await office.rung("ann")
        await line.answer()
        await office.until(lambda: office.told(Connected))
        await asyncio.sleep(1.0)
        await gives_up(office, customer, [line])

        for rules, expected in CHOICES:
            office.floor.reconfigure(centre(rules))
            await ready_in_order(office)
            before = len(office.told(Offered))
            customer = await office.call()
            lines = await office.rung(*expected)
            assert [fact.agent for fact in office.told(Offered)[before:]] == expected, rules.strategy
            await gives_up(office, customer, lines)

        office.floor.reconfigure(centre(Rules(strategy=WeightedRandom(), grades={AgentId("bob"): 10})))
        await ready_in_order(office)
        customer = await office.call()
        await office.until(lambda: office.told(Offered)[-1].why["strategy"] == "weighted_random")
        drawn = office.told(Offered)[-1].agent
        await gives_up(office, customer, await office.rung(drawn))

        rings = (Ring(after_s=1, lower=3), Ring(after_s=60, requirement=""))
        office.floor.reconfigure(centre(Rules(requirement="english >= 7", rings=rings)))
        await ready_in_order(office)
        await office.floor.ask(inputs.Pause(agent=AgentId("ann"), reason="tea"))
        customer = await office.call()
        lines = await office.rung("bob")
        assert [fact.ring for fact in office.told(Widened) if fact.ring] == [1]
        assert office.told(Offered)[-1].why["ring"] == 1
        await gives_up(office, customer, lines)
