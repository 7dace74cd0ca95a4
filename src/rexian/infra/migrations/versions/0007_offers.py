"""Who looks after a customer; queues whose calls are answered by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("customers", sa.Column("manager_id", sa.Uuid(as_uuid=False)))
    op.add_column("queues", sa.Column("auto_answer", sa.Boolean(), nullable=False, server_default="false"))
