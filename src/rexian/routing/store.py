"""The SQL of queues."""

import re
from collections.abc import Collection
from typing import Any

from sqlalchemy import Table, func, insert, select

from rexian.agents.tables import skills
from rexian.infra.database import Work
from rexian.infra.rows import Listing, Page, page
from rexian.routing.tables import queue_versions, queues

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHOWN = [column for column in queues.c if column.name != "tenant_id"]
_v = queue_versions.c
_DESCRIBED = (_v.id, _v.version, _v.note, _v.created_by, _v.created_at)


async def every(work: Work) -> list[dict[str, Any]]:
    rows = await work.db.execute(select(*_SHOWN).order_by(queues.c.name))
    return [dict(row) for row in rows.mappings()]


async def missing(work: Work, table: Table, ids: Collection[str]) -> set[str]:
    """Those of `ids` that the table has no row for; what is no id has none."""
    possible = [id for id in ids if _ID.fullmatch(id)]
    if not possible:
        return set(ids)
    rows = await work.db.execute(select(table.c.id).where(table.c.id.in_(possible)))
    return set(ids) - {str(id) for id in rows.scalars()}


async def unknown_skills(work: Work, names: set[str]) -> set[str]:
    """Those of `names` that no skill has."""
    if not names:
        return set()
    rows = await work.db.execute(select(skills.c.name).where(skills.c.name.in_(names)))
    return names - set(rows.scalars())


async def versions(work: Work, queue: str, listing: Listing) -> Page:
    newest_first = listing if listing.sort else listing._replace(sort="-version")
    query = select(*_DESCRIBED).where(_v.queue_id == queue)
    return await page(work, query, newest_first, search=[_v.note], sort={"version": _v.version})


async def version(work: Work, queue: str, number: int) -> dict[str, Any] | None:
    query = select(*_DESCRIBED, _v.document).where(_v.queue_id == queue, _v.version == number)
    row = (await work.db.execute(query)).mappings().one_or_none()
    return dict(row) if row else None


async def last_version(work: Work, queue: str) -> int:
    """The number of its newest version; 0: there is none."""
    return int(await work.db.scalar(select(func.max(_v.version)).where(_v.queue_id == queue)) or 0)


async def add_version(work: Work, values: dict[str, Any]) -> None:
    await work.db.execute(insert(queue_versions).values(tenant_id=work.tenant, **values))
