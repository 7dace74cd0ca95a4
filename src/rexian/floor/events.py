"""What happened on the floor: the facts of the journal. Nothing else changes the state, and nothing else counts.

A fact's subject is its call, else its agent. Durations are never stored: they are differences of facts' times.
`replay(facts)` gives the state that `decide` left; readers (interactions, insight) fold the same facts.
"""

from datetime import datetime
from typing import Any

import msgspec

from rexian.core.ids import (
    AgentId,
    CallId,
    CustomerId,
    FlowVersionId,
    LegId,
    NumberId,
    QueueId,
)
from rexian.floor.conversations import (
    AgentLeft,
    Conferenced,
    Connected,
    ConsultConnected,
    ConsultEnded,
    ConsultStarted,
    Held,
    ListenEnded,
    ListenStarted,
    Muted,
    RecordingClosed,
    RecordingFailed,
    RecordingPaused,
    RecordingStarted,
    Rejoining,
    Resumed,
    Transferred,
)
from rexian.floor.facts import Direction as Direction
from rexian.floor.facts import Fact as Fact
from rexian.floor.facts import Role as Role
from rexian.floor.faxes import FaxEnded, FaxStarted
from rexian.floor.gatherings import (
    CameBack,
    ConferenceLocked,
    ConsultSwapped,
    FlowResult,
    GivenBack,
    InvitationEnded,
    Noted,
    Parked,
    ParkingExpired,
    PartSet,
    PartyInvited,
    PartyJoined,
    PartyRemoved,
    PutThrough,
    RoomJoined,
    RoomLeft,
    SentToFlow,
    SurveyStarted,
)
from rexian.floor.interventions import (
    EmergencyLifted,
    EmergencySet,
    Intervened,
    MessageExpired,
    MessageRead,
    MessageSent,
    NoticeOver,
    Notified,
    QueueClosed,
    QueueOpened,
    SignOutRequested,
    TakenOver,
)
from rexian.floor.owed import (
    CallbackAsked,
    CallbackDue,
    CallbackEnded,
    CallbackMoved,
    CallbackPutOff,
    CallbackStarted,
    OutcallAnswered,
    OutcallDialled,
    OutcallDue,
    OutcallEnded,
    OutcallOrdered,
    OutcallPutOff,
    TapeStarted,
    TapeStopped,
    VoicemailClosed,
    VoicemailLeft,
    VoicemailMoved,
    VoicemailReturned,
    VoicemailTaken,
)
from rexian.floor.utterances import CallerHeard, ListeningBegan, ListeningEnded
from rexian.flows.visit import Run
from rexian.routing.calibration import Forecast
from rexian.routing.exits import Exit, Standing
from rexian.telephony.commands import Cause

# --- calls: coming, going -------------------------------------------------------------------------------------------


class CallArrived(Fact, frozen=True):
    """A call has come in, or an agent began one. `leg` is the calling leg (outbound, internal: the agent's)."""

    call: CallId
    direction: Direction
    caller: str
    called: str
    leg: LegId
    caller_name: str = ""
    number: NumberId | None = None
    trunk: str = ""
    node: str = ""
    agent: AgentId | None = None
    queue: QueueId | None = None  # whose face an outside call bears


class CustomerIdentified(Fact, frozen=True):
    """Who it is: found by number, or chosen by the agent. `sure` is false for "perhaps"."""

    call: CallId
    customer: CustomerId | None
    sure: bool = True
    name: str = ""
    known: dict[str, Any] = msgspec.field(default_factory=dict)  # what flows may ask about him
    manager: AgentId | None = None  # who looks after him
    last_agent: AgentId | None = None  # who spoke with him last
    last_at: datetime | None = None


class CallEnded(Fact, frozen=True):
    """The last of the parties that make it a call has gone. Wrap-up may still follow. Exactly once per call."""

    call: CallId
    cause: Cause
    ended_by: str  # customer | agent | supervisor | system | switch


class LegPlaced(Fact, frozen=True):
    call: CallId
    leg: LegId
    role: Role
    address: str
    agent: AgentId | None = None
    until: datetime | None = None  # how long an outside number may ring; none: as long as any


class LegRang(Fact, frozen=True):
    call: CallId
    leg: LegId


class LegUp(Fact, frozen=True):
    """The party on this leg has answered (calling leg: we have)."""

    call: CallId
    leg: LegId


class LegDown(Fact, frozen=True):
    """The leg is gone. Exactly once for every leg."""

    call: CallId
    leg: LegId
    cause: Cause


# --- calls: the flow ------------------------------------------------------------------------------------------------


class FlowStarted(Fact, frozen=True):
    call: CallId
    flow: FlowVersionId
    variables: dict[str, Any] = msgspec.field(default_factory=dict)


class FlowMoved(Fact, frozen=True):
    """The flow has come to `node` by `exit` of the node before; `variables` are those that changed.

    `error`: the code of what went wrong at the node before (`web.address_forbidden`), where that is why.
    """

    call: CallId
    node: str
    exit: str = ""
    variables: dict[str, Any] = msgspec.field(default_factory=dict)
    error: str = ""


class FlowStood(Fact, frozen=True):
    """Where the walk stands after a step: all that is needed to go on from here after a restart."""

    call: CallId
    run: Run


class AsideStarted(Fact, frozen=True):
    """A call that no flow has is led through steps of our own: a message of its queue, say."""

    call: CallId


class FlowEnded(Fact, frozen=True):
    call: CallId
    reason: str  # done | queued | put_through (ended while he talked) | hangup | error:<code>


# --- calls: the queue -----------------------------------------------------------------------------------------------


class Queued(Fact, frozen=True):
    """The call waits for an agent of `queue`. `since` is earlier than `at` when it kept its place (returned calls).

    The queue's promise of that moment goes along, so that a later change of it never rewrites a figure.
    """

    call: CallId
    queue: QueueId
    priority: int
    since: datetime
    skills: dict[str, int] = msgspec.field(default_factory=dict)
    limit_s: float | None = None  # how long the flow lets him wait; none: as the queue says
    via: str = "flow"  # flow | transfer | returned | consult (an agent, not the customer, waits for a colleague)
    sl_threshold_s: float = 20.0  # answered within this counts for the service level
    short_abandon_s: float = 5.0  # given up within this is a short abandon
    ring: int = 0  # where the search for an agent begins; -1: with those it prefers alone
    prefers: tuple[AgentId, ...] = ()  # who is to have it rather than others
    named: AgentId | None = None  # whom the flow names for it, or who hands it over
    patience_s: float | None = None  # so long it waits for him alone; none: as the queue's rules say
    resumes: str = ""  # the call that was given up, or the callback, whose place it takes
    forecast: Forecast | None = None  # of his wait, where nobody was ready when he came


class Widened(Fact, frozen=True):
    """The search for an agent was looked at, and is in this ring now (the queue's rules say what it asks for)."""

    call: CallId
    queue: QueueId
    ring: int
    expected_wait_s: float | None = None
    phones: int = 1  # how many may ring at the same time, where one more rings every few seconds
    prefers: tuple[AgentId, ...] = ()  # who is to have it rather than others


class Reprioritised(Fact, frozen=True):
    """A supervisor gave the waiting call another priority; its age stays."""

    call: CallId
    queue: QueueId
    priority: int
    by: str


class Announced(Fact, frozen=True):
    """The waiting caller is told his place and, where it is known, how long it may take."""

    call: CallId
    queue: QueueId
    playback: str
    position: int
    expected_wait_s: float | None = None


class Offered(Fact, frozen=True):
    """The agent is claimed and his phone is being called; unless he answers by `until` the offer is missed.

    Several agents may be offered one call at once: the first who answers gets it, the others' offers end then.
    `why` explains the choice: candidates, who was excluded by what.
    """

    call: CallId
    queue: QueueId | None
    agent: AgentId
    leg: LegId
    until: datetime
    why: dict[str, Any] = msgspec.field(default_factory=dict)


class OfferEnded(Fact, frozen=True):
    """The offer came to nothing.

    `reason`: missed | rejected | unreachable | withdrawn (caller gone or left queue) | elsewhere (another who was rung
    answered first).
    """

    call: CallId
    agent: AgentId
    leg: LegId
    reason: str


class LeftQueue(Fact, frozen=True):
    """Left the queue without reaching an agent or hanging up.

    `reason`: timeout | no_agents | transferred | closed | moved, or the name of the exit taken.
    """

    call: CallId
    queue: QueueId
    reason: str


class ExitTaken(Fact, frozen=True):
    """The caller is led out of the queue, or told something in it, because `exit.when` was met.

    `standing` is how the queue stood for him then.
    """

    call: CallId
    queue: QueueId
    exit: Exit
    standing: Standing


class Abandoned(Fact, frozen=True):
    """The caller hung up while waiting (also while ringing an agent), or in the flow (`queue` is None).

    `keep_until`: so long his place in line, which counts from `since`, is kept for his `number`.
    """

    call: CallId
    queue: QueueId | None
    number: str = ""
    since: datetime | None = None
    keep_until: datetime | None = None


# --- after the call -------------------------------------------------------------------------------------------------


class WrapUpStarted(Fact, frozen=True):
    call: CallId
    agent: AgentId
    queue: QueueId | None
    until: datetime | None  # none: no deadline
    extensions: int = 0  # so often the agent may put the deadline off
    extension_s: int = 0  # each time by so much


class WrapUpExtended(Fact, frozen=True):
    """The agent has put the deadline of his wrap-up off, as often as it may be: `nth` counts from 1."""

    call: CallId
    agent: AgentId
    until: datetime
    nth: int


class WrappedUp(Fact, frozen=True):
    """`how`: done (by the agent) | expired | forced (by a supervisor or by signing out)."""

    call: CallId
    agent: AgentId
    how: str
    disposition: str = ""
    notes: str = ""


# --- agents ---------------------------------------------------------------------------------------------------------


class SignedIn(Fact, frozen=True):
    agent: AgentId
    queues: tuple[QueueId, ...]


class SignedOut(Fact, frozen=True):
    agent: AgentId
    by: str = "self"


class QueuesChosen(Fact, frozen=True):
    agent: AgentId
    queues: tuple[QueueId, ...]


class Readied(Fact, frozen=True):
    agent: AgentId
    by: str = "self"


class Paused(Fact, frozen=True):
    """`by`: self, a supervisor's user id, or system (reason then: misses | phone_lost | desk_lost | signed_in)."""

    agent: AgentId
    reason: str
    by: str = "self"


class PauseRequested(Fact, frozen=True):
    """Busy now; the agent will be paused with this reason when free. An empty reason takes the request back."""

    agent: AgentId
    reason: str
    by: str = "self"


class PhoneChanged(Fact, frozen=True):
    agent: AgentId
    reachable: bool


class DeskChanged(Fact, frozen=True):
    """The agent's desk page came (back) or went away."""

    agent: AgentId
    present: bool


# --- the switch -----------------------------------------------------------------------------------------------------


class SwitchWentAway(Fact, frozen=True):
    node: str


class SwitchCameBack(Fact, frozen=True):
    node: str


AnyFact = (
    CallArrived | CustomerIdentified | CallEnded | LegPlaced | LegRang | LegUp | LegDown
    | FlowStarted | FlowMoved | FlowStood | AsideStarted | FlowEnded
    | Queued | Widened | Reprioritised | Offered | OfferEnded | LeftQueue | Abandoned | Announced
    | ExitTaken
    | Connected | Held | Resumed | Muted | ConsultStarted | ConsultConnected | ConsultEnded | Transferred | Conferenced
    | AgentLeft | Rejoining | RecordingStarted | RecordingPaused | RecordingClosed | RecordingFailed
    | ListenStarted | ListenEnded
    | WrapUpStarted | WrapUpExtended | WrappedUp
    | SignedIn | SignedOut | QueuesChosen | Readied | Paused | PauseRequested | PhoneChanged | DeskChanged
    | CallbackAsked | CallbackDue | CallbackStarted | CallbackPutOff | CallbackMoved | CallbackEnded
    | OutcallOrdered | OutcallDue | OutcallDialled | OutcallAnswered | OutcallPutOff | OutcallEnded
    | TapeStarted | TapeStopped | VoicemailLeft | VoicemailTaken | VoicemailReturned | VoicemailMoved | VoicemailClosed
    | SwitchWentAway | SwitchCameBack
    | Intervened | TakenOver | SignOutRequested | MessageSent | MessageRead | MessageExpired
    | QueueClosed | QueueOpened | EmergencySet | EmergencyLifted | Notified | NoticeOver
    | PartyInvited | PartyJoined | InvitationEnded | PartSet | PartyRemoved | ConferenceLocked | Parked | ParkingExpired
    | ConsultSwapped | SentToFlow | FlowResult | CameBack | SurveyStarted | Noted
    | PutThrough | GivenBack | RoomJoined | RoomLeft
    | ListeningBegan | ListeningEnded | CallerHeard
    | FaxStarted | FaxEnded
)  # fmt: skip
