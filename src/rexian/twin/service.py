"""What can be done with the twin: fit a day, simulate it, compare it with another."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from rexian.core.clock import Clock
from rexian.core.errors import NotFound
from rexian.core.ids import QueueId, uuid7
from rexian.floor.house import House
from rexian.infra.database import Work
from rexian.infra.rows import Listing, Page
from rexian.insight.board import Zones
from rexian.tenants.model import Principal
from rexian.twin import store, what_if
from rexian.twin.by_routing import unsuited
from rexian.twin.contacts import fitted
from rexian.twin.lifecycle import Move
from rexian.twin.orders import Depth
from rexian.twin.scenario import Scenario, check

SIMULATE = "twin.simulate"
LOOK_BACK = timedelta(days=31)
"""So far back the last day with calls is looked for."""


class Twin:
    """Fits days, and keeps runs; the job `twin.simulate` does them."""

    def __init__(self, house: House, clock: Clock, zones: Zones) -> None:
        self._house = house
        self._clock = clock
        self._zones = zones

    async def day(self, work: Work, day: date | None = None) -> Scenario:
        """A day as a scenario, fitted from the records; by itself the last one before today on which anybody called.

        Raises `NotFound` when there was none, or nobody served on it.
        """
        zone = await self._zones(work.tenant)
        day = day or await self._last_day(work, zone)
        start = datetime.combine(day, time(), zone)
        end = datetime.combine(day + timedelta(days=1), time(), zone)
        contacts = await store.contacts(work, start, end)
        presence = await store.presence(work, start, end, self._clock.now())
        directory = await self._house.directory(work.tenant)
        if contacts and presence:
            callbacks = await store.callbacks(work, start, end)
            scenario = fitted(day, contacts, presence, directory, zone=zone.key, callbacks=callbacks)
            if scenario.streams and scenario.crews:
                check(scenario)
                return scenario
        raise NotFound("twin.no_traffic", f"On {day} there were no calls, or nobody to take them.", day=day.isoformat())

    async def _last_day(self, work: Work, zone: ZoneInfo) -> date:
        now = self._clock.now()
        today = datetime.combine(now.astimezone(zone).date(), time(), zone)
        found = await store.last_call(work, today - LOOK_BACK, today)
        if found is None:
            found = await store.last_call(work, today, now)
        if found is None:
            raise NotFound("twin.no_day", "There were no calls in the last month; there is nothing to fit yet.")
        return found.astimezone(zone).date()

    # --- runs

    async def list(self, work: Work, listing: Listing) -> Page:
        return await store.page(work, listing)

    async def get(self, work: Work, run: str) -> dict[str, Any]:
        return await store.one(work, run)

    async def begin(
        self,
        work: Work,
        by: Principal | None,
        scenario: Scenario,
        *,
        changes: dict[str, Any] | None = None,
        depth: Depth | None = None,
        days: int = 20,
        name: str = "",
    ) -> dict[str, Any]:
        """Queue a run: of one scenario, or with `changes` of it and the changed one, compared.

        Without a depth: by the routing core, which is quick; where any rules ask for more, by the whole floor.
        """
        check(scenario)
        settings = [scenario]
        if changes is not None:
            settings.append(what_if.changed(scenario, what_if.read(changes)))
        depth = depth or ("routing" if all(unsuited(each) is None for each in settings) else "floor")
        run = uuid7()
        await store.add(
            work,
            {
                "id": run,
                "name": name or scenario.name,
                "depth": depth,
                "days": days,
                "before": msgspec.to_builtins(scenario),
                "changes": changes,
                "created_by": by.user if by else None,
            },
        )
        work.defer(SIMULATE, run=run)
        return await store.one(work, run)

    async def preview(
        self, work: Work, by: Principal | None, queue: QueueId, rules: dict[str, Any], *, days: int = 20
    ) -> dict[str, Any]:
        """What a queue's changed rules would have done to the last day's traffic."""
        scenario = await self.day(work)
        if str(queue) not in {str(given.get("id")) for given in scenario.queues}:
            raise NotFound("queue.not_found", "There is no such queue.", id=queue)
        return await self.begin(work, by, scenario, changes={"queues": {queue: rules}}, days=days)

    async def cancel(self, work: Work, run: str) -> dict[str, Any]:
        """Raises `IllegalMove` when it is over."""
        await store.move(work, run, Move.CANCEL)
        return await store.one(work, run)

    async def remove(self, work: Work, run: str) -> None:
        await store.remove(work, run)
