"""The wait that was foretold when somebody came into a queue, beside what it turned out to be."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("queue_visits", sa.Column("foretold", sa.Interval()))
