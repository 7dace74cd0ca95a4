"""What supervisors have done: facts of the journal, told before what follows from them."""

from datetime import datetime

from rexian.core.ids import AgentId, CallId, LegId, NumberId, QueueId, TeamId
from rexian.floor.facts import Fact


class Intervened(Fact, frozen=True):
    """A supervisor (`by`: his user) has stepped into a call. What became of it is told by the facts that follow.

    `act`: take_over | hang_up | give (to an agent) | move (to another queue) | pause_recording |
    resume_recording. `what` is the agent or queue it was done with.
    """

    call: CallId
    by: str
    act: str
    what: str = ""


class TakenOver(Fact, frozen=True):
    """The supervisor (`agent` is he himself, on `leg`) has the customer from now on; `of` is out of the call."""

    call: CallId
    agent: AgentId
    leg: LegId
    of: AgentId
    by: str


# --- agents ---------------------------------------------------------------------------------------------------------


class SignOutRequested(Fact, frozen=True):
    """The agent is signed out as soon as he has finished; `on` false takes it back."""

    agent: AgentId
    by: str
    on: bool = True


class MessageSent(Fact, frozen=True):
    """Words for these agents; on their desks until each has read them, or until `until`."""

    message: str
    by: str
    name: str
    text: str
    agents: tuple[AgentId, ...]
    until: datetime
    team: TeamId | None = None
    urgent: bool = False


class MessageRead(Fact, frozen=True):
    message: str
    agent: AgentId


class MessageExpired(Fact, frozen=True):
    """Taken off the desks of those who have not read it."""

    message: str
    agents: tuple[AgentId, ...]


# --- queues and numbers ---------------------------------------------------------------------------------------------


class QueueClosed(Fact, frozen=True):
    """Who waits, and who comes, hears `media` and leaves by the flow's way for a closed queue."""

    queue: QueueId
    by: str
    media: tuple[str, ...] = ()


class QueueOpened(Fact, frozen=True):
    queue: QueueId
    by: str


class EmergencySet(Fact, frozen=True):
    """Callers of the number hear `media` before the flow, or (`instead`) in place of it."""

    number: NumberId
    by: str
    media: tuple[str, ...]
    instead: bool = False


class EmergencyLifted(Fact, frozen=True):
    number: NumberId
    by: str


class Notified(Fact, frozen=True):
    """The caller is told something of the house (`media`), at most until `until`; then `then` follows.

    `then`: closed (he leaves the closed queue) | flow (the number's flow begins) | end.
    """

    call: CallId
    playback: str
    media: tuple[str, ...]
    until: datetime
    then: str


class NoticeOver(Fact, frozen=True):
    """He has heard it, or it could not be played."""

    call: CallId
    playback: str
