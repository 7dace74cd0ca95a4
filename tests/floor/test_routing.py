"""A queue's rules at work on the floor: who is rung, when the search widens, in which order callers are served."""

from datetime import timedelta
from typing import Any

import pytest

from rexian.core.ids import AgentId, CallId, CustomerId, QueueId, TeamId
from rexian.floor import inputs
from rexian.floor.decide import decide
from rexian.floor.events import LeftQueue, Offered, OfferEnded, Queued, Reprioritised, Widened
from rexian.floor.model import Call
from rexian.floor.state import State
from rexian.routing.rules import (
    FewestContacts,
    LeastTalkTime,
    Loan,
    LongestIdle,
    LowestOccupancy,
    Order,
    Preferred,
    ProgressiveRing,
    Ring,
    RingAll,
    RoundRobin,
    Rules,
    SkillLevel,
    TopDown,
    WeightedRandom,
)
from tests.floor.house import SALES, SERVICE, House, agent, queue

ANN, BOB, CID = AgentId("ann"), AgentId("bob"), AgentId("cid")


def a_house(rules: Rules, *names: str, agents: list[Any] | None = None, **more: Any) -> House:
    """The queue that all calls come to has these rules; the agents named are ready, one second after the other."""
    given = agents if agents is not None else [agent("ann"), agent("bob"), agent("cid")]
    house = House(queues=[queue(SALES, rules=rules, **more), queue(SERVICE, wrap_up_s=0)], agents=given)
    for name in names:
        house.staff(name)
        house.wait(1)
    return house


def rung(call: Call) -> list[str]:
    return list(call.offers)


def serve(house: House, talk_s: float = 10) -> str:
    """A call comes, is taken by whoever is rung, and is over; who it was."""
    call = house.arrive()
    (offer,) = call.offers.values()
    house.answer(offer.leg)
    house.wait(talk_s)
    house.end(f"in-{house.calls}")
    house.say(inputs.WrapUp, offer.agent, call=call.id)
    house.wait(1)
    return str(offer.agent)


def the_same_again(house: House) -> None:
    """What the journal alone gives is the same state, and it decides the same."""
    assert house.replayed() == house.now_lasting()
    twin, now = State(house.state.directory, house.replayed()), house.clock.now()
    again = decide(twin, inputs.Tick(), now)
    assert again.facts == decide(house.state, inputs.Tick(), now).facts


def test_turns_go_round_in_the_order_of_extensions_and_survive_a_restart() -> None:
    people = [agent("ann", extension="3"), agent("bob", extension="1"), agent("cid", extension="2")]
    house = a_house(Rules(strategy=RoundRobin()), "ann", "bob", "cid", agents=people)
    assert [serve(house) for _ in range(4)] == ["bob", "cid", "ann", "bob"]
    the_same_again(house)
    house.state = State(house.state.directory, house.replayed())
    assert [serve(house) for _ in range(2)] == ["cid", "ann"]


def test_who_has_had_the_fewest_contacts_is_rung() -> None:
    house = a_house(Rules(strategy=FewestContacts()), "ann")
    assert [serve(house) for _ in range(3)] == ["ann"] * 3
    house.staff("bob")
    assert [serve(house) for _ in range(4)] == ["bob", "bob", "bob", "ann"]
    the_same_again(house)


def test_who_has_talked_the_least_is_rung() -> None:
    house = a_house(Rules(strategy=LeastTalkTime()), "ann", "bob")
    assert [serve(house, talk_s=seconds) for seconds in (10, 30, 5, 20)] == ["ann", "bob", "ann", "ann"]
    the_same_again(house)


def test_who_has_been_occupied_the_least_is_rung_even_if_he_has_had_more_contacts() -> None:
    house = a_house(Rules(strategy=LowestOccupancy()), "ann")
    assert serve(house, talk_s=600) == "ann"
    house.staff("bob")
    assert [serve(house, talk_s=1) for _ in range(5)] == ["bob"] * 5
    the_same_again(house)


def test_a_pause_takes_nothing_away_where_idleness_counts_from_the_last_contact() -> None:
    house = a_house(Rules(strategy=LongestIdle(since="contact")), "ann", "bob")
    assert [serve(house), serve(house)] == ["ann", "bob"]
    house.say(inputs.Pause, "ann", reason="lunch")
    house.wait(60)
    house.say(inputs.Ready, "ann")
    assert rung(house.arrive()) == ["ann"]


def test_ranks_go_from_the_top_down() -> None:
    house = a_house(Rules(strategy=TopDown(), ranks={BOB: 1, CID: 2}), "ann", "bob", "cid")
    assert [rung(house.arrive()) for _ in range(3)] == [["bob"], ["cid"], ["ann"]]


@pytest.mark.parametrize(("prefer", "chosen"), [("best", "cid"), ("just_enough", "bob")])
def test_experts_are_taken_or_saved(prefer: Any, chosen: str) -> None:
    levels = {"ann": 2, "bob": 4, "cid": 9}
    people = [agent(name, skills={"english": level}) for name, level in levels.items()]
    house = a_house(Rules(strategy=SkillLevel(prefer=prefer), requirement="english >= 3"), *levels, agents=people)
    call = house.arrive()
    assert rung(call) == [chosen]
    assert call.why["excluded"] == {"english < 3": 1}


def test_the_lot_follows_the_grades_and_is_the_same_again() -> None:
    rules = Rules(strategy=WeightedRandom(), grades={ANN: 9, BOB: 1})
    first = [serve(a_house(rules, "ann", "bob"))]
    house, twin = a_house(rules, "ann", "bob"), a_house(rules, "ann", "bob")
    drawn = [serve(house, talk_s=1) for _ in range(40)]
    assert drawn == [serve(twin, talk_s=1) for _ in range(40)]
    assert drawn[:1] == first
    assert 28 <= drawn.count("ann") < 40


def test_one_phone_more_rings_every_few_seconds() -> None:
    house = a_house(Rules(strategy=ProgressiveRing(every_s=5, at_most=2)), "ann", "bob", "cid")
    call = house.arrive()
    assert rung(call) == ["ann"]
    house.wait(4.9)
    assert rung(call) == ["ann"]
    house.wait(0.2)
    assert rung(call) == ["ann", "bob"]
    the_same_again(house)
    house.wait(9)
    assert rung(call) == ["ann", "bob"]
    house.answer(call.offers[BOB].leg)
    assert call.state == "talking"
    assert [fact.reason for fact in house.told(OfferEnded)] == ["elsewhere"]


def test_one_phone_more_rings_as_soon_as_somebody_is_free_for_it() -> None:
    house = a_house(Rules(strategy=ProgressiveRing(every_s=5)), "ann")
    call = house.arrive()
    house.wait(7)
    assert rung(call) == ["ann"]
    house.staff("bob")
    assert rung(call) == ["ann", "bob"]


def test_who_refuses_is_not_rung_again_while_others_are() -> None:
    house = a_house(Rules(strategy=RingAll(at_most=2)), "ann", "bob", "cid")
    call = house.arrive()
    assert rung(call) == ["ann", "bob"]
    house.say(inputs.Reject, "ann")
    assert rung(call) == ["bob", "cid"]
    house.say(inputs.Reject, "bob")
    assert rung(call) == ["cid"]
    house.say(inputs.Reject, "cid")
    assert len(call.offers) == 2
    the_same_again(house)


RINGS = Rules(
    requirement="english >= 8",
    rings=(
        Ring(after_s=10, lower=3),
        Ring(after_s=20, requirement="", priority=5),
        Ring(after_s=30, teams=(TeamId("back"),)),
        Ring(after_s=40, queue=SERVICE),
    ),
)


def test_the_search_widens_ring_by_ring() -> None:
    people = [
        agent("ann", skills={"english": 5}),
        agent("bob", skills={"english": 1}),
        agent("cid", queues=(SERVICE,), team=TeamId("back"), skills={"english": 4}),
        agent("dan", queues=(SERVICE,)),
    ]
    house = a_house(RINGS, "ann", "bob", "cid", "dan", agents=people, ring_timeout_s=200)
    calls = [house.arrive() for _ in range(4)]
    seen = []
    for _ in range(5):
        seen.append([name for call in calls for name in rung(call)])
        house.wait(10)
    assert seen == [[], ["ann"], ["ann", "bob"], ["ann", "bob", "cid"], ["ann", "bob", "cid", "dan"]]
    assert [call.why["ring"] for call in calls] == [1, 2, 3, 0]
    moved = calls[3]
    assert moved.offers[AgentId("dan")].queue == SERVICE
    queued = house.told(Queued)[-1]
    assert (queued.queue, queued.since) == (SERVICE, queued.at - timedelta(seconds=40))
    assert [fact.reason for fact in house.told(LeftQueue)] == ["moved"]
    the_same_again(house)


def test_a_wider_ring_gives_priority_over_those_who_came_before() -> None:
    rules = Rules(rings=(Ring(after_s=10, priority=5),))
    house = a_house(rules, agents=[agent("ann")])
    first = house.arrive()
    house.wait(9)
    later = house.arrive()
    house.wait(2)
    house.staff("ann")
    assert (rung(first), rung(later)) == (["ann"], [])
    assert first.why["points"] == 5


def test_a_ring_begins_when_the_expected_wait_is_long() -> None:
    people = [agent("ann"), agent("cid", queues=(SERVICE,), team=TeamId("back"))]
    rules = Rules(rings=(Ring(wait_above_s=60, teams=(TeamId("back"),)),))
    house = a_house(rules, "ann", "cid", agents=people)
    assert [serve(house, talk_s=50) for _ in range(5)] == ["ann"] * 5
    house.pick_up(house.arrive())
    short = house.arrive()
    house.wait(11)
    assert rung(short) == []
    house.arrive()
    house.wait(21)
    assert [fact.agent for fact in house.told(Offered)][-1] == "cid"
    assert [fact.expected_wait_s for fact in house.told(Widened) if fact.ring == 1] == [100.0]
    the_same_again(house)


def test_a_supervisor_changes_the_priority_of_who_waits_at_once() -> None:
    house = a_house(Rules(), agents=[agent("ann")])
    first, second = house.arrive(), house.arrive()
    house.tell(inputs.Reprioritise(call=second.id, priority=3, by="boss"))
    house.staff("ann")
    assert (rung(first), rung(second)) == ([], ["ann"])
    assert [fact.by for fact in house.told(Reprioritised)] == ["boss"]
    the_same_again(house)


def test_a_supervisor_moves_who_waits_to_another_queue_even_while_a_phone_rings() -> None:
    people = [agent("ann", queues=(SALES,)), agent("bob", queues=(SERVICE,))]
    house = a_house(Rules(), "ann", "bob", agents=people)
    call = house.arrive()
    came = call.waiting.since if call.waiting else None
    assert rung(call) == ["ann"]
    house.wait(5)
    house.tell(inputs.MoveCall(call=call.id, queue=SERVICE, by="boss"))
    assert rung(call) == ["bob"]
    assert call.waiting is not None
    assert call.waiting.since == came
    assert [(fact.agent, fact.reason) for fact in house.told(OfferEnded)] == [("ann", "withdrawn")]
    assert house.agent("ann").state == "ready"
    the_same_again(house)


def known(house: House, call: CallId, **who: Any) -> None:
    """The customer is found."""
    house.tell(inputs.Identified(call=call, customer=CustomerId("c"), name="Li", **who))


def test_a_customer_waits_for_the_agent_he_knows_and_then_for_anybody() -> None:
    rules = Rules(preferred=Preferred(agents=("last",), patience_s=30))
    house = a_house(rules, "ann", "bob", ring_timeout_s=200)
    busy = house.arrive()
    house.pick_up(busy)
    assert house.agent("ann").state == "busy"
    house.say(inputs.Pause, "bob", reason="lunch")
    call = house.arrive()
    known(house, call.id, last_agent=ANN, last_at=house.clock.now() - timedelta(days=1))
    house.say(inputs.Ready, "bob")
    assert rung(call) == []
    house.wait(29)
    assert rung(call) == []
    house.wait(2)
    assert rung(call) == ["bob"]
    the_same_again(house)


def test_a_customer_is_given_the_agent_he_knows_before_others_when_both_are_free() -> None:
    house = a_house(Rules(preferred=Preferred(agents=("manager",))), agents=[agent("ann"), agent("bob")])
    call = house.arrive()
    known(house, call.id, manager=BOB)
    house.staff("ann", ready=False)
    house.staff("bob")
    assert rung(call) == ["bob"]
    assert call.why["preferred"] == "bob"


def test_nobody_waits_for_one_who_is_not_at_work() -> None:
    house = a_house(Rules(preferred=Preferred(agents=("manager",), patience_s=60)), agents=[agent("ann"), agent("bob")])
    call = house.arrive()
    known(house, call.id, manager=BOB)
    house.staff("ann")
    assert rung(call) == ["ann"]


def test_a_queue_lends_its_agents_only_while_it_can_do_without() -> None:
    people = [agent("bob", queues=(SERVICE,)), agent("cid", queues=(SERVICE,))]
    lending = Rules(lending=(Loan(to=SALES, keep_ready=1),))
    house = House(queues=[queue(SALES), queue(SERVICE, rules=lending)], agents=people)
    call = house.arrive()
    house.staff("bob")
    assert rung(call) == []
    house.staff("cid")
    assert len(call.offers) == 1
    assert call.why["from_elsewhere"] == 2
    assert rung(house.arrive()) == []


def test_a_queue_lends_its_agents_while_its_service_level_holds() -> None:
    people = [agent("bob", queues=(SERVICE,))]
    lending = Rules(lending=(Loan(to=SALES, service_level_above=0.8),))
    house = House(queues=[queue(SALES, wrap_up_s=0), queue(SERVICE, rules=lending, wrap_up_s=0)], agents=people)
    house.staff("bob")
    call = house.arrive()
    assert rung(call) == []
    figures = house.state.figures
    house.tell(inputs.MoveCall(call=call.id, queue=SERVICE, by="boss"))
    for _ in range(5):
        house.pick_up(call)
        house.end(f"in-{house.calls}")
        call = house.arrive()
        if not call.offers:
            house.tell(inputs.MoveCall(call=call.id, queue=SERVICE, by="boss"))
    assert figures[SERVICE].good == 1.0
    house.pick_up(call)
    house.end(f"in-{house.calls}")
    assert rung(house.arrive()) == ["bob"]


def test_of_two_queues_in_balance_the_one_over_its_share_is_served() -> None:
    half = Rules(order=Order(by="balance"))
    house = House(queues=[queue(SALES, rules=half), queue(SERVICE, rules=half)], agents=[agent("ann")])
    calls = [house.arrive() for _ in range(3)]
    house.tell(inputs.MoveCall(call=calls[0].id, queue=SERVICE, by="boss"))
    house.staff("ann")
    assert [rung(call) for call in calls] == [[], ["ann"], []]


def test_ageing_lets_the_patient_pass_the_urgent() -> None:
    house = House(
        queues=[queue(SALES, rules=Rules(order=Order(ageing=2.0))), queue(QueueId("vip"), priority=3)],
        agents=[agent("ann", queues=(SALES, QueueId("vip")))],
    )
    patient = house.arrive()
    urgent = house.arrive()
    house.tell(inputs.MoveCall(call=urgent.id, queue=QueueId("vip"), by="boss"))
    house.wait(95)
    house.staff("ann")
    assert (rung(patient), rung(urgent)) == (["ann"], [])
