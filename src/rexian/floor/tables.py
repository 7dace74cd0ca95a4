"""Where floors keep themselves between two starts."""

from sqlalchemy import BigInteger, Column, LargeBinary

from rexian.infra.tables import Moment, tenant_table

floor_checkpoints = tenant_table(
    "floor_checkpoints",
    Column("seq", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
    Column("state", LargeBinary, nullable=False),
)
