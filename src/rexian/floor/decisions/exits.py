"""Leaving a queue by one of its exits: at entry, by the clock, or when the queue's standing has changed.

Nothing is polled: who comes is looked at in the same turn, the clock's exits are deadlines of the call, and the others
are looked at when something has changed that they depend on.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from rexian.core.ids import AgentId, CallId, QueueId
from rexian.core.numbers import number_or_none
from rexian.floor.asides import CALLBACK, MESSAGE, SAID, VOICEMAIL, is_aside
from rexian.floor.conversations import Transferred
from rexian.floor.decisions import taping
from rexian.floor.decisions.guiding import MOST_RETURNS, give_back, lead_aside, turn_back
from rexian.floor.decisions.leaving import end_call
from rexian.floor.decisions.offers import match
from rexian.floor.decisions.placing import place_outside
from rexian.floor.decisions.queueing import play_music, wait_in
from rexian.floor.decisions.reserves import settle_reserves
from rexian.floor.events import ExitTaken, FlowEnded, LeftQueue, Role
from rexian.floor.exits import TIMED, closes_after, exit_due, possible
from rexian.floor.model import Call
from rexian.floor.outlook import at_work, expected_wait_s
from rexian.floor.state import State
from rexian.floor.turn import Turn
from rexian.routing.exits import LOAD, Exit, Standing, holds
from rexian.telephony.commands import Cause

Moment = Literal["entry", "waiting"]
Taken = defaultdict[CallId, int]
"""How often each call has left a queue in this turn."""
NOT_AT_ENTRY = frozenset({"returned", "consult", "callback"})
"""Who comes this way has been let in before."""


def settle_lines(turn: Turn) -> None:
    """Turn away whom a queue does not let in, match who waits with who is free, lead out whom an exit is meant for."""
    state = turn.state
    taken: Taken = defaultdict(int)
    if state.entering:
        _turn_away(turn, taken)
    bring_together(turn)
    while state.entering or state.stirred:
        entering, state.entering = state.entering, {}
        for id in entering:
            _leave(turn, id, "entry", taken)
        stirred, state.stirred = state.stirred, {}
        for queue in stirred:
            _thin_out(turn, queue, taken)
        _turn_away(turn, taken)
        bring_together(turn)


def bring_together(turn: Turn) -> None:
    """Match who waits with who is free; where too many are left over, with the queue's reserve."""
    state = turn.state
    if state.matching.changed:
        match(turn)
    if (state.reserves or state.pressed) and not state.lost:
        while settle_reserves(turn) and state.matching.changed:
            match(turn)


def _turn_away(turn: Turn, taken: Taken) -> None:
    """Who may not come in at all is offered to nobody. What depends on the load is looked at after matching."""
    state = turn.state
    let_in: dict[CallId, None] = {}
    while state.entering:
        id = next(iter(state.entering))
        del state.entering[id]
        if not _leave(turn, id, "entry", taken, loaded=False):
            let_in[id] = None
    state.entering = let_in


def _thin_out(turn: Turn, queue: QueueId, taken: Taken) -> None:
    """From the end of the line on: whoever an exit is meant for leaves."""
    state = turn.state
    entry = state.directory.queues.get(queue)
    if entry is None or not state.waiting.get(queue):
        return
    last = _standing(state, queue, turn.now, place=max(state.matching.waiting(queue), 1))
    exits = [exit for exit in entry.exits if exit.looked_at("waiting") and exit.when not in TIMED]
    if not any(holds(exit, last) for exit in exits):
        return
    for id in sorted(state.waiting[queue], key=state.matching.position, reverse=True):
        if not is_aside(state.calls[id].run):  # who is being told something hears it to its end
            _leave(turn, id, "waiting", taken)


def _leave(turn: Turn, id: CallId, moment: Moment, taken: Taken, *, loaded: bool = True) -> bool:
    """Take the first exit whose condition holds; whether there was one."""
    call = turn.state.calls.get(id)
    if call is None or not _may_leave(call, moment):
        return False
    assert call.waiting is not None
    for exit in _exits(turn, call, moment):
        if (exit.when in LOAD and not loaded) or (moment == "waiting" and exit.when in TIMED):
            continue
        standing = standing_of(turn, call, exit, moment)
        if holds(exit, standing):
            taken[id] += 1
            if taken[id] > MOST_RETURNS:
                end_call(turn, call, Cause.NO_ANSWER, "system")
            else:
                take(turn, call, exit, standing)
            return True
    return False


def leave_in_time(turn: Turn, call: Call) -> bool:
    """Take the first exit that the clock has brought about; whether there was one."""
    waiting = call.waiting
    if waiting is None or not _may_leave(call, "waiting"):
        return False
    for exit in _exits(turn, call, "waiting"):
        due = exit_due(exit, waiting, turn.state.directory) if exit.when in TIMED else None
        if due is not None and due <= turn.now:
            take(turn, call, exit, standing_of(turn, call, exit, "waiting"))
            return True
    return False


def take(turn: Turn, call: Call, exit: Exit, standing: Standing) -> None:
    """Lead the caller where the exit leads."""
    waiting = call.waiting
    assert waiting is not None
    turn.tell(ExitTaken(at=turn.now, call=call.id, queue=waiting.queue, exit=exit, standing=standing))
    if exit.to == "flow":
        give_back(turn, call, exit.name)
        return
    if exit.to == "callback":
        lead_aside(turn, call, CALLBACK)
        return
    if exit.to == "voicemail":
        lead_aside(turn, call, VOICEMAIL)
        return
    if exit.to != "message" or exit.after == "hang_up":
        turn.tell(LeftQueue(at=turn.now, call=call.id, queue=waiting.queue, reason=exit.name))
    if exit.to == "queue":
        wait_in(turn, call, QueueId(exit.target), via="exit", since=waiting.since, limit_s=waiting.limit_s)
        turn_back(turn, call)
    elif exit.to == "message":
        lead_aside(turn, call, MESSAGE, variables={SAID: exit.target})
    else:
        _call_number(turn, call, exit.target)


def _call_number(turn: Turn, call: Call, number: str) -> None:
    """He hears music until somebody answers there; if nobody does, he waits again."""
    number = number_or_none(number, turn.state.directory.country) or number
    taping.listen_no_more(turn, call)
    if call.run is not None:
        turn.tell(FlowEnded(at=turn.now, call=call.id, reason="transferred"))
    target = f"number:{number}"
    turn.tell(Transferred(at=turn.now, call=call.id, by=AgentId(""), target=target, kind="blind"))
    place_outside(turn, call, number, role=Role.OUTSIDE, origin=call.customer_leg)
    play_music(turn, call)


def _may_leave(call: Call, moment: Moment) -> bool:
    """Whom an agent is just being found for, or whom the switch has lost, is left alone."""
    waiting = call.waiting
    if waiting is None or call.consult is not None or call.customer_leg is None or call.frozen_until is not None:
        return False
    return not call.offers and call.notice is None and (moment == "waiting" or waiting.via not in NOT_AT_ENTRY)


def _exits(turn: Turn, call: Call, moment: Moment) -> Iterator[Exit]:
    """Those of the queue that are looked at now and lead anywhere for this call."""
    assert call.waiting is not None
    queue, directory = call.waiting.queue, turn.state.directory
    entry = directory.queues.get(queue)
    exits = entry.exits if entry is not None else ()
    return (exit for exit in exits if exit.looked_at(moment) and possible(call, queue, exit, directory))


def standing_of(turn: Turn, call: Call, exit: Exit, moment: Moment) -> Standing:
    """How the queue stands for one who waits in it."""
    state, waiting = turn.state, call.waiting
    assert waiting is not None
    longest = state.calls[next(iter(state.waiting[waiting.queue]))].waiting if moment == "entry" else None
    entered = longest.entered if longest is not None else waiting.entered
    return _standing(
        state,
        waiting.queue,
        turn.now,
        place=state.matching.position(call.id) or 1,
        waited_s=(turn.now - entered).total_seconds(),
        open_for_s=_open_for_s(state, exit.calendar, turn.now) if exit.calendar else None,
    )


def _standing(
    state: State, queue: QueueId, now: datetime, *, place: int, waited_s: float = 0.0, open_for_s: float | None = None
) -> Standing:
    return Standing(
        place=place,
        waited_s=waited_s,
        expected_wait_s=expected_wait_s(state, queue, place, now),
        serving=at_work(state, queue),
        staffed=state.staff.get(queue, 0),
        open_for_s=open_for_s,
        closed=queue in state.closed,
    )


def _open_for_s(state: State, calendar: str, now: datetime) -> float | None:
    closes = closes_after(state.directory, calendar, now)
    return None if closes is None else (closes - now).total_seconds()
