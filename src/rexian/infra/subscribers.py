"""Readers of the journal: each at its own pace, never skipping, able to begin again from nothing."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol

import structlog
from prometheus_client import Counter
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from rexian.core.errors import Unavailable
from rexian.core.ids import TenantId
from rexian.infra.database import Database, Work
from rexian.infra.journal import Journal, Row
from rexian.infra.tables import journal, journal_cursors, journal_set_aside

log = structlog.stdlib.get_logger()
SET_ASIDE = Counter("rexian_journal_set_aside", "Journal entries that a subscriber could not take.", ["subscriber"])
_cursors = journal_cursors.c
_aside = journal_set_aside.c


GATHER_S = 0.05
"""News that come within this time are read together."""
EVERY_S = 0.5
"""A subscriber reads at most so often: a busy floor commits hundreds of times a second, an idle one is read at once."""


class Subscriber(Protocol):
    """Reads facts and does something about them, in the transaction that moves its cursor.

    It must bear to see a row again (`replay`), and ignore kinds it does not know.
    """

    @property
    def name(self) -> str: ...

    async def handle(self, work: Work, rows: list[Row]) -> None: ...


class Reader:
    """Carries one subscriber through one tenant's journal."""

    def __init__(self, database: Database, subscriber: Subscriber, *, batch: int = 500, attempts: int = 6) -> None:
        self._database = database
        self._subscriber = subscriber
        self._batch = batch
        self._attempts = attempts
        self._failures: dict[TenantId, int] = {}

    @property
    def name(self) -> str:
        return self._subscriber.name

    async def catch_up(self, tenant: TenantId) -> None:
        """Read to the journal's end. Raises what the subscriber raised; the cursor then stands before that batch.

        After a failure rows are taken one by one, so that the good ones before the bad one are not held up. A row
        that fails `attempts` times is set aside: kept in `journal_set_aside`, logged and counted.
        """
        while await self._step(tenant):
            pass

    async def _step(self, tenant: TenantId) -> bool:
        failures = self._failures.get(tenant, 0)
        size = self._batch if not failures else 1
        rows: list[Row] = []
        try:
            async with self._database.work(tenant) as work:
                rows = await self._next(work, size)
                if rows:
                    await self._subscriber.handle(work, rows)
                    await move(work, self.name, rows[-1].seq)
        except (Unavailable, OSError):
            raise
        except Exception as error:
            self._failures[tenant] = failures + 1
            if rows and size == 1 and failures + 1 >= self._attempts:
                await self._set_aside(tenant, rows[0], error)
                return True
            raise
        self._failures.pop(tenant, None)
        return len(rows) == size or bool(failures and rows)

    async def _next(self, work: Work, limit: int) -> list[Row]:
        after = await cursor_of(work, self.name)
        if after is None:
            return []
        return await rows_after(work, after, limit)

    async def _set_aside(self, tenant: TenantId, row: Row, error: Exception) -> None:
        attempts = self._failures.pop(tenant)
        async with self._database.work(tenant) as work:
            await keep_aside(work, self.name, row, attempts=attempts, error=repr(error))
            await move(work, self.name, row.seq)
        SET_ASIDE.labels(self.name).inc()
        log.error("A journal entry was set aside.", subscriber=self.name, tenant=tenant, seq=row.seq, kind=row.kind)


class Subscribers:
    """Runs subscribers for all tenants until cancelled: woken by the journal, and looking by itself now and then."""

    def __init__(self, database: Database, source: Journal, subscribers: Sequence[Subscriber]) -> None:
        self._database = database
        self._journal = source
        self._lanes = [_Lane(Reader(database, subscriber)) for subscriber in subscribers]

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._wake(), name="journal wake-up")
            for lane in self._lanes:
                group.create_task(lane.run(), name=f"subscriber {lane.reader.name}")

    async def catch_up(self, *tenants: TenantId) -> None:
        """Bring all subscribers to the end of these tenants' journals (all, if none is named); a failure raises."""
        for tenant in tenants or await self._database.tenants():
            for lane in self._lanes:
                await lane.reader.catch_up(tenant)

    async def _wake(self) -> None:
        while True:
            try:
                async for tenant in self._journal.wakes():
                    for each in await self._database.tenants() if tenant is None else [tenant]:
                        for lane in self._lanes:
                            lane.add(each)
            except Exception as error:
                log.warning("The journal cannot be heard; listening again.", error=type(error).__name__)
            await asyncio.sleep(1)


class _Lane:
    """One subscriber's queue of tenants that have news, and its pause after a failure."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._waiting: dict[TenantId, None] = {}
        self._news = asyncio.Event()
        self._pauses: dict[TenantId, float] = {}
        self._again_at = 0.0

    def add(self, tenant: TenantId) -> None:
        self._waiting[tenant] = None
        self._news.set()

    async def run(self) -> None:
        clock = asyncio.get_running_loop().time
        async with asyncio.TaskGroup() as later:
            while True:
                await self._news.wait()
                await asyncio.sleep(max(GATHER_S, self._again_at - clock()))
                self._again_at = clock() + EVERY_S
                self._news.clear()
                for tenant in list(self._waiting):
                    self._waiting.pop(tenant, None)
                    await self._catch_up(tenant, later)

    async def _catch_up(self, tenant: TenantId, later: asyncio.TaskGroup) -> None:
        try:
            await self.reader.catch_up(tenant)
            self._pauses.pop(tenant, None)
        except Exception:
            pause = min(2 * self._pauses.get(tenant, 0.25), 60.0)
            self._pauses[tenant] = pause
            log.log(
                logging.WARNING,
                "A subscriber failed and is tried again.",
                subscriber=self.reader.name,
                tenant=tenant,
                pause_s=pause,
                exc_info=True,
            )
            later.create_task(self._again(tenant, pause), name=f"retry {self.reader.name}")

    async def _again(self, tenant: TenantId, pause: float) -> None:
        await asyncio.sleep(pause)
        self.add(tenant)


async def cursor_of(work: Work, name: str) -> int | None:
    """Where a subscriber stands, locked for this transaction; `None` when another process holds it."""
    first = insert(journal_cursors).values(tenant_id=work.tenant, name=name).on_conflict_do_nothing()
    await work.db.execute(first)
    locked = select(_cursors.seq).where(_cursors.name == name).with_for_update(skip_locked=True)
    return (await work.db.execute(locked)).scalar_one_or_none()


async def rows_after(work: Work, after: int, limit: int) -> list[Row]:
    """The next entries of the work's tenant."""
    c = journal.c
    query = (
        select(c.seq, c.at, c.subject, c.kind, c.data)
        .where(c.tenant_id == work.tenant, c.seq > after)
        .order_by(c.seq)
        .limit(limit)
    )
    return [Row(*row) for row in await work.db.execute(query)]


async def move(work: Work, name: str, seq: int) -> None:
    await work.db.execute(update(journal_cursors).where(_cursors.name == name).values(seq=seq, moved_at=func.now()))


async def replay(work: Work, name: str) -> None:
    """Let a subscriber begin again from the first entry; what it has written before is its own matter."""
    await work.db.execute(delete(journal_set_aside).where(_aside.name == name))
    await work.db.execute(delete(journal_cursors).where(_cursors.name == name))


async def keep_aside(work: Work, name: str, row: Row, *, attempts: int, error: str) -> None:
    values = {"tenant_id": work.tenant, "name": name, "seq": row.seq, "attempts": attempts, "error": error[:2000]}
    statement = insert(journal_set_aside).values(values)
    await work.db.execute(
        statement.on_conflict_do_update(
            index_elements=["tenant_id", "name", "seq"], set_={"attempts": attempts, "error": error[:2000]}
        )
    )
