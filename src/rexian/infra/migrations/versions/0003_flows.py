"""Flows and their versions, calendars, queues.

This file is edited in place until the first release.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from rexian.infra.schema import protect

revision = "0003"
down_revision = "0002"

Id = sa.Uuid(as_uuid=False)
Moment = pg.TIMESTAMP(timezone=True)


def upgrade() -> None:
    _flows()
    _calendars()
    _queues()


def _tenant(table: str) -> sa.Column[str]:
    return sa.Column("tenant_id", Id, sa.ForeignKey("tenants.id", name=f"{table}_tenant_id_fk"), nullable=False)


def downgrade() -> None:
    raise NotImplementedError("Steps go forward; restore a backup to go back.")


def _flows() -> None:
    op.create_table(
        "flows",
        _tenant("flows"),
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("published_version", sa.Integer),
        sa.Column("created_at", Moment, nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="flows_pk"),
        sa.UniqueConstraint("tenant_id", "name", name="flows_tenant_id_name_key"),
    )
    protect("flows")
    op.create_table(
        "flow_versions",
        _tenant("flow_versions"),
        sa.Column("id", Id, nullable=False),
        sa.Column("flow_id", Id, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("document", pg.JSONB, nullable=False),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
        sa.Column("created_by", Id),
        sa.Column("created_at", Moment, nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="flow_versions_pk"),
        sa.UniqueConstraint("tenant_id", "flow_id", "version", name="flow_versions_tenant_id_flow_id_version_key"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "flow_id"],
            ["flows.tenant_id", "flows.id"],
            name="flow_versions_tenant_id_flow_id_fk",
            ondelete="CASCADE",
        ),
    )
    protect("flow_versions", "select", "insert")


def _calendars() -> None:
    op.create_table(
        "calendars",
        _tenant("calendars"),
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("timezone", sa.Text, nullable=False, server_default="Asia/Shanghai"),
        sa.Column("weekly", pg.JSONB, nullable=False, server_default="{}"),
        sa.Column("holidays", sa.Text),
        sa.Column("closed", pg.JSONB, nullable=False, server_default="[]"),
        sa.Column("open", pg.JSONB, nullable=False, server_default="[]"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="calendars_pk"),
        sa.UniqueConstraint("tenant_id", "name", name="calendars_tenant_id_name_key"),
    )
    protect("calendars")


def _queues() -> None:
    op.create_table(
        "queues",
        _tenant("queues"),
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("skills", pg.JSONB, nullable=False, server_default="{}"),
        sa.Column("priority", sa.Integer, nullable=False, server_default="0"),
        sa.Column("strategy", sa.Text, nullable=False, server_default="longest_idle"),
        sa.Column("ring_timeout_s", sa.Float, nullable=False, server_default="20"),
        sa.Column("wrap_up_s", sa.Integer),
        sa.Column("max_wait_s", sa.Float),
        sa.Column("music", sa.Text, nullable=False, server_default="default"),
        sa.Column("sl_threshold_s", sa.Integer, nullable=False, server_default="20"),
        sa.Column("short_abandon_s", sa.Integer, nullable=False, server_default="5"),
        sa.Column("max_misses", sa.Integer, nullable=False, server_default="3"),
        sa.Column("announce_every_s", sa.Integer),
        sa.Column("announce_position", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("announce_wait", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("when_no_agents", sa.Text, nullable=False, server_default="wait"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="queues_pk"),
        sa.UniqueConstraint("tenant_id", "name", name="queues_tenant_id_name_key"),
        sa.CheckConstraint("when_no_agents in ('wait', 'exit')", name="when_no_agents"),
    )
    protect("queues")
