"""The SQL of numbers, trunks and prompts that the registers do not have."""

from typing import Any

from sqlalchemy import Table, cast, func, select, update

from rexian.core.ids import PromptId, TrunkId
from rexian.infra.database import Work
from rexian.infra.tables import Json
from rexian.telephony.tables import prompts, trunks


async def every(work: Work, table: Table) -> list[dict[str, Any]]:
    return [dict(row) for row in (await work.db.execute(select(table).order_by(table.c.id))).mappings()]


async def default_trunk(work: Work) -> TrunkId | None:
    found = await work.db.scalar(select(trunks.c.id).where(trunks.c.default))
    return None if found is None else TrunkId(found)


async def no_default_trunk(work: Work) -> None:
    await work.db.execute(update(trunks).where(trunks.c.default).values(default=False))


async def renderings(work: Work) -> list[tuple[str, dict[str, Any]]]:
    """Keys and sounds of the prompts that have any."""
    found = await work.db.execute(select(prompts.c.key, prompts.c.files).where(prompts.c.files != {}))
    return [(row.key, row.files) for row in found]


async def note_making(work: Work, prompt: PromptId, language: str, about: dict[str, Any]) -> None:
    """How it stands with a sound that is to come."""
    noted = prompts.c.making.op("||")(func.jsonb_build_object(language, cast(about, Json)))
    await work.db.execute(update(prompts).where(prompts.c.id == prompt).values(making=noted))
