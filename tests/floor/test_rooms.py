"""Rooms in which callers of any flow talk with each other."""

from typing import Any

from rexian.floor import inputs
from rexian.floor.gatherings import RoomJoined, RoomLeft
from rexian.floor.model import Call
from rexian.flows.documents import read
from rexian.flows.model import Document
from rexian.telephony import events
from rexian.telephony.commands import Bridge, CloseBridge, Mute
from tests.floor.house import FLOW, REGISTRY, House
from tests.floor.test_recovery import survey

SAID = ("next", "over", "no_moderator", "full", "timeout", "error")


def flow(**node: Any) -> Document:
    said = {name: {"type": "menu", "media": [f"prompt:{name}"], "choices": {"1": "x"}} for name in SAID}
    room = {"type": "room", "room": "team", **node, "exits": {name: name for name in SAID}}
    return read({"start": "room", "nodes": {"room": room, **said}}, REGISTRY)


def house(**node: Any) -> House:
    return House(flows={FLOW: flow(**node)})


def chosen(small: House, **node: Any) -> Call:
    """One who comes with another part in it."""
    small.state.directory.flows[FLOW] = flow(**node)
    return small.arrive()


def press(small: House, number: int, digit: str) -> None:
    leg = f"in-{number}"
    small.tell(events.DigitPressed(at=small.clock.now(), call=small.legs[leg], leg=leg, digit=digit))  # type: ignore[arg-type]


def together(small: House) -> list[set[str]]:
    return [legs for legs in small.bridges.values() if legs]


def node(call: Call) -> str:
    assert call.run is not None
    return call.run.node


def test_callers_are_together_until_they_press_the_key() -> None:
    small = house()
    first, second, third = small.arrive(), small.arrive(), small.arrive()
    assert together(small) == [{"in-1", "in-2", "in-3"}]
    press(small, 1, "5")
    press(small, 1, "#")
    assert (node(first), first.room) == ("next", None)
    assert together(small) == [{"in-2", "in-3"}]
    small.end("in-2")
    small.end("in-3")
    assert small.state.rooms == small.state.inside == {}
    assert small.bridges == {}
    small.wait(60)
    assert len(small.told(RoomJoined)) == len(small.told(RoomLeft)) == 3
    assert second.ended_at is not None
    assert third.ended_at is not None


def test_a_room_that_is_opened_again_is_another_one() -> None:
    """Its bridge is closed by who leaves last, while another may be coming in."""
    small = house()
    small.arrive()
    small.end("in-1")
    small.arrive()
    opened = {effect.bridge for effect in small.effects if isinstance(effect, Bridge)}
    closed = [effect.bridge for effect in small.effects if isinstance(effect, CloseBridge)]
    assert len(opened) == 2
    assert together(small) == [{"in-2"}]
    assert set(closed) & opened == {next(bridge for bridge in opened if bridge.startswith("call-1"))}


def test_rooms_are_told_apart_by_their_name() -> None:
    small = house(room="{region.country}")
    small.arrive("+8613800138000")
    small.arrive("+85221234567")
    small.arrive("+8613800138001")
    assert sorted(map(sorted, together(small))) == [["in-1", "in-3"], ["in-2"]]
    assert node(chosen(small, room="{nothing}")) == "error"


def test_a_listener_is_not_heard_while_he_is_in_it() -> None:
    small = house(part="listener")
    call = small.arrive()
    press(small, 1, "#")
    assert [effect.on for effect in small.effects if isinstance(effect, Mute)] == [True, False]
    assert not call.legs[call.customer_leg].muted  # type: ignore[index]


def test_when_the_last_who_leads_goes_it_is_over() -> None:
    small = house(part="moderator")
    small.arrive()
    speaker, listener = chosen(small), chosen(small, part="listener")
    chosen(small, part="moderator")
    small.end("in-1")
    assert node(speaker) == "room"
    small.end("in-4")
    assert (node(speaker), node(listener)) == ("over", "over")
    assert together(small) == []
    assert small.state.rooms == {}


def test_who_needs_one_who_leads_and_who_finds_no_place_is_told_so() -> None:
    small = house(needs_moderator=True)
    assert node(small.arrive()) == "no_moderator"
    chosen(small, part="moderator")
    assert node(chosen(small, needs_moderator=True, most=2)) == "room"
    assert node(chosen(small, most=2)) == "full"


def test_the_time_is_up_and_a_refusal_leads_on() -> None:
    small = house(longest_s=60)
    call = small.arrive()
    small.wait(61)
    assert node(call) == "timeout"
    small.refuses = {Bridge}
    assert node(small.arrive()) == "error"
    assert small.state.rooms == {}


def test_after_a_restart_they_are_together_again() -> None:
    small = house()
    small.arrive()
    small.arrive()
    assert small.replayed() == small.now_lasting()
    small.state.reconfigure(small.state.directory)
    assert len(small.state.rooms["team"]) == 2
    small.bridges.clear()
    small.tell(events.SwitchLost(at=small.clock.now()))
    small.tell(survey(small))
    assert together(small) == [{"in-1", "in-2"}]


def test_who_is_ended_by_a_supervisor_is_out_of_it() -> None:
    small = house()
    call = small.arrive()
    small.arrive()
    small.tell(inputs.EndCall(call=call.id, supervisor="u"))
    assert together(small) == [{"in-2"}]
    assert list(small.state.rooms["team"]) == ["call-2"]
