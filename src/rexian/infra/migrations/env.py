"""Alembic's entry: runs the steps over the connection that `rexian.infra.migrate` hands in."""

from alembic import context

from rexian.infra.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
