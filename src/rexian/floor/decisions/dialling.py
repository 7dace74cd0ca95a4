"""Agents call: a colleague, or an outside number. The agent's own leg comes first, and answers by itself.

Agent first, because nobody is rung who would then hear silence, and because his leg is up when the other one answers.
"""

from rexian.core.errors import Conflict, Invalid
from rexian.core.ids import AgentId, LegId
from rexian.floor.decisions.attendance import attending, entry_of
from rexian.floor.decisions.leaving import ringing_tone
from rexian.floor.decisions.offers import offer, reachable_colleague
from rexian.floor.decisions.placing import place_outside
from rexian.floor.directory import AgentEntry
from rexian.floor.events import CallArrived, Direction, LegPlaced, Role
from rexian.floor.inputs import Dial
from rexian.floor.model import OWN_PHONE, Call
from rexian.floor.presence import Presence
from rexian.floor.state import State
from rexian.floor.turn import Turn
from rexian.telephony.commands import Answer, Cause, HangUp, Originate, Play
from rexian.telephony.events import Arrived


def dial(turn: Turn, input: Dial) -> None:
    """Begin a call by calling the agent's own phone. The same call again is no error."""
    state = turn.state
    if input.call in state.calls:
        return
    entry = _dialler(state, input.agent)
    kind, value = check_target(state, input.target)
    if kind == "queue" or value == input.agent:
        raise Invalid("target.not_dialable", "Call a colleague or a number; nobody else can be dialled.")
    outside = kind == "number"
    turn.tell(
        CallArrived(
            at=turn.now,
            call=input.call,
            direction=Direction.OUTBOUND if outside else Direction.INTERNAL,
            caller=state.directory.caller_number if outside else entry.extension,
            called=value if outside else entry_of(state, AgentId(value)).extension,
            caller_name=entry.name,
            leg=LegId(f"{input.call}.1"),
            agent=input.agent,
            queue=input.queue,
        )
    )
    _call_own_phone(turn, state.calls[input.call], entry)


def _dialler(state: State, id: AgentId) -> AgentEntry:
    """The agent who dials, when he is free and has a phone to speak on."""
    agent = attending(state, id)
    if agent.state not in (Presence.READY, Presence.PAUSED) or agent.attends is not None:
        raise Conflict("agent.not_free", "Finish what you are doing before you dial.", state=str(agent.state))
    entry = entry_of(state, id)
    if entry.phone and not agent.phone:
        raise Conflict("agent.phone_unreachable", "Your phone is not connected; wait until it is, then dial again.")
    return entry


def _call_own_phone(turn: Turn, call: Call, entry: AgentEntry) -> None:
    leg = call.parties[entry.id].leg
    turn.tell(LegPlaced(at=turn.now, call=call.id, leg=leg, role=Role.AGENT, address=entry.address, agent=entry.id))
    turn.do(
        Originate(
            call=call.id,
            leg=leg,
            address=entry.address,
            caller_number=call.called,
            ring_timeout_s=OWN_PHONE.total_seconds(),
            auto_answer=True,
            headers={"X-Rexian-Call": call.id},
        )
    )


def begin_from_phone(turn: Turn, event: Arrived, agent: AgentId) -> None:
    """The agent has dialled on his phone: his leg is there already."""
    directory = turn.state.directory
    colleague = directory.extensions.get(event.called)
    if colleague is None and not directory.trunk:
        turn.do(HangUp(call=event.call, leg=event.leg, cause=Cause.UNALLOCATED))
        return
    turn.tell(
        CallArrived(
            at=turn.now,
            call=event.call,
            direction=Direction.INTERNAL if colleague else Direction.OUTBOUND,
            caller=directory.agents[agent].extension if colleague else directory.caller_number,
            called=event.called,
            caller_name=directory.agents[agent].name,
            leg=event.leg,
            node=event.node,
            agent=agent,
        )
    )
    turn.do(Answer(call=event.call, leg=event.leg))


def place_other(turn: Turn, call: Call) -> None:
    """The agent is on his phone: now call the other one. Raises `Conflict` when a colleague has got busy meanwhile."""
    assert call.begun_by is not None
    own = call.parties[call.begun_by].leg
    if call.direction is Direction.INTERNAL:
        colleague = turn.state.directory.extensions.get(call.called, AgentId(""))
        reachable_colleague(turn.state, colleague)
        offer(turn, call, colleague, queue=None, why={"direct": True}, role=Role.CUSTOMER)
    else:
        place_outside(turn, call, call.called, role=Role.CUSTOMER, origin=own)
    turn.do(Play(call=call.id, playback=ringing_tone(call), media=("tone:ring",), leg=own))


def check_target(state: State, target: str) -> tuple[str, str]:
    """`agent:<id>`, `queue:<id>` or `number:<n>`, when it can be called now."""
    kind, _, value = target.partition(":")
    if kind == "agent":
        reachable_colleague(state, AgentId(value))
    elif kind == "queue":
        if value not in state.directory.queues:
            raise Conflict("queue.unknown", "There is no such queue; choose another.", queue=value)
        if value in state.closed:
            raise Conflict("queue.closed", "This queue has been closed by a supervisor; choose another.", queue=value)
    elif kind == "number":
        if not state.directory.trunk:
            raise Conflict("trunk.none", "There is no trunk for outside calls; ask an administrator to set one up.")
        if not value or not all(sign in "+0123456789*#" for sign in value):
            raise Invalid("number.invalid", "This is no telephone number; use digits, + * and #.", number=value)
    else:
        raise Invalid("target.invalid", "A target is agent:<id>, queue:<id> or number:<n>.", target=target)
    return kind, value
