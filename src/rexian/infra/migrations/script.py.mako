"""${message}."""

from alembic import op
import sqlalchemy as sa

from rexian.infra.schema import protect

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    raise NotImplementedError("Steps go forward; restore a backup to go back.")
