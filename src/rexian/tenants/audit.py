"""The audit trail: who changed what, from what to what. Rows are added and never altered (the grants see to it)."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy import insert, select

from rexian.core.ids import uuid7
from rexian.infra.database import Work
from rexian.infra.rows import Listing, Page, page
from rexian.tenants.model import Principal
from rexian.tenants.tables import audit

SYSTEM = "system"
_HIDDEN = frozenset({"tenant_id", "password_hash", "secret", "failures", "locked_until", "hash"})

State = Mapping[str, Any] | None


async def note(
    work: Work, by: Principal | None, action: str, subject: str, *, before: State = None, after: State = None
) -> None:
    """Keep that `by` (`None`: the program itself) did `action` (`queue.changed`) to `subject` (`queue:<id>`).

    Of `before` and `after` only what differs is kept; secrets never are.
    """
    was, became = _difference(before, after)
    await work.db.execute(
        insert(audit).values(
            tenant_id=work.tenant,
            id=uuid7(),
            user_id=by.user if by else None,
            user_name=by.name if by else SYSTEM,
            action=action,
            subject=subject,
            before=was,
            after=became,
        )
    )


def _difference(before: State, after: State) -> tuple[Any, Any]:
    was, became = _plain(before), _plain(after)
    if was is not None and became is not None:
        same = {name for name in was.keys() & became.keys() if was[name] == became[name]}
        was = {name: value for name, value in was.items() if name not in same}
        became = {name: value for name, value in became.items() if name not in same}
    return was, became


def _plain(state: State) -> dict[str, Any] | None:
    if state is None:
        return None
    return {name: to_jsonable_python(value) for name, value in state.items() if name not in _HIDDEN}


async def entries(work: Work, listing: Listing, *, subject: str = "", action: str = "", user: str = "") -> Page:
    """The trail, the newest first."""
    c = audit.c
    query = select(c.id, c.at, c.user_id, c.user_name, c.action, c.subject, c.before, c.after)
    for column, wanted in ((c.subject, subject), (c.action, action), (c.user_id, user)):
        if wanted:
            query = query.where(column == wanted)
    newest_first = listing if listing.sort else listing._replace(sort="-at")
    return await page(work, query, newest_first, search=[c.user_name, c.action, c.subject], sort={"at": c.at})
