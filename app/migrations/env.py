"""Run by Alembic: takes one connection, whose transaction holds the whole upgrade."""

from alembic import context

from app.migrations import comparing
from app.tables import metadata

connection = context.config.attributes["connection"]
wanted = context.config.attributes.get("tables", metadata.tables.keys())
context.configure(
    connection=connection,
    target_metadata=metadata,
    include_object=lambda item, name, kind, reflected, other: kind != "table" or name in wanted,
    **comparing.OPTIONS,
)
context.run_migrations()
