"""Whom an agent called and did not reach: his desk is told why."""

import pytest

from rexian.core.ids import AgentId, CallId
from rexian.floor import inputs
from rexian.floor.live import colleague
from rexian.floor.views import agent_row
from rexian.telephony.commands import Cause
from tests.floor.house import House


def _why(house: House, name: str = "ann") -> tuple[str, str] | None:
    failed = house.agent(name).failed
    return (failed.target, failed.why) if failed else None


@pytest.mark.parametrize("cause", [Cause.BUSY, Cause.UNALLOCATED, Cause.NO_ANSWER, Cause.REJECTED])
def test_a_number_that_is_dialled(cause: Cause) -> None:
    house = House()
    house.staff("ann")
    house.say(inputs.Dial, "ann", call=CallId("d"), target="number:02155556666")
    house.answer("d.1")
    house.end("d.2", cause)
    assert _why(house) == ("number:02155556666", cause)
    assert house.replayed() == house.now_lasting()


def test_one_who_hangs_up_himself_is_told_nothing() -> None:
    house = House()
    house.staff("ann")
    house.say(inputs.Dial, "ann", call=CallId("d"), target="number:02155556666")
    house.answer("d.1")
    house.say(inputs.HangUpCall, "ann")
    assert _why(house) is None


def test_a_colleague_who_is_called() -> None:
    assert _why(_declined()) == ("agent:bob", "rejected")


def test_who_is_consulted() -> None:
    house = House()
    call = house.connected()
    house.staff("bob")
    house.say(inputs.Consult, "ann", target="agent:bob")
    house.wait(21)
    assert _why(house) == ("agent:bob", "missed")
    house.say(inputs.Consult, "ann", target="number:02155556666")
    assert call.consult is not None
    assert call.consult.leg is not None
    house.end(call.consult.leg, Cause.BUSY)
    assert _why(house) == ("number:02155556666", "busy")


def test_who_is_invited_to_a_conference() -> None:
    house = House()
    house.connected()
    house.staff("bob")
    house.say(inputs.Invite, "ann", target="agent:bob")
    house.say(inputs.Reject, "bob")
    assert _why(house) == ("agent:bob", "rejected")


def test_a_queue_that_rings_others_next_is_no_failure() -> None:
    house = House()
    house.connected()
    house.staff("bob")
    house.say(inputs.Consult, "ann", target="queue:service")
    house.say(inputs.Reject, "bob")
    assert _why(house) is None


def test_only_his_own_desk_sees_it() -> None:
    house = _declined()
    own = agent_row(house.state, AgentId("ann"))
    seen = colleague(own)
    assert own is not None
    assert seen is not None
    assert own["failed"] == house.agent("ann").failed
    assert seen["failed"] is None


def _declined() -> House:
    """Ann has called Bob, who would not."""
    house = House()
    house.staff("ann", "bob")
    house.say(inputs.Dial, "ann", call=CallId("d"), target="agent:bob")
    house.answer("d.1")
    house.say(inputs.Reject, "bob")
    return house
