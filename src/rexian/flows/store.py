"""The SQL of flows."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Table, and_, delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert

from rexian.core.ids import FlowId, FlowVersionId, uuid7
from rexian.flows.tables import flow_drafts, flow_links, flow_paths, flow_releases, flow_versions, flows
from rexian.infra import rows
from rexian.infra.database import Work
from rexian.infra.rows import Listing, Page, page
from rexian.tenants.tables import users

_v = flow_versions.c
_d = flow_drafts.c
_l = flow_links.c
_p = flow_paths.c
_DESCRIBED = (_v.id, _v.version, _v.note, _v.created_by, _v.created_at)
_LINKED = (_l.version_id == _v.id) & (_l.tenant_id == _v.tenant_id)
_WRITER = users.alias("writer")
_RELEASER = users.alias("releaser")


async def versions(work: Work, flow: str, listing: Listing) -> Page:
    """With who wrote each, and who let it take calls when, the last time."""
    newest_first = listing if listing.sort else listing._replace(sort="-version")
    r = flow_releases.c
    last = (
        select(r.tenant_id, r.version, r.published_by, r.published_at)
        .where(r.flow_id == flow)
        .ext(distinct_on(r.version))
        .order_by(r.version, r.published_at.desc())
        .subquery()
    )
    query = (
        select(
            *_DESCRIBED,
            _WRITER.c.name.label("created_by_name"),
            last.c.published_at,
            _RELEASER.c.name.label("published_by_name"),
        )
        .outerjoin(_WRITER, and_(_WRITER.c.id == _v.created_by, _WRITER.c.tenant_id == _v.tenant_id))
        .outerjoin(last, and_(last.c.version == _v.version, last.c.tenant_id == _v.tenant_id))
        .outerjoin(_RELEASER, and_(_RELEASER.c.id == last.c.published_by, _RELEASER.c.tenant_id == _v.tenant_id))
        .where(_v.flow_id == flow)
    )
    return await page(work, query, newest_first, search=[_v.note], sort={"version": _v.version})


async def version(work: Work, flow: str, number: int) -> dict[str, Any] | None:
    described = select(*_DESCRIBED, _v.document, _l.links).outerjoin(flow_links, _LINKED)
    query = described.where(_v.flow_id == flow, _v.version == number)
    row = (await work.db.execute(query)).mappings().one_or_none()
    return dict(row) if row else None


async def add_version(work: Work, values: dict[str, Any]) -> int:
    """Write the next version of its flow (whose row is locked) and give its number."""
    last = select(func.coalesce(func.max(_v.version), 0)).where(_v.flow_id == values["flow_id"])
    number = int(await work.db.scalar(last) or 0) + 1
    await work.db.execute(insert(flow_versions).values(tenant_id=work.tenant, version=number, **values))
    return number


async def publish(work: Work, flow: str, number: int, by: str | None) -> None:
    await work.db.execute(update(flows).where(flows.c.id == flow).values(published_version=number))
    release = {"tenant_id": work.tenant, "id": uuid7(), "flow_id": flow, "version": number, "published_by": by}
    await work.db.execute(insert(flow_releases).values(**release))


async def documents(work: Work, also: Collection[str]) -> list[dict[str, Any]]:
    """The published version of every flow, and the versions `also` names.

    `flow_id, name, id, published, document, links`.
    """
    published = _v.version == flows.c.published_version
    query = (
        select(flows.c.id.label("flow_id"), flows.c.name, _v.id, published.label("published"), _v.document, _l.links)
        .join(flow_versions, (_v.flow_id == flows.c.id) & (_v.tenant_id == flows.c.tenant_id))
        .outerjoin(flow_links, _LINKED)
        .where(or_(published, _v.id.in_(also)))
        .order_by(flows.c.name, _v.version)
    )
    return [dict(row) for row in (await work.db.execute(query)).mappings()]


# --- sub-flows


class Published(NamedTuple):
    flow: FlowId
    version: FlowVersionId


async def published_names(work: Work) -> dict[str, Published]:
    """The published version of every flow, by the flow's name and by its id."""
    query = select(flows.c.id, flows.c.name, _v.id.label("version")).join(
        flow_versions, and_(_v.flow_id == flows.c.id, _v.version == flows.c.published_version)
    )
    rows_ = (await work.db.execute(query)).all()
    found = {row.id: Published(FlowId(row.id), FlowVersionId(row.version)) for row in rows_}
    return found | {row.name: found[row.id] for row in rows_}


async def version_id(work: Work, flow: str, number: int) -> FlowVersionId | None:
    found = await work.db.scalar(select(_v.id).where(_v.flow_id == flow, _v.version == number))
    return FlowVersionId(found) if found else None


async def versions_by_id(work: Work, ids: Collection[str]) -> list[dict[str, Any]]:
    """These versions: `id, flow_id, document, links`."""
    query = select(_v.id, _v.flow_id, _v.document, _l.links).outerjoin(flow_links, _LINKED).where(_v.id.in_(ids))
    return [dict(row) for row in (await work.db.execute(query)).mappings()]


async def flows_of(work: Work, ids: Collection[str]) -> dict[FlowVersionId, FlowId]:
    """The flow of which each of these is a version."""
    rows_ = await work.db.execute(select(_v.id, _v.flow_id).where(_v.id.in_(ids)))
    return {FlowVersionId(row.id): FlowId(row.flow_id) for row in rows_}


async def keep_links(work: Work, version: str, links: Mapping[str, str]) -> None:
    """What has been published keeps them for good."""
    await work.db.execute(insert(flow_links).values(tenant_id=work.tenant, version_id=version, links=dict(links)))


async def callers(work: Work, flow: str) -> list[dict[str, Any]]:
    """The published flows of which a step goes through a version of this one: `flow_id, name, document, links, steps`.

    `steps` are the names of these steps.
    """
    mine = set(await work.db.scalars(select(_v.id).where(_v.flow_id == flow)))
    found = []
    for row in await documents(work, ()):
        steps = [step for step, version in (row["links"] or {}).items() if version in mine]
        if steps and row["flow_id"] != flow:
            found.append({**row, "steps": steps})
    return found


# --- drafts


async def draft(work: Work, flow: str) -> dict[str, Any] | None:
    query = (
        select(_d.id, _d.document, _d.based_on, _d.revision, _d.saved_at, users.c.name.label("saved_by_name"))
        .outerjoin(users, and_(users.c.id == _d.saved_by, users.c.tenant_id == _d.tenant_id))
        .where(_d.flow_id == flow)
    )
    row = (await work.db.execute(query)).mappings().one_or_none()
    return dict(row) if row else None


async def keep_draft(work: Work, flow: str, values: dict[str, Any]) -> None:
    """Write the draft, new or in the place of the one before, whose id stays."""
    new = upsert(flow_drafts).values(tenant_id=work.tenant, flow_id=flow, id=uuid7(), **values)
    changed = {**values, "saved_at": func.now()}
    await work.db.execute(new.on_conflict_do_update(index_elements=["tenant_id", "flow_id"], set_=changed))


async def drop_draft(work: Work, flow: str) -> bool:
    """Whether there was one."""
    dropped = await work.db.execute(delete(flow_drafts).where(_d.flow_id == flow).returning(_d.id))
    return dropped.first() is not None


async def drafts(work: Work, of: Collection[str], also: Collection[str]) -> list[dict[str, Any]]:
    """The drafts of the flows `of`, and those whose own ids `also` names: `flow_id, id, document`."""
    query = select(_d.flow_id, _d.id, _d.document).where(or_(_d.flow_id.in_(of), _d.id.in_(also)))
    return [dict(row) for row in (await work.db.execute(query)).mappings()]


# --- recorded paths

_PATH = (_p.id, _p.name, _p.stage, _p.cues, _p.expected, _p.created_at)


async def paths(work: Work, flow: str) -> list[dict[str, Any]]:
    query = select(*_PATH).where(_p.flow_id == flow).order_by(_p.created_at, _p.id)
    return [dict(row) for row in (await work.db.execute(query)).mappings()]


async def path(work: Work, flow: str, id: str) -> dict[str, Any] | None:
    query = select(*_PATH).where(_p.flow_id == flow, _p.id == id)
    row = (await work.db.execute(query)).mappings().one_or_none()
    return dict(row) if row else None


async def add_path(work: Work, values: dict[str, Any]) -> None:
    await rows.add(work, flow_paths, values, noun="path")


async def expect(work: Work, id: str, expected: dict[str, Any]) -> None:
    await work.db.execute(update(flow_paths).where(_p.id == id).values(expected=expected))


async def drop_path(work: Work, id: str) -> None:
    await work.db.execute(delete(flow_paths).where(_p.id == id))


# --- what flows name


async def named(work: Work, table: Table, name: str) -> dict[str, Any] | None:
    """The row that flows call by this name."""
    row = (await work.db.execute(select(table).where(table.c.name == name))).mappings().one_or_none()
    return dict(row) if row else None


async def names(work: Work, table: Table) -> set[str]:
    return set(await work.db.scalars(select(table.c.name)))
