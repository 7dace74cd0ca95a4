"""Which voice speaks a prompt, and its sounds that are being made or could not be made."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.add_column("prompts", sa.Column("voices", JSONB, nullable=False, server_default="{}"))
    op.add_column("prompts", sa.Column("making", JSONB, nullable=False, server_default="{}"))
