"""Users and what belongs to them. The table of tenants itself stands in `infra.tables`, for all refer to it."""

from sqlalchemy import ARRAY, Boolean, CheckConstraint, Column, Index, Integer, Text, UniqueConstraint, func

from rexian.infra.tables import Id, Json, Moment, tenant_table, within_tenant
from rexian.tenants.permissions import Role

_ROLES = ", ".join(f"'{role}'" for role in Role)

users = tenant_table(
    "users",
    Column("id", Id, primary_key=True),
    Column("username", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("locale", Text, nullable=False, server_default="zh"),
    Column("theme", Text, nullable=False, server_default="system"),
    Column("disabled", Boolean, nullable=False, server_default="false"),
    Column("agent_id", Id),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("locked_until", Moment),
    Column("created_at", Moment, nullable=False, server_default=func.now()),
    UniqueConstraint("tenant_id", "username"),
    CheckConstraint(f"role in ({_ROLES})", name="role"),
    CheckConstraint("username = lower(username)", name="username_lower"),
)

sessions = tenant_table(
    "sessions",
    Column("id", Text, primary_key=True),
    Column("user_id", Id, nullable=False),
    Column("csrf", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    within_tenant("user_id", "users", ondelete="CASCADE"),
    Index("sessions_user_id_ix", "tenant_id", "user_id"),
)

api_keys = tenant_table(
    "api_keys",
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("user_id", Id, nullable=False),
    Column("hash", Text, nullable=False),
    Column("hint", Text, nullable=False),
    Column("permissions", ARRAY(Text), nullable=False),
    Column("created_at", Moment, nullable=False, server_default=func.now()),
    Column("used_at", Moment),
    UniqueConstraint("tenant_id", "hash"),
    UniqueConstraint("tenant_id", "name"),
    within_tenant("user_id", "users", ondelete="CASCADE"),
)

audit = tenant_table(
    "audit",
    Column("id", Id, primary_key=True),
    Column("at", Moment, nullable=False, server_default=func.now()),
    Column("user_id", Id),
    Column("user_name", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("before", Json),
    Column("after", Json),
    Index("audit_at_ix", "tenant_id", "at"),
    Index("audit_subject_ix", "tenant_id", "subject", "at"),
)

tenant_settings = tenant_table(
    "tenant_settings",
    Column("name", Text, primary_key=True),
    Column("value", Json, nullable=False),
)
