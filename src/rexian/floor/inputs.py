"""What the floor is told, besides the switch's events (`telephony.events`): commands of people, answers, the clock.

A command that is not possible raises one of `core.errors` and changes nothing.
"""

from datetime import datetime
from typing import Any

import msgspec

from rexian.core.ids import AgentId, CallId, CustomerId, QueueId


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
    """Not possible in a call. In wrap-up it ends the wrap-up."""


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
    """Blind: hand the customer over to `target` (agent:<id> | queue:<id> | number:<n>) and leave."""

    target: str


class Consult(AgentInput, frozen=True):
    """Put the customer on hold and call `target`."""

    target: str


class CompleteConsult(AgentInput, frozen=True):
    """Hand the customer over to the one consulted."""


class JoinConsult(AgentInput, frozen=True):
    """Make it a conference of three."""


class CancelConsult(AgentInput, frozen=True):
    """Back to the customer."""


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


# --- a supervisor ---------------------------------------------------------------------------------------------------


class ListenTo(Input, frozen=True):
    """Call the supervisor's own phone and let him attend the agent's call."""

    call: CallId
    agent: AgentId
    supervisor: str
    address: str
    mode: str = "listen"


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


class StopListening(Input, frozen=True):
    call: CallId
    supervisor: str
