"""What happened to tenants and their users. Subjects: `tenant:<id>`, `user:<id>`."""

import msgspec

from rexian.core.ids import AgentId, UserId


class UserChanged(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    user: UserId


class UserDisabled(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """The user can no longer sign in; all sessions are over."""

    user: UserId
    agent: AgentId | None = None


class SettingsChanged(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    names: tuple[str, ...]
