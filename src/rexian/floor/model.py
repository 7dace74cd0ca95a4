"""The live state of one tenant: calls with their legs, agents. Changed by `applying.apply` alone.

Everything here follows from the facts, so that a checkpoint and the facts after it give the same state again. What is
only derived (who matches whom, what is due when) lies beside it in `state.State`.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from rexian.core.ids import (
    AgentId,
    CallbackId,
    CallId,
    CustomerId,
    FlowVersionId,
    LegId,
    NumberId,
    OutcallId,
    QueueId,
    TeamId,
    VoicemailId,
)
from rexian.floor.callbacks import Callback
from rexian.floor.calls import CallState, LegState
from rexian.floor.events import Direction, Role
from rexian.floor.faxes import FaxWay
from rexian.floor.outcall_rules import Ordered
from rexian.floor.outcalls import Outcall
from rexian.floor.presence import Presence
from rexian.floor.voicemails import Voicemail
from rexian.flows.visit import Run
from rexian.routing.calibration import Calibration, Forecast
from rexian.routing.work import Work

ENDING = timedelta(seconds=10)
"""How long a leg may take to end after it was told to. Then it is written off, and told once more."""
JOINING = timedelta(seconds=10)
"""How long an answered leg may take to come into the conversation."""
PLACING = timedelta(seconds=60)
"""How long an outside number may ring."""
OWN_PHONE = timedelta(seconds=20)
"""How long a phone of ours may take that is to answer by itself."""
FROZEN = timedelta(seconds=90)
"""How long calls are kept while the switch cannot be reached."""
COMING_BACK = timedelta(seconds=6)
"""How long an agent whose line was lost in mid-call has to come back, before his customer is given to another."""
PHONE_GRACE = timedelta(seconds=30)
"""How long a phone may be unreachable before its agent is paused (a page that is loaded anew is back in two)."""


class Leg(msgspec.Struct, kw_only=True):
    id: LegId
    role: Role
    address: str = ""
    agent: AgentId | None = None
    state: LegState = LegState.PLACED
    until: datetime | None = None
    """Ringing, joining or ending: when it is given up."""
    ending: bool = False
    held: bool = False
    muted: bool = False
    talking: bool = False
    """In the customer's conversation; a consulted party is not, until he is handed the customer."""
    part: str = "speaker"
    """In a conference: moderator | speaker | listener"""


class Party(msgspec.Struct, kw_only=True):
    """An agent's part in a call."""

    agent: AgentId
    leg: LegId
    state: str
    """offered | ringing | dialling | talking | consulting | apart (his customer is in a flow) | wrap_up"""
    since: datetime
    until: datetime | None = None
    queue: QueueId | None = None
    returning: LegId | None = None
    """The leg by which he comes back after his page was loaded anew."""
    muted: bool = False
    """As his line was when it was lost: he comes back as he went."""
    extensions: int = 0
    """So often he may put the deadline of his wrap-up off, each time by `extension_s`."""
    extension_s: int = 0
    extended: int = 0
    """So often he has."""


class Waiting(msgspec.Struct, kw_only=True):
    queue: QueueId
    priority: int
    since: datetime
    """From when his place counts."""
    entered: datetime
    skills: dict[str, int]
    via: str
    limit_s: float | None = None
    """How long he waits at most; none: as the queue says."""
    ring: int = 0
    """How far the search for an agent has widened (`routing.rules`)."""
    looked: datetime | None = None
    """When it was last asked whether it should widen."""
    prefers: tuple[AgentId, ...] = ()
    """Who is to have it rather than others."""
    named: AgentId | None = None
    """Whom the flow names for it, or the agent who hands it over."""
    patience_s: float | None = None
    """So long it waits for the one who is named alone, whatever the queue's rules say of such; none: as they say."""
    sl_threshold_s: float = 20.0
    short_abandon_s: float = 5.0
    forecast: Forecast | None = None
    """What was foretold of his wait when he came and nobody was ready."""
    phones: int = 1
    """So many phones may ring for it at the same time, where one more rings every few seconds."""
    passed: tuple[AgentId, ...] = ()
    """Who has not taken it while others are still rung: they are not rung again before nobody is."""
    announced: int = 0
    announced_at: datetime | None = None


class Offer(msgspec.Struct, kw_only=True):
    """An agent who is rung for a call. Several may be at once; the first who answers gets it."""

    agent: AgentId
    leg: LegId
    until: datetime
    queue: QueueId | None = None


class Consultation(msgspec.Struct, kw_only=True):
    by: AgentId
    target: str
    leg: LegId | None = None
    connected: bool = False
    with_customer: bool = False
    """He has swapped: the party hears music, and he talks with the customer."""


class Invitation(msgspec.Struct, kw_only=True, frozen=True):
    """Somebody who is being called into the conversation."""

    by: AgentId
    target: str
    part: str
    agent: AgentId | None = None


class Parking(msgspec.Struct, kw_only=True, frozen=True):
    by: AgentId
    slot: int
    since: datetime
    until: datetime
    times: int = 0
    """So often who parked him has been reminded."""


class Detour(msgspec.Struct, kw_only=True):
    """The customer is in a flow in the middle of the call."""

    by: AgentId
    stays: bool
    """The agent waits for him on the line."""


class Through(msgspec.Struct, kw_only=True, frozen=True):
    """The caller's flow has put him through to somebody: where it goes on when he is alone again."""

    target: str
    """agent:<id> | number:<n>"""
    flow: FlowVersionId
    run: Run


class InRoom(msgspec.Struct, kw_only=True, frozen=True):
    """The room in which the caller talks with others."""

    name: str
    part: str
    """moderator | speaker | listener"""
    bridge: str


class Recording(msgspec.Struct, kw_only=True):
    id: str
    leg: LegId
    paused: bool = False


class Attendance(msgspec.Struct, kw_only=True):
    """A supervisor who attends an agent's call."""

    agent: AgentId
    """Who is attended."""
    supervisor: str
    mode: str
    """listen | whisper | barge | take_over (his phone is being called, and then the customer is his)"""
    own: AgentId | None = None
    """The agent that the supervisor is himself."""


class Notice(msgspec.Struct, kw_only=True, frozen=True):
    """What a caller is being told of the house."""

    playback: str
    until: datetime
    then: str
    """closed | flow | end"""


class Tape(msgspec.Struct, kw_only=True):
    """A message that the caller is leaving."""

    queue: QueueId
    recording: str
    began: datetime
    stopped: datetime | None = None


class Fax(msgspec.Struct, kw_only=True, frozen=True):
    """A fax under way: so long the leg can be told nothing but to end."""

    id: str
    leg: LegId
    way: FaxWay
    document: str = ""


class Customer(msgspec.Struct, kw_only=True, frozen=True):
    id: CustomerId | None
    name: str = ""
    sure: bool = True
    known: dict[str, object] = {}
    manager: AgentId | None = None
    """The agent who looks after him."""
    last_agent: AgentId | None = None
    """Who spoke with him last."""
    last_at: datetime | None = None


class Call(msgspec.Struct, kw_only=True):
    id: CallId
    direction: Direction
    caller: str
    called: str
    state: CallState
    since: datetime
    started: datetime
    caller_name: str = ""
    number: NumberId | None = None
    trunk: str = ""
    node: str = ""
    legs: dict[LegId, Leg] = {}
    placed: int = 0
    """How many legs we have named."""
    recordings: int = 0
    customer_leg: LegId | None = None
    begun_by: AgentId | None = None
    queue: QueueId | None = None
    """The queue it last waited in, or whose face an outside call bears."""
    waiting: Waiting | None = None
    place: Waiting | None = None
    """The place it had when it was answered: kept for the case that it must come back."""
    offers: dict[AgentId, Offer] = {}
    """Who is being rung, in the order in which they were chosen."""
    joining: LegId | None = None
    """The leg of the one who answered first, until he and the customer hear each other."""
    sole_offer: Offer | None = msgspec.field(name="offer", default=None)
    """In checkpoints from when there was one offer at a time; taken over into `offers`."""
    parties: dict[AgentId, Party] = {}
    consult: Consultation | None = None
    invitations: dict[LegId, Invitation] = {}
    locked: bool = False
    """Nobody more may be called into the conference."""
    parked: Parking | None = None
    detour: Detour | None = None
    through: Through | None = None
    room: InRoom | None = None
    rooms: int = 0
    """How many rooms it has been in."""
    notes: dict[AgentId, str] = {}
    """What the agents have written so far."""
    handover: str = ""
    """Where the customer is being handed to, while he is with nobody."""
    run: Run | None = None
    answers: dict[str, Any] = {}
    """What the flow has learned: it stays when the flow is over, for those who talk."""
    flow: FlowVersionId | None = None
    flows: int = 0
    """How many flows it has been through."""
    recording: Recording | None = None
    listening: str = ""
    """The recording by which a flow listens to the caller; nothing of it stays."""
    fax: Fax | None = None
    customer: Customer | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    frozen_until: datetime | None = None
    listeners: dict[LegId, Attendance] = {}
    notice: Notice | None = None
    notices: int = 0
    why: dict[str, Any] = {}
    """How the agent was chosen who was offered the call last."""
    callback: str = ""
    """The callback that this call is an attempt of."""
    outcall: str = ""
    """The outcall that this call is an attempt of."""
    reserved: AgentId | None = None
    """The agent who is kept free until the customer, who is called first, has answered."""
    taping: Tape | None = None
    tried: bool = False
    """The customer of a callback has been called."""
    exits: tuple[str, ...] = ()
    """The exits of queues that it has taken; most are taken once only."""

    def offers_up(self) -> list[LegId]:
        """The legs of agents who have answered and are being brought into the conversation."""
        legs = (offer.leg for offer in self.offers.values())
        return [leg for leg in legs if leg in self.legs and self.legs[leg].state is LegState.UP]

    def __post_init__(self) -> None:
        if (offer := self.sole_offer) is not None:
            self.offers, self.sole_offer = {offer.agent: offer}, None
            if offer.leg in self.legs and self.legs[offer.leg].state is LegState.UP:
                self.joining = offer.leg

    def offer_by(self, leg: LegId) -> Offer | None:
        """The offer that rings on this leg."""
        for offer in self.offers.values():
            if offer.leg == leg:
                return offer
        return None


class Failure(msgspec.Struct, kw_only=True, frozen=True):
    """Whom an agent called and did not reach."""

    at: datetime
    target: str
    why: str
    """A cause of `Cause`, or missed | rejected | unreachable of a colleague."""


class Agent(msgspec.Struct, kw_only=True):
    id: AgentId
    state: Presence = Presence.OFF
    since: datetime
    reason: str = ""
    queues: tuple[QueueId, ...] = ()
    call: CallId | None = None
    attends: CallId | None = None
    """The call that he attends as a supervisor: his phone is taken."""
    next_pause: str = ""
    going: str = ""
    """Who (his user) wants him signed out when he has finished."""
    until: datetime | None = None
    misses: int = 0
    failed: Failure | None = None
    """The last time that nobody came whom he called."""
    phone: bool = False
    phone_gone_at: datetime | None = None
    desk: bool = False
    work: Work = msgspec.field(default_factory=Work)


PATIENCE_LEARNED = 50
"""So many waits must have ended before a queue's patience is believed."""


class Figures(msgspec.Struct, kw_only=True):
    """What a queue has learned of itself, for telling people how long it may take."""

    handled: int = 0
    talk_s: float = 0.0
    wrapped: int = 0
    wrap_s: float = 0.0
    last: AgentId | None = None
    """Who was offered something last."""
    judged: int = 0
    """How many were answered, or gave up not too soon."""
    good: float = 0.0
    """Of the last of these: the share that was answered within the service level's threshold."""
    moved: datetime | None = None
    """When somebody came into line or left it last."""
    waits: int = 0
    """How many waits have ended, in an answer or by giving up."""
    wait_s: float = 0.0
    """Mean length of the last of these."""
    gave_up: float = 0.0
    """The share of them that was given up."""
    calibration: Calibration = msgspec.field(default_factory=Calibration)

    def handle_s(self) -> float:
        """How long a contact keeps an agent, on average of the last ones."""
        return self.talk_s + self.wrap_s

    def patience_s(self) -> float | None:
        """How long callers wait on average before they give up; None while too few waits have been seen.

        Time waited over callers given up: the maximum-likelihood estimate for exponential patience, where those who
        were answered are censored.
        """
        if self.waits < PATIENCE_LEARNED or self.gave_up <= 0:
            return None
        return self.wait_s / self.gave_up


class Place(msgspec.Struct, kw_only=True, frozen=True):
    """A place in line that is kept for a caller who gave up, in case he calls again."""

    call: CallId
    """In which he gave up."""
    since: datetime
    until: datetime


class Message(msgspec.Struct, kw_only=True):
    """Words of a supervisor on desks."""

    id: str
    at: datetime
    by: str
    name: str
    text: str
    until: datetime
    urgent: bool = False
    team: TeamId | None = None
    unread: dict[AgentId, None] = {}
    read: dict[AgentId, datetime] = {}


class Closure(msgspec.Struct, kw_only=True, frozen=True):
    """A queue that a supervisor has closed."""

    since: datetime
    by: str
    media: tuple[str, ...] = ()


class Pressure(msgspec.Struct, kw_only=True, frozen=True):
    """A queue has called its reserve."""

    since: datetime
    because: str
    """nobody | waiting | wait | service_level"""


class Emergency(msgspec.Struct, kw_only=True, frozen=True):
    """What the callers of a number are told before its flow, or instead of it."""

    since: datetime
    by: str
    media: tuple[str, ...]
    instead: bool = False


class Snapshot(msgspec.Struct, kw_only=True):
    """All that lasts of a floor: what a checkpoint holds."""

    calls: dict[CallId, Call] = {}
    agents: dict[AgentId, Agent] = {}
    figures: dict[QueueId, Figures] = {}
    lost: set[str] = set()
    """Nodes of the switch that cannot be reached."""
    messages: dict[str, Message] = {}
    closed: dict[QueueId, Closure] = {}
    pressed: dict[QueueId, Pressure] = {}
    """Queues that have called their reserve."""
    emergencies: dict[NumberId, Emergency] = {}
    callbacks: dict[CallbackId, Callback] = {}
    voicemails: dict[VoicemailId, Voicemail] = {}
    places: dict[QueueId, dict[str, Place]] = {}
    """Kept for callers who gave up, by their number; the oldest first."""
    outcalls: dict[OutcallId, Outcall] = {}
    ordered: list[Ordered] = []
    """The outcalls of the last 24 hours, the oldest first."""
