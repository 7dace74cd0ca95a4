"""Supervisors: attending a call, taking it over."""

from collections.abc import Callable
from typing import Any

from rexian.core.ids import AgentId, CallId
from rexian.floor.changes.agents import engage, known
from rexian.floor.changes.calls import move
from rexian.floor.conversations import ListenEnded, ListenStarted
from rexian.floor.events import Fact, Role
from rexian.floor.interventions import Intervened, TakenOver
from rexian.floor.model import ENDING, Attendance, Call, Party
from rexian.floor.state import State


def _listen_started(state: State, fact: ListenStarted) -> None:
    call = state.calls[fact.call]
    call.listeners[fact.leg] = Attendance(agent=fact.agent, supervisor=fact.supervisor, mode=fact.mode, own=fact.own)
    if fact.own is not None:
        known(state, fact.own, fact)
        _attends(state, fact.own, fact.call)


def _listen_ended(state: State, fact: ListenEnded) -> None:
    call = state.calls[fact.call]
    attendance = call.listeners.pop(fact.leg, None)
    if attendance is not None:
        _attends(state, attendance.own, None)
    if (leg := call.legs.get(fact.leg)) is not None:
        leg.ending, leg.until = True, fact.at + ENDING


def _attends(state: State, own: AgentId | None, call: CallId | None) -> None:
    if own is not None:
        agent = state.agents[own]
        agent.attends = call
        state.settle_agent(agent)


def _taken_over(state: State, fact: TakenOver) -> None:
    """His line, so far a listener's, is an agent's from now on."""
    call = state.calls[fact.call]
    move(call, fact)
    call.listeners.pop(fact.leg, None)
    state.agents[fact.agent].attends = None
    _resume(call)
    leg = call.legs[fact.leg]
    leg.role, leg.agent, leg.talking = Role.AGENT, fact.agent, True
    queue = call.parties[fact.of].queue
    call.parties[fact.agent] = Party(agent=fact.agent, leg=leg.id, state="talking", since=fact.at, queue=queue)
    engage(state, fact.agent, fact, call.id)


def _resume(call: Call) -> None:
    for leg in call.legs.values():
        leg.held = False


def _intervened(state: State, fact: Intervened) -> None:
    """Only told: the facts that follow change the state."""


CHANGES: dict[type[Fact], Callable[[State, Any], None]] = {
    ListenStarted: _listen_started,
    ListenEnded: _listen_ended,
    TakenOver: _taken_over,
    Intervened: _intervened,
}
