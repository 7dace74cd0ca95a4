"""Agents and dispositions forget the queues that were removed."""

from alembic import op

revision = "0030"
down_revision = "0029"

_GONE = "not exists (select from queues where queues.tenant_id = {0}.tenant_id and queues.id = {0}.queue_id)"
_LEAVE = f"delete from agent_queues where {_GONE.format('agent_queues')}"

# They become every queue's; a name that is taken there is told apart by the end of the id.
_GENERALISE = f"""
with gone as (
  select tenant_id, id, parent_id, name,
         row_number() over (partition by tenant_id, parent_id, name order by id) as place
    from dispositions
   where queue_id is not null and {_GONE.format("dispositions")}
)
update dispositions
   set queue_id = null,
       name = case
         when gone.place > 1 or exists (
           select from dispositions as general
            where general.tenant_id = gone.tenant_id
              and general.queue_id is null
              and general.parent_id is not distinct from gone.parent_id
              and general.name = gone.name
         )
         then gone.name || ' (' || right(gone.id::text, 6) || ')'
         else gone.name
       end
  from gone
 where dispositions.tenant_id = gone.tenant_id and dispositions.id = gone.id
"""
STATEMENTS = (_LEAVE, _GENERALISE)
_TABLES = ("agent_queues", "dispositions", "queues")


def upgrade() -> None:
    for table in _TABLES:  # of all tenants
        op.execute(f"alter table {table} no force row level security")
    for statement in STATEMENTS:
        op.execute(statement)
    for table in _TABLES:
        op.execute(f"alter table {table} force row level security")
