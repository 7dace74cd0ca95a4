"""Jobs: what runs later, in `work`. The queue is PostgreSQL's (procrastinate, schema `jobs`)."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import procrastinate
import psycopg
import structlog
from procrastinate import testing
from procrastinate.connector import BaseAsyncConnector

Job = Callable[..., Awaitable[None]]
LIVE = "live."
"""Somebody on the line waits for jobs whose names begin so: they have workers of their own, whatever else is to do."""
LIVE_AT_ONCE = 4
HOUSE_AT_ONCE = 4
OUTWARD = "outward."
"""Jobs whose names begin so wait for other people's systems, which may be slow: nothing of the house waits for them."""
OUTWARD_AT_ONCE = 32
_LANES = {LIVE: "live", OUTWARD: "outward"}
_HOUSE = "default"
FALLEN = timedelta(seconds=30)
"""A worker that gives no sign of life for so long (it gives one every ten seconds) has fallen."""
LOOK_EVERY_S = 10.0

log = structlog.stdlib.get_logger()


class Jobs:
    """The register of jobs and the door to their queue.

    A job is `async def job(*, tenant: str, **args) -> None`, known by a stable name (`recordings.store`). It is
    deferred by `Work.defer`, may run more than once, and must be safe to repeat.
    """

    def __init__(self, connector: BaseAsyncConnector) -> None:
        self.app = procrastinate.App(connector=connector)

    @classmethod
    def at(cls, url: str, options: str) -> "Jobs":
        """Jobs in the database at `url`; `options` as of `database.connection_options()`."""
        return cls(procrastinate.PsycopgConnector(conninfo=url, kwargs={"options": options}, min_size=1, max_size=8))

    @classmethod
    def in_memory(cls) -> "Jobs":
        """Jobs without a database, for tests."""
        return cls(testing.InMemoryConnector())

    def register(self, name: str, job: Job, *, attempts: int = 8) -> None:
        """Make `job` known as `name`; a failure is tried again with growing pauses, `attempts` times in all."""
        retry = procrastinate.RetryStrategy(max_attempts=attempts, exponential_wait=3)
        self.app.task(name=name, retry=retry, queue=_queue_of(name))(job)

    def repeat(self, name: str, job: Callable[[int], Awaitable[None]], *, cron: str) -> None:
        """Run `job(timestamp)` by the clock, in one `work` process only."""
        self.app.periodic(cron=cron, periodic_id=name)(self.app.task(name=name, queueing_lock=name)(job))

    async def defer(self, name: str, **args: Any) -> None:
        """Queue a job now, outside of any transaction."""
        await self.app.configure_task(name, queue=_queue_of(name)).defer_async(**args)

    async def defer_on(self, connection: psycopg.AsyncConnection[Any], name: str, args: dict[str, Any]) -> None:
        """Queue a job inside the connection's transaction. The name need not be registered in this process."""
        task = self.app.configure_task(name, connection=connection, queue=_queue_of(name))
        await task.defer_async(**args)

    async def open(self) -> None:
        await self.app.open_async()

    async def close(self) -> None:
        await self.app.close_async()

    async def run(self) -> None:
        """Do jobs until cancelled, each kind in a lane of its own; who is free in the house helps with live ones."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._work([_HOUSE, _LANES[LIVE]], HOUSE_AT_ONCE), name="jobs")
            group.create_task(self._work([_LANES[LIVE]], LIVE_AT_ONCE), name="live jobs")
            group.create_task(self._work([_LANES[OUTWARD]], OUTWARD_AT_ONCE), name="outward jobs")
            group.create_task(self._take_up_for_ever(), name="jobs of the fallen")

    async def take_up(self, silent: timedelta = FALLEN) -> int:
        """Queue again what a worker was doing that has fallen: silent for so long. How many jobs these were."""
        lost = list(await self.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silent.total_seconds()))
        for job in lost:
            try:
                await self.app.job_manager.retry_job(job)
            except procrastinate.exceptions.UniqueViolation:  # the clock has queued the next of its kind already
                await self.app.job_manager.finish_job(job, procrastinate.jobs.Status.FAILED, delete_job=False)
        if lost:
            log.warning("Jobs of a worker that has fallen are begun anew.", jobs=len(lost))
        return len(lost)

    async def _take_up_for_ever(self) -> None:
        while True:
            try:
                await self.take_up()
            except procrastinate.exceptions.ConnectorException:
                log.warning("Whether jobs were left behind is not known; looking again.", exc_info=True)
            await asyncio.sleep(LOOK_EVERY_S)

    async def run_all(self, *, live: bool = False) -> None:
        """Do what is queued (`live`: only what somebody waits for), and return: for tests."""
        lanes = [_LANES[LIVE]] if live else [_HOUSE, *_LANES.values()]
        async with asyncio.timeout(60):
            await self._work(lanes, HOUSE_AT_ONCE, wait=False)

    async def _work(self, lanes: Sequence[str], at_once: int, *, wait: bool = True) -> None:
        await self.app.run_worker_async(
            queues=lanes,
            concurrency=at_once,
            wait=wait,
            install_signal_handlers=False,
            listen_notify=wait,
            delete_jobs="successful",
            shutdown_graceful_timeout=5 if wait else 50,
        )


def _queue_of(name: str) -> str:
    return next((lane for beginning, lane in _LANES.items() if name.startswith(beginning)), _HOUSE)
