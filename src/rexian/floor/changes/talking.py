"""Talking: connected, held, handed over, recorded, listened to; and leaving it for wrap-up."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from rexian.core.ids import LegId
from rexian.floor.changes.agents import presence
from rexian.floor.changes.calls import close_when_done, move
from rexian.floor.changes.legs import shrink
from rexian.floor.changes.queueing import MEMORY, connects, judge, stop_waiting
from rexian.floor.conversations import (
    AgentLeft,
    Conferenced,
    Connected,
    Held,
    Muted,
    RecordingClosed,
    RecordingFailed,
    RecordingPaused,
    RecordingStarted,
    Rejoining,
    Resumed,
    Transferred,
)
from rexian.floor.events import Fact, WrappedUp, WrapUpExtended, WrapUpStarted
from rexian.floor.model import ENDING, Figures, Party, Recording
from rexian.floor.presence import Presence
from rexian.floor.state import State


def _connected(state: State, fact: Connected) -> None:
    call = state.calls[fact.call]
    move(call, fact)
    if call.waiting is not None:
        call.place = call.waiting
        judge(state, call.waiting, fact.at, answered=True)
    connects(call, fact.agent)
    stop_waiting(state, call, fact.at)
    call.parked = None
    call.handover = ""
    call.answered_at = call.answered_at or fact.at
    party = call.parties.get(fact.agent)
    if party is None:
        party = call.parties[fact.agent] = Party(agent=fact.agent, leg=fact.leg, state="", since=fact.at)
    party.state, party.since, party.until, party.queue = "talking", fact.at, None, fact.queue
    for id in (fact.leg, call.customer_leg):
        if id is not None and (leg := call.legs.get(id)) is not None:
            leg.talking, leg.until, leg.held = True, None, False
    agent = state.agents[fact.agent]
    agent.misses = 0
    agent.until = None
    if agent.state is Presence.OFFERED:
        presence(state, agent, fact)


def _held(state: State, fact: Held) -> None:
    call = state.calls[fact.call]
    move(call, fact)
    call.legs[fact.leg].held = True


def _resumed(state: State, fact: Resumed) -> None:
    call = state.calls[fact.call]
    move(call, fact)
    call.legs[fact.leg].held = False


def _muted(state: State, fact: Muted) -> None:
    state.calls[fact.call].legs[fact.leg].muted = fact.on


def _transferred(state: State, fact: Transferred) -> None:
    call = state.calls[fact.call]
    move(call, fact)
    if fact.kind == "blind":
        call.handover = fact.target


def _conferenced(state: State, fact: Conferenced) -> None:
    call = state.calls[fact.call]
    move(call, fact)
    for id in fact.legs:
        leg = call.legs[id]
        leg.talking, leg.held, leg.until = True, False, None


def _agent_left(state: State, fact: AgentLeft) -> None:
    call = state.calls[fact.call]
    party = call.parties.pop(fact.agent)
    for id in (party.leg, party.returning):
        if id is not None and (leg := call.legs.get(id)) is not None:
            leg.ending, leg.talking, leg.until = True, False, fact.at + ENDING
    agent = state.agents[fact.agent]
    if party.state in ("talking", "apart"):
        agent.work.finish(party.queue, (fact.at - party.since).total_seconds(), fact.at)
        if party.queue is not None:
            _learn(state, party, fact.at)
    agent.call = None
    if call.detour is not None and call.detour.by == fact.agent:
        call.detour.stays = False
    shrink(call, fact)
    close_when_done(state, call)


def _learn(state: State, party: Party, at: datetime) -> None:
    """Talk and wrap-up are averaged apart, for they end apart."""
    assert party.queue is not None
    figures = state.figures.setdefault(party.queue, Figures())
    state.stir(party.queue)
    lasted = (at - party.since).total_seconds()
    if party.state == "wrap_up":
        figures.wrapped += 1
        figures.wrap_s += (lasted - figures.wrap_s) / min(figures.wrapped, MEMORY)
    else:
        figures.handled += 1
        figures.talk_s += (lasted - figures.talk_s) / min(figures.handled, MEMORY)


def _rejoining(state: State, fact: Rejoining) -> None:
    state.calls[fact.call].parties[fact.agent].returning = fact.leg


def _recording_started(state: State, fact: RecordingStarted) -> None:
    call = state.calls[fact.call]
    call.recordings += 1
    call.recording = Recording(id=fact.recording, leg=fact.leg)


def _recording_paused(state: State, fact: RecordingPaused) -> None:
    recording = state.calls[fact.call].recording
    if recording is not None:
        recording.paused = fact.on


def _recording_closed(state: State, fact: RecordingClosed | RecordingFailed) -> None:
    """The file may be closed long after its call is forgotten."""
    call = state.calls.get(fact.call)
    if call is not None and call.recording is not None and call.recording.id == fact.recording:
        call.recording = None


def _wrap_up_started(state: State, fact: WrapUpStarted) -> None:
    call = state.calls[fact.call]
    call.parties[fact.agent] = Party(
        agent=fact.agent,
        leg=LegId(""),
        state="wrap_up",
        since=fact.at,
        until=fact.until,
        queue=fact.queue,
        extensions=fact.extensions,
        extension_s=fact.extension_s,
    )
    agent = state.agents[fact.agent]
    agent.call, agent.until = call.id, fact.until
    presence(state, agent, fact)


def _wrap_up_extended(state: State, fact: WrapUpExtended) -> None:
    party = state.calls[fact.call].parties[fact.agent]
    party.until = state.agents[fact.agent].until = fact.until
    party.extended = fact.nth


def _wrapped_up(state: State, fact: WrappedUp) -> None:
    call = state.calls[fact.call]
    party = call.parties.pop(fact.agent, None)
    agent = state.agents[fact.agent]
    if party is not None and party.queue is not None:
        _learn(state, party, fact.at)
        agent.work.wrap_up(party.queue, fact.at)
    agent.call = None
    close_when_done(state, call)


CHANGES: dict[type[Fact], Callable[[State, Any], None]] = {
    Connected: _connected,
    Held: _held,
    Resumed: _resumed,
    Muted: _muted,
    Transferred: _transferred,
    Conferenced: _conferenced,
    AgentLeft: _agent_left,
    Rejoining: _rejoining,
    RecordingStarted: _recording_started,
    RecordingPaused: _recording_paused,
    RecordingClosed: _recording_closed,
    RecordingFailed: _recording_closed,
    WrapUpStarted: _wrap_up_started,
    WrapUpExtended: _wrap_up_extended,
    WrappedUp: _wrapped_up,
}
