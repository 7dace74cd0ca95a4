"""The SQL of queues."""

from typing import Any

from sqlalchemy import select

from rexian.infra.database import Work
from rexian.routing.tables import queues

_SHOWN = [column for column in queues.c if column.name != "tenant_id"]


async def every(work: Work) -> list[dict[str, Any]]:
    rows = await work.db.execute(select(*_SHOWN).order_by(queues.c.name))
    return [dict(row) for row in rows.mappings()]
