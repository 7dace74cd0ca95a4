"""Tenants, users, the journal and the jobs.

This file is edited in place until the first release.
"""

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql as pg

from rexian.infra import schema
from rexian.infra.schema import protect
from rexian.infra.tables import ROLE

revision = "0001"
down_revision = None

Id = sa.Uuid(as_uuid=False)
Moment = pg.TIMESTAMP(timezone=True)


def upgrade() -> None:
    schema.make_role()
    _tenants()
    _users()
    _audit_and_settings()
    _journal()
    _jobs()


def _tenants() -> None:
    op.create_table(
        "tenants",
        sa.Column("id", Id, nullable=False),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id", name="tenants_pk"),
        sa.UniqueConstraint("slug", name="tenants_slug_key"),
    )
    schema.protect_tenants()


def _tenant(table: str) -> sa.Column[str]:
    return sa.Column("tenant_id", Id, sa.ForeignKey("tenants.id", name=f"{table}_tenant_id_fk"), nullable=False)


def _of_user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", "user_id"],
        ["users.tenant_id", "users.id"],
        name=f"{table}_tenant_id_user_id_fk",
        ondelete="CASCADE",
    )


def _users() -> None:
    op.create_table(
        "users",
        _tenant("users"),
        sa.Column("id", Id, nullable=False),
        sa.Column("username", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("locale", sa.Text, nullable=False, server_default="zh"),
        sa.Column("theme", sa.Text, nullable=False, server_default="system"),
        sa.Column("disabled", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("agent_id", Id),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        sa.Column("locked_until", Moment),
        sa.Column("created_at", Moment, nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="users_pk"),
        sa.UniqueConstraint("tenant_id", "username", name="users_tenant_id_username_key"),
        sa.CheckConstraint("role in ('administrator', 'supervisor', 'agent', 'quality', 'analyst')", name="role"),
        sa.CheckConstraint("username = lower(username)", name="username_lower"),
    )
    op.create_table(
        "sessions",
        _tenant("sessions"),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("csrf", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="sessions_pk"),
        _of_user("sessions"),
    )
    op.create_index("sessions_user_id_ix", "sessions", ["tenant_id", "user_id"])
    op.create_table(
        "api_keys",
        _tenant("api_keys"),
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("hint", sa.Text, nullable=False),
        sa.Column("permissions", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("created_at", Moment, nullable=False, server_default=sa.func.now()),
        sa.Column("used_at", Moment),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="api_keys_pk"),
        sa.UniqueConstraint("tenant_id", "hash", name="api_keys_tenant_id_hash_key"),
        sa.UniqueConstraint("tenant_id", "name", name="api_keys_tenant_id_name_key"),
        _of_user("api_keys"),
    )
    for table in ("users", "sessions", "api_keys"):
        protect(table)


def _audit_and_settings() -> None:
    op.create_table(
        "audit",
        _tenant("audit"),
        sa.Column("id", Id, nullable=False),
        sa.Column("at", Moment, nullable=False, server_default=sa.func.now()),
        sa.Column("user_id", Id),
        sa.Column("user_name", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("before", pg.JSONB),
        sa.Column("after", pg.JSONB),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="audit_pk"),
    )
    op.create_index("audit_at_ix", "audit", ["tenant_id", "at"])
    op.create_index("audit_subject_ix", "audit", ["tenant_id", "subject", "at"])
    protect("audit", "select", "insert")
    op.create_table(
        "tenant_settings",
        _tenant("tenant_settings"),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", pg.JSONB, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "name", name="tenant_settings_pk"),
    )
    protect("tenant_settings")


def _journal() -> None:
    op.create_table(
        "journal",
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("seq", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("data", pg.JSONB, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "seq", "at", name="journal_pk"),
        postgresql_partition_by="RANGE (at)",
    )
    op.create_index("journal_subject_ix", "journal", ["tenant_id", "subject", "seq"])
    protect("journal", "select", "insert")
    schema.make_journal_functions()
    op.execute("select journal_make_months(3)")
    # What falls outside the months made ahead (a clock gone wrong, a replayed history) is kept, never refused.
    op.execute("create table journal_default partition of journal default")
    op.create_table(
        "journal_cursors",
        _tenant("journal_cursors"),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("moved_at", Moment, nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("tenant_id", "name", name="journal_cursors_pk"),
    )
    protect("journal_cursors")
    op.create_table(
        "journal_set_aside",
        _tenant("journal_set_aside"),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("tenant_id", "name", "seq", name="journal_set_aside_pk"),
    )
    protect("journal_set_aside")


def _jobs() -> None:
    op.execute("create schema jobs")
    op.execute("set local search_path = jobs, public")
    op.execute(sa.text(SchemaManager.get_schema().replace(":", r"\:")))
    op.execute("set local search_path = public")
    op.execute(f"grant usage on schema jobs to {ROLE}")
    op.execute(f"grant select, insert, update, delete on all tables in schema jobs to {ROLE}")
    op.execute(f"grant usage on all sequences in schema jobs to {ROLE}")


def downgrade() -> None:
    raise NotImplementedError("Steps go forward; restore a backup to go back.")
