"""Asking for a callback: by the caller himself, in whose place it goes on to wait, or by somebody for him."""

from datetime import datetime, timedelta
from typing import Any

from rexian.core.errors import Conflict, Invalid, NotFound
from rexian.core.ids import CallbackId, QueueId, uuid7_of
from rexian.core.numbers import normal_number
from rexian.floor.callbacks import Callback, CallbackState
from rexian.floor.decisions.callback_calls import put_off
from rexian.floor.directory import QueueEntry
from rexian.floor.events import LeftQueue
from rexian.floor.inputs import RequestCallback
from rexian.floor.model import Call
from rexian.floor.owed import (
    CallbackAsked,
    CallbackDue,
    CallbackMoved,
)
from rexian.floor.state import State
from rexian.floor.turn import Turn
from rexian.routing.callbacks import free_slots, is_full

OPENS_WITHIN = timedelta(days=14)
"""Hours that do not open sooner are taken as none: the callback expires."""


def ask(turn: Turn, call: Call, queue: QueueId, number: str, due: datetime | None) -> None:
    """The caller wants to be called back: his place in line goes on to age, he may hang up.

    Raises `Conflict` when nobody can be called from here, `Invalid` for what is no number.
    """
    entry = known_queue(turn, queue)
    waiting = call.waiting
    normal = _number(turn, number)
    if waiting is not None:
        turn.tell(LeftQueue(at=turn.now, call=call.id, queue=waiting.queue, reason="callback"))
    customer = call.customer
    _keep(
        turn,
        entry,
        CallbackId(uuid7_of(turn.now, f"{call.id}/callback")),
        normal,
        due=due,
        origin=call.id,
        since=waiting.since if waiting is not None else turn.now,
        priority=waiting.priority if waiting is not None else entry.priority,
        skills=waiting.skills if waiting is not None else entry.skills,
        customer=customer.id if customer else None,
        name=customer.name if customer and customer.name else call.caller_name,
        language=call.run.language if call.run else "zh",
        answers={name: value for name, value in call.answers.items() if not name.startswith("_")},
    )


def request(turn: Turn, input: RequestCallback) -> None:
    """Somebody asks for a callback on a customer's behalf. The same again is no error.

    Where one is open for the number already, that one is moved to what is chosen now: a time, or as soon as possible.
    Raises `Conflict` while the customer is being called, and for a slot that has been booked full meanwhile.
    """
    if input.callback in turn.state.callbacks:
        return
    entry = known_queue(turn, input.queue)
    number = _number(turn, input.number)
    same = open_for(turn.state, entry.id, number)
    if same is not None and same.state is CallbackState.CALLING:
        raise Conflict("callback.calling", "The customer is being called just now; wait a moment.", callback=same.id)
    require_room(turn, entry, input.due, but=same)
    if same is not None and input.due is None and same.state in (CallbackState.SCHEDULED, CallbackState.RESTING):
        turn.tell(CallbackDue(at=turn.now, callback=same.id))
        return
    _keep(
        turn,
        entry,
        input.callback,
        number,
        due=input.due,
        since=turn.now,
        priority=entry.priority,
        skills=entry.skills,
        customer=input.customer,
        name=input.name,
        origin=input.origin,
        by=input.by,
    )


def _keep(
    turn: Turn, entry: QueueEntry, id: CallbackId, number: str, *, due: datetime | None, since: datetime, **rest: Any
) -> None:
    """One number waits once in a queue: asking again changes nothing but the time, where one is chosen."""
    state = turn.state
    if due is not None and due <= turn.now:
        due = None
    same = open_for(state, entry.id, number)
    if same is not None:
        if due is not None and same.state is not CallbackState.CALLING:
            reschedule(turn, same, due, by=rest.get("by", "customer"))
        return
    begins = opens(turn, entry.callback.calendar, due or turn.now)
    due = begins if begins > turn.now else None
    expires = (due or turn.now) + timedelta(seconds=entry.callback.expires_s)
    turn.tell(
        CallbackAsked(
            at=turn.now,
            callback=id,
            queue=entry.id,
            number=number,
            due=due,
            since=max(since, due) if due else since,
            expires=expires,
            order=entry.callback.order,
            **rest,
        )
    )


def open_for(state: State, queue: QueueId, number: str) -> Callback | None:
    """What is open for this number in this queue already."""
    for one in state.callbacks.values():
        if one.number == number and one.queue == queue and is_open(state, one):
            return one
    return None


def is_open(state: State, callback: Callback) -> bool:
    """Still to come about: the customer is not being spoken with yet."""
    call = state.calls.get(callback.call) if callback.call is not None else None
    return call is None or call.answered_at is None


def reschedule(
    turn: Turn,
    callback: Callback,
    due: datetime,
    *,
    by: str,
    queue: QueueId | None = None,
    priority: int | None = None,
) -> None:
    """Another time is chosen, within the hours; it lives as long after that as one which was asked for now."""
    entry = known_queue(turn, queue or callback.queue)
    due = opens(turn, entry.callback.calendar, max(due, turn.now))
    expires = due + timedelta(seconds=entry.callback.expires_s)
    tell_move(turn, callback, by=by, queue=queue, priority=priority, due=due, expires=expires)
    if callback.state is CallbackState.WAITING:
        put_off(turn, callback, "moved", until=due, expires=expires)


def opens(turn: Turn, calendar: str, at: datetime) -> datetime:
    """`at`, or when the hours begin after it."""
    found = turn.state.directory.calendars.get(calendar)
    if found is None or found.is_open(at):
        return at
    return found.next_change(at) or at + OPENS_WITHIN


def slots(state: State, queue: QueueEntry, now: datetime) -> list[datetime]:
    """When a callback of the queue can still be booked for."""
    hours = state.directory.calendars.get(queue.callback.calendar)
    return free_slots(queue.callback, _booked(state, queue.id), now, hours=hours)


def require_room(turn: Turn, queue: QueueEntry, due: datetime | None, *, but: Callback | None = None) -> None:
    """The slot of that time is not booked full by others (`but`: the one that is to be moved)."""
    if due is None or due <= turn.now:
        return
    if is_full(queue.callback, _booked(turn.state, queue.id, but=but), due):
        raise Conflict(
            "callback.slot_full", "This slot has been booked meanwhile; choose another.", due=due.isoformat()
        )


def _booked(state: State, queue: QueueId, *, but: Callback | None = None) -> list[datetime]:
    return [
        one.due for one in state.callbacks.values() if one.queue == queue and one.due is not None and one is not but
    ]


def tell_move(
    turn: Turn,
    callback: Callback,
    *,
    by: str,
    queue: QueueId | None = None,
    priority: int | None = None,
    due: datetime | None = None,
    expires: datetime | None = None,
) -> None:
    turn.tell(
        CallbackMoved(
            at=turn.now,
            callback=callback.id,
            queue=queue or callback.queue,
            priority=callback.priority if priority is None else priority,
            due=due,
            by=by,
            expires=expires,
        )
    )


def known_queue(turn: Turn, queue: QueueId) -> QueueEntry:
    entry = turn.state.directory.queues.get(queue)
    if entry is None:
        raise NotFound("queue.not_found", "There is no such queue; choose another.", queue=queue)
    return entry


def _number(turn: Turn, number: str) -> str:
    if not turn.state.directory.trunk:
        raise Conflict("trunk.none", "There is no trunk for outside calls; ask an administrator to set one up.")
    if not number:
        raise Invalid("number.invalid", "This is no telephone number; use digits, + * and #.", number=number)
    return normal_number(number, turn.state.directory.country)
