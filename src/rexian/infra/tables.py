"""One metadata for all packages, and the shape that every tenant's table has."""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.schema import SchemaItem

ROLE = "rexian_app"
"""The role the running program works under: no superuser, no owner, no way around row-level security."""

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_N_name)s_fk",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_ix",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)

Id = Uuid(as_uuid=False)
"""A UUID column that is text in Python."""
Moment = TIMESTAMP(timezone=True)
"""A point in time, aware."""
Json = JSONB().with_variant(JSON(), "sqlite")


def tenant_table(name: str, *parts: SchemaItem, **options: Any) -> Table:
    """A table whose rows belong to a tenant; `protect(name)` in its migration puts the row-level security on it.

    `tenant_id` leads the primary key, so that rows can be spread over machines by tenant and references between
    tenants' tables can carry it (`within_tenant`).
    """
    owner = Column("tenant_id", Id, ForeignKey("tenants.id"), primary_key=True)
    return Table(name, metadata, owner, *parts, **options)


def within_tenant(column: str, table: str, **options: Any) -> ForeignKeyConstraint:
    """A reference to another table's `id` that cannot leave the tenant (foreign keys ignore row-level security)."""
    return ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], **options)


tenants = Table(
    "tenants",
    metadata,
    Column("id", Id, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("created_at", Moment, nullable=False, server_default=func.now()),
)

journal = Table(
    "journal",
    metadata,
    Column("tenant_id", Id, nullable=False, primary_key=True),
    Column("seq", BigInteger, Identity(always=True), nullable=False, primary_key=True),
    Column("at", Moment, nullable=False, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("data", Json, nullable=False),
    Index("journal_subject_ix", "tenant_id", "subject", "seq"),
    postgresql_partition_by="RANGE (at)",
)

journal_cursors = tenant_table(
    "journal_cursors",
    Column("name", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False, server_default="0"),
    Column("moved_at", Moment, nullable=False, server_default=func.now()),
)

journal_set_aside = tenant_table(
    "journal_set_aside",
    Column("name", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("at", Moment, nullable=False, server_default=func.now()),
)
