"""Callbacks: the place is kept and ages, the agent or the customer is called first, and every one of them ends."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from rexian.core.errors import Conflict, NotFound
from rexian.core.ids import AgentId, CallbackId
from rexian.floor import inputs
from rexian.floor.callbacks import CALLBACK
from rexian.floor.conversations import Connected
from rexian.floor.events import Abandoned, CallEnded, LeftQueue, Offered, Queued
from rexian.floor.model import Call
from rexian.floor.owed import (
    CallbackAsked,
    CallbackEnded,
    CallbackPutOff,
    CallbackStarted,
)
from rexian.flows.documents import read
from rexian.routing.callbacks import CallbackRules
from rexian.routing.exits import Exit
from rexian.telephony import events
from rexian.telephony.commands import Cause, Originate, Play
from tests.floor.house import FLOW, REGISTRY, SALES, SERVICE, House, queue
from tests.floor.test_exits import Office
from tests.floor.test_laws import Watched

WAITING_MENU = read(
    {
        "start": "sales",
        "nodes": {
            "sales": {"type": "queue", "queue": "sales", "exits": {"waiting": "offer"}},
            "offer": {"type": "callback", "exits": {}},
        },
    },
    REGISTRY,
)
SLOT = {"type": "callback", "queue": "sales", "offer": False, "when": "slot"}
STRAIGHT_TO_IT = read({"start": "back", "nodes": {"back": SLOT}}, REGISTRY)


def house(rules: CallbackRules | None = None, **changes: Any) -> House:
    flows = changes.pop("flows", {FLOW: WAITING_MENU})
    return House(queues=[queue(SALES, callback=rules or CallbackRules()), queue(SERVICE)], flows=flows, **changes)


def press(house: House, call: Call, *digits: str) -> None:
    for digit in digits:
        assert call.customer_leg is not None
        at = house.clock.now()
        house.tell(events.DigitPressed(at=at, call=call.id, leg=call.customer_leg, digit=digit))


def heard(house: House) -> list[str]:
    return [media.removeprefix("prompt:") for one in house.effects if isinstance(one, Play) for media in one.media]


def asked(house: House) -> CallbackAsked:
    """A caller takes the offer, with his own number."""
    call = house.arrive()
    press(house, call, "1", "1")
    house.wait(1)
    found: CallbackAsked = house.told(CallbackAsked)[-1]
    return found


def called(house: House) -> Call:
    """The call by which the callback is being carried out."""
    started: CallbackStarted = house.told(CallbackStarted)[-1]
    return house.state.calls[started.call]


def customer_leg(house: House) -> str:
    return [one.leg for one in house.effects if isinstance(one, Originate) and one.address.startswith("trunk:")][-1]


# --- asking


def test_his_number_is_read_back_and_his_place_goes_on_to_age() -> None:
    small = house()
    small.wait(5)
    call = small.arrive("13800000000")
    since = call.waiting.since if call.waiting else None
    small.wait(3)
    press(small, call, "1")
    assert heard(small)[-13:] == [
        "callback-your-number", "number-yao", "number-3", "number-8", *["number-0"] * 8, "callback-confirm",
    ]  # fmt: skip
    press(small, call, "1")
    fact = small.told(CallbackAsked)[0]
    assert (fact.number, fact.queue, fact.since, fact.origin) == ("+8613800000000", SALES, since, call.id)
    assert [left.reason for left in small.told(LeftQueue)] == ["callback"]
    assert heard(small)[-1] == "callback-thanks"
    assert call.id not in small.state.calls, "he has been told goodbye and let go"
    assert not small.told(Abandoned)


def test_another_number_is_typed_and_a_wrong_one_asked_for_again() -> None:
    small = house()
    call = small.arrive()
    press(small, call, "1", "2", "7", "#")
    assert "invalid-number" in heard(small)
    press(small, call, *"02161234567", "#")
    assert "number-yao" in heard(small)
    press(small, call, "1")
    assert small.told(CallbackAsked)[0].number == "+862161234567"


def test_who_declines_waits_on_where_he_was() -> None:
    small = house()
    call = small.arrive()
    press(small, call, "2")
    assert call.state == "waiting"
    assert not small.told(CallbackAsked)
    small.staff("ann")
    assert call.state == "offering"


def test_who_says_nothing_waits_on() -> None:
    small = house()
    call = small.arrive()
    small.wait(120)
    assert call.state == "waiting"


def test_an_agent_who_gets_free_while_he_chooses_is_not_kept_from_him() -> None:
    small = house()
    call = small.arrive()
    press(small, call, "1")
    small.staff("ann")
    small.pick_up(call)
    assert call.state == "talking"


def test_the_exit_of_a_queue_offers_it_to_a_caller_without_a_flow_of_that_kind() -> None:
    exit = Exit(when="wait", at="waiting", limit=60, to="callback")
    small = House(queues=[queue(SALES, exits=(exit,)), queue(SERVICE)])
    call = small.arrive()
    small.wait(61)
    assert call.state == "waiting"
    press(small, call, "1", "1")
    assert [fact.number for fact in small.told(CallbackAsked)] == ["+8613800000000"]


def test_without_a_trunk_the_flow_is_told_that_nobody_can_be_called() -> None:
    small = house(trunk="")
    call = small.arrive()
    press(small, call, "1", "1")
    assert not small.told(CallbackAsked)
    assert call.state == "waiting"


def test_one_number_waits_once() -> None:
    small = house()
    first = asked(small)
    small.wait(60)
    second = asked(small)
    assert list(small.state.callbacks) == [second.callback]
    assert second.since == first.since, "his place stays as it was"
    assert [(fact.callback, fact.result) for fact in small.told(CallbackEnded)] == [(first.callback, "resumed")]


# --- its turn


def test_the_agent_first_then_the_customer_and_they_hear_each_other() -> None:
    small = house()
    asked(small)
    small.wait(60)
    small.staff("ann")
    call = called(small)
    assert call.state == "offering"
    assert [one.caller_number for one in small.effects if isinstance(one, Originate)] == ["+8613800000000"]
    small.pick_up(call)
    leg = customer_leg(small)
    assert call.state == "offering"
    assert "tone:ring" in heard(small)
    small.wait(30)
    small.answer(leg)
    assert call.state == "talking"
    assert small.together(call) == {leg, f"{call.id}.1"}
    small.end(leg)
    assert [fact.result for fact in small.told(CallbackEnded)] == ["connected"]
    assert small.agent("ann").state == "wrap_up"


def test_the_customer_first_and_the_agent_is_kept_free_for_him() -> None:
    small = house(CallbackRules(order="customer"))
    asked(small)
    small.staff("ann")
    call = called(small)
    later = small.arrive("13900000000")
    assert later.state == "waiting", "the agent is kept for the one who waits longer"
    assert small.agent("ann").state == "ready"
    small.answer(customer_leg(small))
    assert "callback-connecting" in heard(small)
    assert call.state == "offering"
    small.pick_up(call)
    assert call.state == "talking"
    small.end(customer_leg(small))
    small.say(inputs.WrapUp, "ann", call=call.id)
    assert later.state == "offering"


def test_it_waits_in_the_order_of_its_age_among_the_callers() -> None:
    small = house()
    first = small.arrive("13900000000")
    small.wait(10)
    asked(small)
    small.wait(10)
    third = small.arrive("13700000000")
    small.staff("ann")
    assert first.state == "offering"
    small.say(inputs.Reject, "ann")
    small.end("in-1")
    assert called(small).state == "offering"
    assert third.state == "waiting"


def test_who_does_not_answer_is_called_again_after_the_gap_and_so_often_as_is_allowed() -> None:
    small = house(CallbackRules(attempts=2, gap_s=300))
    asked(small)
    small.staff("ann")
    small.pick_up(called(small))
    small.wait(61)
    assert [fact.reason for fact in small.told(CallbackPutOff)] == ["no_answer"]
    assert small.agent("ann").state == "ready"
    small.wait(298)
    assert len(small.told(CallbackStarted)) == 1
    small.wait(3)
    assert len(small.told(CallbackStarted)) == 2
    small.pick_up(called(small))
    small.end(customer_leg(small), Cause.BUSY)
    assert [fact.result for fact in small.told(CallbackEnded)] == ["unreachable"]
    assert small.state.callbacks == {}


def test_an_agent_who_does_not_take_it_costs_no_attempt_and_another_is_asked() -> None:
    small = house()
    asked(small)
    small.staff("ann")
    small.wait(1)
    small.staff("bob")
    small.wait(1)
    small.say(inputs.Reject, "ann")
    call = called(small)
    assert list(call.offers) == ["bob"]
    assert small.told(CallbackPutOff)[-1].attempts == 0


def test_an_agent_who_hangs_up_while_it_rings_lets_the_customer_go() -> None:
    small = house()
    asked(small)
    small.staff("ann")
    call = called(small)
    small.pick_up(call)
    small.end(f"{call.id}.1")
    assert customer_leg(small) not in small.legs
    assert small.told(CallbackPutOff)[-1].reason == "no_answer"


def test_a_customer_who_gives_up_waiting_for_the_agent_is_called_again() -> None:
    small = house(CallbackRules(order="customer"))
    asked(small)
    small.staff("ann")
    small.say(inputs.Pause, "ann", reason="lunch")
    small.answer(customer_leg(small))
    assert called(small).state == "waiting"
    small.end(customer_leg(small))
    assert small.told(CallbackPutOff)[-1].reason == "no_answer"


def test_it_expires() -> None:
    small = house(CallbackRules(expires_s=600))
    asked(small)
    small.wait(601)
    assert [fact.result for fact in small.told(CallbackEnded)] == ["expired"]


# --- hours and slots


class Day(Office):
    """Closed for an hour after its closing, then open again."""

    def is_open(self, at: datetime) -> bool:
        return at < self.closes or at >= self.closes + timedelta(hours=1)

    def next_change(self, at: datetime) -> datetime | None:
        edges = (self.closes, self.closes + timedelta(hours=1))
        return next((edge for edge in edges if at < edge), None)


def test_outside_the_hours_it_rests_and_then_comes_into_line_at_its_old_place() -> None:
    day = Day(House().clock.now() + timedelta(minutes=10))
    small = house(CallbackRules(calendar="day"), calendars={"day": day})
    asked(small)
    small.wait(601)
    small.staff("ann")
    assert not small.told(CallbackStarted)
    assert small.told(CallbackPutOff)[-1].reason == "hours"
    small.wait(3600)
    assert called(small).state == "offering"


def test_a_slot_is_spoken_chosen_and_kept() -> None:
    rules = CallbackRules(per_slot=1, slot_min=60, days=1)
    small = house(rules, flows={FLOW: STRAIGHT_TO_IT})
    call = small.arrive()
    press(small, call, "1")
    assert heard(small).count("callback-press") == 3
    press(small, call, "2")
    due = small.told(CallbackAsked)[0].due
    assert due is not None
    small.staff("ann")
    small.clock.set(due - timedelta(seconds=1))
    small.tell(inputs.Tick())
    assert not small.told(CallbackStarted)
    small.wait(2)
    assert called(small).state == "offering"


# --- a supervisor


def test_a_supervisor_asks_moves_gives_and_takes_back() -> None:
    small = house()
    id = CallbackId("cb")
    small.tell(inputs.RequestCallback(callback=id, queue=SALES, number="13700000000", by="sue", name="Li"))
    small.tell(inputs.MoveCallback(callback=id, queue=SERVICE, priority=9, by="sue"))
    assert small.state.callbacks[id].queue == SERVICE
    small.staff("bob")
    call = called(small)
    assert list(call.offers) == ["bob"]
    with pytest.raises(Conflict):
        small.tell(inputs.CancelCallback(callback=id, by="sue"))
    small.say(inputs.Reject, "bob")
    small.say(inputs.Pause, "bob", reason="lunch")
    small.end(f"{called(small).id}.1", Cause.REJECTED)
    small.tell(inputs.CancelCallback(callback=id, by="sue"))
    assert [fact.by for fact in small.told(CallbackEnded)] == ["sue"]
    with pytest.raises(NotFound):
        small.tell(inputs.CancelCallback(callback=id, by="sue"))


def test_a_supervisor_gives_it_to_one_certain_agent_before_its_time() -> None:
    small = house(CallbackRules(per_slot=1))
    id = CallbackId("cb")
    due = small.clock.now() + timedelta(hours=2)
    small.tell(inputs.RequestCallback(callback=id, queue=SALES, number="13700000000", by="sue", due=due))
    small.staff("ann")
    small.wait(1)
    small.staff("bob")
    small.tell(inputs.CallNow(callback=id, agent=AgentId("bob"), by="sue"))
    assert [fact.agent for fact in small.told(Offered)] == ["bob"]
    assert small.told(Offered)[0].why == {"given_by": "sue"}


def test_another_time_lets_it_live_as_long_after_that() -> None:
    small = house(CallbackRules(per_slot=1, expires_s=600))
    id = CallbackId("cb")
    now = small.clock.now()
    due, later = now + timedelta(minutes=5), now + timedelta(hours=3)
    small.tell(inputs.RequestCallback(callback=id, queue=SALES, number="13700000000", by="sue", due=due))
    small.tell(inputs.MoveCallback(callback=id, due=later, by="sue"))
    small.wait(2 * 3600)
    assert not small.told(CallbackEnded)
    assert small.state.callbacks[id].since == later
    small.staff("ann")
    small.wait(3600)
    assert called(small).state == "offering"


@pytest.mark.parametrize("asks_again", [True, False])
def test_one_that_waits_in_line_is_put_off_to_the_time_that_is_chosen(asks_again: bool) -> None:
    small = house(CallbackRules(per_slot=1))
    id = CallbackId("cb")
    due = small.clock.now() + timedelta(hours=2)
    small.tell(inputs.RequestCallback(callback=id, queue=SALES, number="13700000000", by="sue"))
    if asks_again:
        again = CallbackId("again")
        small.tell(inputs.RequestCallback(callback=again, queue=SALES, number="13700000000", by="sue", due=due))
    else:
        small.tell(inputs.MoveCallback(callback=id, due=due, by="sue"))
    small.staff("ann")
    small.wait(7199)
    assert list(small.state.callbacks) == [id]
    assert not small.told(CallbackStarted)
    small.wait(2)
    assert called(small).state == "offering"


def test_asked_for_at_once_what_was_booked_comes_into_line() -> None:
    small = house(CallbackRules(per_slot=1))
    id = CallbackId("cb")
    due = small.clock.now() + timedelta(hours=2)
    small.tell(inputs.RequestCallback(callback=id, queue=SALES, number="13700000000", by="ann", due=due))
    small.tell(inputs.RequestCallback(callback=CallbackId("x"), queue=SALES, number="13700000000", by="ann"))
    assert (list(small.state.callbacks), small.state.callbacks[id].due) == ([id], None)
    small.staff("ann")
    small.wait(1)
    assert called(small).state == "offering"


def test_a_slot_that_has_been_booked_full_meanwhile_is_refused_to_others_only() -> None:
    small = house(CallbackRules(per_slot=1, slot_min=30))
    first, other = CallbackId("cb"), CallbackId("other")
    due = small.clock.now() + timedelta(hours=2)
    small.tell(inputs.RequestCallback(callback=first, queue=SALES, number="13700000000", by="ann", due=due))
    with pytest.raises(Conflict) as refused:
        small.tell(inputs.RequestCallback(callback=other, queue=SALES, number="13800000000", by="bob", due=due))
    assert refused.value.code == "callback.slot_full"
    small.tell(inputs.RequestCallback(callback=other, queue=SALES, number="13800000000", by="bob"))
    with pytest.raises(Conflict):
        small.tell(inputs.MoveCallback(callback=other, due=due, by="sue"))
    small.tell(inputs.MoveCallback(callback=first, due=due, by="sue"))
    small.tell(inputs.RequestCallback(callback=CallbackId("y"), queue=SALES, number="13700000000", by="ann", due=due))
    assert small.state.callbacks[first].due == due
    small.tell(inputs.MoveCallback(callback=other, queue=SERVICE, due=due, by="sue"))
    assert small.state.callbacks[other].queue == SERVICE, "another queue has slots of its own, or none"


def test_the_time_outside_the_hours_does_not_count_against_it() -> None:
    day = Day(House().clock.now() + timedelta(minutes=10))
    small = house(CallbackRules(calendar="day", expires_s=1800), calendars={"day": day})
    asked(small)
    small.wait(600 + 3600 + 1100)
    assert not small.told(CallbackEnded)
    small.wait(200)
    assert [fact.result for fact in small.told(CallbackEnded)] == ["expired"]


def test_what_is_arranged_while_it_is_talked_about_is_a_callback_of_its_own() -> None:
    small = house(CallbackRules(per_slot=1))
    first = asked(small)
    small.staff("ann")
    small.answer(f"{called(small).id}.1")
    tomorrow = inputs.RequestCallback(
        callback=CallbackId("next"), queue=SALES, number=first.number, by="ann", due=small.clock.now() + timedelta(1)
    )
    with pytest.raises(Conflict):
        small.tell(tomorrow)
    small.answer(customer_leg(small))
    assert called(small).state == "talking"
    small.tell(tomorrow)
    small.say(inputs.HangUpCall, "ann")
    assert [fact.result for fact in small.told(CallbackEnded)] == ["connected"]
    assert list(small.state.callbacks) == ["next"]


@pytest.mark.parametrize("tried", [True, False])
def test_who_phones_in_himself_while_he_is_called_back_is_not_called_any_more(tried: bool) -> None:
    small = house(CallbackRules(gap_s=60))
    asked(small)
    small.staff("ann")
    if tried:
        small.answer(f"{called(small).id}.1")
    call = small.arrive()
    assert call.waiting is not None
    if tried:
        small.end(customer_leg(small), Cause.BUSY)
    else:
        small.say(inputs.Reject, "ann")
    assert [fact.result for fact in small.told(CallbackEnded)] == ["resumed"]
    assert list(call.offers) == ["ann"]
    small.wait(120)
    assert len(small.told(CallbackStarted)) == 1


def test_the_table_of_callbacks_ends() -> None:
    assert all(CALLBACK.table[state] or state == "ended" for state in CALLBACK.states)


# --- always


class Backs(RuleBasedStateMachine):
    """Whatever happens: one attempt at a time, the journal tells all, and in the end nothing is left."""

    @initialize(order=st.sampled_from(["agent", "customer"]))
    def open(self, order: Any) -> None:
        rules = CallbackRules(order=order, attempts=2, gap_s=60, expires_s=1200)
        self.house = Watched(
            queues=[queue(SALES, callback=rules), queue(SERVICE, callback=rules)], flows={FLOW: WAITING_MENU}
        )
        self.house.staff("ann")
        self.asked = 0

    @rule()
    def somebody_asks(self) -> None:
        self.asked += 1
        id = CallbackId(f"cb-{self.asked}")
        self.tell(inputs.RequestCallback(callback=id, queue=SALES, number=f"1380000{self.asked:04d}", by="sue"))

    @rule()
    def somebody_phones_in(self) -> None:
        self.house.arrive_only()

    @rule(pick=st.integers(0, 9))
    def somebody_answers(self, pick: int) -> None:
        ringing = [leg for leg in self.house.legs if leg not in self.house.up and not leg.startswith("in-")]
        if ringing:
            self.house.answer(ringing[pick % len(ringing)])

    @rule(pick=st.integers(0, 9), cause=st.sampled_from([Cause.NORMAL, Cause.BUSY, Cause.NO_ANSWER, Cause.LOST]))
    def somebody_is_gone(self, pick: int, cause: Cause) -> None:
        legs = list(self.house.legs)
        if legs:
            self.house.end(legs[pick % len(legs)], cause)

    @rule(name=st.sampled_from(["ann", "bob"]), ready=st.booleans())
    def an_agent_comes_or_goes(self, name: str, ready: bool) -> None:
        self.house.staff(name, ready=False)
        self.tell(inputs.Ready(agent=AgentId(name)) if ready else inputs.SignOut(agent=AgentId(name)))

    @rule(pick=st.integers(0, 9), queue=st.sampled_from([None, SALES, SERVICE]), cancel=st.booleans())
    def a_supervisor_moves_or_cancels(self, pick: int, queue: Any, cancel: bool) -> None:
        ids = list(self.house.state.callbacks)
        if ids and cancel:
            self.tell(inputs.CancelCallback(callback=ids[pick % len(ids)], by="sue"))
        elif ids:
            self.tell(inputs.MoveCallback(callback=ids[pick % len(ids)], queue=queue, by="sue", now=True))

    @rule(seconds=st.sampled_from([1, 20, 61, 300]))
    def time_passes(self, seconds: int) -> None:
        self.house.wait(seconds)

    def tell(self, input: Any) -> None:
        try:
            self.house.tell(input)
        except (Conflict, NotFound):
            return

    @invariant()
    def one_attempt_at_a_time(self) -> None:
        calls = [call.callback for call in self.house.state.calls.values() if call.callback and not call.ended_at]
        assert len(set(calls)) == len(calls)
        calling = {id for id, one in self.house.state.callbacks.items() if one.state == "calling"}
        assert calling <= set(calls)

    @invariant()
    def an_agent_is_kept_free_for_one_who_is_being_called(self) -> None:
        for agent, id in self.house.state.reserved.items():
            call = self.house.state.calls[id]
            assert call.reserved == agent
            assert call.customer_leg in call.legs

    @invariant()
    def the_journal_alone_gives_the_same_state(self) -> None:
        assert self.house.replayed() == self.house.now_lasting()

    def teardown(self) -> None:
        if not hasattr(self, "house"):
            return
        house = self.house
        for leg in list(house.legs):
            house.end(leg)
        house.wait(10_000)
        assert house.state.calls == {}
        assert house.state.callbacks == {}
        assert house.state.reserved == {}
        assert len(house.told(CallbackEnded)) == len(house.told(CallbackAsked))
        done = len(house.told(LeftQueue)) + len(house.told(Abandoned)) + len(house.told(Connected))
        assert len(house.told(Queued)) <= done
        begun = {fact.call for fact in house.told(CallbackStarted)}
        assert begun <= {fact.call for fact in house.told(CallEnded)}


TestBacks = Backs.TestCase
TestBacks.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
