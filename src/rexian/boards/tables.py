"""Layouts and wall screens."""

from sqlalchemy import Column, Integer, Text, UniqueConstraint

from rexian.infra.tables import Id, Json, tenant_table, within_tenant

board_layouts = tenant_table(
    "board_layouts",
    Column("id", Id, primary_key=True),
    Column("user_id", Id, nullable=False),
    Column("name", Text, nullable=False),
    Column("place", Integer, nullable=False, server_default="0"),
    Column("panels", Json, nullable=False),
    UniqueConstraint("tenant_id", "user_id", "name"),
    within_tenant("user_id", "users", ondelete="CASCADE"),
)

wall_screens = tenant_table(
    "wall_screens",
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("key_id", Id, nullable=False),
    Column("locale", Text, nullable=False, server_default="zh"),
    Column("rotate_s", Integer, nullable=False, server_default="20"),
    Column("pages", Json, nullable=False),
    UniqueConstraint("tenant_id", "name"),
    within_tenant("key_id", "api_keys", ondelete="CASCADE"),
)
