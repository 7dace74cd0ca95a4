"""Who calls again soon after he gave up, or while he waits to be called back, gets the place in line that he had."""

from datetime import datetime, timedelta

from rexian.core.ids import QueueId
from rexian.core.numbers import number_or_none
from rexian.floor.callbacks import Callback, CallbackState
from rexian.floor.decisions.callback_calls import end
from rexian.floor.events import Abandoned, Direction
from rexian.floor.model import Call, Waiting
from rexian.floor.turn import Turn

IN_LINE = frozenset({CallbackState.WAITING, CallbackState.RESTING})
"""Callbacks whose place is taken by calling again; one at a time that was chosen stays."""


def give_up(turn: Turn, call: Call, waiting: Waiting) -> None:
    """He has hung up while waiting. Where the queue keeps places, his is kept for a while."""
    entry = turn.state.directory.queues.get(waiting.queue)
    keep_s = entry.keep_place_s if entry is not None else 0
    number = _number(turn, call) if keep_s else ""
    if not number:
        turn.tell(Abandoned(at=turn.now, call=call.id, queue=waiting.queue))
        return
    turn.tell(
        Abandoned(
            at=turn.now,
            call=call.id,
            queue=waiting.queue,
            number=number,
            since=waiting.since,
            keep_until=turn.now + timedelta(seconds=keep_s),
        )
    )


def take_up_place(turn: Turn, call: Call, queue: QueueId) -> tuple[datetime | None, str]:
    """From when his place counts, and whose it was: the earlier of those that are his. His callback is done with."""
    places = turn.state.places.get(queue, {})
    number = _number(turn, call) if places or turn.state.callbacks else ""
    if not number:
        return None, ""
    callback = _callback_of(turn, queue, number)
    if callback is not None:
        end(turn, callback, "resumed", attempts=callback.attempts, by="customer")
    place = places.get(number)
    if place is not None and place.until < turn.now:
        place = None
    if callback is not None and (place is None or callback.since <= place.since):
        return callback.since, callback.id
    return (place.since, place.call) if place is not None else (None, "")


def _callback_of(turn: Turn, queue: QueueId, number: str) -> Callback | None:
    callbacks = turn.state.callbacks.values()
    return next(
        (one for one in callbacks if one.number == number and one.queue == queue and one.state in IN_LINE), None
    )


def _number(turn: Turn, call: Call) -> str:
    """The caller's number in its full form; none for who does not show one, and for calls that do not come in."""
    if call.direction is not Direction.INBOUND:
        return ""
    return number_or_none(call.caller, turn.state.directory.country) or ""
