"""Supervision, conference, parking and survey on a real Asterisk: tones prove who hears whom."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from rexian.adapters.asterisk.config import Access
from rexian.core.ids import AgentId, FlowId, FlowVersionId, TenantId
from rexian.floor import inputs
from rexian.floor.events import FlowMoved
from rexian.floor.model import Call
from rexian.flows.documents import read
from rexian.infra.database import Database
from rexian.infra.journal import Journal
from tests.asterisk import running_asterisk
from tests.floor.house import FLOW, NUMBER, REGISTRY, SALES, queue
from tests.floor.test_faults import GREETING, Centre, _registered, opened, until
from tests.floor.voice import shows
from tests.sip import Line, SipPhone

pytestmark = [pytest.mark.asterisk, pytest.mark.postgres]

CUSTOMER_HZ, ANN_HZ, SUE_HZ, BOB_HZ = 440.0, 1000.0, 1600.0, 2300.0
ANN, SUE, BOB = "a0", "a1", "a2"
SUES_PHONE = f"phone:demo-{SUE}"
PATIENCE_S = 20.0
SURVEY, SURVEY_1 = FlowId("survey"), FlowVersionId("01900000-0000-7000-8000-000000000009")
ASK = read(
    {
        "start": "rate",
        "nodes": {
            "rate": {
                "type": "collect",
                "media": ["silence:200"],
                "variable": "rating",
                "most": 1,
                "exits": {"next": "bye"},
            },
            "bye": {"type": "play", "media": ["silence:100"], "exits": {}},
        },
    },
    REGISTRY,
)


@pytest.fixture(scope="module")
def asterisk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Access, int]]:
    with running_asterisk(tmp_path_factory.mktemp("asterisk")) as (access, settings):
        yield access, settings.sip_port


class Room:
    """A centre with three agents' telephones, a customer's telephone, and ears for tones."""

    def __init__(self, centre: Centre, phones: Mapping[str, SipPhone], outside: SipPhone) -> None:
        self.centre, self.phones, self.outside = centre, phones, outside
        self.told = centre.told

    async def ask(self, said: inputs.Input) -> None:
        await self.centre.floor.ask(said)

    async def answered(self, name: str, pitch: float) -> Line:
        """This agent's phone rings, is answered, and sounds its tone."""
        line = await self.phones[name].incoming(PATIENCE_S)
        await line.answer()
        line.media.say(pitch)
        return line

    async def talking(self) -> tuple[Line, Line, Call]:
        """A customer with Ann."""
        await self.ask(inputs.Ready(agent=AgentId(ANN)))
        server = self.centre.server
        customer = await self.outside.dial(f"sip:{NUMBER}@{server[0]}:{server[1]}")
        ann = await self.answered(ANN, ANN_HZ)
        customer.media.say(CUSTOMER_HZ)
        await self.hears((customer, ANN_HZ), (ann, CUSTOMER_HZ))
        return customer, ann, next(iter(self.centre.floor.state.calls.values()))

    async def hears(self, *pairs: tuple[Line, float]) -> None:
        await until(lambda: all(line.media.hears(pitch) for line, pitch in pairs), PATIENCE_S)

    async def silent(self, *pairs: tuple[Line, float]) -> None:
        await until(lambda: not any(line.media.hears(pitch) for line, pitch in pairs), PATIENCE_S)

    async def over(self) -> None:
        await until(lambda: not self.centre.floor.state.calls, PATIENCE_S)
        assert await shows(self.centre.floor, lambda: not self.centre.floor.state.calls)
        assert (await self.centre.switch.survey()).legs == ()


@asynccontextmanager
async def room(
    asterisk: tuple[Access, int], tenant: TenantId, journal: Journal, database: Database
) -> AsyncIterator[Room]:
    async with AsyncExitStack() as stack:
        centre = await stack.enter_async_context(
            opened(
                asterisk,
                tenant,
                journal,
                database,
                queues=[queue(SALES, survey_flow=SURVEY)],
                flows={FLOW: GREETING, SURVEY_1: ASK},
                published={SURVEY: SURVEY_1},
            )
        )
        phones = {name: await stack.enter_async_context(SipPhone(f"demo-{name}", "s3cret")) for name in (ANN, SUE, BOB)}
        for name, phone in phones.items():
            await _registered(phone, centre.server)
            await centre.floor.ask(inputs.SignIn(agent=AgentId(name)))
        agents = centre.floor.state.agents
        await until(lambda: all(agents[AgentId(name)].phone for name in phones), PATIENCE_S)
        yield Room(centre, phones, await stack.enter_async_context(SipPhone()))
        for phone in phones.values():
            await phone.register(centre.server, 0)
        await until(lambda: not any(agents[AgentId(name)].phone for name in phones), PATIENCE_S)


async def test_a_supervisor_listens_whispers_barges_in_and_takes_over(
    asterisk: tuple[Access, int], tenant: TenantId, journal: Journal, database: Database
) -> None:
    async with room(asterisk, tenant, journal, database) as it:
        customer, ann, call = await it.talking()

        def attend(mode: str) -> inputs.ListenTo:
            return inputs.ListenTo(
                call=call.id,
                agent=AgentId(ANN),
                supervisor="u",
                address=f"phone:demo-{SUE}",
                mode=mode,
                own=AgentId(SUE),
            )

        await it.ask(attend("listen"))
        sue = await it.answered(SUE, SUE_HZ)
        await it.hears((sue, CUSTOMER_HZ), (sue, ANN_HZ))
        await it.silent((ann, SUE_HZ), (customer, SUE_HZ))
        await it.ask(attend("whisper"))
        await it.hears((ann, SUE_HZ), (sue, CUSTOMER_HZ))
        assert not customer.media.hears(SUE_HZ)
        await it.ask(attend("barge"))
        await it.hears((ann, SUE_HZ), (customer, SUE_HZ), (sue, CUSTOMER_HZ))
        await it.ask(attend("listen"))
        await it.silent((ann, SUE_HZ), (customer, SUE_HZ))
        await it.ask(inputs.TakeOver(call=call.id, agent=AgentId(ANN), supervisor="u", address="", own=AgentId(SUE)))
        await it.hears((customer, SUE_HZ), (sue, CUSTOMER_HZ))
        await until(ann.ended.is_set, PATIENCE_S)
        await it.silent((customer, ANN_HZ))
        assert it.centre.floor.state.agents[AgentId(SUE)].state == "busy"
        customer.hang_up()
        await it.over()


async def test_four_talk_and_the_others_go_on_without_the_agent(
    asterisk: tuple[Access, int], tenant: TenantId, journal: Journal, database: Database
) -> None:
    async with room(asterisk, tenant, journal, database) as it:
        customer, ann, call = await it.talking()
        await it.ask(inputs.Invite(agent=AgentId(ANN), target=f"agent:{SUE}"))
        sue = await it.answered(SUE, SUE_HZ)
        await it.ask(inputs.Invite(agent=AgentId(ANN), target=f"agent:{BOB}"))
        bob = await it.answered(BOB, BOB_HZ)
        tones = {customer: CUSTOMER_HZ, ann: ANN_HZ, sue: SUE_HZ, bob: BOB_HZ}
        await it.hears(*((one, tones[other]) for one in tones for other in tones if one is not other))
        line = call.parties[AgentId(BOB)].leg
        await it.ask(inputs.MuteParty(agent=AgentId(ANN), leg=line, on=True))
        await it.silent((customer, BOB_HZ), (ann, BOB_HZ), (sue, BOB_HZ))
        await it.ask(inputs.RemoveParty(agent=AgentId(ANN), leg=line))
        await until(bob.ended.is_set, PATIENCE_S)
        await it.ask(inputs.HangUpCall(agent=AgentId(ANN)))
        await it.silent((customer, ANN_HZ))
        await it.hears((customer, SUE_HZ), (sue, CUSTOMER_HZ))
        customer.hang_up()
        await it.over()


async def test_a_customer_is_parked_picked_up_and_asked_when_the_agent_hangs_up(
    asterisk: tuple[Access, int], tenant: TenantId, journal: Journal, database: Database
) -> None:
    async with room(asterisk, tenant, journal, database) as it:
        customer, ann, call = await it.talking()
        await it.ask(inputs.Park(agent=AgentId(ANN)))
        await until(ann.ended.is_set, PATIENCE_S)
        await until(lambda: customer.media.loudness() > 100, PATIENCE_S)
        await it.silent((customer, ANN_HZ))
        server = it.centre.server
        dialled = await it.phones[BOB].dial(f"sip:*7{call.parked.slot if call.parked else 0}@{server[0]}:{server[1]}")
        bob = await it.answered(BOB, BOB_HZ)
        assert bob.auto_answer
        await until(dialled.ended.is_set, PATIENCE_S)
        await it.hears((customer, BOB_HZ), (bob, CUSTOMER_HZ))
        bob.hang_up()
        await until(lambda: call.state == "ivr", PATIENCE_S)
        customer.media.press("5")
        await until(customer.ended.is_set, PATIENCE_S)
        await it.over()
        answers = [fact.variables["rating"] for fact in it.told(FlowMoved) if "rating" in fact.variables]
        assert answers == ["5"]
