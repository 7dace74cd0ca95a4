"""The live figures of all tenants, in `serve`: seeded from the records, then moved by the journal."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import structlog

from rexian.core.clock import Clock
from rexian.core.ids import QueueId, TenantId
from rexian.infra.database import Database, Work
from rexian.infra.journal import Journal, Row
from rexian.infra.subscribers import cursor_of
from rexian.insight import store
from rexian.insight.figures import Sums, figures
from rexian.insight.live import LiveFigures
from rexian.interactions.folding import FACTS, CallFact
from rexian.interactions.store import facts_of, open_calls
from rexian.interactions.subscribers import InteractionRecorder

log = structlog.stdlib.get_logger()

GATHER_S = 0.25
"""Facts that come within this time are taken together; the board is never older than that and a read."""
AGAIN_S = 1.0
_AT_ONCE = 2_000
DAY = timedelta(days=1)

Zones = Callable[[TenantId], Awaitable[ZoneInfo]]
Figures = dict[str, dict[str, Any]]


class _Tenant:
    def __init__(self, live: LiveFigures, seq: int) -> None:
        self.live = live
        self.seq = seq
        self.figures: Figures = {}

    def publish(self, queues: Iterable[QueueId]) -> None:
        sums = self.live.sums()
        self.figures = {**self.figures, **{queue: figures(sums.get(queue, Sums())) for queue in queues}}


class FiguresBoard:
    """Today's figures per queue, at hand without waiting. `run` keeps them in step."""

    def __init__(self, database: Database, journal: Journal, clock: Clock, zones: Zones) -> None:
        self._database = database
        self._journal = journal
        self._clock = clock
        self._zones = zones
        self._tenants: dict[TenantId, _Tenant] = {}

    def of(self, tenant: TenantId) -> Figures:
        """The figures as they stand; empty until the tenant's have been seeded."""
        return self.known(tenant) or {}

    def known(self, tenant: TenantId) -> Figures | None:
        """The same; none until they have been seeded."""
        found = self._tenants.get(tenant)
        return found.figures if found else None

    async def run(self) -> None:
        """Follow all journals until cancelled; a database that cannot be reached is tried again."""
        while True:
            try:
                await self._follow()
            except Exception:
                log.warning("The live figures stand still; trying again.", exc_info=True)
                await asyncio.sleep(AGAIN_S)

    async def _follow(self) -> None:
        news: asyncio.Queue[TenantId | None] = asyncio.Queue()
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(self._listen(news), name="figures: journal")
            while True:
                tenants = {await news.get()}
                await asyncio.sleep(GATHER_S)
                while not news.empty():
                    tenants.add(news.get_nowait())
                if listening.done():
                    listening.result()
                for tenant in await self._database.tenants() if None in tenants else tenants:
                    if tenant is not None:
                        await self.catch_up(tenant)

    async def _listen(self, news: asyncio.Queue[TenantId | None]) -> None:
        async for tenant in self._journal.wakes():
            news.put_nowait(tenant)

    async def catch_up(self, tenant: TenantId) -> None:
        """Read to the end of the tenant's journal."""
        if tenant not in self._tenants:
            self._tenants[tenant] = await self._seeded(tenant)
        state = self._tenants[tenant]
        if state.live.turn(self._clock.now()):
            state.figures = {}
            state.publish(state.live.sums())
        while rows := await self._journal.read(tenant, state.seq, _AT_ONCE):
            state.publish(state.live.apply(_facts(rows)))
            state.seq = rows[-1].seq

    async def _seeded(self, tenant: TenantId) -> _Tenant:
        day_start = day_starts(await self._zones(tenant))
        live = LiveFigures(day_start, self._clock.now())
        while True:
            async with self._database.work(tenant) as work:
                seq = await cursor_of(work, InteractionRecorder.name)
                if seq is not None:
                    await self._seed(work, live, seq)
                    break
            await asyncio.sleep(0.05)
        state = _Tenant(live, seq)
        state.publish(live.sums())
        return state

    async def _seed(self, work: Work, live: LiveFigures, seq: int) -> None:
        """What the records say at `seq`: closed contacts as sums, open ones by their facts (the cursor is locked)."""
        calls = await open_calls(work)
        live.seed(await store.by_queue_without(work, live.since, live.since + 2 * DAY, calls))
        if calls:
            live.apply(_facts(row for row in await facts_of(work, calls) if row.seq <= seq))


def day_starts(zone: ZoneInfo) -> Callable[[datetime], datetime]:
    """Midnight on the wall clock of `zone` before a moment."""
    return lambda now: now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _facts(rows: Iterable[Row]) -> list[CallFact]:
    """The facts that figures follow from. One that cannot be read is passed over: the records set it aside as well."""
    facts: list[CallFact] = []
    for row in rows:
        if row.kind in FACTS:
            try:
                facts.append(msgspec.convert(row.data, FACTS[row.kind]))
            except msgspec.ValidationError:
                log.warning("A fact cannot be read; the figures go on without it.", seq=row.seq, kind=row.kind)
    return facts
