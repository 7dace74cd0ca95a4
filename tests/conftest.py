"""What tests share: one embedded PostgreSQL a session, migrated once; a fresh tenant for each test."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy import insert
from xdist.remote import Producer

from rexian.core.ids import TenantId, uuid7
from rexian.infra.database import Database, connection_options
from rexian.infra.jobs import Jobs
from rexian.infra.journal import Journal
from rexian.infra.migrate import migrate
from rexian.infra.postgres import EmbeddedPostgres
from rexian.infra.tables import tenants
from rexian.main import logs
from tests.guard import guarded, marked
from tests.workers import SideBySide, place

logs.configure()
settings.register_profile("untimed", deadline=None)  # a machine may be busy; how fast things are is for `bench/`
settings.load_profile("untimed")

_CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: place(item.nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SideBySide:
    return SideBySide(config, log)


@pytest.fixture(scope="session", autouse=True)
def guard() -> Iterator[None]:
    """Comes first and goes last: what is running then, a test has forgotten; and if we are killed, nothing stays."""
    with guarded() as mark:
        yield
        left = marked(mark)
        assert not left, f"Left running: {left}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """A server of this session's own, in a folder that goes with it."""
    folder = Path(tempfile.mkdtemp(prefix="rexian-pg-"))
    server = EmbeddedPostgres(folder / "pg", options=_CARELESS)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def template(postgres: EmbeddedPostgres) -> str:
    """A migrated database that nobody connects to: what others are copied from. Its name."""
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as server:
        server.execute("create database template_rexian")
    migrate(postgres.url("template_rexian"))
    return "template_rexian"


@pytest.fixture(scope="module")
def database_url(postgres: EmbeddedPostgres, template: str) -> str:
    """A migrated database of each module's own: programs that open every tenant find no other module's."""
    name = f"test_{uuid7().replace('-', '')}"
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as server:
        server.execute(f"create database {name} template {template}")
    return postgres.url(name)


@pytest.fixture
async def jobs(database_url: str) -> AsyncIterator[Jobs]:
    jobs = Jobs.at(database_url, connection_options())
    await jobs.open()
    yield jobs
    await jobs.close()


@pytest.fixture
async def database(database_url: str, jobs: Jobs) -> AsyncIterator[Database]:
    database = Database(database_url, jobs=jobs, pool_size=4)
    yield database
    await database.close()


@pytest.fixture
async def journal(database_url: str) -> AsyncIterator[Journal]:
    journal = Journal(database_url, connection_options(), pool_size=2)
    await journal.open()
    yield journal
    await journal.close()


async def make_tenant(database: Database, name: str = "Acme") -> TenantId:
    tenant = TenantId(uuid7())
    async with database.work(tenant) as work:
        await work.db.execute(insert(tenants).values(id=tenant, slug=f"t{tenant[-12:]}", name=name))
    return tenant


@pytest.fixture
async def tenant(database: Database) -> TenantId:
    return await make_tenant(database)


@pytest.fixture
async def other_tenant(database: Database) -> TenantId:
    return await make_tenant(database, "Rival")
