"""The one place where rules are judged: each second, for every floor of this process.

What was raised and cleared is written down, with its webhooks, in one transaction; screens see it after that.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from rexian.alerts import store
from rexian.alerts.events import AlertCleared, AlertRaised
from rexian.alerts.judging import Clear, Judgement, Memory, Pair, Raise, judge
from rexian.alerts.model import Alert, Rule
from rexian.alerts.readings import LONGEST_WINDOW, Abandons, Picture, read
from rexian.core.clock import Clock
from rexian.core.ids import TenantId, uuid7
from rexian.floor.service import Floors, Running
from rexian.infra.database import Database, Work
from rexian.webhooks.service import Webhooks

log = structlog.stdlib.get_logger()

EVERY_S = 1.0

Figures = Callable[[TenantId], Mapping[str, Mapping[str, Any]] | None]
"""The figures of the day; none as long as they are not known, after a start."""


@dataclass
class _Tenant:
    abandons: Abandons = field(default_factory=Abandons)
    memory: Memory = field(default_factory=Memory)
    rules: Sequence[Rule] = ()
    open: dict[Pair, Alert] = field(default_factory=dict)


class AlertWatch:
    """Judges the rules of all tenants whose floors run here."""

    def __init__(
        self, *, database: Database, floors: Floors, figures: Figures, webhooks: Webhooks, clock: Clock
    ) -> None:
        self._database = database
        self._floors = floors
        self._figures = figures
        self._webhooks = webhooks
        self._clock = clock
        self._tenants: dict[TenantId, _Tenant] = {}

    def of(self, tenant: TenantId) -> dict[str, dict[str, Any]]:
        """The open alerts, as live screens are sent them."""
        known = self._tenants.get(tenant)
        return {alert.id: alert.row() for alert in known.open.values()} if known else {}

    async def run(self) -> None:
        """Judge for ever; until cancelled."""
        await self._floors.ready()
        while True:
            for tenant, running in self._floors.all().items():
                try:
                    await self.look(tenant, running)
                except Exception:
                    log.warning("Alert rules could not be judged; trying again.", tenant=tenant, exc_info=True)
            await asyncio.sleep(EVERY_S)

    async def look(self, tenant: TenantId, running: Running) -> None:
        """Judge one tenant's rules once."""
        figures = self._figures(tenant)
        if figures is None:
            return  # what stands open would seem to be well
        known = self._tenants.get(tenant) or await self._begin(tenant, running)
        await self._read(tenant, known)
        now = self._clock.now()
        picture = Picture(
            state=running.floor.state,
            figures=figures,
            trunks=running.trunks(),
            abandons=known.abandons,
            now=now,
        )
        judged = judge(known.memory, known.rules, read(known.rules, picture), now)
        if judged:
            await self._write(tenant, known, judged)
            running.live.nudge()

    async def _begin(self, tenant: TenantId, running: Running) -> _Tenant:
        """Who gave up before this process began is counted, too."""
        known = _Tenant()
        running.floor.watchers.append(known.abandons.note)
        try:
            async with self._database.work(tenant) as work:
                for queue, call, at in await store.gave_up(work, self._clock.now() - LONGEST_WINDOW):
                    known.abandons.add(queue, call, at)
        except BaseException:
            running.floor.watchers.remove(known.abandons.note)
            raise
        self._tenants[tenant] = known
        return known

    async def _read(self, tenant: TenantId, known: _Tenant) -> None:
        """The rules and what stands open, with what people have done to them. What is written is what is remembered."""
        async with self._database.work(tenant) as work:
            known.rules = [rule for rule in await store.rules(work) if rule.enabled]
            known.open = {(alert.rule, alert.subject): alert for alert in await store.open_alerts(work)}
        known.memory.raised = dict.fromkeys(known.open)

    async def _write(self, tenant: TenantId, known: _Tenant, judged: Iterable[Judgement]) -> None:
        async with self._database.work(tenant) as work:
            for each in judged:
                if isinstance(each, Raise):
                    await self._raise(work, known, each)
                else:
                    await self._clear(work, known, each)

    async def _raise(self, work: Work, known: _Tenant, judged: Raise) -> None:
        rule, reading, now = judged.rule, judged.reading, self._clock.now()
        alert = Alert(
            id=uuid7(),
            rule=rule.id,
            rule_name=rule.name,
            kind=rule.kind,
            severity=rule.severity,
            subject=reading.subject,
            subject_name=reading.name,
            value=judged.value,
            threshold=rule.threshold,
            raised_at=now,
            sound=rule.sound,
        )
        await store.keep(work, alert)
        fact = AlertRaised(
            at=now,
            alert=alert.id,
            rule=rule.id,
            rule_name=rule.name,
            kind=rule.kind,
            severity=rule.severity,
            about=reading.subject,
            about_name=reading.name,
            value=judged.value,
            threshold=rule.threshold,
        )
        work.record(f"alert:{alert.id}", fact)
        await self._webhooks.send(work, rule.webhooks, "alert.raised", fact)
        known.open[(rule.id, reading.subject)] = alert

    async def _clear(self, work: Work, known: _Tenant, judged: Clear) -> None:
        alert = known.open.pop(judged.pair, None)
        if alert is None:
            return
        now = self._clock.now()
        await store.clear(work, alert.id, judged.why, now)
        fact = AlertCleared(at=now, alert=alert.id, why=judged.why, value=judged.value)
        work.record(f"alert:{alert.id}", fact)
        hooks = next((rule.webhooks for rule in known.rules if rule.id == alert.rule), ())
        await self._webhooks.send(work, hooks, "alert.cleared", fact)
