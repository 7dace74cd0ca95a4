"""Voicemails: recorded, left, given to an agent, closed."""

from datetime import timedelta

from rexian.core.errors import Conflict, NotFound
from rexian.core.ids import AgentId, QueueId, VoicemailId, uuid7_of
from rexian.floor.conversations import RecordingStarted
from rexian.floor.events import Paused, PauseRequested, Readied
from rexian.floor.inputs import CloseVoicemail, MoveVoicemail, ReturnVoicemail, TakeVoicemail
from rexian.floor.model import Call
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
from rexian.floor.turn import Turn
from rexian.floor.voicemails import AT_VOICEMAIL, BEHIND, HANDLING, Voicemail, VoicemailState
from rexian.telephony.commands import StartRecording, StopRecording

SHORTEST = timedelta(seconds=2)
"""What is shorter was no voicemail: the caller has hung up after the tone."""


# --- recording ------------------------------------------------------------------------------------------------------


def start_tape(turn: Turn, call: Call, queue: QueueId) -> None:
    """Record what the caller says, on his own leg."""
    leg = call.customer_leg
    if leg is None:
        return
    recording = f"{call.id}.v{call.recordings + 1}"
    turn.tell(RecordingStarted(at=turn.now, call=call.id, leg=leg, recording=recording))
    turn.tell(TapeStarted(at=turn.now, call=call.id, queue=queue, recording=recording))
    turn.do(StartRecording(call=call.id, leg=leg, recording=recording))


def stop_tape(turn: Turn, call: Call) -> None:
    if call.taping is not None and not call.taping.stopped:
        turn.tell(TapeStopped(at=turn.now, call=call.id, recording=call.taping.recording))
        if call.customer_leg is not None:
            turn.do(StopRecording(call=call.id, leg=call.customer_leg, recording=call.taping.recording))


def leave(turn: Turn, call: Call) -> None:
    """What has been recorded becomes a voicemail for the queue. Too little is none."""
    tape = call.taping
    if tape is None:
        return
    stop_tape(turn, call)
    ended = call.taping.stopped if call.taping else None
    if (ended or turn.now) - tape.began < SHORTEST:
        return
    entry = turn.state.directory.queues.get(tape.queue)
    customer = call.customer
    turn.tell(
        VoicemailLeft(
            at=turn.now,
            call=call.id,
            voicemail=VoicemailId(uuid7_of(turn.now, tape.recording)),
            queue=tape.queue,
            recording=tape.recording,
            number=call.caller,
            priority=(entry.priority if entry else 0) - BEHIND,
            skills=entry.skills if entry else {},
            customer=customer.id if customer else None,
            name=customer.name if customer and customer.name else call.caller_name,
        )
    )


# --- given to an agent ----------------------------------------------------------------------------------------------


def give(turn: Turn, id: VoicemailId, agent: AgentId) -> None:
    """He deals with it in a pause of his own: no call is offered to him unless it may interrupt; he may call back."""
    live = turn.state.agents[agent]
    turn.tell(VoicemailTaken(at=turn.now, voicemail=id, agent=agent, until=turn.now + HANDLING))
    if live.state is not Presence.PAUSED or live.reason != AT_VOICEMAIL:
        turn.tell(Paused(at=turn.now, agent=agent, reason=AT_VOICEMAIL, by="system"))


def take(turn: Turn, input: TakeVoicemail) -> None:
    """An agent is given a certain voicemail, or takes it himself, without its turn having come."""
    voicemail = _voicemail(turn, input.voicemail)
    agent = turn.state.agents.get(input.agent)
    if voicemail.state is VoicemailState.TAKEN and voicemail.agent == input.agent:
        return
    if voicemail.state is not VoicemailState.WAITING:
        raise Conflict("voicemail.taken", "Somebody deals with this voicemail already.", id=input.voicemail)
    if agent is None or agent.state not in (Presence.READY, Presence.PAUSED) or _full(turn, input.agent):
        raise Conflict("agent.not_free", "This agent cannot take a voicemail now; choose another.", agent=input.agent)
    give(turn, voicemail.id, input.agent)


def close(turn: Turn, input: CloseVoicemail) -> None:
    """It is dealt with. Closing it again is no error."""
    voicemail = turn.state.voicemails.get(input.voicemail)
    if voicemail is None:
        return
    agent = voicemail.agent
    if input.agent is not None and agent != input.agent:
        raise Conflict("voicemail.not_yours", "Another agent deals with this voicemail.", id=input.voicemail)
    turn.tell(
        VoicemailClosed(
            at=turn.now,
            call=voicemail.call,
            voicemail=voicemail.id,
            agent=input.agent,
            by=input.by,
            disposition=input.disposition,
            notes=input.notes,
        )
    )
    _free(turn, agent)


def give_back(turn: Turn, input: ReturnVoicemail) -> None:
    """Back into line at its old place."""
    voicemail = _voicemail(turn, input.voicemail)
    if voicemail.state is not VoicemailState.TAKEN:
        return
    if input.agent is not None and voicemail.agent != input.agent:
        raise Conflict("voicemail.not_yours", "Another agent deals with this voicemail.", id=input.voicemail)
    agent = voicemail.agent
    turn.tell(VoicemailReturned(at=turn.now, voicemail=voicemail.id, agent=agent, reason="returned"))
    if agent is not None:
        _pause(turn, agent, "returned")


def move(turn: Turn, input: MoveVoicemail) -> None:
    voicemail = _voicemail(turn, input.voicemail)
    if voicemail.state is not VoicemailState.WAITING:
        raise Conflict("voicemail.taken", "Somebody deals with this voicemail already.", id=input.voicemail)
    queue = input.queue or voicemail.queue
    if queue not in turn.state.directory.queues:
        raise NotFound("queue.not_found", "There is no such queue; choose another.", queue=queue)
    priority = voicemail.priority if input.priority is None else input.priority
    turn.tell(VoicemailMoved(at=turn.now, voicemail=voicemail.id, queue=queue, priority=priority, by=input.by))


def expire(turn: Turn, voicemail: Voicemail) -> None:
    """Kept for too long: another gets it, and the one who kept it is not offered the next."""
    if voicemail.until is None or voicemail.until > turn.now:
        return
    agent = voicemail.agent
    turn.tell(VoicemailReturned(at=turn.now, voicemail=voicemail.id, agent=agent, reason="expired"))
    if agent is not None:
        _pause(turn, agent, "misses")


def let_go(turn: Turn, agent: AgentId) -> None:
    """The agent goes: what he has not closed goes back into line."""
    for voicemail in held_by(turn, agent):
        turn.tell(VoicemailReturned(at=turn.now, voicemail=voicemail.id, agent=agent, reason="signed_out"))


def held_by(turn: Turn, agent: AgentId) -> list[Voicemail]:
    return [voicemail for voicemail in turn.state.voicemails.values() if voicemail.agent == agent]


def _full(turn: Turn, agent: AgentId) -> bool:
    """Whether he deals with as many as he may; who is given none by their turn may still take one."""
    entry = turn.state.directory.agents.get(agent)
    return turn.state.holding.get(agent, 0) >= max(entry.most_voicemails if entry else 1, 1)


def _pause(turn: Turn, id: AgentId, reason: str) -> None:
    """He has given one back: he is offered no other before he says that he is ready; in a call, after it."""
    agent = turn.state.agents[id]
    if agent.state is Presence.PAUSED:
        turn.tell(Paused(at=turn.now, agent=id, reason=reason, by="system"))
    elif agent.next_pause == AT_VOICEMAIL:
        turn.tell(PauseRequested(at=turn.now, agent=id, reason=reason, by="system"))


def _free(turn: Turn, id: AgentId | None) -> None:
    """He has closed one: where it was the last he is ready; in a call, after it."""
    agent = turn.state.agents.get(id) if id is not None else None
    if agent is None or turn.state.holding.get(agent.id, 0) > 0:
        return
    if agent.state is Presence.PAUSED and agent.reason == AT_VOICEMAIL:
        turn.tell(Readied(at=turn.now, agent=agent.id, by="system"))
    elif agent.next_pause == AT_VOICEMAIL:
        turn.tell(PauseRequested(at=turn.now, agent=agent.id, reason="", by="system"))


def _voicemail(turn: Turn, id: VoicemailId) -> Voicemail:
    voicemail = turn.state.voicemails.get(id)
    if voicemail is None:
        raise NotFound("voicemail.not_found", "This voicemail is dealt with already.", id=id)
    return voicemail
