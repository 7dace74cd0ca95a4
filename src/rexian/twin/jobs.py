"""Runs of the twin, done in `work` by a process each."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import msgspec
import structlog

from rexian.core.clock import Clock
from rexian.core.errors import IllegalMove, NotFound
from rexian.core.ids import TenantId
from rexian.infra.database import Database
from rexian.infra.jobs import Jobs
from rexian.twin import store
from rexian.twin.lifecycle import Move, RunState
from rexian.twin.orders import Order, Told
from rexian.twin.scenario import Scenario
from rexian.twin.service import SIMULATE
from rexian.twin.what_if import Changes

log = structlog.stdlib.get_logger()

SWEEP = "twin.sweep"
SILENT = timedelta(minutes=3)
"""A run that gives no sign of life for so long has lost its process; it is begun anew."""
LONGEST_LINE = 64 * 1024 * 1024
AT_ONCE = 1
"""So many runs side by side: each takes a core."""


class Simulator:
    """Does runs. Safe to repeat: a run that is over is left alone, one that was interrupted begins anew."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._turn = asyncio.Semaphore(AT_ONCE)

    def register(self, jobs: Jobs) -> None:
        jobs.register(SIMULATE, self.simulate, attempts=2)
        jobs.repeat(SWEEP, self.sweep, cron="*/2 * * * *")

    async def sweep(self, timestamp: int) -> None:
        """Begin anew what was interrupted."""
        before = self._clock.now() - SILENT
        for tenant in await self._database.tenants():
            async with self._database.work(tenant) as work:
                for run in await store.silent(work, before):
                    work.defer(SIMULATE, run=run)

    async def simulate(self, *, tenant: str, run: str) -> None:
        async with self._turn:
            order = await self._start(TenantId(tenant), run)
            if order is not None:
                await self._follow(TenantId(tenant), run, order)

    async def _start(self, tenant: TenantId, run: str) -> Order | None:
        try:
            async with self._database.work(tenant) as work:
                await store.move(work, run, Move.START, done=0)
                row = await store.one(work, run)
        except (IllegalMove, NotFound):
            return None
        try:
            return _order(row)
        except msgspec.ValidationError as error:
            await self._end(tenant, run, Move.FAIL, problem=f"This run was made by another version: {error}")
            return None

    async def _follow(self, tenant: TenantId, run: str, order: Order) -> None:
        """Hear what the process tells, until it has told its result or is not wanted any more."""
        async with _process(order) as process:
            assert process.stdout is not None
            async for line in process.stdout:
                told = msgspec.json.decode(line, type=Told)
                if told.problem:
                    return await self._end(tenant, run, Move.FAIL, problem=told.problem)
                if told.result is not None:
                    result = msgspec.to_builtins(told.result)
                    return await self._end(tenant, run, Move.FINISH, done=_whole(order), result=result)
                async with self._database.work(tenant) as work:
                    if await store.progress(work, run, told.done) != RunState.RUNNING:
                        return None
            code = await process.wait()
        log.warning("A simulation fell.", run=run, code=code)
        return await self._end(tenant, run, Move.FAIL, problem="The simulation fell; the log of `work` tells more.")

    async def _end(self, tenant: TenantId, run: str, move: Move, **values: Any) -> None:
        """One that was cancelled or removed meanwhile stays so."""
        with suppress(IllegalMove, NotFound):
            async with self._database.work(tenant) as work:
                await store.move(work, run, move, **values)


def _order(row: dict[str, Any]) -> Order:
    return Order(
        before=msgspec.convert(row["before"], Scenario),
        changes=None if row["changes"] is None else msgspec.convert(row["changes"], Changes),
        depth=row["depth"],
        days=row["days"],
    )


def _whole(order: Order) -> int:
    return order.days if order.changes is None else 2 * order.days


@asynccontextmanager
async def _process(order: Order) -> AsyncIterator[asyncio.subprocess.Process]:
    """The process at work; it is ended with the block, whatever it is doing."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "rexian.twin.process",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LONGEST_LINE,
    )
    try:
        assert process.stdin is not None
        process.stdin.write(msgspec.json.encode(order))
        await process.stdin.drain()
        process.stdin.close()
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
