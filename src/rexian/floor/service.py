"""All the floors of one process: opened at the start, kept in step with what is changed in Manage, closed with care."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import msgspec
import structlog

from rexian.core.clock import Clock
from rexian.core.errands import Doer
from rexian.core.errors import Unavailable
from rexian.core.ids import FlowVersionId, TenantId
from rexian.crm.identify import CallerIdentifier, Known, LastAgent, nobody
from rexian.crm.service import Customers
from rexian.floor.actor import Floor
from rexian.floor.desks import Desks
from rexian.floor.directory import Directory
from rexian.floor.dry_run import CALL
from rexian.floor.errands import Errands
from rexian.floor.events import CallArrived, Direction, Fact
from rexian.floor.exchange import Exchange
from rexian.floor.house import House
from rexian.floor.inputs import ErrandDone, Identified
from rexian.floor.live import Figures, Live
from rexian.floor.owed import OutcallDialled
from rexian.floor.store import Keeper
from rexian.floor.trunks import trunk_rows
from rexian.floor.views import Row
from rexian.infra.database import Database
from rexian.infra.journal import Journal
from rexian.telephony.ports import Phone, Switch, Trunk

log = structlog.stdlib.get_logger()

SETTLE_S = 0.2
"""Changes made in one go are taken over in one go."""
LISTEN_AGAIN_S = 1.0


@dataclass(frozen=True, slots=True)
class Running:
    """One tenant's floor with its screens and desks."""

    floor: Floor
    live: Live
    desks: Desks
    trunks: Callable[[], dict[str, Row]]
    """The rows of its trunks, as they stand."""


class Floors:
    """Runs every tenant's floor on one switch."""

    def __init__(
        self,
        *,
        switch: Switch,
        journal: Journal,
        database: Database,
        clock: Clock,
        house: House,
        customers: Customers,
        figures: Callable[[TenantId], Figures],
        beside: Mapping[str, Callable[[TenantId], Figures]] | None = None,
        guests: Sequence[Phone] = (),
        last_agent: LastAgent = nobody,
        doers: Mapping[str, Doer] | None = None,
    ) -> None:
        """`guests` are lines that are no agent's: they may call our numbers and nothing else.

        `beside`: kinds of rows that others keep for the boards.
        `doers` run the errands of flows, by their kind.
        """
        self._switch = switch
        self._journal = journal
        self._database = database
        self._clock = clock
        self._house = house
        self._figures = figures
        self._beside = beside or {}
        self._guests = guests
        self._errands = Errands(doers or {}, self._errand_done)
        self._exchange = Exchange(switch, self._errands)
        self._identifier = CallerIdentifier(database, customers, self._identified, last_agent=last_agent)
        self._running: dict[TenantId, Running] = {}
        self._lines: dict[TenantId, tuple[list[Phone], list[Trunk]]] = {}
        self._read_to: dict[TenantId, int] = {}
        self._ready = asyncio.Event()

    # --- asked by routes

    def running(self, tenant: TenantId) -> Running:
        found = self._running.get(tenant)
        if found is None:
            raise Unavailable("floor.starting", "The centre is just starting. Try again in a moment.")
        return found

    def floor(self, tenant: TenantId) -> Floor:
        return self.running(tenant).floor

    def directory(self, tenant: TenantId) -> Directory:
        return self.floor(tenant).state.directory

    async def known(self, tenant: TenantId, number: str) -> Known | None:
        """Who has this number, as a call from it would be told."""
        return await self._identifier.look_up(tenant, CALL, number)

    def now(self) -> datetime:
        return self._clock.now()

    def all(self) -> dict[TenantId, Running]:
        """Every floor that runs here."""
        return dict(self._running)

    async def ready(self) -> None:
        """Wait until every floor has been opened."""
        await self._ready.wait()

    # --- running

    async def run(self) -> None:
        """Open the floors, then carry events and changes; until cancelled. At the end each floor keeps its state."""
        try:
            async with asyncio.TaskGroup() as group:
                for tenant in await self._database.tenants():
                    await self._try_to_open(tenant, group)
                await self._provide()
                self._ready.set()
                group.create_task(self._identifier.run(), name="caller look-ups")
                group.create_task(self._errands.run(), name="errands")
                group.create_task(self._exchange.run(), name="exchange")
                group.create_task(self._follow(group), name="floor settings")
        finally:
            for running in self._running.values():
                await running.floor.save()
            await self._switch.close()

    async def _try_to_open(self, tenant: TenantId, group: asyncio.TaskGroup) -> None:
        """One tenant whose state or settings cannot be read does not keep the others from working."""
        try:
            await self._open(tenant, group)
        except Unavailable:
            raise
        except Exception:
            log.exception("A floor could not be opened; it is tried again.", tenant=tenant)

    async def _open(self, tenant: TenantId, group: asyncio.TaskGroup) -> None:
        self._read_to[tenant] = await self._journal.head(tenant)
        floor = Floor(
            tenant,
            directory=await self._house.directory(tenant),
            keeper=Keeper(tenant, self._journal, self._database),
            perform=lambda command: self._exchange.perform(tenant, command),
            survey=lambda: self._exchange.survey(floor),
            clock=self._clock,
        )
        await floor.load()
        await self._take_up_flows(floor)
        lines = await self._house.lines(tenant)
        trunks = partial(self._trunk_rows, floor)
        beside = {kind: partial(rows, tenant) for kind, rows in self._beside.items()}
        live = Live(floor, self._clock, lambda: self._figures(tenant), {"trunks": trunks, **beside})
        desks = Desks(floor)
        self._running[tenant] = Running(floor, live, desks, trunks)
        self._exchange.add(floor)
        floor.watchers.append(lambda facts: self._look_up_callers(tenant, facts))
        desks.expect()
        self._lines[tenant] = lines
        group.create_task(floor.run(), name=f"floor {tenant}")
        group.create_task(live.run(), name=f"live {tenant}")

    def _trunk_rows(self, floor: Floor) -> dict[str, Row]:
        return trunk_rows(floor.state, self._exchange.trunks)

    async def _take_up_flows(self, floor: Floor) -> None:
        """Calls go on in the version of the flow that they began with."""
        begun = versions_in_use(floor)
        if begun - floor.state.directory.flows.keys():
            floor.state.reconfigure(await self._house.directory(floor.tenant, begun))

    async def _provide(self) -> None:
        """Let the switch know all phones and trunks. One that cannot be reached is told when it is back."""
        phones = [*self._guests, *(phone for lines in self._lines.values() for phone in lines[0])]
        trunks = [trunk for lines in self._lines.values() for trunk in lines[1]]
        try:
            await self._switch.provide(phones, trunks)
        except Unavailable as error:
            log.warning("The switch does not know its lines yet.", reason=error.message)

    # --- who calls

    def _look_up_callers(self, tenant: TenantId, facts: Sequence[Fact]) -> None:
        """Ask who it is beside the call: the one who calls us, or the one who is called."""
        for fact in facts:
            if isinstance(fact, CallArrived) and fact.direction is not Direction.INTERNAL:
                outside = fact.caller if fact.direction is Direction.INBOUND else fact.called
                self._identifier.ask(tenant, fact.call, outside)
            elif isinstance(fact, OutcallDialled):
                self._identifier.ask(tenant, fact.call, fact.number)

    def _identified(self, tenant: TenantId, known: Known) -> None:
        self.floor(tenant).tell(
            Identified(
                call=known.call,
                customer=known.customer,
                name=known.name,
                sure=known.sure,
                facts=known.facts,
                manager=known.manager,
                last_agent=known.last.agent if known.last else None,
                last_at=known.last.at if known.last else None,
            )
        )

    def _errand_done(self, tenant: TenantId, done: ErrandDone) -> None:
        self.floor(tenant).tell(done)

    # --- settings that change

    async def _follow(self, group: asyncio.TaskGroup) -> None:
        """Take over what is changed in Manage, within a second; open the floors of new tenants."""
        while True:
            try:
                async for tenant in self._journal.wakes():
                    for each in await self._database.tenants() if tenant is None else [tenant]:
                        await self._look(each, group)
            except Unavailable:
                log.warning("Changes of settings cannot be heard; listening again.")
            await asyncio.sleep(LISTEN_AGAIN_S)

    async def _look(self, tenant: TenantId, group: asyncio.TaskGroup) -> None:
        if tenant not in self._running:
            await self._try_to_open(tenant, group)
            await self._provide()
        elif await self._settings_changed(tenant):
            await asyncio.sleep(SETTLE_S)
            await self._settings_changed(tenant)
            await self._take_over(tenant)

    async def _settings_changed(self, tenant: TenantId) -> bool:
        """Whether the journal has grown by anything that is not the floor's own or a contact's."""
        changed = False
        numbers = self._running[tenant].floor.state.directory.numbers.values()
        tried = {number.draft_of for number in numbers if number.draft_of}
        while rows := await self._journal.read(tenant, self._read_to[tenant]):
            self._read_to[tenant] = rows[-1].seq
            changed = changed or any(
                row.kind in SETTINGS or (row.kind == "FlowDrafted" and row.data.get("flow") in tried) for row in rows
            )
        return changed

    async def _take_over(self, tenant: TenantId) -> None:
        running = self._running[tenant]
        begun = versions_in_use(running.floor)
        fresh = await self._house.directory(tenant, begun)
        running.floor.reconfigure(with_flows_of(running.floor.state.directory, fresh, begun))
        running.live.all_changed()
        lines = await self._house.lines(tenant)
        if lines != self._lines[tenant]:
            self._lines[tenant] = lines
            await self._provide()


def with_flows_of(before: Directory, fresh: Directory, begun: set[FlowVersionId]) -> Directory:
    """A draft may be thrown away, or be half drawn, while it is being tried: the call goes on in what it knew."""
    kept = {id: before.flows[id] for id in begun - fresh.flows.keys() if id in before.flows}
    return msgspec.structs.replace(fresh, flows={**fresh.flows, **kept}) if kept else fresh


def versions_in_use(floor: Floor) -> set[FlowVersionId]:
    """Of calls in progress, and of calls that are still to be made."""
    calls = {call.flow for call in floor.state.calls.values() if call.flow}
    return calls | {each.version for each in floor.state.outcalls.values() if each.version}


SETTINGS = frozenset(
    {
        "AgentChanged",
        "CalendarChanged",
        "FlowChanged",
        "ListedNumberChanged",
        "NumberChanged",
        "QueueChanged",
        "SettingsChanged",
    }
    | {"SkillChanged", "TeamChanged", "TrunkChanged"}
)
"""Facts after which the floor works with other settings."""
