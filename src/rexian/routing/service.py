"""What can be done with queues."""

from typing import Any

import msgspec

from rexian.core.ids import QueueId
from rexian.flows.service import Flows
from rexian.infra.database import Work
from rexian.infra.rows import Listing, Page, Values
from rexian.routing import store
from rexian.routing.events import QueueChanged
from rexian.routing.model import Queue
from rexian.routing.tables import queues
from rexian.tenants.model import Principal
from rexian.tenants.registers import Register


class Queues:
    """Keeps queues. `flows` tells whether one is still named by a published flow."""

    def __init__(self, flows: Flows) -> None:
        self._flows = flows
        self._register = Register(
            queues, "queue", fact=lambda id: QueueChanged(queue=QueueId(id)), sort=("name", "priority")
        )

    async def list(self, work: Work, listing: Listing) -> Page:
        return await self._register.list(work, listing)

    async def get(self, work: Work, queue: QueueId) -> dict[str, Any]:
        return await self._register.get(work, queue)

    async def add(
        self, work: Work, by: Principal | None, values: Values, *, id: QueueId | None = None
    ) -> dict[str, Any]:
        return await self._register.add(work, by, values, id=id)

    async def change(self, work: Work, by: Principal | None, queue: QueueId, values: Values) -> dict[str, Any]:
        return await self._register.change(work, by, queue, values)

    async def remove(self, work: Work, by: Principal | None, queue: QueueId) -> None:
        name = (await self.get(work, queue))["name"]
        await self._flows.require_unused(work, "queue", (queue, name))
        await self._register.remove(work, by, queue)

    async def every(self, work: Work) -> tuple[Queue, ...]:
        return tuple(_queue(row) for row in await store.every(work))


def _queue(row: Values) -> Queue:
    """Column names come as SQLAlchemy's own kind of `str`, which msgspec does not take for one."""
    return msgspec.convert({str(name): value for name, value in row.items()}, Queue)


async def names(work: Work) -> set[str]:
    """What flows may call queues: their ids and their names."""
    return {name for row in await store.every(work) for name in (row["id"], row["name"])}
