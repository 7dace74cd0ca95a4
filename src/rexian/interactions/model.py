"""What a contact was: frozen records and questions about them. All of it is folded from facts, none is entered."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from rexian.core.ids import AgentId, CallId, CustomerId, LegId, NumberId, OutcallId, QueueId
from rexian.floor.events import Direction, Role
from rexian.floor.faxes import FaxWay

NOTHING = timedelta()


class SegmentKind(StrEnum):
    """What one lane (a leg) did for a while. `ivr` and `queue` lie on the customer's leg, all others on an agent's."""

    IVR = "ivr"
    QUEUE = "queue"
    RING = "ring"  # offered to the agent; outbound and internal: the agent waits for the other side
    TALK = "talk"
    HOLD = "hold"
    CONSULT = "consult"
    CONFERENCE = "conference"
    WRAP_UP = "wrap_up"


class Outcome(StrEnum):
    ANSWERED = "answered"  # somebody spoke with the customer
    ABANDONED = "abandoned"  # hung up while waiting in a queue
    SHORT_ABANDON = "short_abandon"  # the same, within the queue's short-abandon time
    FLOW_OUT = "flow_out"  # left the queue by its own rules (time-out, nobody there) and reached nobody
    IVR_ONLY = "ivr_only"  # never asked for a person
    FAILED = "failed"  # could not be served: not reached, an error, the switch lost


class VisitEnd(StrEnum):
    """How one stay in one queue ended; `WAITING` while it has not."""

    WAITING = "waiting"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    FLOW_OUT = "flow_out"


class Segment(msgspec.Struct, frozen=True):
    kind: SegmentKind
    start: datetime
    end: datetime | None  # none: still going on
    leg: LegId | None = None
    agent: AgentId | None = None
    queue: QueueId | None = None
    visit: int | None = None  # the queue visit it was handled for
    result: str = ""  # of a ring: answered | missed | rejected | unreachable | withdrawn

    @property
    def length(self) -> timedelta:
        return self.end - self.start if self.end else NOTHING


class Visit(msgspec.Struct, frozen=True):
    """One stay in one queue: the unit that offered, answered and abandoned count."""

    number: int
    queue: QueueId
    enqueued_at: datetime
    via: str
    sl_threshold: timedelta
    short_abandon: timedelta
    end: VisitEnd = VisitEnd.WAITING
    reason: str = ""  # of a flow-out
    left_at: datetime | None = None
    agent: AgentId | None = None  # who answered
    foretold: timedelta | None = None  # the wait that was foretold when he came; none: somebody was ready
    talk: timedelta = NOTHING  # handling that followed, of the agent who answered
    hold: timedelta = NOTHING
    consult: timedelta = NOTHING
    wrap_up: timedelta = NOTHING

    @property
    def wait(self) -> timedelta:
        return self.left_at - self.enqueued_at if self.left_at else NOTHING

    @property
    def short(self) -> bool:
        return self.end is VisitEnd.ABANDONED and self.wait <= self.short_abandon


class Leg(msgspec.Struct, frozen=True):
    leg: LegId
    role: Role
    address: str
    agent: AgentId | None
    placed_at: datetime
    rang_at: datetime | None = None
    up_at: datetime | None = None
    down_at: datetime | None = None
    cause: str = ""


class Stored(msgspec.Struct, frozen=True):
    """What lies in the blob store for a recording."""

    key: str
    size: int
    sha256: str
    duration: timedelta
    channels: int  # two: left the customer, right the agent


class Recording(msgspec.Struct, frozen=True):
    id: str
    leg: LegId
    started_at: datetime
    closed_at: datetime | None = None
    path: str = ""  # where the switch left it
    rate: int = 8000
    stored: Stored | None = None
    missing: str = ""  # why it could not be taken over
    removed: bool = False  # it was kept long enough

    @property
    def state(self) -> str:
        """open | closed (waits for being taken over) | stored | removed | missing"""
        if self.stored:
            return "removed" if self.removed else "stored"
        if self.missing:
            return "missing"
        return "closed" if self.closed_at else "open"


class StoredFax(msgspec.Struct, frozen=True):
    """What lies in the blob store for a fax: a PDF."""

    key: str
    size: int
    sha256: str
    pages: int


class Fax(msgspec.Struct, frozen=True):
    id: str
    way: FaxWay
    started_at: datetime
    document: str = ""  # what was sent: its id among the fax documents
    document_name: str = ""  # and how it was called then
    ended_at: datetime | None = None
    complete: bool = False
    pages: int = 0
    station: str = ""  # what the other machine calls itself
    t38: bool = False
    error: str = ""
    path: str = ""  # where the switch left the pages
    stored: StoredFax | None = None
    missing: str = ""  # why they could not be taken over
    removed: bool = False  # they were kept long enough

    @property
    def state(self) -> str:
        """open | closed (its pages are to be taken over) | stored | removed | missing | sent | failed (no page)"""
        if self.stored:
            return "removed" if self.removed else "stored"
        if self.missing:
            return "missing"
        if self.ended_at is None:
            return "open"
        if self.way is FaxWay.SENT:
            return "sent" if self.complete else "failed"
        return "closed" if self.pages and self.path else "failed"


class Interaction(msgspec.Struct, frozen=True):
    """One contact. Sums: talk = talk + conference segments of all agents; hold, consult and wrap_up likewise;
    wait = its queue segments. `closed` when the call is over and nobody wraps up any more."""

    call: CallId
    direction: Direction
    started_at: datetime
    caller: str
    called: str
    caller_name: str = ""
    number: NumberId | None = None
    follows: CallId | None = None  # the contact in which this call was asked for
    outcall: OutcallId | None = None  # the outcall that it is an attempt of
    customer: CustomerId | None = None
    customer_sure: bool = False
    queue: QueueId | None = None  # the last one it was in; outbound: whose face the call bore
    agent: AgentId | None = None  # the last one who spoke
    outcome: Outcome | None = None  # none while nobody can say yet
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    cause: str = ""
    closed: bool = False
    announced: bool = False  # `InteractionClosed` is in the journal
    wait: timedelta = NOTHING
    talk: timedelta = NOTHING
    hold: timedelta = NOTHING
    consult: timedelta = NOTHING
    wrap_up: timedelta = NOTHING
    disposition: str = ""
    notes: str = ""
    survey: dict[str, Any] = {}  # what the customer answered after the agent had hung up
    segments: tuple[Segment, ...] = ()
    visits: tuple[Visit, ...] = ()
    legs: tuple[Leg, ...] = ()
    recordings: tuple[Recording, ...] = ()
    faxes: tuple[Fax, ...] = ()
