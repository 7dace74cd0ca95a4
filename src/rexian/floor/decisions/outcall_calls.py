"""Outcalls from their order to their calls: what is in the way of one, its attempts, and what comes after each."""

from datetime import datetime, timedelta

from rexian.core.ids import CallId, FlowVersionId, OutcallId, uuid7_of
from rexian.core.numbers import number_or_none
from rexian.crm.lists import BLOCKED
from rexian.floor.events import Direction, LegPlaced, Role
from rexian.floor.model import Call
from rexian.floor.outcall_rules import A_DAY, MOST_OWED, barred, next_opening
from rexian.floor.outcalls import ON_A_LINE, Outcall, OutcallState
from rexian.floor.owed import (
    OutcallDialled,
    OutcallDue,
    OutcallEnded,
    OutcallOrdered,
    OutcallPutOff,
)
from rexian.floor.state import State
from rexian.floor.turn import Turn, next_leg
from rexian.flows import actions
from rexian.flows.model import Document
from rexian.telephony.commands import Cause, Originate

SPARE_S = 5.0
"""The switch's own limit lies behind ours, so that ours is the one that counts."""
REFUSED = frozenset({Cause.REJECTED, Cause.NORMAL})
"""How a line ends that rang and was declined: who has done so is not called again."""
IN_VAIN = frozenset({Cause.UNALLOCATED})
"""Calling again would not help."""
NO_LINE = frozenset({Cause.CONGESTION, Cause.SWITCH_LOST})
"""The call has not come as far as the called one: that is no attempt of his, and is made good soon."""
NO_LINE_S = 60.0

# --- ordering -------------------------------------------------------------------------------------------------------


def hindrance(state: State, call: Call, number: str, flow: str, now: datetime) -> str:
    """What keeps this call's flow from having a number called; empty: nothing.

    `number` as it was typed; `flow` by its name or id, empty: the flow that the call is in.
    """
    directory = state.directory
    rules = directory.outcalls
    normal, caller = number_or_none(number, directory.country), orderer(state, call)
    if not directory.trunk:
        return "trunk.none"
    if not rules.at_once:
        return "outcall.off"
    if normal is None:
        return "number.invalid"
    if barred(normal, country=directory.country, rules=rules) or _is_ours(state, normal):
        return "outcall.number_barred"
    if not caller:
        return "outcall.caller_unknown"
    if BLOCKED in directory.listed.of(normal, now) or BLOCKED in directory.listed.of(caller, now):
        return "outcall.blocked"
    if flow and flow not in directory.flow_ids:
        return "flow.unpublished"
    if len(state.outcalls) >= MOST_OWED:
        return "outcall.too_many"
    recent = [each for each in state.ordered if each.at > now - A_DAY]
    if sum(each.caller == caller for each in recent) >= rules.a_caller:
        return "outcall.caller_limit"
    if sum(each.number == normal for each in recent) >= rules.a_number:
        return "outcall.number_limit"
    return ""


def orderer(state: State, call: Call) -> str:
    """The number of the one who is in the flow; empty: he does not show one."""
    outside = call.called if call.direction is Direction.OUTBOUND else call.caller
    return number_or_none(outside, state.directory.country) or ""


def _is_ours(state: State, number: str) -> bool:
    directory = state.directory
    return any(number == number_or_none(each, directory.country) for each in directory.numbers)


def order(turn: Turn, call: Call, action: actions.OrderCall) -> str:
    """Owe the call from now on; or say what is in the way."""
    state, directory = turn.state, turn.state.directory
    hindered = hindrance(state, call, action.number, action.flow, turn.now)
    if hindered:
        return hindered
    due = max(datetime.fromisoformat(action.due), turn.now) if action.due else turn.now
    place = sum(each.origin == call.id for each in state.ordered)
    id = OutcallId(uuid7_of(turn.now, f"{call.id}/outcall/{place}"))
    turn.tell(
        OutcallOrdered(
            at=turn.now,
            outcall=id,
            number=number_or_none(action.number, directory.country) or "",
            caller=orderer(state, call),
            origin=call.id,
            shows=call.called if call.number else directory.caller_number,
            flow=directory.flow_ids[action.flow] if action.flow else None,
            version=None if action.flow else call.flow,
            due=due,
            expires=due + timedelta(seconds=action.valid_s),
            variables=action.variables,
            language=action.language,
            attempts=action.attempts,
            gap_s=action.gap_s,
            ring_s=action.ring_s,
        )
    )
    expire(turn, state.outcalls[id])
    return ""


def expire(turn: Turn, outcall: Outcall) -> None:
    """What the clock has brought about: it is due, its hours are over, or nobody wants it any more."""
    if outcall.state in ON_A_LINE:
        return
    if outcall.expires <= turn.now:
        end(turn, outcall, "expired")
    elif outcall.due <= turn.now:
        opens = opening(turn, outcall)
        if opens == turn.now:
            turn.tell(OutcallDue(at=turn.now, outcall=outcall.id))
        else:
            put_off(turn, outcall, "hours", until=opens or outcall.expires)


# --- the call -------------------------------------------------------------------------------------------------------


def settle(turn: Turn) -> None:
    """Dial what is due, as far as lines are free; not while the switch is away."""
    state = turn.state
    if state.lost:
        return
    while state.ripe and len(state.lines) < state.directory.outcalls.at_once:
        outcall = state.outcalls[next(iter(state.ripe))]
        opens = opening(turn, outcall)
        hindered = _hindered(turn, outcall)
        if hindered:
            end(turn, outcall, "failed", reason=hindered)
        elif opens != turn.now:
            put_off(turn, outcall, "hours", until=opens or outcall.expires)
        else:
            _dial(turn, outcall)


def opening(turn: Turn, outcall: Outcall) -> datetime | None:
    """Now, or when the hours for its number begin."""
    directory = turn.state.directory
    return next_opening(outcall.number, turn.now, zone=directory.zone, rules=directory.outcalls)


def _hindered(turn: Turn, outcall: Outcall) -> str:
    """What has come in the way since it was ordered."""
    directory = turn.state.directory
    if not directory.trunk:
        return "trunk.none"
    if BLOCKED in directory.listed.of(outcall.number, turn.now):
        return "outcall.blocked"
    if barred(outcall.number, country=directory.country, rules=directory.outcalls):
        return "outcall.number_barred"
    return "" if flow_of(turn.state, outcall) else "flow.unpublished"


def flow_of(state: State, outcall: Outcall) -> tuple[FlowVersionId, Document] | None:
    """The flow through which whoever answers is led."""
    directory = state.directory
    version = directory.published.get(outcall.flow) if outcall.flow else outcall.version
    document = directory.flows.get(version) if version else None
    return (version, document) if version is not None and document is not None else None


def _dial(turn: Turn, outcall: Outcall) -> None:
    id = CallId(uuid7_of(turn.now, f"{outcall.id}/{outcall.starts + 1}"))
    turn.tell(
        OutcallDialled(
            at=turn.now,
            outcall=outcall.id,
            call=id,
            number=outcall.number,
            caller=outcall.shows,
            attempt=outcall.tried + 1,
            origin=outcall.origin,
        )
    )
    call = turn.state.calls[id]
    leg, address = next_leg(call), f"trunk:{turn.state.directory.trunk}/{outcall.number}"
    until = turn.now + timedelta(seconds=outcall.ring_s)
    turn.tell(LegPlaced(at=turn.now, call=id, leg=leg, role=Role.CUSTOMER, address=address, until=until))
    turn.do(
        Originate(
            call=id, leg=leg, address=address, caller_number=outcall.shows, ring_timeout_s=outcall.ring_s + SPARE_S
        )
    )


def close_attempt(turn: Turn, call: Call, cause: Cause, by: str) -> None:
    """The attempt is over: it is done, is tried again after a while, or is given up."""
    outcall = turn.state.outcalls.get(OutcallId(call.outcall))
    if outcall is None or outcall.call != call.id:
        return
    tried = outcall.tried + (cause not in NO_LINE)
    if outcall.state is OutcallState.ANSWERED:
        end(turn, outcall, "delivered", attempts=tried)
    elif by == "supervisor":
        end(turn, outcall, "cancelled", attempts=tried, reason=str(cause))
    elif cause in REFUSED:
        end(turn, outcall, "refused", attempts=tried, reason=str(cause))
    elif cause in IN_VAIN:
        end(turn, outcall, "failed", attempts=tried, reason=str(cause))
    elif tried >= outcall.attempts:
        end(turn, outcall, "unreachable", attempts=tried, reason=str(cause))
    else:
        pause_s = NO_LINE_S if cause in NO_LINE else outcall.gap_s
        put_off(turn, outcall, str(cause), until=turn.now + timedelta(seconds=pause_s), attempts=tried)


def put_off(turn: Turn, outcall: Outcall, reason: str, *, until: datetime, attempts: int | None = None) -> None:
    tried = outcall.tried if attempts is None else attempts
    turn.tell(OutcallPutOff(at=turn.now, outcall=outcall.id, reason=reason, until=until, attempts=tried))


def end(
    turn: Turn, outcall: Outcall, result: str, *, reason: str = "", attempts: int | None = None, by: str = "system"
) -> None:
    tried = outcall.tried if attempts is None else attempts
    turn.tell(OutcallEnded(at=turn.now, outcall=outcall.id, result=result, reason=reason, attempts=tried, by=by))
