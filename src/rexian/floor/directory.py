"""What the floor knows of the house: agents, queues, numbers, flows. A frozen snapshot that is replaced as a whole."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

import msgspec

from rexian.core.ids import AgentId, FlowId, FlowVersionId, NumberId, QueueId, TeamId, TrunkId
from rexian.floor.asides import ASIDE_FLOW, ASIDES, with_asides
from rexian.floor.outcall_rules import OutcallRules
from rexian.flows.model import Document
from rexian.routing.callbacks import CallbackRules
from rexian.routing.exits import Exit
from rexian.routing.model import EXTENSION_S, EXTENSIONS
from rexian.routing.rules import Rules


class AgentEntry(msgspec.Struct, frozen=True, kw_only=True):
    id: AgentId
    name: str
    extension: str
    address: str
    """What to originate: `phone:<phone id>` or a way to an outside number."""
    phone: str = ""
    """The phone that must be registered for him to be called; empty: any address, always reachable."""
    auto_answer: bool = False
    team: TeamId | None = None
    skills: dict[str, int] = {}
    queues: tuple[QueueId, ...] = ()
    wrap_up_s: int | None = None
    most_contacts: int | None = None
    """So many contacts of queues in one shift, then he is paused."""
    most_talk_s: int | None = None
    """So long with customers of queues in one shift, then he is paused."""
    callbacks: bool = True
    """He is given callbacks."""
    most_voicemails: int = 1
    """So many voicemails at the same time; 0: he is given none."""
    interruptible: bool = False
    """Calls and callbacks ring while he deals with voicemails."""


class QueueEntry(msgspec.Struct, frozen=True, kw_only=True):
    id: QueueId
    name: str
    skills: dict[str, int] = {}
    priority: int = 0
    rules: Rules = Rules()
    ring_timeout_s: float = 20.0
    wrap_up_s: int | None = None
    wrap_up_extensions: int = EXTENSIONS
    wrap_up_extension_s: int = EXTENSION_S
    max_wait_s: float | None = None
    music: str = "default"
    sl_threshold_s: int = 20
    short_abandon_s: int = 5
    max_misses: int = 3
    auto_answer: bool = False
    """Its calls are answered by the agent's phone itself."""
    announce_every_s: int | None = None
    announce_position: bool = False
    announce_wait: bool = False
    announce_prompts: tuple[str, ...] = ()
    comfort: tuple[str, ...] = ()
    keep_place_s: int = 0
    when_no_agents: str = "wait"
    survey_flow: FlowId | None = None
    exits: tuple[Exit, ...] = ()
    callback: CallbackRules = CallbackRules()


class NumberEntry(msgspec.Struct, frozen=True, kw_only=True):
    id: NumberId
    number: str
    name: str = ""
    flow: FlowVersionId | None = None
    caller_name: str = ""
    draft_of: FlowId | None = None
    """The flow whose draft it runs where there is one: a number for trying."""


class TrunkEntry(msgspec.Struct, frozen=True, kw_only=True):
    id: TrunkId
    name: str
    host: str = ""
    """Where calls go out to; empty: it only brings calls in."""


class Calendar(Protocol):
    """Opening hours, ready to be asked."""

    def is_open(self, at: datetime) -> bool: ...

    def next_change(self, at: datetime) -> datetime | None: ...


class Listed(Protocol):
    """The lists on which numbers stand, ready to be asked."""

    def of(self, number: str, at: datetime) -> tuple[str, ...]: ...


class NobodyListed:
    def of(self, number: str, at: datetime) -> tuple[str, ...]:
        return ()


NOBODY_LISTED = NobodyListed()


class Directory(msgspec.Struct, frozen=True, kw_only=True):
    agents: dict[AgentId, AgentEntry] = {}
    queues: dict[QueueId, QueueEntry] = {}
    numbers: dict[str, NumberEntry] = {}
    """By the number as it is called."""
    flows: dict[FlowVersionId, Document] = {}
    """Every published version, those that calls in progress began with, and drafts that numbers for trying run."""
    calendars: Mapping[str, Calendar] = {}
    trunk: str = ""
    """The trunk that outside calls leave by; empty: none."""
    trunks: dict[TrunkId, TrunkEntry] = {}
    caller_number: str = ""
    """What outside parties see when no queue says otherwise."""
    wrap_up_s: int = 30
    """For those whose queue and agent say nothing."""
    record: bool = True
    published: dict[FlowId, FlowVersionId] = {}
    """Which version of each flow is taken now."""
    flow_ids: Mapping[str, FlowId] = {}
    """Published flows by what others may call them: their names and their ids."""
    outcalls: OutcallRules = OutcallRules()
    """Whom flows may have called, how often, and when."""
    conference_ends: str = "alone"
    """When an agent leaves a conference it ends: alone (with nobody to talk with) | moderator (was the last to lead) |
    agents (no other agent is in it)."""
    park_s: int = 120
    """How long a parked customer waits before he goes back to who parked him."""
    show_attendance: bool = False
    """Whether agents see that a supervisor attends their call."""
    country: str = "CN"
    """Of numbers that come without a country code."""
    names: dict[str, QueueId] = {}
    """Queues by name as well as by id, for flows that name them."""
    phones: dict[str, AgentId] = {}
    extensions: dict[str, AgentId] = {}
    strategies: Mapping[str, Callable[[dict[str, Any]], Any]] = {}
    """Routing strategies of others, by name."""
    zone: str = "Asia/Shanghai"
    """The tenant's time zone (IANA)."""
    listed: Listed = NOBODY_LISTED
    """Whose numbers stand on which lists: blocked, VIP, and the tenant's own."""
    hears: tuple[str, ...] | None = None
    """The languages in which callers are understood here; None: not known, flows just try."""
    slug: str = ""
    """The tenant's short name, under which its own prompts lie."""
    loaded: int = 0
    closings: dict[tuple[str, datetime], datetime | None] = {}
    """When a calendar closes next after a minute: worked out once, for as long as the calendars are these."""


def directory(
    *,
    agents: list[AgentEntry],
    queues: list[QueueEntry],
    numbers: list[NumberEntry],
    flows: dict[FlowVersionId, Document],
    calendars: Mapping[str, Calendar] | None = None,
    trunk: str = "",
    trunks: list[TrunkEntry] | None = None,
    caller_number: str = "",
    wrap_up_s: int = 30,
    record: bool = True,
    published: dict[FlowId, FlowVersionId] | None = None,
    flow_ids: Mapping[str, FlowId] | None = None,
    outcalls: OutcallRules | None = None,
    conference_ends: str = "alone",
    park_s: int = 120,
    show_attendance: bool = False,
    slug: str = "",
    country: str = "CN",
    strategies: Mapping[str, Callable[[dict[str, Any]], Any]] | None = None,
    zone: str = "Asia/Shanghai",
    listed: Listed | None = None,
    hears: tuple[str, ...] | None = None,
) -> Directory:
    """A directory with its look-up tables made."""
    return Directory(
        agents={agent.id: agent for agent in agents},
        queues={queue.id: queue for queue in queues},
        numbers={number.number: number for number in numbers},
        flows={ASIDE_FLOW: ASIDES, **{id: with_asides(document) for id, document in flows.items()}},
        calendars=calendars or {},
        trunk=trunk,
        trunks={each.id: each for each in trunks or ()},
        caller_number=caller_number,
        wrap_up_s=wrap_up_s,
        record=record,
        published=published or {},
        flow_ids=flow_ids or {},
        outcalls=outcalls or OutcallRules(),
        conference_ends=conference_ends,
        park_s=park_s,
        show_attendance=show_attendance,
        slug=slug,
        country=country,
        strategies=strategies or {},
        zone=zone,
        listed=listed or NOBODY_LISTED,
        hears=hears,
        closings={},
        names={queue.name: queue.id for queue in queues},
        phones={agent.phone: agent.id for agent in agents if agent.phone},
        extensions={agent.extension: agent.id for agent in agents if agent.extension},
    )
