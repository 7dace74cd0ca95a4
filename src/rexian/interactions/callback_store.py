"""The SQL of callbacks and of callers who gave up."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from rexian.infra.database import Work
from rexian.interactions.tables import callbacks

_c = callbacks.c
SORTS = {
    "since": (_c.since,),
    "due": (_c.due_at.nulls_first(), _c.since),
    "priority": (_c.priority.desc(), _c.since),
    "asked": (_c.asked_at.desc(),),
    "ended": (_c.ended_at.desc(),),
}


async def keep(work: Work, values: dict[str, Any]) -> None:
    """A callback as it was asked for; seen again in a replay it begins anew."""
    row = {"tenant_id": work.tenant, **values}
    new = insert(callbacks).values(row)
    await work.db.execute(new.on_conflict_do_update(index_elements=["tenant_id", "id"], set_=row))


async def change(work: Work, callback: str, values: dict[str, Any]) -> None:
    where = (_c.tenant_id == work.tenant) & (_c.id == callback)
    await work.db.execute(update(callbacks).where(where).values(**values))


async def listed(
    work: Work, *, open_only: bool, queue: str | None, sort: str, limit: int, offset: int
) -> tuple[list[dict[str, Any]], int]:
    tests = [_c.tenant_id == work.tenant, _c.ended_at.is_(None) if open_only else _c.ended_at.is_not(None)]
    if queue:
        tests.append(_c.queue_id == queue)
    total = await work.db.scalar(select(func.count()).select_from(callbacks).where(*tests))
    query = select(callbacks).where(*tests).order_by(*SORTS[sort], _c.id).limit(limit).offset(offset)
    return [dict(row) for row in (await work.db.execute(query)).mappings()], int(total or 0)


_ABANDONED = """
  from interactions as i
  where i.tenant_id = :tenant and i.outcome in ('abandoned', 'short_abandon') and i.started_at >= :start
    and (cast(:queue as uuid) is null or i.queue_id = cast(:queue as uuid))
"""
_LATER = """
  lateral (
    select min(l.started_at) filter (where l.direction = 'inbound') as again_at,
           min(l.started_at) filter (where l.direction = 'outbound') as back_at,
           min(l.answered_at) as answered_at
    from interactions as l
    where l.tenant_id = i.tenant_id and l.started_at > i.started_at
      and (l.outcall_id is null or l.agent_id is not null)
      and ((l.direction = 'inbound' and l.caller = i.caller) or (l.direction = 'outbound' and l.called = i.caller))
  ) as later
"""
_LIST = text(f"""
  select i.id, i.started_at, i.ended_at, i.caller, i.caller_name, i.customer_id, i.queue_id, i.wait, i.outcome,
         later.again_at, later.back_at, later.answered_at
  {_ABANDONED.replace("from interactions as i", f"from interactions as i cross join {_LATER}")}
    and (not :open or later.answered_at is null)
  order by i.started_at desc limit :limit offset :offset
""")
_COUNT = text(f"""
  select count(*) {_ABANDONED.replace("from interactions as i", f"from interactions as i cross join {_LATER}")}
    and (not :open or later.answered_at is null)
""")


async def gave_up(
    work: Work, *, start: datetime, open_only: bool, queue: str | None, limit: int, offset: int
) -> tuple[list[dict[str, Any]], int]:
    """Callers who hung up while waiting, the newest first, and whether they have been spoken with since.

    `open_only`: only those whom nobody has spoken with since, whether they called again or were called.
    """
    values = {"tenant": work.tenant, "start": start, "open": open_only, "queue": queue}
    rows = await work.db.execute(_LIST, {**values, "limit": limit, "offset": offset})
    total = await work.db.scalar(_COUNT, values)
    return [dict(row) for row in rows.mappings()], int(total or 0)
