"""What can be done with alert rules and alerts."""

from typing import Any

from rexian.alerts import store
from rexian.alerts.events import AlertAcknowledged, AlertRuleChanged
from rexian.alerts.life import ALERT, AlertState
from rexian.alerts.model import OF_QUEUES, Kind
from rexian.alerts.tables import alert_rules
from rexian.core.clock import Clock
from rexian.core.errors import Invalid, NotFound
from rexian.infra.database import Work
from rexian.infra.rows import Listing, Page, Values
from rexian.tenants import audit
from rexian.tenants.model import Principal
from rexian.tenants.registers import Register
from rexian.webhooks.service import Webhooks


class Alerts:
    """Keeps alert rules, and lets people acknowledge what was raised."""

    def __init__(self, clock: Clock, webhooks: Webhooks) -> None:
        self._clock = clock
        self._webhooks = webhooks
        self.rules = Register(
            alert_rules, "alert_rule", fact=lambda id: AlertRuleChanged(rule=id), sort=("name", "kind", "severity")
        )

    async def list(self, work: Work, listing: Listing) -> Page:
        """What was raised, the newest first."""
        return await store.past(work, listing)

    async def add_rule(self, work: Work, by: Principal | None, values: Values) -> dict[str, Any]:
        """Raises `Invalid` when the parts of the rule do not fit together."""
        await self._check(work, values)
        return await self.rules.add(work, by, values)

    async def change_rule(self, work: Work, by: Principal | None, id: str, values: Values) -> dict[str, Any]:
        await self._check(work, {**await self.rules.get(work, id), **values})
        return await self.rules.change(work, by, id, values)

    async def acknowledge(self, work: Work, by: Principal, id: str) -> None:
        """Say that it is seen to; saying it again is no error. Raises `NotFound`, and `IllegalMove` when it is over."""
        found = await store.one(work, id)
        if found is None:
            raise NotFound("alert.not_found", "There is no such alert.", id=id)
        alert, is_open = found
        if is_open and alert.acknowledged_at is not None:
            return
        ALERT.after(AlertState.OPEN if is_open else AlertState.CLEARED, AlertAcknowledged)
        now = self._clock.now()
        await store.acknowledge(work, id, by.name, now)
        await audit.note(work, by, "alert.acknowledged", f"alert:{id}")
        work.record(f"alert:{id}", AlertAcknowledged(at=now, alert=id, by=by.name))

    async def _check(self, work: Work, rule: Values) -> None:
        kind, clear_at, threshold = Kind(rule["kind"]), rule.get("clear_at"), rule.get("threshold", 1.0)
        if kind is Kind.STATE_TOO_LONG and not rule.get("states"):
            raise Invalid("alert_rule.states", "Choose at least one state that an agent should not stay in.")
        if kind in OF_QUEUES and rule.get("teams"):
            raise Invalid("alert_rule.teams", "A rule about queues cannot be narrowed to teams.")
        if clear_at is not None and (clear_at < threshold if kind is Kind.SERVICE_LEVEL else clear_at > threshold):
            raise Invalid("alert_rule.clear_at", "The value that clears the alert must be better than the threshold.")
        await self._webhooks.require(work, rule.get("webhooks", ()))
