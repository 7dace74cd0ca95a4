"""Numbers, trunks and prompts."""

from sqlalchemy import Boolean, Column, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY

from rexian.infra.tables import Id, Json, tenant_table, within_tenant

numbers = tenant_table(
    "numbers",
    Column("id", Id, primary_key=True),
    Column("number", Text, nullable=False),
    Column("name", Text, nullable=False, server_default=""),
    Column("flow_id", Id),
    Column("caller_name", Text, nullable=False, server_default=""),
    Column("runs_draft", Boolean, nullable=False, server_default="false"),  # a number for trying: the flow's draft
    UniqueConstraint("tenant_id", "number"),
    within_tenant("flow_id", "flows"),
)

trunks = tenant_table(
    "trunks",
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("host", Text, nullable=False, server_default=""),
    Column("hosts", ARRAY(Text), nullable=False, server_default="{}"),
    Column("register", Boolean, nullable=False, server_default="false"),
    Column("username", Text, nullable=False, server_default=""),
    Column("secret", Text),
    Column("codecs", ARRAY(Text), nullable=False),
    Column("default", Boolean, nullable=False, server_default="false"),
    UniqueConstraint("tenant_id", "name"),
    Index("trunks_default_ix", "tenant_id", unique=True, postgresql_where=text('"default"')),
)

prompts = tenant_table(
    "prompts",
    Column("id", Id, primary_key=True),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("texts", Json, nullable=False, server_default="{}"),
    Column("voices", Json, nullable=False, server_default="{}"),  # by language the voice that was chosen
    Column("files", Json, nullable=False, server_default="{}"),  # by language `duration_s`, `source`, `says`
    Column("making", Json, nullable=False, server_default="{}"),  # by language `since`, `error`: sounds to come
    UniqueConstraint("tenant_id", "key"),
)
