"""The SQL of calendars."""

from typing import Any

from sqlalchemy import select

from rexian.hours.tables import calendars
from rexian.infra.database import Work

_SHOWN = [column for column in calendars.c if column.name != "tenant_id"]


async def every(work: Work) -> list[dict[str, Any]]:
    rows = await work.db.execute(select(*_SHOWN).order_by(calendars.c.name))
    return [dict(row) for row in rows.mappings()]
