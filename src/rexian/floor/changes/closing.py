"""Closed queues, emergency messages of numbers, and what callers are told of them."""

from collections.abc import Callable
from typing import Any

from rexian.floor.events import Fact
from rexian.floor.interventions import EmergencyLifted, EmergencySet, NoticeOver, Notified, QueueClosed, QueueOpened
from rexian.floor.model import Closure, Emergency, Notice
from rexian.floor.state import State


def _closed(state: State, fact: QueueClosed) -> None:
    state.closed[fact.queue] = Closure(since=fact.at, by=fact.by, media=fact.media)
    state.stir(fact.queue)


def _opened(state: State, fact: QueueOpened) -> None:
    state.closed.pop(fact.queue, None)


def _emergency_set(state: State, fact: EmergencySet) -> None:
    state.emergencies[fact.number] = Emergency(since=fact.at, by=fact.by, media=fact.media, instead=fact.instead)


def _emergency_lifted(state: State, fact: EmergencyLifted) -> None:
    state.emergencies.pop(fact.number, None)


def _notified(state: State, fact: Notified) -> None:
    call = state.calls[fact.call]
    call.notices += 1
    call.notice = Notice(playback=fact.playback, until=fact.until, then=fact.then)
    state.settle_call(call)


def _notice_over(state: State, fact: NoticeOver) -> None:
    call = state.calls[fact.call]
    call.notice = None
    state.settle_call(call)


CHANGES: dict[type[Fact], Callable[[State, Any], None]] = {
    QueueClosed: _closed,
    QueueOpened: _opened,
    EmergencySet: _emergency_set,
    EmergencyLifted: _emergency_lifted,
    Notified: _notified,
    NoticeOver: _notice_over,
}
