"""Consultation: an agent speaks with a third party while the customer is on hold."""

from collections.abc import Callable
from typing import Any

from rexian.floor.changes.agents import presence
from rexian.floor.changes.calls import move
from rexian.floor.changes.queueing import connects, stop_waiting
from rexian.floor.conversations import ConsultConnected, ConsultEnded, ConsultStarted
from rexian.floor.events import Fact
from rexian.floor.model import ENDING, Consultation
from rexian.floor.presence import Presence
from rexian.floor.state import State

TOGETHER = frozenset({"completed", "joined"})


def _started(state: State, fact: ConsultStarted) -> None:
    call = state.calls[fact.call]
    move(call, fact)
    call.consult = Consultation(by=fact.by, target=fact.target, leg=fact.leg)
    party = call.parties[fact.by]
    party.state, party.since = "consulting", fact.at
    for leg in call.legs.values():
        if leg.talking and leg.agent != fact.by:
            leg.held = True


def _connected(state: State, fact: ConsultConnected) -> None:
    call = state.calls[fact.call]
    move(call, fact)
    assert call.consult is not None
    call.consult.leg, call.consult.connected = fact.leg, True
    leg = call.legs[fact.leg]
    leg.until = None
    if leg.agent is not None:
        connects(call, leg.agent)
    stop_waiting(state, call, fact.at)
    if leg.agent is None:
        return
    party = call.parties[leg.agent]
    party.state, party.since, party.until = "consulting", fact.at, None
    agent = state.agents[leg.agent]
    agent.misses, agent.until = 0, None
    if agent.state is Presence.OFFERED:
        presence(state, agent, fact)


def _ended(state: State, fact: ConsultEnded) -> None:
    call = state.calls[fact.call]
    move(call, fact)
    consult, call.consult = call.consult, None
    assert consult is not None
    stop_waiting(state, call, fact.at)
    for other_leg in call.legs.values():
        other_leg.held = False
    party = call.parties.get(fact.by)
    if party is not None:
        party.state, party.since = "talking", fact.at
    leg = call.legs.get(consult.leg) if consult.leg else None
    if leg is None:
        return
    if fact.result not in TOGETHER:
        leg.ending, leg.until = True, fact.at + ENDING
        return
    leg.talking = True
    if leg.agent is not None:
        other = call.parties[leg.agent]
        other.state, other.since = "talking", fact.at


CHANGES: dict[type[Fact], Callable[[State, Any], None]] = {
    ConsultStarted: _started,
    ConsultConnected: _connected,
    ConsultEnded: _ended,
}
