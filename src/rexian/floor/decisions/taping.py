"""What flows record of their callers: kept with the contact like every recording."""

from rexian.floor.events import RecordingStarted
from rexian.floor.model import Call
from rexian.floor.turn import Turn
from rexian.flows import actions
from rexian.telephony.commands import StartRecording, StopRecording


def may_record(call: Call) -> bool:
    """Not where the conversation that he comes from is being recorded: one leg has one recording at a time."""
    return call.customer_leg is not None and (call.detour is None or call.recording is None)


def start(turn: Turn, call: Call, action: actions.StartRecording) -> None:
    leg = call.customer_leg
    assert leg is not None
    turn.tell(RecordingStarted(at=turn.now, call=call.id, leg=leg, recording=action.recording))
    turn.do(StartRecording(call=call.id, leg=leg, recording=action.recording, silence_s=action.silence_s))


def stop(turn: Turn, call: Call, recording: str) -> None:
    """`RecordingClosed` follows when the file is whole."""
    if call.customer_leg is not None and call.recording is not None and call.recording.id == recording:
        turn.do(StopRecording(call=call.id, leg=call.customer_leg, recording=recording))
