"""The switch goes away and comes back; the process dies and is started anew."""

from typing import Any

import pytest

from rexian.core.errors import Unavailable
from rexian.core.ids import CallId, LegId
from rexian.floor import inputs
from rexian.floor.events import CallEnded, LegDown
from rexian.floor.model import Call
from rexian.floor.state import State
from rexian.telephony.commands import Bridge, Cause, HangUp, Originate, StartRecording
from rexian.telephony.events import LegSeen, SwitchBack, SwitchLost
from tests.floor.house import House


def lose(house: House) -> None:
    house.tell(SwitchLost(at=house.clock.now()))


def survey(house: House) -> SwitchBack:
    """What the switch would say of what it holds."""
    legs = [
        LegSeen(
            leg=LegId(leg),
            call=CallId(call),
            up=leg in house.up or leg.startswith("in-"),
            bridge=next((name for name, members in house.bridges.items() if leg in members), None),
        )
        for leg, call in house.legs.items()
    ]
    phones = frozenset(entry.phone for entry in house.state.directory.agents.values())
    return SwitchBack(at=house.clock.now(), legs=tuple(legs), reachable=phones)


def come_back(house: House) -> None:
    house.tell(survey(house))


def restart(house: House) -> None:
    """The process dies; another one begins from the journal alone."""
    snapshot = house.replayed()
    house.state = State(house.state.directory, snapshot)
    lose(house)
    come_back(house)


def forget(house: House, leg: str) -> None:
    """The leg ends, and nobody hears of it."""
    del house.legs[leg]
    house.up.discard(leg)
    for members in house.bridges.values():
        members.discard(leg)


def the(house: House) -> Call:
    return house.state.calls[CallId("call-1")]


def test_a_talking_call_survives_a_restart_unheard() -> None:
    house = House()
    house.connected()
    before = len(house.effects)
    restart(house)
    assert house.effects[before:] == []
    assert the(house).state == "talking"
    house.end("in-1")
    assert house.agent("ann").state == "wrap_up"
    assert house.legs == {}


def test_a_customer_who_left_unseen_ends_his_call() -> None:
    house = House()
    house.connected()
    forget(house, "in-1")
    restart(house)
    assert house.legs == {}
    assert house.agent("ann").state == "wrap_up"
    assert len(house.told(CallEnded)) == 1


def test_an_agent_who_left_unseen_sends_his_customer_to_the_queue() -> None:
    house = House()
    house.connected()
    forget(house, "call-1.1")
    restart(house)
    house.wait(7)
    assert the(house).state == "waiting"


def test_when_the_switch_has_lost_everything_all_calls_end_as_switch_lost() -> None:
    house = House()
    house.connected()
    house.arrive()
    house.legs.clear()
    house.up.clear()
    house.bridges.clear()
    lose(house)
    come_back(house)
    assert {fact.cause for fact in house.told(CallEnded)} == {Cause.SWITCH_LOST}
    assert {fact.cause for fact in house.told(LegDown)} == {Cause.SWITCH_LOST}
    assert house.agent("ann").state == "wrap_up"
    house.wait(30)
    assert house.state.calls == {}


def test_a_switch_that_stays_away_ends_its_calls_by_the_clock() -> None:
    house = House()
    house.connected()
    house.arrive()
    lose(house)
    house.wait(120)
    assert len(house.told(CallEnded)) == 2
    assert house.state.calls == {}
    assert house.agent("ann").state == "ready"


def test_commands_wait_while_the_switch_is_away() -> None:
    house = House()
    house.connected()
    lose(house)
    with pytest.raises(Unavailable):
        house.say(inputs.HoldCall, "ann")


def test_nobody_is_offered_a_call_while_the_switch_is_away() -> None:
    house = House()
    call = house.arrive()
    lose(house)
    house.staff("ann")
    assert not call.offers
    come_back(house)
    assert call.offers


def test_legs_that_nobody_knows_are_ended() -> None:
    house = House()
    house.connected()
    house.legs["stray"] = "call-1"
    restart(house)
    assert "stray" not in house.legs
    assert the(house).state == "talking"


def test_an_answer_that_was_missed_is_caught_up() -> None:
    house = House()
    house.staff("ann")
    house.arrive()
    house.up.add("call-1.1")
    restart(house)
    assert the(house).state == "talking"
    assert house.together(the(house)) == {"in-1", "call-1.1"}


def test_a_bridge_that_is_missing_is_made_again() -> None:
    house = House()
    house.connected()
    house.bridges.clear()
    restart(house)
    assert house.together(the(house)) == {"in-1", "call-1.1"}


def test_ringing_goes_on_after_a_restart() -> None:
    house = House()
    house.staff("ann")
    house.arrive()
    restart(house)
    house.answer("call-1.1")
    assert the(house).state == "talking"


@pytest.mark.parametrize("refused", [Originate, Bridge, StartRecording, HangUp])
def test_whatever_the_switch_refuses_nobody_is_stuck(refused: Any) -> None:
    house = House()
    house.staff("ann")
    call = house.arrive()
    house.refuses = {refused}
    if call.offers:
        house.pick_up(call)
    house.wait(60)
    house.refuses = set()
    if "in-1" in house.legs:
        house.end("in-1")
    house.wait(60)
    assert house.state.calls == {}
    assert house.legs == {}
    assert house.agent("ann").state in ("ready", "paused")
