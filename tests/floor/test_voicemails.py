"""Voicemails that callers leave: recorded, matched like calls, dealt with by one agent, and never lost."""

from typing import Any

import pytest

from rexian.core.errors import Conflict
from rexian.core.ids import AgentId
from rexian.floor import inputs
from rexian.floor.conversations import RecordingStarted
from rexian.floor.events import Abandoned, LeftQueue
from rexian.floor.model import Call
from rexian.floor.owed import (
    VoicemailClosed,
    VoicemailLeft,
    VoicemailReturned,
    VoicemailTaken,
)
from rexian.floor.voicemails import AT_VOICEMAIL, VOICEMAIL
from rexian.flows.documents import read
from rexian.routing.exits import Exit
from rexian.telephony import events
from rexian.telephony.commands import Answer, Play, StartRecording, StopRecording
from tests.floor.house import FLOW, REGISTRY, SALES, SERVICE, House, queue

TAPE = {"type": "voicemail", "queue": "sales"}


def house(node: dict[str, Any] = TAPE, **changes: Any) -> House:
    return House(flows={FLOW: read({"start": "tape", "nodes": {"tape": node}}, REGISTRY)}, **changes)


def press(house: House, call: Call, digit: str) -> None:
    assert call.customer_leg is not None
    house.tell(events.DigitPressed(at=house.clock.now(), call=call.id, leg=call.customer_leg, digit=digit))


def left(house: House, seconds: float = 10) -> VoicemailLeft:
    """A caller speaks and hangs up."""
    house.arrive("13800000000")
    house.wait(seconds)
    house.end(f"in-{house.calls}")
    found: VoicemailLeft = house.told(VoicemailLeft)[-1]
    return found


def heard(house: House) -> list[str]:
    return [media.removeprefix("prompt:") for one in house.effects if isinstance(one, Play) for media in one.media]


def test_he_is_answered_and_hears_greeting_and_tone_before_the_recording() -> None:
    small = house()
    small.arrive()
    kinds = [type(effect) for effect in small.effects if type(effect) in (Answer, Play, StartRecording)]
    assert kinds == [Answer, Play, StartRecording]
    assert heard(small) == ["voicemail-greeting", "beep"]


def test_he_hears_that_it_has_been_taken_after_he_has_sent_it() -> None:
    small = house()
    call = small.arrive()
    small.wait(10)
    press(small, call, "#")
    assert isinstance(small.effects[-2], StopRecording)
    press(small, call, "1")
    assert heard(small)[-2:] == ["voicemail-choices", "voicemail-thanks"]
    assert len(small.told(VoicemailLeft)) == 1
    assert call.id not in small.state.calls


def test_he_may_speak_again_and_only_the_last_counts() -> None:
    small = house()
    call = small.arrive()
    small.wait(10)
    press(small, call, "#")
    press(small, call, "2")
    small.wait(10)
    press(small, call, "#")
    press(small, call, "1")
    recordings = [fact.recording for fact in small.told(RecordingStarted)]
    assert len(recordings) == 2
    assert [fact.recording for fact in small.told(VoicemailLeft)] == [recordings[-1]]


def test_hanging_up_while_speaking_leaves_the_voicemail_and_is_no_abandon() -> None:
    small = house()
    fact = left(small)
    assert (fact.queue, fact.number) == (SALES, "13800000000")
    assert not small.told(Abandoned)


def test_hanging_up_at_once_leaves_none() -> None:
    small = house()
    small.arrive()
    small.wait(1)
    small.end("in-1")
    assert not small.told(VoicemailLeft)
    assert small.state.calls == {}


def test_the_limit_ends_it() -> None:
    small = house({**TAPE, "longest_s": 30, "review": False})
    small.arrive()
    small.wait(31)
    assert len(small.told(VoicemailLeft)) == 1


def test_it_goes_to_a_free_agent_after_those_who_are_on_the_line() -> None:
    tape = {"type": "voicemail", "exits": {}}
    flow = read({"start": "sales", "nodes": {"sales": {"type": "queue", "queue": "sales", "exits": {"waiting": "t"}},
                "t": {"type": "wait", "seconds": 5, "exits": {"next": "tape"}}, "tape": tape}}, REGISTRY)  # fmt: skip
    small = House(flows={FLOW: flow})
    first = small.arrive()
    small.wait(20)
    small.end("in-1")
    assert [fact.reason for fact in small.told(LeftQueue)] == ["voicemail"]
    assert first.id == small.told(VoicemailLeft)[0].call
    on_the_line = small.arrive()
    small.staff("ann")
    assert on_the_line.state == "offering"
    assert not small.told(VoicemailTaken)
    small.wait(1)
    small.staff("bob")
    assert [fact.agent for fact in small.told(VoicemailTaken)] == ["bob"]
    assert (small.agent("bob").state, small.agent("bob").reason) == ("paused", AT_VOICEMAIL)


def test_the_agent_calls_back_comes_back_to_it_and_closes_it() -> None:
    small = house()
    voicemail = left(small)
    small.staff("ann")
    small.willing.add("phone:demo-ann")
    small.say(inputs.Dial, "ann", call="out-1", target="number:13800000000")
    leg = next(leg for leg in small.legs if leg not in small.up)
    small.answer(leg)
    assert small.agent("ann").state == "busy"
    small.end(leg)
    small.say(inputs.WrapUp, "ann", call="out-1")
    assert (small.agent("ann").state, small.agent("ann").reason) == ("paused", AT_VOICEMAIL)
    close = inputs.CloseVoicemail(
        voicemail=voicemail.voicemail, by="u", agent=AgentId("ann"), disposition="done", notes="ok"
    )
    small.tell(close)
    small.tell(close)
    assert [(fact.disposition, fact.call) for fact in small.told(VoicemailClosed)] == [("done", voicemail.call)]
    assert small.agent("ann").state == "ready"
    assert small.state.voicemails == {}


def test_who_keeps_it_too_long_or_goes_gives_it_to_another() -> None:
    small = house()
    left(small)
    small.staff("ann")
    small.wait(15 * 60 + 1)
    assert [fact.reason for fact in small.told(VoicemailReturned)] == ["expired"]
    assert small.agent("ann").reason == "misses"
    small.staff("bob")
    small.say(inputs.SignOut, "bob")
    assert [fact.reason for fact in small.told(VoicemailReturned)] == ["expired", "signed_out"]
    small.say(inputs.Ready, "ann")
    assert [fact.agent for fact in small.told(VoicemailTaken)] == ["ann", "bob", "ann"]


def test_one_agent_deals_with_it_and_others_may_not_close_it() -> None:
    small = house()
    voicemail = left(small)
    small.staff("ann")
    with pytest.raises(Conflict):
        small.tell(inputs.CloseVoicemail(voicemail=voicemail.voicemail, by="u", agent=AgentId("bob")))
    with pytest.raises(Conflict):
        small.tell(inputs.TakeVoicemail(voicemail=voicemail.voicemail, agent=AgentId("bob")))
    small.tell(inputs.ReturnVoicemail(voicemail=voicemail.voicemail, by="u", agent=AgentId("ann")))
    small.tell(inputs.MoveVoicemail(voicemail=voicemail.voicemail, queue=SERVICE, by="sue"))
    assert small.state.voicemails[voicemail.voicemail].queue == SERVICE


def test_the_exit_of_a_queue_leads_to_it() -> None:
    exit = Exit(when="no_agents", to="voicemail")
    small = House(queues=[queue(SALES, exits=(exit,)), queue(SERVICE)])
    small.arrive()
    small.wait(10)
    small.end("in-1")
    assert [fact.queue for fact in small.told(VoicemailLeft)] == [SALES]
    assert not small.told(Abandoned)


def test_the_exit_to_it_needs_no_trunk() -> None:
    exit = Exit(when="no_agents", to="voicemail")
    small = House(queues=[queue(SALES, exits=(exit,)), queue(SERVICE)], trunk="")
    small.arrive()
    small.wait(10)
    small.end("in-1")
    assert len(small.told(VoicemailLeft)) == 1


def test_the_journal_alone_gives_the_same_state() -> None:
    small = house()
    left(small)
    assert small.replayed() == small.now_lasting()
    small.staff("ann")
    assert small.replayed() == small.now_lasting()
    assert all(VOICEMAIL.table[state] or state == "closed" for state in VOICEMAIL.states)
