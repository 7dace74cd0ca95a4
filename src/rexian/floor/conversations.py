"""Facts of talking: connections, hold, consultation, transfer, recording, and who listens in."""

from rexian.core.ids import AgentId, CallId, LegId, QueueId
from rexian.floor.facts import Fact


class Connected(Fact, frozen=True):
    """Agent and customer hear each other. `queue` is the one the call was answered from, if any."""

    call: CallId
    agent: AgentId
    leg: LegId
    queue: QueueId | None = None


class Held(Fact, frozen=True):
    """`leg` (the customer's, mostly) hears music; `by` put it there."""

    call: CallId
    leg: LegId
    by: AgentId


class Resumed(Fact, frozen=True):
    call: CallId
    leg: LegId
    by: AgentId


class Muted(Fact, frozen=True):
    call: CallId
    leg: LegId
    on: bool


class ConsultStarted(Fact, frozen=True):
    """`by` calls a third party (`target`: agent:<id> | queue:<id> | number:<n>) while the customer is on hold."""

    call: CallId
    by: AgentId
    target: str
    leg: LegId | None = None  # none while a consulted queue has not found an agent yet


class ConsultConnected(Fact, frozen=True):
    call: CallId
    by: AgentId
    leg: LegId


class ConsultEnded(Fact, frozen=True):
    """`result`: completed (handed over) | joined (made a conference) | cancelled | failed | party_gone."""

    call: CallId
    by: AgentId
    result: str


class Transferred(Fact, frozen=True):
    """`by` hands the customer over to `target` (agent:<id> | queue:<id> | number:<n>); `kind`: blind | consult."""

    call: CallId
    by: AgentId
    target: str
    kind: str


class Conferenced(Fact, frozen=True):
    """All legs named are in one conversation of three or more."""

    call: CallId
    legs: tuple[LegId, ...]


class AgentLeft(Fact, frozen=True):
    """The agent no longer takes part in the call (hung up, handed over, lost)."""

    call: CallId
    agent: AgentId
    reason: str  # hung_up | transferred | taken_over | lost | customer_gone | failed


class Rejoining(Fact, frozen=True):
    """The agent's phone is called anew into the same conversation (his page was loaded again)."""

    call: CallId
    agent: AgentId
    leg: LegId
    replaces: LegId


class RecordingStarted(Fact, frozen=True):
    call: CallId
    leg: LegId
    recording: str


class RecordingPaused(Fact, frozen=True):
    call: CallId
    recording: str
    on: bool


class RecordingClosed(Fact, frozen=True):
    """The switch has closed the file; `path` is where it lies until it is taken into the blob store."""

    call: CallId
    recording: str
    path: str
    rate: int


class RecordingFailed(Fact, frozen=True):
    """The switch could not record: there will be no file."""

    call: CallId
    recording: str


class ListenStarted(Fact, frozen=True):
    """A supervisor's phone is called to attend a call, or he attends it in another `mode` from now on."""

    call: CallId
    agent: AgentId  # who is listened to
    supervisor: str
    leg: LegId
    mode: str  # listen | whisper | barge | take_over
    own: AgentId | None = None  # the agent that the supervisor is himself


class ListenEnded(Fact, frozen=True):
    call: CallId
    leg: LegId
