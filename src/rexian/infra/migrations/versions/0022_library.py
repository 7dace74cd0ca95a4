"""Libraries of spoken pieces, and where their callers have stopped listening."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from rexian.infra.schema import protect

revision = "0022"
down_revision = "0021"

ID = sa.Uuid(as_uuid=False)
MOMENT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        "libraries",
        sa.Column("tenant_id", ID, sa.ForeignKey("tenants.id", name="libraries_tenant_id_fk")),
        sa.Column("id", ID),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("categories", JSONB, nullable=False, server_default="[]"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="libraries_pk"),
        sa.UniqueConstraint("tenant_id", "name", name="libraries_tenant_id_name_key"),
    )
    protect("libraries")
    op.create_table(
        "bookmarks",
        sa.Column("tenant_id", ID, sa.ForeignKey("tenants.id", name="bookmarks_tenant_id_fk")),
        sa.Column("library_id", ID),
        sa.Column("caller", sa.Text),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("offset_s", sa.Float, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "library_id", "caller", name="bookmarks_pk"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "library_id"],
            ["libraries.tenant_id", "libraries.id"],
            name="bookmarks_tenant_id_library_id_fk",
            ondelete="CASCADE",
        ),
    )
    op.create_index("bookmarks_at_ix", "bookmarks", ["tenant_id", "at"])
    protect("bookmarks")
