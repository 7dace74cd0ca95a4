"""The SQL of libraries, bookmarks and fax documents."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from rexian.core.ids import LibraryId
from rexian.infra.database import Work
from rexian.library.tables import bookmarks, fax_documents, libraries


async def every(work: Work) -> list[dict[str, Any]]:
    found = await work.db.execute(select(libraries).order_by(libraries.c.name))
    return [dict(row) for row in found.mappings()]


async def bookmark(work: Work, library: LibraryId, caller: str) -> dict[str, Any] | None:
    query = select(bookmarks).where(_of(library, caller))
    found = (await work.db.execute(query)).mappings().first()
    return None if found is None else dict(found)


async def keep_bookmark(work: Work, library: LibraryId, caller: str, values: dict[str, Any]) -> None:
    row = {"tenant_id": work.tenant, "library_id": library, "caller": caller, **values}
    statement = insert(bookmarks).values(row)
    await work.db.execute(
        statement.on_conflict_do_update(index_elements=["tenant_id", "library_id", "caller"], set_=values)
    )


async def drop_bookmark(work: Work, library: LibraryId, caller: str) -> None:
    await work.db.execute(delete(bookmarks).where(_of(library, caller)))


async def forget_bookmarks(work: Work, before: datetime, most: int) -> int:
    """Remove at most so many that were last moved before this moment; how many there were."""
    key = (bookmarks.c.library_id, bookmarks.c.caller)
    old = select(*key).where(bookmarks.c.at < before).limit(most)
    return (await work.db.execute(delete(bookmarks).where(tuple_(*key).in_(old)))).rowcount


def _of(library: LibraryId, caller: str) -> Any:
    return and_(bookmarks.c.library_id == library, bookmarks.c.caller == caller)


async def documents(work: Work) -> list[dict[str, Any]]:
    """The fax documents, in the order of their numbers."""
    c = fax_documents.c
    found = await work.db.execute(select(fax_documents).order_by(func.length(c.number), c.number))
    return [dict(row) for row in found.mappings()]
