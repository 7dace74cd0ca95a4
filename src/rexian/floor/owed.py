"""Facts of what is owed: callbacks, messages that customers have left, calls that flows have ordered."""

from datetime import datetime
from typing import Any

import msgspec

from rexian.core.ids import (
    AgentId,
    CallbackId,
    CallId,
    CustomerId,
    FlowId,
    FlowVersionId,
    OutcallId,
    QueueId,
    VoicemailId,
)
from rexian.floor.facts import Fact

# --- callbacks ------------------------------------------------------------------------------------------------------


class CallbackAsked(Fact, frozen=True):
    """Somebody wants to be called back. `since`: from when his place in line counts; `due`: when it comes into line.

    `origin` is the call in which he asked; none: somebody asked for him (`by`).
    """

    callback: CallbackId
    queue: QueueId
    number: str
    since: datetime
    expires: datetime
    priority: int = 0
    skills: dict[str, int] = msgspec.field(default_factory=dict)
    due: datetime | None = None
    order: str = "agent"
    origin: CallId | None = None
    customer: CustomerId | None = None
    name: str = ""
    language: str = "zh"
    answers: dict[str, Any] = msgspec.field(default_factory=dict)
    by: str = "customer"


class CallbackDue(Fact, frozen=True):
    """From now on it waits in line."""

    callback: CallbackId


class CallbackStarted(Fact, frozen=True):
    """An attempt begins, which is a call of its own: `agent` is asked first, or kept free while the customer is."""

    callback: CallbackId
    call: CallId
    agent: AgentId
    queue: QueueId
    number: str
    caller: str
    attempt: int
    origin: CallId | None = None


class CallbackPutOff(Fact, frozen=True):
    """It did not come about, or may not now. `reason`: no_answer | agent (did not take it) | hours | moved.

    `expires`: it lives longer than was said before; the time outside the hours is not counted against it.
    """

    callback: CallbackId
    reason: str
    until: datetime
    attempts: int
    expires: datetime | None = None


class CallbackMoved(Fact, frozen=True):
    """Another queue, priority or time; with another time it `expires` so long after that."""

    callback: CallbackId
    queue: QueueId
    priority: int
    by: str
    due: datetime | None = None
    expires: datetime | None = None


class CallbackEnded(Fact, frozen=True):
    """`result`: connected | unreachable (all attempts made) | expired | cancelled | resumed (he called again)."""

    callback: CallbackId
    result: str
    attempts: int
    by: str = "system"


# --- voicemail ------------------------------------------------------------------------------------------------------


class TapeStarted(Fact, frozen=True):
    """What the caller says is recorded as a message for a queue."""

    call: CallId
    queue: QueueId
    recording: str


class TapeStopped(Fact, frozen=True):
    call: CallId
    recording: str


class VoicemailLeft(Fact, frozen=True):
    """A caller has left a message, which waits for an agent of the queue."""

    call: CallId
    voicemail: VoicemailId
    queue: QueueId
    recording: str
    number: str
    priority: int
    skills: dict[str, int] = msgspec.field(default_factory=dict)
    customer: CustomerId | None = None
    name: str = ""


class VoicemailTaken(Fact, frozen=True):
    """The agent deals with it, at most until then."""

    voicemail: VoicemailId
    agent: AgentId
    until: datetime


class VoicemailReturned(Fact, frozen=True):
    """Back into line at its old place. `reason`: returned (by the agent) | expired | signed_out."""

    voicemail: VoicemailId
    agent: AgentId | None
    reason: str


class VoicemailMoved(Fact, frozen=True):
    voicemail: VoicemailId
    queue: QueueId
    priority: int
    by: str


class VoicemailClosed(Fact, frozen=True):
    """It is dealt with: by the agent, or by a supervisor (`agent` none)."""

    call: CallId
    voicemail: VoicemailId
    agent: AgentId | None
    by: str
    disposition: str = ""
    notes: str = ""


# --- outcalls -------------------------------------------------------------------------------------------------------


class OutcallOrdered(Fact, frozen=True):
    """A flow has ordered a call to `number`, at the wish of `caller` in the call `origin`; it is due at `due`.

    Whoever answers is led through `flow` as it is published then, or (none) through `version`, with these variables.
    """

    outcall: OutcallId
    number: str
    caller: str
    origin: CallId
    shows: str
    due: datetime
    expires: datetime
    flow: FlowId | None = None
    version: FlowVersionId | None = None
    variables: dict[str, Any] = msgspec.field(default_factory=dict)
    language: str = "zh"
    attempts: int = 3
    gap_s: float = 600.0
    ring_s: float = 30.0


class OutcallDue(Fact, frozen=True):
    """From now on it waits for a line."""

    outcall: OutcallId


class OutcallDialled(Fact, frozen=True):
    """An attempt begins, which is a call of its own."""

    outcall: OutcallId
    call: CallId
    number: str
    caller: str
    attempt: int
    origin: CallId


class OutcallAnswered(Fact, frozen=True):
    """The called one is on the line, and is led through its flow."""

    outcall: OutcallId
    call: CallId


class OutcallPutOff(Fact, frozen=True):
    """It did not come about, or may not now. `reason`: hours, or why the line ended (busy, no_answer …)."""

    outcall: OutcallId
    reason: str
    until: datetime
    attempts: int


class OutcallEnded(Fact, frozen=True):
    """`result`: delivered (answered) | unreachable (all attempts made) | refused | failed | expired | cancelled.

    `reason`: why the last line ended, or what was in the way.
    """

    outcall: OutcallId
    result: str
    attempts: int
    reason: str = ""
    by: str = "system"
