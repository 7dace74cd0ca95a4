"""Agents: presence, queues, phone, desk, wrap-up."""

from collections.abc import Callable
from typing import Any

from rexian.core.ids import AgentId, CallId
from rexian.floor.events import (
    DeskChanged,
    Fact,
    Paused,
    PauseRequested,
    PhoneChanged,
    QueuesChosen,
    Readied,
    SignedIn,
    SignedOut,
)
from rexian.floor.interventions import SignOutRequested
from rexian.floor.model import Agent, Failure
from rexian.floor.presence import PRESENCE, Presence
from rexian.floor.state import State

WITH_CONTACT = frozenset({Presence.OFFERED, Presence.BUSY, Presence.WRAP_UP})
"""What counts as being occupied."""


def presence(state: State, agent: Agent, fact: Fact) -> None:
    """The agent's next state by the table."""
    agent.work.weigh(fact.at, busy=agent.state in WITH_CONTACT, ready=agent.state is Presence.READY)
    agent.state = PRESENCE.after(agent.state, type(fact))
    agent.since = fact.at
    state.settle_agent(agent)


def engage(state: State, id: AgentId, fact: Fact, call: CallId) -> None:
    """Claim an agent for a call. One who was paused is to be paused again after it."""
    agent = state.agents[id]
    if agent.state is Presence.PAUSED and not agent.next_pause:
        agent.next_pause = agent.reason
    agent.reason = ""
    agent.call = call
    agent.until = None
    presence(state, agent, fact)


def unreached(state: State, id: AgentId, fact: Fact, *, target: str, why: str) -> None:
    """Nobody came whom he called."""
    agent = state.agents.get(id)
    if agent is not None:
        agent.failed = Failure(at=fact.at, target=target, why=str(why))


def known(state: State, id: AgentId, fact: Fact) -> Agent:
    agent = state.agents.get(id)
    if agent is None:
        agent = state.agents[id] = Agent(id=id, since=fact.at)
    return agent


def _signed_in(state: State, fact: SignedIn) -> None:
    agent = known(state, fact.agent, fact)
    agent.queues = fact.queues
    agent.reason = "signed_in"
    agent.next_pause = ""
    agent.misses = 0
    _stay(state, agent)
    presence(state, agent, fact)
    agent.work.begin(fact.at)


def _stay(state: State, agent: Agent) -> None:
    """Nobody waits for his going any more."""
    agent.going = ""
    state.going.pop(agent.id, None)


def _signed_out(state: State, fact: SignedOut) -> None:
    agent = state.agents[fact.agent]
    agent.queues = ()
    agent.reason = agent.next_pause = ""
    agent.call = agent.until = None
    _stay(state, agent)
    presence(state, agent, fact)
    agent.work.go(fact.at)


def _sign_out_requested(state: State, fact: SignOutRequested) -> None:
    agent = state.agents[fact.agent]
    _stay(state, agent)
    if fact.on:
        agent.going = fact.by
        state.going[agent.id] = None


def _queues_chosen(state: State, fact: QueuesChosen) -> None:
    agent = state.agents[fact.agent]
    agent.queues = fact.queues
    state.settle_agent(agent)


def _readied(state: State, fact: Readied) -> None:
    agent = state.agents[fact.agent]
    agent.reason = agent.next_pause = ""
    agent.call = agent.until = None
    agent.misses = 0
    presence(state, agent, fact)


def _paused(state: State, fact: Paused) -> None:
    agent = state.agents[fact.agent]
    agent.reason = fact.reason
    agent.next_pause = ""
    agent.call = agent.until = None
    presence(state, agent, fact)


def _pause_requested(state: State, fact: PauseRequested) -> None:
    state.agents[fact.agent].next_pause = fact.reason


def _phone_changed(state: State, fact: PhoneChanged) -> None:
    agent = known(state, fact.agent, fact)
    agent.phone = fact.reachable
    agent.phone_gone_at = None if fact.reachable else fact.at
    state.settle_agent(agent)


def _desk_changed(state: State, fact: DeskChanged) -> None:
    known(state, fact.agent, fact).desk = fact.present


CHANGES: dict[type[Fact], Callable[[State, Any], None]] = {
    SignedIn: _signed_in,
    SignedOut: _signed_out,
    SignOutRequested: _sign_out_requested,
    QueuesChosen: _queues_chosen,
    Readied: _readied,
    Paused: _paused,
    PauseRequested: _pause_requested,
    PhoneChanged: _phone_changed,
    DeskChanged: _desk_changed,
}
