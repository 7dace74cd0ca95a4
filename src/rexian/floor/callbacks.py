"""The life of a callback, as one table, and what is kept of one."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from rexian.core.ids import CallbackId, CallId, CustomerId, QueueId
from rexian.core.machine import Machine
from rexian.floor.events import Fact
from rexian.floor.owed import (
    CallbackDue,
    CallbackEnded,
    CallbackMoved,
    CallbackPutOff,
    CallbackStarted,
)


class CallbackState(StrEnum):
    SCHEDULED = "scheduled"
    WAITING = "waiting"
    CALLING = "calling"
    RESTING = "resting"
    ENDED = "ended"


S = CallbackState

# It waits in line like a call. `CallbackStarted` begins an attempt, which is a call of its own; what has not come about
# rests until the next attempt is due, and so does what is outside the hours.
CALLBACK: Machine[CallbackState, type[Fact]] = Machine(
    "callback",
    {
        S.SCHEDULED: {CallbackDue: S.WAITING, CallbackMoved: S.SCHEDULED, CallbackEnded: S.ENDED},
        S.WAITING: {
            CallbackStarted: S.CALLING,
            CallbackMoved: S.WAITING,
            CallbackPutOff: S.RESTING,
            CallbackEnded: S.ENDED,
        },
        S.CALLING: {CallbackPutOff: S.RESTING, CallbackEnded: S.ENDED},
        S.RESTING: {CallbackDue: S.WAITING, CallbackMoved: S.RESTING, CallbackEnded: S.ENDED},
        S.ENDED: {},
    },
)


class Callback(msgspec.Struct, kw_only=True):
    id: CallbackId
    queue: QueueId
    number: str
    origin: CallId | None
    """The call in which it was asked for."""
    since: datetime
    """From when its place counts."""
    priority: int
    skills: dict[str, int]
    expires: datetime
    state: CallbackState = CallbackState.WAITING
    due: datetime | None = None
    """When it comes into line (again)."""
    entered: datetime
    """When it came into line, or rests since."""
    order: str = "agent"
    attempts: int = 0
    """So often the customer has been called."""
    starts: int = 0
    """So often an agent has been asked; numbers the calls."""
    call: CallId | None = None
    customer: CustomerId | None = None
    name: str = ""
    language: str = "zh"
    answers: dict[str, Any] = {}
