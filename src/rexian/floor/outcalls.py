"""The life of an outcall, as one table, and what is kept of one: a call that a flow has ordered to a number."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from rexian.core.ids import CallId, FlowId, FlowVersionId, OutcallId
from rexian.core.machine import Machine
from rexian.floor.facts import Fact
from rexian.floor.owed import OutcallAnswered, OutcallDialled, OutcallDue, OutcallEnded, OutcallPutOff


class OutcallState(StrEnum):
    SCHEDULED = "scheduled"
    DUE = "due"
    CALLING = "calling"
    ANSWERED = "answered"
    ENDED = "ended"


S = OutcallState

# It is due until a line is free for it. Each attempt is a call of its own; what has not come about is scheduled anew,
# and so is what falls outside the hours. Once it is answered it is never tried again, whatever becomes of that call.
OUTCALL: Machine[OutcallState, type[Fact]] = Machine(
    "outcall",
    {
        S.SCHEDULED: {OutcallDue: S.DUE, OutcallPutOff: S.SCHEDULED, OutcallEnded: S.ENDED},
        S.DUE: {OutcallDialled: S.CALLING, OutcallPutOff: S.SCHEDULED, OutcallEnded: S.ENDED},
        S.CALLING: {OutcallAnswered: S.ANSWERED, OutcallPutOff: S.SCHEDULED, OutcallEnded: S.ENDED},
        S.ANSWERED: {OutcallEnded: S.ENDED},
        S.ENDED: {},
    },
)
ON_A_LINE = frozenset({S.CALLING, S.ANSWERED})


class Outcall(msgspec.Struct, kw_only=True):
    id: OutcallId
    number: str
    caller: str
    """Who ordered it."""
    origin: CallId
    """The call in which it was ordered."""
    shows: str
    """The number of ours that the called one sees."""
    flow: FlowId | None
    """The flow that whoever answers is led through, as it is published then; none: that of `version`."""
    version: FlowVersionId | None
    due: datetime
    """When it is to be tried (again)."""
    expires: datetime
    variables: dict[str, Any] = {}
    language: str = "zh"
    attempts: int = 3
    """So often he is called at most."""
    gap_s: float = 600.0
    ring_s: float = 30.0
    state: OutcallState = OutcallState.SCHEDULED
    tried: int = 0
    """So often he has been called."""
    starts: int = 0
    """Numbers the calls."""
    call: CallId | None = None
