"""Calendars."""

from sqlalchemy import Column, Text, UniqueConstraint

from rexian.infra.tables import Id, Json, tenant_table

calendars = tenant_table(
    "calendars",
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("timezone", Text, nullable=False, server_default="Asia/Shanghai"),
    Column("weekly", Json, nullable=False, server_default="{}"),
    Column("holidays", Text),
    Column("closed", Json, nullable=False, server_default="[]"),
    Column("open", Json, nullable=False, server_default="[]"),
    UniqueConstraint("tenant_id", "name"),
)
