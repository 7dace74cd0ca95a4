"""What a queue's exits mean for one call: which are possible, and when those are due that only time brings about."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from rexian.core.ids import QueueId
from rexian.floor.asides import ASIDE_FLOW
from rexian.floor.directory import Directory, QueueEntry
from rexian.floor.model import Call, Waiting
from rexian.routing.exits import Exit

TIMED = frozenset({"wait", "closing"})
"""Conditions that the clock alone brings about while somebody waits: they are deadlines."""

STAYING = frozenset({"message", "voicemail"})
"""Goals for which nobody outside has to be called."""


def exit_key(queue: QueueId, exit: Exit) -> str:
    return f"{queue}|{exit.when}|{exit.to}|{exit.target}"


def leaves_while_waiting(queue: QueueEntry) -> bool:
    """Whether something else than the clock may lead somebody out of it who waits."""
    return any(exit.looked_at("waiting") and exit.when not in TIMED for exit in queue.exits)


def has_own_way(queue: QueueEntry) -> bool:
    """Whether its exits say what becomes of callers while it is closed."""
    return any(exit.when == "closed" for exit in queue.exits)


def possible(call: Call, queue: QueueId, exit: Exit, directory: Directory) -> bool:
    """Whether the exit leads anywhere. All but the way back into a flow are taken once: that ends every circle."""
    if exit.to == "flow":
        return call.run is not None and call.flow != ASIDE_FLOW
    if exit_key(queue, exit) in call.exits:
        return False
    if exit.to == "queue":
        return exit.target in directory.queues and exit.target != queue
    return exit.to in STAYING or bool(directory.trunk)


def exit_deadlines(call: Call, waiting: Waiting, directory: Directory) -> Iterator[datetime]:
    """When exits are due that only time brings about."""
    queue = directory.queues.get(waiting.queue)
    for exit in queue.exits if queue is not None and waiting.via != "consult" else ():
        if exit.when in TIMED and exit.looked_at("waiting") and possible(call, waiting.queue, exit, directory):
            due = exit_due(exit, waiting, directory)
            if due is not None:
                yield due


def exit_due(exit: Exit, waiting: Waiting, directory: Directory) -> datetime | None:
    """When an exit that only time brings about is due for somebody who waits."""
    limit = timedelta(seconds=exit.limit or 0.0)
    if exit.when == "wait":
        return waiting.entered + limit
    closes = closes_after(directory, exit.calendar, waiting.entered)
    return None if closes is None else closes - limit


def closes_after(directory: Directory, calendar: str, at: datetime) -> datetime | None:
    """The end of the opening hours that `at` lies in; `at` itself when they are over; None: no end in sight."""
    minute = at.replace(second=0, microsecond=0)
    key = (calendar, minute)
    if key not in directory.closings:
        found = directory.calendars.get(calendar)
        if found is None:
            return None
        directory.closings[key] = found.next_change(minute) if found.is_open(minute) else minute
    return directory.closings[key]
