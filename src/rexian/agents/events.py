"""What changed among agents. Subjects: `agent:<id>`, `team:<id>`, `skill:<id>` …"""

import msgspec

from rexian.core.ids import AgentId


class AgentChanged(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Made, changed or removed."""

    agent: AgentId


class TeamChanged(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    team: str


class SkillChanged(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    skill: str


class PauseReasonChanged(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    reason: str


class DispositionChanged(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    disposition: str
