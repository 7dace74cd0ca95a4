"""Limits of an agent's shift."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("agents", sa.Column("most_contacts", sa.Integer()))
    op.add_column("agents", sa.Column("most_talk_s", sa.Integer()))
