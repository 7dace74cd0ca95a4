"""Steps of calls through their flows are many, and of use for a while only: what is older is removed every night."""

from datetime import timedelta

from rexian.core.clock import Clock
from rexian.infra.database import Database
from rexian.infra.jobs import Jobs
from rexian.interactions import traffic

FORGET_STEPS = "flow_steps.forget"
AT_ONCE = 10_000
"""So many rows are removed in one transaction, so that none is long."""


class StepForgetter:
    """Removes the steps of calls that passed a flow before `kept`. Safe to repeat and to break off."""

    def __init__(self, database: Database, clock: Clock, kept: timedelta, *, at_once: int = AT_ONCE) -> None:
        self._database = database
        self._clock = clock
        self._kept = kept
        self._at_once = at_once

    def register(self, jobs: Jobs) -> None:
        jobs.repeat(FORGET_STEPS, self.forget, cron="23 3 * * *")

    async def forget(self, timestamp: int) -> None:
        before = self._clock.now() - self._kept
        for tenant in await self._database.tenants():
            removed = self._at_once
            while removed == self._at_once:
                async with self._database.work(tenant) as work:
                    removed = await traffic.forget(work, before, most=self._at_once)
