"""Voicemails: left, taken, returned, moved, closed."""

from collections.abc import Callable
from typing import Any

from rexian.core.ids import AgentId
from rexian.floor.events import Fact
from rexian.floor.model import Tape
from rexian.floor.owed import (
    TapeStarted,
    TapeStopped,
    VoicemailClosed,
    VoicemailLeft,
    VoicemailMoved,
    VoicemailReturned,
    VoicemailTaken,
)
from rexian.floor.presence import Presence
from rexian.floor.state import State
from rexian.floor.voicemails import VOICEMAIL, Voicemail


def _tape_started(state: State, fact: TapeStarted) -> None:
    state.calls[fact.call].taping = Tape(queue=fact.queue, recording=fact.recording, began=fact.at)


def _tape_stopped(state: State, fact: TapeStopped) -> None:
    tape = state.calls[fact.call].taping
    if tape is not None:
        tape.stopped = fact.at


def _left(state: State, fact: VoicemailLeft) -> None:
    voicemail = Voicemail(
        id=fact.voicemail,
        queue=fact.queue,
        call=fact.call,
        recording=fact.recording,
        number=fact.number,
        since=fact.at,
        priority=fact.priority,
        skills=fact.skills,
        name=fact.name,
        customer=fact.customer,
    )
    state.voicemails[voicemail.id] = voicemail
    if (call := state.calls.get(fact.call)) is not None:
        call.taping = None
    state.settle_voicemail(voicemail)


def _move(state: State, voicemail: Voicemail, fact: Fact) -> None:
    voicemail.state = VOICEMAIL.after(voicemail.state, type(fact))
    state.settle_voicemail(voicemail)


def _taken(state: State, fact: VoicemailTaken) -> None:
    voicemail = state.voicemails[fact.voicemail]
    voicemail.agent, voicemail.until = fact.agent, fact.until
    _move(state, voicemail, fact)
    state.hold(fact.agent, 1)
    if state.agents[fact.agent].state is not Presence.READY:
        state.settle_agent(state.agents[fact.agent])


def _let_go(state: State, agent: AgentId | None) -> None:
    """He has room for another."""
    state.hold(agent, -1)
    if agent is not None and agent in state.agents:
        state.settle_agent(state.agents[agent])


def _returned(state: State, fact: VoicemailReturned) -> None:
    voicemail = state.voicemails[fact.voicemail]
    agent, voicemail.agent, voicemail.until = voicemail.agent, None, None
    _move(state, voicemail, fact)
    _let_go(state, agent)


def _moved(state: State, fact: VoicemailMoved) -> None:
    voicemail = state.voicemails[fact.voicemail]
    voicemail.queue, voicemail.priority = fact.queue, fact.priority
    _move(state, voicemail, fact)


def _closed(state: State, fact: VoicemailClosed) -> None:
    voicemail = state.voicemails.pop(fact.voicemail)
    voicemail.until = None
    _move(state, voicemail, fact)
    _let_go(state, voicemail.agent)


CHANGES: dict[type[Fact], Callable[[State, Any], None]] = {
    TapeStarted: _tape_started,
    TapeStopped: _tape_stopped,
    VoicemailLeft: _left,
    VoicemailTaken: _taken,
    VoicemailReturned: _returned,
    VoicemailMoved: _moved,
    VoicemailClosed: _closed,
}
