"""Fax machines at the far ends of the simulated switch."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rexian.adapters.simulated.core import SimulatedSwitch
from rexian.adapters.simulated.parties import FaxMachine
from rexian.core.ids import CallId, LegId
from rexian.telephony.commands import Answer, ReceiveFax, SendFax
from rexian.telephony.events import Faxed

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=2)


def called(switch: SimulatedSwitch) -> tuple[CallId, LegId]:
    leg = switch.arrive(NOON, "4008001234")
    call = switch.lines[leg].call
    switch.handle(Answer(call=call, leg=leg), NOON)
    return call, leg


def faxed(switch: SimulatedSwitch) -> list[Any]:
    return [told for told in switch.take(LATER) if isinstance(told, Faxed)]


def test_a_machine_sends_its_pages_and_a_person_sends_nothing(tmp_path: Path) -> None:
    switch = SimulatedSwitch(recordings=tmp_path)
    (call, machine), (other, person) = called(switch), called(switch)
    switch.lay_in(machine, FaxMachine(tiff=b"II*", pages=3, station="021"))
    switch.handle(ReceiveFax(call=call, leg=machine, fax="a"), NOON)
    switch.handle(ReceiveFax(call=other, leg=person, fax="b"), NOON)
    by_leg = {told.leg: told for told in faxed(switch)}
    assert by_leg[machine] == Faxed(
        at=NOON + timedelta(seconds=40),
        call=call,
        leg=machine,
        fax="a",
        complete=True,
        pages=3,
        station="021",
        t38=True,
        path=str(tmp_path / "a.tiff"),
    )
    assert (tmp_path / "a.tiff").read_bytes() == b"II*"
    assert (by_leg[person].complete, by_leg[person].pages, by_leg[person].error) == (False, 0, "timeout")
    assert [by_leg[leg].machine for leg in (machine, person)] == [True, False]


def test_what_is_sent_comes_out_of_the_machine() -> None:
    switch = SimulatedSwitch()
    call, leg = called(switch)
    machine = FaxMachine()
    switch.lay_in(leg, machine)
    switch.handle(SendFax(call=call, leg=leg, fax="a", document="prices"), NOON)
    [told] = faxed(switch)
    assert (told.complete, told.path) == (True, "")
    assert machine.taken == ["prices"]


def test_what_came_while_the_switch_was_lost_is_told_again() -> None:
    switch = SimulatedSwitch()
    call, leg = called(switch)
    switch.lay_in(leg, FaxMachine())
    switch.handle(ReceiveFax(call=call, leg=leg, fax="a"), NOON)
    switch.take(NOON)
    switch.lose(NOON)
    switch.take(LATER)
    switch.restore(LATER)
    [told] = faxed(switch)
    assert (told.fax, told.complete) == ("a", True)
