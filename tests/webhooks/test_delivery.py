"""Webhooks all the way: queued with a transaction, delivered by the job queue to a real HTTP server, tried again."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import msgspec
import psycopg
import pytest
from aiohttp import web

from rexian.alerts.events import AlertCleared
from rexian.core.clock import SystemClock, VirtualClock
from rexian.core.errors import Unavailable
from rexian.core.ids import TenantId
from rexian.infra.database import Database
from rexian.infra.forgetting import Forgetter
from rexian.infra.jobs import Jobs
from rexian.infra.rows import Listing
from rexian.infra.secrets import Secrets
from rexian.webhooks import jobs as delivering
from rexian.webhooks import store
from rexian.webhooks.jobs import ATTEMPTS, KEPT, WebhookPost
from rexian.webhooks.service import Webhooks
from rexian.webhooks.signing import verified

pytestmark = pytest.mark.postgres

SECRETS = Secrets(bytes(32))
FACT = AlertCleared(at=datetime(2026, 1, 5, tzinfo=UTC), alert="a", why="well", value=2.0)


class Receiver:
    """Another system: keeps what it is sent, and answers as it is told."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.requests.append((dict(request.headers), await request.read()))
        status = self.answers.pop(0) if self.answers else 200
        headers = {"Location": self.url + "/elsewhere"} if status == 302 else {}
        return web.Response(status=status, text="a private word", headers=headers)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{any:.*}", receiver.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def queued(database: Database, tenant: TenantId, url: str, **changes: Any) -> tuple[str, str, str]:
    """A webhook with one thing on its way: its id, its secret, the delivery."""
    webhooks = Webhooks(SECRETS, private=True)
    async with database.work(tenant) as work:
        made = await webhooks.add(work, None, {"name": "Ops", "url": url, "enabled": True, **changes})
        await webhooks.send(work, (made["id"],), "alert.cleared", FACT)
        sent = await webhooks.deliveries(work, made["id"], Listing())
    return made["id"], made["secret"], sent.items[0]["id"] if sent.items else ""


async def log_of(database: Database, tenant: TenantId, webhook: str) -> dict[str, Any]:
    async with database.work(tenant) as work:
        return (await Webhooks(SECRETS, private=True).deliveries(work, webhook, Listing())).items[0]


def post(database: Database, *, private: bool = True) -> WebhookPost:
    return WebhookPost(database, SECRETS, SystemClock(), private=private)


async def test_a_fact_arrives_signed_and_is_tried_again_until_it_is_taken(
    database: Database, jobs: Jobs, tenant: TenantId, receiver: Receiver
) -> None:
    post(database).register(jobs)
    receiver.answers = [500, 200]
    webhook, secret, delivery = await queued(database, tenant, receiver.url)

    async with asyncio.timeout(40):
        while (await log_of(database, tenant, webhook))["state"] == "waiting":
            await jobs.run_all()
            await asyncio.sleep(0.2)

    assert len(receiver.requests) == 2
    for headers, body in receiver.requests:
        assert verified(secret, body, headers["X-Rexian-Signature"], now=datetime.now(UTC))
        said = msgspec.json.decode(body)
        assert (said["event"], said["tenant"], said["id"]) == ("alert.cleared", tenant, delivery)
        assert said["data"] == {
            "type": "AlertCleared",
            "at": "2026-01-05T00:00:00Z",
            "alert": "a",
            "why": "well",
            "value": 2.0,
        }
    log = await log_of(database, tenant, webhook)
    assert (log["state"], log["attempts"], log["status"], log["problem"]) == ("delivered", 2, 200, "")
    assert "private" not in repr(log)


async def test_what_is_never_taken_is_given_up(database: Database, tenant: TenantId, receiver: Receiver) -> None:
    receiver.answers = [503] * ATTEMPTS
    webhook, _, delivery = await queued(database, tenant, receiver.url)
    for _ in range(ATTEMPTS - 1):
        with pytest.raises(Unavailable):
            await post(database).deliver(tenant=tenant, delivery=delivery)
    await post(database).deliver(tenant=tenant, delivery=delivery)
    await post(database).deliver(tenant=tenant, delivery=delivery)
    log = await log_of(database, tenant, webhook)
    assert (log["state"], log["attempts"], len(receiver.requests)) == ("failed", ATTEMPTS, ATTEMPTS)


async def test_it_follows_no_one_elsewhere(database: Database, tenant: TenantId, receiver: Receiver) -> None:
    receiver.answers = [302]
    webhook, _, delivery = await queued(database, tenant, receiver.url)
    with pytest.raises(Unavailable):
        await post(database).deliver(tenant=tenant, delivery=delivery)
    assert len(receiver.requests) == 1
    assert (await log_of(database, tenant, webhook))["status"] == 302


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_the_own_machine_is_not_reached_unless_that_is_wished(
    database: Database, tenant: TenantId, receiver: Receiver, host: str
) -> None:
    webhook, _, delivery = await queued(database, tenant, receiver.url.replace("127.0.0.1", host))
    with pytest.raises(Unavailable):
        await post(database, private=False).deliver(tenant=tenant, delivery=delivery)
    assert receiver.requests == []
    assert (await log_of(database, tenant, webhook))["problem"] == "webhook.address"


async def test_a_silent_receiver_holds_nobody_up(
    database: Database, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "WITHIN_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        webhook, _, delivery = await queued(database, tenant, url)
        with pytest.raises(Unavailable):
            await post(database).deliver(tenant=tenant, delivery=delivery)
    assert (await log_of(database, tenant, webhook))["problem"] == "timeout"


async def test_a_webhook_that_is_off_gets_nothing(database: Database, tenant: TenantId, receiver: Receiver) -> None:
    _, _, delivery = await queued(database, tenant, receiver.url, enabled=False)
    assert delivery == ""


async def test_the_log_of_deliveries_goes_back_for_a_while(database: Database, tenant: TenantId) -> None:
    webhook, _, _ = await queued(database, tenant, "http://127.0.0.1:9/")

    async def left(*, after: timedelta) -> int:
        clock = VirtualClock(datetime.now(UTC) + after)
        await Forgetter(database, clock, store.forget, KEPT).forget(0)
        async with database.work(tenant) as work:
            return len((await Webhooks(SECRETS, private=True).deliveries(work, webhook, Listing())).items)

    assert await left(after=KEPT - timedelta(minutes=1)) == 1
    assert await left(after=KEPT + timedelta(minutes=1)) == 0


async def test_what_was_on_its_way_before_its_job_was_renamed_arrives(
    database: Database, jobs: Jobs, tenant: TenantId, receiver: Receiver, database_url: str
) -> None:
    step = import_module("rexian.infra.migrations.versions.0029_outward_jobs")
    webhook, _, delivery = await queued(database, tenant, receiver.url)
    async with await psycopg.AsyncConnection.connect(database_url) as owner:
        await owner.execute("set search_path to jobs")
        await owner.execute("delete from procrastinate_jobs")
    await jobs.app.configure_task("webhooks.deliver", queue="default").defer_async(tenant=tenant, delivery=delivery)

    async with await psycopg.AsyncConnection.connect(database_url) as owner:
        await owner.execute(step.RENAME)
    post(database).register(jobs)
    await jobs.run_all()

    assert (await log_of(database, tenant, webhook))["state"] == "delivered"
