"""The records' tables. Every row is folded from the journal and can be made anew from it."""

from sqlalchemy import Boolean, Column, Index, Integer, Interval, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from rexian.infra.tables import Id, Json, Moment, tenant_table

interactions = tenant_table(
    "interactions",
    Column("id", Id, primary_key=True),  # the call's
    Column("direction", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("ended_at", Moment),
    Column("closed", Boolean, nullable=False),
    Column("ended_by", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("caller", Text, nullable=False),
    Column("called", Text, nullable=False),
    Column("caller_name", Text, nullable=False),
    Column("number_id", Id),
    Column("customer_id", Id),
    Column("customer_sure", Boolean, nullable=False),
    Column("queue_id", Id),  # the last one it was in
    Column("agent_id", Id),  # the last one who spoke
    Column("queues", ARRAY(Id), nullable=False),  # all it was in
    Column("agents", ARRAY(Id), nullable=False),  # all who had a part in it
    Column("outcome", Text),
    Column("wait", Interval, nullable=False),
    Column("talk", Interval, nullable=False),
    Column("hold", Interval, nullable=False),
    Column("consult", Interval, nullable=False),
    Column("wrap_up", Interval, nullable=False),
    Column("recorded", Boolean, nullable=False),
    Column("disposition", Text, nullable=False),
    Column("notes", Text, nullable=False),
    Column("survey", Json, nullable=False, server_default="{}"),
    Column("legs", Json, nullable=False),
    Index("interactions_started_ix", "tenant_id", "started_at", "id"),
    Index("interactions_customer_ix", "tenant_id", "customer_id", "started_at"),
    Index("interactions_caller_ix", "tenant_id", "caller", "started_at"),
    Index("interactions_open_ix", "tenant_id", postgresql_where=text("not closed")),
    Index("interactions_queues_ix", "queues", postgresql_using="gin"),
    Index("interactions_agents_ix", "agents", postgresql_using="gin"),
)

segments = tenant_table(
    "segments",
    Column("interaction_id", Id, primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("start_at", Moment, nullable=False),
    Column("end_at", Moment),
    Column("leg", Text, nullable=False),
    Column("agent_id", Id),
    Column("queue_id", Id),
    Column("visit", Integer),
    Column("result", Text, nullable=False),
    Index("segments_agent_ix", "tenant_id", "agent_id", "start_at", postgresql_where=text("agent_id is not null")),
)

queue_visits = tenant_table(
    "queue_visits",
    Column("interaction_id", Id, primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("queue_id", Id, nullable=False),
    Column("enqueued_at", Moment, nullable=False),
    Column("left_at", Moment),
    Column("ended", Text, nullable=False),  # waiting | answered | abandoned | flow_out
    Column("reason", Text, nullable=False),
    Column("agent_id", Id),
    Column("via", Text, nullable=False),
    Column("sl_threshold", Interval, nullable=False),
    Column("short_abandon", Interval, nullable=False),
    Column("talk", Interval, nullable=False),
    Column("hold", Interval, nullable=False),
    Column("consult", Interval, nullable=False),
    Column("wrap_up", Interval, nullable=False),
    Index("queue_visits_enqueued_ix", "tenant_id", "enqueued_at"),
)

recordings = tenant_table(
    "recordings",
    Column("id", Text, primary_key=True),
    Column("interaction_id", Id, nullable=False),
    Column("leg", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("state", Text, nullable=False),  # open | closed | stored | missing
    Column("reason", Text, nullable=False),  # why it is missing
    Column("path", Text, nullable=False),  # where the switch left it
    Column("rate", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("duration", Interval, nullable=False),
    Column("channels", Integer, nullable=False),
    Index("recordings_interaction_ix", "tenant_id", "interaction_id"),
    Index("recordings_open_ix", "tenant_id", postgresql_where=text("state = 'open'")),
)
