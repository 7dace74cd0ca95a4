"""A call's facts become one record whose segments close, never overlap, and add up."""

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.calls import NINE, Story, answered

from rexian.core.ids import AgentId, QueueId
from rexian.floor import conversations, gatherings
from rexian.floor import events as floor
from rexian.floor.events import Direction, Role
from rexian.interactions.events import ContactEdited, InteractionClosed
from rexian.interactions.folding import Folding, fold
from rexian.interactions.model import Interaction, Outcome, SegmentKind, VisitEnd
from rexian.telephony.commands import Cause


def told(story: Story) -> Interaction:
    contact = fold(story.facts)
    assert contact is not None
    return contact


def seconds(contact: Interaction) -> list[tuple[str, str | None, float]]:
    return [(str(s.kind), s.agent, s.length.total_seconds()) for s in contact.segments]


def test_an_answered_call_has_its_flow_wait_ring_talk_and_wrap_up() -> None:
    contact = told(answered("sales", "ann", wait=8, talk=120))

    assert seconds(contact) == [
        ("ivr", None, 10),
        ("queue", None, 8),
        ("ring", "ann", 4),
        ("talk", "ann", 120),
        ("wrap_up", "ann", 30),
    ]
    assert contact.outcome is Outcome.ANSWERED
    assert contact.closed
    assert (contact.wait, contact.talk, contact.wrap_up) == tuple(timedelta(seconds=s) for s in (8, 120, 30))
    assert contact.disposition == "solved"


def test_a_wrap_up_that_was_extended_counts_whole() -> None:
    story = answered("sales", "ann")
    until = story.facts.pop().at
    story.say(floor.WrapUpExtended, agent=AgentId("ann"), until=until + timedelta(seconds=30), nth=1)
    contact = told(story.after(25).wrapped_up("ann"))
    assert contact.wrap_up == timedelta(seconds=55)
    assert [visit.wrap_up for visit in contact.visits] == [timedelta(seconds=55)], "so AHT has it, too"


def test_a_call_is_not_closed_before_its_last_wrap_up_ends() -> None:
    story = answered("sales", "ann")
    story.facts.pop()

    contact = told(story)

    assert contact.ended_at is not None
    assert not contact.closed


def test_hanging_up_in_the_flow_is_no_queue_abandon() -> None:
    contact = told(Story().arrive().flow().after(9).abandon(None))

    assert contact.outcome is Outcome.IVR_ONLY
    assert contact.visits == ()


@pytest.mark.parametrize(
    ("waited", "outcome"), [(5, Outcome.SHORT_ABANDON), (5.001, Outcome.ABANDONED), (90, Outcome.ABANDONED)]
)
def test_giving_up_within_the_short_time_is_a_short_abandon(waited: float, outcome: Outcome) -> None:
    contact = told(Story().arrive().flow().after(3).queue("sales", short_s=5).after(waited).abandon("sales"))

    assert contact.outcome is outcome
    assert contact.visits[0].wait == timedelta(seconds=waited)


def test_giving_up_while_an_agent_rings_is_an_abandon_and_ends_the_ring() -> None:
    story = Story().arrive().queue("sales").after(20).offer("ann", "sales").after(3)
    story.say(floor.Abandoned, queue=QueueId("sales")).miss("ann", "withdrawn").end()

    contact = told(story)

    assert contact.outcome is Outcome.ABANDONED
    assert contact.wait == timedelta(seconds=23)
    assert [s.result for s in contact.segments if s.kind is SegmentKind.RING] == ["withdrawn"]


def test_a_missed_offer_keeps_the_same_visit_waiting() -> None:
    story = Story().arrive().queue("sales").after(2).offer("ann", "sales").after(15).miss("ann")
    story.after(1).offer("bob", "sales").after(2).connect("bob", "sales").after(60).agent_left("bob").end()

    contact = told(story)

    assert [(v.end, v.agent, v.wait.total_seconds()) for v in contact.visits] == [(VisitEnd.ANSWERED, "bob", 20)]
    assert [s.result for s in contact.segments if s.kind is SegmentKind.RING] == ["missed", "answered"]


def test_leaving_the_queue_by_time_out_is_a_flow_out_and_goes_back_to_the_flow() -> None:
    story = Story().arrive().queue("sales").after(60).say(floor.LeftQueue, queue=QueueId("sales"), reason="timeout")
    contact = told(story.after(5).end("system"))

    assert contact.outcome is Outcome.FLOW_OUT
    assert seconds(contact) == [("queue", None, 60), ("ivr", None, 5)]


def test_holding_cuts_the_talk() -> None:
    story = Story().arrive().queue("sales").after(1).offer("ann", "sales").connect("ann", "sales")
    story.after(10).hold("ann").after(7).resume("ann").after(5).agent_left("ann").end()

    contact = told(story)

    assert [(kind, length) for kind, _, length in seconds(contact) if kind in ("talk", "hold")] == [
        ("talk", 10),
        ("hold", 7),
        ("talk", 5),
    ]


def consulting() -> Story:
    story = Story().arrive().queue("sales").after(1).offer("ann", "sales").connect("ann", "sales").after(10)
    story.hold("ann").say(conversations.ConsultStarted, by=AgentId("ann"), target="agent:bob", leg=story.leg("bob"))
    story.offer("bob").after(3).say(floor.LegUp, leg=story.leg("bob"))
    return story.say(conversations.ConsultConnected, by=AgentId("ann"), leg=story.leg("bob")).after(20)


def test_a_completed_consult_hands_the_talk_to_the_second_agent() -> None:
    story = consulting().say(conversations.ConsultEnded, by=AgentId("ann"), result="completed")
    story.say(conversations.Transferred, by=AgentId("ann"), target="agent:bob", kind="consult").connect("bob")
    story.agent_left("ann", "transferred").wrap_up("ann", "sales").after(5).wrapped_up("ann")
    contact = told(story.after(25).agent_left("bob").end())

    assert sorted(seconds(contact), key=str) == [
        ("consult", "ann", 23),
        ("consult", "bob", 20),
        ("queue", None, 1),
        ("ring", "bob", 3),
        ("talk", "ann", 10),
        ("talk", "bob", 30),
        ("wrap_up", "ann", 5),
    ]
    assert contact.agent == "bob"
    assert contact.visits[0].agent == "ann"
    assert contact.visits[0].talk == timedelta(seconds=10)


def test_a_cancelled_consult_goes_back_to_the_customer() -> None:
    story = consulting().say(conversations.ConsultEnded, by=AgentId("ann"), result="cancelled").agent_left("bob")
    contact = told(story.after(4).agent_left("ann").end())

    mine = [(kind, length) for kind, agent, length in seconds(contact) if agent == "ann"]
    assert mine == [("talk", 10), ("consult", 23), ("talk", 4)]


def test_a_joined_consult_is_a_conference_until_the_third_has_gone() -> None:
    story = consulting().say(conversations.ConsultEnded, by=AgentId("ann"), result="joined")
    story.say(conversations.Conferenced, legs=(story.leg("customer"), story.leg("ann"), story.leg("bob")))
    contact = told(story.after(40).agent_left("ann").after(8).agent_left("bob").end())

    assert [(k, a, s) for k, a, s in seconds(contact) if k in ("conference", "talk")] == [
        ("talk", "ann", 10),
        ("conference", "ann", 40),
        ("conference", "bob", 40),
        ("talk", "bob", 8),
    ]


def test_a_page_loaded_anew_continues_the_same_visit_on_a_new_leg() -> None:
    story = Story().arrive().queue("sales").after(1).offer("ann", "sales").connect("ann", "sales").after(10)
    again = story.leg("ann2")
    story.say(conversations.Rejoining, agent=AgentId("ann"), leg=again, replaces=story.leg("ann"))
    story.say(floor.LegPlaced, leg=again, role=Role.AGENT, address="x", agent=AgentId("ann")).after(2)
    story.say(floor.LegUp, leg=again).say(floor.LegDown, leg=story.leg("ann"), cause=Cause.LOST).after(20)
    contact = told(story.agent_left("ann").end())

    assert [(s.leg, s.length.total_seconds()) for s in contact.segments if s.kind is SegmentKind.TALK] == [
        (story.leg("ann"), 12),
        (again, 20),
    ]
    assert contact.visits[0].talk == timedelta(seconds=32)
    assert len(contact.visits) == 1


def test_a_colleague_from_another_queue_who_is_consulted_is_no_second_visit_of_the_customer() -> None:
    story = Story().arrive().queue("sales").after(1).offer("ann", "sales").connect("ann", "sales").after(10)
    story.say(conversations.ConsultStarted, by=AgentId("ann"), target="queue:service").queue("service", via="consult")
    story.after(4).offer("bob", "service").after(2).say(
        conversations.ConsultConnected, by=AgentId("ann"), leg=story.leg("bob")
    )
    story.after(9).say(conversations.ConsultEnded, by=AgentId("ann"), result="party_gone").agent_left("bob")
    contact = told(story.after(1).agent_left("ann").end())

    assert [(visit.queue, visit.end) for visit in contact.visits] == [("sales", VisitEnd.ANSWERED)]
    assert contact.wait == timedelta(seconds=1)
    assert [length for kind, agent, length in seconds(contact) if (kind, agent) == ("consult", "ann")] == [15]


def test_an_outbound_call_that_is_not_reached_has_failed() -> None:
    story = Story()
    story.say(floor.CallArrived, direction=Direction.OUTBOUND, caller="1001", called="+8613800138000",
              leg=story.leg("ann"), agent=AgentId("ann"))  # fmt: skip
    story.say(floor.LegPlaced, leg=story.leg("customer"), role=Role.CUSTOMER, address="trunk").after(20)
    contact = told(story.end("customer", Cause.BUSY))

    assert contact.outcome is Outcome.FAILED
    assert contact.cause == "busy"
    assert seconds(contact) == [("ring", "ann", 20)]


def test_late_edits_replace_what_was_written() -> None:
    story = answered("sales", "ann")
    edit = ContactEdited(at=story.at, call=story.call, by="eve", notes="asked twice")

    contact = fold([*story.facts, edit, InteractionClosed(at=story.at, call=story.call, outcome="answered")])

    assert contact is not None
    assert (contact.disposition, contact.notes, contact.announced) == ("solved", "asked twice", True)


# --- laws over any order of facts ---------------------------------------------------------------------------------

AGENTS, QUEUES = ("ann", "bob", "cid"), ("sales", "service")


STEPS: dict[str, Callable[[Story, str, str], Story]] = {
    "flow": lambda story, agent, queue: story.flow(),
    "queue": lambda story, agent, queue: story.queue(queue),
    "offer": lambda story, agent, queue: story.offer(agent, queue),
    "miss": lambda story, agent, queue: story.miss(agent),
    "connect": lambda story, agent, queue: story.connect(agent, queue),
    "hold": lambda story, agent, queue: story.hold(agent),
    "resume": lambda story, agent, queue: story.resume(agent),
    "leave": lambda story, agent, queue: story.agent_left(agent),
    "time out": lambda story, agent, queue: story.say(floor.LeftQueue, queue=queue, reason="timeout"),
    "give up": lambda story, agent, queue: story.say(floor.Abandoned, queue=queue),
    "consult": lambda story, agent, queue: story.say(conversations.ConsultStarted, by=agent, target="agent:x"),
    "consulted": lambda story, agent, queue: story.say(conversations.ConsultConnected, by="ann", leg=story.leg(agent)),
    "hand over": lambda story, agent, queue: story.say(conversations.ConsultEnded, by=agent, result="completed"),
    "take back": lambda story, agent, queue: story.say(conversations.ConsultEnded, by=agent, result="cancelled"),
    "confer": lambda story, agent, queue: story.say(
        conversations.Conferenced, legs=(story.leg("customer"), story.leg("ann"), story.leg("bob"))
    ),
    "wrap up": lambda story, agent, queue: story.wrap_up(agent, queue),
    "wrapped up": lambda story, agent, queue: story.wrapped_up(agent, "done"),
    "end": lambda story, agent, queue: story.say(floor.CallEnded, cause=Cause.NORMAL, ended_by="customer"),
}
MOMENTS = st.tuples(
    st.sampled_from((0, 0, 0.5, 1, 7, 60, -3)),
    st.sampled_from(sorted(STEPS)),
    st.sampled_from(AGENTS),
    st.sampled_from(QUEUES),
)


@st.composite
def any_story(draw: st.DrawFn) -> Story:
    """Facts in any order, also impossible ones: the record must hold even when the floor is wrong."""
    story = Story().arrive()
    for pause, step, agent, queue in draw(st.lists(MOMENTS, max_size=25)):
        STEPS[step](story.after(pause), agent, queue)
    return story


@given(any_story())
def test_segments_of_one_leg_never_overlap(story: Story) -> None:
    by_leg = defaultdict(list)
    for segment in told(story).segments:
        by_leg[segment.leg].append(segment)

    for segments in by_leg.values():
        for one, next_one in pairwise(segments):
            assert one.end is not None
            assert one.start < one.end <= next_one.start


@given(any_story())
def test_everything_closes_when_the_call_and_its_wrap_ups_are_over(story: Story) -> None:
    story.end()
    for agent in AGENTS:
        story.wrapped_up(agent)

    contact = told(story)

    assert contact.closed
    assert contact.outcome is not None
    assert all(segment.end is not None for segment in contact.segments)
    assert all(visit.end is not VisitEnd.WAITING for visit in contact.visits)


@given(any_story())
def test_folding_on_is_the_same_as_folding_anew(story: Story) -> None:
    folding = Folding()
    for count, fact in enumerate(story.facts, start=1):
        folding.apply(fact)
        assert folding.interaction() == fold(story.facts[:count])


@given(any_story())
def test_the_sums_are_the_segments(story: Story) -> None:
    contact = told(story)

    def of(*kinds: SegmentKind) -> timedelta:
        return sum((s.length for s in contact.segments if s.kind in kinds), timedelta())

    assert contact.wait == of(SegmentKind.QUEUE)
    assert contact.talk == of(SegmentKind.TALK, SegmentKind.CONFERENCE)
    assert contact.wrap_up == of(SegmentKind.WRAP_UP)
    assert sum((visit.talk for visit in contact.visits), timedelta()) <= contact.talk


def test_what_a_customer_answers_after_the_agent_hung_up_is_the_contacts_survey() -> None:
    story = Story().arrive().flow().say(floor.FlowMoved, node="ask", variables={"order": "42"}).after(3).queue("sales")
    story.after(5).offer("ann", "sales").after(2).connect("ann", "sales").after(60)
    story.say(gatherings.SurveyStarted, agent=AgentId("ann"), queue=QueueId("sales"), flow="survey-1")
    story.say(conversations.AgentLeft, agent=AgentId("ann"), reason="hung_up").flow().after(8)
    story.say(floor.FlowMoved, node="thanks", exit="next", variables={"rating": "5", "_tries": 1}).after(2)
    story.say(floor.CallEnded, cause=Cause.NORMAL, ended_by="system")

    contact = told(story)

    assert contact.survey == {"rating": "5"}
    assert [(kind, length) for kind, _, length in seconds(contact)][-2:] == [("talk", 60), ("ivr", 10)]
    assert contact.outcome is Outcome.ANSWERED


def test_whom_a_flow_puts_through_is_out_of_it_while_he_talks() -> None:
    story = Story().arrive().flow().after(3).say(gatherings.PutThrough, target="agent:ann", until=NINE)
    story.offer("ann").after(4).connect("ann").after(60).agent_left("ann")
    story.say(gatherings.GivenBack, result="next", flow="f", node="to").after(5)
    story.say(gatherings.PutThrough, target="number:+862161234567", until=NINE)
    story.say(floor.LegPlaced, leg=story.leg("out"), role=Role.OUTSIDE, address="trunk:t/1").after(6)
    story.say(floor.LegUp, leg=story.leg("out")).after(30)

    contact = told(story.end())

    assert seconds(contact) == [("ivr", None, 7), ("ring", "ann", 4), ("talk", "ann", 60), ("ivr", None, 11)]
    assert contact.outcome is Outcome.ANSWERED


def test_one_whom_an_outside_number_answers_has_been_answered() -> None:
    story = Story().arrive().flow().say(gatherings.PutThrough, target="number:+862161234567", until=NINE)
    story.say(floor.LegPlaced, leg=story.leg("out"), role=Role.OUTSIDE, address="trunk:t/1").after(6)
    assert told(Story(facts=[*story.facts], call=story.call, at=story.at).end()).outcome is Outcome.IVR_ONLY
    assert told(story.say(floor.LegUp, leg=story.leg("out")).end()).outcome is Outcome.ANSWERED


def test_one_who_waits_for_a_customer_in_a_flow_holds_and_a_parked_customer_is_on_hold() -> None:
    story = Story().arrive().flow().after(3).queue("sales").after(5).offer("ann", "sales").after(2)
    story.connect("ann", "sales").after(10)
    story.say(gatherings.SentToFlow, by=AgentId("ann"), flow="pin-1", stays=True).flow().after(20)
    story.say(gatherings.CameBack, agent=AgentId("ann"), leg=story.leg("ann")).after(30)
    story.say(gatherings.Parked, by=AgentId("ann"), slot=1, until=story.at)
    story.say(conversations.AgentLeft, agent=AgentId("ann"), reason="parked").after(40)
    story.say(floor.CallEnded, cause=Cause.NORMAL, ended_by="customer")

    contact = told(story)

    held = [(str(each.kind), each.agent, each.length.total_seconds()) for each in contact.segments][-5:]
    assert ("hold", "ann", 20) in held
    assert ("hold", None, 40) in held
    assert contact.talk == timedelta(seconds=40)
