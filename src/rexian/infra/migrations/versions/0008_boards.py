"""Alert rules and alerts, webhooks, layouts of the board, wall screens."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from rexian.infra.schema import protect

revision = "0008"
down_revision = "0007"

_ID = sa.Uuid(as_uuid=False)
_MOMENT = sa.TIMESTAMP(timezone=True)
_KINDS = "'waiting', 'longest_wait', 'service_level', 'abandon_burst', 'no_agent_ready', 'state_too_long', 'trunk_down'"


def upgrade() -> None:
    _alert_rules()
    _alerts()
    _webhooks()
    _boards()
    for table in ("alert_rules", "alerts", "webhooks", "webhook_deliveries", "board_layouts", "wall_screens"):
        protect(table)


def _alert_rules() -> None:
    op.create_table(
        "alert_rules",
        sa.Column("tenant_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), server_default="warning", nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("queues", postgresql.ARRAY(_ID), server_default="{}", nullable=False),
        sa.Column("teams", postgresql.ARRAY(_ID), server_default="{}", nullable=False),
        sa.Column("states", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("threshold", sa.Float(), server_default="1", nullable=False),
        sa.Column("clear_at", sa.Float(), nullable=True),
        sa.Column("for_s", sa.Float(), server_default="0", nullable=False),
        sa.Column("rest_s", sa.Float(), server_default="60", nullable=False),
        sa.Column("window_s", sa.Float(), server_default="300", nullable=False),
        sa.Column("sound", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("webhooks", postgresql.ARRAY(_ID), server_default="{}", nullable=False),
        sa.CheckConstraint(f"kind in ({_KINDS})", name=op.f("alert_rules_kind_check")),
        sa.CheckConstraint("severity in ('warning', 'critical')", name=op.f("alert_rules_severity_check")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("alert_rules_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("alert_rules_pk")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("alert_rules_tenant_id_name_key")),
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("tenant_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("rule_id", _ID, nullable=False),
        sa.Column("rule_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("about_name", sa.Text(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("sound", sa.Boolean(), nullable=False),
        sa.Column("raised_at", _MOMENT, nullable=False),
        sa.Column("acknowledged_at", _MOMENT, nullable=True),
        sa.Column("acknowledged_by", sa.Text(), server_default="", nullable=False),
        sa.Column("cleared_at", _MOMENT, nullable=True),
        sa.Column("cleared_why", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("(cleared_at is null) = (cleared_why = '')", name=op.f("alerts_cleared_check")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("alerts_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("alerts_pk")),
    )
    op.create_index("alerts_raised_ix", "alerts", ["tenant_id", "raised_at"])
    op.create_index(
        "alerts_open_ix",
        "alerts",
        ["tenant_id", "rule_id", "about"],
        unique=True,
        postgresql_where=sa.text("cleared_at is null"),
    )


def _webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("tenant_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default="true", nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("webhooks_tenant_id_fk")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("webhooks_pk")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("webhooks_tenant_id_name_key")),
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("tenant_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("webhook_id", _ID, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("made_at", _MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("tried_at", _MOMENT, nullable=True),
        sa.CheckConstraint("state in ('waiting', 'delivered', 'failed')", name=op.f("webhook_deliveries_state_check")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("webhook_deliveries_tenant_id_fk")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "webhook_id"],
            ["webhooks.tenant_id", "webhooks.id"],
            name=op.f("webhook_deliveries_tenant_id_webhook_id_fk"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("webhook_deliveries_pk")),
    )
    op.create_index("webhook_deliveries_made_ix", "webhook_deliveries", ["tenant_id", "webhook_id", "made_at"])


def _boards() -> None:
    op.create_table(
        "board_layouts",
        sa.Column("tenant_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), server_default="0", nullable=False),
        sa.Column("panels", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("board_layouts_tenant_id_fk")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["users.tenant_id", "users.id"],
            name=op.f("board_layouts_tenant_id_user_id_fk"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("board_layouts_pk")),
        sa.UniqueConstraint("tenant_id", "user_id", "name", name=op.f("board_layouts_tenant_id_user_id_name_key")),
    )
    op.create_table(
        "wall_screens",
        sa.Column("tenant_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_id", _ID, nullable=False),
        sa.Column("locale", sa.Text(), server_default="zh", nullable=False),
        sa.Column("rotate_s", sa.Integer(), server_default="20", nullable=False),
        sa.Column("pages", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("wall_screens_tenant_id_fk")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "key_id"],
            ["api_keys.tenant_id", "api_keys.id"],
            name=op.f("wall_screens_tenant_id_key_id_fk"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("wall_screens_pk")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("wall_screens_tenant_id_name_key")),
    )
