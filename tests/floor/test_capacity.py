"""What an agent has room for next to calls: how many voicemails, whether calls interrupt them, whether callbacks."""

from datetime import timedelta
from typing import Any

from rexian.core.ids import AgentId, CallbackId, NumberId
from rexian.floor import inputs
from rexian.floor.directory import NumberEntry
from rexian.floor.dry_run import Supposed, dry_run
from rexian.floor.events import Offered
from rexian.floor.owed import VoicemailTaken
from rexian.floor.presence import Presence
from rexian.floor.voicemails import AT_VOICEMAIL
from rexian.flows.documents import read
from tests.floor.house import FLOW, NUMBER, REGISTRY, SALES, STRAIGHT, House, agent

TAPE, BOX = "4008005678", "box"
ANN = AgentId("ann")


def a_house(*names: str, **capacity: Any) -> House:
    """One number leads to the queue, the other to its voicemail. All have this capacity."""
    box = read({"start": "tape", "nodes": {"tape": {"type": "voicemail", "queue": "sales"}}}, REGISTRY)
    house = House(
        agents=[agent("ann", **capacity), agent("bob", **capacity)],
        numbers=[
            NumberEntry(id=NumberId("n"), number=NUMBER, flow=FLOW),
            NumberEntry(id=NumberId("m"), number=TAPE, flow=type(FLOW)(BOX)),
        ],
        flows={FLOW: STRAIGHT, BOX: box},
    )
    for name in names:
        house.staff(name)
        house.wait(1)
    return house


def leave_word(house: House) -> None:
    house.arrive("13800000000", called=TAPE)
    house.wait(10)
    house.end(f"in-{house.calls}")


def holders(house: House) -> list[str]:
    return [fact.agent for fact in house.told(VoicemailTaken)]


def state_of(house: House, name: str) -> tuple[Presence, str]:
    agent = house.state.agents[AgentId(name)]
    return agent.state, agent.reason


def test_an_agent_is_given_as_many_voicemails_as_he_has_room_for_and_no_call_beside_them() -> None:
    house = a_house("ann", most_voicemails=2)
    for _ in range(3):
        leave_word(house)
    assert holders(house) == ["ann", "ann"]
    assert not house.arrive().offers, "he is at voicemails, and nothing may interrupt"
    first, second = (fact.voicemail for fact in house.told(VoicemailTaken))
    house.tell(inputs.CloseVoicemail(voicemail=first, by="ann", agent=ANN))
    assert state_of(house, "ann") == (Presence.PAUSED, AT_VOICEMAIL)
    assert holders(house) == ["ann", "ann", "ann"]
    third = house.told(VoicemailTaken)[-1].voicemail
    for voicemail in (second, third):
        house.tell(inputs.CloseVoicemail(voicemail=voicemail, by="ann", agent=ANN))
    assert state_of(house, "ann")[0] is Presence.OFFERED, "the call that waited rings now"
    assert house.replayed() == house.now_lasting()


def test_who_has_no_room_for_voicemails_is_given_none_and_may_take_one_himself() -> None:
    house = a_house("ann", most_voicemails=0)
    leave_word(house)
    assert not holders(house)
    (waiting,) = house.state.voicemails
    house.tell(inputs.TakeVoicemail(voicemail=waiting, agent=ANN, by="ann"))
    assert holders(house) == ["ann"]


def test_a_call_interrupts_a_voicemail_where_it_may_and_after_it_he_goes_on_with_that() -> None:
    house = a_house("ann", interruptible=True)
    leave_word(house)
    call = house.arrive()
    assert list(call.offers) == ["ann"]
    assert house.told(Offered)[-1].why["interrupts"] == "voicemail"
    house.answer(call.offers[ANN].leg)
    house.wait(30)
    house.end(f"in-{house.calls}")
    house.say(inputs.WrapUp, "ann", call=call.id)
    assert state_of(house, "ann") == (Presence.PAUSED, AT_VOICEMAIL)
    assert len(house.state.voicemails) == 1
    assert house.replayed() == house.now_lasting()


def test_one_who_is_free_is_rung_before_one_who_would_be_interrupted() -> None:
    house = a_house("ann", interruptible=True)
    leave_word(house)
    house.wait(60)
    house.staff("bob")
    assert [list(house.arrive().offers) for _ in range(2)] == [["bob"], ["ann"]]


def test_a_voicemail_that_he_closes_during_the_call_leaves_him_ready_after_it() -> None:
    house = a_house("ann", interruptible=True)
    leave_word(house)
    call = house.arrive()
    house.answer(call.offers[ANN].leg)
    house.tell(inputs.CloseVoicemail(voicemail=house.told(VoicemailTaken)[0].voicemail, by="ann", agent=ANN))
    house.end(f"in-{house.calls}")
    house.say(inputs.WrapUp, "ann", call=call.id)
    assert state_of(house, "ann")[0] is Presence.READY


def test_who_never_answers_is_paused_though_a_voicemail_was_interrupted() -> None:
    house = a_house("ann", interruptible=True)
    leave_word(house)
    house.arrive()
    house.wait(timedelta(minutes=5).total_seconds())
    assert state_of(house, "ann") == (Presence.PAUSED, "misses")


def test_a_dry_run_counts_whoever_may_be_interrupted() -> None:
    for interruptible, excluded in ((False, ["paused"]), (True, [])):
        house = a_house("ann", interruptible=interruptible)
        leave_word(house)
        house.say(inputs.SignOut, "bob")
        outcome = dry_run(house.state, Supposed(queue=SALES), house.clock.now())
        assert [each.code for each in outcome.excluded if each.agent == ANN] == excluded
        assert bool(outcome.steps) is interruptible


def test_who_takes_no_callbacks_is_given_none() -> None:
    house = a_house("ann", callbacks=False)
    house.tell(inputs.RequestCallback(callback=CallbackId("c"), queue=SALES, number="13900000000", by="sue"))
    house.wait(5)
    assert not house.told(Offered)
    assert list(house.arrive().offers) == ["ann"], "calls ring as ever"
