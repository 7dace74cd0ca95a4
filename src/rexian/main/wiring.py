"""The composition root: everything is made here, once, and handed down. Nothing else knows how the parts fit."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from rexian.infra.blobs import Blobs
from rexian.infra.database import Database, connection_options
from rexian.infra.jobs import Jobs
from rexian.infra.journal import Journal
from rexian.infra.secrets import Secrets
from rexian.main import data
from rexian.main.settings import Settings


@dataclass(frozen=True, slots=True)
class Rexian:
    """The wired parts of one process."""

    settings: Settings
    jobs: Jobs
    database: Database
    journal: Journal
    blobs: Blobs
    secrets: Secrets


@asynccontextmanager
async def wired(settings: Settings) -> AsyncIterator[Rexian]:
    """Make all parts, and let go of them in the reverse order."""
    address = data.url(settings)
    async with AsyncExitStack() as stack:
        jobs = Jobs.at(address, connection_options())
        await jobs.open()
        stack.push_async_callback(jobs.close)
        database = Database(address, jobs=jobs)
        stack.push_async_callback(database.close)
        journal = Journal(address, connection_options())
        await journal.open()
        stack.push_async_callback(journal.close)
        yield Rexian(
            settings=settings,
            jobs=jobs,
            database=database,
            journal=journal,
            blobs=Blobs(settings.data / "blobs"),
            secrets=Secrets.kept_in(settings.data / "secret.key"),
        )
