"""What customers are owed: the record of callbacks, of callers who gave up, and of the calls that followed."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from rexian.core.clock import VirtualClock
from rexian.core.ids import AgentId, CallbackId, CallId, FlowVersionId, OutcallId, QueueId, TenantId, VoicemailId, uuid7
from rexian.crm.service import Customers
from rexian.floor import conversations, owed
from rexian.floor import events as floor
from rexian.floor.events import Role
from rexian.floor.turn import subject
from rexian.flows.nodes import load_registry
from rexian.flows.step_names import StepNames
from rexian.infra.blobs import Blobs
from rexian.infra.database import Database
from rexian.infra.journal import Entry, Journal
from rexian.infra.subscribers import Reader
from rexian.interactions.callbacks import CallbackRecorder
from rexian.interactions.outcalls import OutcallRecorder
from rexian.interactions.service import Contacts, Recordings
from rexian.interactions.subscribers import InteractionRecorder
from rexian.interactions.voicemails import VoicemailRecorder
from rexian.telephony.commands import Cause
from tests.calls import NINE, Story
from tests.centre import Browser, Centre, face
from tests.records.journals import AGENTS, QUEUES

pytestmark = pytest.mark.postgres
QUEUE, AGENT = QueueId(QUEUES[0]), AgentId(AGENTS[0])
NUMBER = "+8613800138000"


class House:
    def __init__(self, root: Browser, tenant: TenantId, journal: Journal, readers: list[Reader]) -> None:
        self.root = root
        self._tenant = tenant
        self._journal = journal
        self._readers = readers

    async def hears(self, *facts: floor.Fact) -> None:
        await self._journal.append(self._tenant, [Entry(subject(fact), fact) for fact in facts])
        for reader in self._readers:
            await reader.catch_up(self._tenant)

    async def list(self, path: str) -> list[dict[str, Any]]:
        answer = await self.root.get(path)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found


@pytest.fixture
async def house(database: Database, journal: Journal) -> House:
    clock = VirtualClock()
    clock.set(NINE + timedelta(hours=1))
    centre = Centre(database, clock=clock)
    centre.contacts = Contacts(clock, StepNames(load_registry()))  # type: ignore[attr-defined]
    centre.recordings = Recordings(Blobs(centre.folder))  # type: ignore[attr-defined]
    centre.customers = Customers()  # type: ignore[attr-defined]
    tenant, slug = await centre.tenant()
    root = Browser(face(centre))
    assert (await root.sign_in(slug)).status_code == 200
    kept = (InteractionRecorder(), CallbackRecorder(), OutcallRecorder(), VoicemailRecorder())
    readers = [Reader(database, reader) for reader in kept]
    return House(root, tenant, journal, readers)


def asked(id: CallbackId, origin: CallId, at: datetime) -> owed.CallbackAsked:
    return owed.CallbackAsked(
        at=at,
        callback=id,
        queue=QUEUE,
        number=NUMBER,
        since=at - timedelta(minutes=2),
        expires=at + timedelta(days=1),
        priority=3,
        origin=origin,
        name="Li",
    )


def attempt(id: CallbackId, origin: CallId, at: datetime, *, answered: bool) -> list[floor.Fact]:
    """The agent takes it, the customer is called."""
    call = CallId(uuid7())
    story = Story(at=at, call=call)
    story.say(
        owed.CallbackStarted,
        callback=id,
        agent=AGENT,
        queue=QUEUE,
        number=NUMBER,
        caller="02112345",
        attempt=1,
        origin=origin,
    )
    story.offer(AGENT, QUEUE).after(3).say(floor.LegUp, leg=story.leg(AGENT))
    customer = story.leg("customer")
    story.say(floor.LegPlaced, leg=customer, role=Role.CUSTOMER, address=f"trunk:t/{NUMBER}")
    story.after(5)
    if answered:
        story.say(floor.LegUp, leg=customer).connect(AGENT, QUEUE).after(60)
    else:
        story.miss(AGENT, "withdrawn")
    story.end("customer", Cause.NORMAL if answered else Cause.NO_ANSWER)
    return story.facts


async def test_a_callback_is_followed_from_the_wish_to_the_conversation(house: House) -> None:
    first = Story().arrive(NUMBER).flow().queue(QUEUE).after(120)
    id = CallbackId(uuid7())
    first.say(floor.LeftQueue, queue=QUEUE, reason="callback")
    await house.hears(*first.facts, asked(id, first.call, first.at), *first.after(5).end("system").facts[-2:])
    (waiting,) = await house.list("/callbacks")
    assert (waiting["state"], waiting["number"], waiting["origin"]) == ("waiting", NUMBER, first.call)

    later = first.at + timedelta(minutes=10)
    tried = attempt(id, first.call, later, answered=False)
    put_off = owed.CallbackPutOff(
        at=later, callback=id, reason="no_answer", until=later + timedelta(minutes=5), attempts=1
    )
    await house.hears(*tried, put_off)
    (resting,) = await house.list("/callbacks?sort=due")
    assert (resting["state"], resting["attempts"], resting["reason"]) == ("resting", 1, "no_answer")

    again = later + timedelta(minutes=5)
    met = attempt(id, first.call, again, answered=True)
    ended = owed.CallbackEnded(at=again, callback=id, result="connected", attempts=2)
    await house.hears(owed.CallbackDue(at=again, callback=id), *met, ended)
    assert await house.list("/callbacks") == []
    (done,) = await house.list("/callbacks?state=ended")
    assert (done["result"], done["attempts"], done["agent"]) == ("connected", 2, AGENT)

    contact = (await house.root.get(f"/contacts/{done['call']}")).json()
    assert (contact["follows"], contact["direction"], contact["outcome"]) == (first.call, "outbound", "answered")
    assert contact["called"] == NUMBER
    origin = (await house.root.get(f"/contacts/{first.call}")).json()
    assert len(origin["followed_by"]) == 2
    assert origin["followed_by"][-1] == done["call"]
    assert origin["outcome"] == "flow_out"


async def test_seeing_it_all_again_changes_nothing(house: House) -> None:
    id, origin = CallbackId(uuid7()), CallId(uuid7())
    facts: list[floor.Fact] = [
        asked(id, origin, NINE),
        owed.CallbackMoved(at=NINE, callback=id, queue=QueueId(QUEUES[1]), priority=9, by="sue"),
    ]
    await house.hears(*facts)
    before = await house.list("/callbacks")
    await house.hears(*facts)
    assert await house.list("/callbacks") == before
    assert before[0]["queue"] == QUEUES[1]


async def test_callers_who_gave_up_are_listed_until_somebody_has_spoken_with_them(house: House) -> None:
    lost = Story().arrive(NUMBER).flow().queue(QUEUE).after(60).abandon(QUEUE)
    other = Story().arrive("+8613900139000").flow().queue(QUEUE).after(40).abandon(QUEUE)
    await house.hears(*lost.facts, *other.facts)
    assert {row["caller"] for row in await house.list("/abandoned")} == {NUMBER, "+8613900139000"}

    again = Story(at=NINE + timedelta(minutes=20)).arrive(NUMBER).flow().queue(QUEUE).after(5)
    again.offer(AGENT, QUEUE).connect(AGENT, QUEUE).after(30).agent_left(AGENT).end()
    await house.hears(*again.facts)
    (still,) = await house.list("/abandoned")
    assert still["caller"] == "+8613900139000"
    assert still["wait_s"] == 40
    everybody = {row["caller"]: row for row in await house.list("/abandoned?open=false")}
    assert everybody[NUMBER]["again_at"] is not None
    assert everybody[NUMBER]["answered_at"] is not None
    assert everybody["+8613900139000"]["again_at"] is None
    assert await house.list(f"/abandoned?queue={QUEUES[1]}") == []


async def test_a_message_is_listed_until_it_is_closed_and_its_words_go_to_the_contact(house: House) -> None:
    story = Story().arrive(NUMBER).flow().after(20)
    id = VoicemailId(uuid7())
    recording = f"{story.call}.v1"
    story.say(conversations.RecordingStarted, leg=story.leg("customer"), recording=recording)
    story.say(owed.TapeStarted, queue=QUEUE, recording=recording).after(30)
    story.say(owed.VoicemailLeft, voicemail=id, queue=QUEUE, recording=recording, number=NUMBER, priority=-100)
    story.end()
    await house.hears(*story.facts)
    (message,) = await house.list("/voicemails")
    assert (message["state"], message["contact"], message["audible"]) == ("waiting", story.call, False)
    assert message["transcript"] is None

    at = story.at
    taken = owed.VoicemailTaken(at=at, voicemail=id, agent=AGENT, until=at + timedelta(minutes=15))
    closed = owed.VoicemailClosed(
        at=at, call=story.call, voicemail=id, agent=AGENT, by="u", disposition="solved", notes="rang him"
    )
    await house.hears(taken, closed)
    assert await house.list("/voicemails") == []
    (message,) = await house.list("/voicemails?state=closed")
    assert (message["agent"], message["disposition"]) == (AGENT, "solved")
    contact = (await house.root.get(f"/contacts/{story.call}")).json()
    assert (contact["disposition"], contact["notes"]) == ("solved", "rang him")
    assert contact["outcome"] == "ivr_only"
    assert (await house.root.get(f"/voicemails/{uuid7()}/audio")).status_code == 404


def outcall_attempt(id: OutcallId, origin: CallId, at: datetime, *, answered: bool) -> Story:
    """The number is called; who answers is led through the flow."""
    story = Story(at=at, call=CallId(uuid7()))
    story.say(owed.OutcallDialled, outcall=id, number=NUMBER, caller="4008001234", attempt=1, origin=origin)
    customer = story.leg("customer")
    story.say(floor.LegPlaced, leg=customer, role=Role.CUSTOMER, address=f"trunk:t/{NUMBER}").after(5)
    if answered:
        story.say(floor.LegUp, leg=customer).say(owed.OutcallAnswered, outcall=id).flow().after(20)
        story.say(floor.FlowEnded, reason="done")
    return story.end("customer", Cause.NORMAL if answered else Cause.BUSY)


async def test_an_outcall_is_followed_from_the_order_to_the_end_and_counts_for_no_queue(house: House) -> None:
    lost = Story().arrive(NUMBER).flow().queue(QUEUE).after(60).abandon(QUEUE)
    first = Story().arrive("+8613900139000").flow().after(60).end()
    id = OutcallId(uuid7())
    ordered = owed.OutcallOrdered(
        at=first.at,
        outcall=id,
        number=NUMBER,
        caller="+8613900139000",
        origin=first.call,
        shows="4008001234",
        due=first.at + timedelta(minutes=5),
        expires=first.at + timedelta(days=1),
        version=FlowVersionId(uuid7()),
        variables={"recording": "x"},
    )
    await house.hears(*lost.facts, *first.facts, ordered)
    (booked,) = await house.list("/outcalls")
    assert (booked["state"], booked["origin"], booked["caller"]) == ("scheduled", first.call, "+8613900139000")

    due = first.at + timedelta(minutes=5)
    tried = outcall_attempt(id, first.call, due, answered=False)
    again = due + timedelta(minutes=10)
    put_off = owed.OutcallPutOff(at=tried.at, outcall=id, reason="busy", until=again, attempts=1)
    await house.hears(owed.OutcallDue(at=due, outcall=id), *tried.facts, put_off)
    (resting,) = await house.list("/outcalls")
    assert (resting["state"], resting["attempts"], resting["reason"]) == ("scheduled", 1, "busy")

    met = outcall_attempt(id, first.call, again, answered=True)
    ended = owed.OutcallEnded(at=met.at, outcall=id, result="delivered", attempts=2)
    facts = (owed.OutcallDue(at=again, outcall=id), *met.facts, ended)
    await house.hears(*facts)
    assert await house.list("/outcalls") == []
    (done,) = await house.list("/outcalls?state=ended")
    assert (done["result"], done["attempts"], done["call"]) == ("delivered", 2, met.call)
    await house.hears(*facts)
    assert await house.list("/outcalls?state=ended") == [done]

    contact = (await house.root.get(f"/contacts/{met.call}")).json()
    assert (contact["follows"], contact["outcall"], contact["direction"]) == (first.call, id, "outbound")
    assert (contact["outcome"], contact["queue"], contact["called"]) == ("answered", None, NUMBER)
    assert (await house.root.get(f"/contacts/{tried.call}")).json()["outcome"] == "failed"
    assert (await house.root.get(f"/contacts/{first.call}")).json()["followed_by"] == [tried.call, met.call]
    (still,) = await house.list("/abandoned")
    assert (still["caller"], still["back_at"], still["answered_at"]) == (NUMBER, None, None), "nobody spoke with him"
