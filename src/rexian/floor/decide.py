"""`decide(state, input, now) → Decision`: pure, the same again for the same; the law of the floor.

A command that is not possible raises one of `core.errors` before anything is told.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from rexian.core.errors import Conflict
from rexian.floor import inputs, outlook
from rexian.floor.decisions import (
    arrivals,
    asking,
    attendance,
    callbacks,
    closing,
    conferences,
    consults,
    dialling,
    expiry,
    faxed,
    giving_back,
    guiding,
    legs,
    listening,
    messages,
    outcall_calls,
    outcalls,
    parking,
    playing,
    recovery,
    refusals,
    rooms,
    sending,
    settings,
    signing_out,
    supervising,
    talking,
    transfers,
    voicemails,
    widening,
)
from rexian.floor.decisions.exits import settle_lines
from rexian.floor.inputs import Reject
from rexian.floor.state import State
from rexian.floor.turn import Decision, Turn
from rexian.telephony import events
from rexian.telephony.commands import Cause


def reject(turn: Turn, input: Reject) -> None:
    """Refuse the offer: the next one is asked."""
    agent = attendance.attending(turn.state, input.agent)
    call = turn.state.calls.get(agent.call) if agent.call else None
    party = call.parties.get(input.agent) if call else None
    if call is not None and party is not None and party.leg in call.invitations:
        conferences.failed(turn, call, party.leg, Cause.BUSY)
        return
    offer = call.offers.get(input.agent) if call else None
    if call is None or offer is None:
        raise Conflict("offer.none", "There is no call to reject.", agent=input.agent)
    legs.offer_failed(turn, call, offer, "rejected", cause=Cause.BUSY)


DECIDERS: dict[type[msgspec.Struct], Callable[[Turn, Any], None]] = {
    events.Arrived: arrivals.arrive,
    events.LegRinging: legs.ringing,
    events.LegAnswered: legs.answered,
    events.LegEnded: legs.ended,
    events.Bridged: legs.bridged,
    events.Played: playing.played,
    events.DigitPressed: playing.pressed,
    events.Talking: playing.talking,
    events.Recorded: legs.recorded,
    events.Faxed: faxed.over,
    events.Refused: refusals.refused,
    events.PhoneReachable: attendance.phone_reachable,
    events.SwitchLost: recovery.lost,
    events.SwitchBack: recovery.back,
    inputs.Tick: expiry.tick,
    inputs.Reconfigured: settings.reconfigured,
    inputs.Identified: arrivals.identify,
    inputs.ErrandDone: guiding.errand_done,
    inputs.SignIn: attendance.sign_in,
    inputs.SignOut: signing_out.sign_out,
    inputs.ChooseQueues: attendance.choose_queues,
    inputs.Ready: attendance.ready,
    inputs.Pause: attendance.pause,
    inputs.DeskPresence: attendance.desk_presence,
    inputs.Reject: reject,
    inputs.Dial: dialling.dial,
    inputs.HangUpCall: consults.hang_up_call,
    inputs.HoldCall: talking.hold,
    inputs.ResumeCall: talking.resume,
    inputs.MuteCall: talking.mute,
    inputs.PressKeys: talking.press_keys,
    inputs.Transfer: transfers.transfer,
    inputs.Consult: consults.consult,
    inputs.CompleteConsult: consults.complete,
    inputs.JoinConsult: consults.join,
    inputs.CancelConsult: consults.cancel,
    inputs.SwapConsult: consults.swap,
    inputs.Invite: conferences.invite,
    inputs.SetPart: conferences.set_part,
    inputs.MuteParty: conferences.mute_party,
    inputs.RemoveParty: conferences.remove,
    inputs.LockConference: conferences.lock,
    inputs.Park: parking.park,
    inputs.PickUp: parking.pick_up,
    inputs.SendToFlow: sending.send,
    inputs.TakeBack: sending.take_back,
    inputs.TakeNotes: sending.take_notes,
    inputs.Rejoin: talking.rejoin,
    inputs.PauseRecordingOf: talking.pause_recording,
    inputs.WrapUp: attendance.wrap_up,
    inputs.ExtendWrapUp: attendance.extend_wrap_up,
    inputs.ListenTo: listening.listen,
    inputs.StopListening: listening.stop,
    inputs.Reprioritise: widening.reprioritise,
    inputs.MoveCall: widening.move_call,
    inputs.TakeOver: supervising.take_over,
    inputs.EndCall: supervising.end,
    inputs.GiveCall: supervising.give,
    inputs.SuspendRecording: supervising.suspend_recording,
    inputs.SendMessage: messages.send,
    inputs.ReadMessage: messages.read,
    inputs.CloseQueue: closing.close,
    inputs.OpenQueue: closing.open_again,
    inputs.SetEmergency: closing.set_emergency,
    inputs.LiftEmergency: closing.lift_emergency,
    inputs.RequestCallback: asking.request,
    inputs.CancelCallback: callbacks.cancel,
    inputs.MoveCallback: callbacks.move,
    inputs.CallNow: callbacks.call_now,
    inputs.CancelOutcall: outcalls.cancel,
    inputs.TakeVoicemail: voicemails.take,
    inputs.CloseVoicemail: voicemails.close,
    inputs.ReturnVoicemail: voicemails.give_back,
    inputs.MoveVoicemail: voicemails.move,
}


def decide(state: State, input: msgspec.Struct, now: datetime) -> Decision:
    """What `input` leads to. When this returns, the facts returned (and nothing else) have changed the state."""
    turn = Turn(state, now)
    DECIDERS[type(input)](turn, input)
    return conclude(turn)


def conclude(turn: Turn) -> Decision:
    """The end of every turn: who is to go goes, flows go on, who is not let in is turned away, others are matched."""
    state = turn.state
    if state.going:
        signing_out.let_go(turn)
    if state.lending:
        outlook.tell_lenders(state, turn.now)
    settled = False
    while not settled:
        giving_back.settle(turn)
        widening.release(turn)
        told = len(turn.facts)
        rooms.settle(turn)
        settle_lines(turn)
        settled = not turn.given_back and (len(turn.facts) == told or not rooms.unsettled(turn))
    if state.ripe:
        outcall_calls.settle(turn)
    return turn.close()
