"""All SQL of layouts and wall screens."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from rexian.boards.tables import board_layouts, wall_screens
from rexian.core.ids import UserId
from rexian.infra.database import Work

_layouts = board_layouts.c


async def layouts(work: Work, user: UserId) -> list[dict[str, Any]]:
    """One user's, in his order."""
    columns = (_layouts.id, _layouts.name, _layouts.place, _layouts.panels)
    query = select(*columns).where(_layouts.user_id == user).order_by(_layouts.place, _layouts.name)
    return [dict(row) for row in (await work.db.execute(query)).mappings()]


async def keep_layout(work: Work, user: UserId, id: str, values: dict[str, Any]) -> bool:
    """Make it or change it; False when it is another user's."""
    row = insert(board_layouts).values(tenant_id=work.tenant, user_id=user, id=id, **values)
    own = row.on_conflict_do_update(
        index_elements=["tenant_id", "id"], set_=values, where=(board_layouts.c.user_id == user)
    )
    return bool((await work.db.execute(own.returning(_layouts.id))).first())


async def remove_layout(work: Work, user: UserId, id: str) -> bool:
    query = delete(board_layouts).where(_layouts.id == id, _layouts.user_id == user).returning(_layouts.id)
    return bool((await work.db.execute(query)).first())


async def screen_of_key(work: Work, key: str) -> dict[str, Any] | None:
    query = select(wall_screens).where(wall_screens.c.key_id == key)
    row = (await work.db.execute(query)).mappings().one_or_none()
    return None if row is None else dict(row)
