"""Libraries of spoken pieces, bookmarks in them, and the documents that can be faxed."""

from sqlalchemy import Column, Float, Index, Integer, Text, UniqueConstraint

from rexian.infra.tables import Id, Json, Moment, tenant_table, within_tenant

libraries = tenant_table(
    "libraries",
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("categories", Json, nullable=False, server_default="[]"),  # in the order of their keys, as `model.Category`
    UniqueConstraint("tenant_id", "name"),
)

bookmarks = tenant_table(
    "bookmarks",
    Column("library_id", Id, primary_key=True),
    Column("caller", Text, primary_key=True),  # the number, in its normal form
    Column("category", Text, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("offset_s", Float, nullable=False),
    Column("at", Moment, nullable=False),
    within_tenant("library_id", "libraries", ondelete="CASCADE"),
    Index("bookmarks_at_ix", "tenant_id", "at"),
)

fax_documents = tenant_table(
    "fax_documents",
    Column("id", Id, primary_key=True),
    Column("number", Text, nullable=False),  # what callers key
    Column("name", Text, nullable=False),
    Column("prompt", Text),  # says the name to callers
    Column("file_name", Text, nullable=False, server_default=""),  # as it was uploaded
    Column("pages", Integer, nullable=False, server_default="0"),
    Column("size", Integer, nullable=False, server_default="0"),  # bytes, as they go over the line, about
    Column("sha256", Text, nullable=False, server_default=""),
    UniqueConstraint("tenant_id", "number"),
)
