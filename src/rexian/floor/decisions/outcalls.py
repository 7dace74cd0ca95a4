"""Outcalls that are answered, and that a supervisor cancels."""

from rexian.core.errors import Conflict, NotFound
from rexian.core.ids import OutcallId
from rexian.floor.decisions.guiding import begin
from rexian.floor.decisions.leaving import end_call
from rexian.floor.decisions.outcall_calls import end, flow_of
from rexian.floor.inputs import CancelOutcall
from rexian.floor.model import Call
from rexian.floor.outcalls import ON_A_LINE
from rexian.floor.owed import OutcallAnswered
from rexian.floor.turn import Turn
from rexian.telephony.commands import Cause


def answered(turn: Turn, call: Call) -> None:
    """He is on the line: his flow takes him, with what was handed over."""
    outcall = turn.state.outcalls[OutcallId(call.outcall)]
    found = flow_of(turn.state, outcall)
    if found is None:
        end(turn, outcall, "failed", reason="flow.unpublished", attempts=outcall.tried + 1)
        end_call(turn, call, Cause.FAILED, "system")
        return
    turn.tell(OutcallAnswered(at=turn.now, outcall=outcall.id, call=call.id))
    begin(turn, call, *found, variables=outcall.variables, language=outcall.language)


def cancel(turn: Turn, input: CancelOutcall) -> None:
    outcall = turn.state.outcalls.get(input.outcall)
    if outcall is None:
        raise NotFound("outcall.not_found", "This outcall is done or was cancelled already.", outcall=input.outcall)
    if outcall.state in ON_A_LINE:
        raise Conflict("outcall.calling", "The number is being called just now; end that call.", outcall=input.outcall)
    end(turn, outcall, "cancelled", by=input.by)
