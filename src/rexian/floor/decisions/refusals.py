"""The switch could not do what it was asked: each command has its consequence, so that nothing waits for it."""

from rexian.floor.calls import CallState
from rexian.floor.conversations import ListenEnded, RecordingFailed
from rexian.floor.decisions import faxed, notices, taping
from rexian.floor.decisions.guiding import inform
from rexian.floor.decisions.leaving import end_call
from rexian.floor.decisions.legs import down
from rexian.floor.model import Call
from rexian.floor.turn import Turn
from rexian.floor.utterances import ListeningEnded
from rexian.flows import actions
from rexian.telephony import commands
from rexian.telephony.commands import Cause, HangUp
from rexian.telephony.events import Refused


def refused(turn: Turn, event: Refused) -> None:
    call = turn.state.calls.get(event.call)
    if call is None or call.frozen_until is not None:
        return
    command = event.command
    if isinstance(command, commands.Originate):
        _not_placed(turn, call, command)
    elif isinstance(command, commands.Bridge):
        _not_bridged(turn, call, command)
    elif isinstance(command, commands.Answer):
        end_call(turn, call, Cause.FAILED, "switch")
    elif isinstance(command, commands.Play):
        not_played(turn, call, command.playback)
    elif isinstance(command, commands.StartRecording):
        if call.listening == command.recording:
            turn.tell(ListeningEnded(at=turn.now, call=call.id, recording=command.recording))
        else:
            turn.tell(RecordingFailed(at=turn.now, call=call.id, recording=command.recording))
        if taping.is_awaited(call, command.recording) or (
            call.run is not None and call.run.memory.get("recording") == command.recording
        ):
            inform(turn, call, actions.Failed("recording.failed"))
    elif isinstance(command, commands.ReceiveFax | commands.SendFax):
        faxed.refused(turn, call, command.fax)
    elif isinstance(command, commands.Listen) and command.leg in call.listeners:
        turn.tell(ListenEnded(at=turn.now, call=call.id, leg=command.leg))
        turn.do(HangUp(call=call.id, leg=command.leg))


def _not_placed(turn: Turn, call: Call, command: commands.Originate) -> None:
    leg = call.legs.get(command.leg)
    if leg is not None:
        down(turn, call, leg, Cause.CONGESTION if call.outcall else Cause.UNREACHABLE)


def _not_bridged(turn: Turn, call: Call, command: commands.Bridge) -> None:
    """Those who were to join the customer are let go; what that means follows from their going.

    Mostly it is the customer who has hung up at this very moment: the agent who answered is not to blame.
    """
    if call.state is CallState.ENDED:
        return
    if call.room is not None and call.room.bridge == command.bridge:
        inform(turn, call, actions.Failed("room.failed"))
        return
    for id in command.legs:
        leg = call.legs.get(id)
        if leg is not None and id != call.customer_leg and not leg.ending:
            turn.do(HangUp(call=call.id, leg=id, cause=Cause.FAILED))
            ringing = call.offer_by(id) is not None
            down(turn, call, leg, Cause.NO_ANSWER if ringing else Cause.FAILED)


def not_played(turn: Turn, call: Call, playback: str) -> None:
    """It goes on as if it had been heard."""
    if call.notice is not None and call.notice.playback == playback:
        notices.over(turn, call)
        return
    number = playback.removeprefix(f"{call.id}.p")
    if number.isdigit():
        inform(turn, call, actions.Played(int(number), False))
