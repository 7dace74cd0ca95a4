"""Documents that can be faxed to callers, and what a sent fax was called."""

import sqlalchemy as sa
from alembic import op

from rexian.infra.schema import protect

revision = "0026"
down_revision = "0025"

ID = sa.Uuid(as_uuid=False)


def upgrade() -> None:
    op.create_table(
        "fax_documents",
        sa.Column("tenant_id", ID, sa.ForeignKey("tenants.id", name="fax_documents_tenant_id_fk")),
        sa.Column("id", ID),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("prompt", sa.Text),
        sa.Column("file_name", sa.Text, nullable=False, server_default=""),
        sa.Column("pages", sa.Integer, nullable=False, server_default="0"),
        sa.Column("size", sa.Integer, nullable=False, server_default="0"),
        sa.Column("sha256", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="fax_documents_pk"),
        sa.UniqueConstraint("tenant_id", "number", name="fax_documents_tenant_id_number_key"),
    )
    protect("fax_documents")
    op.add_column("faxes", sa.Column("document_name", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    raise NotImplementedError("Steps go forward; restore a backup to go back.")
