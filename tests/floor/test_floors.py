"""All the floors of a process: one that cannot be opened does not keep the others from working."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager

import pytest

from rexian.core.clock import SystemClock
from rexian.core.errors import NotFound, Unavailable
from rexian.core.ids import AgentId, FlowVersionId, TenantId
from rexian.crm.service import Customers
from rexian.floor import inputs
from rexian.floor.directory import Directory
from rexian.floor.service import Floors
from rexian.infra.database import Database
from rexian.infra.journal import Journal
from rexian.telephony.commands import AnyCommand
from rexian.telephony.events import AnySwitchEvent, SwitchBack
from rexian.telephony.ports import Phone, Trunk
from tests.floor.house import a_directory

pytestmark = pytest.mark.postgres

CLOCK = SystemClock()


class QuietSwitch:
    """Nobody calls."""

    async def perform(self, command: AnyCommand) -> None: ...

    async def events(self) -> AsyncIterator[AnySwitchEvent]:
        yield SwitchBack(at=CLOCK.now())
        await asyncio.Event().wait()

    async def survey(self) -> SwitchBack:
        return SwitchBack(at=CLOCK.now())

    async def provide(self, phones: Iterable[Phone], trunks: Iterable[Trunk]) -> None: ...

    async def close(self) -> None: ...


class Houses:
    """Every tenant has the same house, but one whose settings cannot be read until it is mended."""

    def __init__(self, broken: TenantId) -> None:
        self.broken: TenantId | None = broken

    async def directory(self, tenant: TenantId, keep: Collection[FlowVersionId] = ()) -> Directory:
        if tenant == self.broken:
            raise NotFound("house.ruined", "The settings cannot be read.")
        return a_directory()

    async def lines(self, tenant: TenantId) -> tuple[list[Phone], list[Trunk]]:
        return [], []


@asynccontextmanager
async def running(database: Database, journal: Journal, houses: Houses) -> AsyncIterator[Floors]:
    floors = Floors(
        switch=QuietSwitch(),
        journal=journal,
        database=database,
        clock=CLOCK,
        house=houses,  # type: ignore[arg-type]  # what floors ask of it is all here
        customers=Customers(),
        figures=lambda tenant: {},
    )
    task = asyncio.create_task(floors.run())
    try:
        async with asyncio.timeout(20):
            await floors.ready()
        yield floors
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_tenant_whose_settings_cannot_be_read_stands_alone(
    database: Database, journal: Journal, tenant: TenantId, other_tenant: TenantId
) -> None:
    async with running(database, journal, Houses(broken=other_tenant)) as floors:
        await floors.floor(tenant).ask(inputs.SignIn(agent=AgentId("ann")))
        with pytest.raises(Unavailable):
            floors.floor(other_tenant)
