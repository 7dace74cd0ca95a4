"""If this customer called now: what would happen, and nothing does."""

import pytest

from rexian.core.errors import NotFound
from rexian.core.ids import AgentId, CustomerId, QueueId
from rexian.floor import inputs
from rexian.floor.dry_run import Supposed, dry_run
from rexian.floor.state import encode
from rexian.routing.rules import Preferred, Ring, Rules
from tests.floor.house import SALES, SERVICE, House, agent, queue


def suppose(house: House, **fields: object) -> object:
    before = encode(house.state.snapshot())
    outcome = dry_run(house.state, Supposed(**{"queue": SALES, **fields}), house.clock.now())  # type: ignore[arg-type]
    assert encode(house.state.snapshot()) == before, "a dry run has changed the floor"
    assert not house.state.matching.changed
    return outcome


def test_who_is_free_would_be_rung_one_after_the_other() -> None:
    house = House(queues=[queue(SALES, max_misses=1, max_wait_s=60), queue(SERVICE)])
    house.staff("ann")
    house.wait(1)
    house.staff("bob")
    outcome = suppose(house)
    told = [(step.after_s, step.what, step.agent, step.reason) for step in outcome.steps]
    assert told == [
        (0, "offered", "ann", ""),
        (15, "ended", "ann", "missed"),
        (15, "offered", "bob", ""),
        (30, "ended", "bob", "missed"),
        (60, "left", None, "timeout"),
    ]
    assert outcome.steps[0].why
    assert (outcome.position, outcome.expected_wait_s) == (1, 0.0)
    assert [(each.agent, each.code) for each in outcome.excluded] == [("cid", "off")]


def test_who_is_left_out_is_told_with_the_reason() -> None:
    agents = [agent(name) for name in ("ann", "bob", "cid", "dan", "eve")]
    agents += [agent("fay", skills={"english": 3}), agent("guy", queues=(SERVICE,))]
    house = House(agents=agents)
    house.staff("ann", "bob", "dan", "eve", "fay")
    house.pick_up(house.arrive())
    house.say(inputs.Pause, "bob", reason="tea")
    house.say(inputs.ChooseQueues, "dan", queues=(SERVICE,))
    outcome = suppose(house, skills={"english": 5})
    assert {each.agent: (each.code, each.text) for each in outcome.excluded} == {
        "ann": ("busy", ""),
        "bob": ("paused", ""),
        "cid": ("off", ""),
        "dan": ("elsewhere", ""),
        "eve": ("skills", "english >= 5"),
        "fay": ("skills", "english >= 5"),
    }
    assert outcome.steps == ()


def test_those_who_wait_already_come_first() -> None:
    house = House()
    for _ in range(3):
        house.arrive()
    assert suppose(house).position == 4
    assert suppose(house, priority=5).position == 1


def test_a_call_that_rings_goes_on_ringing() -> None:
    house = House()
    house.staff("ann")
    call = house.arrive()
    suppose(house)
    assert list(call.offers) == [AgentId("ann")]


def test_a_queue_that_there_is_not_is_refused() -> None:
    with pytest.raises(NotFound):
        suppose(House(), queue=QueueId("nowhere"))


def test_the_rules_of_the_queue_are_told_as_they_would_work() -> None:
    rules = Rules(
        requirement="english >= 5 and (sales or billing)",
        rings=(Ring(after_s=20, requirement="english"),),
        preferred=Preferred(agents=("manager",)),
    )
    skilled = [agent("ann", skills={"english": 7, "sales": 1}), agent("bob", skills={"english": 3})]
    house = House(agents=skilled, queues=[queue(SALES, rules=rules, max_misses=1), queue(SERVICE)])
    house.staff("ann", "bob")
    outcome = suppose(house, customer=CustomerId("zhang"), manager=AgentId("ann"))
    assert outcome.preferred == ("ann",)
    assert {each.agent: each.text for each in outcome.excluded} == {
        "bob": "english >= 5 and (sales >= 1 or billing >= 1)"
    }
    assert [(step.after_s, step.what, step.agent or step.reason) for step in outcome.steps[:4]] == [
        (0, "offered", "ann"),
        (15, "ended", "ann"),
        (20, "widened", "1"),
        (20, "offered", "bob"),
    ]
