"""All SQL of customers."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import and_, delete, exists, func, insert, or_, select, update

from rexian.core.ids import AgentId, CustomerId
from rexian.core.numbers import number_or_none
from rexian.crm.model import Customer, Identity, IdentityKind
from rexian.crm.tables import customer_identities, customers, listed_numbers
from rexian.infra.database import Work

MOST_BEARERS = 20
_c = customers.c
_i = customer_identities.c


async def get(work: Work, ids: Iterable[CustomerId], *, lock: bool = False) -> list[Customer]:
    """The customers of `ids` that are there, by name."""
    query = select(customers).where(_c.id.in_(list(ids))).order_by(_c.name_key, _c.id)
    rows = (await work.db.execute(query.with_for_update() if lock else query)).mappings().all()
    known = await _identities(work, [CustomerId(row["id"]) for row in rows])
    return [_customer(dict(row), known.get(row["id"], ())) for row in rows]


async def search(work: Work, q: str, *, tag: str, region: str, limit: int, offset: int) -> tuple[list[Customer], int]:
    """By a part of the name, or of a number or an address; all when `q` is empty."""
    query = select(_c.id)
    if q.strip():
        query = query.where(_found(q.strip(), region))
    if tag:
        query = query.where(_c.tags.contains([tag]))
    total = await work.db.scalar(select(func.count()).select_from(query.subquery()))
    page = query.order_by(_c.name_key, _c.id).limit(limit).offset(offset)
    ids = [CustomerId(row.id) for row in await work.db.execute(page)]
    return await get(work, ids), int(total or 0)


async def known_by(work: Work, kind: IdentityKind, value: str) -> list[Customer]:
    """Whoever has this identity."""
    found = await bearers(work, kind, value)
    return await get(work, [customer.id for customer in found]) if found else []


async def bearers(work: Work, kind: IdentityKind, value: str) -> list[Customer]:
    """The same in one round trip, without their identities: for the moment when the telephone rings."""
    bears = and_(_i.tenant_id == _c.tenant_id, _i.customer_id == _c.id)
    query = (
        select(customers)
        .join(customer_identities, bears)
        .where(_i.tenant_id == work.tenant, _i.kind == str(kind), _i.value == value)
        .order_by(_c.name_key, _c.id)
        .limit(MOST_BEARERS)
    )
    return [_customer(dict(row), ()) for row in (await work.db.execute(query)).mappings()]


async def listed(work: Work, most: int) -> list[dict[str, Any]]:
    """The entries of all lists: `list, number, prefix, until`."""
    c = listed_numbers.c
    rows = await work.db.execute(select(c.list, c.number, c.prefix, c.until).order_by(c.created_at).limit(most))
    return [dict(row) for row in rows.mappings()]


async def owner(work: Work, identity: Identity, *, other_than: CustomerId) -> Customer | None:
    """Another customer who has this identity; without his own ones."""
    for customer in await bearers(work, identity.kind, identity.value):
        if customer.id != other_than:
            return customer
    return None


async def add(work: Work, customer: Customer) -> None:
    await work.db.execute(insert(customers).values(tenant_id=work.tenant, id=customer.id, **_values(customer)))
    await _write_identities(work, customer)


async def change(work: Work, customer: Customer) -> None:
    changed = update(customers).where(_c.id == customer.id).values(**_values(customer), updated_at=func.now())
    await work.db.execute(changed)
    await work.db.execute(delete(customer_identities).where(_i.customer_id == customer.id))
    await _write_identities(work, customer)


async def remove(work: Work, id: CustomerId) -> None:
    await work.db.execute(delete(customers).where(_c.id == id))


def _found(q: str, region: str) -> Any:
    """A name that contains it, or an identity that begins with or contains it."""
    escaped = q.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    needles = {escaped.lower()}
    if number := number_or_none(q, region):
        needles.add(number)
    by_identity = exists().where(
        _i.tenant_id == _c.tenant_id,
        _i.customer_id == _c.id,
        or_(*(_i.value.like(f"%{needle}%", escape="\\") for needle in needles)),
    )
    return or_(_c.name_key.like(f"%{escaped.lower()}%", escape="\\"), by_identity)


async def _identities(work: Work, ids: Sequence[CustomerId]) -> dict[str, tuple[Identity, ...]]:
    query = select(customer_identities).where(_i.customer_id.in_(ids)).order_by(_i.customer_id, _i.position)
    found: dict[str, tuple[Identity, ...]] = {}
    for row in await work.db.execute(query) if ids else ():
        identity = Identity(IdentityKind(row.kind), row.value, row.label, row.shared)
        found[row.customer_id] = (*found.get(row.customer_id, ()), identity)
    return found


async def _write_identities(work: Work, customer: Customer) -> None:
    rows = [
        {
            "tenant_id": work.tenant,
            "customer_id": customer.id,
            "kind": str(identity.kind),
            "value": identity.value,
            "label": identity.label,
            "shared": identity.shared,
            "position": position,
        }
        for position, identity in enumerate(customer.identities)
    ]
    if rows:
        await work.db.execute(insert(customer_identities), rows)


def _values(customer: Customer) -> dict[str, Any]:
    return {
        "name": customer.name,
        "name_key": customer.name.lower(),
        "tags": list(customer.tags),
        "notes": customer.notes,
        "attributes": customer.attributes,
        "vip": customer.vip,
        "manager_id": customer.manager,
    }


def _customer(row: dict[str, Any], identities: tuple[Identity, ...]) -> Customer:
    return Customer(
        id=CustomerId(row["id"]),
        name=row["name"],
        identities=identities,
        tags=tuple(row["tags"]),
        notes=row["notes"],
        attributes=row["attributes"],
        vip=row["vip"],
        manager=None if row["manager_id"] is None else AgentId(row["manager_id"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
