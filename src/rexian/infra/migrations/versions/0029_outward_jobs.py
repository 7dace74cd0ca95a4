"""What other systems are still to be told goes on under the name that its job has now."""

from alembic import op

revision = "0029"
down_revision = "0028"

RENAME = """
update jobs.procrastinate_jobs set task_name = 'outward.webhook', queue_name = 'outward'
 where task_name = 'webhooks.deliver' and status in ('todo', 'doing')
"""


def upgrade() -> None:
    op.execute(RENAME)
