"""Limits of an agent's shift."""

import sqlalchemy as sa
from alembic import op

revision = "0012a"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("agents", sa.Column("most_contacts", sa.Integer()))
    op.add_column("agents", sa.Column("most_talk_s", sa.Integer()))
