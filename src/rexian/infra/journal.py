"""The journal: what happened, in order, never changed. Everything that is counted is counted from here."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import msgspec
import psycopg
import psycopg_pool
from psycopg.types.json import set_json_loads

from rexian.core.errors import Unavailable
from rexian.core.ids import TenantId

F = TypeVar("F")

CHANNEL = "journal"
WRITES_WITHIN_S, READS_WITHIN_S = 20.0, 5.0
"""So long a connection is waited for. Who writes is patient: a database that is slow, or back again by then, costs him
nothing, while one whose write fails has to read all of his state anew."""
_APPEND = "select journal_append(%s::uuid, %s::jsonb)"
_READ = "select seq, at, subject, kind, data from journal_read(%s::uuid, %s, %s, %s::text[])"
_HEAD = "select coalesce(max(seq), 0) from journal where tenant_id = %s::uuid"


class Entry(NamedTuple):
    """A fact about a subject (`call:<id>`, `agent:<id>`, `tenant:<id>` …), to be written.

    Its time is the fact's `at` where it has one, else the database's clock; its kind is the name of its type.
    """

    subject: str
    fact: msgspec.Struct


class Row(NamedTuple):
    """A fact as it stands in the journal."""

    seq: int
    at: datetime
    subject: str
    kind: str
    data: dict[str, Any]

    def as_(self, fact: type[F]) -> F:
        """The fact in its type (or in a union of tagged types)."""
        return msgspec.convert(self.data, fact)


async def append_on(connection: psycopg.AsyncConnection[Any], tenant: TenantId, entries: Sequence[Entry]) -> int:
    """Append on a connection of the caller's, inside its transaction if there is one; returns the last `seq`."""
    written = [
        (getattr(entry.fact, "at", None), entry.subject, type(entry.fact).__name__, entry.fact) for entry in entries
    ]
    cursor = await connection.execute(_APPEND, (tenant, msgspec.json.encode(written).decode()), prepare=True)
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


class Journal:
    """The journal by itself, outside of any unit of work: the floor's hot path, and the readers'."""

    def __init__(self, url: str, options: str, *, pool_size: int = 4) -> None:
        self._url = url
        self._options: dict[str, Any] = {"options": options, "autocommit": True, "application_name": "rexian journal"}
        self._pool = psycopg_pool.AsyncConnectionPool(
            url, kwargs=self._options, min_size=1, max_size=pool_size, configure=_configure, open=False
        )

    async def open(self) -> None:
        await self._pool.open(wait=True, timeout=30)

    async def close(self) -> None:
        await self._pool.close()

    async def append(self, tenant: TenantId, entries: Sequence[Entry]) -> int:
        """Append in one round trip, committed when it returns; gives the last `seq`.

        Raises `Unavailable` when the database cannot be reached: then it is not known whether the entries stand.
        """
        async with self._connection(WRITES_WITHIN_S) as connection:
            return await append_on(connection, tenant, entries)

    async def read(
        self, tenant: TenantId, after: int, limit: int = 1000, subjects: Sequence[str] | None = None
    ) -> list[Row]:
        """The entries with `seq` above `after`, in order; only those about `subjects` when given."""
        names = None if subjects is None else list(subjects)
        async with self._connection(READS_WITHIN_S) as connection:
            cursor = await connection.execute(_READ, (tenant, after, limit, names), prepare=True)
            return [Row(*row) for row in await cursor.fetchall()]

    async def head(self, tenant: TenantId) -> int:
        """The last `seq` of a tenant; 0 when its journal is empty."""
        async with self._connection(READS_WITHIN_S) as connection, connection.transaction():
            await connection.execute("select set_config('rexian.tenant', %s, true)", (tenant,))
            row = await (await connection.execute(_HEAD, (tenant,))).fetchone()
            return 0 if row is None else int(row[0])

    async def wakes(self, *, every_s: float = 15.0) -> AsyncIterator[TenantId | None]:
        """Tenants as their journals grow. `None` means "look at all": at the start and each `every_s` seconds.

        Ends with `Unavailable` when the connection breaks; the caller listens again.
        """
        try:
            async with await psycopg.AsyncConnection.connect(self._url, **self._options) as connection:
                await connection.execute(f"listen {CHANNEL}")
                yield None
                while True:
                    async for notice in connection.notifies(timeout=every_s):
                        yield TenantId(notice.payload)
                    yield None
        except psycopg.OperationalError as error:
            raise _unavailable() from error

    @asynccontextmanager
    async def _connection(self, within_s: float) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        try:
            async with self._pool.connection(within_s) as connection:
                yield connection
        except (psycopg.OperationalError, psycopg_pool.PoolTimeout) as error:
            raise _unavailable() from error


async def _configure(connection: psycopg.AsyncConnection[Any]) -> None:
    set_json_loads(msgspec.json.decode, connection)


def _unavailable() -> Unavailable:
    return Unavailable("journal.unavailable", "The database cannot be reached; it is tried again by itself.")
