"""A number's flow is a flow that is there: none is removed while callers are led to it."""

from alembic import op

revision = "0028"
down_revision = "0027"

_FORGET_WHAT_IS_GONE = """
update numbers set flow_id = null where flow_id is not null
   and not exists (select from flows where flows.tenant_id = numbers.tenant_id and flows.id = numbers.flow_id)
"""


def upgrade() -> None:
    for table in ("numbers", "flows"):  # of all tenants
        op.execute(f"alter table {table} no force row level security")
    op.execute(_FORGET_WHAT_IS_GONE)
    for table in ("numbers", "flows"):
        op.execute(f"alter table {table} force row level security")
    op.create_foreign_key(
        "numbers_tenant_id_flow_id_fk", "numbers", "flows", ["tenant_id", "flow_id"], ["tenant_id", "id"]
    )
