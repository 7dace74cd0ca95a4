"""Faxes with contacts: what callers' machines sent us, and what we sent them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from rexian.infra.schema import protect

revision = "0024"
down_revision = "0023"

Id = sa.Uuid(as_uuid=False)
Moment = pg.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        "faxes",
        sa.Column("tenant_id", Id, sa.ForeignKey("tenants.id", name="faxes_tenant_id_fk"), nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("interaction_id", Id, nullable=False),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("started_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("station", sa.Text, nullable=False),
        sa.Column("t38", sa.Boolean, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="faxes_pk"),
    )
    op.create_index("faxes_interaction_ix", "faxes", ["tenant_id", "interaction_id"])
    op.create_index("faxes_open_ix", "faxes", ["tenant_id"], postgresql_where=sa.text("state = 'open'"))
    protect("faxes")


def downgrade() -> None:
    raise NotImplementedError("Steps go forward; restore a backup to go back.")
