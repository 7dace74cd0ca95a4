"""More time for wrap-up: as often as the queue allows, and it always ends."""

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rexian.core.errors import Conflict
from rexian.core.ids import CallId
from rexian.floor import inputs
from rexian.floor.events import WrappedUp, WrapUpExtended, WrapUpStarted
from rexian.floor.views import rows
from tests.floor.house import SALES, House, queue


def wrapping(**settings: int) -> tuple[House, CallId, datetime]:
    """Ann wraps up; until when."""
    house = House(queues=[queue(SALES, wrap_up_s=20, **settings)])
    call = house.connected()
    house.end("in-1")
    until = house.told(WrapUpStarted)[0].until
    assert until is not None
    return house, call.id, until


def more(house: House, call: CallId, until: datetime) -> None:
    house.say(inputs.ExtendWrapUp, "ann", call=call, until=until)


def test_it_is_put_off_as_often_as_the_queue_allows_and_then_refused() -> None:
    house, call, until = wrapping(wrap_up_extensions=2, wrap_up_extension_s=40)
    for nth in (1, 2):
        house.wait(15)
        more(house, call, until)
        until += timedelta(seconds=40)
        assert [(fact.until, fact.nth) for fact in house.told(WrapUpExtended)][-1] == (until, nth)
        assert house.agent("ann").until == until
    with pytest.raises(Conflict) as refused:
        more(house, call, until)
    assert refused.value.code == "wrap_up.no_more_time"
    house.wait(69)
    assert house.agent("ann").state == "wrap_up"
    house.wait(2)
    assert house.agent("ann").state == "ready"
    assert [fact.how for fact in house.told(WrappedUp)] == ["expired"]
    assert house.replayed() == house.now_lasting()


def test_sent_again_it_is_put_off_once() -> None:
    house, call, until = wrapping()
    more(house, call, until)
    more(house, call, until)
    assert len(house.told(WrapUpExtended)) == 1


def test_where_the_queue_allows_none_it_is_refused_at_once() -> None:
    house, call, until = wrapping(wrap_up_extensions=0)
    with pytest.raises(Conflict):
        more(house, call, until)


def test_after_the_wrap_up_and_for_another_call_it_is_refused() -> None:
    house, call, until = wrapping()
    with pytest.raises(Conflict):
        more(house, CallId("another"), until)
    house.wait(21)
    with pytest.raises(Conflict) as refused:
        more(house, call, until)
    assert refused.value.code == "wrap_up.not_open"


def test_the_desk_is_told_how_much_more_there_is() -> None:
    house, call, until = wrapping(wrap_up_extensions=3, wrap_up_extension_s=30)
    more(house, call, until)
    (party,) = rows(house.state, calls=[call])["calls"][call]["agents"]
    assert {name: party[name] for name in ("extensions", "extended", "extension_s")} == {
        "extensions": 3, "extended": 1, "extension_s": 30,
    }  # fmt: skip
    assert party["until"] == until + timedelta(seconds=30)


@given(st.lists(st.floats(0, 40), max_size=20), st.integers(0, 4), st.integers(5, 60))
def test_however_often_it_is_asked_it_ends(pauses: list[float], times: int, seconds: int) -> None:
    house, call, _ = wrapping(wrap_up_extensions=times, wrap_up_extension_s=seconds)
    began = house.clock.now()
    for pause in pauses:
        house.wait(pause)
        until = house.agent("ann").until
        if until is None:
            break
        with suppress(Conflict):
            more(house, call, until)
    house.wait(20 + times * seconds + 1)
    (ended,) = house.told(WrappedUp)
    assert ended.at <= began + timedelta(seconds=20 + times * seconds + 1)
    assert house.agent("ann").state == "ready"
