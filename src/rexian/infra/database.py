"""The unit of work: one transaction, in one tenant, with what it records and defers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import msgspec
import psycopg
from sqlalchemy import make_url, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from rexian.core.ids import TenantId
from rexian.infra.jobs import Jobs
from rexian.infra.journal import Entry, append_on
from rexian.infra.tables import ROLE, tenants

_ENTER = text("select set_config('rexian.tenant', :tenant, true)")


class Work:
    """One transaction in one tenant. What is recorded and deferred happens with its commit, or not at all."""

    def __init__(self, tenant: TenantId, db: AsyncConnection, jobs: Jobs | None) -> None:
        self.tenant = tenant
        self.db = db
        self._jobs = jobs
        self._entries: list[Entry] = []
        self._deferred: list[tuple[str, dict[str, Any]]] = []

    def record(self, subject: str, fact: msgspec.Struct) -> None:
        """Write `fact` into the journal as this transaction commits."""
        self._entries.append(Entry(subject, fact))

    def defer(self, name: str, **args: Any) -> None:
        """Queue the job `name` as this transaction commits; `tenant` is passed to it along with `args`."""
        self._deferred.append((name, {"tenant": self.tenant, **args}))

    async def finish(self) -> None:
        """Write what was recorded and deferred; the journal's lock is taken last, and so held for an instant."""
        if not self._entries and not self._deferred:
            return
        raw = await self._raw()
        for name, args in self._deferred:
            await _needed(self._jobs).defer_on(raw, name, args)
        if self._entries:
            await append_on(raw, self.tenant, self._entries)
        self._deferred, self._entries = [], []

    async def _raw(self) -> psycopg.AsyncConnection[Any]:
        fairy = await self.db.get_raw_connection()
        return cast("psycopg.AsyncConnection[Any]", fairy.driver_connection)


class Database:
    """PostgreSQL, reached under the application's role."""

    def __init__(self, url: str, *, role: str = ROLE, jobs: Jobs | None = None, pool_size: int = 10) -> None:
        self.url = url
        self._jobs = jobs
        self._engine = create_async_engine(
            sqlalchemy_url(url),
            connect_args={"options": connection_options(role), "application_name": "rexian"},
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=10,
            pool_pre_ping=True,
            hide_parameters=True,
        )

    @asynccontextmanager
    async def work(self, tenant: TenantId) -> AsyncIterator[Work]:
        """One transaction in `tenant`: commits at the end, rolls back on an error."""
        async with self._engine.begin() as db:
            await db.execute(_ENTER, {"tenant": tenant})
            work = Work(tenant, db, self._jobs)
            yield work
            await work.finish()

    @asynccontextmanager
    async def outside(self) -> AsyncIterator[AsyncConnection]:
        """One transaction in no tenant: it sees the list of tenants and no row of any of them."""
        async with self._engine.begin() as db:
            yield db

    async def tenants(self) -> list[TenantId]:
        async with self.outside() as db:
            return [TenantId(row.id) for row in await db.execute(select(tenants.c.id).order_by(tenants.c.slug))]

    async def make_months(self, ahead: int = 3) -> int:
        """Make the journal's partitions for the months to come; safe to repeat. Returns how many were missing."""
        async with self.outside() as db:
            return int(await db.scalar(text("select journal_make_months(:ahead)"), {"ahead": ahead}) or 0)

    async def close(self) -> None:
        await self._engine.dispose()


def connection_options(role: str = ROLE) -> str:
    """What a connection starts with. The role is part of the start, so that even `RESET ROLE` comes back to it."""
    return f"-c role={role} -c search_path=public,jobs -c timezone=UTC -c jit=off"


def sqlalchemy_url(url: str) -> str:
    """A `postgresql://` URL in SQLAlchemy's words, over psycopg 3."""
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _needed(jobs: Jobs | None) -> Jobs:
    if jobs is None:
        raise RuntimeError("This database was made without jobs: pass Database(url, jobs=Jobs(url)).")
    return jobs
