"""The SQL of outcalls."""

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from rexian.infra.database import Work
from rexian.interactions.tables import outcalls

_c = outcalls.c


async def keep(work: Work, values: dict[str, Any]) -> None:
    """An outcall as it was ordered; seen again in a replay it begins anew."""
    row = {"tenant_id": work.tenant, **values}
    new = insert(outcalls).values(row)
    await work.db.execute(new.on_conflict_do_update(index_elements=["tenant_id", "id"], set_=row))


async def change(work: Work, outcall: str, values: dict[str, Any]) -> None:
    where = (_c.tenant_id == work.tenant) & (_c.id == outcall)
    await work.db.execute(update(outcalls).where(where).values(**values))


async def listed(work: Work, *, open_only: bool, limit: int, offset: int) -> tuple[list[dict[str, Any]], int]:
    """Those that are still to come about, the next first; or those that have ended, the last first."""
    tests = [_c.tenant_id == work.tenant, _c.ended_at.is_(None) if open_only else _c.ended_at.is_not(None)]
    order = (_c.due_at, _c.id) if open_only else (_c.ended_at.desc(), _c.id)
    total = await work.db.scalar(select(func.count()).select_from(outcalls).where(*tests))
    query = select(outcalls).where(*tests).order_by(*order).limit(limit).offset(offset)
    return [dict(row) for row in (await work.db.execute(query)).mappings()], int(total or 0)
