"""Outcalls: ordered, due, dialled, answered, put off, over."""

from collections.abc import Callable
from typing import Any

from rexian.floor.calls import CallState
from rexian.floor.events import Direction, Fact
from rexian.floor.model import Call
from rexian.floor.outcall_rules import A_DAY, Ordered
from rexian.floor.outcalls import OUTCALL, Outcall
from rexian.floor.owed import (
    OutcallAnswered,
    OutcallDialled,
    OutcallDue,
    OutcallEnded,
    OutcallOrdered,
    OutcallPutOff,
)
from rexian.floor.state import State


def _ordered(state: State, fact: OutcallOrdered) -> None:
    outcall = Outcall(
        id=fact.outcall,
        number=fact.number,
        caller=fact.caller,
        origin=fact.origin,
        shows=fact.shows,
        flow=fact.flow,
        version=fact.version,
        due=fact.due,
        expires=fact.expires,
        variables=fact.variables,
        language=fact.language,
        attempts=fact.attempts,
        gap_s=fact.gap_s,
        ring_s=fact.ring_s,
    )
    state.outcalls[outcall.id] = outcall
    while state.ordered and state.ordered[0].at <= fact.at - A_DAY:
        del state.ordered[0]
    state.ordered.append(Ordered(at=fact.at, caller=fact.caller, number=fact.number, origin=fact.origin))
    state.settle_outcall(outcall)


def _move(state: State, outcall: Outcall, fact: Fact) -> None:
    outcall.state = OUTCALL.after(outcall.state, type(fact))
    state.settle_outcall(outcall)


def _due(state: State, fact: OutcallDue) -> None:
    _move(state, state.outcalls[fact.outcall], fact)


def _dialled(state: State, fact: OutcallDialled) -> None:
    outcall = state.outcalls[fact.outcall]
    outcall.call = fact.call
    outcall.starts += 1
    _move(state, outcall, fact)
    state.calls[fact.call] = Call(
        id=fact.call,
        direction=Direction.OUTBOUND,
        caller=fact.caller,
        called=fact.number,
        state=CallState.IVR,
        since=fact.at,
        started=fact.at,
        outcall=fact.outcall,
    )


def _answered(state: State, fact: OutcallAnswered) -> None:
    _move(state, state.outcalls[fact.outcall], fact)


def _put_off(state: State, fact: OutcallPutOff) -> None:
    outcall = state.outcalls[fact.outcall]
    outcall.due = fact.until
    outcall.tried = fact.attempts
    outcall.call = None
    _move(state, outcall, fact)


def _ended(state: State, fact: OutcallEnded) -> None:
    _move(state, state.outcalls.pop(fact.outcall), fact)


CHANGES: dict[type[Fact], Callable[[State, Any], None]] = {
    OutcallOrdered: _ordered,
    OutcallDue: _due,
    OutcallDialled: _dialled,
    OutcallAnswered: _answered,
    OutcallPutOff: _put_off,
    OutcallEnded: _ended,
}
