"""Rows of one table, the way all lists and forms need them: searched, sorted, paged; kept with clear refusals."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from psycopg import errors as pg
from sqlalchemy import ColumnElement, Select, Table, cast, delete, func, insert, or_, select, update
from sqlalchemy import Text as SqlText
from sqlalchemy.exc import IntegrityError

from rexian.core.errors import Conflict, Invalid, NotFound
from rexian.infra.database import Work
from rexian.infra.tables import metadata

Values = Mapping[str, Any]


class Listing(NamedTuple):
    """What part of a list is asked for. `sort` names a column, with `-` before it for the other direction."""

    limit: int = 50
    offset: int = 0
    q: str = ""
    sort: str = ""


class Page(NamedTuple):
    """A part of a list, and how long the whole is."""

    items: list[dict[str, Any]]
    total: int


async def page(
    work: Work,
    query: Select[Any],
    listing: Listing,
    *,
    search: Sequence[ColumnElement[Any]] = (),
    sort: Mapping[str, ColumnElement[Any]],
) -> Page:
    """The part of `query` that `listing` asks for. `sort` are the columns one may sort by; the first is the default."""
    if listing.q and search:
        query = query.where(_found(listing.q, search))
    total = await work.db.scalar(select(func.count()).select_from(query.order_by(None).subquery()))
    ids = [column for column in query.selected_columns if column.name == "id"]  # equals stay in their place
    query = query.order_by(_order(listing.sort, sort), *ids).limit(listing.limit).offset(listing.offset)
    rows = await work.db.execute(query)
    return Page([dict(row) for row in rows.mappings()], int(total or 0))


def _found(q: str, search: Sequence[ColumnElement[Any]]) -> ColumnElement[bool]:
    pattern = "%" + q.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
    return or_(*(cast(column, SqlText).ilike(pattern, escape="\\") for column in search))


def _order(wish: str, sort: Mapping[str, ColumnElement[Any]]) -> ColumnElement[Any]:
    name = wish.removeprefix("-")
    if name and name not in sort:
        raise Invalid("list.sort", f"One can sort by {', '.join(sort)}, not by {name!r}.", sort=name)
    column = sort[name] if name else next(iter(sort.values()))
    return column.desc() if wish.startswith("-") else column.asc()


async def one(work: Work, table: Table, id: str, *, noun: str, lock: bool = False) -> dict[str, Any]:
    """The row of `id`; raises `NotFound`. `lock` holds it until the transaction ends."""
    query = select(table).where(table.c.id == id)
    row = (await work.db.execute(query.with_for_update() if lock else query)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"{noun}.not_found", f"There is no such {noun}.", id=id)
    return dict(row)


async def add(work: Work, table: Table, values: Values, *, noun: str) -> None:
    with refusals(noun):
        await work.db.execute(insert(table).values(tenant_id=work.tenant, **values))


async def change(work: Work, table: Table, id: str, values: Values, *, noun: str) -> None:
    with refusals(noun):
        await work.db.execute(update(table).where(table.c.id == id).values(**values))


async def remove(work: Work, table: Table, id: str, *, noun: str) -> None:
    with refusals(noun, removing=True):
        await work.db.execute(delete(table).where(table.c.id == id))


@contextmanager
def refusals(noun: str, *, removing: bool = False) -> Iterator[None]:
    """Put the database's refusals into our words."""
    try:
        yield
    except IntegrityError as error:
        raise _in_words(error, noun, removing) from error


def _in_words(error: IntegrityError, noun: str, removing: bool) -> Exception:
    if isinstance(error.orig, pg.UniqueViolation):
        taken = _taken(error.orig)
        return Conflict(f"{noun}.exists", f"There is such a {noun} already; choose another name.", **taken)
    if isinstance(error.orig, pg.ForeignKeyViolation) and removing:
        return Conflict(f"{noun}.in_use", f"This {noun} is still used; take it out of use first.")
    if isinstance(error.orig, pg.ForeignKeyViolation):
        return Invalid(f"{noun}.unknown_reference", f"The {noun} names something that is not there.")
    if isinstance(error.orig, pg.CheckViolation | pg.NotNullViolation):
        return Invalid(f"{noun}.invalid", f"The {noun} breaks a rule of form.")
    return error


def _taken(violation: pg.UniqueViolation) -> dict[str, str]:
    """The field that is taken: the one beside the tenant, as the key's name tells it; none where there are several.

    Behind row-level security PostgreSQL tells no more of the key than its name.
    """
    table, key = violation.diag.table_name or "", violation.diag.constraint_name or ""
    field = key.removeprefix(f"{table}_tenant_id_").removesuffix("_key")
    return {"field": field} if table in metadata.tables and field in metadata.tables[table].c else {}
