"""Offers: an agent is claimed, his phone is called, and he answers or he does not."""

from datetime import timedelta
from typing import Any

from rexian.core.errors import Conflict
from rexian.core.ids import AgentId, CallbackId, CallId, QueueId, VoicemailId
from rexian.floor.changes.queueing import MISSES
from rexian.floor.decisions.callback_calls import begin, call_customer
from rexian.floor.decisions.voicemails import give
from rexian.floor.directory import AgentEntry
from rexian.floor.events import LegPlaced, Offered, OfferEnded, Paused, Role
from rexian.floor.model import Call, Offer
from rexian.floor.presence import Presence
from rexian.floor.state import State
from rexian.floor.turn import Turn, next_leg
from rexian.floor.voicemails import AT_VOICEMAIL
from rexian.telephony.commands import Cause, HangUp, Originate

RINGING_S = 20.0
"""How long a colleague who is called directly may let it ring."""
LEAST_RINGING_S = 5.0
"""So long a phone that is rung again rings at least: less is no chance to answer."""
MOST_UNREACHABLE = 2
"""So often in a row his phone may fail. Once is forgiven: the caller may have hung up at that very moment."""
SPARE_S = 5.0
"""The switch's own limit lies behind ours, so that ours is the one that counts."""


def match(turn: Turn) -> None:
    """Bring together all that can be; not while the switch is away."""
    state = turn.state
    if state.lost:
        return
    while state.matching.changed:
        for found in state.matching.match(turn.now):
            if found.item in state.callbacks:
                take_turn(turn, CallbackId(found.item), found.agent, queue=found.queue, why=found.why)
            elif found.item in state.voicemails:
                give(turn, VoicemailId(found.item), found.agent)
            else:
                call = state.calls[CallId(found.item)]
                others: dict[str, Any] = {"also_ringing": list(call.offers)} if call.offers else {}
                if state.agents[found.agent].state is Presence.PAUSED:
                    others["interrupts"] = "voicemail"
                offer(turn, call, found.agent, queue=found.queue, why={**found.why, **others})


def take_turn(turn: Turn, callback: CallbackId, agent: AgentId, *, queue: QueueId, why: dict[str, Any]) -> None:
    """A callback's turn has come: ask the agent, or keep him free and call the customer."""
    call = begin(turn, callback, agent)
    if call.reserved is None:
        offer(turn, call, agent, queue=queue, why=why)
    else:
        call_customer(turn, call)


def offer(
    turn: Turn,
    call: Call,
    agent: AgentId,
    *,
    queue: QueueId | None,
    why: dict[str, Any],
    role: Role = Role.AGENT,
    auto_answer: bool = False,
    ring_s: float | None = None,
) -> None:
    """Claim the agent and call his phone. It rings as long as the queue says, where nothing else is said."""
    directory = turn.state.directory
    entry = directory.agents[agent]
    settings = directory.queues.get(queue) if queue else None
    ring_s = ring_s or (settings.ring_timeout_s if settings else RINGING_S)
    leg = next_leg(call)
    until = turn.now + timedelta(seconds=ring_s)
    turn.tell(LegPlaced(at=turn.now, call=call.id, leg=leg, role=role, address=entry.address, agent=agent))
    turn.tell(Offered(at=turn.now, call=call.id, queue=queue, agent=agent, leg=leg, until=until, why=why))
    turn.do(
        Originate(
            call=call.id,
            leg=leg,
            address=entry.address,
            caller_number=call.called if call.callback else call.caller,
            caller_name=call.customer.name if call.customer and call.customer.name else call.caller_name,
            origin=call.customer_leg
            if role is Role.AGENT
            else call.parties[call.begun_by].leg
            if call.begun_by
            else None,
            ring_timeout_s=ring_s + SPARE_S,
            auto_answer=auto_answer or entry.auto_answer or (settings is not None and settings.auto_answer),
            headers={"X-Rexian-Call": call.id},
        )
    )


def end_offer(turn: Turn, call: Call, offered: Offer, reason: str, *, cause: Cause = Cause.ELSEWHERE) -> None:
    """The agent is free again, or paused: as he asked, or because he is not there."""
    leg = call.legs.get(offered.leg)
    turn.tell(OfferEnded(at=turn.now, call=call.id, agent=offered.agent, leg=offered.leg, reason=reason))
    if leg is not None:
        turn.do(HangUp(call=call.id, leg=leg.id, cause=cause))
    pause = _pause_after(turn.state, offered.agent, offered.queue, reason)
    if pause:
        turn.tell(Paused(at=turn.now, agent=offered.agent, reason=pause, by="system"))


def ring_again(turn: Turn, call: Call, offered: Offer) -> None:
    """The phone that rings is not there any more (its page was loaded anew): the same offer, for what is left of its
    time, on the phone that is there now. For the agent it is no miss.
    """
    leg = call.legs[offered.leg]
    left_s = (offered.until - turn.now).total_seconds()
    turn.tell(OfferEnded(at=turn.now, call=call.id, agent=offered.agent, leg=leg.id, reason="withdrawn"))
    turn.do(HangUp(call=call.id, leg=leg.id, cause=Cause.ELSEWHERE))
    offer(
        turn,
        call,
        offered.agent,
        queue=offered.queue,
        why=call.why,
        role=leg.role,
        ring_s=max(left_s, LEAST_RINGING_S),
    )


def end_offers(turn: Turn, call: Call, reason: str) -> None:
    """Nobody who is still rung for this call is wanted any more; for none of them it is a miss."""
    for offered in list(call.offers.values()):
        end_offer(turn, call, offered, reason)


def _pause_after(state: State, id: AgentId, queue: QueueId | None, reason: str) -> str:
    agent = state.agents[id]
    if agent.next_pause and agent.next_pause != AT_VOICEMAIL:
        return agent.next_pause
    if reason == "unreachable" and agent.misses >= MOST_UNREACHABLE:
        return "phone_lost"
    settings = state.directory.queues.get(queue) if queue else None
    if reason in MISSES and settings and settings.max_misses and agent.misses >= settings.max_misses:
        return "misses"
    return agent.next_pause


def reachable_colleague(state: State, id: AgentId) -> AgentEntry:
    """The colleague, if he can be called now."""
    entry = state.directory.agents.get(id)
    if entry is None:
        raise Conflict("agent.unknown", "There is no such agent; choose another.", agent=id)
    agent = state.agents.get(id)
    taken = agent is None or agent.state not in (Presence.READY, Presence.PAUSED) or agent.attends is not None
    if agent is None or taken or (entry.phone and not agent.phone):
        raise Conflict("agent.not_free", f"{entry.name} cannot take a call now; choose another.", agent=id)
    return entry
