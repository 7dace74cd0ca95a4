"""The composition root: everything is made here, once, and handed down. Nothing else knows how the parts fit."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from rexian.agents.service import Agents
from rexian.core.clock import Clock, SystemClock
from rexian.infra.blobs import Blobs
from rexian.infra.database import Database, connection_options
from rexian.infra.jobs import Jobs
from rexian.infra.journal import Journal
from rexian.infra.secrets import Secrets
from rexian.infra.subscribers import Subscriber
from rexian.insight.subscribers import AgentTimeRecorder
from rexian.interactions.subscribers import InteractionRecorder
from rexian.main import data
from rexian.main.settings import Settings
from rexian.telephony.service import Numbers, Prompts, Trunks
from rexian.tenants.passwords import Passwords
from rexian.tenants.service import ApiKeys, Tenants, Users
from rexian.tenants.sessions import Sessions


@dataclass(frozen=True, slots=True)
class Rexian:
    """The wired parts of one process; routes find them here, each under its package's name."""

    settings: Settings
    clock: Clock
    jobs: Jobs
    database: Database
    journal: Journal
    blobs: Blobs
    secrets: Secrets
    tenants: Tenants
    users: Users
    sessions: Sessions
    api_keys: ApiKeys
    agents: Agents
    numbers: Numbers
    trunks: Trunks
    prompts: Prompts


def subscribers() -> list[Subscriber]:
    """The readers of the journal that `work` runs."""
    return [InteractionRecorder(), AgentTimeRecorder()]


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
        yield _composed(settings, jobs, database, journal)


def _composed(settings: Settings, jobs: Jobs, database: Database, journal: Journal) -> Rexian:
    clock = SystemClock()
    passwords = Passwords()
    users = Users(passwords)
    tenants = Tenants(database, users)
    secrets = Secrets.kept_in(settings.data / "secret.key")
    return Rexian(
        settings=settings,
        clock=clock,
        jobs=jobs,
        database=database,
        journal=journal,
        blobs=Blobs(settings.data / "blobs"),
        secrets=secrets,
        tenants=tenants,
        users=users,
        sessions=Sessions(database, clock, passwords),
        api_keys=ApiKeys(),
        agents=Agents(secrets, users),
        numbers=Numbers(tenants),
        trunks=Trunks(secrets),
        prompts=Prompts(settings.data / "prompts", tenants),
    )
