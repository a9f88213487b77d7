"""What Alembic runs: the revisions on the connection that `ogrom.sources.migrations.migrate` holds the lock with."""

from alembic import context

from ogrom.sources.sql.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
