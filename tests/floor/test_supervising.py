"""What supervisors do with calls: attending them, taking them over, ending, giving, moving and ranking them."""

from typing import Any

import pytest

from rexian.core.errors import Conflict, NotFound
from rexian.core.ids import AgentId
from rexian.floor import inputs
from rexian.floor.conversations import AgentLeft, Connected, ListenEnded
from rexian.floor.events import CallEnded, Queued, WrapUpStarted
from rexian.floor.interventions import Intervened, TakenOver
from rexian.floor.model import Call
from rexian.telephony.commands import Bridge, Cause, HangUp, Listen, ListenMode, PauseRecording, StopListening
from tests.floor.house import SALES, SERVICE, House, agent
from tests.floor.test_recovery import restart, the

SUE = AgentId("sue")


def house_with_sue(**changes: Any) -> House:
    """Ann talks with a customer; Sue supervises, with a phone of her own that answers by itself."""
    house = House(agents=[agent(name) for name in ("ann", "bob", "cid", "sue")], **changes)
    house.staff("sue", ready=False)
    house.say(inputs.SignOut, "sue")
    return house


def listen(call: Call, mode: str = "listen", supervisor: str = "u-sue", own: AgentId | None = SUE) -> inputs.ListenTo:
    return inputs.ListenTo(
        call=call.id, agent=AgentId("ann"), supervisor=supervisor, address="phone:demo-sue", mode=mode, own=own
    )


def take(call: Call, of: str = "ann") -> inputs.TakeOver:
    return inputs.TakeOver(call=call.id, agent=AgentId(of), supervisor="u-sue", address="phone:demo-sue", own=SUE)


# --- attending ------------------------------------------------------------------------------------------------------


def test_the_way_of_attending_changes_again_and_again() -> None:
    house = house_with_sue()
    call = house.connected()
    for mode in ("listen", "whisper", "barge", "listen"):
        house.tell(listen(call, mode))
    modes = [effect.mode for effect in house.effects if isinstance(effect, Listen)]
    assert modes == [ListenMode.LISTEN, ListenMode.WHISPER, ListenMode.BARGE, ListenMode.LISTEN]
    assert len(call.listeners) == 1


def test_a_supervisor_who_attends_is_offered_nothing() -> None:
    house = house_with_sue()
    call = house.connected()
    house.staff("sue")
    house.tell(listen(call))
    other = house.arrive()
    assert other.state == "waiting"
    house.tell(inputs.StopListening(call=call.id, supervisor="u-sue"))
    assert list(other.offers) == [SUE]


def test_a_supervisor_in_a_call_has_no_phone_to_attend_another() -> None:
    house = house_with_sue()
    call = house.connected()
    house.staff("sue")
    house.pick_up(house.arrive())
    with pytest.raises(Conflict):
        house.tell(listen(call))


def test_five_attend_one_call_and_no_sixth() -> None:
    house = house_with_sue()
    call = house.connected()
    for number in range(5):
        house.tell(listen(call, supervisor=f"u{number}", own=None))
    with pytest.raises(Conflict):
        house.tell(listen(call, supervisor="u5", own=None))
    assert len(call.listeners) == 5
    house.end("in-1")
    assert len(house.told(ListenEnded)) == 5
    assert house.legs == {}


def test_who_attends_hears_the_agents_new_line_after_a_reload() -> None:
    house = house_with_sue()
    call = house.connected()
    house.tell(listen(call, "whisper"))
    house.say(inputs.Rejoin, "ann")
    last = [effect for effect in house.effects if isinstance(effect, Listen)][-1]
    assert (last.target, last.mode) == (call.parties[AgentId("ann")].leg, ListenMode.WHISPER)


def test_a_supervisor_is_free_again_when_his_own_line_breaks() -> None:
    house = house_with_sue()
    call = house.connected()
    house.staff("sue")
    house.tell(listen(call))
    house.end(next(iter(call.listeners)), Cause.LOST)
    assert house.agent("sue").attends is None
    assert call.state == "talking"


# --- taking over ----------------------------------------------------------------------------------------------------


def test_who_attends_takes_over_at_once() -> None:
    house = house_with_sue()
    call = house.connected()
    call_answers = {"order": "42"}
    call.answers.update(call_answers)
    house.tell(listen(call))
    line = next(iter(call.listeners))
    house.tell(take(call))
    assert call.state == "talking"
    assert house.together(call) == {"in-1", line}
    assert house.agent("sue").state == "busy"
    assert house.agent("ann").state == "wrap_up"
    assert call.answers == call_answers
    assert [fact.queue for fact in house.told(Connected)] == [SALES, SALES]
    assert [fact.reason for fact in house.told(AgentLeft)] == ["taken_over"]
    kinds = [type(effect) for effect in house.effects[-3:]]
    assert kinds == [StopListening, Bridge, HangUp]


def test_who_does_not_attend_is_called_and_then_has_the_customer() -> None:
    house = house_with_sue()
    call = house.connected()
    house.tell(take(call))
    assert house.together(call) == {"in-1", "call-1.2"}
    assert house.agent("ann").state == "wrap_up"
    house.say(inputs.HangUpCall, "sue")
    assert house.agent("sue").state == "wrap_up"
    assert len(house.told(WrapUpStarted)) == 2
    assert house.legs == {}


def test_a_customer_on_hold_is_taken_over_too() -> None:
    house = house_with_sue()
    call = house.connected()
    house.say(inputs.HoldCall, "ann")
    house.tell(take(call))
    house.answer("call-1.2")
    assert call.state == "talking"
    assert house.together(call) == {"in-1", "call-1.2"}


def test_taking_over_ends_the_agents_consultation() -> None:
    house = house_with_sue()
    call = house.connected()
    house.staff("bob")
    house.say(inputs.Consult, "ann", target="agent:bob")
    house.answer("call-1.2")
    house.tell(take(call))
    house.answer("call-1.3")
    assert call.consult is None
    assert house.together(call) == {"in-1", "call-1.3"}
    assert house.agent("bob").state == "ready"


def test_one_whose_phone_does_not_answer_takes_nothing_over() -> None:
    house = house_with_sue()
    call = house.connected()
    house.lazy = True
    house.tell(take(call))
    house.pending.clear()
    house.lazy = False
    assert house.agent("sue").attends == call.id
    house.wait(25)
    assert house.together(call) == {"in-1", "call-1.1"}
    assert call.state == "talking"
    assert house.agent("sue").attends is None
    assert not house.told(TakenOver)


def test_the_customer_who_leaves_first_leaves_nothing_to_take_over() -> None:
    house = house_with_sue()
    call = house.connected()
    house.lazy = True
    house.tell(take(call))
    house.lazy = False
    house.end("in-1")
    assert house.legs == {}
    assert house.agent("sue").state == "off"


def test_taking_over_survives_a_restart_while_the_phone_rings() -> None:
    house = house_with_sue()
    call = house.connected()
    house.lazy = True
    house.tell(take(call))
    house.legs["call-1.2"] = call.id
    house.up.add("call-1.2")
    house.pending.clear()
    house.lazy = False
    restart(house)
    assert house.together(the(house)) == {"in-1", "call-1.2"}
    assert house.agent("sue").state == "busy"


def test_an_attendance_is_restored_after_a_restart() -> None:
    house = house_with_sue()
    call = house.connected()
    house.tell(listen(call, "whisper"))
    before = len(house.effects)
    restart(house)
    again = [effect for effect in house.effects[before:] if isinstance(effect, Listen)]
    assert [effect.mode for effect in again] == [ListenMode.WHISPER]


# --- stepping in ----------------------------------------------------------------------------------------------------


def test_a_call_is_ended_for_everybody() -> None:
    house = house_with_sue()
    call = house.connected()
    house.tell(inputs.EndCall(call=call.id, supervisor="u-sue"))
    assert house.legs == {}
    assert [fact.ended_by for fact in house.told(CallEnded)] == ["supervisor"]
    assert house.agent("ann").state == "wrap_up"
    with pytest.raises(NotFound):
        house.tell(inputs.EndCall(call=call.id, supervisor="u-sue"))


def test_a_waiting_call_is_given_to_a_paused_agent() -> None:
    house = house_with_sue()
    house.staff("ann", ready=False)
    call = house.arrive()
    house.tell(inputs.GiveCall(call=call.id, supervisor="u-sue", agent=AgentId("ann")))
    house.pick_up(call)
    assert house.together(call) == {"in-1", "call-1.1"}
    assert [fact.act for fact in house.told(Intervened)] == ["give"]
    assert house.told(Connected)[0].queue == SALES


def test_a_ringing_call_is_stolen_and_missed_goes_back_to_its_place() -> None:
    house = house_with_sue()
    house.staff("ann")
    call = house.arrive()
    since = call.waiting.since if call.waiting else None
    house.tell(inputs.GiveCall(call=call.id, supervisor="u-sue", agent=SUE, to_self=True))
    assert list(call.offers) == [SUE]
    assert house.agent("ann").state == "ready"
    house.wait(16)
    assert call.waiting is not None
    assert call.waiting.since == since
    assert list(call.offers) == ["ann"]
    assert house.agent("sue").state == "paused"


def test_a_waiting_customer_is_moved_with_the_time_he_waited() -> None:
    house = house_with_sue()
    call = house.arrive()
    since = call.waiting.since if call.waiting else None
    house.wait(10)
    house.tell(inputs.MoveCall(call=call.id, queue=SERVICE, by="u-sue"))
    assert call.waiting is not None
    assert (call.waiting.queue, call.waiting.since) == (SERVICE, since)
    assert [fact.queue for fact in house.told(Queued)] == [SALES, SERVICE]
    assert [(fact.act, fact.by) for fact in house.told(Intervened)] == [("move", "u-sue")]
    house.staff("ann")
    house.pick_up(call)
    assert call.state == "talking"


def test_a_higher_priority_counts_at_once() -> None:
    house = house_with_sue()
    house.arrive()
    second = house.arrive()
    house.tell(inputs.Reprioritise(call=second.id, priority=9, by="u-sue"))
    house.staff("ann")
    assert second.offers


def test_a_supervisor_pauses_the_recording() -> None:
    house = house_with_sue()
    call = house.connected()
    house.tell(inputs.SuspendRecording(call=call.id, supervisor="u-sue", on=True))
    assert isinstance(house.effects[-1], PauseRecording)
    assert call.recording is not None
    assert call.recording.paused
    assert house.tell(inputs.SuspendRecording(call=call.id, supervisor="u-sue", on=True)) == []


def test_what_has_been_done_is_in_the_journal_and_gives_the_same_state() -> None:
    house = house_with_sue()
    call = house.connected()
    house.tell(listen(call))
    house.tell(take(call))
    assert house.replayed() == house.now_lasting()
    acts = [(fact.act, fact.by, fact.what) for fact in house.told(Intervened)]
    assert acts == [("take_over", "u-sue", "ann")]
