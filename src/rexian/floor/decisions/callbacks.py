"""Callbacks in line: called when their turn has come, moved and taken back."""

from datetime import datetime

from rexian.core.errors import Conflict, NotFound
from rexian.core.ids import CallbackId
from rexian.floor.callbacks import Callback, CallbackState
from rexian.floor.deadlines import due_of_callback
from rexian.floor.decisions.asking import known_queue, opens, require_room, reschedule, tell_move
from rexian.floor.decisions.callback_calls import call_customer, end, put_off, rules_of
from rexian.floor.decisions.leaving import ringing_tone
from rexian.floor.decisions.offers import reachable_colleague, take_turn
from rexian.floor.decisions.queueing import wait_in
from rexian.floor.decisions.talking import join
from rexian.floor.inputs import CallNow, CancelCallback, MoveCallback
from rexian.floor.model import Call, Leg
from rexian.floor.owed import CallbackDue
from rexian.floor.presence import Presence
from rexian.floor.turn import Turn
from rexian.telephony.commands import Play, StopPlaying

# --- by the clock ---------------------------------------------------------------------------------------------------


def expire(turn: Turn, callback: Callback) -> None:
    """What the clock has brought about: it is due, its hours are over, or nobody wants it any more."""
    if callback.state is CallbackState.CALLING:
        return
    if callback.expires <= turn.now:
        end(turn, callback, "expired", attempts=callback.attempts)
    elif callback.due is not None and callback.due <= turn.now:
        begins = opens(turn, rules_of(turn, callback).calendar, turn.now)
        turn.tell(CallbackDue(at=turn.now, callback=callback.id))
        if begins > turn.now:
            _rest(turn, callback, begins)
    elif callback.state is CallbackState.WAITING:
        due = due_of_callback(callback, turn.state.directory)
        if due is not None and due <= turn.now:
            _rest(turn, callback, opens(turn, rules_of(turn, callback).calendar, turn.now))


def _rest(turn: Turn, callback: Callback, until: datetime) -> None:
    """The hours are over: it goes on in the next ones, and so does the time until it is given up."""
    put_off(turn, callback, "hours", until=until, expires=callback.expires + (until - turn.now))


# --- the call -------------------------------------------------------------------------------------------------------


def agent_answered(turn: Turn, call: Call, leg: Leg) -> None:
    """The agent has taken it: now the customer is called, and the agent hears it ring."""
    call_customer(turn, call)
    turn.do(Play(call=call.id, playback=ringing_tone(call), media=("tone:ring",), leg=leg.id))


def customer_answered(turn: Turn, call: Call) -> None:
    """Let them hear each other; or, where the customer is called first, let the agent who is kept free be rung."""
    up = call.offers_up()
    if up:
        turn.do(StopPlaying(call=call.id, playback=ringing_tone(call)))
        join(turn, call, call.legs[up[0]])
        return
    callback = turn.state.callbacks.get(CallbackId(call.callback))
    assert call.queue is not None
    assert call.customer_leg is not None
    wait_in(
        turn,
        call,
        call.queue,
        via="callback",
        since=callback.since if callback else None,
        priority=callback.priority if callback else None,
        skills=callback.skills if callback else None,
    )
    language = callback.language if callback else "zh"
    media = ("prompt:callback-connecting",)
    turn.do(Play(call=call.id, playback=f"{call.id}.k", media=media, leg=call.customer_leg, language=language))


# --- a supervisor ---------------------------------------------------------------------------------------------------


def cancel(turn: Turn, input: CancelCallback) -> None:
    callback = _open(turn, input.callback)
    end(turn, callback, "cancelled", attempts=callback.attempts, by=input.by)


def move(turn: Turn, input: MoveCallback) -> None:
    callback = _open(turn, input.callback)
    entry = known_queue(turn, input.queue) if input.queue is not None else None
    if input.due is not None and not input.now:
        require_room(turn, entry or known_queue(turn, callback.queue), input.due, but=callback)
        reschedule(turn, callback, input.due, by=input.by, queue=input.queue, priority=input.priority)
    else:
        tell_move(turn, callback, queue=input.queue, priority=input.priority, by=input.by)
    if input.now and callback.state in (CallbackState.SCHEDULED, CallbackState.RESTING):
        turn.tell(CallbackDue(at=turn.now, callback=callback.id))


def call_now(turn: Turn, input: CallNow) -> None:
    """Give it to one certain agent at once, ahead of everybody."""
    callback = _open(turn, input.callback)
    reachable_colleague(turn.state, input.agent)
    if turn.state.agents[input.agent].state is not Presence.READY:
        raise Conflict("agent.not_free", "This agent cannot take a call now; choose another.", agent=input.agent)
    if callback.state in (CallbackState.SCHEDULED, CallbackState.RESTING):
        turn.tell(CallbackDue(at=turn.now, callback=callback.id))
    take_turn(turn, callback.id, input.agent, queue=callback.queue, why={"given_by": input.by})


def _open(turn: Turn, id: CallbackId) -> Callback:
    callback = turn.state.callbacks.get(id)
    if callback is None:
        raise NotFound("callback.not_found", "This callback is done or was taken back already.", callback=id)
    if callback.state is CallbackState.CALLING:
        raise Conflict("callback.calling", "The customer is being called just now; wait a moment.", callback=id)
    return callback
