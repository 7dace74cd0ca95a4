"""Checkpoints of floors."""

import sqlalchemy as sa
from alembic import op

from rexian.infra.schema import protect

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "floor_checkpoints",
        sa.Column("tenant_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="floor_checkpoints_tenant_id_fk"),
        sa.PrimaryKeyConstraint("tenant_id", name="floor_checkpoints_pk"),
    )
    protect("floor_checkpoints")
