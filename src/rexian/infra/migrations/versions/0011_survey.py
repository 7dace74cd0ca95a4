"""Queues name the flow of their survey; contacts keep what was answered."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("queues", sa.Column("survey_flow", postgresql.UUID(as_uuid=False)))
    op.add_column("interactions", sa.Column("survey", postgresql.JSONB, nullable=False, server_default="{}"))
