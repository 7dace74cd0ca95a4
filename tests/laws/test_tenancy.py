"""No row crosses from one tenant to another: tried on every table the catalogue names, so none can be forgotten."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from rexian.core.ids import TenantId
from rexian.infra.database import Database
from rexian.infra.migrate import all_tables
from rexian.infra.tables import metadata

pytestmark = pytest.mark.postgres

all_tables()
TENANT_TABLES = sorted(table.name for table in metadata.sorted_tables if "tenant_id" in table.c)

_REFUSALS = ("permission denied", "row-level security", "another tenant", "must be owner")
_IN_CATALOGUE = text("""
    select c.relname, c.relrowsecurity, c.relforcerowsecurity, c.relispartition,
           (select count(*) from pg_policy p where p.polrelid = c.oid) as policies
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
    where n.nspname = 'public' and c.relkind in ('r', 'p')
""")
_CHECKS = text("""
    select conname, pg_get_constraintdef(oid) as rule from pg_constraint
    where conrelid = to_regclass(:table) and contype = 'c'
""")
_COLUMNS = text("""
    select a.attname, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull, a.atthasdef, a.attidentity
    from pg_attribute a where a.attrelid = to_regclass(:table) and a.attnum > 0 and not a.attisdropped
    order by a.attnum
""")


async def test_every_table_with_a_tenant_stands_behind_row_level_security(database: Database) -> None:
    async with database.outside() as db:
        found = [row for row in await db.execute(_IN_CATALOGUE) if not row.relispartition]

    assert {row.relname for row in found} == set(TENANT_TABLES)
    for row in found:
        assert row.relrowsecurity, f"{row.relname} has no row-level security: call protect() in its migration."
        assert row.relforcerowsecurity, f"{row.relname} does not force it upon its owner."
        assert row.policies >= 1, f"{row.relname} has no policy."


async def test_every_table_without_a_tenant_is_known(database: Database) -> None:
    """Only the list of tenants and the schema's own mark are shared by all."""
    shared = {table.name for table in metadata.sorted_tables if "tenant_id" not in table.c}

    assert shared == {"tenants"}
    async with database.outside() as db:
        names = await db.scalars(text("select tablename from pg_tables where schemaname = 'public'"))
        unknown = {name for name in names if name not in metadata.tables and not name.startswith("journal_")}
    assert unknown == {"alembic_version"}


@pytest.mark.parametrize("table", TENANT_TABLES)
async def test_no_row_can_be_read_changed_removed_or_planted(
    table: str, database_url: str, database: Database, tenant: TenantId, other_tenant: TenantId
) -> None:
    theirs = f"from {table} where tenant_id = '{other_tenant}'"
    async with _planted(database_url, table, other_tenant):
        async with database.work(tenant) as work:
            assert await work.db.scalar(text(f"select count(*) {theirs}")) == 0
        assert await _reached(database, tenant, f"update {table} set tenant_id = tenant_id") == 0
        assert await _reached(database, tenant, f"delete {theirs}") == 0
        assert await _refused(database, tenant, await _insertion(database, table, other_tenant))
        async with database.outside() as db:
            assert await db.scalar(text(f"select count(*) from {table}")) == 0, "Without a tenant nothing is seen."
        async with database.work(other_tenant) as work:
            assert await work.db.scalar(text(f"select count(*) {theirs}")) >= 1, "Its own tenant does see it."


async def test_the_journals_doors_do_not_open_into_another_tenant(
    database: Database, tenant: TenantId, other_tenant: TenantId
) -> None:
    for call in (
        f"select * from journal_read('{other_tenant}', 0, 10, null)",
        f"select journal_append('{other_tenant}', '[[null, \"x\", \"x\", {{}}]]')",
    ):
        assert await _refused(database, tenant, call)


async def test_partitions_cannot_be_reached_around_the_journal(database: Database, tenant: TenantId) -> None:
    async with database.outside() as db:
        names = list(await db.scalars(text("select relname from pg_class where relispartition and relkind = 'r'")))

    assert len(names) >= 4
    for name in names:
        assert await _refused(database, tenant, f"select * from {name}")


@pytest.mark.parametrize("table", ["audit", "journal"])
@pytest.mark.parametrize("act", ["update {0} set tenant_id = tenant_id", "delete from {0}", "truncate {0}"])
async def test_what_is_written_for_ever_cannot_be_altered(
    database: Database, tenant: TenantId, table: str, act: str
) -> None:
    assert await _refused(database, tenant, act.format(table))


async def test_the_application_owns_nothing_and_cannot_get_around(database: Database, tenant: TenantId) -> None:
    async with database.work(tenant) as work:
        role = (
            await work.db.execute(text("select rolsuper, rolbypassrls from pg_roles where rolname = current_user"))
        ).one()
        owned = await work.db.scalar(
            text("select count(*) from pg_class where pg_get_userbyid(relowner) = current_user")
        )

    assert (role.rolsuper, role.rolbypassrls, owned) == (False, False, 0)
    for act in ("alter table users disable row level security", "drop table users", "create table mine (x int)"):
        assert await _refused(database, tenant, act)


@asynccontextmanager
async def _planted(database_url: str, table: str, tenant: TenantId) -> AsyncIterator[None]:
    """A row of `tenant`, put there by the superuser past all constraints, and taken away again."""
    owner = Database(database_url, role="postgres", pool_size=1)
    try:
        async with owner.outside() as db:
            await db.execute(text("set local session_replication_role = replica"))
            checks = list(await db.execute(_CHECKS, {"table": table}))
            for check in checks:
                await db.execute(text(f"alter table {table} drop constraint {check.conname}"))
            await db.execute(text(await _insertion(owner, table, tenant)))
            for check in checks:
                rule = check.rule.removesuffix(" NOT VALID").replace(":", r"\:")
                await db.execute(text(f"alter table {table} add constraint {check.conname} {rule} not valid"))
        yield
    finally:
        async with owner.outside() as db:
            await db.execute(text("set local session_replication_role = replica"))
            await db.execute(text(f"delete from {table} where tenant_id = '{tenant}'"))
        await owner.close()


async def _insertion(database: Database, table: str, tenant: TenantId) -> str:
    """An INSERT that fills what must be filled."""
    async with database.outside() as db:
        columns = list(await db.execute(_COLUMNS, {"table": table}))
    needed = {c.attname: _sample(c.type) for c in columns if c.attnotnull and not c.atthasdef and not c.attidentity}
    needed["tenant_id"] = f"'{tenant}'"
    return f"insert into {table} ({', '.join(needed)}) values ({', '.join(needed.values())})"


def _sample(kind: str) -> str:
    samples: dict[str, Any] = {
        "uuid": "gen_random_uuid()",
        "boolean": "false",
        "timestamp with time zone": "now()",
        "date": "current_date",
        "bytea": "''::bytea",
        "interval": "interval '1 second'",
        "jsonb": "'{}'",
    }
    if kind.endswith("[]"):
        return "'{}'"
    number = kind.startswith(("integer", "bigint", "smallint", "double", "numeric", "real"))
    return str(samples.get(kind, "1" if number else "gen_random_uuid()::text"))


async def _reached(database: Database, tenant: TenantId, statement: str) -> int:
    """How many rows it reached; 0 as well when it is refused outright."""
    try:
        async with database.work(tenant) as work:
            return int((await work.db.execute(text(statement))).rowcount)
    except DBAPIError as error:
        if "permission denied" in str(error):
            return 0
        raise


async def _refused(database: Database, tenant: TenantId, statement: str) -> bool:
    try:
        async with database.work(tenant) as work:
            await work.db.execute(text(statement))
    except DBAPIError as error:
        return any(word in str(error) for word in _REFUSALS)
    return False
