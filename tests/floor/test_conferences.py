"""More than two in a conversation: called in, muted, put out, locked; and what the house says of its end."""

from typing import Any

import pytest

from rexian.core.errors import Conflict, Forbidden
from rexian.core.ids import AgentId, LegId
from rexian.floor import inputs, views
from rexian.floor.conversations import Conferenced, Connected
from rexian.floor.events import CallEnded
from rexian.floor.gatherings import InvitationEnded, PartyJoined
from rexian.telephony.commands import Bridge, Cause, Mute
from tests.floor.house import House
from tests.floor.test_recovery import restart, the


def invite(house: House, target: str, part: str = "speaker", by: str = "ann") -> LegId:
    call = the(house)
    house.say(inputs.Invite, by, target=target, part=part)
    return LegId(f"call-1.{call.placed}")


def conference(**changes: Any) -> House:
    """Ann and a customer, Bob, and somebody outside."""
    house = House(**changes)
    house.connected()
    house.staff("bob")
    house.answer(invite(house, "agent:bob"))
    house.answer(invite(house, "number:13911112222"))
    return house


def test_four_are_in_one_conversation_one_after_the_other() -> None:
    house = conference()
    call = the(house)
    assert call.state == "conference"
    assert house.together(call) == {"in-1", "call-1.1", "call-1.2", "call-1.3"}
    assert [len(fact.legs) for fact in house.told(Conferenced)] == [3, 4]
    assert house.agent("bob").state == "busy"
    row = views.call_row(house.state, call.id)
    assert row is not None
    assert [party["part"] for party in row["conference"]["parties"]] == ["speaker", "moderator", "speaker", "speaker"]


def test_who_does_not_answer_is_free_again_and_nobody_notices() -> None:
    house = House()
    house.connected()
    house.staff("bob")
    invite(house, "agent:bob")
    assert house.agent("bob").state == "offered"
    house.wait(21)
    assert the(house).state == "talking"
    assert house.agent("bob").state == "ready"
    assert [fact.reason for fact in house.told(InvitationEnded)] == ["missed"]


def test_who_is_called_in_may_refuse() -> None:
    house = House()
    house.connected()
    house.staff("bob")
    invite(house, "agent:bob")
    house.say(inputs.Reject, "bob")
    assert house.agent("bob").state == "ready"
    assert set(house.legs) == {"in-1", "call-1.1"}


def test_a_paused_colleague_is_paused_again_when_he_does_not_come() -> None:
    house = House()
    house.connected()
    house.staff("bob", ready=False)
    house.end(invite(house, "agent:bob"), Cause.REJECTED)
    assert (house.agent("bob").state, house.agent("bob").reason) == ("paused", "signed_in")


def test_a_listener_is_muted_and_becomes_a_speaker() -> None:
    house = House()
    house.connected()
    house.staff("bob")
    line = invite(house, "agent:bob", part="listener")
    house.answer(line)
    assert Mute(call=the(house).id, leg=line, on=True) in house.effects
    house.say(inputs.SetPart, "ann", leg=line, part="speaker")
    assert house.effects[-1] == Mute(call=the(house).id, leg=line, on=False)


def test_only_who_leads_mutes_removes_and_locks() -> None:
    house = conference()
    for order in (
        inputs.MuteParty(agent=AgentId("bob"), leg=LegId("call-1.3"), on=True),
        inputs.RemoveParty(agent=AgentId("bob"), leg=LegId("call-1.3")),
        inputs.LockConference(agent=AgentId("bob"), on=True),
        inputs.Invite(agent=AgentId("bob"), target="agent:cid"),
    ):
        with pytest.raises(Forbidden):
            house.tell(order)
    house.say(inputs.MuteParty, "bob", leg=LegId("call-1.2"), on=True)
    house.say(inputs.MuteParty, "ann", leg=LegId("call-1.3"), on=True)
    assert [effect.leg for effect in house.effects if isinstance(effect, Mute)] == ["call-1.2", "call-1.3"]


def test_one_is_put_out_and_the_others_go_on() -> None:
    house = conference()
    house.say(inputs.RemoveParty, "ann", leg=LegId("call-1.2"))
    assert house.agent("bob").state == "wrap_up"
    assert the(house).state == "conference"
    house.say(inputs.RemoveParty, "ann", leg=LegId("call-1.3"))
    assert the(house).state == "talking"
    assert house.together(the(house)) == {"in-1", "call-1.1"}
    house.say(inputs.RemoveParty, "ann", leg=LegId("in-1"))
    assert house.legs == {}
    assert len(house.told(CallEnded)) == 1


def test_a_locked_conference_takes_nobody() -> None:
    house = conference()
    house.staff("cid")
    house.say(inputs.LockConference, "ann", on=True)
    with pytest.raises(Conflict):
        invite(house, "agent:cid")
    house.say(inputs.LockConference, "ann", on=False)
    house.answer(invite(house, "agent:cid"))
    assert len(house.together(the(house))) == 5


def test_there_is_room_for_eight() -> None:
    house = House()
    house.connected()
    for _ in range(6):
        invite(house, "number:13911112222")
    with pytest.raises(Conflict):
        invite(house, "number:13911112222")


def test_the_others_go_on_without_the_agent_or_not_as_the_house_has_it() -> None:
    house = conference()
    house.say(inputs.HangUpCall, "ann")
    assert house.together(the(house)) == {"in-1", "call-1.2", "call-1.3"}
    house.say(inputs.HangUpCall, "bob")
    assert house.together(the(house)) == {"in-1", "call-1.3"}

    led = House(conference_ends="moderator")
    led.connected()
    led.staff("bob")
    led.answer(invite(led, "agent:bob"))
    led.say(inputs.HangUpCall, "ann")
    assert led.legs == {}


def test_a_customer_who_leaves_a_conference_does_not_end_it() -> None:
    house = conference()
    house.end("in-1")
    assert the(house).state == "conference"
    assert house.together(the(house)) == {"call-1.1", "call-1.2", "call-1.3"}


def test_the_end_of_the_call_ends_the_calling_in() -> None:
    house = House()
    house.connected()
    house.staff("bob")
    invite(house, "agent:bob")
    house.end("in-1")
    assert house.legs == {}
    assert house.agent("bob").state == "ready"
    assert [fact.reason for fact in house.told(InvitationEnded)] == ["withdrawn"]


def test_a_bridge_that_is_refused_loses_only_the_one_who_was_to_join() -> None:
    house = House()
    house.connected()
    house.staff("bob")
    line = invite(house, "agent:bob")
    house.refuses = {Bridge}
    house.answer(line)
    assert house.together(the(house)) == {"in-1", "call-1.1"}
    assert house.agent("bob").state == "ready"


def test_a_conference_survives_a_restart_and_is_mended() -> None:
    house = conference()
    house.bridges.clear()
    restart(house)
    assert house.together(the(house)) == {"in-1", "call-1.1", "call-1.2", "call-1.3"}


def test_one_who_answered_unheard_joins_after_a_restart() -> None:
    house = House()
    house.connected()
    house.staff("bob")
    house.up.add(invite(house, "agent:bob"))
    restart(house)
    assert house.together(the(house)) == {"in-1", "call-1.1", "call-1.2"}
    assert len(house.told(PartyJoined)) == 1
    assert len(house.told(Connected)) == 2
    assert house.replayed() == house.now_lasting()
