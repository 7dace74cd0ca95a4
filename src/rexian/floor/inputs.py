"""What the floor is told, besides the switch's events (`telephony.events`): commands of people, answers, the clock.

A command that is not possible raises one of `core.errors` and changes nothing.
"""

from datetime import datetime
from typing import Any

import msgspec

from rexian.core.ids import (
    AgentId,
    CallbackId,
    CallId,
    CustomerId,
    FlowId,
    LegId,
    NumberId,
    OutcallId,
    QueueId,
    TeamId,
    VoicemailId,
)


class Input(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    pass


class Tick(Input, frozen=True):
    """The clock has reached the earliest deadline."""


class Reconfigured(Input, frozen=True):
    """The directory (agents, queues, numbers, flows …) has changed; the actor puts the new one into the state first."""


class Identified(Input, frozen=True):
    call: CallId
    customer: CustomerId | None
    name: str = ""
    sure: bool = True
    facts: dict[str, Any] = {}  # what flows may ask about the customer
    manager: AgentId | None = None  # who looks after him
    last_agent: AgentId | None = None  # who spoke with him last
    last_at: datetime | None = None


class ErrandDone(Input, frozen=True):
    """What a flow had done beside the call has come to an end: with a value, or with the code of an error."""

    call: CallId
    errand: int
    value: Any = None
    error: str = ""


# --- an agent about himself -----------------------------------------------------------------------------------------


class AgentInput(Input, frozen=True, kw_only=True):
    agent: AgentId
    by: str = "self"  # or the supervisor's user id


class SignIn(AgentInput, frozen=True):
    """`queues` none: all that the agent belongs to. Signing in again is no error."""

    queues: tuple[QueueId, ...] | None = None


class SignOut(AgentInput, frozen=True):
    """In wrap-up it ends the wrap-up. In a call, `when` says what becomes of it.

    refuse: it is not possible | after: when the call and its wrap-up are over | force: at once, and the customer goes
    back to the head of his queue.
    """

    when: str = "refuse"


class ChooseQueues(AgentInput, frozen=True):
    queues: tuple[QueueId, ...]


class Ready(AgentInput, frozen=True):
    """Also ends wrap-up; in a call it takes a pause request back."""


class Pause(AgentInput, frozen=True):
    """While busy it takes effect after the call; in wrap-up at once."""

    reason: str


class DeskPresence(AgentInput, frozen=True):
    """The agent's page has connected, or has been gone for longer than the grace time."""

    present: bool


# --- an agent about his call ----------------------------------------------------------------------------------------


class Reject(AgentInput, frozen=True):
    """Refuse the offer."""


class Dial(AgentInput, frozen=True):
    """Call `target`: agent:<id> (a colleague) or number:<n> (outside). `call` is chosen by the caller."""

    call: CallId
    target: str
    queue: QueueId | None = None  # whose caller number and wrap-up to use


class HangUpCall(AgentInput, frozen=True):
    """Leave the call; it ends unless two others remain in it."""


class HoldCall(AgentInput, frozen=True):
    pass


class ResumeCall(AgentInput, frozen=True):
    pass


class MuteCall(AgentInput, frozen=True):
    on: bool


class PressKeys(AgentInput, frozen=True):
    digits: str


class Transfer(AgentInput, frozen=True):
    """Blind: hand the customer over to `target` (agent:<id> | queue:<id> | number:<n>) and leave.

    In a queue `prefer` is to have him, and he waits for him alone for so long (0: if he is free, else another).
    """

    target: str
    prefer: AgentId | None = None
    patience_s: float = 0.0


class Consult(AgentInput, frozen=True):
    """Put the customer on hold and call `target`."""

    target: str


class CompleteConsult(AgentInput, frozen=True):
    """Hand the customer over to the one consulted."""


class JoinConsult(AgentInput, frozen=True):
    """Make it a conference of three."""


class CancelConsult(AgentInput, frozen=True):
    """Back to the customer."""


class SwapConsult(AgentInput, frozen=True):
    """Talk with the other of the two: the customer, or the one consulted."""


class Invite(AgentInput, frozen=True):
    """Call `target` (agent:<id> | number:<n>) straight into the conversation."""

    target: str
    part: str = "speaker"


class SetPart(AgentInput, frozen=True):
    leg: LegId
    part: str


class MuteParty(AgentInput, frozen=True):
    leg: LegId
    on: bool


class RemoveParty(AgentInput, frozen=True):
    leg: LegId


class LockConference(AgentInput, frozen=True):
    on: bool


class Park(AgentInput, frozen=True):
    """Leave the customer with music in a slot from which anybody can pick him up."""


class PickUp(AgentInput, frozen=True):
    slot: int


class SendToFlow(AgentInput, frozen=True):
    """Let the customer go through a flow; `stays`: wait for him, else be free and get him back if possible."""

    flow: FlowId
    stays: bool = True


class TakeBack(AgentInput, frozen=True):
    """Do not wait for the flow's end."""


class TakeNotes(AgentInput, frozen=True):
    """What has been written so far."""

    call: CallId
    text: str


class Rejoin(AgentInput, frozen=True):
    """The page was loaded anew in the middle of a call: call this agent's phone into it again."""


class PauseRecordingOf(AgentInput, frozen=True):
    on: bool


class WrapUp(AgentInput, frozen=True):
    """Finish wrap-up. `then`: ready | pause:<reason> (default: what was requested during the call, else ready)."""

    call: CallId
    disposition: str = ""
    notes: str = ""
    then: str = ""


class ExtendWrapUp(AgentInput, frozen=True):
    """Put the deadline of a wrap-up off. `until`: the one that he sees; sent again, it is put off once."""

    call: CallId
    until: datetime


# --- about callbacks ------------------------------------------------------------------------------------------------


class RequestCallback(Input, frozen=True):
    """Somebody is to be called back. `callback` is chosen by the one who asks; `due` none: at his turn."""

    callback: CallbackId
    queue: QueueId
    number: str
    by: str
    due: datetime | None = None
    name: str = ""
    customer: CustomerId | None = None
    origin: CallId | None = None  # the call whose caller is to be called back


class CancelCallback(Input, frozen=True):
    callback: CallbackId
    by: str


class MoveCallback(Input, frozen=True):
    """What is not given stays. `now`: it comes into line at once, whatever time was chosen."""

    callback: CallbackId
    by: str
    queue: QueueId | None = None
    priority: int | None = None
    due: datetime | None = None
    now: bool = False


class CallNow(Input, frozen=True):
    """Give the callback to one certain agent at once."""

    callback: CallbackId
    agent: AgentId
    by: str


# --- about voicemail ------------------------------------------------------------------------------------------------


class CancelOutcall(Input, frozen=True):
    outcall: OutcallId
    by: str


class TakeVoicemail(Input, frozen=True):
    """The agent gets this one, whether its turn has come or not."""

    voicemail: VoicemailId
    agent: AgentId
    by: str = "self"


class CloseVoicemail(Input, frozen=True):
    """`agent`: the one who deals with it; none: a supervisor closes it, whoever has it."""

    voicemail: VoicemailId
    by: str
    agent: AgentId | None = None
    disposition: str = ""
    notes: str = ""


class ReturnVoicemail(Input, frozen=True):
    voicemail: VoicemailId
    by: str
    agent: AgentId | None = None


class MoveVoicemail(Input, frozen=True):
    voicemail: VoicemailId
    by: str
    queue: QueueId | None = None
    priority: int | None = None


# --- a supervisor ---------------------------------------------------------------------------------------------------


class SupervisorInput(Input, frozen=True, kw_only=True):
    call: CallId
    supervisor: str  # his user id


class ListenTo(SupervisorInput, frozen=True):
    """Call the supervisor's own phone and let him attend the agent's call."""

    agent: AgentId
    address: str
    mode: str = "listen"
    own: AgentId | None = None  # the agent that he is himself


class Reprioritise(Input, frozen=True):
    """Give a waiting call another priority; its age stays."""

    call: CallId
    priority: int
    by: str


class MoveCall(Input, frozen=True):
    """Let a waiting call wait in another queue, with the age it has."""

    call: CallId
    queue: QueueId
    by: str


class TakeOver(ListenTo, frozen=True):
    """The supervisor gets the agent's customer, the agent is out."""

    mode: str = "take_over"


class StopListening(SupervisorInput, frozen=True):
    pass


class EndCall(SupervisorInput, frozen=True):
    pass


class GiveCall(SupervisorInput, frozen=True):
    """Offer a call that waits or rings to this agent."""

    agent: AgentId
    to_self: bool = False  # the supervisor steals it for himself: he is signed in where he is not


class SuspendRecording(SupervisorInput, frozen=True):
    on: bool


class SendMessage(Input, frozen=True):
    """Words for agents: one, a team, or (neither) all."""

    message: str
    by: str
    name: str
    text: str
    agent: AgentId | None = None
    team: TeamId | None = None
    urgent: bool = False


class ReadMessage(AgentInput, frozen=True):
    message: str


class CloseQueue(Input, frozen=True):
    queue: QueueId
    by: str
    media: tuple[str, ...] = ()


class OpenQueue(Input, frozen=True):
    queue: QueueId
    by: str


class SetEmergency(Input, frozen=True):
    number: NumberId
    by: str
    media: tuple[str, ...]
    instead: bool = False


class LiftEmergency(Input, frozen=True):
    number: NumberId
    by: str
