"""Queues, and how each was set before."""

from sqlalchemy import Boolean, CheckConstraint, Column, Float, Integer, Text, UniqueConstraint, func

from rexian.infra.tables import Id, Json, Moment, tenant_table, within_tenant

queues = tenant_table(
    "queues",
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("skills", Json, nullable=False, server_default="{}"),
    Column("priority", Integer, nullable=False, server_default="0"),
    Column("rules", Json, nullable=False, server_default="{}"),
    Column("ring_timeout_s", Float, nullable=False, server_default="20"),
    Column("wrap_up_s", Integer),
    Column("wrap_up_extensions", Integer, nullable=False, server_default="2"),
    Column("wrap_up_extension_s", Integer, nullable=False, server_default="30"),
    Column("max_wait_s", Float),
    Column("music", Text, nullable=False, server_default="default"),
    Column("sl_threshold_s", Integer, nullable=False, server_default="20"),
    Column("short_abandon_s", Integer, nullable=False, server_default="5"),
    Column("max_misses", Integer, nullable=False, server_default="3"),
    Column("auto_answer", Boolean, nullable=False, server_default="false"),
    Column("announce_every_s", Integer),
    Column("announce_position", Boolean, nullable=False, server_default="false"),
    Column("announce_wait", Boolean, nullable=False, server_default="false"),
    Column("announce_prompts", Json, nullable=False, server_default="[]"),
    Column("comfort", Json, nullable=False, server_default="[]"),
    Column("keep_place_s", Integer, nullable=False, server_default="0"),
    Column("when_no_agents", Text, nullable=False, server_default="wait"),
    Column("survey_flow", Id),
    Column("callback", Json, nullable=False, server_default="{}"),
    Column("exits", Json, nullable=False, server_default="[]"),
    UniqueConstraint("tenant_id", "name"),
    CheckConstraint("when_no_agents in ('wait', 'exit')", name="when_no_agents"),
)

queue_versions = tenant_table(
    "queue_versions",
    Column("id", Id, primary_key=True),
    Column("queue_id", Id, nullable=False),
    Column("version", Integer, nullable=False),
    Column("document", Json, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("created_by", Id),
    Column("created_at", Moment, nullable=False, server_default=func.now()),
    UniqueConstraint("tenant_id", "queue_id", "version"),
    within_tenant("queue_id", "queues", ondelete="CASCADE"),
)
