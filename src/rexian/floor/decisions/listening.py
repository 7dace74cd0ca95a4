"""A supervisor attends a call: listens, whispers to the agent, barges in; he may change between them all the while."""

from rexian.core.errors import Conflict, NotFound, Unavailable
from rexian.core.ids import AgentId, LegId
from rexian.floor.conversations import ListenEnded, ListenStarted
from rexian.floor.decisions import taking_over
from rexian.floor.events import LegPlaced, Role
from rexian.floor.inputs import ListenTo, StopListening
from rexian.floor.model import OWN_PHONE, Agent, Call, Party
from rexian.floor.presence import Presence
from rexian.floor.state import State
from rexian.floor.turn import Turn, next_leg
from rexian.telephony.commands import HangUp, Listen, ListenMode, Originate

MOST = 5
"""So many supervisors may attend one call."""
TAKE_OVER = "take_over"
FREE = frozenset({Presence.OFF, Presence.PAUSED, Presence.READY})


def listen(turn: Turn, input: ListenTo) -> None:
    """Call the supervisor's phone. One who attends already only changes the way."""
    call, party = attendable(turn.state, input)
    mode = ListenMode(input.mode)
    leg = attending(call, input)
    if leg is None:
        place(turn, call, input)
        return
    turn.tell(_started(turn, input, leg))
    turn.do(Listen(call=call.id, leg=leg, target=party.leg, mode=mode))


def attendable(state: State, input: ListenTo) -> tuple[Call, Party]:
    """The conversation, and the agent's part in it."""
    call = state.calls.get(input.call)
    party = call.parties.get(input.agent) if call else None
    if call is None or party is None or party.state not in ("talking", "consulting"):
        raise NotFound("call.not_talking", "This agent is not talking in this call.", call=input.call)
    if call.frozen_until is not None:
        raise Unavailable("switch.lost", "The telephone system cannot be reached; the call is kept, wait a moment.")
    return call, party


def attending(call: Call, input: ListenTo) -> LegId | None:
    """The line by which he attends this agent already."""
    for leg, attendance in call.listeners.items():
        if attendance.supervisor == input.supervisor and attendance.agent == input.agent:
            return leg
    return None


def place(turn: Turn, call: Call, input: ListenTo) -> None:
    """Call his phone, when he and it are free and there is room."""
    if len(call.listeners) >= MOST:
        raise Conflict("listen.full", "Five supervisors attend this call already.", most=MOST)
    if input.own is not None:
        free_phone(turn.state, input.own)
    leg = next_leg(call)
    turn.tell(LegPlaced(at=turn.now, call=call.id, leg=leg, role=Role.LISTENER, address=input.address))
    turn.tell(_started(turn, input, leg))
    turn.do(
        Originate(
            call=call.id,
            leg=leg,
            address=input.address,
            caller_number=call.caller,
            ring_timeout_s=OWN_PHONE.total_seconds(),
            auto_answer=True,
            headers={"X-Rexian-Call": call.id, "X-Rexian-Listen": input.mode},
        )
    )


def free_phone(state: State, own: AgentId) -> Agent | None:
    """The supervisor as an agent; his phone must not be taken by another call."""
    agent = state.agents.get(own)
    entry = state.directory.agents.get(own)
    if agent is not None and (agent.state not in FREE or agent.attends is not None):
        raise Conflict("listen.busy", "You are in a call yourself; finish it first.", agent=own)
    if entry is not None and entry.phone and (agent is None or not agent.phone):
        raise Conflict("agent.phone_unreachable", "Your phone is not connected; wait until it is, then dial again.")
    return agent


def _started(turn: Turn, input: ListenTo, leg: LegId) -> ListenStarted:
    return ListenStarted(
        at=turn.now,
        call=input.call,
        agent=input.agent,
        supervisor=input.supervisor,
        leg=leg,
        mode=input.mode,
        own=input.own,
    )


def answered(turn: Turn, call: Call, leg: LegId) -> None:
    """The supervisor is on the line: let him hear, or have the customer, if there is still something to hear."""
    attendance = call.listeners.get(leg)
    party = call.parties.get(attendance.agent) if attendance else None
    if attendance is None or party is None:
        turn.do(HangUp(call=call.id, leg=leg))
    elif attendance.mode == TAKE_OVER:
        taking_over.seize(turn, call, leg)
    else:
        turn.do(Listen(call=call.id, leg=leg, target=party.leg, mode=ListenMode(attendance.mode)))


def follow(turn: Turn, call: Call, party: Party) -> None:
    """The agent has another line now: who attends him hears that one."""
    for leg, attendance in call.listeners.items():
        if attendance.agent == party.agent and attendance.mode != TAKE_OVER:
            turn.do(Listen(call=call.id, leg=leg, target=party.leg, mode=ListenMode(attendance.mode)))


def stop(turn: Turn, input: StopListening) -> None:
    call = turn.state.calls.get(input.call)
    legs = [leg for leg, each in call.listeners.items() if each.supervisor == input.supervisor] if call else []
    if call is None or not legs:
        raise Conflict("listen.none", "You are not listening to this call.", call=input.call)
    for leg in legs:
        turn.tell(ListenEnded(at=turn.now, call=call.id, leg=leg))
        turn.do(HangUp(call=call.id, leg=leg))
