"""Handing over, asking, joining, dialling."""

import pytest

from rexian.core.errors import Conflict, Invalid
from rexian.core.ids import AgentId, CallId
from rexian.floor import inputs
from rexian.floor.conversations import AgentLeft, Connected, ConsultConnected, ConsultEnded, Transferred
from rexian.floor.events import CallEnded, Direction, LegDown, LegPlaced
from rexian.floor.model import Call
from rexian.telephony.commands import Cause, Originate, StartMusic
from tests.floor.house import House


def two(house: House) -> Call:
    call = house.connected("ann")
    house.staff("bob")
    return call


# --- blind ----------------------------------------------------------------------------------------------------------


def test_a_blind_transfer_to_a_queue_reaches_another_agent() -> None:
    house = House()
    call = two(house)
    house.say(inputs.Transfer, "ann", target="queue:service")
    assert house.agent("ann").state == "wrap_up"
    assert call.state == "offering"
    house.pick_up(call)
    assert house.together(call) == {"in-1", "call-1.2"}
    assert house.agent("bob").state == "busy"
    assert "call-1.1" not in house.legs


def to_bob(house: House, patience_s: float, target: str = "queue:service") -> Call:
    """Ann hands her customer over to a queue, where Bob, who talks just now, is to have him rather than Cid."""
    call = house.connected("ann")
    house.staff("bob")
    house.pick_up(house.arrive())
    house.staff("cid")
    house.say(inputs.Transfer, "ann", target=target, prefer=AgentId("bob"), patience_s=patience_s)
    return call


def test_a_transfer_may_name_who_is_to_have_him_though_the_queue_prefers_nobody() -> None:
    house = House()
    call = to_bob(house, patience_s=60)
    assert not call.offers, "he waits for Bob alone"
    house.wait(30)
    house.end("in-2")
    house.say(inputs.Ready, "bob")
    assert list(call.offers) == ["bob"]
    assert call.why["preferred"] == "bob"
    assert house.replayed() == house.now_lasting()


def test_a_preference_has_a_patience_of_its_own() -> None:
    house = House()
    call = to_bob(house, patience_s=60)
    house.wait(59)
    assert not call.offers
    house.wait(2)
    assert list(call.offers) == ["cid"]
    assert list(to_bob(House(), patience_s=0).offers) == ["cid"], "without patience another is taken at once"


def test_nobody_is_preferred_outside_a_queue_and_nobody_who_is_not_there() -> None:
    house = House()
    two(house)
    with pytest.raises(Invalid, match="queue"):
        house.say(inputs.Transfer, "ann", target="agent:bob", prefer=AgentId("bob"))
    with pytest.raises(Conflict, match="no such agent"):
        house.say(inputs.Transfer, "ann", target="queue:service", prefer=AgentId("zoe"))


def test_a_blind_transfer_to_a_colleague() -> None:
    house = House()
    call = two(house)
    house.say(inputs.Transfer, "ann", target="agent:bob")
    assert any(type(effect) is StartMusic for effect in house.effects[-4:])
    house.pick_up(call)
    assert house.together(call) == {"in-1", "call-1.2"}
    assert [fact.agent for fact in house.told(Connected)] == ["ann", "bob"]


def test_a_colleague_who_does_not_answer_sends_the_customer_back_to_his_queue() -> None:
    house = House()
    call = two(house)
    house.say(inputs.Pause, "bob", reason="tea")
    house.say(inputs.Transfer, "ann", target="agent:bob")
    house.wait(19)
    assert call.state == "offering"
    house.wait(3)
    assert call.state == "offering"  # Ann's wrap-up is over, and she is the only one ready
    assert list(call.offers) == ["ann"]
    assert house.agent("bob").state == "paused"
    assert house.agent("bob").reason == "tea"


def test_a_blind_transfer_to_an_outside_number() -> None:
    house = House()
    call = two(house)
    house.say(inputs.Transfer, "ann", target="number:13911112222")
    house.answer("call-1.2")
    assert call.state == "talking"
    assert house.together(call) == {"in-1", "call-1.2"}
    house.end("call-1.2")
    assert house.legs == {}
    assert len(house.told(CallEnded)) == 1


def test_an_outside_number_that_is_busy_sends_the_customer_back() -> None:
    house = House()
    call = house.connected()
    house.say(inputs.Transfer, "ann", target="number:13911112222")
    house.end("call-1.2", Cause.BUSY)
    assert call.state == "waiting"


def test_targets_that_cannot_be_reached_are_refused_before_anything_happens() -> None:
    house = House(trunk="")
    call = house.connected()
    before = house.now_lasting()
    for target in ("agent:bob", "agent:nobody", "queue:nowhere", "number:123"):
        with pytest.raises(Conflict):
            house.say(inputs.Transfer, "ann", target=target)
    with pytest.raises(Invalid):
        house.say(inputs.Transfer, "ann", target="bob")
    assert house.now_lasting() == before
    assert call.state == "talking"


# --- consultation ---------------------------------------------------------------------------------------------------


def consulting(house: House, target: str = "agent:bob") -> Call:
    call = two(house)
    house.say(inputs.Consult, "ann", target=target)
    assert call.state == "consulting"
    assert house.together(call) == {"call-1.1"}
    house.answer("call-1.2")
    assert house.bridges["call-1.c"] == {"call-1.1", "call-1.2"}
    assert len(house.told(ConsultConnected)) == 1
    return call


def test_the_one_consulted_takes_the_customer_over() -> None:
    house = House()
    call = consulting(house)
    house.say(inputs.CompleteConsult, "ann")
    assert house.together(call) == {"in-1", "call-1.2"}
    assert call.state == "talking"
    assert house.agent("ann").state == "wrap_up"
    assert house.agent("bob").state == "busy"
    assert [fact.kind for fact in house.told(Transferred)] == ["consult"]
    house.end("in-1")
    assert house.agent("bob").state == "wrap_up"
    assert house.legs == {}


def test_all_three_join_and_two_remain_when_one_leaves() -> None:
    house = House()
    call = consulting(house)
    house.say(inputs.JoinConsult, "ann")
    assert call.state == "conference"
    assert house.together(call) == {"in-1", "call-1.1", "call-1.2"}
    house.say(inputs.HangUpCall, "ann")
    assert call.state == "talking"
    assert house.together(call) == {"in-1", "call-1.2"}
    assert house.agent("ann").state == "wrap_up"
    house.end("in-1")
    assert house.legs == {}


def test_a_customer_may_leave_a_conference_and_the_others_go_on() -> None:
    house = House()
    call = consulting(house)
    house.say(inputs.JoinConsult, "ann")
    house.end("in-1")
    assert call.state == "talking"
    house.say(inputs.HangUpCall, "bob")
    assert house.legs == {}
    assert house.agent("ann").state == "wrap_up"


def test_the_agent_goes_back_to_the_customer() -> None:
    house = House()
    call = consulting(house)
    house.say(inputs.CancelConsult, "ann")
    assert call.state == "talking"
    assert house.together(call) == {"in-1", "call-1.1"}
    assert house.agent("bob").state == "ready"
    assert set(house.legs) == {"in-1", "call-1.1"}


def test_a_consultation_is_cancelled_while_it_rings() -> None:
    house = House()
    call = two(house)
    house.say(inputs.Consult, "ann", target="agent:bob")
    house.say(inputs.CancelConsult, "ann")
    assert house.together(call) == {"in-1", "call-1.1"}
    assert house.agent("bob").state == "ready"


def test_the_one_consulted_hangs_up_and_the_agent_is_back_with_the_customer() -> None:
    house = House()
    call = consulting(house)
    house.end("call-1.2")
    assert house.together(call) == {"in-1", "call-1.1"}
    assert [fact.result for fact in house.told(ConsultEnded)] == ["party_gone"]
    assert house.agent("bob").state == "ready"


def test_the_customer_hangs_up_during_a_consultation() -> None:
    house = House()
    consulting(house)
    house.end("in-1")
    assert house.legs == {}
    assert house.agent("ann").state == "wrap_up"
    assert house.agent("bob").state == "ready"


def test_an_agent_who_hangs_up_while_consulting_hands_over() -> None:
    house = House()
    call = consulting(house)
    house.end("call-1.1")
    assert house.together(call) == {"in-1", "call-1.2"}
    assert house.agent("ann").state == "wrap_up"


def test_an_agent_who_is_lost_while_consulting_leaves_the_customer_to_the_queue() -> None:
    house = House()
    call = consulting(house)
    house.end("call-1.1", Cause.LOST)
    house.wait(7)
    assert call.consult is None
    assert list(call.offers) == ["bob"]


def test_a_queue_is_consulted() -> None:
    house = House()
    call = consulting(house, "queue:service")
    house.say(inputs.CompleteConsult, "ann")
    assert house.together(call) == {"in-1", "call-1.2"}


def test_a_queue_with_nobody_ready_keeps_the_agent_waiting_until_he_cancels() -> None:
    house = House()
    call = house.connected()
    house.say(inputs.Consult, "ann", target="queue:service")
    house.wait(30)
    assert call.state == "consulting"
    house.say(inputs.CancelConsult, "ann")
    assert house.together(call) == {"in-1", "call-1.1"}
    assert house.state.waiting["service"] == {}  # type: ignore[index]


def test_an_outside_number_is_consulted_and_joined() -> None:
    house = House()
    call = consulting(house, "number:13911112222")
    house.say(inputs.JoinConsult, "ann")
    assert house.together(call) == {"in-1", "call-1.1", "call-1.2"}
    house.end("call-1.1")
    assert house.together(call) == {"in-1", "call-1.2"}
    assert house.told(AgentLeft)[0].reason == "hung_up"
    house.end("in-1")
    assert house.legs == {}


def test_a_consultation_from_hold_keeps_the_customer_there() -> None:
    house = House()
    call = two(house)
    house.say(inputs.HoldCall, "ann")
    house.say(inputs.Consult, "ann", target="agent:bob")
    house.say(inputs.CancelConsult, "ann")
    assert house.together(call) == {"in-1", "call-1.1"}
    assert call.state == "talking"


# --- dialling -------------------------------------------------------------------------------------------------------


def dialled(house: House, target: str) -> Call:
    house.say(inputs.Dial, "ann", call=CallId("out-1"), target=target)
    return house.state.calls[CallId("out-1")]


def test_an_agent_calls_an_outside_number() -> None:
    house = House()
    house.staff("ann")
    call = dialled(house, "number:13911112222")
    assert call.direction is Direction.OUTBOUND
    assert house.agent("ann").state == "busy"
    placed = [effect for effect in house.effects if isinstance(effect, Originate)]
    assert [effect.address for effect in placed] == ["phone:demo-ann", "trunk:t1/13911112222"]
    assert placed[1].caller_number == "02112345"
    house.answer("out-1.2")
    assert house.together(call) == {"out-1.1", "out-1.2"}
    assert call.recording is not None
    house.end("out-1.2")
    assert house.agent("ann").state == "wrap_up"


def test_an_outside_number_that_does_not_answer_frees_the_agent() -> None:
    house = House()
    house.staff("ann")
    dialled(house, "number:13911112222")
    house.wait(61)
    assert house.agent("ann").state == "ready"
    assert house.legs == {}
    assert house.told(CallEnded)[0].cause is Cause.NO_ANSWER


def test_an_agent_whose_own_phone_does_not_answer_is_soon_free() -> None:
    house = House()
    house.staff("ann")
    house.lazy = True
    dialled(house, "number:13911112222")
    house.wait(21)
    assert house.agent("ann").state == "ready"


def test_a_paused_agent_is_paused_again_after_dialling() -> None:
    house = House()
    house.staff("ann", ready=False)
    house.say(inputs.Pause, "ann", reason="mail")
    dialled(house, "number:13911112222")
    house.end("out-1.2", Cause.BUSY)
    assert house.agent("ann").state == "paused"
    assert house.agent("ann").reason == "mail"


def test_colleagues_call_each_other() -> None:
    house = House()
    house.staff("ann", "bob")
    call = dialled(house, "agent:bob")
    assert call.direction is Direction.INTERNAL
    assert house.agent("bob").state == "offered"
    house.answer("out-1.2")
    assert house.together(call) == {"out-1.1", "out-1.2"}
    assert call.recording is None
    house.say(inputs.HangUpCall, "bob")
    assert house.agent("ann").state == "ready"
    assert house.agent("bob").state == "ready"
    assert house.legs == {}
    assert {fact.leg for fact in house.told(LegDown)} == {fact.leg for fact in house.told(LegPlaced)}


def test_a_colleague_who_rejects_frees_the_caller() -> None:
    house = House()
    house.staff("ann", "bob")
    dialled(house, "agent:bob")
    house.say(inputs.Reject, "bob")
    assert house.agent("ann").state == "ready"
    assert house.legs == {}


def test_a_colleague_holds_the_one_who_called_him() -> None:
    house = House()
    house.staff("ann", "bob")
    call = dialled(house, "agent:bob")
    house.answer("out-1.2")
    house.say(inputs.HoldCall, "bob")
    assert house.together(call) == {"out-1.2"}
    house.say(inputs.ResumeCall, "bob")
    assert house.together(call) == {"out-1.1", "out-1.2"}


def test_the_same_dial_again_changes_nothing() -> None:
    house = House()
    house.staff("ann")
    dialled(house, "number:13911112222")
    assert house.say(inputs.Dial, "ann", call=CallId("out-1"), target="number:13911112222") == []


def test_the_journal_alone_gives_the_same_state_in_a_consultation() -> None:
    house = House()
    consulting(house)
    assert house.replayed() == house.now_lasting()
    house.say(inputs.JoinConsult, "ann")
    assert house.replayed() == house.now_lasting()
