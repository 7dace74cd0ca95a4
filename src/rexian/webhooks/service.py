"""What can be done with webhooks."""

from collections.abc import Sequence
from typing import Any

import msgspec

from rexian.core.errors import Invalid
from rexian.core.ids import uuid7
from rexian.infra.database import Work
from rexian.infra.rows import Listing, Page, Values
from rexian.infra.secrets import Secrets
from rexian.tenants.model import Principal
from rexian.tenants.registers import Register
from rexian.webhooks import store
from rexian.webhooks.addresses import check_url
from rexian.webhooks.events import WebhookChanged
from rexian.webhooks.signing import new_secret
from rexian.webhooks.tables import webhooks

DELIVER = "outward.webhook"


class Webhooks:
    """Keeps webhooks and queues what is sent to them. A secret is shown once, when it is made.

    `private`: they may also go to this machine and its own networks.
    """

    def __init__(self, secrets: Secrets, *, private: bool = False) -> None:
        self._secrets = secrets
        self._private = private
        self._register = Register(
            webhooks, "webhook", fact=lambda id: WebhookChanged(webhook=id), search=("name", "url"), hidden=("secret",)
        )

    async def list(self, work: Work, listing: Listing) -> Page:
        return await self._register.list(work, listing)

    async def get(self, work: Work, id: str) -> dict[str, Any]:
        return await self._register.get(work, id)

    async def add(self, work: Work, by: Principal | None, values: Values) -> dict[str, Any]:
        """The answer holds the signing secret as `secret`, once. Raises `Invalid` for what is no http(s) address."""
        check_url(values["url"], private=self._private)
        id, secret = uuid7(), new_secret()
        row = {**values, "secret": self._secrets.seal(secret, context(id))}
        return {**await self._register.add(work, by, row, id=id), "secret": secret}

    async def change(self, work: Work, by: Principal | None, id: str, values: Values) -> dict[str, Any]:
        if "url" in values:
            check_url(values["url"], private=self._private)
        return await self._register.change(work, by, id, values)

    async def renew_secret(self, work: Work, by: Principal, id: str) -> dict[str, Any]:
        """A new signing secret, shown once; the old one signs nothing more."""
        secret = new_secret()
        row = {"secret": self._secrets.seal(secret, context(id))}
        return {**await self._register.change(work, by, id, row), "secret": secret}

    async def remove(self, work: Work, by: Principal | None, id: str) -> None:
        await self._register.remove(work, by, id)

    async def deliveries(self, work: Work, id: str, listing: Listing) -> Page:
        """What was sent to it, the newest first."""
        await self._register.get(work, id)
        return await store.deliveries(work, id, listing)

    async def require(self, work: Work, ids: Sequence[str]) -> None:
        """Raises `Invalid` when one of them is not there."""
        if missing := set(ids) - await store.known(work, ids):
            raise Invalid("webhook.unknown", "There is no such webhook; make it first.", webhooks=sorted(missing))

    async def send(self, work: Work, ids: Sequence[str], event: str, fact: msgspec.Struct) -> None:
        """Queue `fact` for each of these webhooks, with the commit of `work`; one that is gone or off gets nothing."""
        if not ids:
            return
        body = {"event": event, "tenant": work.tenant, "data": msgspec.to_builtins(fact)}
        for webhook in sorted(await store.known(work, ids, enabled=True)):
            work.defer(DELIVER, delivery=await store.add_delivery(work, webhook, event, body))

    async def test(self, work: Work, id: str) -> None:
        """Send it a test, so that whoever set it up sees that it arrives."""
        await self._register.get(work, id)
        body = {"event": "test", "tenant": work.tenant, "data": {}}
        work.defer(DELIVER, delivery=await store.add_delivery(work, id, "test", body))


def context(id: str) -> str:
    """What a webhook's secret is bound to."""
    return f"webhook:{id}"
