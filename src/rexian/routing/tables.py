"""Queues."""

from sqlalchemy import Boolean, CheckConstraint, Column, Float, Integer, Text, UniqueConstraint

from rexian.infra.tables import Id, Json, tenant_table

queues = tenant_table(
    "queues",
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("skills", Json, nullable=False, server_default="{}"),
    Column("priority", Integer, nullable=False, server_default="0"),
    Column("strategy", Text, nullable=False, server_default="longest_idle"),
    Column("ring_timeout_s", Float, nullable=False, server_default="20"),
    Column("wrap_up_s", Integer),
    Column("max_wait_s", Float),
    Column("music", Text, nullable=False, server_default="default"),
    Column("sl_threshold_s", Integer, nullable=False, server_default="20"),
    Column("short_abandon_s", Integer, nullable=False, server_default="5"),
    Column("max_misses", Integer, nullable=False, server_default="3"),
    Column("auto_answer", Boolean, nullable=False, server_default="false"),
    Column("announce_every_s", Integer),
    Column("announce_position", Boolean, nullable=False, server_default="false"),
    Column("announce_wait", Boolean, nullable=False, server_default="false"),
    Column("when_no_agents", Text, nullable=False, server_default="wait"),
    UniqueConstraint("tenant_id", "name"),
    CheckConstraint("when_no_agents in ('wait', 'exit')", name="when_no_agents"),
)
