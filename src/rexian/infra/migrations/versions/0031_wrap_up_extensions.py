"""How often an agent may ask for more time to wrap up, and for how much."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.add_column("queues", sa.Column("wrap_up_extensions", sa.Integer(), nullable=False, server_default="2"))
    op.add_column("queues", sa.Column("wrap_up_extension_s", sa.Integer(), nullable=False, server_default="30"))
