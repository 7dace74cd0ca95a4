"""Why a step of a flow failed, with the step: so that failures are counted by reason."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.add_column("flow_steps", sa.Column("error", sa.Text, nullable=False, server_default=""))
