"""What flows record of their callers: kept with the contact like every recording, or to be understood only."""

from rexian.floor.conversations import RecordingClosed, RecordingStarted
from rexian.floor.errands import RunErrand
from rexian.floor.model import Call
from rexian.floor.turn import Turn
from rexian.floor.utterances import CallerHeard, ListeningBegan, ListeningEnded
from rexian.flows import actions
from rexian.telephony.commands import StartRecording, StopRecording
from rexian.telephony.events import Recorded

PASSING = "h"
"""How the names of recordings begin, after the call's, that nothing stays of."""
NOBODY_WAITS = 0
"""The number of an errand whose answer is of no concern."""


def may_record(call: Call) -> bool:
    """Not where the conversation that he comes from is being recorded: one leg has one recording at a time."""
    return call.customer_leg is not None and (call.detour is None or call.recording is None)


def start(turn: Turn, call: Call, action: actions.StartRecording) -> None:
    leg, recording = call.customer_leg, action.recording
    assert leg is not None
    if action.kept:
        turn.tell(RecordingStarted(at=turn.now, call=call.id, leg=leg, recording=recording))
    else:
        turn.tell(ListeningBegan(at=turn.now, call=call.id, leg=leg, recording=recording))
    turn.do(StartRecording(call=call.id, leg=leg, recording=recording, silence_s=action.silence_s))
    if is_awaited(call, recording):
        _errand(turn, call, "speech.prepare", {})


def stop(turn: Turn, call: Call, recording: str) -> None:
    """`RecordingClosed` follows when the file is whole; of one that passes, `actions.Recorded`."""
    if call.listening == recording:
        listen_no_more(turn, call)
    elif call.customer_leg is not None and call.recording is not None and call.recording.id == recording:
        turn.do(StopRecording(call=call.id, leg=call.customer_leg, recording=recording))


def listen_no_more(turn: Turn, call: Call) -> None:
    """Where a flow listens to the caller: it does not any more."""
    if not call.listening:
        return
    recording = call.listening
    turn.tell(ListeningEnded(at=turn.now, call=call.id, recording=recording))
    if call.customer_leg is not None:
        turn.do(StopRecording(call=call.id, leg=call.customer_leg, recording=recording))


def is_awaited(call: Call, recording: str) -> bool:
    """Whether the flow wants to understand it."""
    return call.ended_at is None and call.run is not None and call.run.memory.get("utterance") == recording


def whole(turn: Turn, event: Recorded) -> None:
    """A recording's file is closed, which no flow waits for: one that passes is thrown away."""
    if event.recording.rpartition(".")[2].startswith(PASSING):
        turn.do(
            RunErrand(
                call=event.call, errand=NOBODY_WAITS, kind="speech.forget", parameters={"path": event.path}, within_s=30
            )
        )
    else:
        keep(turn, event)


def keep(turn: Turn, event: Recorded) -> None:
    turn.tell(
        RecordingClosed(at=turn.now, call=event.call, recording=event.recording, path=event.path, rate=event.rate)
    )


def note_heard(turn: Turn, call: Call, action: actions.NoteHeard) -> None:
    turn.tell(
        CallerHeard(
            at=turn.now,
            call=call.id,
            node=action.node,
            text=action.text,
            choice=action.choice,
            confidence=action.confidence,
        )
    )


def keep_heard(turn: Turn, call: Call, action: actions.KeepRecording) -> None:
    turn.tell(
        RecordingClosed(at=turn.now, call=call.id, recording=action.recording, path=action.path, rate=action.rate)
    )


def _errand(turn: Turn, call: Call, kind: str, parameters: dict[str, str]) -> None:
    turn.do(RunErrand(call=call.id, errand=NOBODY_WAITS, kind=kind, parameters=parameters, within_s=30))
