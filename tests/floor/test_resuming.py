"""Who calls again soon gets the place in line that he had: after giving up, or while he waits to be called back."""

from datetime import timedelta
from typing import Any

from rexian.floor import inputs
from rexian.floor.events import Abandoned, Offered, Queued
from rexian.floor.model import Call
from rexian.floor.owed import CallbackAsked, CallbackEnded, CallbackStarted
from rexian.telephony import events
from tests.floor.house import SALES, SERVICE, House, queue
from tests.floor.test_callbacks import asked
from tests.floor.test_callbacks import house as offering

EARLY, LATE = "13800000001", "13800000002"


def house(keep_place_s: int = 300, **changes: Any) -> House:
    return House(queues=[queue(SALES, keep_place_s=keep_place_s), queue(SERVICE)], **changes)


def gives_up(small: House, call: Call) -> None:
    assert call.customer_leg is not None
    small.end(call.customer_leg)


def since(call: Call) -> Any:
    assert call.waiting is not None
    return call.waiting.since


def test_he_comes_before_those_who_called_between() -> None:
    small = house()
    first = small.arrive(EARLY)
    began = since(first)
    small.wait(40)
    gives_up(small, first)
    small.wait(10)
    other = small.arrive(LATE)
    small.wait(10)
    again = small.arrive(EARLY)
    assert since(again) == began, "his age counts as if he had waited on"
    assert again.waiting is not None
    assert again.waiting.entered == began + timedelta(seconds=60), "what he waits himself is counted from now"
    small.staff("ann")
    assert [fact.call for fact in small.told(Offered)] == [again.id]
    assert other.state == "waiting"
    assert small.told(Queued)[-1].resumes == first.id
    assert small.replayed() == small.now_lasting()


def test_the_place_is_taken_once() -> None:
    small = house()
    first = small.arrive(EARLY)
    began = since(first)
    gives_up(small, first)
    small.wait(5)
    assert since(small.arrive(EARLY)) == began
    assert since(small.arrive(EARLY)) == small.clock.now()


def test_giving_up_again_keeps_the_old_place_again() -> None:
    small = house()
    first = small.arrive(EARLY)
    began = since(first)
    gives_up(small, first)
    small.wait(200)
    gives_up(small, small.arrive(EARLY))
    small.wait(200)
    assert since(small.arrive(EARLY)) == began


def test_after_its_time_in_another_queue_or_by_another_number_there_is_no_place() -> None:
    small = house()
    gives_up(small, small.arrive(EARLY))
    small.wait(10)
    assert since(small.arrive(LATE)) == small.clock.now()
    small.wait(291)
    assert since(small.arrive(EARLY)) == small.clock.now()
    assert not small.told(Queued)[-1].resumes


def test_without_a_number_or_where_no_place_is_kept_he_begins_anew() -> None:
    for small, caller in ((house(0), EARLY), (house(), "anonymous")):
        gives_up(small, small.arrive(caller))
        small.wait(5)
        assert since(small.arrive(caller)) == small.clock.now()
        assert small.told(Abandoned)[0].keep_until is None
        assert not small.state.places


def test_places_that_nobody_comes_back_to_are_forgotten() -> None:
    small = house(60)
    for number in range(50):
        gives_up(small, small.arrive(f"1380000{number:04}"))
        small.wait(10)
    assert len(small.state.places[SALES]) <= 7
    assert small.replayed() == small.now_lasting()


def test_who_calls_while_he_waits_to_be_called_back_takes_his_place_and_is_not_called_back() -> None:
    small = offering()
    callback: CallbackAsked = asked(small)
    small.wait(30)
    call = small.arrive("13800000000")
    assert since(call) == callback.since
    assert [(fact.callback, fact.result) for fact in small.told(CallbackEnded)] == [(callback.callback, "resumed")]
    small.staff("ann")
    assert call.state == "offering"
    assert not small.told(CallbackStarted)
    assert small.replayed() == small.now_lasting()


def test_a_callback_at_a_chosen_time_and_one_under_way_stay() -> None:
    small = offering()
    due = small.clock.now() + timedelta(hours=2)
    chosen = inputs.RequestCallback(
        callback="c1",
        queue=SALES,
        number="13800000000",
        by="ann",
        due=due,  # type: ignore[arg-type]
    )
    small.tell(chosen)
    small.arrive("13800000000")
    assert not small.told(CallbackEnded)
    other = offering()
    asked(other)
    other.staff("ann")
    assert other.told(CallbackStarted)
    other.tell(events.PhoneReachable(at=other.clock.now(), phone="demo-bob", reachable=False))
    other.arrive("13800000000")
    assert not other.told(CallbackEnded)
