"""The SQL of faxes."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, select

from rexian.core.ids import CallId
from rexian.infra.database import Work
from rexian.interactions.tables import faxes, interactions

_f = faxes.c


async def one(work: Work, id: str) -> dict[str, Any] | None:
    query = select(faxes).where(_f.tenant_id == work.tenant, _f.id == id)
    row = (await work.db.execute(query)).mappings().one_or_none()
    return dict(row) if row else None


async def of_contact(work: Work, call: CallId) -> list[dict[str, Any]]:
    """As they go over the wire, in the order in which they began."""
    shown = ("id", "way", "document", "document_name", "started_at", "ended_at", "state", "complete", "pages")
    columns = [*(_f[name] for name in shown), _f.station, _f.t38, _f.error, _f.reason, _f.size]
    query = select(*columns).where(_f.tenant_id == work.tenant, _f.interaction_id == call)
    rows = (await work.db.execute(query.order_by(_f.started_at, _f.id))).mappings()
    return [dict(row) for row in rows]


async def left_open(work: Work, before: datetime) -> list[str]:
    """Received faxes of which nobody said how they ended, of calls that ended before a moment."""
    c = interactions.c
    ended = and_(c.tenant_id == _f.tenant_id, c.id == _f.interaction_id, c.ended_at < before)
    query = select(_f.id).select_from(faxes.join(interactions, ended))
    rows = await work.db.execute(query.where(_f.tenant_id == work.tenant, _f.state == "open", _f.way == "received"))
    return [row.id for row in rows]
