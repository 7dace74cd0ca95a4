"""The SQL of flows."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Table, func, insert, or_, select, update

from rexian.flows.tables import flow_versions, flows
from rexian.infra.database import Work
from rexian.infra.rows import Listing, Page, page

_v = flow_versions.c
_DESCRIBED = (_v.id, _v.version, _v.note, _v.created_by, _v.created_at)


async def versions(work: Work, flow: str, listing: Listing) -> Page:
    newest_first = listing if listing.sort else listing._replace(sort="-version")
    query = select(*_DESCRIBED).where(_v.flow_id == flow)
    return await page(work, query, newest_first, search=[_v.note], sort={"version": _v.version})


async def version(work: Work, flow: str, number: int) -> dict[str, Any] | None:
    query = select(*_DESCRIBED, _v.document).where(_v.flow_id == flow, _v.version == number)
    row = (await work.db.execute(query)).mappings().one_or_none()
    return dict(row) if row else None


async def add_version(work: Work, values: dict[str, Any]) -> int:
    """Write the next version of its flow (whose row is locked) and give its number."""
    last = select(func.coalesce(func.max(_v.version), 0)).where(_v.flow_id == values["flow_id"])
    number = int(await work.db.scalar(last) or 0) + 1
    await work.db.execute(insert(flow_versions).values(tenant_id=work.tenant, version=number, **values))
    return number


async def publish(work: Work, flow: str, number: int) -> None:
    await work.db.execute(update(flows).where(flows.c.id == flow).values(published_version=number))


async def documents(work: Work, also: Collection[str]) -> list[dict[str, Any]]:
    """The published version of every flow, and the versions `also` names: `flow_id, name, id, published, document`."""
    published = _v.version == flows.c.published_version
    query = (
        select(flows.c.id.label("flow_id"), flows.c.name, _v.id, published.label("published"), _v.document)
        .join(flow_versions, (_v.flow_id == flows.c.id) & (_v.tenant_id == flows.c.tenant_id))
        .where(or_(published, _v.id.in_(also)))
        .order_by(flows.c.name, _v.version)
    )
    return [dict(row) for row in (await work.db.execute(query)).mappings()]


async def named(work: Work, table: Table, name: str) -> dict[str, Any] | None:
    """The row that flows call by this name."""
    row = (await work.db.execute(select(table).where(table.c.name == name))).mappings().one_or_none()
    return dict(row) if row else None


async def names(work: Work, table: Table) -> set[str]:
    return set(await work.db.scalars(select(table.c.name)))
