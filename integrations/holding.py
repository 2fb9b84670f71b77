"""Under which connection the records of another are kept: those of all tables are together."""

from sqlmodel import Session

from goals.records.connections import Connection
from goals.table import workspace_of
from integrations import crm
from integrations.files import importing


def is_table(connection: Connection) -> bool:
    """Tell whether a connection is a table: what it brings belongs to all files together."""
    if connection.provider == importing.PROVIDER:
        return True
    return connection.provider in crm.PROVIDERS and hasattr(
        crm.kind(connection.provider), "reading"
    )


def holder(session: Session, connection: Connection) -> Connection:
    """Return the connection that the records of a connection are kept under, often its own."""
    home = importing.home(session) if is_table(connection) else None
    if home is None or home == connection.id:
        return connection
    return session.get_one(Connection, (workspace_of(session), home))
