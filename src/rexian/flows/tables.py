"""Flows, their versions, drafts, releases and recorded paths; secrets and safe queries that flows name."""

from sqlalchemy import Column, Double, Index, Integer, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY

from rexian.infra.tables import Id, Json, Moment, tenant_table, within_tenant

flows = tenant_table(
    "flows",
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("published_version", Integer),
    Column("created_at", Moment, nullable=False, server_default=func.now()),
    UniqueConstraint("tenant_id", "name"),
)

flow_versions = tenant_table(
    "flow_versions",
    Column("id", Id, primary_key=True),
    Column("flow_id", Id, nullable=False),
    Column("version", Integer, nullable=False),
    Column("document", Json, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("created_by", Id),
    Column("created_at", Moment, nullable=False, server_default=func.now()),
    UniqueConstraint("tenant_id", "flow_id", "version"),
    within_tenant("flow_id", "flows", ondelete="CASCADE"),
)

"""Flows, their versions, drafts, releases and recorded paths; secrets and safe queries that flows name."""

from sqlalchemy import Column, Double, Index, Integer, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY
)
