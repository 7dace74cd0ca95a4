"""Agents and telephony.

This file is edited in place until the first release.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from rexian.infra.schema import protect

revision = "0002"
down_revision = "0001"

Id = sa.Uuid(as_uuid=False)
Moment = pg.TIMESTAMP(timezone=True)


def upgrade() -> None:
    _named("teams")
    _named("skills")
    _agents()
    _named(
        "pause_reasons",
        sa.Column("productive", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("limit_s", sa.Integer),
    )
    _dispositions()
    _telephony()


def _named(table: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        table,
        _tenant(table),
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("tenant_id", "id", name=f"{table}_pk"),
        sa.UniqueConstraint("tenant_id", "name", name=f"{table}_tenant_id_name_key"),
    )
    protect(table)


def _agents() -> None:
    op.create_table(
        "agents",
        _tenant("agents"),
        sa.Column("id", Id, nullable=False),
        sa.Column("user_id", Id),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("extension", sa.Text, nullable=False),
        sa.Column("phone_kind", sa.Text, nullable=False),
        sa.Column("phone_address", sa.Text, nullable=False, server_default=""),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("team_id", Id),
        sa.Column("wrap_up_s", sa.Integer),
        sa.Column("auto_answer", sa.Boolean, nullable=False, server_default="false"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="agents_pk"),
        sa.UniqueConstraint("tenant_id", "extension", name="agents_tenant_id_extension_key"),
        sa.UniqueConstraint("tenant_id", "user_id", name="agents_tenant_id_user_id_key"),
        _reference("agents", "user_id", "users", ondelete="SET NULL (user_id)"),
        _reference("agents", "team_id", "teams"),
        sa.CheckConstraint("phone_kind in ('web', 'sip', 'address')", name="phone_kind"),
    )
    op.create_table(
        "agent_skills",
        _tenant("agent_skills"),
        sa.Column("agent_id", Id, nullable=False),
        sa.Column("skill_id", Id, nullable=False),
        sa.Column("level", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "agent_id", "skill_id", name="agent_skills_pk"),
        _reference("agent_skills", "agent_id", "agents", ondelete="CASCADE"),
        _reference("agent_skills", "skill_id", "skills"),
        sa.CheckConstraint("level between 0 and 10", name="level"),
    )
    op.create_table(
        "agent_queues",
        _tenant("agent_queues"),
        sa.Column("agent_id", Id, nullable=False),
        sa.Column("queue_id", Id, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "agent_id", "queue_id", name="agent_queues_pk"),
        _reference("agent_queues", "agent_id", "agents", ondelete="CASCADE"),
    )
    op.create_index("agent_queues_queue_ix", "agent_queues", ["tenant_id", "queue_id"])
    for table in ("agents", "agent_skills", "agent_queues"):
        protect(table)


def _dispositions() -> None:
    op.create_table(
        "dispositions",
        _tenant("dispositions"),
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("queue_id", Id),
        sa.Column("parent_id", Id),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="dispositions_pk"),
        _reference("dispositions", "parent_id", "dispositions"),
    )
    op.create_index(
        "dispositions_name_key",
        "dispositions",
        ["tenant_id", "queue_id", "parent_id", "name"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    protect("dispositions")


def _telephony() -> None:
    op.create_table(
        "numbers",
        _tenant("numbers"),
        sa.Column("id", Id, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False, server_default=""),
        sa.Column("flow_id", Id),
        sa.Column("caller_name", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="numbers_pk"),
        sa.UniqueConstraint("tenant_id", "number", name="numbers_tenant_id_number_key"),
    )
    op.create_table(
        "trunks",
        _tenant("trunks"),
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False, server_default=""),
        sa.Column("hosts", pg.ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("register", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("username", sa.Text, nullable=False, server_default=""),
        sa.Column("secret", sa.Text),
        sa.Column("codecs", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("default", sa.Boolean, nullable=False, server_default="false"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="trunks_pk"),
        sa.UniqueConstraint("tenant_id", "name", name="trunks_tenant_id_name_key"),
    )
    op.create_index("trunks_default_ix", "trunks", ["tenant_id"], unique=True, postgresql_where=sa.text('"default"'))
    op.create_table(
        "prompts",
        _tenant("prompts"),
        sa.Column("id", Id, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("texts", pg.JSONB, nullable=False, server_default="{}"),
        sa.Column("files", pg.JSONB, nullable=False, server_default="{}"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="prompts_pk"),
        sa.UniqueConstraint("tenant_id", "key", name="prompts_tenant_id_key_key"),
    )
    for table in ("numbers", "trunks", "prompts"):
        protect(table)


def _tenant(table: str) -> sa.Column[str]:
    return sa.Column("tenant_id", Id, sa.ForeignKey("tenants.id", name=f"{table}_tenant_id_fk"), nullable=False)


def _reference(table: str, column: str, other: str, *, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{other}.tenant_id", f"{other}.id"],
        name=f"{table}_tenant_id_{column}_fk",
        ondelete=ondelete,
    )


def downgrade() -> None:
    raise NotImplementedError("Steps go forward; restore a backup to go back.")
