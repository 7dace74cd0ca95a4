"""Where a floor learns what it works with: the directory made from the packages below, and the lines for the switch."""

from collections.abc import Collection, Mapping
from typing import Any

from rexian.agents.model import Agent
from rexian.agents.service import Agents
from rexian.core.ids import FlowId, FlowVersionId, NumberId, TenantId, TrunkId
from rexian.crm.lists import ListedNumbers
from rexian.floor.directory import AgentEntry, Directory, NumberEntry, QueueEntry, TrunkEntry, directory
from rexian.floor.outcall_rules import OutcallRules
from rexian.flows.service import Flows
from rexian.hours.service import Calendars
from rexian.infra.database import Database
from rexian.routing.custom import installed
from rexian.routing.model import Queue
from rexian.routing.service import Queues
from rexian.telephony.ports import Phone, Trunk
from rexian.telephony.service import Numbers, Trunks
from rexian.tenants.service import Settings, Tenants


class House:
    """Reads a tenant's settings as floors want them."""

    def __init__(
        self,
        *,
        database: Database,
        tenants: Tenants,
        agents: Agents,
        queues: Queues,
        flows: Flows,
        calendars: Calendars,
        numbers: Numbers,
        trunks: Trunks,
        lists: ListedNumbers,
        guests: Mapping[str, Phone] | None = None,
        hears: Collection[str] | None = None,
    ) -> None:
        """`guests`: lines that are nobody's, by the tenant's short name. `hears`: the languages understood here."""
        self._database = database
        self._tenants = tenants
        self._agents = agents
        self._queues = queues
        self._flows = flows
        self._calendars = calendars
        self._numbers = numbers
        self._trunks = trunks
        self._lists = lists
        self._guests = guests or {}
        self._hears = None if hears is None else tuple(sorted(hears))

    async def directory(self, tenant: TenantId, keep: Collection[FlowVersionId] = ()) -> Directory:
        """All that decides how calls go. `keep`: flow versions that calls in progress began with."""
        async with self._database.work(tenant) as work:
            published, documents = await self._flows.published(work, keep)
            trunk = await self._trunks.default(work)
            numbers = await self._numbers.every(work)
            tried = {FlowId(row["flow_id"]) for row in numbers if row["runs_draft"] and row["flow_id"]}
            drafts, drawn = await self._flows.drafts(work, tried, keep)
            settings = await self._tenants.settings(work)
            return directory(
                agents=[_agent(agent, trunk) for agent in await self._agents.every(work)],
                queues=[_queue(queue) for queue in await self._queues.every(work)],
                numbers=[_number(row, published, drafts) for row in numbers],
                flows={**documents, **drawn},
                calendars=await self._calendars.every(work),
                trunk=trunk or "",
                trunks=[TrunkEntry(**row) for row in await self._trunks.every(work)],
                caller_number=numbers[0]["number"] if numbers else "",
                wrap_up_s=settings.wrap_up_s,
                record=settings.record_calls,
                published=published,
                flow_ids=await self._flows.ids(work),
                outcalls=_outcalls(settings),
                conference_ends=settings.conference_ends,
                park_s=settings.park_s,
                show_attendance=settings.show_attendance,
                slug=(await self._tenants.describe(work)).get("slug", ""),
                country=settings.country,
                strategies=installed(),
                zone=settings.zone.key,
                listed=await self._lists.every(work),
                hears=self._hears,
            )

    async def lines(self, tenant: TenantId) -> tuple[list[Phone], list[Trunk]]:
        """The phones that may register and the trunks, with their secrets."""
        async with self._database.work(tenant) as work:
            phones = [
                Phone(id=line.phone_id, secret=line.secret, web=line.web, name=line.name)
                for line in await self._agents.lines(work)
            ]
            guest = self._guests.get((await self._tenants.describe(work)).get("slug", ""))
            return phones + ([guest] if guest else []), list(await self._trunks.for_switch(work))


def _agent(agent: Agent, trunk: TrunkId | None) -> AgentEntry:
    return AgentEntry(
        id=agent.id,
        name=agent.name,
        extension=agent.extension,
        address=f"phone:{agent.phone_id}" if agent.phone_id else _outside(agent.address, trunk),
        phone=agent.phone_id,
        auto_answer=agent.auto_answer,
        team=agent.team,
        skills=agent.skills,
        queues=agent.queues,
        wrap_up_s=agent.wrap_up_s,
        most_contacts=agent.most_contacts,
        most_talk_s=agent.most_talk_s,
        callbacks=agent.callbacks,
        most_voicemails=agent.most_voicemails,
        interruptible=agent.interruptible,
    )


def _outside(address: str, trunk: TrunkId | None) -> str:
    return address if address.startswith("sip:") else f"trunk:{trunk or ''}/{address}"


def _outcalls(settings: Settings) -> OutcallRules:
    return OutcallRules(
        opens=settings.outcall_from,
        closes=settings.outcall_until,
        at_once=settings.outcalls_at_once,
        a_caller=settings.outcalls_a_caller,
        a_number=settings.outcalls_a_number,
        abroad=settings.outcalls_abroad,
    )


def _queue(queue: Queue) -> QueueEntry:
    return QueueEntry(**{name: getattr(queue, name) for name in QueueEntry.__struct_fields__})


def _number(
    row: dict[str, Any], published: dict[FlowId, FlowVersionId], drafts: dict[FlowId, FlowVersionId]
) -> NumberEntry:
    """A number for trying runs the flow's draft; while nothing is being drawn, what is published."""
    flow = FlowId(row["flow_id"]) if row["flow_id"] else None
    tried = flow if row["runs_draft"] else None
    taken = (drafts.get(flow) if tried and flow else None) or (published.get(flow) if flow else None)
    return NumberEntry(
        id=NumberId(row["id"]),
        number=row["number"],
        name=row["name"],
        flow=taken,
        caller_name=row["caller_name"],
        draft_of=tried,
    )
