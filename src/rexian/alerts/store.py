"""All SQL of alerts."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import insert, select, update

from rexian.alerts.model import Alert, Rule
from rexian.alerts.tables import alert_rules, alerts
from rexian.core.ids import CallId, QueueId
from rexian.infra.database import Work
from rexian.infra.rows import Listing, Page, page
from rexian.interactions.model import VisitEnd
from rexian.interactions.tables import queue_visits

LONGEST_LOOKED = timedelta(hours=2)
_OPEN = alerts.c.cleared_at.is_(None)


async def rules(work: Work) -> list[Rule]:
    columns = [column for column in alert_rules.c if column.name != "tenant_id"]
    found = await work.db.execute(select(*columns).order_by(alert_rules.c.id))
    return [msgspec.convert({str(name): value for name, value in row.items()}, Rule) for row in found.mappings()]


async def open_alerts(work: Work) -> list[Alert]:
    """Those that are raised and not cleared."""
    found = await work.db.execute(select(alerts).where(_OPEN).order_by(alerts.c.raised_at))
    return [_alert(dict(row)) for row in found.mappings()]


async def gave_up(work: Work, since: datetime) -> list[tuple[QueueId, CallId, datetime]]:
    """Callers who gave up in queues since then; who had waited for longer than two hours is not looked for."""
    at = queue_visits.c.left_at
    query = select(queue_visits.c.queue_id, queue_visits.c.interaction_id, at).where(
        queue_visits.c.enqueued_at > since - LONGEST_LOOKED, queue_visits.c.ended == VisitEnd.ABANDONED, at > since
    )
    return [(QueueId(queue), CallId(call), left) for queue, call, left in await work.db.execute(query)]


async def past(work: Work, listing: Listing) -> Page:
    """What was raised, the newest first."""
    columns = [column for column in alerts.c if column.name != "tenant_id"]
    search = [alerts.c.rule_name, alerts.c.about_name]
    sort = {"raised_at": alerts.c.raised_at, "rule_name": alerts.c.rule_name, "severity": alerts.c.severity}
    wish = listing if listing.sort else listing._replace(sort="-raised_at")
    return await page(work, select(*columns), wish, search=search, sort=sort)


async def keep(work: Work, alert: Alert) -> None:
    values = {
        "tenant_id": work.tenant,
        "id": alert.id,
        "rule_id": alert.rule,
        "rule_name": alert.rule_name,
        "kind": str(alert.kind),
        "severity": str(alert.severity),
        "about": alert.subject,
        "about_name": alert.subject_name,
        "value": alert.value,
        "threshold": alert.threshold,
        "sound": alert.sound,
        "raised_at": alert.raised_at,
    }
    await work.db.execute(insert(alerts).values(**values))


async def one(work: Work, id: str) -> tuple[Alert, bool] | None:
    """The alert, locked, and whether it is open."""
    row = (await work.db.execute(select(alerts).where(alerts.c.id == id).with_for_update())).mappings().one_or_none()
    return None if row is None else (_alert(dict(row)), row["cleared_at"] is None)


async def acknowledge(work: Work, id: str, by: str, at: datetime) -> None:
    values = {"acknowledged_at": at, "acknowledged_by": by}
    await work.db.execute(update(alerts).where(alerts.c.id == id, _OPEN).values(**values))


async def clear(work: Work, id: str, why: str, at: datetime) -> None:
    await work.db.execute(update(alerts).where(alerts.c.id == id, _OPEN).values(cleared_at=at, cleared_why=why))


def _alert(row: dict[str, Any]) -> Alert:
    values = {
        **{str(name): row[name] for name in ("id", "rule_name", "kind", "severity", "value", "threshold", "raised_at")},
        **{"rule": row["rule_id"], "subject": row["about"], "subject_name": row["about_name"], "sound": row["sound"]},
        **{"acknowledged_at": row["acknowledged_at"], "acknowledged_by": row["acknowledged_by"]},
    }
    return msgspec.convert(values, Alert)
