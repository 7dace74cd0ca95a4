"""A queue's rules as one document, and how each queue was set before."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from rexian.infra.schema import protect

revision = "0006"
down_revision = "0005"

Id = sa.Uuid(as_uuid=False)


def upgrade() -> None:
    _rules()
    op.create_table(
        "queue_versions",
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("queue_id", Id, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("document", pg.JSONB, nullable=False),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
        sa.Column("created_by", Id),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="queue_versions_pk"),
        sa.UniqueConstraint("tenant_id", "queue_id", "version", name="queue_versions_tenant_id_queue_id_version_key"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="queue_versions_tenant_id_fk"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "queue_id"],
            ["queues.tenant_id", "queues.id"],
            name="queue_versions_tenant_id_queue_id_fk",
            ondelete="CASCADE",
        ),
    )
    protect("queue_versions", "select", "insert")


def _rules() -> None:
    """The strategy goes on as a part of the rules. Changing a column's type sees all rows, whosever they are."""
    op.execute("alter table queues alter column strategy drop default")
    op.execute(
        "alter table queues alter column strategy type jsonb"
        " using jsonb_build_object('strategy', jsonb_build_object('type', strategy))"
    )
    op.execute("alter table queues rename column strategy to rules")
    op.execute("alter table queues alter column rules set default '{}'")
