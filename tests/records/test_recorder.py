"""The journal becomes rows: exactly the fold, however it is cut into batches, and again from nothing."""

from typing import Any

import pytest
from sqlalchemy import select

from rexian.core.ids import TenantId
from rexian.infra.database import Database
from rexian.infra.journal import Entry, Journal
from rexian.infra.subscribers import Reader, replay
from rexian.interactions import store
from rexian.interactions.folding import fold
from rexian.interactions.rows import contact_row, segment_rows, visit_rows
from rexian.interactions.subscribers import InteractionRecorder
from rexian.interactions.tables import interactions, queue_visits, recordings, segments
from tests.calls import Story, answered
from tests.records.journals import AGENTS, QUEUES, a_day, in_order, write

pytestmark = pytest.mark.postgres
TABLES = (interactions, segments, queue_visits, recordings)


async def rows_of(database: Database, tenant: TenantId) -> dict[str, list[dict[str, Any]]]:
    async with database.work(tenant) as work:
        return {
            table.name: [
                dict(row._mapping) for row in await work.db.execute(select(table).order_by(*table.primary_key))
            ]
            for table in TABLES
        }


async def test_rows_are_the_fold_of_the_facts(database: Database, journal: Journal, tenant: TenantId) -> None:
    stories = a_day(40)
    await write(journal, tenant, in_order(stories))

    await Reader(database, InteractionRecorder(), batch=37).catch_up(tenant)

    contacts = [contact for story in sorted(stories, key=lambda story: story.call) if (contact := fold(story.facts))]
    rows = await rows_of(database, tenant)
    assert rows["interactions"] == [contact_row(tenant, contact) for contact in contacts]
    assert rows["segments"] == [row for contact in contacts for row in segment_rows(tenant, contact)]
    assert rows["queue_visits"] == [row for contact in contacts for row in visit_rows(tenant, contact)]


@pytest.mark.parametrize("batch", [1, 7, 500])
async def test_a_replay_from_nothing_gives_the_same_rows(
    database: Database, journal: Journal, tenant: TenantId, batch: int
) -> None:
    await write(journal, tenant, in_order(a_day(12)))
    await Reader(database, InteractionRecorder()).catch_up(tenant)
    before, said = await rows_of(database, tenant), await journal.head(tenant)

    async with database.work(tenant) as work:
        await store.forget(work)
        await replay(work, "interactions")
    await Reader(database, InteractionRecorder(), batch=batch).catch_up(tenant)

    assert await rows_of(database, tenant) == before
    assert await journal.head(tenant) == said, "A replay says nothing anew."


async def test_a_closed_contact_is_announced_once(database: Database, journal: Journal, tenant: TenantId) -> None:
    story = answered(QUEUES[0], AGENTS[0])
    entries = in_order([story])
    reader = Reader(database, InteractionRecorder(), batch=1)
    for entry in entries:
        await journal.append(tenant, [entry])
        await reader.catch_up(tenant)

    closed = [row for row in await journal.read(tenant, 0) if row.kind == "InteractionClosed"]

    assert [row.subject for row in closed] == [f"call:{story.call}"]
    assert closed[0].data["outcome"] == "answered"


async def test_another_process_may_read_in_between(database: Database, journal: Journal, tenant: TenantId) -> None:
    story = answered(QUEUES[0], AGENTS[0])
    one, other = (Reader(database, InteractionRecorder()) for _ in range(2))
    for turn, entry in enumerate(in_order([story])):
        await journal.append(tenant, [entry])
        await (one, other)[turn // 3 % 2].catch_up(tenant)

    contact = fold(story.facts)
    assert contact is not None
    assert (await rows_of(database, tenant))["interactions"] == [contact_row(tenant, contact)]


async def test_a_failed_batch_is_taken_again_in_full(database: Database, journal: Journal, tenant: TenantId) -> None:
    class Stumbling(InteractionRecorder):
        stumbles = 1

        async def handle(self, work: Any, rows: Any) -> None:
            await super().handle(work, rows)
            if self.stumbles:
                self.stumbles -= 1
                raise RuntimeError("stumbled")

    story: Story = answered(QUEUES[0], AGENTS[0])
    entries: list[Entry] = in_order([story])
    await write(journal, tenant, entries)
    reader = Reader(database, Stumbling(), batch=6)
    with pytest.raises(RuntimeError):
        await reader.catch_up(tenant)

    await reader.catch_up(tenant)

    contact = fold(story.facts)
    assert contact is not None
    assert (await rows_of(database, tenant))["segments"] == segment_rows(tenant, contact)
