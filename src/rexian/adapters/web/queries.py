"""The errand `query`: a safe named query on a PostgreSQL database, read-only, with limits of time and rows."""

from collections.abc import Mapping
from typing import Any, Protocol

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from rexian.adapters.web.guard import Guard
from rexian.core.errands import Wanted
from rexian.core.errors import Forbidden, Invalid, Unavailable
from rexian.core.ids import TenantId
from rexian.flows.queries import Query

ALLOWED = frozenset({"host", "port", "dbname", "user", "password", "sslmode", "application_name"})
"""Parts of a connection's description; others could read files of this machine (`service`, `sslkey`, `passfile`)."""
KINDS = (str, int, float, bool, type(None))


class QueriesOf(Protocol):
    async def open(self, tenant: TenantId, name: str) -> Query:
        """Raises `NotFound`."""


class Queries:
    """Asks databases. Each query has a connection of its own: callers are few, and nothing may be left behind."""

    def __init__(self, guard: Guard, queries: QueriesOf) -> None:
        self._guard = guard
        self._queries = queries

    async def ask(self, wanted: Wanted) -> list[dict[str, Any]]:
        """The rows as plain data; raises why there are none."""
        query = await self._queries.open(wanted.tenant, wanted.parameters["query"])
        given = _parameters(query, wanted.parameters["parameters"])
        address = await self._address(query.dsn)
        limit_ms = int(min(query.timeout_s, wanted.within_s) * 1000)
        try:
            async with await psycopg.AsyncConnection.connect(
                **address, connect_timeout=max(2, int(wanted.within_s)), row_factory=dict_row
            ) as connection:
                await connection.set_read_only(True)
                await connection.execute(f"set local statement_timeout = {limit_ms}")
                async with connection.cursor() as cursor:
                    # Prepared, a text is one statement: none can end the read-only transaction and write.
                    await cursor.execute(query.sql, given, prepare=True)
                    rows = await cursor.fetchmany(query.most_rows) if cursor.description else []
                await connection.rollback()
        except psycopg.errors.QueryCanceled as error:
            raise Unavailable("query.slow", "The query takes too long.") from error
        except psycopg.OperationalError as error:
            raise Unavailable("query.unreachable", "The database cannot be reached.") from error
        except psycopg.Error as error:
            raise Invalid("query.failed", f"The database refuses the query ({type(error).__name__}).") from error
        return [{name: _plain(value) for name, value in row.items()} for row in rows]

    async def _address(self, dsn: str) -> dict[str, Any]:
        """The connection's description with its host resolved, when it may be asked."""
        try:
            parts = conninfo_to_dict(dsn)
        except psycopg.Error as error:
            raise Invalid(
                "query.dsn", "A connection is described as postgresql://user:password@host/database."
            ) from error
        host = str(parts.get("host") or "")
        if not host or parts.keys() - ALLOWED:
            raise Invalid("query.dsn", "A connection is described as postgresql://user:password@host/database.")
        if host.startswith(("/", "@")):
            if not self._guard.allows_folder(host):
                raise Forbidden("web.address_forbidden", "Flows may not ask this address; see the setting flows.allow.")
            return dict(parts)
        if "," in host:
            raise Invalid("query.dsn", "One host is wanted.")
        found = await self._guard.addresses(host, int(parts.get("port") or 5432))
        return {**parts, "hostaddr": found[0][1]}


def _parameters(query: Query, given: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(given) ^ set(query.parameters)
    if unknown:
        raise Invalid("query.parameters", f"The query takes other parameters: {', '.join(sorted(unknown))}.")
    for name, value in given.items():
        if not isinstance(value, KINDS):
            raise Invalid(
                "query.parameter_kind", f"The parameter {name} must be a text, a number, true, false or none."
            )
    return dict(given)


def _plain(value: Any) -> Any:
    """Numbers stay numbers, dates are texts of ISO 8601, whatever else there is its own text."""
    if isinstance(value, KINDS):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    return str(value)
