"""Customers, contacts with their segments and recordings, agents' time.

This file is edited in place until the first release.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from rexian.infra.schema import protect

revision = "0004"
down_revision = "0003"

Id = sa.Uuid(as_uuid=False)
Moment = pg.TIMESTAMP(timezone=True)


def upgrade() -> None:
    _customers()
    _customer_identities()
    _interactions()
    _segments()
    _queue_visits()
    _recordings()
    _agent_states()


def _customers() -> None:
    op.create_table(
        "customers",
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.Column("tags", pg.ARRAY(sa.Text), nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("attributes", pg.JSONB, nullable=False),
        sa.Column("vip", sa.Boolean, nullable=False),
        sa.Column("created_at", Moment, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", Moment, server_default=sa.func.now(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="customers_tenant_id_fk"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="customers_pk"),
    )
    op.create_index(
        "customers_name_ix", "customers", ["tenant_id", "name_key"], postgresql_ops={"name_key": "text_pattern_ops"}
    )
    protect("customers")


def _customer_identities() -> None:
    op.create_table(
        "customer_identities",
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("customer_id", Id, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customers.tenant_id", "customers.id"],
            name="customer_identities_tenant_id_customer_id_fk",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="customer_identities_tenant_id_fk"),
        sa.PrimaryKeyConstraint("tenant_id", "customer_id", "kind", "value", name="customer_identities_pk"),
    )
    op.create_index(
        "customer_identities_own_ix",
        "customer_identities",
        ["tenant_id", "kind", "value"],
        unique=True,
        postgresql_where=sa.text("not shared"),
    )
    op.create_index("customer_identities_value_ix", "customer_identities", ["tenant_id", "kind", "value"])
    protect("customer_identities")


def _interactions() -> None:
    op.create_table(
        "interactions",
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("started_at", Moment, nullable=False),
        sa.Column("answered_at", Moment),
        sa.Column("ended_at", Moment),
        sa.Column("closed", sa.Boolean, nullable=False),
        sa.Column("ended_by", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("called", sa.Text, nullable=False),
        sa.Column("caller_name", sa.Text, nullable=False),
        sa.Column("number_id", Id),
        sa.Column("customer_id", Id),
        sa.Column("customer_sure", sa.Boolean, nullable=False),
        sa.Column("queue_id", Id),
        sa.Column("agent_id", Id),
        sa.Column("queues", pg.ARRAY(Id), nullable=False),
        sa.Column("agents", pg.ARRAY(Id), nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("wait", sa.Interval, nullable=False),
        sa.Column("talk", sa.Interval, nullable=False),
        sa.Column("hold", sa.Interval, nullable=False),
        sa.Column("consult", sa.Interval, nullable=False),
        sa.Column("wrap_up", sa.Interval, nullable=False),
        sa.Column("recorded", sa.Boolean, nullable=False),
        sa.Column("disposition", sa.Text, nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("legs", pg.JSONB, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="interactions_tenant_id_fk"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="interactions_pk"),
    )
    op.create_index("interactions_agents_ix", "interactions", ["agents"], postgresql_using="gin")
    op.create_index("interactions_customer_ix", "interactions", ["tenant_id", "customer_id", "started_at"])
    op.create_index("interactions_open_ix", "interactions", ["tenant_id"], postgresql_where=sa.text("not closed"))
    op.create_index("interactions_queues_ix", "interactions", ["queues"], postgresql_using="gin")
    op.create_index("interactions_started_ix", "interactions", ["tenant_id", "started_at", "id"])
    protect("interactions")


def _segments() -> None:
    op.create_table(
        "segments",
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("interaction_id", Id, nullable=False),
        sa.Column("n", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("start_at", Moment, nullable=False),
        sa.Column("end_at", Moment),
        sa.Column("leg", sa.Text, nullable=False),
        sa.Column("agent_id", Id),
        sa.Column("queue_id", Id),
        sa.Column("visit", sa.Integer),
        sa.Column("result", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="segments_tenant_id_fk"),
        sa.PrimaryKeyConstraint("tenant_id", "interaction_id", "n", name="segments_pk"),
    )
    op.create_index(
        "segments_agent_ix",
        "segments",
        ["tenant_id", "agent_id", "start_at"],
        postgresql_where=sa.text("agent_id is not null"),
    )
    protect("segments")


def _queue_visits() -> None:
    op.create_table(
        "queue_visits",
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("interaction_id", Id, nullable=False),
        sa.Column("n", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("queue_id", Id, nullable=False),
        sa.Column("enqueued_at", Moment, nullable=False),
        sa.Column("left_at", Moment),
        sa.Column("ended", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("agent_id", Id),
        sa.Column("via", sa.Text, nullable=False),
        sa.Column("sl_threshold", sa.Interval, nullable=False),
        sa.Column("short_abandon", sa.Interval, nullable=False),
        sa.Column("talk", sa.Interval, nullable=False),
        sa.Column("hold", sa.Interval, nullable=False),
        sa.Column("consult", sa.Interval, nullable=False),
        sa.Column("wrap_up", sa.Interval, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="queue_visits_tenant_id_fk"),
        sa.PrimaryKeyConstraint("tenant_id", "interaction_id", "n", name="queue_visits_pk"),
    )
    op.create_index("queue_visits_enqueued_ix", "queue_visits", ["tenant_id", "enqueued_at"])
    protect("queue_visits")


def _recordings() -> None:
    op.create_table(
        "recordings",
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("interaction_id", Id, nullable=False),
        sa.Column("leg", sa.Text, nullable=False),
        sa.Column("started_at", Moment, nullable=False),
        sa.Column("closed_at", Moment),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("rate", sa.Integer, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("duration", sa.Interval, nullable=False),
        sa.Column("channels", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="recordings_tenant_id_fk"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="recordings_pk"),
    )
    op.create_index("recordings_interaction_ix", "recordings", ["tenant_id", "interaction_id"])
    op.create_index("recordings_open_ix", "recordings", ["tenant_id"], postgresql_where=sa.text("state = 'open'"))
    protect("recordings")


def _agent_states() -> None:
    op.create_table(
        "agent_states",
        sa.Column("tenant_id", Id, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("agent_id", Id, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="agent_states_tenant_id_fk"),
        sa.PrimaryKeyConstraint("tenant_id", "seq", name="agent_states_pk"),
    )
    op.create_index("agent_states_agent_ix", "agent_states", ["tenant_id", "agent_id", "at"])
    protect("agent_states")


def downgrade() -> None:
    raise NotImplementedError("Steps go forward; restore a backup to go back.")
