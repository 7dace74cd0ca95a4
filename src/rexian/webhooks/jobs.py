"""The delivery of webhooks: one request a try, with growing pauses between the tries."""

import asyncio
from datetime import timedelta
from typing import Any

import aiohttp
import msgspec
import structlog

from rexian.core.clock import Clock
from rexian.core.errors import RexianError, Unavailable
from rexian.core.ids import TenantId
from rexian.infra.database import Database
from rexian.infra.forgetting import Forgetter
from rexian.infra.jobs import Jobs
from rexian.infra.secrets import Secrets
from rexian.webhooks import store
from rexian.webhooks.addresses import Guard, require_open_literal
from rexian.webhooks.service import DELIVER, context
from rexian.webhooks.signing import HEADER, signature

log = structlog.stdlib.get_logger()

ATTEMPTS = 8
"""3 s, 9 s, 27 s … between them: about an hour in all."""
WITHIN_S = 10.0
KEPT = timedelta(days=30)
"""So long the log of deliveries goes back."""


class WebhookPost:
    """Delivers what `Webhooks.send` has queued. `private`: also to this machine and its own networks."""

    def __init__(self, database: Database, secrets: Secrets, clock: Clock, *, private: bool) -> None:
        self._database = database
        self._secrets = secrets
        self._clock = clock
        self._private = private

    def register(self, jobs: Jobs) -> None:
        jobs.register(DELIVER, self.deliver, attempts=ATTEMPTS)
        Forgetter(self._database, self._clock, store.forget, KEPT).register(jobs, "webhooks.forget", cron="41 3 * * *")

    async def deliver(self, *, tenant: str, delivery: str) -> None:
        """One try. Raises `Unavailable` while another one is worth it."""
        async with self._database.work(TenantId(tenant)) as work:
            row = await store.delivery(work, delivery)
        if row is None or row["state"] != "waiting":
            return
        status, problem = await self._post(row)
        last = row["attempts"] + 1 >= ATTEMPTS or not row["enabled"]
        state = "failed" if problem and last else "waiting" if problem else "delivered"
        async with self._database.work(TenantId(tenant)) as work:
            await store.tried(work, delivery, self._clock.now(), state=state, status=status, problem=problem)
        if state == "waiting":
            raise Unavailable("webhook.undelivered", "A webhook was not taken; it is tried again by itself.")
        if state == "failed":
            log.warning("A webhook was not taken and is given up.", delivery=delivery, status=status)

    async def _post(self, row: dict[str, Any]) -> tuple[int | None, str]:
        """The answer's status, and what is wrong with it. Of the answer nothing else is read or kept."""
        if not row["enabled"]:
            return None, "off"
        try:
            secret = self._secrets.open(row["secret"], context(row["webhook_id"]))
            require_open_literal(row["url"], private=self._private)
            body = msgspec.json.encode({**row["body"], "id": row["id"]})
            return await self._exchange(row, body, signature(secret, body, self._clock.now()))
        except RexianError as error:
            return None, error.code
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            return None, _cause(error)

    async def _exchange(self, row: dict[str, Any], body: bytes, signed: str) -> tuple[int, str]:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Rexian",
            "X-Rexian-Event": row["event"],
            "X-Rexian-Delivery": row["id"],
            HEADER: signed,
        }
        connector = aiohttp.TCPConnector(resolver=Guard(private=self._private), use_dns_cache=False)
        timeout = aiohttp.ClientTimeout(total=WITHIN_S)
        async with (
            aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as http,
            http.post(row["url"], data=body, headers=headers, allow_redirects=False) as answer,
        ):
            return answer.status, "" if 200 <= answer.status < 300 else "refused"


def _cause(error: Exception) -> str:
    """One word for the log of deliveries; never the other side's own words."""
    if isinstance(error.__cause__, RexianError):
        return error.__cause__.code
    if isinstance(error, asyncio.TimeoutError):
        return "timeout"
    if isinstance(error, aiohttp.ClientSSLError):
        return "certificate"
    return "unreachable"
