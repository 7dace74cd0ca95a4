"""A queue's reserve on the floor: held back while it is calm, called under pressure, let go when it is over."""

from typing import Any

from rexian.core.ids import AgentId, QueueId
from rexian.floor import inputs, views
from rexian.floor.dry_run import Supposed, dry_run
from rexian.floor.events import Offered
from rexian.floor.reserves import ReserveCalled, ReserveReleased
from rexian.floor.state import State
from rexian.routing.rules import Reserve, Rules
from tests.floor.house import SALES, SERVICE, House, agent, queue

BOB = AgentId("bob")


def a_house(*staff: str, **limits: Any) -> House:
    """Bob is in reserve in sales, and an ordinary agent in service."""
    rules = Rules(reserve=Reserve(agents=(BOB,), **limits))
    house = House(
        queues=[queue(SALES, rules=rules, wrap_up_s=0), queue(SERVICE, wrap_up_s=0)],
        agents=[agent("ann", queues=(SALES,)), agent("bob")],
    )
    for name in staff:
        house.staff(name)
        house.wait(1)
    return house


def told(house: House, *kinds: type) -> list[Any]:
    return [fact for fact in house.facts if isinstance(fact, kinds)]


def test_the_reserve_is_rung_only_when_more_wait_than_the_limit_and_the_offer_says_why() -> None:
    house = a_house("ann", "bob", waiting_above=1)
    first, second = house.arrive(), house.arrive()
    assert list(first.offers) == ["ann"]
    assert not second.offers
    third = house.arrive()
    (called,) = told(house, ReserveCalled)
    assert (called.queue, called.because) == (SALES, "waiting")
    assert list(second.offers) == ["bob"]
    assert not third.offers
    offered = told(house, Offered)[-1]
    assert (offered.agent, offered.why["reserve"]) == (BOB, "waiting")
    row = views.queue_row(house.state, SALES, None)
    assert row is not None
    assert row["reserve"] == {"since": called.at, "because": "waiting"}
    assert house.replayed() == house.now_lasting()


def test_it_is_let_go_when_the_line_is_short_again_and_survives_a_restart_in_between() -> None:
    house = a_house("ann", "bob", waiting_above=2, relief=0.5)
    calls = [house.arrive() for _ in range(4)]
    assert told(house, ReserveCalled)
    assert [list(call.offers) for call in calls] == [["ann"], ["bob"], [], []]
    house.end("in-3")
    assert told(house, ReserveReleased), "one waits, and that is half of two"
    house.arrive()
    assert not house.state.pressed, "two is not beyond the limit"
    house.arrive()
    assert house.state.pressed
    again = State(house.state.directory, house.replayed())
    assert again.pressed == house.state.pressed
    assert again.matching.line(SALES).pressure == "waiting"


def test_in_a_queue_where_he_is_no_reserve_he_is_rung_as_ever() -> None:
    house = a_house("bob", waiting_above=5)
    why = house.state.matching.explain(SERVICE, house.clock.now())
    assert why["agent"] == BOB


def test_where_nobody_else_is_at_work_nobody_waits_in_vain() -> None:
    house = a_house("bob", waiting_above=5)
    assert list(house.arrive().offers) == ["bob"]
    assert told(house, ReserveCalled)[0].because == "nobody"


def test_an_expected_wait_counts_the_reserve_only_while_it_is_called() -> None:
    house = a_house("ann", "bob", wait_above_s=150.0)
    for _ in range(6):
        call = house.arrive()
        house.answer(next(iter(call.offers.values())).leg)
        house.wait(60)
        house.end(f"in-{house.calls}")
    held_up = [house.arrive(), house.arrive()]
    assert [list(call.offers) for call in held_up] == [["ann"], []]
    assert not told(house, ReserveCalled), "one who came now would wait less than 150 s"
    house.arrive()
    assert told(house, ReserveCalled)[0].because == "wait"


def test_a_dry_run_tells_who_is_held_back_and_when_the_reserve_would_come() -> None:
    house = a_house("ann", "bob", waiting_above=1)
    calm = dry_run(house.state, Supposed(queue=SALES), house.clock.now())
    assert [(each.agent, each.code) for each in calm.excluded] == [(BOB, "reserve")]
    assert calm.steps[0].why is not None
    assert calm.steps[0].why["in_reserve"] == 1
    house.arrive()
    house.arrive()
    pressed = dry_run(house.state, Supposed(queue=SALES), house.clock.now())
    assert [(step.what, step.reason) for step in pressed.steps[:1]] == [("reserve", "waiting")]
    assert not house.state.pressed, "asking has changed nothing"


def test_taking_the_reserve_out_of_the_rules_lets_it_go() -> None:
    house = a_house("ann", "bob", waiting_above=0)
    for _ in range(3):
        house.arrive()
    assert house.state.pressed
    plain = House(queues=[queue(SALES), queue(SERVICE)], agents=[agent("ann"), agent("bob")]).state.directory
    house.state.reconfigure(plain)
    house.tell(inputs.Tick())
    assert not house.state.pressed
    assert QueueId("sales") not in house.state.reserves
