"""Signing in and being known again: sessions by cookie, programs by API key."""

import asyncio
import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rexian.core.clock import Clock
from rexian.core.errors import Forbidden
from rexian.core.ids import AgentId, TenantId, UserId
from rexian.infra.database import Database, Work
from rexian.tenants import audit, store
from rexian.tenants.model import Principal
from rexian.tenants.passwords import Passwords
from rexian.tenants.permissions import ROLES, Role

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
TRIES = 5
FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(minutes=15)
_SEEN_EVERY = timedelta(minutes=1)
_KEY_MARK = "rx_"


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session: what the cookie holds, and whose it is."""

    cookie: str
    principal: Principal


class Sessions:
    """Opens, knows and closes sessions. `refusal_s` is how long a refused sign-in keeps its caller waiting."""

    def __init__(self, database: Database, clock: Clock, passwords: Passwords, *, refusal_s: float = 0.5) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._refusal_s = refusal_s

    async def sign_in(self, tenant: str, username: str, password: str, *, address: str = "") -> Opened:
        """Open a session. Whatever is wrong (tenant, name, password, locked, disabled), the refusal is the same.

        After `TRIES` wrong passwords the user is locked for `FIRST_LOCK`, doubling with each further one.
        """
        known = await self._user(tenant, username)
        good = await self._passwords.check(password, known.user["password_hash"] if known else None)
        if known is None:
            return await self._refuse()
        opened = await self._decide(known, good, address)
        return opened or await self._refuse()

    async def by_cookie(self, cookie: str) -> Principal | None:
        """Whose session this is; `None` when it is over or never was."""
        tenant, _, token = cookie.partition(".")
        if not _is_id(tenant):
            return None
        now = self._clock.now()
        async with self._database.work(TenantId(tenant)) as work:
            row = await store.session(work, _hash(token))
            if row is None or row["disabled"] or now - row["seen_at"] > IDLE or now - row["created_at"] > LONGEST:
                return None
            if now - row["seen_at"] > _SEEN_EVERY:
                await store.see_session(work, row["session"], now)
            return _principal(work.tenant, row, ROLES[Role(row["role"])])

    async def by_key(self, key: str) -> Principal | None:
        """Whose API key this is. It can do what was asked for it and its user still may."""
        tenant, _, _ = key.removeprefix(_KEY_MARK).partition("_")
        if not key.startswith(_KEY_MARK) or not _is_id(tenant):
            return None
        now = self._clock.now()
        async with self._database.work(TenantId(str(uuid.UUID(tenant)))) as work:
            row = await store.api_key(work, _hash(key))
            if row is None or row["disabled"]:
                return None
            if row["used_at"] is None or now - row["used_at"] > _SEEN_EVERY:
                await store.see_api_key(work, row["key"], now)
            return _principal(work.tenant, row, ROLES[Role(row["role"])] & frozenset(row["permissions"]))

    async def confirm(self, by: Principal, password: str) -> None:
        """That whoever asks knows the user's password; wrong ones count as at signing in. Raises `Forbidden`."""
        async with self._database.work(by.tenant) as work:
            user = await store.user_locked(work, by.user)
        good = await self._passwords.check(password, user["password_hash"] if user else None)
        if user is None or not await self._confirmed(_Known(by.tenant, user), good):
            await asyncio.sleep(self._refusal_s)
            raise Forbidden(
                "password.wrong", "The current password is not right; after several wrong tries wait a while."
            )

    async def sign_out(self, work: Work, by: Principal) -> None:
        if by.session is not None:
            await store.end_session(work, by.session)
            await audit.note(work, by, "session.closed", f"user:{by.user}")

    async def _user(self, slug: str, username: str) -> "_Known | None":
        async with self._database.outside() as db:
            tenant = await store.tenant_of(db, slug.strip().lower())
        if tenant is None:
            return None
        async with self._database.work(tenant) as work:
            user = await store.user_named(work, username.strip().lower())
        return None if user is None else _Known(tenant, user)

    async def _decide(self, known: "_Known", good: bool, address: str) -> Opened | None:
        """The row is read again under a lock: tries at the same time must all be counted."""
        now = self._clock.now()
        async with self._database.work(known.tenant) as work:
            user = await store.user_locked(work, known.user["id"])
            if user is None or user["disabled"] or (user["locked_until"] and now < user["locked_until"]):
                return None
            if not good or user["password_hash"] != known.user["password_hash"]:
                await self._count_failure(work, user, now, address)
                return None
            return await self._open(work, user, now, address)

    async def _confirmed(self, known: "_Known", good: bool) -> bool:
        now = self._clock.now()
        async with self._database.work(known.tenant) as work:
            user = await store.user_locked(work, known.user["id"])
            if user is None or (user["locked_until"] and now < user["locked_until"]):
                return False
            if not good or user["password_hash"] != known.user["password_hash"]:
                await self._count_failure(work, user, now)
                return False
            await store.set_failures(work, user["id"], 0, None)
            return True

    async def _count_failure(self, work: Work, user: dict[str, Any], now: datetime, address: str = "") -> None:
        failures = user["failures"] + 1
        await store.set_failures(work, user["id"], failures, locked_until(failures, now))
        await audit.note(work, None, "session.refused", f"user:{user['id']}", after={"address": address})

    async def _open(self, work: Work, user: dict[str, Any], now: datetime, address: str) -> Opened:
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
        await store.set_failures(work, user["id"], 0, None)
        await store.forget_sessions(work, user["id"], before=now - LONGEST)
        await store.open_session(work, _hash(token), user["id"], csrf=csrf, now=now)
        row = {**user, "user": user["id"], "session": _hash(token), "csrf": csrf}
        principal = _principal(work.tenant, row, ROLES[Role(user["role"])])
        await audit.note(work, principal, "session.opened", f"user:{user['id']}", after={"address": address})
        return Opened(f"{work.tenant}.{token}", principal)

    async def _refuse(self) -> Opened:
        await asyncio.sleep(self._refusal_s)
        raise Forbidden(
            "session.refused",
            "Sign-in failed. Check the centre, name and password; after several wrong tries wait a while.",
        )


def new_key(tenant: TenantId) -> str:
    """A new API key's text; it is shown once and kept as a hash only."""
    return f"{_KEY_MARK}{uuid.UUID(tenant).hex}_{secrets.token_urlsafe(32)}"


def key_hash(key: str) -> str:
    return _hash(key)


def locked_until(failures: int, now: datetime) -> datetime | None:
    """When a user may try again after so many wrong passwords in a row."""
    if failures < TRIES:
        return None
    doublings = min(failures - TRIES, 10)
    return now + min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)


def same(one: str | None, other: str | None) -> bool:
    """Whether two secrets are the same, in a time that tells nothing."""
    return bool(one) and bool(other) and hmac.compare_digest(str(one).encode(), str(other).encode())


@dataclass(frozen=True, slots=True)
class _Known:
    tenant: TenantId
    user: dict[str, Any]


def _principal(tenant: TenantId, row: dict[str, Any], permissions: frozenset[str]) -> Principal:
    return Principal(
        tenant=tenant,
        user=UserId(row["user"]),
        name=row["name"],
        role=row["role"],
        permissions=permissions,
        locale=row["locale"],
        agent=None if row["agent_id"] is None else AgentId(row["agent_id"]),
        key=row.get("key"),
        session=row.get("session"),
        csrf=row.get("csrf"),
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
