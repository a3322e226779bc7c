"""Alembic's entry: migrate over the connection that the store already holds."""

from alembic import context

from sctrain.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
