"""Tenants, users, the journal and the jobs.

This file is edited in place until the first release.
"""

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql as pg

from rexian.infra import schema
from rexian.infra.schema import ROLE, protect

revision = "0001"
down_revision = None

Id = sa.Uuid(as_uuid=False)
Moment = pg.TIMESTAMP(timezone=True)


def upgrade() -> None:
    schema.make_role()
    _tenants()
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
        sa.Column("tenant_id", Id, sa.ForeignKey("tenants.id", name="journal_cursors_tenant_id_fk"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("moved_at", Moment, nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("tenant_id", "name", name="journal_cursors_pk"),
    )
    protect("journal_cursors")
    op.create_table(
        "journal_set_aside",
        sa.Column("tenant_id", Id, sa.ForeignKey("tenants.id", name="journal_set_aside_tenant_id_fk"), nullable=False),
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
