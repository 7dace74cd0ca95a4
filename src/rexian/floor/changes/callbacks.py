"""Callbacks: asked for, due, tried, put off, over."""

from collections.abc import Callable
from typing import Any

from rexian.floor.callbacks import CALLBACK, Callback, CallbackState
from rexian.floor.calls import CallState
from rexian.floor.events import Direction, Fact
from rexian.floor.model import Call, Customer
from rexian.floor.owed import (
    CallbackAsked,
    CallbackDue,
    CallbackEnded,
    CallbackMoved,
    CallbackPutOff,
    CallbackStarted,
)
from rexian.floor.state import State


def _asked(state: State, fact: CallbackAsked) -> None:
    callback = Callback(
        id=fact.callback,
        queue=fact.queue,
        number=fact.number,
        origin=fact.origin,
        since=fact.since,
        priority=fact.priority,
        skills=fact.skills,
        expires=fact.expires,
        state=CallbackState.SCHEDULED if fact.due else CallbackState.WAITING,
        due=fact.due,
        entered=fact.at,
        order=fact.order,
        customer=fact.customer,
        name=fact.name,
        language=fact.language,
        answers=fact.answers,
    )
    state.callbacks[callback.id] = callback
    state.settle_callback(callback)


def _move(state: State, callback: Callback, fact: Fact) -> None:
    callback.state = CALLBACK.after(callback.state, type(fact))
    callback.entered = fact.at
    state.settle_callback(callback)


def _due(state: State, fact: CallbackDue) -> None:
    callback = state.callbacks[fact.callback]
    callback.due = None
    _move(state, callback, fact)


def _started(state: State, fact: CallbackStarted) -> None:
    callback = state.callbacks[fact.callback]
    callback.call = fact.call
    callback.starts += 1
    _move(state, callback, fact)
    state.calls[fact.call] = Call(
        id=fact.call,
        direction=Direction.OUTBOUND,
        caller=fact.caller,
        called=callback.number,
        state=CallState.IVR,
        since=fact.at,
        started=fact.at,
        queue=callback.queue,
        callback=callback.id,
        customer=Customer(id=callback.customer, name=callback.name) if callback.customer or callback.name else None,
        answers=dict(callback.answers),
        reserved=fact.agent if callback.order == "customer" else None,
    )
    state.settle_reserved(state.calls[fact.call])


def _put_off(state: State, fact: CallbackPutOff) -> None:
    callback = state.callbacks[fact.callback]
    callback.due = fact.until
    callback.expires = fact.expires or callback.expires
    callback.attempts = fact.attempts
    callback.call = None
    _move(state, callback, fact)


def _moved(state: State, fact: CallbackMoved) -> None:
    callback = state.callbacks[fact.callback]
    callback.queue = fact.queue
    callback.priority = fact.priority
    callback.expires = fact.expires or callback.expires
    if fact.due is not None and callback.due is not None:
        callback.due = fact.due
        if callback.state is CallbackState.SCHEDULED:
            callback.since = fact.due
    state.settle_callback(callback)


def _ended(state: State, fact: CallbackEnded) -> None:
    callback = state.callbacks.pop(fact.callback)
    _move(state, callback, fact)


CHANGES: dict[type[Fact], Callable[[State, Any], None]] = {
    CallbackAsked: _asked,
    CallbackDue: _due,
    CallbackStarted: _started,
    CallbackPutOff: _put_off,
    CallbackMoved: _moved,
    CallbackEnded: _ended,
}
