"""Alembic's entry: migrate on the connection that `store.sql.migrating` hands over."""

from alembic import context

from store.sql.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
