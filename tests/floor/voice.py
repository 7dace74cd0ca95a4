"""The floor at work on a real Asterisk."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from rexian.adapters.asterisk.config import Access
from rexian.adapters.asterisk.switch import AsteriskSwitch
from rexian.core.clock import SystemClock
from rexian.core.ids import TenantId
from rexian.floor.actor import Floor
from rexian.floor.directory import Directory
from rexian.floor.exchange import Exchange
from rexian.floor.store import Keeper
from rexian.infra.database import Database
from rexian.infra.journal import Journal
from rexian.telephony.ports import Phone, Trunk

LOOPBACK = Trunk(id="loop", hosts=("127.0.0.1",))


@asynccontextmanager
async def on_asterisk(
    access: Access,
    tenant: TenantId,
    journal: Journal,
    database: Database,
    directory: Directory,
    phones: Sequence[str],
    trunk: Trunk = LOOPBACK,
) -> AsyncIterator[tuple[Floor, AsteriskSwitch]]:
    """`phones`: the agents whose telephones (`demo-<agent>`) may register."""
    switch = AsteriskSwitch(access)
    exchange = Exchange(switch)
    floor = Floor(
        tenant,
        directory=directory,
        keeper=Keeper(tenant, journal, database),
        perform=lambda command: exchange.perform(tenant, command),
        survey=lambda: exchange.survey(floor),
        clock=SystemClock(),
    )
    await floor.load()
    exchange.add(floor)
    await switch.provide([Phone(id=f"demo-{name}", secret="s3cret", web=False) for name in phones], [trunk])
    tasks = [asyncio.create_task(floor.run()), asyncio.create_task(exchange.run())]
    try:
        yield floor, switch
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await switch.close()


async def shows(floor: Floor, told: Callable[[], object]) -> object:
    """What this says of the floor when all that it has decided is written down, told to its watchers, and on its way.

    Between deciding and that, its state is ahead.
    """
    async with floor._turning:
        return told()
