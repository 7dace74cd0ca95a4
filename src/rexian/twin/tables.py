"""Runs of the twin, with what was simulated and what came out."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Text, func

from rexian.infra.tables import Id, Json, Moment, tenant_table

twin_runs = tenant_table(
    "twin_runs",
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("depth", Text, nullable=False),
    Column("days", Integer, nullable=False),
    Column("before", Json, nullable=False),  # a scenario
    Column("changes", Json),  # none: nothing is compared
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("done", Integer, nullable=False, server_default="0"),  # simulated days, of both settings together
    Column("result", Json),
    Column("problem", Text, nullable=False, server_default=""),
    Column("created_by", Id),
    Column("created_at", Moment, nullable=False, server_default=func.now()),
    Column("moved_at", Moment, nullable=False, server_default=func.now()),  # last sign of life
    CheckConstraint("depth in ('routing', 'floor')", name="depth"),
    CheckConstraint("state in ('waiting', 'running', 'done', 'failed', 'cancelled')", name="state"),
    Index("twin_runs_created_ix", "tenant_id", "created_at"),
)
