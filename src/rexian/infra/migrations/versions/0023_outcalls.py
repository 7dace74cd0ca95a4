"""Outcalls: calls that flows have ordered, and which contacts are attempts of one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from rexian.infra.schema import protect

revision = "0023"
down_revision = "0022"

Id = sa.Uuid(as_uuid=False)
Moment = pg.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.add_column("interactions", sa.Column("outcall_id", Id))
    op.create_table(
        "outcalls",
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("origin_id", Id, nullable=False),
        sa.Column("flow_id", Id),
        sa.Column("version_id", Id),
        sa.Column("ordered_at", Moment, nullable=False),
        sa.Column("due_at", Moment),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("call_id", Id),
        sa.Column("answered_at", Moment),
        sa.Column("ended_at", Moment),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="outcalls_tenant_id_fk"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="outcalls_pk"),
    )
    open_only = sa.text("ended_at is null")
    op.create_index("outcalls_open_ix", "outcalls", ["tenant_id", "due_at"], postgresql_where=open_only)
    op.create_index("outcalls_ordered_ix", "outcalls", ["tenant_id", "ordered_at"])
    protect("outcalls")
