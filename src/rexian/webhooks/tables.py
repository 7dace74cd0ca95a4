"""Webhooks and what was sent to them."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Text, UniqueConstraint, func

from rexian.infra.tables import Id, Json, Moment, tenant_table, within_tenant

webhooks = tenant_table(
    "webhooks",
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("enabled", Boolean, nullable=False, server_default="true"),
    UniqueConstraint("tenant_id", "name"),
)

webhook_deliveries = tenant_table(
    "webhook_deliveries",
    Column("id", Id, primary_key=True),
    Column("webhook_id", Id, nullable=False),
    Column("event", Text, nullable=False),
    Column("body", Json, nullable=False),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("status", Integer),
    Column("problem", Text, nullable=False, server_default=""),
    Column("made_at", Moment, nullable=False, server_default=func.now()),
    Column("tried_at", Moment),
    within_tenant("webhook_id", "webhooks", ondelete="CASCADE"),
    CheckConstraint("state in ('waiting', 'delivered', 'failed')", name="state"),
    Index("webhook_deliveries_made_ix", "tenant_id", "webhook_id", "made_at"),
)
