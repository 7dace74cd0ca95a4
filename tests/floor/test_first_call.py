"""A call from its arrival to the end of its wrap-up."""

from rexian.floor import inputs
from rexian.floor.conversations import AgentLeft, Connected, RecordingStarted
from rexian.floor.events import Abandoned, CallEnded, Offered, OfferEnded, Paused, Queued, WrappedUp, WrapUpStarted
from rexian.telephony.commands import Cause, Originate, StartMusic, StartRecording
from tests.floor.house import FLOW, HOTLINE, SALES, House, queue


def test_a_call_reaches_the_ready_agent_and_ends_in_wrap_up() -> None:
    house = House()
    house.staff("ann")
    call = house.arrive()
    assert call.state == "offering"
    assert house.agent("ann").state == "offered"
    house.pick_up(call)
    assert call.state == "talking"
    assert house.together(call) == {"in-1", "call-1.1"}
    house.end("in-1")
    assert house.agent("ann").state == "wrap_up"
    assert house.legs == {}
    house.say(inputs.WrapUp, "ann", call=call.id, disposition="sold")
    assert house.agent("ann").state == "ready"
    assert house.state.calls == {}
    kinds = [type(fact).__name__ for fact in house.facts if type(fact) in INTERESTING]
    assert kinds == [
        "Queued",
        "Offered",
        "Connected",
        "RecordingStarted",
        "AgentLeft",
        "WrapUpStarted",
        "CallEnded",
        "WrappedUp",
    ]


INTERESTING = {Queued, Offered, Connected, RecordingStarted, AgentLeft, WrapUpStarted, CallEnded, WrappedUp}


def test_the_flow_answers_and_speaks_before_the_queue() -> None:
    house = House(flows={FLOW: HOTLINE})
    call = house.arrive()
    assert call.state == "waiting"
    assert any(type(effect) is StartMusic for effect in house.effects)
    house.staff("ann")
    assert call.state == "offering"


def test_the_bridge_comes_before_everything_else() -> None:
    house = House()
    house.connected()
    names = [type(effect).__name__ for effect in house.effects]
    assert names.index("Bridge") < names.index("StartRecording")
    assert isinstance(house.effects[names.index("StartRecording")], StartRecording)


def test_who_lets_it_ring_is_passed_over_and_paused_after_so_many() -> None:
    house = House(queues=[queue(SALES, max_misses=2)])
    house.staff("ann")
    house.arrive()
    house.wait(16)
    assert house.agent("ann").misses == 1
    house.wait(16)
    assert house.agent("ann").state == "paused"
    assert house.agent("ann").reason == "misses"
    assert [fact.reason for fact in house.told(OfferEnded)] == ["missed", "missed"]


def test_the_next_agent_is_asked_when_one_does_not_answer() -> None:
    house = House()
    house.staff("ann")
    house.wait(1)
    house.staff("bob")
    call = house.arrive()
    assert list(call.offers) == ["ann"]
    house.wait(15)
    assert list(call.offers) == ["bob"]


def test_a_rejected_call_goes_to_the_next() -> None:
    house = House()
    house.staff("ann")
    house.wait(1)
    house.staff("bob")
    house.wait(1)
    call = house.arrive()
    house.say(inputs.Reject, "ann")
    assert list(call.offers) == ["bob"]
    assert house.agent("ann").state == "ready"


def test_a_caller_who_hangs_up_while_it_rings_leaves_nobody_stuck() -> None:
    house = House()
    house.staff("ann")
    house.arrive()
    house.end("in-1")
    assert house.agent("ann").state == "ready"
    assert house.legs == {}
    assert house.state.calls == {}
    assert [fact.queue for fact in house.told(Abandoned)] == [SALES]


def test_an_answer_that_comes_too_late_is_hung_up() -> None:
    house = House()
    house.staff("ann")
    call = house.arrive()
    leg = next(iter(call.offers.values())).leg
    house.refuses = set()
    house.legs["in-1"] = call.id
    house.end("in-1")
    house.legs[leg] = call.id
    house.answer(leg)
    assert house.legs == {}
    assert house.agent("ann").state == "ready"


def test_wrap_up_ends_by_the_clock() -> None:
    house = House()
    house.connected()
    house.end("in-1")
    house.wait(21)
    assert house.agent("ann").state == "ready"
    assert [fact.how for fact in house.told(WrappedUp)] == ["expired"]


def test_a_pause_asked_for_in_a_call_comes_after_it() -> None:
    house = House(queues=[queue(SALES, wrap_up_s=0)])
    house.connected()
    house.say(inputs.Pause, "ann", reason="lunch")
    assert house.agent("ann").state == "busy"
    house.end("in-1")
    assert house.agent("ann").state == "paused"
    assert house.told(Paused)[-1].reason == "lunch"


def test_a_phone_that_cannot_be_reached_is_offered_nothing() -> None:
    house = House()
    house.tell(inputs.SignIn(agent="ann"))  # type: ignore[arg-type]
    house.tell(inputs.Ready(agent="ann"))  # type: ignore[arg-type]
    call = house.arrive()
    assert call.state == "waiting"
    assert not house.told(Offered)


def test_a_phone_that_fails_pauses_its_agent() -> None:
    house = House()
    house.refuses = {Originate}
    house.staff("ann")
    call = house.arrive()
    assert call.state == "waiting"
    assert house.agent("ann").reason == "phone_lost"


def test_nobody_signed_in_gives_the_caller_back_where_the_queue_says_so() -> None:
    house = House(flows={FLOW: HOTLINE}, queues=[queue(SALES, when_no_agents="exit")])
    house.arrive_only()
    assert house.state.calls == {}
    assert house.told(CallEnded)[0].cause is Cause.NORMAL


def test_a_caller_waits_no_longer_than_the_queue_lets_him() -> None:
    house = House(flows={FLOW: HOTLINE}, queues=[queue(SALES, max_wait_s=60)])
    house.arrive()
    house.wait(61)
    assert house.state.calls == {}
    assert house.legs == {}


def test_the_journal_alone_gives_the_same_state() -> None:
    house = House(flows={FLOW: HOTLINE})
    house.staff("ann", "bob")
    call = house.arrive()
    assert house.replayed() == house.now_lasting()
    house.pick_up(call)
    house.arrive()
    house.wait(10)
    assert house.replayed() == house.now_lasting()
    house.end("in-1")
    assert house.replayed() == house.now_lasting()
