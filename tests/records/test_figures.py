"""SQL figures are exactly what a plain count over the facts gives, and what the live board says."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from rexian.core.clock import VirtualClock
from rexian.core.errors import Unavailable
from rexian.core.ids import AgentId, QueueId, TenantId
from rexian.floor import conversations
from rexian.floor import events as floor
from rexian.floor.events import Direction
from rexian.infra.database import Database, connection_options
from rexian.infra.journal import Entry, Journal
from rexian.infra.subscribers import Reader
from rexian.insight import store
from rexian.insight.board import FiguresBoard
from rexian.insight.figures import Sums, figures
from rexian.insight.service import InsightService
from rexian.insight.subscribers import AgentTimeRecorder
from rexian.interactions.subscribers import InteractionRecorder
from tests.calls import NINE, Story, answered
from tests.records.journals import AGENTS, QUEUES, a_day, in_order, write

pytestmark = pytest.mark.postgres
END = NINE + timedelta(days=1)


async def utc(tenant: TenantId) -> ZoneInfo:
    return ZoneInfo("UTC")


def counted(stories: list[Story]) -> dict[str, dict[str, float]]:
    """A second opinion, straight from the facts: it knows nothing of folds, visits or segments."""
    sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for story in stories:
        waiting: tuple[str, datetime, floor.Queued] | None = None
        for fact in story.facts:
            if isinstance(fact, floor.Queued):
                waiting = (fact.queue, fact.at, fact)
                sums[fact.queue]["offered"] += 1
            elif isinstance(fact, conversations.Connected | floor.Abandoned | floor.LeftQueue) and waiting:
                queue, since, entry = waiting
                wait = (fact.at - since).total_seconds()
                of = sums[queue]
                of["longest"] = max(of["longest"], wait)
                if isinstance(fact, conversations.Connected):
                    of["answered"] += 1
                    of["in_sl"] += wait <= entry.sl_threshold_s
                    if entry.forecast is not None:
                        of["foretold"] += 1
                        of["miss"] += wait - entry.forecast.wait_s
                        of["off"] += abs(wait - entry.forecast.wait_s)
                elif isinstance(fact, floor.Abandoned):
                    of["abandoned"] += 1
                    of["short"] += wait <= entry.short_abandon_s
                waiting = None
    return sums


@pytest.mark.parametrize("calls", [300, pytest.param(10_000, marks=pytest.mark.slow)])
async def test_sql_equals_a_plain_count_over_the_facts(
    database: Database, journal: Journal, tenant: TenantId, calls: int
) -> None:
    stories = a_day(calls, seed=7)
    await write(journal, tenant, in_order(stories))
    await Reader(database, InteractionRecorder()).catch_up(tenant)

    async with database.work(tenant) as work:
        sums = await store.by_queue(work, NINE, END)

    plain = counted(stories)
    assert set(sums) == set(plain)
    for queue, of in sums.items():
        count = plain[queue]
        assert (of.offered, of.answered, of.abandoned) == (count["offered"], count["answered"], count["abandoned"])
        assert (of.answered_in_sl, of.short_abandoned) == (count["in_sl"], count["short"])
        assert of.longest_wait.total_seconds() == count["longest"]
        assert of.foretold == count["foretold"] > 0
        assert of.foretold_miss.total_seconds() == pytest.approx(count["miss"], abs=1e-3)
        assert of.foretold_off.total_seconds() == pytest.approx(count["off"], abs=1e-3)


@pytest.mark.parametrize("part", [0, 0.37, 1])
async def test_the_live_board_equals_sql_wherever_it_was_seeded(
    database: Database, journal: Journal, tenant: TenantId, part: float
) -> None:
    entries = in_order(a_day(120, seed=3))
    cut = int(len(entries) * part)
    reader = Reader(database, InteractionRecorder())
    await write(journal, tenant, entries[:cut])
    await reader.catch_up(tenant)
    board = FiguresBoard(database, journal, VirtualClock(NINE), utc)
    await board.catch_up(tenant)
    await write(journal, tenant, entries[cut:])

    await board.catch_up(tenant)

    await reader.catch_up(tenant)
    async with database.work(tenant) as work:
        sums = await store.by_queue(work, NINE.replace(hour=0), END)
    assert board.of(tenant) == {queue: figures(each) for queue, each in sums.items()}
    assert len(board.of(tenant)) == len(QUEUES)


async def test_the_board_follows_the_journal_by_itself(database: Database, journal: Journal, tenant: TenantId) -> None:
    board = FiguresBoard(database, journal, VirtualClock(NINE), utc)
    following = asyncio.create_task(board.run())
    try:
        story = Story().arrive().queue(QUEUES[0])
        await write(journal, tenant, in_order([story]))
        await _until(lambda: board.of(tenant).get(QUEUES[0], {}).get("waiting") == 1)
        told = len(story.facts)
        story.after(30).abandon(QUEUES[0])
        await write(journal, tenant, [Entry(f"call:{story.call}", fact) for fact in story.facts[told:]])
        await _until(lambda: board.of(tenant)[QUEUES[0]]["abandoned"] == 1)
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)

    assert board.of(tenant)[QUEUES[0]]["longest_wait_s"] == 30


async def test_the_board_outlives_a_lost_connection_and_an_unreadable_fact(
    database: Database, journal: Journal, database_url: str, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Breaking(Journal):
        breaks = 1

        async def wakes(self, *, every_s: float = 15.0) -> AsyncIterator[TenantId | None]:
            if self.breaks:
                self.breaks -= 1
                raise Unavailable("journal.unavailable", "gone")
            async for tenant in super().wakes(every_s=every_s):
                yield tenant

    monkeypatch.setattr("rexian.insight.board.AGAIN_S", 0.01)
    breaking = Breaking(database_url, connection_options(), pool_size=1)
    await breaking.open()
    board = FiguresBoard(database, breaking, VirtualClock(NINE), utc)
    story = Story().arrive().queue(QUEUES[0])
    await journal.append(tenant, [Entry(f"call:{story.call}", Connected(at=NINE))])
    await write(journal, tenant, in_order([story]))
    following = asyncio.create_task(board.run())
    try:
        await _until(lambda: board.of(tenant).get(QUEUES[0], {}).get("waiting") == 1)
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await breaking.close()


class Connected(msgspec.Struct, tag=True):
    """Looks like the floor's fact, and is none."""

    at: datetime


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.02)


async def test_figures_by_hour_add_up_to_the_day(database: Database, journal: Journal, tenant: TenantId) -> None:
    await write(journal, tenant, in_order(a_day(100, seed=5)))
    await Reader(database, InteractionRecorder()).catch_up(tenant)
    service = InsightService(VirtualClock(END), utc)

    async with database.work(tenant) as work:
        hours = await service.between(work, NINE, END, "hour")
        queues = await service.between(work, NINE, END, "queue", "SL1")

    assert sum(row["offered"] for row in hours["items"]) == hours["total"]["offered"] == queues["total"]["offered"]
    assert [row["hour"].hour for row in hours["items"]] == list(range(9, 17))
    assert queues["formulas"]["service_level"]["id"] == "SL1"


async def test_an_agents_time_is_split_at_the_edges_of_the_window(
    database: Database, journal: Journal, tenant: TenantId
) -> None:
    ann, queue = AGENTS[0], QUEUES[0]
    signed_in = [
        floor.SignedIn(at=NINE, agent=AgentId(ann), queues=(QueueId(queue),)),
        floor.Readied(at=NINE + timedelta(minutes=5), agent=AgentId(ann)),
        floor.Paused(at=NINE + timedelta(minutes=50), agent=AgentId(ann), reason="lunch"),
        floor.SignedOut(at=NINE + timedelta(minutes=55), agent=AgentId(ann)),
    ]
    # 10 s flow, 8 s wait, then from 9:10:00 to 9:12:00 on the telephone, wrap-up until 9:12:30
    story = answered(queue, ann, at=NINE + timedelta(minutes=9, seconds=42), wait=8, talk=120)
    await write(journal, tenant, [Entry(f"agent:{ann}", fact) for fact in signed_in])
    await write(journal, tenant, in_order([story]))
    for recorder in (InteractionRecorder(), AgentTimeRecorder()):
        await Reader(database, recorder).catch_up(tenant)

    async with database.work(tenant) as work:
        start = NINE + timedelta(minutes=11)
        whole = (await store.by_agent(work, NINE, END, END))[AgentId(ann)]
        late = (await store.by_agent(work, start, start + timedelta(minutes=1), END))[AgentId(ann)]

    assert (whole.handled, whole.rung, whole.missed) == (1, 1, 0)
    assert (whole.talk, whole.wrap_up) == (timedelta(seconds=120), timedelta(seconds=30))
    assert (whole.ready, whole.paused) == (timedelta(minutes=45), timedelta(minutes=10))
    assert whole.handling / whole.on_duty == 150 / (45 * 60)
    assert (late.talk, late.handled, late.ready) == (timedelta(minutes=1), 0, timedelta(minutes=1))
    assert late.on_duty == timedelta(minutes=1)


async def test_nothing_counted_has_no_figures(database: Database, tenant: TenantId) -> None:
    async with database.work(tenant) as work:
        assert await store.by_queue(work, NINE, END) == {}
        assert (await InsightService(VirtualClock(NINE), utc).today(work))["queues"] == {}
    assert figures(Sums())["offered"] == 0


async def test_a_call_among_colleagues_is_work_but_no_contact(
    database: Database, journal: Journal, tenant: TenantId
) -> None:
    ann, bob = AGENTS[:2]
    story = Story()
    story.say(floor.CallArrived, direction=Direction.INTERNAL, caller="1001", called="1002", leg=story.leg(ann),
              agent=AgentId(ann))  # fmt: skip
    story.offer(bob).after(3).connect(ann).connect(bob).after(60).agent_left(ann).agent_left(bob).end()
    await write(journal, tenant, in_order([story]))
    await Reader(database, InteractionRecorder()).catch_up(tenant)

    async with database.work(tenant) as work:
        sums = await store.by_agent(work, NINE, END, END)

    for agent in (ann, bob):
        of = sums[AgentId(agent)]
        assert (of.handled, of.rung, of.talk, of.handling) == (0, 0, timedelta(), timedelta(seconds=60))


async def test_the_last_hour_by_minutes_is_a_plain_count_as_well(
    database: Database, journal: Journal, tenant: TenantId
) -> None:
    stories = a_day(300, seed=7)
    await write(journal, tenant, in_order(stories))
    await Reader(database, InteractionRecorder()).catch_up(tenant)
    now = NINE + timedelta(hours=4, seconds=40)
    async with database.work(tenant) as work:
        trend = await InsightService(VirtualClock(now), utc).trend(work)

    assert (trend["from"], trend["minutes"]) == (NINE + timedelta(hours=3), 60)
    visits = [visit for story in stories for visit in _visits(story)]
    busiest = max(trend["queues"], key=lambda queue: sum(trend["queues"][queue]["offered"]))
    assert sum(trend["queues"][busiest]["offered"]) > 0
    for queue, seen in trend["queues"].items():
        for n in range(60):
            begin = trend["from"] + timedelta(minutes=n)
            end = begin + timedelta(minutes=1)
            own = [visit for visit in visits if visit[0] == queue]
            left = [visit for visit in own if begin <= visit[2] < end]
            assert seen["offered"][n] == sum(begin <= visit[1] < end for visit in own)
            assert seen["answered"][n] == sum(visit[3] == "answered" for visit in left)
            assert seen["abandoned"][n] == sum(visit[3] == "abandoned" for visit in left)
            assert seen["waiting"][n] == sum(visit[1] < end <= visit[2] for visit in own)


def _visits(story: Story) -> list[tuple[str, datetime, datetime, str]]:
    """Queue, when entered, when left, how."""
    found, waiting = [], None
    for fact in story.facts:
        if isinstance(fact, floor.Queued):
            waiting = (fact.queue, fact.at)
        elif isinstance(fact, conversations.Connected | floor.Abandoned | floor.LeftQueue) and waiting:
            how = {conversations.Connected: "answered", floor.Abandoned: "abandoned"}.get(type(fact), "flow_out")
            found.append((*waiting, fact.at, how))
            waiting = None
    return found
