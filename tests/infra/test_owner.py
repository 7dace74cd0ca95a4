"""An existing PostgreSQL whose database belongs to an ordinary user, no superuser: the same walls stand."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import text

from rexian.core.ids import uuid7
from rexian.infra.database import Database, connection_options
from rexian.infra.journal import Entry, Journal
from rexian.infra.migrate import migrate
from rexian.infra.postgres import EmbeddedPostgres
from rexian.tenants.events import SettingsChanged
from tests.conftest import make_tenant

pytestmark = pytest.mark.postgres


@pytest.fixture
def owners_url(postgres: EmbeddedPostgres, database_url: str) -> Iterator[str]:
    """Of a database of its own, made for a user who may log in, and take on the application's role."""
    name = f"owner_{uuid7()[-12:]}"
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as superuser:
        superuser.execute(f"create role {name} login nosuperuser")
        superuser.execute(f"grant rexian_app to {name}")
        superuser.execute(f"create database {name} owner {name}")
        yield postgres.url(name).replace("postgresql://postgres@", f"postgresql://{name}@")
        superuser.execute(f"drop database {name} with (force)")
        superuser.execute(f"drop role {name}")


async def test_a_plain_owner_migrates_and_no_row_crosses(owners_url: str) -> None:
    migrate(owners_url)
    database = Database(owners_url, pool_size=2)
    journal = Journal(owners_url, connection_options(), pool_size=1)
    await journal.open()
    try:
        ours, theirs = await make_tenant(database), await make_tenant(database)
        await journal.append(theirs, [Entry("tenant:x", SettingsChanged(names=()))])

        async with database.work(ours) as work:
            assert await work.db.scalar(text("select count(*) from journal")) == 0
            assert await work.db.scalar(text("select current_user")) == "rexian_app"
        assert len(await journal.read(theirs, 0)) == 1
        assert await database.make_months(6) > 0
    finally:
        await journal.close()
        await database.close()


async def test_even_the_owner_itself_sees_no_row_without_a_tenant(owners_url: str) -> None:
    migrate(owners_url)
    database = Database(owners_url, pool_size=1)
    tenant = await make_tenant(database)
    async with database.work(tenant) as work:
        work.record("tenant:x", SettingsChanged(names=()))
    await database.close()

    with psycopg.connect(owners_url) as owner:
        assert owner.execute("select count(*) from journal").fetchone() == (0,)
