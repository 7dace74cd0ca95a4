"""Rules judged over a live floor: what is written down, what screens are told, what people acknowledge."""

from datetime import timedelta
from typing import Any

import pytest

from rexian.alerts.service import Alerts
from rexian.alerts.watch import AlertWatch
from rexian.core.clock import VirtualClock
from rexian.core.errors import IllegalMove, Invalid, NotFound
from rexian.core.ids import QueueId, TenantId, UserId, uuid7
from rexian.infra.database import Database
from rexian.infra.journal import Journal
from rexian.infra.rows import Listing
from rexian.infra.secrets import Secrets
from rexian.infra.subscribers import Reader
from rexian.interactions.subscribers import InteractionRecorder
from rexian.tenants.model import Principal
from rexian.webhooks.service import Webhooks
from tests.calls import Story
from tests.floor.house import SALES, House, queue
from tests.records.journals import in_order, write

pytestmark = pytest.mark.postgres


class Standing:
    """A house as the watch sees a running floor."""

    def __init__(self) -> None:
        self.house = House(queues=[queue(SALES)])
        self.watchers: list[Any] = []
        self.nudged = 0

    @property
    def floor(self) -> "Standing":
        return self

    @property
    def live(self) -> "Standing":
        return self

    @property
    def state(self) -> Any:
        return self.house.state

    def trunks(self) -> dict[str, dict[str, Any]]:
        return {}

    def nudge(self) -> None:
        self.nudged += 1


class Room:
    """One tenant with its rules and their watch."""

    def __init__(self, database: Database, journal: Journal, tenant: TenantId) -> None:
        self.database, self.journal, self.tenant = database, journal, tenant
        self.webhooks = Webhooks(Secrets(bytes(32)))
        self.standing = Standing()
        self.clock: VirtualClock = self.standing.house.clock
        self.alerts = Alerts(self.clock, self.webhooks)
        self.figures: dict[str, dict[str, Any]] | None = {}
        self.watch = self.new_watch()
        self.ann = Principal(
            tenant=tenant, user=UserId(uuid7()), name="Ann", role="supervisor", permissions=frozenset()
        )

    def new_watch(self) -> AlertWatch:
        return AlertWatch(
            database=self.database,
            floors=None,  # type: ignore[arg-type]  # `look` is given what runs
            figures=lambda tenant: self.figures,
            webhooks=self.webhooks,
            clock=self.clock,
        )

    async def rule(self, **changes: Any) -> str:
        values = {"name": "Too many wait", "kind": "waiting", "threshold": 2.0, "rest_s": 0.0, **changes}
        async with self.database.work(self.tenant) as work:
            return str((await self.alerts.add_rule(work, None, values))["id"])

    async def look(self) -> list[dict[str, Any]]:
        await self.watch.look(self.tenant, self.standing)  # type: ignore[arg-type]
        return list(self.watch.of(self.tenant).values())

    async def acknowledge(self, alert: str) -> None:
        async with self.database.work(self.tenant) as work:
            await self.alerts.acknowledge(work, self.ann, alert)

    async def told(self) -> list[tuple[str, dict[str, Any]]]:
        rows = await self.journal.read(self.tenant, 0)
        return [(row.kind, row.data) for row in rows if row.subject.startswith("alert:")]

    async def past(self) -> list[dict[str, Any]]:
        async with self.database.work(self.tenant) as work:
            return (await self.alerts.list(work, Listing())).items


@pytest.fixture
def room(database: Database, journal: Journal, tenant: TenantId) -> Room:
    return Room(database, journal, tenant)


async def test_an_alert_is_raised_acknowledged_and_cleared_for_all_to_see(room: Room) -> None:
    await room.rule()
    assert await room.look() == []
    calls = [room.standing.house.arrive() for _ in range(2)]
    (alert,) = await room.look()
    assert (alert["subject"], alert["subject_name"], alert["value"], alert["threshold"]) == (
        "queue:sales",
        "sales",
        2,
        2,
    )
    assert room.standing.nudged == 1

    room.clock.advance(timedelta(seconds=5))
    await room.acknowledge(alert["id"])
    (alert,) = await room.look()
    assert alert["acknowledged_by"] == "Ann"
    await room.acknowledge(alert["id"])

    room.standing.house.end(str(calls[0].customer_leg))
    assert await room.look() == []
    assert [kind for kind, _ in await room.told()] == ["AlertRaised", "AlertAcknowledged", "AlertCleared"]
    (row,) = await room.past()
    assert (row["cleared_why"], row["acknowledged_by"]) == ("well", "Ann")
    with pytest.raises(IllegalMove):
        await room.acknowledge(alert["id"])


async def test_a_restart_neither_raises_again_nor_forgets(room: Room) -> None:
    await room.rule()
    call, _ = room.standing.house.arrive(), room.standing.house.arrive()
    (before,) = await room.look()
    room.watch = room.new_watch()
    (after,) = await room.look()
    assert after["id"] == before["id"]
    room.standing.house.end(str(call.customer_leg))
    assert await room.look() == []
    assert [kind for kind, _ in await room.told()] == ["AlertRaised", "AlertCleared"]


async def test_a_start_clears_nothing_before_the_figures_of_the_day_are_known(room: Room) -> None:
    await room.rule(kind="service_level", threshold=80.0)
    room.figures = {SALES: {"service_level": 0.5, "offered": 20}}
    (before,) = await room.look()
    room.watch, room.figures = room.new_watch(), None
    await room.look()
    room.figures = {SALES: {"service_level": 0.5, "offered": 20}}
    (after,) = await room.look()
    assert after["id"] == before["id"]
    assert [kind for kind, _ in await room.told()] == ["AlertRaised"]


async def test_a_start_does_not_forget_who_gave_up_of_late(room: Room) -> None:
    queues = [QueueId(uuid7()), QueueId(uuid7())]
    room.standing.house = House(queues=[queue(each) for each in queues])
    await room.rule(kind="abandon_burst", threshold=3.0, window_s=600.0)
    ago = [(queues[0], 500), (queues[0], 400), (queues[0], 300), (queues[1], 7200), (queues[1], 200), (queues[1], 100)]
    stories = [Story(room.clock.now() - timedelta(seconds=s + 60)).arrive().queue(q) for q, s in ago]
    left = [story.after(60).abandon(q).end() for story, (q, _) in zip(stories, ago, strict=True)]
    await write(room.journal, room.tenant, in_order(left))
    await Reader(room.database, InteractionRecorder()).catch_up(room.tenant)
    (alert,) = await room.look()
    assert (alert["subject"], alert["value"]) == (f"queue:{queues[0]}", 3.0)


async def test_what_a_rule_raised_goes_with_the_rule(room: Room) -> None:
    id = await room.rule()
    room.standing.house.arrive(), room.standing.house.arrive()
    assert len(await room.look()) == 1
    async with room.database.work(room.tenant) as work:
        await room.alerts.change_rule(work, None, id, {"enabled": False})
    assert await room.look() == []
    assert (await room.past())[0]["cleared_why"] == "gone"


async def test_its_webhooks_are_queued_with_it(room: Room) -> None:
    async with room.database.work(room.tenant) as work:
        hook = await room.webhooks.add(work, None, {"name": "Ops", "url": "https://hooks.example.com/x"})
    await room.rule(webhooks=[hook["id"]])
    room.standing.house.arrive(), room.standing.house.arrive()
    await room.look()
    async with room.database.work(room.tenant) as work:
        (sent,) = (await room.webhooks.deliveries(work, hook["id"], Listing())).items
    assert (sent["event"], sent["state"]) == ("alert.raised", "waiting")
    assert sent["body"]["data"]["about_name"] == "sales"
    assert "1380000" not in repr(sent)


async def test_a_rule_whose_parts_do_not_fit_is_refused(room: Room) -> None:
    for wrong in (
        {"kind": "state_too_long"},
        {"teams": [uuid7()]},
        {"clear_at": 3.0},
        {"kind": "service_level", "threshold": 80.0, "clear_at": 70.0},
        {"webhooks": [uuid7()]},
    ):
        with pytest.raises(Invalid):
            await room.rule(**wrong)
    with pytest.raises(NotFound):
        await room.acknowledge(uuid7())
