"""Talking: the bridge stands, hold, mute, keys, recording, hanging up, coming back after a reload."""

from rexian.core.errors import Conflict, Unavailable
from rexian.core.ids import AgentId
from rexian.floor.calls import CallState
from rexian.floor.changes.queueing import is_up
from rexian.floor.conversations import Connected, Held, Muted, RecordingPaused, RecordingStarted, Rejoining, Resumed
from rexian.floor.decisions import taping
from rexian.floor.decisions.attendance import attending, entry_of
from rexian.floor.decisions.leaving import ringing_tone
from rexian.floor.decisions.offers import end_offers, ring_again
from rexian.floor.decisions.queueing import play_music
from rexian.floor.events import Direction, FlowEnded, LegPlaced, Role
from rexian.floor.inputs import (
    AgentInput,
    HoldCall,
    MuteCall,
    PauseRecordingOf,
    PressKeys,
    Rejoin,
    ResumeCall,
)
from rexian.floor.model import OWN_PHONE, Call, Leg, Party
from rexian.floor.turn import Turn, bridge_of, next_leg
from rexian.telephony.commands import (
    Bridge,
    HangUp,
    Mute,
    Originate,
    PauseRecording,
    SendDigits,
    StartMusic,
    StartRecording,
    StopMusic,
    StopPlaying,
    Unbridge,
)


def party_of(turn: Turn, input: AgentInput) -> tuple[Call, Party]:
    """The call the agent is in, and his part in it."""
    agent = attending(turn.state, input.agent)
    call = turn.state.calls.get(agent.call) if agent.call else None
    party = call.parties.get(input.agent) if call else None
    if call is None or party is None or party.state == "wrap_up":
        raise Conflict("call.none", "You are not in a call.", agent=input.agent)
    if call.frozen_until is not None:
        raise Unavailable("switch.lost", "The telephone system cannot be reached; the call is kept, wait a moment.")
    return call, party


def talking_party(turn: Turn, input: AgentInput) -> tuple[Call, Party]:
    """The same for one who talks, and whose line is there."""
    call, party = conversing_party(turn, input)
    if party.leg not in call.legs:
        raise Conflict("call.line_lost", "Your line was lost; come back into the call first.", call=call.id)
    return call, party


def conversing_party(turn: Turn, input: AgentInput) -> tuple[Call, Party]:
    call, party = party_of(turn, input)
    if party.state not in ("talking", "consulting"):
        raise Conflict("call.not_talking", "You are not talking yet.", call=call.id)
    return call, party


def join(turn: Turn, call: Call, leg: Leg) -> None:
    """The one who was called has answered: first of all let them hear each other."""
    customer = call.customer_leg
    assert customer is not None
    other = leg.id
    if call.begun_by is not None and call.answered_at is None:
        turn.do(StopPlaying(call=call.id, playback=ringing_tone(call)))
        other = call.parties[call.begun_by].leg
    else:
        for playback in call.run.playing if call.run else ():
            turn.do(StopPlaying(call=call.id, playback=f"{call.id}.p{playback}"))
        if call.through is not None:
            turn.do(StopPlaying(call=call.id, playback=ringing_tone(call)))
        turn.do(StopMusic(call=call.id, leg=customer))
        taping.listen_no_more(turn, call)
    turn.do(Bridge(call=call.id, bridge=bridge_of(call), legs=(customer, other)))


def connect(turn: Turn, call: Call) -> None:
    """They hear each other: now everything else. Only now the others who are rung are let go."""
    offer = call.offer_by(call.joining) if call.joining else None
    if call.run is not None:
        turn.tell(FlowEnded(at=turn.now, call=call.id, reason="queued"))
    if call.begun_by is not None and call.answered_at is None:
        party = call.parties[call.begun_by]
        turn.tell(Connected(at=turn.now, call=call.id, agent=party.agent, leg=party.leg, queue=party.queue))
    if offer is not None:
        turn.tell(Connected(at=turn.now, call=call.id, agent=offer.agent, leg=offer.leg, queue=offer.queue))
    record(turn, call)
    end_offers(turn, call, "elsewhere")


def record(turn: Turn, call: Call) -> None:
    """Two tracks on the customer's leg, for as long as he is there."""
    leg = call.customer_leg
    if leg is None or call.recording is not None or call.direction is Direction.INTERNAL:
        return
    if turn.state.directory.record:
        recording = f"{call.id}.r{call.recordings + 1}"
        turn.tell(RecordingStarted(at=turn.now, call=call.id, leg=leg, recording=recording))
        turn.do(StartRecording(call=call.id, leg=leg, recording=recording))


def far_leg(call: Call, agent: AgentId) -> Leg:
    """The one the agent talks with: the customer; for a colleague who was called, the one who called him."""
    for leg in call.legs.values():
        if leg.talking and not leg.ending and leg.agent != agent:
            return leg
    raise Conflict("call.alone", "There is nobody else in the call.", call=call.id)


def hold(turn: Turn, input: HoldCall) -> None:
    call, _ = talking_party(turn, input)
    if call.state is CallState.HELD:
        return
    _only(call, CallState.TALKING, "hold")
    leg = far_leg(call, input.agent)
    turn.tell(Held(at=turn.now, call=call.id, leg=leg.id, by=input.agent))
    turn.do(Unbridge(call=call.id, bridge=bridge_of(call), legs=(leg.id,)))
    if leg.id == call.customer_leg:
        play_music(turn, call)
    else:
        turn.do(StartMusic(call=call.id, leg=leg.id))


def resume(turn: Turn, input: ResumeCall) -> None:
    call, party = talking_party(turn, input)
    if call.state is CallState.TALKING:
        return
    _only(call, CallState.HELD, "resume")
    held = next((leg for leg in call.legs.values() if leg.held), None)
    if held is None:
        raise Conflict("call.not_held", "Nobody is on hold.", call=call.id)
    turn.tell(Resumed(at=turn.now, call=call.id, leg=held.id, by=input.agent))
    turn.do(StopMusic(call=call.id, leg=held.id))
    turn.do(Bridge(call=call.id, bridge=bridge_of(call), legs=(held.id, party.leg)))


def _only(call: Call, state: CallState, act: str) -> None:
    if call.state is not state:
        raise Conflict(
            "call.illegal_move",
            f"{act} is not possible while the call is {call.state}.",
            act=act,
            state=str(call.state),
        )


def mute(turn: Turn, input: MuteCall) -> None:
    call, party = talking_party(turn, input)
    leg = call.legs.get(party.leg)
    if leg is not None and leg.muted != input.on:
        turn.tell(Muted(at=turn.now, call=call.id, leg=leg.id, on=input.on))
        turn.do(Mute(call=call.id, leg=leg.id, on=input.on))


def press_keys(turn: Turn, input: PressKeys) -> None:
    """The keys go to the one whom the agent talks with."""
    call, _ = talking_party(turn, input)
    consult = call.consult
    aside = consult.leg if consult and consult.connected and not consult.with_customer else None
    leg = aside or far_leg(call, input.agent).id
    turn.do(SendDigits(call=call.id, leg=leg, digits=input.digits))


def pause_recording(turn: Turn, input: PauseRecordingOf) -> None:
    call, _ = talking_party(turn, input)
    recording = call.recording
    if recording is None:
        raise Conflict("recording.none", "This call is not being recorded.", call=call.id)
    if recording.paused != input.on:
        set_recording(turn, call, paused=input.on)


def set_recording(turn: Turn, call: Call, *, paused: bool) -> None:
    """Write silence, or speech again."""
    recording = call.recording
    assert recording is not None
    turn.tell(RecordingPaused(at=turn.now, call=call.id, recording=recording.id, on=paused))
    turn.do(PauseRecording(call=call.id, leg=recording.leg, recording=recording.id, on=paused))


def rejoin(turn: Turn, input: Rejoin) -> None:
    """Call the agent's phone into the conversation anew; its new line will take the old one's place.

    While he is only rung, his phone is rung anew.
    """
    call, party = party_of(turn, input)
    if (offered := call.offers.get(input.agent)) is not None and not is_up(call, offered.leg):
        return ring_again(turn, call, offered)
    if party.state != "apart":
        call, party = conversing_party(turn, input)
    entry = entry_of(turn.state, input.agent)
    if party.returning is not None and party.returning in call.legs:
        turn.do(HangUp(call=call.id, leg=party.returning))
    leg = next_leg(call)
    turn.tell(LegPlaced(at=turn.now, call=call.id, leg=leg, role=Role.AGENT, address=entry.address, agent=input.agent))
    turn.tell(Rejoining(at=turn.now, call=call.id, agent=input.agent, leg=leg, replaces=party.leg))
    turn.do(
        Originate(
            call=call.id,
            leg=leg,
            address=entry.address,
            caller_number=call.caller,
            caller_name=call.caller_name,
            origin=call.customer_leg,
            ring_timeout_s=OWN_PHONE.total_seconds(),
            auto_answer=True,
            headers={"X-Rexian-Call": call.id, "X-Rexian-Rejoin": "1"},
        )
    )
    return None
