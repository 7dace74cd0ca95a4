"""The SQL of agents."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by

from rexian.agents.tables import agent_queues, agent_skills, agents, skills
from rexian.core.ids import AgentId
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
