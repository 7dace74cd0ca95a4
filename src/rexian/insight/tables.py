"""What insight keeps of agents' time; folded from the journal."""

from sqlalchemy import BigInteger, Column, Index, Text

from rexian.infra.tables import Id, Moment, tenant_table

agent_states = tenant_table(
    "agent_states",
    Column("seq", BigInteger, primary_key=True, autoincrement=False),  # of the fact in the journal
    Column("agent_id", Id, nullable=False),
    Column("at", Moment, nullable=False),
    Column("state", Text, nullable=False),  # ready | paused | off, until the agent's next row; calls lie over them
    Column("reason", Text, nullable=False),
    Index("agent_states_agent_ix", "tenant_id", "agent_id", "at"),
)
