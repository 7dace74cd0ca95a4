"""What agents do in a conversation, and what happens to it."""

from datetime import timedelta

import pytest

from rexian.core.errors import Conflict
from rexian.core.ids import AgentId, LegId
from rexian.floor import inputs
from rexian.floor.conversations import AgentLeft, Connected, Held, ListenEnded, Resumed
from rexian.floor.decisions.offers import LEAST_RINGING_S
from rexian.floor.events import CallEnded, LegDown, Offered, OfferEnded, Queued
from rexian.telephony import events
from rexian.telephony.commands import (
    Bridge,
    Cause,
    Listen,
    ListenMode,
    Mute,
    PauseRecording,
    SendDigits,
    StartMusic,
    StopMusic,
)
from tests.floor.house import SALES, House


def test_a_held_customer_hears_music_and_comes_back() -> None:
    house = House()
    call = house.connected()
    house.say(inputs.HoldCall, "ann")
    assert call.state == "held"
    assert house.together(call) == {"call-1.1"}
    assert type(house.effects[-1]) is StartMusic
    house.say(inputs.ResumeCall, "ann")
    assert call.state == "talking"
    assert house.together(call) == {"call-1.1", "in-1"}
    assert any(type(effect) is StopMusic for effect in house.effects[-2:])
    assert len(house.told(Held, Resumed)) == 2


def test_holding_twice_is_no_error_and_nothing_happens() -> None:
    house = House()
    house.connected()
    house.say(inputs.HoldCall, "ann")
    assert house.say(inputs.HoldCall, "ann") == []


def test_a_customer_who_hangs_up_on_hold_ends_the_call() -> None:
    house = House()
    house.connected()
    house.say(inputs.HoldCall, "ann")
    house.end("in-1")
    assert house.agent("ann").state == "wrap_up"
    assert house.legs == {}


def test_mute_keys_and_recording_pause_reach_the_switch() -> None:
    house = House()
    call = house.connected()
    house.say(inputs.MuteCall, "ann", on=True)
    assert house.effects[-1] == Mute(call=call.id, leg="call-1.1", on=True)  # type: ignore[arg-type]
    house.say(inputs.PressKeys, "ann", digits="12#")
    assert house.effects[-1] == SendDigits(call=call.id, leg="in-1", digits="12#")  # type: ignore[arg-type]
    house.say(inputs.PauseRecordingOf, "ann", on=True)
    assert type(house.effects[-1]) is PauseRecording
    assert call.recording is not None
    assert call.recording.paused


def test_an_agent_who_hangs_up_ends_the_call_and_wraps_up() -> None:
    house = House()
    house.connected()
    house.say(inputs.HangUpCall, "ann")
    assert house.legs == {}
    assert house.agent("ann").state == "wrap_up"
    assert house.told(CallEnded)[0].ended_by == "agent"


def test_an_agent_who_hangs_up_on_his_phone_does_the_same() -> None:
    house = House()
    house.connected()
    house.end("call-1.1")
    assert house.legs == {}
    assert house.agent("ann").state == "wrap_up"


def test_commands_outside_a_call_are_refused_and_change_nothing() -> None:
    house = House()
    house.staff("ann")
    before = house.now_lasting()
    for command in (inputs.HoldCall, inputs.HangUpCall, inputs.Rejoin, inputs.Reject, inputs.CompleteConsult):
        with pytest.raises(Conflict):
            house.say(command, "ann")
    with pytest.raises(Conflict):
        house.say(inputs.Transfer, "ann", target="queue:sales")
    assert house.now_lasting() == before


# --- an agent's line breaks -----------------------------------------------------------------------------------------


def test_a_customer_whose_agent_is_lost_hears_music_then_goes_to_the_head_of_his_queue() -> None:
    house = House()
    call = house.connected()
    came = call.started
    house.wait(30)
    other = house.arrive()
    house.end("call-1.1", Cause.LOST)
    assert type(house.effects[-1]) is StartMusic
    house.wait(7)
    assert call.state == "waiting"
    assert call.waiting is not None
    assert call.waiting.since == came
    assert [fact.via for fact in house.told(Queued)] == ["flow", "flow", "returned"]
    assert [fact.reason for fact in house.told(AgentLeft)] == ["lost"]
    house.staff("bob")
    assert call.offers
    assert not other.offers
    house.pick_up(call)
    assert house.together(call) == {"in-1", call.parties["bob"].leg}  # type: ignore[index]


def test_a_page_loaded_anew_brings_the_agent_back_into_his_call() -> None:
    house = House()
    call = house.connected()
    house.say(inputs.Rejoin, "ann")
    assert call.state == "talking"
    assert house.together(call) == {"in-1", "call-1.2"}
    assert set(house.legs) == {"in-1", "call-1.2"}
    assert not house.told(AgentLeft)
    house.end("in-1")
    assert house.agent("ann").state == "wrap_up"


def test_a_page_loaded_anew_also_helps_when_the_old_line_is_gone_already() -> None:
    house = House()
    call = house.connected()
    house.end("call-1.1", Cause.LOST)
    house.wait(2)
    house.say(inputs.Rejoin, "ann")
    house.wait(30)
    assert call.state == "talking"
    assert house.together(call) == {"in-1", "call-1.2"}
    assert len(house.told(Connected)) == 1


@pytest.mark.parametrize("lost", [False, True], ids=["reloaded", "lost first"])
def test_one_who_was_muted_comes_back_muted(lost: bool) -> None:
    house = House()
    call = house.connected()
    house.say(inputs.MuteCall, "ann", on=True)
    if lost:
        house.end("call-1.1", Cause.LOST)
    house.say(inputs.Rejoin, "ann")
    assert call.legs[LegId("call-1.2")].muted
    muted, bridged = Mute(call=call.id, leg=LegId("call-1.2"), on=True), {"in-1", "call-1.2"}
    assert muted in house.effects
    assert next(effect for effect in house.effects[house.effects.index(muted) :] if isinstance(effect, Bridge))
    assert house.together(call) == bridged
    assert house.replayed() == house.now_lasting()


def test_a_page_loaded_anew_while_it_rings_is_rung_again() -> None:
    house = House()
    house.staff("ann", "bob")
    call = house.arrive()
    house.wait(5)
    house.say(inputs.Rejoin, "ann")
    assert set(house.legs) == {"in-1", "call-1.2"}
    assert [(fact.agent, fact.leg) for fact in house.told(Offered)] == [("ann", "call-1.1"), ("ann", "call-1.2")]
    assert house.agent("ann").misses == 0
    house.answer("call-1.2")
    assert house.together(call) == {"in-1", "call-1.2"}
    assert house.replayed() == house.now_lasting()


def test_what_is_rung_again_ends_when_it_would_have_but_can_be_answered() -> None:
    house = House()
    house.staff("ann")
    call = house.arrive()
    house.wait(5)
    house.say(inputs.Rejoin, "ann")
    assert house.agent("ann").until == call.started + timedelta(seconds=15)
    house.wait(9)
    house.say(inputs.Rejoin, "ann")
    assert house.agent("ann").until == call.started + timedelta(seconds=14 + LEAST_RINGING_S)
    house.wait(6)
    assert [fact.reason for fact in house.told(OfferEnded)] == ["withdrawn", "withdrawn", "missed"]


def test_a_colleague_who_is_asked_is_rung_again_too() -> None:
    house = House()
    call = house.connected()
    house.staff("bob", ready=False)
    house.say(inputs.Consult, "ann", target="agent:bob")
    house.say(inputs.Rejoin, "bob")
    leg = call.offers[AgentId("bob")].leg
    house.answer(leg)
    assert call.consult is not None
    assert call.consult.connected
    house.say(inputs.CompleteConsult, "ann")
    assert house.together(call) == {"in-1", leg}


def test_one_who_cannot_come_back_is_lost() -> None:
    house = House()
    call = house.connected()
    house.end("call-1.1", Cause.LOST)
    house.refuses = {events.Refused}
    house.wait(7)
    assert call.state == "waiting"
    assert house.agent("ann").state == "wrap_up"


# --- listening ------------------------------------------------------------------------------------------------------


def test_a_supervisor_listens_and_changes_to_whispering() -> None:
    house = House()
    call = house.connected()
    house.tell(_listen(call.id))
    assert Listen(call=call.id, leg="call-1.2", target="call-1.1") in house.effects  # type: ignore[arg-type]
    house.tell(_listen(call.id, "whisper"))
    last = house.effects[-1]
    assert isinstance(last, Listen)
    assert last.mode is ListenMode.WHISPER
    house.tell(inputs.StopListening(call=call.id, supervisor="sue"))
    assert set(house.legs) == {"in-1", "call-1.1"}
    assert call.state == "talking"


def test_a_supervisor_is_let_go_when_the_call_ends() -> None:
    house = House()
    call = house.connected()
    house.tell(_listen(call.id))
    house.end("in-1")
    assert house.legs == {}
    assert len(house.told(ListenEnded)) == 1
    assert len(house.told(LegDown)) == 3


def test_a_supervisor_who_hangs_up_leaves_the_call_alone() -> None:
    house = House()
    call = house.connected()
    house.tell(_listen(call.id))
    house.end("call-1.2")
    assert call.state == "talking"
    assert call.listeners == {}


def _listen(call: str, mode: str = "listen") -> inputs.ListenTo:
    return inputs.ListenTo(call=call, agent="ann", supervisor="sue", address="phone:demo-sue", mode=mode)  # type: ignore[arg-type]


def test_the_queue_of_a_returned_call_is_the_one_it_came_from() -> None:
    house = House()
    call = house.connected()
    house.end("call-1.1", Cause.LOST)
    house.wait(7)
    assert call.waiting is not None
    assert call.waiting.queue == SALES
