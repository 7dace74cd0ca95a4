"""Waiting: exits and callback rules of queues, callbacks, voicemails, and the contact that another follows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from rexian.infra.schema import protect

revision = "0013"
down_revision = "0012"

Id = sa.Uuid(as_uuid=False)
Moment = pg.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.add_column("queues", sa.Column("callback", pg.JSONB(), nullable=False, server_default="{}"))
    op.add_column("queues", sa.Column("exits", pg.JSONB(), nullable=False, server_default="[]"))
    op.add_column("interactions", sa.Column("follows_id", Id))
    there = sa.text("follows_id is not null")
    op.create_index("interactions_follows_ix", "interactions", ["tenant_id", "follows_id"], postgresql_where=there)
    _callbacks()
    _voicemails()


def _callbacks() -> None:
    op.create_table(
        "callbacks",
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("queue_id", Id, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("customer_id", Id),
        sa.Column("origin_id", Id),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("since", Moment, nullable=False),
        sa.Column("due_at", Moment),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("call_id", Id),
        sa.Column("agent_id", Id),
        sa.Column("ended_at", Moment),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="callbacks_tenant_id_fk"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="callbacks_pk"),
    )
    open_only = sa.text("ended_at is null")
    op.create_index("callbacks_open_ix", "callbacks", ["tenant_id", "since"], postgresql_where=open_only)
    op.create_index("callbacks_asked_ix", "callbacks", ["tenant_id", "asked_at"])
    protect("callbacks")


def _voicemails() -> None:
    op.create_table(
        "voicemails",
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("queue_id", Id, nullable=False),
        sa.Column("interaction_id", Id, nullable=False),
        sa.Column("recording_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("customer_id", Id),
        sa.Column("left_at", Moment, nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("agent_id", Id),
        sa.Column("closed_at", Moment),
        sa.Column("disposition", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("transcript", sa.Text()),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="voicemails_tenant_id_fk"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="voicemails_pk"),
    )
    open_only = sa.text("closed_at is null")
    op.create_index("voicemails_open_ix", "voicemails", ["tenant_id", "left_at"], postgresql_where=open_only)
    op.create_index("voicemails_agent_ix", "voicemails", ["tenant_id", "agent_id"], postgresql_where=open_only)
    protect("voicemails")
