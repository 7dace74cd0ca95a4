"""Which versions of its sub-flows a published version of a flow goes through; old steps of calls are found by time."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from rexian.infra.schema import protect

revision = "0015"
down_revision = "0014"

Id = sa.Uuid(as_uuid=False)


def upgrade() -> None:
    op.create_table(
        "flow_links",
        sa.Column("tenant_id", Id, sa.ForeignKey("tenants.id", name="flow_links_tenant_id_fk"), nullable=False),
        sa.Column("version_id", Id, nullable=False),
        sa.Column("links", pg.JSONB, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "version_id", name="flow_links_pk"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "version_id"],
            ["flow_versions.tenant_id", "flow_versions.id"],
            name="flow_links_tenant_id_version_id_fk",
            ondelete="CASCADE",
        ),
    )
    protect("flow_links", "select", "insert")
    op.create_index("flow_steps_at_ix", "flow_steps", ["at"], postgresql_using="brin")
