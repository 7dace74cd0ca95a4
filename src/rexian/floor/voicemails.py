"""The life of a voicemail that a caller has left, as one table, and what is kept of one."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from rexian.core.ids import AgentId, CallId, CustomerId, QueueId, VoicemailId
from rexian.core.machine import Machine
from rexian.floor.events import Fact
from rexian.floor.owed import (
    VoicemailClosed,
    VoicemailMoved,
    VoicemailReturned,
    VoicemailTaken,
)

HANDLING = timedelta(minutes=15)
"""So long an agent may keep a voicemail without closing it; then it is given to another."""
BEHIND = 100
"""A voicemail's priority lies so far below the queue's: who waits on the line comes first."""
AT_VOICEMAIL = "voicemail"
"""The reason of the pause in which an agent deals with a voicemail: he is offered no call, and may dial."""


class VoicemailState(StrEnum):
    WAITING = "waiting"
    TAKEN = "taken"
    CLOSED = "closed"


S = VoicemailState

# It waits in line like a call, behind those who are on the line.
VOICEMAIL: Machine[VoicemailState, type[Fact]] = Machine(
    "voicemail",
    {
        S.WAITING: {VoicemailTaken: S.TAKEN, VoicemailMoved: S.WAITING, VoicemailClosed: S.CLOSED},
        S.TAKEN: {VoicemailReturned: S.WAITING, VoicemailClosed: S.CLOSED},
        S.CLOSED: {},
    },
)


class Voicemail(msgspec.Struct, kw_only=True):
    id: VoicemailId
    queue: QueueId
    call: CallId
    """The call in which it was left."""
    recording: str
    number: str
    since: datetime
    priority: int
    skills: dict[str, int] = {}
    name: str = ""
    customer: CustomerId | None = None
    state: VoicemailState = VoicemailState.WAITING
    agent: AgentId | None = None
    until: datetime | None = None
