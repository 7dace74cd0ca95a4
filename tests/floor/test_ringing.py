"""Several agents are rung for one call: the first who answers gets it, the others are free again without a miss."""

import msgspec

from rexian.floor import inputs
from rexian.floor.conversations import Connected
from rexian.floor.events import OfferEnded, Paused
from rexian.floor.model import Call
from rexian.floor.state import State, decode, encode
from rexian.routing.rules import Ring, RingAll, Rules
from rexian.telephony.commands import Bridge, Cause, HangUp
from tests.floor.house import SALES, SERVICE, House, agent, lasting, queue
from tests.floor.ringing import all_are_rung
from tests.floor.test_recovery import come_back, lose


def ringing(*names: str) -> tuple[House, Call]:
    """A customer has phoned in, and these agents' phones ring."""
    house = House(queues=all_are_rung())
    house.staff(*names)
    call = house.arrive()
    assert list(call.offers) == list(names)
    return house, call


def leg_of(call: Call, name: str) -> str:
    return next(offer.leg for offer in call.offers.values() if offer.agent == name)


def ended(house: House) -> list[tuple[str, str]]:
    return [(fact.agent, fact.reason) for fact in house.told(OfferEnded)]


def test_the_first_who_answers_gets_the_call() -> None:
    house, call = ringing("ann", "bob", "cid")
    leg = leg_of(call, "bob")
    house.answer(leg)
    assert call.state == "talking"
    assert house.together(call) == {"in-1", leg}
    assert [fact.agent for fact in house.told(Connected)] == ["bob"]
    assert ended(house) == [("ann", "elsewhere"), ("cid", "elsewhere")]
    assert [house.agent(name).state for name in ("ann", "bob", "cid")] == ["ready", "busy", "ready"]
    assert [house.agent(name).misses for name in ("ann", "cid")] == [0, 0]
    assert set(house.legs) == {"in-1", leg}


def test_the_others_ring_until_the_conversation_stands() -> None:
    house, call = ringing("ann", "bob")
    house.lazy = True
    first, second = leg_of(call, "bob"), leg_of(call, "ann")
    house.answer(first)
    house.step()  # the answer is heard
    assert not [effect for effect in house.effects if isinstance(effect, HangUp)]
    while house.pending or house.todo:
        house.step()
    bridge = next(effect for effect in house.effects if isinstance(effect, Bridge))
    gone = next(effect for effect in house.effects if isinstance(effect, HangUp))
    assert house.effects.index(bridge) < house.effects.index(gone)
    assert (gone.leg, gone.cause) == (second, Cause.ELSEWHERE)


def test_a_second_answer_of_the_same_moment_is_let_go_without_a_miss() -> None:
    house, call = ringing("ann", "bob")
    first, second = leg_of(call, "ann"), leg_of(call, "bob")
    house.lazy = True
    house.answer(second)
    house.answer(first)
    while house.pending or house.todo:
        house.step()
    assert house.together(call) == {"in-1", second}
    assert [effect.legs for effect in house.effects if isinstance(effect, Bridge)] == [("in-1", second)]
    assert ended(house) == [("ann", "elsewhere")]
    assert (house.agent("ann").state, house.agent("ann").misses) == ("ready", 0)
    assert first not in house.legs


def test_when_the_first_fails_the_second_who_answered_takes_his_place() -> None:
    house, call = ringing("ann", "bob")
    first, second = leg_of(call, "ann"), leg_of(call, "bob")
    house.lazy = True
    house.answer(first)
    house.answer(second)
    house.end(first, Cause.LOST)
    while house.pending or house.todo:
        house.step()
    assert call.state == "talking"
    assert house.together(call) == {"in-1", second}
    assert [fact.agent for fact in house.told(Connected)] == ["bob"]


def test_when_the_only_answer_fails_the_customer_hears_music_and_the_others_ring_on() -> None:
    house, call = ringing("ann", "bob")
    house.refuses = {Bridge}
    house.answer(leg_of(call, "ann"))
    house.refuses = set()
    assert call.state == "offering"
    assert list(call.offers) == ["bob"]
    assert call.joining is None
    assert type(house.effects[-1]).__name__ == "StartMusic"
    house.pick_up(call)
    assert call.state == "talking"


def test_who_rejects_or_misses_is_asked_no_more_and_the_rest_ring_on() -> None:
    house, call = ringing("ann", "bob")
    house.say(inputs.Pause, "ann", reason="lunch")
    house.say(inputs.Reject, "ann")
    assert list(call.offers) == ["bob"]
    assert call.state == "offering"
    house.wait(15)
    assert ended(house) == [("ann", "rejected"), ("bob", "missed")]
    assert list(call.offers) == ["bob"]  # nobody else is ready
    assert call.waiting is not None


def test_who_misses_too_often_is_paused() -> None:
    house, call = ringing("ann", "bob")
    house.wait(15 * 3)
    assert [(fact.agent, fact.reason) for fact in house.told(Paused)] == [("ann", "misses"), ("bob", "misses")]
    assert call.state == "waiting"


def test_a_caller_who_hangs_up_frees_all() -> None:
    house, call = ringing("ann", "bob")
    house.end("in-1")
    assert ended(house) == [("ann", "withdrawn"), ("bob", "withdrawn")]
    assert [house.agent(name).state for name in ("ann", "bob")] == ["ready", "ready"]
    assert house.legs == {}
    assert call.id not in house.state.calls


def test_a_consulted_queue_rings_all_too() -> None:
    house = House(queues=all_are_rung())
    house.connected("ann")
    house.staff("bob", "cid")
    call = house.state.calls["call-1"]  # type: ignore[index]
    house.say(inputs.Consult, "ann", target="queue:service")
    assert list(call.offers) == ["bob", "cid"]
    house.answer(leg_of(call, "cid"))
    assert call.consult is not None
    assert call.consult.connected
    assert ended(house) == [("bob", "elsewhere")]
    assert house.agent("bob").state == "ready"
    house.say(inputs.CompleteConsult, "ann")
    assert house.together(call) == {"in-1", call.parties["cid"].leg}  # type: ignore[index]


def test_an_answer_that_was_not_heard_while_the_switch_was_away_counts() -> None:
    house, call = ringing("ann", "bob")
    leg = leg_of(call, "bob")
    lose(house)
    house.up.add(leg)
    come_back(house)
    assert house.together(call) == {"in-1", leg}
    assert ended(house) == [("ann", "elsewhere")]


def test_a_consulted_colleague_whose_answer_was_not_heard_meets_him_who_asked() -> None:
    house = House(queues=all_are_rung())
    house.connected("ann")
    house.staff("bob")
    call = house.state.calls["call-1"]  # type: ignore[index]
    house.say(inputs.Consult, "ann", target="queue:service")
    leg = leg_of(call, "bob")
    lose(house)
    house.up.add(leg)
    come_back(house)
    assert house.bridges[f"{call.id}.c"] == {call.parties["ann"].leg, leg}  # type: ignore[index]
    assert leg not in house.together(call)


def test_a_checkpoint_from_when_there_was_one_offer_at_a_time_is_read() -> None:
    house, call = ringing("ann")
    old = encode(house.state.snapshot())
    offer = call.offers["ann"]  # type: ignore[index]
    tree = msgspec.json.decode(old)
    tree["calls"][call.id]["offer"] = tree["calls"][call.id].pop("offers")["ann"]
    again = State(house.state.directory, decode(msgspec.json.encode(tree)))
    assert again.calls[call.id].offers == {"ann": offer}
    assert lasting(again.snapshot()) == house.now_lasting()


def test_no_more_phones_ring_than_the_queue_allows() -> None:
    house = House(queues=[queue(SALES, rules=Rules(strategy=RingAll(at_most=2))), queue(SERVICE)])
    house.staff("ann", "bob", "cid")
    call = house.arrive()
    assert list(call.offers) == ["ann", "bob"]
    house.say(inputs.Reject, "ann")
    assert list(call.offers) == ["bob", "cid"]


def test_who_becomes_ready_while_phones_ring_is_rung_too() -> None:
    house, call = ringing("ann")
    house.wait(3)
    house.staff("bob")
    assert list(call.offers) == ["ann", "bob"]
    house.answer(leg_of(call, "ann"))
    house.staff("cid")
    assert not call.offers
    assert house.agent("cid").state == "ready"


def test_a_caller_for_whom_nobody_rings_comes_before_more_phones_for_another() -> None:
    house, first = ringing("ann")
    second = house.arrive()
    assert second.state == "waiting"
    house.staff("bob")
    assert list(second.offers) == ["bob"]
    assert list(first.offers) == ["ann"]


def test_the_search_widens_while_phones_ring() -> None:
    rules = Rules(strategy=RingAll(), requirement="english >= 5", rings=(Ring(after_s=4, requirement=""),))
    house = House(
        agents=[agent("ann", skills={"english": 7}), agent("bob")],
        queues=[queue(SALES, rules=rules), queue(SERVICE)],
    )
    house.staff("ann", "bob")
    call = house.arrive()
    assert list(call.offers) == ["ann"]
    house.wait(4)
    assert list(call.offers) == ["ann", "bob"]


def test_an_offer_of_several_tells_who_else_is_rung() -> None:
    _, call = ringing("ann", "bob")
    assert call.why["strategy"] == "ring_all"
    assert call.why["also_ringing"] == ["ann"]
