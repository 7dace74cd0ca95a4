"""Bookmarks name who has listened to what: those that nobody comes back to are removed every night."""

from datetime import timedelta

from rexian.core.clock import Clock
from rexian.infra.database import Database
from rexian.infra.jobs import Jobs
from rexian.library import store

FORGET_BOOKMARKS = "bookmarks.forget"
AT_ONCE = 10_000
"""So many rows are removed in one transaction, so that none is long."""


class BookmarkForgetter:
    """Removes the bookmarks that have not moved for `kept`. Safe to repeat and to break off."""

    def __init__(self, database: Database, clock: Clock, kept: timedelta, *, at_once: int = AT_ONCE) -> None:
        self._database = database
        self._clock = clock
        self._kept = kept
        self._at_once = at_once

    def register(self, jobs: Jobs) -> None:
        jobs.repeat(FORGET_BOOKMARKS, self.forget, cron="33 3 * * *")

    async def forget(self, timestamp: int) -> None:
        before = self._clock.now() - self._kept
        for tenant in await self._database.tenants():
            removed = self._at_once
            while removed == self._at_once:
                async with self._database.work(tenant) as work:
                    removed = await store.forget_bookmarks(work, before, most=self._at_once)
