"""Leaving: an agent goes, the customer goes, the call ends; and what comes after it."""

from datetime import timedelta

from rexian.core.ids import AgentId, QueueId
from rexian.floor.calls import CallState, LegState
from rexian.floor.conversations import AgentLeft, ConsultEnded, ListenEnded
from rexian.floor.decisions import outcall_calls, voicemails
from rexian.floor.decisions.callback_calls import close_attempt
from rexian.floor.decisions.inviting import withdraw_invitations
from rexian.floor.decisions.offers import end_offers
from rexian.floor.decisions.queueing import play_music, wait_in
from rexian.floor.decisions.resuming import give_up
from rexian.floor.events import Abandoned, CallEnded, Direction, FlowEnded, LeftQueue, Paused, Readied, WrapUpStarted
from rexian.floor.model import Call, Leg, Party
from rexian.floor.state import State
from rexian.floor.turn import Turn, bridge_of, consult_bridge_of
from rexian.routing.model import EXTENSION_S, EXTENSIONS
from rexian.telephony.commands import Cause, CloseBridge, HangUp, StopPlaying, Unbridge


def talkers(call: Call) -> list[Leg]:
    """The legs that make up the customer's conversation."""
    return [leg for leg in call.legs.values() if leg.talking and not leg.ending]


def end_call(turn: Turn, call: Call, cause: Cause, by: str, *, flow: str = "hangup") -> None:
    """End it for everybody. Nothing remains but wrap-ups, and legs that are told to end."""
    if call.state is CallState.ENDED:
        return
    taped = call.taping is not None
    if taped:
        voicemails.leave(turn, call)
    stop_offer_and_waiting(turn, call, abandoned=by == "customer" and not taped)
    if call.consult is not None:
        turn.tell(ConsultEnded(at=turn.now, call=call.id, by=call.consult.by, result="party_gone"))
        close_consult_bridge(turn, call)
    if call.run is not None or call.through is not None:
        talked = call.through is not None and not _in_flow(call)
        turn.tell(FlowEnded(at=turn.now, call=call.id, reason="put_through" if talked else flow))
    for listener in list(call.listeners):
        turn.tell(ListenEnded(at=turn.now, call=call.id, leg=listener))
    reason = {"customer": "customer_gone", "agent": "hung_up", "supervisor": "hung_up"}.get(by, "failed")
    for party in list(call.parties.values()):
        if party.state != "wrap_up":
            agent_leaves(turn, call, party, reason, hang_up=False)
    bridged = call.answered_at is not None or call.placed > 0
    legs = list(call.legs.values())
    turn.tell(CallEnded(at=turn.now, call=call.id, cause=cause, ended_by=by))
    if call.callback:
        close_attempt(turn, call)
    if call.outcall:
        outcall_calls.close_attempt(turn, call, cause, by)
    for leg in legs:
        turn.do(HangUp(call=call.id, leg=leg.id, cause=cause if cause in TOLD else Cause.NORMAL))
    if bridged:
        turn.do(CloseBridge(call=call.id, bridge=bridge_of(call)))


SHIFT_FULL = "shift_full"
TOLD = frozenset({Cause.NORMAL, Cause.BUSY, Cause.NO_ANSWER, Cause.UNALLOCATED, Cause.CONGESTION, Cause.FAILED})
"""Causes that make sense to those who remain."""


def stop_offer_and_waiting(turn: Turn, call: Call, *, abandoned: bool) -> None:
    withdraw_invitations(turn, call)
    end_offers(turn, call, "withdrawn")
    waiting = call.waiting
    if waiting is not None and abandoned and call.consult is None:
        give_up(turn, call, waiting)
    elif waiting is not None:
        turn.tell(LeftQueue(at=turn.now, call=call.id, queue=waiting.queue, reason="closed"))
    elif abandoned and _in_flow(call) and call.answered_at is None and not (call.callback or call.outcall):
        turn.tell(Abandoned(at=turn.now, call=call.id, queue=None))


def _in_flow(call: Call) -> bool:
    """A flow has him, or is just having somebody called for him."""
    return call.state is CallState.IVR or (
        call.through is not None and call.state in (CallState.RINGING_OUT, CallState.WAITING)
    )


def agent_leaves(turn: Turn, call: Call, party: Party, reason: str, *, hang_up: bool = True) -> None:
    """The agent's part is over: his line ends, wrap-up begins where there is something to wrap up."""
    talked = party.state in ("talking", "apart") and call.answered_at is not None
    turn.tell(AgentLeft(at=turn.now, call=call.id, agent=party.agent, reason=reason))
    for leg in [leg for leg, listening in call.listeners.items() if listening.agent == party.agent]:
        turn.tell(ListenEnded(at=turn.now, call=call.id, leg=leg))
        turn.do(HangUp(call=call.id, leg=leg))
    if hang_up:
        for id in (party.leg, party.returning):
            if id is not None and id in call.legs:
                turn.do(HangUp(call=call.id, leg=id))
    seconds = wrap_up_s(turn, call, party.agent, party.queue) if talked else 0
    if seconds > 0:
        until = turn.now + timedelta(seconds=seconds)
        times, more_s = wrap_up_extensions(turn, party.queue)
        turn.tell(
            WrapUpStarted(
                at=turn.now,
                call=call.id,
                agent=party.agent,
                queue=party.queue,
                until=until,
                extensions=times,
                extension_s=more_s,
            )
        )
    else:
        free(turn, party.agent)


def wrap_up_s(turn: Turn, call: Call, agent: AgentId, queue: QueueId | None) -> int:
    """The agent's own time counts first, then the queue's, then the house's. Calls among colleagues need none."""
    if call.direction is Direction.INTERNAL:
        return 0
    directory = turn.state.directory
    entry = directory.agents.get(agent)
    if entry is not None and entry.wrap_up_s is not None:
        return entry.wrap_up_s
    settings = directory.queues.get(queue) if queue else None
    if settings is not None and settings.wrap_up_s is not None:
        return settings.wrap_up_s
    return directory.wrap_up_s


def wrap_up_extensions(turn: Turn, queue: QueueId | None) -> tuple[int, int]:
    """How often a wrap-up may be extended, and by how many seconds. Without a queue: as queues do by default."""
    settings = turn.state.directory.queues.get(queue) if queue else None
    if settings is None:
        return EXTENSIONS, EXTENSION_S
    return settings.wrap_up_extensions, settings.wrap_up_extension_s


def free(turn: Turn, id: AgentId, *, by: str = "system") -> None:
    """Ready again, or paused: as was asked for during the call, or because his shift's measure is full."""
    pause = turn.state.agents[id].next_pause
    if not pause and shift_is_full(turn.state, id):
        pause, by = SHIFT_FULL, "system"
    if pause:
        turn.tell(Paused(at=turn.now, agent=id, reason=pause, by=by))
    else:
        turn.tell(Readied(at=turn.now, agent=id, by=by))


def shift_is_full(state: State, id: AgentId) -> bool:
    """Whether he has had as many contacts of queues, or talked as long, as one shift is to bring him."""
    entry, work = state.directory.agents.get(id), state.agents[id].work
    if entry is None:
        return False
    if entry.most_contacts is not None and sum(work.contacts.values()) >= entry.most_contacts:
        return True
    return entry.most_talk_s is not None and work.talk_s >= entry.most_talk_s


def hang_up(turn: Turn, call: Call, party: Party) -> None:
    """An agent hangs up. Two others who talk go on; else the call is over."""
    others = [leg for leg in talkers(call) if leg.agent != party.agent]
    if party.state == "apart" or (len(others) >= 2 and _goes_on(turn, call, party, others)):
        agent_leaves(turn, call, party, "hung_up")
    elif flow_awaits(call):
        turn.given_back.setdefault(call.id, "next")
    else:
        end_call(turn, call, Cause.NORMAL, "agent")


def _goes_on(turn: Turn, call: Call, party: Party, others: list[Leg]) -> bool:
    """Whether the rest of a conference goes on without this agent, as the house has it."""
    rule = turn.state.directory.conference_ends
    own = call.legs.get(party.leg)
    if rule == "moderator" and own is not None and own.part == "moderator":
        return any(leg.part == "moderator" for leg in others)
    return rule != "agents" or any(leg.agent is not None for leg in others)


def lose_agent(turn: Turn, call: Call, party: Party) -> None:
    """An agent's line broke. His customer goes back to the head of the queue, unless others are with him."""
    others = [leg for leg in talkers(call) if leg.agent != party.agent]
    agent_leaves(turn, call, party, "lost")
    if len(others) < 2:
        come_back(turn, call)


def flow_awaits(call: Call) -> bool:
    """Whether a flow has put him through that goes on with him when he is alone."""
    leg = call.legs.get(call.customer_leg) if call.customer_leg else None
    return call.through is not None and leg is not None and leg.state is LegState.UP and not leg.ending


def come_back(turn: Turn, call: Call, result: str = "failed") -> None:
    """The customer is alone: back to the queue he was answered from, at his old place; without one it is over.

    Whom a flow has put through to somebody goes on in it, by `result`.
    """
    withdraw_invitations(turn, call)
    if call.place is None and flow_awaits(call):
        turn.given_back.setdefault(call.id, result)
        return None
    queue = call.place.queue if call.place else call.queue
    leg = call.legs.get(call.customer_leg) if call.customer_leg else None
    if queue is None or queue not in turn.state.directory.queues or leg is None or leg.agent is not None:
        return end_call(turn, call, Cause.FAILED, "system")
    place = call.place
    turn.do(Unbridge(call=call.id, bridge=bridge_of(call), legs=(leg.id,)))
    wait_in(
        turn,
        call,
        queue,
        via="returned",
        since=place.since if place else call.started,
        priority=place.priority if place else None,
        skills=place.skills if place else None,
    )
    return None


def customer_gone(turn: Turn, call: Call, cause: Cause) -> None:
    """Who talks with each other goes on talking; else the call is over."""
    if len(talkers(call)) < 2 or call.consult is not None:
        end_call(turn, call, cause, "switch" if cause is Cause.SWITCH_LOST else "customer")


def music_alone(turn: Turn, call: Call) -> None:
    """The customer is alone for a moment: take him out of the conversation, and play him music."""
    if call.customer_leg is not None:
        turn.do(Unbridge(call=call.id, bridge=bridge_of(call), legs=(call.customer_leg,)))
        play_music(turn, call)


def close_consult_bridge(turn: Turn, call: Call) -> None:
    turn.do(StopPlaying(call=call.id, playback=ringing_tone(call)))
    turn.do(CloseBridge(call=call.id, bridge=consult_bridge_of(call)))


def ringing_tone(call: Call) -> str:
    """The playback that an agent hears while the one he calls is rung."""
    return f"{call.id}.t"
