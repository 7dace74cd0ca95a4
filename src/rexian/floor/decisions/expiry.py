"""Deadlines: whatever does not come by itself ends by the clock."""

from rexian.core.ids import AgentId, CallbackId, CallId, OutcallId, VoicemailId
from rexian.floor.calls import CallState, LegState
from rexian.floor.deadlines import patience, rings_several
from rexian.floor.decisions import (
    attendance,
    callbacks,
    consults,
    messages,
    notices,
    outcall_calls,
    parking,
    voicemails,
)
from rexian.floor.decisions.exits import leave_in_time
from rexian.floor.decisions.guiding import give_back, inform
from rexian.floor.decisions.leaving import end_call, free
from rexian.floor.decisions.legs import down, offer_failed, party_expired
from rexian.floor.decisions.queueing import announce
from rexian.floor.decisions.widening import ring_more, widen
from rexian.floor.events import LegDown, WrappedUp
from rexian.floor.inputs import Tick
from rexian.floor.model import Call
from rexian.floor.turn import Turn
from rexian.flows import actions
from rexian.telephony.commands import Cause, HangUp


def tick(turn: Turn, input: Tick) -> None:
    """Look at everything that is due."""
    state = turn.state
    while (key := state.due.take(turn.now)) is not None:
        call = state.calls.get(CallId(key))
        if call is not None:
            turn.touched.add(call.id)
            expire(turn, call)
            continue
        callback = state.callbacks.get(CallbackId(key))
        if callback is not None:
            callbacks.expire(turn, callback)
            continue
        voicemail = state.voicemails.get(VoicemailId(key))
        if voicemail is not None:
            voicemails.expire(turn, voicemail)
            continue
        outcall = state.outcalls.get(OutcallId(key))
        if outcall is not None:
            outcall_calls.expire(turn, outcall)
            continue
        agent = state.agents.get(AgentId(key))
        if agent is not None:
            attendance.expire(turn, agent)
        elif key in state.messages:
            messages.expire(turn, state.messages[key])


def expire(turn: Turn, call: Call) -> None:
    """All of a call's deadlines that have passed."""
    now = turn.now
    if call.frozen_until is not None:
        if call.frozen_until <= now:
            _give_up(turn, call)
        return
    _legs(turn, call)
    if call.notice is not None and call.notice.until <= now:
        notices.over(turn, call)
    missed = _offers(turn, call)
    for party in list(call.parties.values()):
        if party.until is not None and party.until <= now and party.agent in call.parties:
            if party.state == "wrap_up":
                turn.tell(WrappedUp(at=now, call=call.id, agent=party.agent, how="expired"))
                free(turn, party.agent)
            elif party.state in ("talking", "consulting", "apart"):
                party_expired(turn, call, party)
    if call.parked is not None and not call.offers and call.parked.until <= now:
        parking.expire(turn, call)
    _waiting(turn, call, missed=missed)
    if call.run is not None and call.run.until is not None and call.run.until <= now:
        inform(turn, call, actions.TimeUp())


def _legs(turn: Turn, call: Call) -> None:
    for leg in list(call.legs.values()):
        if leg.until is None or leg.until > turn.now or leg.id not in call.legs:
            continue
        cause = Cause.LOST if leg.ending else Cause.NO_ANSWER if leg.state is not LegState.UP else Cause.FAILED
        turn.do(HangUp(call=call.id, leg=leg.id))
        down(turn, call, leg, cause)


def _offers(turn: Turn, call: Call) -> bool:
    """Who let it ring; or who answered, and the conversation did not come about. Says whether there was one."""
    missed = [offer for offer in call.offers.values() if offer.until <= turn.now]
    for offer in missed:
        if offer.agent in call.offers:
            offer_failed(turn, call, offer, "missed", cause=Cause.ELSEWHERE)
    return bool(missed)


def _waiting(turn: Turn, call: Call, *, missed: bool) -> None:
    """Whoever is rung may let it ring to the end; when the patience is over by then, nobody is rung anew."""
    waiting = call.waiting
    if waiting is None or call.joining is not None or call.notice is not None:
        return
    queue = turn.state.directory.queues.get(waiting.queue)
    until = patience(call, waiting, queue)
    if until is None or until > turn.now or (call.offers and not missed):
        if leave_in_time(turn, call):
            return
        ring_more(turn, call)
        if not call.offers or rings_several(queue):
            widen(turn, call)
        announce(turn, call)
    elif call.consult is not None:
        consults.end(turn, call, "failed")
    else:
        give_back(turn, call, "timeout")


def _give_up(turn: Turn, call: Call) -> None:
    """The switch has been away for too long: close what it held."""
    end_call(turn, call, Cause.SWITCH_LOST, "switch")
    for leg in list(call.legs.values()):
        turn.tell(LegDown(at=turn.now, call=call.id, leg=leg.id, cause=Cause.SWITCH_LOST))


__all__ = ["CallState", "expire", "tick"]
