"""Runs of the twin."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from rexian.infra.schema import protect

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    moment = sa.TIMESTAMP(timezone=True)
    now = sa.func.now()
    op.create_table(
        "twin_runs",
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("depth", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=False),
        sa.Column("changes", postgresql.JSONB()),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("result", postgresql.JSONB()),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("created_by", sa.Uuid(as_uuid=False)),
        sa.Column("created_at", moment, server_default=now, nullable=False),
        sa.Column("moved_at", moment, server_default=now, nullable=False),
        sa.CheckConstraint("depth in ('routing', 'floor')", name="depth"),
        sa.CheckConstraint("state in ('waiting', 'running', 'done', 'failed', 'cancelled')", name="state"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="twin_runs_tenant_id_fk"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="twin_runs_pk"),
    )
    op.create_index("twin_runs_created_ix", "twin_runs", ["tenant_id", "created_at"])
    protect("twin_runs")
