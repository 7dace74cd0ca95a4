"""The unit of work, the journal, its readers and the jobs, over a real PostgreSQL."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select, text

from rexian.core.errors import Invalid, NotFound, Unavailable
from rexian.core.ids import TenantId
from rexian.infra import journal as journals
from rexian.infra import subscribers as reading
from rexian.infra.blobs import Blobs
from rexian.infra.database import Database, Work, connection_options
from rexian.infra.jobs import Jobs
from rexian.infra.journal import Entry, Journal, Row
from rexian.infra.secrets import Secrets
from rexian.infra.subscribers import Reader, Subscribers
from rexian.infra.tables import journal_set_aside

pytestmark = pytest.mark.postgres


class Happened(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    at: datetime = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
    what: str = "rain"


class Collector:
    """A subscriber that remembers what it saw, and stumbles over what it is told to."""

    name = "collector"

    def __init__(self, *, poison: str = "", failures: int = 0) -> None:
        self.seen: list[str] = []
        self.poison = poison
        self.failures = failures

    async def handle(self, work: Work, rows: list[Row]) -> None:
        mine = [row for row in rows if row.kind == "Happened"]
        for row in mine:
            fact = row.as_(Happened)
            if fact.what == self.poison:
                raise ValueError("I cannot take this.")
            if self.failures:
                self.failures -= 1
                raise RuntimeError("Not now.")
        self.seen += [row.data["what"] for row in mine]


async def test_what_a_work_records_is_in_the_journal_with_its_commit(
    database: Database, journal: Journal, tenant: TenantId
) -> None:
    async with database.work(tenant) as work:
        work.record("tenant:x", Happened(what="sun"))
        assert await journal.read(tenant, 0) == []

    (row,) = await journal.read(tenant, 0)

    assert (row.subject, row.kind, row.as_(Happened)) == ("tenant:x", "Happened", Happened(what="sun"))


async def test_a_work_that_fails_leaves_nothing(database: Database, journal: Journal, tenant: TenantId) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.work(tenant) as work:
            work.record("tenant:x", Happened())
            _ = 1 / 0

    assert await journal.read(tenant, 0) == []


async def test_the_journal_keeps_order_and_filters_by_subject(journal: Journal, tenant: TenantId) -> None:
    last = await journal.append(tenant, [Entry(f"call:{n % 2}", Happened(what=str(n))) for n in range(6)])

    rows = await journal.read(tenant, 0)

    assert [row.data["what"] for row in rows] == list("012345")
    assert [row.seq for row in rows] == sorted(row.seq for row in rows)
    assert rows[-1].seq == last == await journal.head(tenant)
    assert [row.data["what"] for row in await journal.read(tenant, 0, subjects=["call:1"])] == ["1", "3", "5"]
    assert [row.data["what"] for row in await journal.read(tenant, rows[2].seq, limit=2)] == ["3", "4"]


async def test_a_tenants_journal_is_its_own(journal: Journal, tenant: TenantId, other_tenant: TenantId) -> None:
    await journal.append(tenant, [Entry("a", Happened())])

    assert await journal.read(other_tenant, 0) == []
    assert await journal.head(other_tenant) == 0


async def test_writers_at_once_commit_in_the_order_of_seq(database: Database, tenant: TenantId) -> None:
    """A reader that polls all the while sees every entry, though many write at the same time."""
    collector = Collector()
    reader = Reader(database, collector)

    async def write(name: str) -> None:
        for n in range(10):
            async with database.work(tenant) as work:
                work.record("x", Happened(what=f"{name}{n}"))

    async def poll(done: asyncio.Event) -> None:
        while not done.is_set():
            await reader.catch_up(tenant)

    done = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        polling = group.create_task(poll(done))
        await asyncio.gather(*(write(name) for name in "abc"))
        done.set()
        await polling
    await reader.catch_up(tenant)

    assert sorted(collector.seen) == sorted(f"{name}{n}" for name in "abc" for n in range(10))


async def test_a_subscriber_sees_each_row_once_and_again_after_a_replay(
    database: Database, journal: Journal, tenant: TenantId
) -> None:
    collector = Collector()
    await journal.append(tenant, [Entry("a", Happened(what=w)) for w in "xyz"])
    running = Subscribers(database, journal, [collector])

    await running.catch_up(tenant)
    await running.catch_up(tenant)
    assert collector.seen.count("x") == 1

    async with database.work(tenant) as work:
        await reading.replay(work, "collector")
    await running.catch_up(tenant)
    assert collector.seen.count("x") == 2


async def test_a_running_subscriber_hears_of_news_by_itself(
    database: Database, journal: Journal, tenant: TenantId
) -> None:
    collector = Collector(failures=1)
    task = asyncio.create_task(Subscribers(database, journal, [collector]).run())
    try:
        await journal.append(tenant, [Entry("a", Happened(what="news"))])
        async with asyncio.timeout(10):
            while "news" not in collector.seen:
                await asyncio.sleep(0.01)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_poisoned_row_is_set_aside_and_told_and_the_rest_goes_on(
    database: Database, journal: Journal, tenant: TenantId
) -> None:
    await journal.append(tenant, [Entry("a", Happened(what=w)) for w in ["good", "bad", "after"]])
    collector = Collector(poison="bad")
    reader = Reader(database, collector, attempts=3)
    failures = 0
    while collector.seen != ["good", "after"]:
        try:
            await reader.catch_up(tenant)
        except ValueError:
            failures += 1
        assert failures < 10

    async with database.work(tenant) as work:
        aside = (await work.db.execute(select(journal_set_aside))).one()
    assert aside.name == "collector"
    assert "I cannot take this" in aside.error


async def test_an_outage_sets_nothing_aside(database: Database, journal: Journal, tenant: TenantId) -> None:
    class Down(Collector):
        async def handle(self, work: Work, rows: list[Row]) -> None:
            raise Unavailable("x.down", "Down.")

    await journal.append(tenant, [Entry("a", Happened())])
    reader = Reader(database, Down(), attempts=1)
    for _ in range(3):
        with pytest.raises(Unavailable):
            await reader.catch_up(tenant)

    async with database.work(tenant) as work:
        assert (await work.db.execute(select(journal_set_aside))).all() == []


async def test_a_job_is_queued_with_the_commit_and_done(database: Database, jobs: Jobs, tenant: TenantId) -> None:
    done: list[tuple[str, int]] = []

    async def job(*, tenant: str, number: int) -> None:
        done.append((tenant, number))

    jobs.register("test.job", job)
    with pytest.raises(ZeroDivisionError):
        async with database.work(tenant) as work:
            work.defer("test.job", number=1)
            _ = 1 / 0
    async with database.work(tenant) as work:
        work.defer("test.job", number=2)

    await jobs.run_all()

    assert done == [(tenant, 2)]


async def test_even_resetting_the_role_leaves_the_application_role(database: Database, tenant: TenantId) -> None:
    async with database.work(tenant) as work:
        await work.db.execute(text("reset role"))
        assert await work.db.scalar(text("select current_user")) == "rexian_app"


async def test_months_are_made_ahead_once(database: Database) -> None:
    await database.make_months(5)

    assert await database.make_months(5) == 0


async def test_a_blob_comes_back_whole_and_in_parts(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)

    blob = await blobs.put("t/recordings/one.flac", b"0123456789")

    assert (blob.size, await blobs.get(blob.key)) == (10, b"0123456789")
    assert b"".join([part async for part in blobs.range(blob.key, 2, 5)]) == b"234"
    assert [path.name for path in (tmp_path / "t/recordings").iterdir()] == ["one.flac"]


@pytest.mark.parametrize("key", ["../x", "/etc/passwd", "t/../../x", "t/.hidden", "t//x", "alone"])
async def test_a_blob_key_cannot_leave_the_folder(tmp_path: Path, key: str) -> None:
    with pytest.raises(Invalid):
        await Blobs(tmp_path).put(key, b"")


async def test_a_missing_blob_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        await Blobs(tmp_path).get("t/none")


def test_a_secret_opens_only_in_its_context_and_with_its_key(tmp_path: Path) -> None:
    secrets = Secrets.kept_in(tmp_path / "key")
    sealed = secrets.seal("s3cret", "trunk:1")

    assert "s3cret" not in sealed
    assert Secrets.kept_in(tmp_path / "key").open(sealed, "trunk:1") == "s3cret"
    with pytest.raises(Unavailable):
        secrets.open(sealed, "trunk:2")
    with pytest.raises(Unavailable):
        Secrets.kept_in(tmp_path / "other").open(sealed, "trunk:1")
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0


async def test_who_writes_waits_longer_for_a_connection_than_who_reads(
    database_url: str, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journals, "READS_WITHIN_S", 0.1)
    journal = Journal(database_url, connection_options(), pool_size=1)
    await journal.open()
    try:
        async with journal._connection(1.0):
            writing = asyncio.create_task(journal.append(tenant, [Entry("x", Happened())]))
            with pytest.raises(Unavailable):
                await journal.read(tenant, 0)
            assert not writing.done()
        await writing
        assert len(await journal.read(tenant, 0, subjects=["x"])) == 1
    finally:
        await journal.close()
