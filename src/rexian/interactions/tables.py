"""The records' tables. Every row is folded from the journal and can be made anew from it."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Interval, Text, text
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
    Column("follows_id", Id),  # the contact in which this call was asked for
    Column("outcall_id", Id),  # the outcall that it is an attempt of
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
    Index("interactions_follows_ix", "tenant_id", "follows_id", postgresql_where=text("follows_id is not null")),
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
    Column("foretold", Interval),  # the wait that was foretold when he came
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
    Column("state", Text, nullable=False),  # open | closed | stored | removed | missing
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

faxes = tenant_table(
    "faxes",
    Column("id", Text, primary_key=True),
    Column("interaction_id", Id, nullable=False),
    Column("way", Text, nullable=False),  # received | sent
    Column("document", Text, nullable=False),  # what was sent: its id among the fax documents
    Column("document_name", Text, nullable=False, server_default=""),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("state", Text, nullable=False),  # open | closed | stored | removed | missing | sent | failed
    Column("complete", Boolean, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("station", Text, nullable=False),  # what the other machine calls itself
    Column("t38", Boolean, nullable=False),
    Column("error", Text, nullable=False),  # the switch's word for what went wrong
    Column("reason", Text, nullable=False),  # why its pages are missing
    Column("path", Text, nullable=False),  # where the switch left them
    Column("key", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Index("faxes_interaction_ix", "tenant_id", "interaction_id"),
    Index("faxes_open_ix", "tenant_id", postgresql_where=text("state = 'open'")),
)

callbacks = tenant_table(
    "callbacks",
    Column("id", Id, primary_key=True),
    Column("queue_id", Id, nullable=False),
    Column("number", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("customer_id", Id),
    Column("origin_id", Id),  # the contact in which it was asked for
    Column("by", Text, nullable=False),  # customer, or who asked for him
    Column("asked_at", Moment, nullable=False),
    Column("since", Moment, nullable=False),  # from when its place in line counts
    Column("due_at", Moment),  # when it comes into line (again)
    Column("expires_at", Moment, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("reason", Text, nullable=False),  # why it was put off last
    Column("result", Text, nullable=False),
    Column("call_id", Id),  # the contact of the last attempt
    Column("agent_id", Id),  # who was asked last
    Column("ended_at", Moment),
    Index("callbacks_open_ix", "tenant_id", "since", postgresql_where=text("ended_at is null")),
    Index("callbacks_asked_ix", "tenant_id", "asked_at"),
)

outcalls = tenant_table(
    "outcalls",
    Column("id", Id, primary_key=True),
    Column("number", Text, nullable=False),
    Column("caller", Text, nullable=False),  # who ordered it
    Column("origin_id", Id, nullable=False),  # the contact in which he did
    Column("flow_id", Id),  # for whoever answers
    Column("version_id", Id),  # no flow: that of this version
    Column("ordered_at", Moment, nullable=False),
    Column("due_at", Moment),  # when it is tried (again)
    Column("expires_at", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("reason", Text, nullable=False),  # why it was put off last, or how it ended
    Column("result", Text, nullable=False),
    Column("call_id", Id),  # the contact of the last attempt
    Column("answered_at", Moment),
    Column("ended_at", Moment),
    Column("ended_by", Text, nullable=False),
    Index("outcalls_open_ix", "tenant_id", "due_at", postgresql_where=text("ended_at is null")),
    Index("outcalls_ordered_ix", "tenant_id", "ordered_at"),
)

voicemails = tenant_table(
    "voicemails",
    Column("id", Id, primary_key=True),
    Column("queue_id", Id, nullable=False),
    Column("interaction_id", Id, nullable=False),  # the contact in which it was left
    Column("recording_id", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("customer_id", Id),
    Column("left_at", Moment, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("agent_id", Id),
    Column("closed_at", Moment),
    Column("disposition", Text, nullable=False),
    Column("notes", Text, nullable=False),
    Column("transcript", Text),  # filled where speech is written down
    Index("voicemails_open_ix", "tenant_id", "left_at", postgresql_where=text("closed_at is null")),
    Index("voicemails_agent_ix", "tenant_id", "agent_id", postgresql_where=text("closed_at is null")),
)

flow_steps = tenant_table(
    "flow_steps",
    Column("interaction_id", Id, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),  # the journal's number of the move
    Column("version_id", Id, nullable=False),  # or a draft's
    Column("came_from", Text, nullable=False),
    Column("exit", Text, nullable=False),
    Column("node", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("left_at", Moment),
    Column("ended", Text, nullable=False),  # how the flow ended here; empty: it went on
    Column("error", Text, nullable=False, server_default=""),  # the code of what failed here
    Index("flow_steps_version_ix", "tenant_id", "version_id", "at"),
    Index("flow_steps_at_ix", "at", postgresql_using="brin"),
)
