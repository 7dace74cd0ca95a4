"""Keeps agents' time: when they were ready, paused and off."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert

from rexian.infra.database import Work
from rexian.infra.journal import Row
from rexian.insight.tables import agent_states

STATE_OF = {"SignedIn": "paused", "Readied": "ready", "Paused": "paused", "SignedOut": "off"}


class AgentTimeRecorder:
    """A row for each change; how long a state lasted follows from the next row. Seeing a fact again changes nothing."""

    name = "agent_states"

    async def handle(self, work: Work, rows: list[Row]) -> None:
        values = [_values(work, row) for row in rows if row.kind in STATE_OF]
        if values:
            await work.db.execute(insert(agent_states).on_conflict_do_nothing(), values)


def _values(work: Work, row: Row) -> dict[str, Any]:
    return {
        "tenant_id": work.tenant,
        "seq": row.seq,
        "agent_id": row.data["agent"],
        "at": row.at,
        "state": STATE_OF[row.kind],
        "reason": row.data.get("reason", "signed_in" if row.kind == "SignedIn" else ""),
    }
