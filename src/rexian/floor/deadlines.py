"""When something must be looked at, though nothing happens: the earliest deadline of a call and of an agent."""

from datetime import datetime, timedelta

from rexian.floor.callbacks import Callback, CallbackState
from rexian.floor.directory import AgentEntry, Directory, QueueEntry
from rexian.floor.exits import closes_after, exit_deadlines
from rexian.floor.model import PHONE_GRACE, Agent, Call, Waiting
from rexian.floor.outcalls import Outcall, OutcallState
from rexian.floor.presence import Presence
from rexian.routing.rings import another_phone_after_s, next_due
from rexian.routing.rules import ProgressiveRing, RingAll


def due_of_call(call: Call, directory: Directory) -> datetime | None:
    """A call that is frozen waits for nothing but the switch."""
    if call.frozen_until is not None:
        return call.frozen_until
    first: datetime | None = None
    for leg in call.legs.values():
        until = leg.until
        if until is not None and (first is None or until < first):
            first = until
    if call.parked is not None and not call.offers and (first is None or call.parked.until < first):
        first = call.parked.until
    if call.notice is not None and (first is None or call.notice.until < first):
        first = call.notice.until
    for offer in call.offers.values():
        first = offer.until if first is None or offer.until < first else first
    if call.waiting is not None and call.joining is None and call.notice is None:
        for when in deadlines_in_queue(call, call.waiting, directory):
            first = when if first is None or when < first else first
    if call.run is not None and call.run.until is not None and (first is None or call.run.until < first):
        first = call.run.until
    for party in call.parties.values():
        if party.until is not None and (first is None or party.until < first):
            first = party.until
    return first


def deadlines_in_queue(call: Call, waiting: Waiting, directory: Directory) -> list[datetime]:
    """What the clock brings about for one who waits: for him alone, or while phones ring for him."""
    queue = directory.queues.get(waiting.queue)
    when = ringing_deadlines(waiting, queue) if call.offers else waiting_deadlines(call, waiting, queue)
    more = next_phone(call, directory) if call.offers else None
    if more is not None:
        when.append(more)
    if queue is not None and queue.exits and not call.offers:  # nobody is led out while he is offered
        when += exit_deadlines(call, waiting, directory)
    return when


def waiting_deadlines(call: Call, waiting: Waiting, queue: QueueEntry | None) -> list[datetime]:
    when = []
    until = patience(call, waiting, queue)
    if until is not None:
        when.append(until)
    widens = next_widening(waiting, queue)
    if widens is not None:
        when.append(widens)
    next_word = next_announcement(waiting, queue)
    if next_word is not None:
        when.append(next_word)
    return when


def ringing_deadlines(waiting: Waiting, queue: QueueEntry | None) -> list[datetime]:
    """Where several are rung at the same time the search widens while phones ring."""
    widens = next_widening(waiting, queue) if rings_several(queue) else None
    return [] if widens is None else [widens]


def rings_several(queue: QueueEntry | None) -> bool:
    return queue is not None and type(queue.rules.strategy) in (RingAll, ProgressiveRing)


def patience(call: Call, waiting: Waiting, queue: QueueEntry | None) -> datetime | None:
    """When the waiting is over: as the flow says, else as the queue says."""
    limit = waiting.limit_s
    if limit is None and queue is not None:
        limit = queue.max_wait_s
    return None if limit is None else waiting.entered + timedelta(seconds=limit)


def next_widening(waiting: Waiting, queue: QueueEntry | None) -> datetime | None:
    """When the search for an agent is to be looked at again."""
    if queue is None:
        return None
    return next_due(
        queue.rules,
        ring=waiting.ring,
        entered=waiting.entered,
        looked=waiting.looked,
        patience_s=waiting.patience_s,
    )


def next_phone(call: Call, directory: Directory) -> datetime | None:
    """When one phone more may ring for it: while all that may ring do so."""
    waiting = call.waiting
    if waiting is None or call.joining is not None or len(call.offers) < waiting.phones:
        return None
    settings = directory.queues.get(waiting.queue)
    every_s = another_phone_after_s(settings.rules, waiting.phones) if settings else None
    if every_s is None:
        return None
    return max(call.parties[agent].since for agent in call.offers) + timedelta(seconds=every_s)


def next_announcement(waiting: Waiting, queue: QueueEntry | None) -> datetime | None:
    """When the caller is told next how he stands."""
    if queue is None or not queue.announce_every_s or waiting.via == "consult":
        return None
    if not (queue.announce_position or queue.announce_wait or queue.announce_prompts or queue.comfort):
        return None
    last = waiting.announced_at or waiting.entered
    return last + timedelta(seconds=queue.announce_every_s)


def due_of_callback(callback: Callback, directory: Directory) -> datetime | None:
    """When it comes into line, when its hours are over, or when nobody wants it any more. Its call has its own."""
    if callback.state is CallbackState.CALLING:
        return None
    if callback.state is not CallbackState.WAITING:
        return min(callback.due or callback.expires, callback.expires)
    entry = directory.queues.get(callback.queue)
    closes = closes_after(directory, entry.callback.calendar, callback.entered) if entry is not None else None
    return callback.expires if closes is None else min(closes, callback.expires)


def due_of_outcall(outcall: Outcall) -> datetime | None:
    """When it waits for a line, or is not wanted any more. Its call has its own."""
    if outcall.state is OutcallState.SCHEDULED:
        return min(outcall.due, outcall.expires)
    return outcall.expires if outcall.state is OutcallState.DUE else None


def due_of_agent(agent: Agent, entry: AgentEntry | None) -> datetime | None:
    """Only a ready agent minds that his phone is not there; wrap-up is the call's own deadline."""
    if agent.state is not Presence.READY or agent.phone or entry is None or not entry.phone:
        return None
    return max(agent.since, agent.phone_gone_at or agent.since) + PHONE_GRACE
