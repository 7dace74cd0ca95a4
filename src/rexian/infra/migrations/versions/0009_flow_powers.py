"""What flows ask and use: lists of numbers, secrets for web services, safe queries.

This file is edited in place until the first release.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from rexian.infra.schema import protect

revision = "0009"
down_revision = "0008"

Id = sa.Uuid(as_uuid=False)
Moment = pg.TIMESTAMP(timezone=True)


def upgrade() -> None:
    _lists()
    _outside()
    op.create_index("interactions_caller_ix", "interactions", ["tenant_id", "caller", "started_at"])


def downgrade() -> None:
    raise NotImplementedError("Steps go forward; restore a backup to go back.")


def _tenant(table: str) -> sa.Column[str]:
    return sa.Column("tenant_id", Id, sa.ForeignKey("tenants.id", name=f"{table}_tenant_id_fk"), nullable=False)


def _lists() -> None:
    op.create_table(
        "listed_numbers",
        _tenant("listed_numbers"),
        sa.Column("id", Id, nullable=False),
        sa.Column("list", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("prefix", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
        sa.Column("until", Moment),
        sa.Column("created_at", Moment, nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="listed_numbers_pk"),
        sa.UniqueConstraint(
            "tenant_id", "list", "number", "prefix", name="listed_numbers_tenant_id_list_number_prefix_key"
        ),
    )
    protect("listed_numbers")


def _outside() -> None:
    op.create_table(
        "flow_secrets",
        _tenant("flow_secrets"),
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("header", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("hosts", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("created_at", Moment, nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="flow_secrets_pk"),
        sa.UniqueConstraint("tenant_id", "name", name="flow_secrets_tenant_id_name_key"),
    )
    protect("flow_secrets")
    op.create_table(
        "safe_queries",
        _tenant("safe_queries"),
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sql", sa.Text, nullable=False),
        sa.Column("dsn", sa.Text, nullable=False),
        sa.Column("timeout_s", sa.Double, nullable=False),
        sa.Column("most_rows", sa.Integer, nullable=False),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
        sa.Column("created_at", Moment, nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="safe_queries_pk"),
        sa.UniqueConstraint("tenant_id", "name", name="safe_queries_tenant_id_name_key"),
    )
    protect("safe_queries")
