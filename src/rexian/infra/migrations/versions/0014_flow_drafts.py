"""Drafts of flows, when which version was published, recorded paths, numbers that run a draft, calls' steps."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from rexian.infra.schema import protect

revision = "0014"
down_revision = "0013"

Id = sa.Uuid(as_uuid=False)
Moment = pg.TIMESTAMP(timezone=True)


def upgrade() -> None:
    _drafts()
    _releases()
    _paths()
    _steps()
    op.add_column("numbers", sa.Column("runs_draft", sa.Boolean, nullable=False, server_default="false"))


def _of_a_flow(table: str) -> list[sa.schema.SchemaItem]:
    """What each of these tables begins with: its tenant, and the flow within it."""
    return [
        sa.Column("tenant_id", Id, sa.ForeignKey("tenants.id", name=f"{table}_tenant_id_fk"), nullable=False),
        sa.Column("flow_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "flow_id"],
            ["flows.tenant_id", "flows.id"],
            name=f"{table}_tenant_id_flow_id_fk",
            ondelete="CASCADE",
        ),
    ]


def _drafts() -> None:
    op.create_table(
        "flow_drafts",
        *_of_a_flow("flow_drafts"),
        sa.Column("id", Id, nullable=False),
        sa.Column("document", pg.JSONB, nullable=False),
        sa.Column("based_on", sa.Integer),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("saved_by", Id),
        sa.Column("saved_at", Moment, nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("tenant_id", "flow_id", name="flow_drafts_pk"),
    )
    protect("flow_drafts")


def _releases() -> None:
    op.create_table(
        "flow_releases",
        *_of_a_flow("flow_releases"),
        sa.Column("id", Id, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("published_by", Id),
        sa.Column("published_at", Moment, nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="flow_releases_pk"),
    )
    op.create_index("flow_releases_flow_id_ix", "flow_releases", ["tenant_id", "flow_id", "published_at"])
    protect("flow_releases", "select", "insert")


def _paths() -> None:
    op.create_table(
        "flow_paths",
        *_of_a_flow("flow_paths"),
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("stage", pg.JSONB, nullable=False),
        sa.Column("cues", pg.JSONB, nullable=False),
        sa.Column("expected", pg.JSONB, nullable=False),
        sa.Column("created_by", Id),
        sa.Column("created_at", Moment, nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="flow_paths_pk"),
        sa.UniqueConstraint("tenant_id", "flow_id", "name", name="flow_paths_tenant_id_flow_id_name_key"),
    )
    protect("flow_paths")


def _steps() -> None:
    op.create_table(
        "flow_steps",
        sa.Column("tenant_id", Id, sa.ForeignKey("tenants.id", name="flow_steps_tenant_id_fk"), nullable=False),
        sa.Column("interaction_id", Id, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("version_id", Id, nullable=False),
        sa.Column("came_from", sa.Text, nullable=False),
        sa.Column("exit", sa.Text, nullable=False),
        sa.Column("node", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("left_at", Moment),
        sa.Column("ended", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "interaction_id", "seq", name="flow_steps_pk"),
    )
    op.create_index("flow_steps_version_ix", "flow_steps", ["tenant_id", "version_id", "at"])
    protect("flow_steps")


def downgrade() -> None:
    raise NotImplementedError("Steps go forward; restore a backup to go back.")
