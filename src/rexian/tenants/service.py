"""What can be done with tenants, users, API keys and settings."""

import re
from collections.abc import Sequence
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator

from rexian.core.errors import Conflict, Forbidden, Invalid
from rexian.core.ids import AgentId, TenantId, UserId, uuid7
from rexian.infra.database import Database, Work
from rexian.infra.rows import Listing, Page, Values
from rexian.tenants import audit, store
from rexian.tenants.events import SettingsChanged, UserChanged, UserDisabled
from rexian.tenants.model import Principal
from rexian.tenants.passwords import Passwords
from rexian.tenants.permissions import ROLES, Role
from rexian.tenants.registers import Register
from rexian.tenants.sessions import key_hash, new_key
from rexian.tenants.tables import api_keys, users

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
CLOCK = r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$"
_USERNAME = re.compile(r"[\w.@+-]{1,64}")


class Settings(BaseModel):
    """What holds for the whole centre."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    timezone: str = "Asia/Shanghai"
    language: Literal["zh", "en"] = "zh"
    country: str = Field("CN", pattern="^[A-Z]{2}$", description="for numbers written without a country code")
    record_calls: bool = True
    recordings_days: int = Field(0, ge=0, le=36500, description="so long recordings and faxes are kept; 0: for ever")
    wrap_up_s: int = Field(30, ge=0, le=3600)
    accent: str = Field("#0f766e", pattern="^#[0-9a-f]{6}$")
    conference_ends: Literal["alone", "moderator", "agents"] = Field(
        "alone", description="when an agent leaves, a conference ends with one party, the last moderator, or agent"
    )
    park_s: int = Field(120, ge=10, le=3600, description="a parked customer then goes back to who parked him")
    show_attendance: bool = Field(False, description="agents see that a supervisor attends their call")

    outcall_from: str = Field("08:00", pattern=CLOCK, description="flows have numbers called from this hour there")
    outcall_until: str = Field("21:00", pattern=CLOCK, description="and until this one")
    outcalls_at_once: int = Field(2, ge=0, le=500, description="so many lines at most; 0: flows call nobody")
    outcalls_a_caller: int = Field(5, ge=0, le=1000, description="calls that one caller may order in 24 hours")
    outcalls_a_number: int = Field(3, ge=0, le=1000, description="calls that may be ordered to one number in 24 hours")
    outcalls_abroad: bool = Field(False, description="flows may have numbers of other countries called")

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError("not a time zone of the IANA list")
        return name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Tenants:
    """Makes tenants and keeps their settings."""

    def __init__(self, database: Database, people: "Users") -> None:
        self._database = database
        self._users = people

    async def bootstrap(self, slug: str, name: str, *, administrator: str, password: str) -> TenantId:
        """The tenant `slug`, made with its first administrator when it is missing; safe to repeat."""
        async with self._database.outside() as db:
            known = await store.tenant_of(db, slug)
        if known is not None:
            return known
        if not _SLUG.fullmatch(slug):
            raise Invalid("tenant.slug", "A tenant's short name has 1 to 32 of a-z, 0-9 and '-'.", slug=slug)
        tenant = TenantId(uuid7())
        async with self._database.work(tenant) as work:
            await store.add_tenant(work, slug, name)
            await audit.note(work, None, "tenant.added", f"tenant:{tenant}", after={"slug": slug, "name": name})
            first = {"username": administrator, "name": administrator, "role": Role.ADMINISTRATOR}
            await self._users.add(work, None, {**first, "password": password})
        return tenant

    async def find(self, slug: str) -> TenantId | None:
        async with self._database.outside() as db:
            return await store.tenant_of(db, slug)

    async def describe(self, work: Work) -> dict[str, Any]:
        """`{id, slug, name}` of the work's tenant."""
        return await store.tenant(work) or {}

    async def settings(self, work: Work) -> Settings:
        return Settings(**await store.settings(work))

    async def change_settings(self, work: Work, by: Principal | None, values: Values) -> Settings:
        before = await self.settings(work)
        after = _settings({**before.model_dump(), **values})
        changed = {name: value for name, value in after.model_dump().items() if value != getattr(before, name)}
        if changed:
            await store.set_settings(work, changed)
            old = {name: getattr(before, name) for name in changed}
            await audit.note(work, by, "settings.changed", f"tenant:{work.tenant}", before=old, after=changed)
            work.record(f"tenant:{work.tenant}", SettingsChanged(names=tuple(sorted(changed))))
        return after


def _settings(values: Values) -> Settings:
    if values["outcall_from"] >= values["outcall_until"]:
        message = "The hours for outgoing calls must end later than they begin; give 00:00 and 24:00 for the whole day."
        raise Invalid("settings.hours", message, field="outcall_until")
    return Settings(**values)


class Users:
    """Keeps users."""

    def __init__(self, passwords: Passwords) -> None:
        self._passwords = passwords
        self._register = Register(
            users,
            "user",
            fact=lambda id: UserChanged(user=UserId(id)),
            search=("username", "name"),
            sort=("username", "name", "role", "created_at"),
            hidden=("password_hash", "failures", "locked_until"),
        )

    async def list(self, work: Work, listing: Listing) -> Page:
        return await self._register.list(work, listing)

    async def get(self, work: Work, user: UserId) -> dict[str, Any]:
        return await self._register.get(work, user)

    async def add(
        self, work: Work, by: Principal | None, values: Values, *, id: UserId | None = None
    ) -> dict[str, Any]:
        """`values`: username, name, password, role, and perhaps locale. Raises `Conflict` when the name is taken."""
        row = await self._row(values)
        return await self._register.add(work, by, row, id=id)

    async def change(self, work: Work, by: Principal | None, user: UserId, values: Values) -> dict[str, Any]:
        """A new password, role or disabling ends the user's sessions. The last administrator stays one."""
        row = await self._row(values)
        if row.get("disabled") or row.get("role", Role.ADMINISTRATOR) != Role.ADMINISTRATOR:
            await self._keep_an_administrator(work, user)
        if "password_hash" in row:
            row |= {"failures": 0, "locked_until": None}
            await audit.note(work, by, "user.password_set", f"user:{user}")
        after = await self._register.change(work, by, user, row)
        if row.keys() & {"password_hash", "role"} or row.get("disabled"):
            await store.end_sessions(work, user)
        if row.get("disabled"):
            work.record(f"user:{user}", UserDisabled(user=user, agent=after["agent_id"]))
        return after

    async def remove(self, work: Work, by: Principal, user: UserId) -> None:
        await self._keep_an_administrator(work, user)
        before = await self._register.get(work, user)
        await self._register.remove(work, by, user)
        work.record(f"user:{user}", UserDisabled(user=user, agent=before["agent_id"]))

    async def choose(self, work: Work, by: Principal, values: Values) -> dict[str, Any]:
        """A user's own choice of `locale` and `theme`."""
        return await self._register.change(work, by, by.user, values)

    async def change_password(self, work: Work, by: Principal, new: str) -> None:
        """A user's own new password, once `Sessions.confirm` knows who asks; all other sessions of the user end."""
        await self._register.change(work, by, by.user, {"password_hash": await self._passwords.hash(new)})
        await store.end_sessions(work, by.user, but=by.session)

    async def become(self, work: Work, user: UserId | None, agent: AgentId) -> None:
        """Let `user` (and nobody else) work as `agent`."""
        await store.forget_agent(work, agent)
        if user is not None:
            await store.set_agent(work, user, agent)

    async def _row(self, values: Values) -> dict[str, Any]:
        row = dict(values)
        if "username" in row:
            row["username"] = _username(row["username"])
        if (password := row.pop("password", None)) is not None:
            row["password_hash"] = await self._passwords.hash(password)
        return row

    async def _keep_an_administrator(self, work: Work, user: UserId) -> None:
        count = await store.administrators(work)
        row = await self._register.get(work, user)
        if count <= 1 and row["role"] == Role.ADMINISTRATOR and not row["disabled"]:
            raise Conflict("user.last_administrator", "This is the last administrator; make another one first.")


class ApiKeys:
    """Keeps API keys. The key itself is shown once and not kept."""

    def __init__(self) -> None:
        self._register = Register(api_keys, "api_key", sort=("name", "created_at", "used_at"), hidden=("hash",))

    async def list(self, work: Work, listing: Listing) -> Page:
        return await self._register.list(work, listing)

    async def add(self, work: Work, by: Principal, *, name: str, permissions: Sequence[str]) -> dict[str, Any]:
        """A key that acts for `by`, with some of the permissions of `by`. The answer holds it as `secret`, once."""
        excess = sorted(set(permissions) - by.permissions)
        if excess:
            raise Forbidden(
                "api_key.excess", f"A key cannot do more than you may: {', '.join(excess)}.", permissions=excess
            )
        key = new_key(work.tenant)
        row: dict[str, Any] = {"name": name, "user_id": by.user, "hash": key_hash(key), "hint": key[-4:]}
        row["permissions"] = sorted(set(permissions))
        return {**await self._register.add(work, by, row), "secret": key}

    async def remove(self, work: Work, by: Principal, id: str) -> None:
        await self._register.remove(work, by, id)


def roles() -> list[dict[str, Any]]:
    """The roles and what each may do."""
    return [{"name": str(role), "permissions": sorted(permissions)} for role, permissions in ROLES.items()]


def _username(text: str) -> str:
    name = text.strip().lower()
    if not _USERNAME.fullmatch(name):
        raise Invalid("user.username", "A user name has 1 to 64 letters, digits or any of . @ + - _.")
    return name
