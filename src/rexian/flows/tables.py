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

# Of versions that have been published: the versions that their sub-flows are of, by the steps that call them.
flow_links = tenant_table(
    "flow_links",
    Column("version_id", Id, primary_key=True),
    Column("links", Json, nullable=False),
    within_tenant("version_id", "flow_versions", ondelete="CASCADE"),
)

flow_drafts = tenant_table(
    "flow_drafts",
    Column("flow_id", Id, primary_key=True),
    Column("id", Id, nullable=False),  # stays while the draft changes: a test call follows it
    Column("document", Json, nullable=False),
    Column("based_on", Integer),  # the version it began from
    Column("revision", Integer, nullable=False),
    Column("saved_by", Id),
    Column("saved_at", Moment, nullable=False, server_default=func.now()),
    within_tenant("flow_id", "flows", ondelete="CASCADE"),
)

flow_releases = tenant_table(
    "flow_releases",
    Column("id", Id, primary_key=True),
    Column("flow_id", Id, nullable=False),
    Column("version", Integer, nullable=False),
    Column("published_by", Id),
    Column("published_at", Moment, nullable=False, server_default=func.now()),
    within_tenant("flow_id", "flows", ondelete="CASCADE"),
    Index("flow_releases_flow_id_ix", "tenant_id", "flow_id", "published_at"),
)

flow_paths = tenant_table(
    "flow_paths",
    Column("id", Id, primary_key=True),
    Column("flow_id", Id, nullable=False),
    Column("name", Text, nullable=False),
    Column("stage", Json, nullable=False),
    Column("cues", Json, nullable=False),
    Column("expected", Json, nullable=False),
    Column("created_by", Id),
    Column("created_at", Moment, nullable=False, server_default=func.now()),
    UniqueConstraint("tenant_id", "flow_id", "name"),
    within_tenant("flow_id", "flows", ondelete="CASCADE"),
)

flow_secrets = tenant_table(
    "flow_secrets",
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("header", Text, nullable=False),
    Column("value", Text, nullable=False),  # sealed
    Column("hosts", ARRAY(Text), nullable=False),
    Column("created_at", Moment, nullable=False, server_default=func.now()),
    UniqueConstraint("tenant_id", "name"),
)

safe_queries = tenant_table(
    "safe_queries",
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sql", Text, nullable=False),
    Column("dsn", Text, nullable=False),  # sealed
    Column("timeout_s", Double, nullable=False),
    Column("most_rows", Integer, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False, server_default=func.now()),
    UniqueConstraint("tenant_id", "name"),
)
