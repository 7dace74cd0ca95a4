"""The process `work`: jobs, and the readers of the journal. It gives way to whoever carries voice."""

import asyncio
import os
import signal
from contextlib import suppress

import uvloop

from rexian.main import logs
from rexian.main import settings as reading
from rexian.main.watch import follow
from rexian.main.wiring import Rexian, wired


async def work(rexian: Rexian) -> None:
    """Until cancelled."""
    rexian.register_jobs()
    async with asyncio.TaskGroup() as group:
        group.create_task(rexian.jobs.run(), name="jobs")
        group.create_task(rexian.subscribers().run(), name="subscribers")


async def main() -> None:
    async with wired(reading.load()) as rexian:
        working = asyncio.create_task(work(rexian), name="work")
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, working.cancel)
        with suppress(asyncio.CancelledError):
            await working


NICENESS = 10
"""What can wait does not take the processor from what is being said: Asterisk and `serve` come first."""

if __name__ == "__main__":
    follow()
    os.nice(NICENESS)
    logs.configure()
    uvloop.run(main())
