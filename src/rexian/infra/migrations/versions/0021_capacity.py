"""What an agent has room for next to calls: callbacks, voicemails, and whether calls may interrupt these."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("agents", sa.Column("callbacks", sa.Boolean, nullable=False, server_default="true"))
    op.add_column("agents", sa.Column("most_voicemails", sa.SmallInteger, nullable=False, server_default="1"))
    op.add_column("agents", sa.Column("interruptible", sa.Boolean, nullable=False, server_default="false"))
    op.create_check_constraint("most_voicemails", "agents", "most_voicemails between 0 and 10")
