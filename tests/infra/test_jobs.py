"""Jobs: those that somebody on the line waits for do not wait for the others, and none waits for other systems."""

import asyncio

import pytest
from sqlalchemy import text

from rexian.core.ids import TenantId
from rexian.infra.database import Database
from rexian.infra.jobs import Jobs

pytestmark = pytest.mark.postgres


async def test_what_somebody_waits_for_is_done_while_all_other_workers_are_busy(
    database: Database, jobs: Jobs, tenant: TenantId
) -> None:
    begun, live, over = asyncio.Semaphore(0), asyncio.Event(), asyncio.Event()

    async def slow(*, tenant: str) -> None:
        begun.release()
        await over.wait()

    async def quick(*, tenant: str) -> None:
        live.set()

    jobs.register("slow", slow)
    jobs.register("live.quick", quick)
    async with database.work(tenant) as work:
        for _ in range(4):
            work.defer("slow")
    running = asyncio.create_task(jobs.run())
    async with asyncio.timeout(60):
        for _ in range(4):
            await begun.acquire()
        async with database.work(tenant) as work:
            work.defer("live.quick")
        await live.wait()
    over.set()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_other_systems_that_are_slow_hold_up_neither_the_house_nor_those_that_are_quick(
    database: Database, jobs: Jobs, tenant: TenantId
) -> None:
    begun, own, quick, over = asyncio.Semaphore(0), asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(*, tenant: str) -> None:
        begun.release()
        await over.wait()

    async def told(*, tenant: str) -> None:
        quick.set()

    async def inside(*, tenant: str) -> None:
        own.set()

    jobs.register("outward.slow", slow)
    jobs.register("outward.quick", told)
    jobs.register("inside", inside)
    async with database.work(tenant) as work:
        for _ in range(12):
            work.defer("outward.slow")
    running = asyncio.create_task(jobs.run())
    async with asyncio.timeout(60):
        for _ in range(12):
            await begun.acquire()
        async with database.work(tenant) as work:
            work.defer("outward.quick")
            work.defer("inside")
        await quick.wait()
        await own.wait()
    over.set()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_what_a_fallen_worker_was_doing_is_done_by_another(
    database: Database, jobs: Jobs, tenant: TenantId
) -> None:
    done = asyncio.Event()

    async def interrupted(*, tenant: str) -> None:
        done.set()

    jobs.register("interrupted", interrupted)
    async with database.work(tenant) as work:
        work.defer("interrupted")
    async with database.work(tenant) as work:
        await work.db.execute(text("update jobs.procrastinate_jobs set status = 'doing'"))
    await jobs.run_all()
    assert not done.is_set()
    assert await jobs.take_up() == 1
    assert await jobs.take_up() == 0
    await jobs.run_all()
    assert done.is_set()


async def test_what_the_clock_has_queued_again_is_not_taken_up_twice(
    database: Database, jobs: Jobs, tenant: TenantId
) -> None:
    done: list[int] = []

    async def repeated(timestamp: int) -> None:
        done.append(timestamp)

    jobs.repeat("repeated", repeated, cron="0 0 1 1 *")
    await jobs.app.configure_task("repeated", queueing_lock="repeated").defer_async(timestamp=1)
    async with database.work(tenant) as work:
        await work.db.execute(text("update jobs.procrastinate_jobs set status = 'doing'"))
    await jobs.app.configure_task("repeated", queueing_lock="repeated").defer_async(timestamp=2)

    assert await jobs.take_up() == 1
    assert await jobs.take_up() == 0
    await jobs.run_all()
    assert done == [2]
