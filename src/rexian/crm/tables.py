"""Customers, the identities by which they are known, and the lists on which numbers stand."""

from sqlalchemy import Boolean, Column, Index, Integer, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY

from rexian.infra.tables import Id, Json, Moment, tenant_table, within_tenant

customers = tenant_table(
    "customers",
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),  # the name in lower case, for searching
    Column("tags", ARRAY(Text), nullable=False),
    Column("notes", Text, nullable=False),
    Column("attributes", Json, nullable=False),
    Column("vip", Boolean, nullable=False),
    Column("manager_id", Id),  # the agent who looks after him; agents are another package's: no foreign key
    Column("created_at", Moment, nullable=False, server_default=func.now()),
    Column("updated_at", Moment, nullable=False, server_default=func.now()),
    Index("customers_name_ix", "tenant_id", "name_key", postgresql_ops={"name_key": "text_pattern_ops"}),
)

customer_identities = tenant_table(
    "customer_identities",
    Column("customer_id", Id, primary_key=True),
    Column("kind", Text, primary_key=True),  # phone | mail
    Column("value", Text, primary_key=True),  # normal form
    Column("label", Text, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    within_tenant("customer_id", "customers", ondelete="CASCADE"),
    Index("customer_identities_value_ix", "tenant_id", "kind", "value"),
    Index(
        "customer_identities_own_ix",
        "tenant_id",
        "kind",
        "value",
        unique=True,
        postgresql_where=text("not shared"),
    ),
)

listed_numbers = tenant_table(
    "listed_numbers",
    Column("id", Id, primary_key=True),
    Column("list", Text, nullable=False),
    Column("number", Text, nullable=False),  # E.164, or the digits that numbers begin with
    Column("prefix", Boolean, nullable=False, server_default="false"),
    Column("note", Text, nullable=False, server_default=""),
    Column("until", Moment),
    Column("created_at", Moment, nullable=False, server_default=func.now()),
    UniqueConstraint("tenant_id", "list", "number", "prefix"),
)
