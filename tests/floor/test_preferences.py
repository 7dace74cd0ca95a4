"""A customer's own agent: who spoke with him last, who looks after him, whom the flow names."""

from datetime import timedelta
from typing import Any

import pytest

from rexian.core.errors import Conflict
from rexian.core.ids import AgentId, CustomerId
from rexian.floor import inputs
from rexian.floor.events import OfferEnded, Paused, Widened
from rexian.floor.model import Call
from rexian.floor.state import State
from rexian.flows.documents import read
from rexian.routing.rules import Preferred, Rules
from tests.floor.house import FLOW, REGISTRY, SALES, SERVICE, House, agent, queue

GREETING = {"hello": {"type": "play", "media": ["prompt:welcome"], "exits": {"next": "sales"}}}


def a_house(**rule: Any) -> House:
    preferred = Preferred(**{"agents": ("manager", "last"), "patience_s": 20, **rule})
    house = House(queues=[queue(SALES, rules=Rules(preferred=preferred)), queue(SERVICE)])
    house.staff("ann")
    house.wait(1)
    house.staff("bob")
    return house


def recognised(house: House, call: Call, *, days_ago: float = 1, **known: Any) -> None:
    if "last_agent" in known:
        known["last_at"] = house.clock.now() - timedelta(days=days_ago)
    house.tell(inputs.Identified(call=call.id, customer=CustomerId("zhang"), **known))


def busy(house: House, name: str) -> None:
    """He talks with somebody else."""
    other = "bob" if name == "ann" else "ann"
    house.say(inputs.Pause, other, reason="tea")
    house.pick_up(house.arrive())
    house.say(inputs.Ready, other)
    assert house.agent(name).state == "busy"


def test_who_spoke_with_him_last_is_rung_though_another_has_been_idle_for_longer() -> None:
    house = a_house()
    house.say(inputs.Pause, "ann", reason="tea")
    house.say(inputs.Pause, "bob", reason="tea")
    call = house.arrive()
    recognised(house, call, last_agent=AgentId("bob"))
    house.say(inputs.Ready, "ann")
    house.say(inputs.Ready, "bob")
    assert list(call.offers) == ["ann"]  # both were away when he came: nobody is waited for alone
    house.say(inputs.Reject, "ann")
    assert list(call.offers) == ["bob"]
    assert call.why["preferred"] == "bob"


def test_his_own_agent_is_waited_for_and_then_another_is_taken() -> None:
    house = a_house()
    busy(house, "bob")
    house.say(inputs.Pause, "ann", reason="tea")
    call = house.arrive()
    recognised(house, call, last_agent=AgentId("bob"))
    house.say(inputs.Ready, "ann")
    assert not call.offers
    house.wait(19)
    assert not call.offers
    house.wait(1)
    assert list(call.offers) == ["ann"]


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("leaves", ["lunch", "home"])
def test_when_his_own_agent_goes_he_is_not_waited_for_any_longer(leaves: str, restarted: bool) -> None:
    house = a_house(patience_s=600)
    busy(house, "bob")
    house.say(inputs.Pause, "ann", reason="tea")
    call = house.arrive()
    recognised(house, call, last_agent=AgentId("bob"), manager=AgentId("cid"))
    house.say(inputs.Ready, "ann")
    if restarted:
        house.state = State(house.state.directory, house.now_lasting())
        call = house.state.calls[call.id]
    if leaves == "lunch":
        house.say(inputs.Pause, "bob", reason="lunch")
    else:
        house.tell(inputs.SignOut(agent=AgentId("bob"), by="sue", when="after"))
    assert not call.offers
    house.say(inputs.HangUpCall, "bob")
    house.say(inputs.WrapUp, "bob", call=house.agent("bob").call)
    assert list(call.offers) == ["ann"]
    assert call.waiting is not None
    assert call.waiting.ring == 0


def test_his_own_agent_gets_him_as_soon_as_he_is_free() -> None:
    house = a_house()
    busy(house, "bob")
    house.say(inputs.Pause, "ann", reason="tea")
    call = house.arrive()
    recognised(house, call, last_agent=AgentId("bob"))
    house.say(inputs.Ready, "ann")
    house.say(inputs.HangUpCall, "bob")
    house.say(inputs.WrapUp, "bob", call=house.agent("bob").call)
    assert list(call.offers) == ["bob"]


def test_his_manager_comes_first_and_a_talk_long_ago_does_not_count() -> None:
    house = a_house()
    call = house.arrive()
    house.say(inputs.Reject, "ann")
    recognised(house, call, manager=AgentId("cid"), last_agent=AgentId("bob"))
    assert house.told(Widened)[-1].prefers == ("cid", "bob")
    other = house.arrive()
    recognised(house, other, last_agent=AgentId("bob"), days_ago=31)
    assert other.waiting is not None
    assert other.waiting.prefers == ()


def test_one_who_only_may_be_a_customer_prefers_nobody() -> None:
    house = a_house()
    busy(house, "bob")
    house.say(inputs.Pause, "ann", reason="tea")
    call = house.arrive()
    recognised(house, call, last_agent=AgentId("bob"), sure=False)
    house.say(inputs.Ready, "ann")
    assert list(call.offers) == ["ann"]


def test_when_his_own_agent_does_not_answer_others_may_have_him() -> None:
    house = a_house()
    busy(house, "bob")
    house.say(inputs.Pause, "ann", reason="tea")
    call = house.arrive()
    recognised(house, call, last_agent=AgentId("bob"))
    house.say(inputs.HangUpCall, "bob")
    house.say(inputs.Ready, "bob")
    assert list(call.offers) == ["bob"]
    house.say(inputs.Ready, "ann")
    house.say(inputs.Reject, "bob")
    assert [(fact.agent, fact.reason) for fact in house.told(OfferEnded)] == [("bob", "rejected")]
    assert list(call.offers) == ["ann"]


def test_a_shift_brings_an_agent_so_many_calls_and_no_more() -> None:
    house = House(agents=[agent("ann", most_contacts=2, wrap_up_s=0)])
    house.staff("ann")
    for _ in range(2):
        house.pick_up(house.arrive())
        house.wait(30)
        house.say(inputs.HangUpCall, "ann")
    assert [(fact.reason, fact.by) for fact in house.told(Paused)] == [("shift_full", "system")]
    assert house.arrive().state == "waiting"


def test_a_shift_brings_an_agent_so_much_talk_and_a_supervisor_may_ask_for_more() -> None:
    house = House(agents=[agent("ann", most_talk_s=100, wrap_up_s=10)])
    house.staff("ann")
    house.pick_up(house.arrive())
    house.wait(101)
    house.say(inputs.HangUpCall, "ann")
    house.wait(10)
    assert (house.agent("ann").state, house.agent("ann").reason) == ("paused", "shift_full")
    with pytest.raises(Conflict) as refused:
        house.say(inputs.Ready, "ann")
    assert refused.value.code == "agent.shift_full"
    house.say(inputs.Ready, "ann", by="sue")
    assert house.agent("ann").state == "ready"


def test_a_queue_may_let_phones_answer_by_themselves() -> None:
    house = House(queues=[queue(SALES, auto_answer=True), queue(SERVICE)])
    house.staff("ann")
    assert house.arrive().state == "talking"


def test_the_flow_may_name_an_agent_by_what_it_knows_of_the_customer() -> None:
    nodes = {"sales": {"type": "queue", "queue": "sales", "agent": "customer.advisor"}}
    rules = Rules(preferred=Preferred(agents=("named",)))
    house = House(
        agents=[agent("ann"), agent("bob", extension="1002")],
        queues=[queue(SALES, rules=rules), queue(SERVICE)],
        flows={FLOW: read({"start": "hello", "nodes": {**GREETING, **nodes}}, REGISTRY)},
    )
    house.staff("ann")
    house.wait(1)
    house.staff("bob")
    house.lazy = True
    call = house.state.calls[house.arrive_only()]
    house.tell(inputs.Identified(call=call.id, customer=CustomerId("zhang"), facts={"advisor": 1002}))
    house.lazy = False
    house.tell(inputs.Tick())
    while house.pending or house.todo:
        house.step()
    assert list(call.offers) == ["bob"]
    assert call.why["preferred"] == "bob"
