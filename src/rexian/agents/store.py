"""The SQL of agents."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import aggregate_order_by

from rexian.agents.tables import agent_queues, agent_skills, agents, dispositions, skills
from rexian.core.ids import AgentId, QueueId
from rexian.infra.database import Work
from rexian.infra.tables import tenants

_SKILLS = (
    select(func.coalesce(func.jsonb_object_agg(skills.c.name, agent_skills.c.level), text("'{}'::jsonb")))
    .select_from(agent_skills.join(skills, skills.c.id == agent_skills.c.skill_id))
    .where(agent_skills.c.agent_id == agents.c.id)
    .correlate(agents)
    .scalar_subquery()
    .label("skills")
)
_QUEUES = (
    select(func.array_agg(aggregate_order_by(agent_queues.c.queue_id, agent_queues.c.queue_id)))
    .where(agent_queues.c.agent_id == agents.c.id)
    .correlate(agents)
    .scalar_subquery()
    .label("queues")
)


def whole() -> Select[Any]:
    """Agents with their skills by name and their queues; without the phone's secret."""
    shown = [column for column in agents.c if column.name not in {"tenant_id", "secret"}]
    return select(*shown, _SKILLS, _QUEUES)


async def one(work: Work, agent: AgentId) -> dict[str, Any] | None:
    row = (await work.db.execute(whole().where(agents.c.id == agent))).mappings().first()
    return None if row is None else dict(row)


async def every(work: Work) -> list[dict[str, Any]]:
    return [dict(row) for row in (await work.db.execute(whole().order_by(agents.c.extension))).mappings()]


async def secrets(work: Work) -> list[dict[str, Any]]:
    """The agents whose phone registers with us."""
    a = agents.c
    query = select(a.id, a.name, a.extension, a.phone_kind, a.secret).where(a.phone_kind != "address")
    return [dict(row) for row in (await work.db.execute(query)).mappings()]


async def slug(work: Work) -> str:
    return str(await work.db.scalar(select(tenants.c.slug).where(tenants.c.id == work.tenant)))


async def skill_ids(work: Work, names: Iterable[str]) -> dict[str, str]:
    rows = await work.db.execute(select(skills.c.name, skills.c.id).where(skills.c.name.in_(list(names))))
    return {row.name: row.id for row in rows}


async def set_skills(work: Work, agent: AgentId, levels: Mapping[str, int]) -> None:
    """`levels` by the skill's id."""
    await work.db.execute(delete(agent_skills).where(agent_skills.c.agent_id == agent))
    rows = [
        {"tenant_id": work.tenant, "agent_id": agent, "skill_id": skill, "level": level}
        for skill, level in levels.items()
    ]
    if rows:
        await work.db.execute(insert(agent_skills), rows)


async def set_queues(work: Work, agent: AgentId, queues: Iterable[str]) -> None:
    await work.db.execute(delete(agent_queues).where(agent_queues.c.agent_id == agent))
    rows = [{"tenant_id": work.tenant, "agent_id": agent, "queue_id": queue} for queue in dict.fromkeys(queues)]
    if rows:
        await work.db.execute(insert(agent_queues), rows)


async def members(work: Work, queue: QueueId) -> list[tuple[str, list[str]]]:
    """Each agent of the queue with all his queues."""
    q = agent_queues.c
    here = select(q.agent_id).where(q.queue_id == queue)
    all_of = func.array_agg(aggregate_order_by(q.queue_id, q.queue_id))
    rows = await work.db.execute(select(q.agent_id, all_of).where(q.agent_id.in_(here)).group_by(q.agent_id))
    return [(agent, list(queues)) for agent, queues in rows]


async def drop_members(work: Work, queue: QueueId) -> None:
    await work.db.execute(delete(agent_queues).where(agent_queues.c.queue_id == queue))


async def dispositions_of(work: Work, queue: QueueId) -> list[dict[str, Any]]:
    d = dispositions.c
    query = select(d.id, d.name, d.queue_id, d.parent_id).where(d.queue_id == queue).order_by(d.id)
    return [dict(row) for row in (await work.db.execute(query)).mappings()]


async def general_dispositions(work: Work, parent: str | None) -> set[str]:
    """The names of every queue's dispositions under this one."""
    d = dispositions.c
    query = select(d.name).where(d.queue_id.is_(None), d.parent_id.is_not_distinct_from(parent))
    return set((await work.db.execute(query)).scalars())


async def generalise(work: Work, disposition: str, name: str) -> None:
    """Make it every queue's, under this name."""
    changed = update(dispositions).where(dispositions.c.id == disposition).values(queue_id=None, name=name)
    await work.db.execute(changed)
