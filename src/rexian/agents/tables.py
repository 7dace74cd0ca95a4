"""Agents and what they are described by."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, SmallInteger, Text, UniqueConstraint

from rexian.infra.tables import Id, tenant_table, within_tenant

teams = tenant_table(
    "teams",
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    UniqueConstraint("tenant_id", "name"),
)

skills = tenant_table(
    "skills",
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    UniqueConstraint("tenant_id", "name"),
)

agents = tenant_table(
    "agents",
    Column("id", Id, primary_key=True),
    Column("user_id", Id),
    Column("name", Text, nullable=False),
    Column("extension", Text, nullable=False),
    Column("phone_kind", Text, nullable=False),
    Column("phone_address", Text, nullable=False, server_default=""),
    Column("secret", Text, nullable=False),
    Column("team_id", Id),
    Column("wrap_up_s", Integer),
    Column("auto_answer", Boolean, nullable=False, server_default="false"),
    Column("most_contacts", Integer),  # of queues, in one shift
    Column("most_talk_s", Integer),  # with customers of queues, in one shift
    Column("callbacks", Boolean, nullable=False, server_default="true"),  # is given callbacks
    Column("most_voicemails", SmallInteger, nullable=False, server_default="1"),  # at the same time
    Column("interruptible", Boolean, nullable=False, server_default="false"),  # calls ring while he is at voicemails
    UniqueConstraint("tenant_id", "extension"),
    UniqueConstraint("tenant_id", "user_id"),
    within_tenant("user_id", "users", ondelete="SET NULL (user_id)"),
    within_tenant("team_id", "teams"),
    CheckConstraint("phone_kind in ('web', 'sip', 'address')", name="phone_kind"),
    CheckConstraint("most_voicemails between 0 and 10", name="most_voicemails"),
)

agent_skills = tenant_table(
    "agent_skills",
    Column("agent_id", Id, primary_key=True),
    Column("skill_id", Id, primary_key=True),
    Column("level", SmallInteger, nullable=False),
    within_tenant("agent_id", "agents", ondelete="CASCADE"),
    within_tenant("skill_id", "skills"),
    CheckConstraint("level between 0 and 10", name="level"),
)

# Queues belong to a package above this one: no foreign key. Who removes a queue has it forgotten here (`leaving.py`).
agent_queues = tenant_table(
    "agent_queues",
    Column("agent_id", Id, primary_key=True),
    Column("queue_id", Id, primary_key=True),
    within_tenant("agent_id", "agents", ondelete="CASCADE"),
    Index("agent_queues_queue_ix", "tenant_id", "queue_id"),
)

pause_reasons = tenant_table(
    "pause_reasons",
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("productive", Boolean, nullable=False, server_default="false"),
    Column("limit_s", Integer),
    UniqueConstraint("tenant_id", "name"),
)

dispositions = tenant_table(
    "dispositions",
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("queue_id", Id),
    Column("parent_id", Id),
    within_tenant("parent_id", "dispositions"),
    Index(
        "dispositions_name_key",
        "tenant_id",
        "queue_id",
        "parent_id",
        "name",
        unique=True,
        postgresql_nulls_not_distinct=True,
    ),
)
