"""A flow has somebody called for its caller, and keeps its place until he is alone again."""

from datetime import timedelta

from rexian.core.ids import AgentId
from rexian.core.numbers import number_or_none
from rexian.floor.calls import CallState
from rexian.floor.decisions import detours
from rexian.floor.decisions.leaving import ringing_tone
from rexian.floor.decisions.offers import offer
from rexian.floor.decisions.placing import place_outside
from rexian.floor.decisions.queueing import play_music
from rexian.floor.events import Role
from rexian.floor.gatherings import PutThrough
from rexian.floor.model import Call
from rexian.floor.presence import Presence
from rexian.floor.state import State
from rexian.floor.turn import Turn
from rexian.flows import actions
from rexian.telephony.commands import Cause, Play

OF_AGENTS = {"missed": "no_answer", "rejected": "refused", "unreachable": "unavailable"}
"""What the end of an offer says to the flow; any other: it failed."""
OF_NUMBERS = {
    Cause.BUSY: "busy",
    Cause.NO_ANSWER: "no_answer",
    Cause.REJECTED: "refused",
    Cause.NORMAL: "refused",
    Cause.UNALLOCATED: "unavailable",
    Cause.UNREACHABLE: "unavailable",
}
"""What the end of a line says to the flow on which nobody has answered; any other: it failed."""


def begin(turn: Turn, call: Call, action: actions.PutThrough, target: str) -> str:
    """Call him, `agent:<id>` or `number:<n>`; or say what is in the way: `busy`, `unavailable`, `failed`."""
    kind, _, value = target.partition(":")
    directory = turn.state.directory
    number = number_or_none(value, directory.country) or ""
    if kind == "agent":
        hindered = _engaged(turn.state, AgentId(value), paused=action.paused)
    else:
        hindered = "" if number and directory.trunk else "unavailable"
    if hindered:
        return hindered
    if call.detour is not None:
        detours.lead_on(turn, call, "put_through")
    until = turn.now + timedelta(seconds=action.ring_s)
    turn.tell(PutThrough(at=turn.now, call=call.id, target=f"{kind}:{number or value}", until=until))
    if kind == "agent":
        offer(turn, call, AgentId(value), queue=None, why={"direct": True}, ring_s=action.ring_s)
    else:
        place_outside(turn, call, number, role=Role.OUTSIDE, origin=call.customer_leg, until=until)
    if action.music:
        play_music(turn, call)
    else:
        let_ring(turn, call)
    return ""


def _engaged(state: State, id: AgentId, *, paused: bool) -> str:
    """Why this agent cannot be called now; empty: he can."""
    entry, agent = state.directory.agents.get(id), state.agents.get(id)
    if entry is None or agent is None or (entry.phone and not agent.phone):
        return "unavailable"
    if agent.state is Presence.OFF or (agent.state is Presence.PAUSED and not paused):
        return "unavailable"
    if agent.state not in (Presence.READY, Presence.PAUSED) or agent.attends is not None or id in state.reserved:
        return "busy"
    return ""


def let_ring(turn: Turn, call: Call) -> None:
    """The caller hears that it rings."""
    if call.customer_leg is not None and call.state in (CallState.RINGING_OUT, CallState.OFFERING):
        turn.do(Play(call=call.id, playback=ringing_tone(call), media=("tone:ring",), leg=call.customer_leg))
