"""What is left of a queue among agents and dispositions when it is removed. Queues are of a package above."""

from collections.abc import Collection
from itertools import chain, count

from rexian.agents import store
from rexian.agents.events import AgentChanged, DispositionChanged
from rexian.core.ids import AgentId, QueueId
from rexian.infra.database import Work
from rexian.tenants import audit
from rexian.tenants.model import Principal


async def leave(work: Work, by: Principal | None, queue: QueueId, name: str) -> None:
    """Its agents work in the others. Its dispositions are every queue's: contacts go on to name them."""
    for agent, queues in await store.members(work, queue):
        rest = [each for each in queues if each != queue]
        await audit.note(work, by, "agent.changed", f"agent:{agent}", before={"queues": queues}, after={"queues": rest})
        work.record(f"agent:{agent}", AgentChanged(agent=AgentId(agent)))
    await store.drop_members(work, queue)
    for row in await store.dispositions_of(work, queue):
        taken = await store.general_dispositions(work, row["parent_id"])
        after = {**row, "queue_id": None, "name": _free(row["name"], name, taken)}
        await store.generalise(work, row["id"], after["name"])
        await audit.note(work, by, "disposition.changed", f"disposition:{row['id']}", before=row, after=after)
        work.record(f"disposition:{row['id']}", DispositionChanged(disposition=row["id"]))


def _free(name: str, queue: str, taken: Collection[str]) -> str:
    """The name, told apart by where it comes from when another has it already."""
    more = (f"{name} ({queue} {number})" for number in count(2))
    return next(each for each in chain((name, f"{name} ({queue})"), more) if each not in taken)
