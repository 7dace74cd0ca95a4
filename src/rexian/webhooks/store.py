"""All SQL of webhooks."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from rexian.core.ids import uuid7
from rexian.infra.database import Work
from rexian.infra.rows import Listing, Page, page
from rexian.webhooks.tables import webhook_deliveries, webhooks

_deliveries = webhook_deliveries.c


async def known(work: Work, ids: Iterable[str], *, enabled: bool = False) -> set[str]:
    """Which of these webhooks there are."""
    query = select(webhooks.c.id).where(webhooks.c.id.in_(list(ids)))
    return set(await work.db.scalars(query.where(webhooks.c.enabled) if enabled else query))


async def add_delivery(work: Work, webhook: str, event: str, body: Any) -> str:
    id = uuid7()
    values = {"tenant_id": work.tenant, "id": id, "webhook_id": webhook, "event": event, "body": body}
    await work.db.execute(insert(webhook_deliveries).values(**values))
    return id


async def delivery(work: Work, id: str) -> dict[str, Any] | None:
    """What is to be sent, and where; none when it or its webhook is gone."""
    query = (
        select(webhook_deliveries, webhooks.c.url, webhooks.c.secret, webhooks.c.enabled)
        .join(webhooks, webhooks.c.id == _deliveries.webhook_id)
        .where(_deliveries.id == id)
    )
    row = (await work.db.execute(query)).mappings().one_or_none()
    return None if row is None else dict(row)


async def tried(work: Work, id: str, at: datetime, *, state: str, status: int | None, problem: str) -> None:
    values = {"attempts": _deliveries.attempts + 1, "tried_at": at, "state": state, "status": status}
    query = update(webhook_deliveries).where(_deliveries.id == id, _deliveries.state == "waiting")
    await work.db.execute(query.values(**values, problem=problem[:500]))


async def deliveries(work: Work, webhook: str, listing: Listing) -> Page:
    """What was sent to one webhook, the newest first."""
    columns = [column for column in webhook_deliveries.c if column.name != "tenant_id"]
    query = select(*columns).where(_deliveries.webhook_id == webhook)
    wish = listing if listing.sort else listing._replace(sort="-made_at")
    return await page(
        work, query, wish, search=[_deliveries.event, _deliveries.problem], sort={"made_at": _deliveries.made_at}
    )


async def forget(work: Work, before: datetime, most: int) -> int:
    """Remove at most so many deliveries that were made before this moment; how many there were."""
    old = select(_deliveries.id).where(_deliveries.made_at < before).limit(most)
    return (await work.db.execute(delete(webhook_deliveries).where(_deliveries.id.in_(old)))).rowcount
