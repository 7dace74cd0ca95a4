"""Parking: the customer waits with music until somebody picks him up, from a desk or by dialling his slot."""

from datetime import timedelta

from rexian.core.errors import Conflict
from rexian.core.ids import AgentId
from rexian.floor.calls import CallState
from rexian.floor.decisions.leaving import agent_leaves, come_back, flow_awaits, music_alone
from rexian.floor.decisions.offers import offer, reachable_colleague
from rexian.floor.decisions.transfers import handing_party
from rexian.floor.gatherings import Parked, ParkingExpired
from rexian.floor.inputs import Park, PickUp
from rexian.floor.model import Call, Parking
from rexian.floor.state import State
from rexian.floor.turn import Turn
from rexian.telephony.commands import Cause, HangUp
from rexian.telephony.events import Arrived

SLOTS = range(1, 100)
MOST_REMINDERS = 5
"""So often who parked a customer without a queue is reminded of him."""
CODE = "*7"
"""Dialled before the slot on a phone of ours: `*71` picks up what is parked in slot 1."""


def park(turn: Turn, input: Park) -> None:
    """The agent is out, the customer hears music; the slot's number is told to whoever is to pick him up."""
    call, party = handing_party(turn, input)
    if call.state not in (CallState.TALKING, CallState.HELD):
        raise Conflict("call.illegal_move", f"park is not possible while the call is {call.state}.", act="park")
    held = call.state is CallState.HELD
    taken = {each.parked.slot for each in turn.state.calls.values() if each.parked is not None}
    slot = next((slot for slot in SLOTS if slot not in taken), None)
    if slot is None:
        raise Conflict("parking.full", "All places for parking are taken.", most=len(SLOTS))
    until = turn.now + timedelta(seconds=turn.state.directory.park_s)
    turn.tell(Parked(at=turn.now, call=call.id, by=input.agent, slot=slot, until=until))
    agent_leaves(turn, call, party, "parked")
    if not held:
        music_alone(turn, call)


def park_again(turn: Turn, call: Call) -> None:
    """Who wanted to pick him up did not answer: he waits on in his slot."""
    parked = call.parked
    assert parked is not None
    if parked.until <= turn.now and not _has_way_back(turn, call):
        _park_on(turn, call, parked)
    else:
        turn.tell(
            Parked(at=turn.now, call=call.id, by=parked.by, slot=parked.slot, until=parked.until, times=parked.times)
        )


def _park_on(turn: Turn, call: Call, parked: Parking) -> None:
    until = turn.now + timedelta(seconds=turn.state.directory.park_s)
    turn.tell(Parked(at=turn.now, call=call.id, by=parked.by, slot=parked.slot, until=until, times=parked.times + 1))


def _has_way_back(turn: Turn, call: Call) -> bool:
    """Whether he came by a queue, or a flow waits for him."""
    queue = call.place.queue if call.place else call.queue
    return queue in turn.state.directory.queues or flow_awaits(call)


def pick_up(turn: Turn, input: PickUp) -> None:
    """The agent's phone is called, and he has the customer."""
    call = _in_slot(turn.state, input.slot)
    if call is None:
        raise Conflict("parking.empty", "Nobody is parked there any more.", slot=input.slot)
    _pick_up(turn, call, input.agent)


def _pick_up(turn: Turn, call: Call, agent: AgentId) -> None:
    if call.offers:
        raise Conflict("parking.taken", "A colleague is just picking this call up.", call=call.id)
    assert call.parked is not None
    reachable_colleague(turn.state, agent)
    offer(turn, call, agent, queue=None, why={"parked": call.parked.slot}, auto_answer=True)


def by_code(turn: Turn, event: Arrived, agent: AgentId) -> bool:
    """An agent has dialled a slot's code on his phone: it is hung up, and called with the customer."""
    slot = event.called.removeprefix(CODE)
    if not event.called.startswith(CODE) or not slot.isdecimal():
        return False
    call = _in_slot(turn.state, int(slot))
    turn.do(HangUp(call=event.call, leg=event.leg, cause=Cause.NORMAL if call else Cause.UNALLOCATED))
    if call is not None and not call.offers:
        _pick_up(turn, call, agent)
    return True


def _in_slot(state: State, slot: int) -> Call | None:
    found = (call for call in state.calls.values() if call.parked is not None and call.parked.slot == slot)
    return next((call for call in found if call.frozen_until is None), None)


def expire(turn: Turn, call: Call) -> None:
    """Back to who parked him, when he can take him; else to the queue he came from.

    One who came by none stays in his slot, and who parked him is reminded a few times before he is given up.
    """
    parked = call.parked
    assert parked is not None
    if not _has_way_back(turn, call) and parked.times < MOST_REMINDERS:
        _remind(turn, call, parked)
        return
    turn.tell(ParkingExpired(at=turn.now, call=call.id, slot=parked.slot))
    try:
        reachable_colleague(turn.state, parked.by)
    except Conflict:
        come_back(turn, call)
    else:
        offer(turn, call, parked.by, queue=None, why={"parked": parked.slot, "expired": True})


def _remind(turn: Turn, call: Call, parked: Parking) -> None:
    """Ring who parked him, if he is there; if he does not come, the slot is kept for another while."""
    try:
        reachable_colleague(turn.state, parked.by)
    except Conflict:
        _park_on(turn, call, parked)
    else:
        offer(turn, call, parked.by, queue=None, why={"parked": parked.slot, "expired": True})
