"""Agents as others see them."""

from dataclasses import dataclass, field
from enum import StrEnum

from rexian.core.ids import AgentId, QueueId, TeamId, UserId


class PhoneKind(StrEnum):
    WEB = "web"  # the browser: SIP over WebSocket
    SIP = "sip"  # a desk phone that registers with us
    ADDRESS = "address"  # any number or SIP URI outside


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    id: AgentId
    name: str
    extension: str
    phone_kind: PhoneKind
    phone_id: str
    """The name under which the phone registers: `<tenant>-<extension>`; empty for an outside address."""
    address: str = ""
    """The outside number or SIP URI of an agent without a phone of ours."""
    user: UserId | None = None
    team: TeamId | None = None
    skills: dict[str, int] = field(default_factory=dict)
    queues: tuple[QueueId, ...] = ()
    wrap_up_s: int | None = None
    auto_answer: bool = False
    most_contacts: int | None = None
    """So many contacts of queues in one shift, then he is paused; none: no limit."""
    most_talk_s: int | None = None
    """So long with customers of queues in one shift, then he is paused."""
    callbacks: bool = True
    """He is given callbacks."""
    most_voicemails: int = 1
    """So many voicemails at the same time; 0: he is given none."""
    interruptible: bool = False
    """Calls and callbacks ring while he deals with voicemails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A phone of ours that may register, with its secret."""

    agent: AgentId
    phone_id: str
    secret: str = field(repr=False)
    web: bool
    name: str
