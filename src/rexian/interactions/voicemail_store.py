"""The SQL of voicemails that callers have left."""

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from rexian.infra.database import Work
from rexian.interactions.tables import recordings, voicemails

_c = voicemails.c
_r = recordings.c


async def keep(work: Work, values: dict[str, Any]) -> None:
    """A voicemail as it was left; seen again in a replay it begins anew, but for what was written down of it."""
    row = {"tenant_id": work.tenant, **values}
    new = insert(voicemails).values(row)
    await work.db.execute(new.on_conflict_do_update(index_elements=["tenant_id", "id"], set_=row))


async def change(work: Work, voicemail: str, values: dict[str, Any]) -> None:
    await work.db.execute(update(voicemails).where(_c.tenant_id == work.tenant, _c.id == voicemail).values(**values))


_SHOWN = select(
    *(column for column in _c if column.name != "tenant_id"),
    _r.state.label("recording_state"),
    _r.duration,
).outerjoin(recordings, (_r.tenant_id == _c.tenant_id) & (_r.id == _c.recording_id))


async def one(work: Work, voicemail: str) -> dict[str, Any] | None:
    row = (await work.db.execute(_SHOWN.where(_c.tenant_id == work.tenant, _c.id == voicemail))).mappings().first()
    return dict(row) if row is not None else None


async def listed(
    work: Work, *, open_only: bool, queue: str | None, agent: str | None, limit: int, offset: int
) -> tuple[list[dict[str, Any]], int]:
    """The oldest first while they are open, else those that were closed last."""
    tests = [_c.tenant_id == work.tenant, _c.closed_at.is_(None) if open_only else _c.closed_at.is_not(None)]
    if queue:
        tests.append(_c.queue_id == queue)
    if agent:
        tests.append(_c.agent_id == agent)
    total = await work.db.scalar(select(func.count()).select_from(voicemails).where(*tests))
    order = (_c.priority.desc(), _c.left_at) if open_only else (_c.closed_at.desc(),)
    rows = await work.db.execute(_SHOWN.where(*tests).order_by(*order, _c.id).limit(limit).offset(offset))
    return [dict(row) for row in rows.mappings()], int(total or 0)
