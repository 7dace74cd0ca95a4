"""The calls of a callback: one for each attempt, from the moment its turn has come."""

from datetime import datetime, timedelta

from rexian.core.ids import AgentId, CallbackId, CallId, uuid7_of
from rexian.core.numbers import number_or_none
from rexian.floor.callbacks import Callback
from rexian.floor.calls import CallState
from rexian.floor.events import Direction, LegPlaced, Role
from rexian.floor.model import PLACING, Call
from rexian.floor.owed import (
    CallbackDue,
    CallbackEnded,
    CallbackPutOff,
    CallbackStarted,
)
from rexian.floor.turn import Turn, next_leg
from rexian.routing.callbacks import CallbackRules
from rexian.telephony.commands import Originate


def rules_of(turn: Turn, callback: Callback) -> CallbackRules:
    entry = turn.state.directory.queues.get(callback.queue)
    return entry.callback if entry is not None else CallbackRules()


def begin(turn: Turn, id: CallbackId, agent: AgentId) -> Call:
    """Its turn has come, and this agent is free for it: a call without a leg yet."""
    callback = turn.state.callbacks[id]
    call = CallId(uuid7_of(turn.now, f"{id}/{callback.starts + 1}"))
    turn.tell(
        CallbackStarted(
            at=turn.now,
            callback=id,
            call=call,
            agent=agent,
            queue=callback.queue,
            number=callback.number,
            caller=turn.state.directory.caller_number,
            origin=callback.origin,
            attempt=callback.attempts + 1,
        )
    )
    return turn.state.calls[call]


def call_customer(turn: Turn, call: Call) -> None:
    """Call the one who asked to be called."""
    directory = turn.state.directory
    leg = next_leg(call)
    address = f"trunk:{directory.trunk}/{call.called}"
    turn.tell(LegPlaced(at=turn.now, call=call.id, leg=leg, role=Role.CUSTOMER, address=address))
    turn.do(
        Originate(
            call=call.id,
            leg=leg,
            address=address,
            caller_number=call.caller,
            origin=next(iter(call.offers_up()), None),
            ring_timeout_s=PLACING.total_seconds(),
        )
    )


def close_attempt(turn: Turn, call: Call) -> None:
    """The attempt is over: the callback is done, rests until the next attempt, or is given up."""
    callback = turn.state.callbacks.get(CallbackId(call.callback))
    if callback is None or callback.call != call.id:
        return
    rules = rules_of(turn, callback)
    attempts = callback.attempts + bool(call.tried)
    if call.answered_at is not None:
        end(turn, callback, "connected", attempts=attempts)
    elif _phones_himself(turn, callback):
        end(turn, callback, "resumed", attempts=attempts, by="customer")
    elif not call.tried:
        put_off(turn, callback, "agent", until=turn.now, attempts=attempts)
        turn.tell(CallbackDue(at=turn.now, callback=callback.id))
    elif attempts >= rules.attempts:
        end(turn, callback, "unreachable", attempts=attempts)
    else:
        put_off(turn, callback, "no_answer", until=turn.now + timedelta(seconds=rules.gap_s), attempts=attempts)


def _phones_himself(turn: Turn, callback: Callback) -> bool:
    """He could not be reached because he is on the line himself: he waits in this queue, or is being served from it."""
    country = turn.state.directory.country
    return any(
        call.direction is Direction.INBOUND
        and call.queue == callback.queue
        and call.state is not CallState.ENDED
        and (call.waiting is not None or call.answered_at is not None)
        and number_or_none(call.caller, country) == callback.number
        for call in turn.state.calls.values()
    )


def put_off(
    turn: Turn,
    callback: Callback,
    reason: str,
    *,
    until: datetime,
    attempts: int | None = None,
    expires: datetime | None = None,
) -> None:
    """It rests until then, with as many `attempts` made and as long a life as before where none are given."""
    turn.tell(
        CallbackPutOff(
            at=turn.now,
            callback=callback.id,
            reason=reason,
            until=until,
            attempts=callback.attempts if attempts is None else attempts,
            expires=expires,
        )
    )


def end(turn: Turn, callback: Callback, result: str, *, attempts: int, by: str = "system") -> None:
    turn.tell(CallbackEnded(at=turn.now, callback=callback.id, result=result, attempts=attempts, by=by))
