"""Alembic's entry: it runs on the connection that `central.database` hands over."""

from alembic import context

from central import service_tables  # noqa: F401 (its tables belong to the database, too)
from central.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
