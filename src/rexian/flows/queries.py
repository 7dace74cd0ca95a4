"""Safe named queries: written by an administrator, asked by flows with parameters; never by a text of a flow."""

import re
from typing import Any

import msgspec

from rexian.core.errors import Invalid, NotFound
from rexian.core.ids import TenantId, uuid7
from rexian.flows import store
from rexian.flows.events import QueryChanged
from rexian.flows.tables import safe_queries
from rexian.infra.database import Database, Work
from rexian.infra.rows import Listing, Page, Values
from rexian.infra.secrets import Secrets
from rexian.tenants.model import Principal
from rexian.tenants.registers import Register

_PARAMETER = re.compile(r"%\((\w+)\)s")
_STRAY = re.compile(r"%(?!\(\w+\)s|%)")


class Query(msgspec.Struct, frozen=True, kw_only=True):
    sql: str
    parameters: tuple[str, ...]
    dsn: str
    timeout_s: float
    most_rows: int

    def __repr__(self) -> str:
        return f"Query(parameters={self.parameters!r})"


class SafeQueries:
    """Keeps them. Where they lead to (with its password) is sealed, and comes out for the query only."""

    def __init__(self, database: Database, secrets: Secrets) -> None:
        self._database = database
        self._secrets = secrets
        self._register = Register(
            safe_queries, "safe_query", fact=lambda id: QueryChanged(query=id), search=("name", "note"), hidden=("dsn",)
        )

    async def list(self, work: Work, listing: Listing) -> Page:
        return await self._register.list(work, listing)

    async def get(self, work: Work, id: str) -> dict[str, Any]:
        return await self._register.get(work, id)

    async def add(self, work: Work, by: Principal | None, values: Values) -> dict[str, Any]:
        id = uuid7()
        return await self._register.add(work, by, self._row(id, values), id=id)

    async def change(self, work: Work, by: Principal | None, id: str, values: Values) -> dict[str, Any]:
        return await self._register.change(work, by, id, self._row(id, values))

    async def remove(self, work: Work, by: Principal | None, id: str) -> None:
        await self._register.remove(work, by, id)

    async def open(self, tenant: TenantId, name: str) -> Query:
        """The query with its way, for the errand that asks it; raises `NotFound`."""
        async with self._database.work(tenant) as work:
            row = await store.named(work, safe_queries, name)
        if row is None:
            raise NotFound("safe_query.not_found", f"There is no query {name!r}; keep it first.", name=name)
        return Query(
            sql=row["sql"],
            parameters=parameters_of(row["sql"]),
            dsn=self._secrets.open(row["dsn"], _context(row["id"])),
            timeout_s=row["timeout_s"],
            most_rows=row["most_rows"],
        )

    def _row(self, id: str, values: Values) -> dict[str, Any]:
        row = dict(values)
        if "sql" in row and _STRAY.search(row["sql"]):
            message = "Parameters are written %(name)s, and a percent sign itself %%."
            raise Invalid("safe_query.parameters", message)
        if "dsn" in row:
            row["dsn"] = self._secrets.seal(row["dsn"], _context(id))
        return row


def parameters_of(sql: str) -> tuple[str, ...]:
    """The names of a query's parameters, in order."""
    return tuple(dict.fromkeys(_PARAMETER.findall(sql)))


async def names(work: Work) -> set[str]:
    """What flows may call queries."""
    return await store.names(work, safe_queries)


def _context(id: str) -> str:
    return f"safe_query:{id}"
