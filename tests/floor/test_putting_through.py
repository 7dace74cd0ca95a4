"""Flows that put their caller through to somebody, and have him again when that is over."""

from typing import Any

import pytest

from rexian.core.ids import AgentId, FlowVersionId
from rexian.floor import inputs
from rexian.floor.conversations import Connected
from rexian.floor.events import Abandoned, CallEnded, FlowEnded, LegPlaced
from rexian.floor.gatherings import GivenBack, PutThrough
from rexian.floor.model import Call
from rexian.flows.documents import read
from rexian.flows.model import Document
from rexian.telephony import events
from rexian.telephony.commands import Cause, Originate, Play, StopPlaying
from tests.floor.house import FLOW, REGISTRY, SALES, SERVICE, House, queue
from tests.floor.test_parking import ASK_RATING, SURVEY, SURVEY_1
from tests.floor.test_recovery import survey

WAYS = ("next", "busy", "no_answer", "refused", "unavailable", "failed")
NUMBER_TO_CALL = "021 6123 4567"
DIALLED = "trunk:t1/+862161234567"


def flow(**node: Any) -> Document:
    """Put through, then say which way it went, and go on listening there."""
    said = {name: {"type": "menu", "media": [f"prompt:{name}"], "choices": {"1": "x"}} for name in WAYS}
    return read({"start": "to", "nodes": {"to": {**node, "exits": {name: name for name in WAYS}}, **said}}, REGISTRY)


TO_ANN = flow(type="agent", agent="ann", ring_s=10)
OUTSIDE = flow(type="outside_number", number=NUMBER_TO_CALL, ring_s=10)


def house(document: Document, **changes: Any) -> House:
    return House(flows={FLOW: document, SURVEY_1: ASK_RATING}, published={SURVEY: SURVEY_1}, **changes)


def heard(small: House) -> list[str]:
    return [media for effect in small.effects if isinstance(effect, Play) for media in effect.media]


def stands(call: Call) -> str:
    assert call.state == "ivr"
    assert call.through is None
    assert call.run is not None
    return call.run.node


def placed(small: House) -> Originate:
    [effect] = [effect for effect in small.effects if isinstance(effect, Originate)]
    return effect


def test_an_agent_is_called_talks_and_when_he_hangs_up_the_flow_goes_on() -> None:
    small = house(TO_ANN)
    small.staff("ann", "bob")
    call = small.arrive()
    assert (call.state, list(call.offers), call.run) == ("offering", ["ann"], None)
    assert heard(small) == ["tone:ring"]
    small.pick_up(call)
    assert call.state == "talking"
    assert any(isinstance(effect, StopPlaying) for effect in small.effects)
    assert small.together(call) == {"in-1", call.parties[AgentId("ann")].leg}
    small.wait(4000)
    small.say(inputs.HangUpCall, "ann")
    assert stands(call) == "next"
    assert small.together(call) == set()
    assert small.agent("ann").state == "wrap_up"
    assert not small.told(CallEnded, FlowEnded)
    small.end("in-1")
    assert not small.told(Abandoned), "somebody has talked with him"
    small.wait(100)
    assert small.state.calls == {}


def test_a_queues_survey_does_not_come_between() -> None:
    small = house(TO_ANN, queues=[queue(SALES, survey_flow=SURVEY), queue(SERVICE)])
    small.staff("ann")
    call = small.arrive()
    call.queue = SALES
    small.pick_up(call)
    small.say(inputs.HangUpCall, "ann")
    assert stands(call) == "next"


@pytest.mark.parametrize(
    ("cause", "way"),
    [(Cause.REJECTED, "refused"), (Cause.UNREACHABLE, "unavailable"), (Cause.NO_ANSWER, "no_answer")],
)
def test_an_agent_who_does_not_come_is_one_of_the_ways(cause: Cause, way: str) -> None:
    small = house(TO_ANN)
    small.staff("ann")
    call = small.arrive()
    small.end(call.offers[AgentId("ann")].leg, cause)
    assert stands(call) == way
    assert not call.offers
    assert small.agent("ann").call is None


def test_who_lets_it_ring_has_not_answered_and_who_refuses_has_refused() -> None:
    small = house(TO_ANN)
    small.staff("ann")
    call = small.arrive()
    small.wait(9)
    assert call.state == "offering"
    small.wait(2)
    assert stands(call) == "no_answer"
    other = small.arrive()
    small.say(inputs.Reject, "ann")
    assert stands(other) == "refused"


def test_who_cannot_be_called_is_not() -> None:
    small = house(TO_ANN)
    assert stands(small.arrive()) == "unavailable", "signed out"
    small.staff("ann", ready=False)
    assert stands(small.arrive()) == "unavailable", "paused"
    small.say(inputs.Ready, "ann")
    first = small.arrive()
    assert stands(small.arrive()) == "busy", "being rung"
    small.pick_up(first)
    assert stands(small.arrive()) == "busy", "in a call"
    assert len(small.told(PutThrough)) == 1


def test_one_who_has_paused_is_called_where_the_flow_says_so() -> None:
    small = house(flow(type="extension", extension="{wanted}", paused=True))
    small.staff("ann", ready=False)
    call = small.arrive()
    assert stands(call) == "unavailable", "nobody has the extension ''"
    entry = small.state.directory.agents[AgentId("ann")]
    small.state.directory.flows[FLOW] = flow(type="extension", extension=entry.extension, paused=True)
    assert list(small.arrive().offers) == ["ann"]


def test_a_line_that_breaks_for_good_gives_him_back_as_failed() -> None:
    small = house(TO_ANN)
    small.staff("ann", "bob")
    call = small.arrive()
    small.pick_up(call)
    small.end(call.parties[AgentId("ann")].leg, Cause.LOST)
    assert call.state == "talking"
    small.wait(10)
    assert stands(call) == "failed"


def test_whoever_has_him_last_gives_him_back() -> None:
    """The agent hands him over; the flow waits until he is alone."""
    small = house(TO_ANN)
    small.staff("ann", "bob")
    call = small.arrive()
    small.pick_up(call)
    small.say(inputs.Transfer, "ann", target="agent:bob")
    small.pick_up(call)
    assert call.state == "talking"
    small.say(inputs.Transfer, "bob", target="queue:sales")
    assert call.state == "waiting"
    small.wait(100)
    small.say(inputs.Ready, "ann")
    small.pick_up(call)
    [connected] = small.told(Connected)[-1:]
    assert connected.queue == SALES
    small.say(inputs.HangUpCall, connected.agent)
    assert stands(call) == "next"


def test_a_hand_over_that_fails_leads_back_into_the_flow() -> None:
    small = house(TO_ANN)
    small.staff("ann", "bob")
    call = small.arrive()
    small.pick_up(call)
    small.say(inputs.Transfer, "ann", target="number:13911112222")
    leg = next(leg for leg in call.legs.values() if leg.role == "outside")
    small.end(leg.id, Cause.BUSY)
    assert stands(call) == "busy"


def test_an_outside_number_is_called_in_its_full_form_and_the_flow_goes_on_when_they_hang_up() -> None:
    small = house(OUTSIDE)
    call = small.arrive()
    assert call.state == "ringing_out"
    assert (placed(small).address, placed(small).ring_timeout_s) == (DIALLED, 15)
    small.answer(placed(small).leg)
    assert call.state == "talking"
    assert small.together(call) == {"in-1", placed(small).leg}
    small.wait(5000)
    small.end(placed(small).leg)
    assert stands(call) == "next"
    small.end("in-1")
    assert not small.told(Abandoned)


@pytest.mark.parametrize(
    ("cause", "way"),
    [
        (Cause.BUSY, "busy"),
        (Cause.NO_ANSWER, "no_answer"),
        (Cause.REJECTED, "refused"),
        (Cause.UNALLOCATED, "unavailable"),
        (Cause.CONGESTION, "failed"),
    ],
)
def test_how_an_outside_call_fails_is_the_way_the_flow_takes(cause: Cause, way: str) -> None:
    small = house(OUTSIDE)
    call = small.arrive()
    small.end(placed(small).leg, cause)
    assert stands(call) == way


def test_an_outside_number_rings_no_longer_than_the_flow_says() -> None:
    small = house(OUTSIDE)
    call = small.arrive()
    small.wait(11)
    assert stands(call) == "no_answer"
    assert small.legs.keys() == {"in-1"}


def test_without_a_trunk_or_a_number_nothing_is_called() -> None:
    assert stands(house(OUTSIDE, trunk="").arrive()) == "failed"
    assert stands(house(flow(type="outside_number", number="{nothing}")).arrive()) == "failed"


def test_a_caller_who_hangs_up_while_it_rings_has_given_up() -> None:
    for document in (TO_ANN, OUTSIDE):
        small = house(document)
        small.staff("ann")
        small.arrive()
        small.end("in-1")
        small.wait(60)
        assert small.state.calls == {}
        assert small.legs == {}
        assert small.agent("ann").state == "ready"
        assert len(small.told(Abandoned)) == 1
        assert [fact.reason for fact in small.told(FlowEnded)] == ["hangup"]


@pytest.mark.parametrize("refused", [Originate])
def test_what_the_switch_refuses_is_a_way_too(refused: type) -> None:
    small = house(OUTSIDE)
    small.refuses = {refused}
    assert stands(small.arrive()) == "unavailable"


def test_a_circle_of_people_who_cannot_be_called_is_cut() -> None:
    node = {"type": "agent", "agent": "ann", "exits": {"unavailable": "to"}}
    small = house(read({"start": "to", "nodes": {"to": node}}, REGISTRY))
    small.arrive_only()
    small.wait(60)
    assert small.state.calls == {}


def test_the_switch_goes_and_comes_back_while_it_rings_and_while_they_talk() -> None:
    small = house(OUTSIDE)
    call = small.arrive()
    small.tell(events.SwitchLost(at=small.clock.now()))
    small.tell(survey(small))
    assert heard(small) == ["tone:ring", "tone:ring"]
    small.answer(placed(small).leg)
    small.bridges.clear()
    small.tell(events.SwitchLost(at=small.clock.now()))
    small.tell(survey(small))
    assert small.together(call) == {"in-1", placed(small).leg}
    small.end(placed(small).leg)
    assert stands(call) == "next"


def test_what_is_written_down_gives_the_same_state_at_every_moment() -> None:
    small = house(TO_ANN)
    small.staff("ann")
    call = small.arrive()
    assert small.replayed() == small.now_lasting()
    small.pick_up(call)
    assert small.replayed() == small.now_lasting()
    small.say(inputs.HangUpCall, "ann")
    assert small.replayed() == small.now_lasting()
    [back] = small.told(GivenBack)
    assert (back.result, back.flow, back.node) == ("next", FlowVersionId(FLOW), "to")


def test_a_caller_who_hangs_up_while_he_talks_is_not_lost_by_the_flow() -> None:
    small = house(TO_ANN)
    small.staff("ann")
    small.pick_up(small.arrive())
    small.end("in-1")
    assert [fact.reason for fact in small.told(FlowEnded)] == ["put_through"]
    assert small.told(CallEnded)


def test_where_the_caller_is_from_may_decide_whom_he_is_put_through_to() -> None:
    node = {"type": "extension", "extension": "{if(region.city == '深圳市', near, '')}", "exits": {}}
    ann = House().state.directory.agents[AgentId("ann")].extension
    small = house(read({"start": "to", "nodes": {"to": node}, "variables": {"near": ann}}, REGISTRY))
    small.staff("ann")
    assert list(small.arrive("+8675512345678").offers) == ["ann"]
    small.arrive_only("+8613800138000")
    assert len(small.told(PutThrough)) == 1


def test_from_the_waiting_branch_he_leaves_his_queue() -> None:
    """Who is put through while he waits is offered to nobody else."""
    document = read(
        {
            "start": "sales",
            "nodes": {
                "sales": {"type": "queue", "queue": "sales", "exits": {"waiting": "wait"}},
                "wait": {"type": "wait", "seconds": 5, "exits": {"next": "to"}},
                "to": {"type": "outside_number", "number": "02161234567", "exits": {"default": "sales"}},
            },
        },
        REGISTRY,
    )
    small = house(document)
    call = small.arrive()
    small.wait(6)
    assert (call.state, call.waiting) == ("ringing_out", None)
    small.staff("ann")
    assert not call.offers
    small.end(next(fact.leg for fact in small.told(LegPlaced)), Cause.BUSY)
    assert (call.state, list(call.offers)) == ("offering", ["ann"])
