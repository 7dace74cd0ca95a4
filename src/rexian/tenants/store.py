"""The SQL of tenants, users, sessions, API keys and settings."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from rexian.core.ids import AgentId, TenantId, UserId
from rexian.infra.database import Work
from rexian.infra.tables import tenants
from rexian.tenants.tables import api_keys, sessions, tenant_settings, users

Found = dict[str, Any] | None

_KNOWN = (
    users.c.id.label("user"),
    users.c.name,
    users.c.role,
    users.c.locale,
    users.c.disabled,
    users.c.agent_id,
)


async def tenant_of(db: AsyncConnection, slug: str) -> TenantId | None:
    found = await db.scalar(select(tenants.c.id).where(tenants.c.slug == slug))
    return None if found is None else TenantId(found)


async def tenant(work: Work) -> Found:
    return await _first(work, select(tenants.c.id, tenants.c.slug, tenants.c.name).where(tenants.c.id == work.tenant))


async def add_tenant(work: Work, slug: str, name: str) -> None:
    await work.db.execute(insert(tenants).values(id=work.tenant, slug=slug, name=name))


async def user_named(work: Work, username: str) -> Found:
    return await _first(work, select(users).where(users.c.username == username))


async def user_locked(work: Work, user: UserId) -> Found:
    return await _first(work, select(users).where(users.c.id == user).with_for_update())


async def set_failures(work: Work, user: UserId, failures: int, locked_until: datetime | None) -> None:
    values = {"failures": failures, "locked_until": locked_until}
    await work.db.execute(update(users).where(users.c.id == user).values(**values))


async def set_agent(work: Work, user: UserId, agent: AgentId | None) -> None:
    await work.db.execute(update(users).where(users.c.id == user).values(agent_id=agent))


async def forget_agent(work: Work, agent: AgentId) -> None:
    await work.db.execute(update(users).where(users.c.agent_id == agent).values(agent_id=None))


async def administrators(work: Work) -> int:
    """How many can still manage users; their rows are locked, so that two cannot remove each other at once."""
    query = select(users.c.id).where(users.c.role == "administrator", ~users.c.disabled).with_for_update()
    return len((await work.db.execute(query)).all())


async def open_session(work: Work, id: str, user: UserId, *, csrf: str, now: datetime) -> None:
    values = {"id": id, "user_id": user, "csrf": csrf, "created_at": now, "seen_at": now}
    await work.db.execute(insert(sessions).values(tenant_id=work.tenant, **values))


async def session(work: Work, id: str) -> Found:
    s = sessions.c
    columns = (s.id.label("session"), s.csrf, s.created_at, s.seen_at, *_KNOWN)
    return await _first(work, select(*columns).join(users, users.c.id == s.user_id).where(s.id == id))


async def see_session(work: Work, id: str, now: datetime) -> None:
    await work.db.execute(update(sessions).where(sessions.c.id == id).values(seen_at=now))


async def end_session(work: Work, id: str) -> None:
    await work.db.execute(delete(sessions).where(sessions.c.id == id))


async def end_sessions(work: Work, user: UserId, *, but: str | None = None) -> None:
    await work.db.execute(delete(sessions).where(sessions.c.user_id == user, sessions.c.id != (but or "")))


async def forget_sessions(work: Work, user: UserId, *, before: datetime) -> None:
    await work.db.execute(delete(sessions).where(sessions.c.user_id == user, sessions.c.created_at < before))


async def api_key(work: Work, hash: str) -> Found:
    k = api_keys.c
    columns = (k.id.label("key"), k.permissions, k.used_at, *_KNOWN)
    return await _first(work, select(*columns).join(users, users.c.id == k.user_id).where(k.hash == hash))


async def see_api_key(work: Work, id: str, now: datetime) -> None:
    await work.db.execute(update(api_keys).where(api_keys.c.id == id).values(used_at=now))


async def settings(work: Work) -> dict[str, Any]:
    rows = await work.db.execute(select(tenant_settings.c.name, tenant_settings.c.value))
    return {row.name: row.value for row in rows}


async def set_settings(work: Work, values: dict[str, Any]) -> None:
    for name, value in values.items():
        row = upsert(tenant_settings).values(tenant_id=work.tenant, name=name, value=value)
        await work.db.execute(row.on_conflict_do_update(index_elements=["tenant_id", "name"], set_={"value": value}))


async def user_count(work: Work) -> int:
    return int(await work.db.scalar(select(func.count()).select_from(users)) or 0)


async def _first(work: Work, query: Select[Any]) -> Found:
    row = (await work.db.execute(query)).mappings().first()
    return None if row is None else dict(row)
