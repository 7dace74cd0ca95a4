"""What queues say and offer to those who wait, and how long they keep the place of those who gave up."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0017"
down_revision = "0015"


def upgrade() -> None:
    for name in ("announce_prompts", "comfort"):
        op.add_column("queues", sa.Column(name, pg.JSONB(), nullable=False, server_default="[]"))
    op.add_column("queues", sa.Column("keep_place_s", sa.Integer(), nullable=False, server_default="0"))
