"""A register: rows that people keep by hand (teams, numbers, queues …), each change audited and told to the journal."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Table, select

from rexian.core.errors import Invalid
from rexian.core.ids import uuid7
from rexian.infra import rows
from rexian.infra.database import Work
from rexian.infra.rows import Listing, Page, Values
from rexian.tenants import audit
from rexian.tenants.model import Principal


class Register:
    """Lists and keeps the rows of one table that has an `id`.

    `noun` names it in error codes (`team.not_found`), actions (`team.changed`) and subjects (`team:<id>`). `fact` makes
    the journal's fact about a changed row, so that the live floor follows. `hidden` columns are never given out.
    `unused` raises `Conflict` while something calls a row by its name, which the database cannot see.
    """

    def __init__(
        self,
        table: Table,
        noun: str,
        *,
        fact: Callable[[str], msgspec.Struct] | None = None,
        search: Sequence[str] = ("name",),
        sort: Sequence[str] = ("name",),
        hidden: Sequence[str] = (),
        unused: Callable[[Work, str], Awaitable[None]] | None = None,
    ) -> None:
        self.table = table
        self.noun = noun
        self._fact = fact
        self._unused = unused
        self._search = [table.c[name] for name in search]
        self._sort = {name: table.c[name] for name in sort}
        self._shown = [column for column in table.c if column.name not in {"tenant_id", *hidden}]

    async def list(self, work: Work, listing: Listing, *where: ColumnElement[bool]) -> Page:
        query = select(*self._shown).where(*where)
        return await rows.page(work, query, listing, search=self._search, sort=self._sort)

    async def get(self, work: Work, id: str) -> dict[str, Any]:
        """Raises `NotFound`."""
        return self._show(await rows.one(work, self.table, id, noun=self.noun))

    async def add(self, work: Work, by: Principal | None, values: Values, *, id: str | None = None) -> dict[str, Any]:
        """Raises `Conflict` when there is such a row already."""
        row = {**self._named(values), "id": id or uuid7()}
        await rows.add(work, self.table, row, noun=self.noun)
        made = await rows.one(work, self.table, row["id"], noun=self.noun)
        await self.tell(work, by, "added", row["id"], after=made)
        return self._show(made)

    async def change(self, work: Work, by: Principal | None, id: str, values: Values) -> dict[str, Any]:
        """Set `values` and leave the rest. A change that changes nothing leaves no trace."""
        before = await rows.one(work, self.table, id, noun=self.noun, lock=True)
        named = self._named(values)
        after = {**before, **named}
        if self._unused is not None and after["name"] != before["name"]:
            await self._unused(work, before["name"])
        if after != before:
            await rows.change(work, self.table, id, named, noun=self.noun)
            await self.tell(work, by, "changed", id, before=before, after=after)
        return self._show(after)

    async def remove(self, work: Work, by: Principal | None, id: str) -> None:
        """Raises `Conflict` while the row is used."""
        before = await rows.one(work, self.table, id, noun=self.noun, lock=True)
        if self._unused is not None:
            await self._unused(work, before["name"])
        await rows.remove(work, self.table, id, noun=self.noun)
        await self.tell(work, by, "removed", id, before=before)

    async def tell(
        self,
        work: Work,
        by: Principal | None,
        what: str,
        id: str,
        *,
        before: Values | None = None,
        after: Values | None = None,
    ) -> None:
        """Keep a change in the audit trail and tell it to the journal."""
        subject = f"{self.noun}:{id}"
        await audit.note(work, by, f"{self.noun}.{what}", subject, before=before, after=after)
        if self._fact is not None:
            work.record(subject, self._fact(id))

    def _named(self, values: Values) -> dict[str, Any]:
        """A name that only looks like another by its blanks would be taken for it, and one of blanks for none."""
        name = values.get("name")
        if not isinstance(name, str) or not name:
            return dict(values)
        if not (name := name.strip()):
            raise Invalid(f"{self.noun}.blank", "A name has more in it than blanks.", field="name")
        return {**values, "name": name}

    def _show(self, row: dict[str, Any]) -> dict[str, Any]:
        return {column.name: row[column.name] for column in self._shown}
