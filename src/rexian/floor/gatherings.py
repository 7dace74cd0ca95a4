"""More than two in a call, and a customer who is elsewhere for a while: facts of conferences, parking and flows."""

from datetime import datetime

from rexian.core.ids import AgentId, CallId, FlowVersionId, LegId, QueueId
from rexian.floor.facts import Fact

# --- conferences ----------------------------------------------------------------------------------------------------


class PartyInvited(Fact, frozen=True):
    """`by` calls `target` (agent:<id> | number:<n>) into the conversation. `part`: moderator | speaker | listener."""

    call: CallId
    leg: LegId
    target: str
    by: AgentId
    part: str
    until: datetime
    agent: AgentId | None = None


class PartyJoined(Fact, frozen=True):
    call: CallId
    leg: LegId
    part: str
    agent: AgentId | None = None


class InvitationEnded(Fact, frozen=True):
    """`reason`: missed | rejected | unreachable | withdrawn."""

    call: CallId
    leg: LegId
    reason: str
    agent: AgentId | None = None


class PartSet(Fact, frozen=True):
    """What the party may do: moderator (lead the conference) | speaker | listener (is not heard)."""

    call: CallId
    leg: LegId
    part: str


class PartyRemoved(Fact, frozen=True):
    """A moderator has put the party out of the conversation."""

    call: CallId
    leg: LegId
    by: AgentId


class ConferenceLocked(Fact, frozen=True):
    """`on`: nobody more may be called in."""

    call: CallId
    by: AgentId
    on: bool


# --- parking --------------------------------------------------------------------------------------------------------


class Parked(Fact, frozen=True):
    """The customer hears music in `slot` until somebody picks him up; at `until` he goes back to who parked him."""

    call: CallId
    by: AgentId
    slot: int
    until: datetime
    times: int = 0
    """So often who parked him has been reminded already."""


class ParkingExpired(Fact, frozen=True):
    """Nobody has picked him up."""

    call: CallId
    slot: int


# --- consultations --------------------------------------------------------------------------------------------------


class ConsultSwapped(Fact, frozen=True):
    """`by` talks with the other of the two now (`to`: customer | party); the one he leaves hears music."""

    call: CallId
    by: AgentId
    to: str


# --- flows in the middle of a call ----------------------------------------------------------------------------------


class SentToFlow(Fact, frozen=True):
    """The customer goes through a flow; `by` waits for him (`stays`), or is free and gets him back if he can."""

    call: CallId
    by: AgentId
    flow: FlowVersionId
    stays: bool


class FlowResult(Fact, frozen=True):
    """The customer is through with the flow: done | taken_back | error:<code>, or it led him
    on: queued | put_through."""

    call: CallId
    result: str


class CameBack(Fact, frozen=True):
    """The customer is with the agent again who waited for him."""

    call: CallId
    agent: AgentId
    leg: LegId


class SurveyStarted(Fact, frozen=True):
    """The agent has hung up; the customer is asked how it was. What he answers are variables of this flow."""

    call: CallId
    agent: AgentId
    queue: QueueId
    flow: FlowVersionId


# --- callers whom their flow puts through ----------------------------------------------------------------------------


class PutThrough(Fact, frozen=True):
    """The caller's flow calls `target` (agent:<id> | number:<n>) for him, who may ring until `until`."""

    call: CallId
    target: str
    until: datetime


class GivenBack(Fact, frozen=True):
    """The caller is alone again, and the flow that put him through goes on where it stood.

    `result`: next (they have talked) | busy | no_answer | refused | unavailable | failed.
    """

    call: CallId
    result: str
    flow: FlowVersionId
    node: str


# --- rooms ----------------------------------------------------------------------------------------------------------


class RoomJoined(Fact, frozen=True):
    """The caller talks with all who are in `room`. `part`: moderator | speaker | listener."""

    call: CallId
    room: str
    part: str
    bridge: str


class RoomLeft(Fact, frozen=True):
    call: CallId
    room: str


# --- notes ----------------------------------------------------------------------------------------------------------


class Noted(Fact, frozen=True):
    """What the agent has written so far, for whoever talks with the customer next."""

    call: CallId
    agent: AgentId
    text: str
