"""What is of use for a while only: rows that are older are removed every night."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from rexian.core.clock import Clock
from rexian.infra.database import Database, Work
from rexian.infra.jobs import Jobs

AT_ONCE = 10_000
"""So many rows are removed in one transaction, so that none is long."""

Remove = Callable[[Work, datetime, int], Awaitable[int]]
"""Removes at most so many of a tenant's rows that are from before a moment; gives how many there were."""


class Forgetter:
    """Removes what is older than `kept`, tenant by tenant. Safe to repeat and to break off."""

    def __init__(
        self, database: Database, clock: Clock, remove: Remove, kept: timedelta, *, at_once: int = AT_ONCE
    ) -> None:
        self._database = database
        self._clock = clock
        self._remove = remove
        self._kept = kept
        self._at_once = at_once

    def register(self, jobs: Jobs, name: str, *, cron: str) -> None:
        jobs.repeat(name, self.forget, cron=cron)

    async def forget(self, timestamp: int) -> None:
        before = self._clock.now() - self._kept
        for tenant in await self._database.tenants():
            removed = self._at_once
            while removed == self._at_once:
                async with self._database.work(tenant) as work:
                    removed = await self._remove(work, before, self._at_once)
