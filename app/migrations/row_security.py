"""PostgreSQL's second lock: row-level security on every table of a workspace.

A transaction says which workspace it is for (`headway.workspace`); without that it sees no row.
The application connects as a role that owns nothing. Where an installation has one role only,
the owner itself is held to the policies (FORCE), except while it migrates. Referential checks
and superusers pass row-level security by, so the role should be a plain one.
"""

from sqlalchemy import Connection, text

from app.tables import SCOPED

POLICY = "workspace_only"
READING = "backup_reads"
# In a sub-select the setting is read once for each statement and not for each row.
HELD = "workspace_id = (SELECT NULLIF(current_setting('headway.workspace', true), '')::bigint)"
BACKUP = "(SELECT current_setting('headway.backup', true)) = 'on'"


def apply(connection: Connection, app_role: str | None) -> None:
    """Put the policy on every scoped table that lacks it, and give the application its rights.

    Changes only what is not as it should be, because each change locks a table.
    """
    forced = app_role is None
    quote = connection.dialect.identifier_preparer.quote
    state = _state(connection)
    for name in sorted(table.name for table in SCOPED):
        enabled, is_forced, policies = state[name]
        table = quote(name)
        if not enabled:
            _run(connection, f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        if is_forced != forced:
            word = "FORCE" if forced else "NO FORCE"
            _run(connection, f"ALTER TABLE {table} {word} ROW LEVEL SECURITY")
        if POLICY not in policies:
            _run(
                connection,
                f"CREATE POLICY {POLICY} ON {table} USING ({HELD}) WITH CHECK ({HELD})",
            )
        if forced and READING not in policies:
            _run(connection, f"CREATE POLICY {READING} ON {table} FOR SELECT USING ({BACKUP})")
        if not forced and READING in policies:
            _run(connection, f"DROP POLICY {READING} ON {table}")
    if app_role is not None:
        _grant(connection, quote(app_role))


def loosen(connection: Connection) -> None:
    """Let the owner reach all rows again, until `apply`, so that migrations can move data."""
    quote = connection.dialect.identifier_preparer.quote
    for name, (_, is_forced, _) in _state(connection).items():
        if is_forced:
            _run(connection, f"ALTER TABLE {quote(name)} NO FORCE ROW LEVEL SECURITY")


def holds(connection: Connection) -> bool:
    """Tell whether the policies of all scoped tables hold for the connection's own role.

    They do not for superusers, for roles that may bypass them, and for an owner that is not
    held to them.
    """
    return bool(
        connection.execute(
            text("SELECT bool_and(row_security_active(name)) FROM unnest(:names ::text[]) name"),
            {"names": [table.name for table in SCOPED]},
        ).scalar()
    )


def _grant(connection: Connection, role: str) -> None:
    schema = connection.execute(text("SELECT quote_ident(current_schema())")).scalar()
    _run(connection, f"GRANT USAGE ON SCHEMA {schema} TO {role}")
    rights = "SELECT, INSERT, UPDATE, DELETE"
    _run(connection, f"GRANT {rights} ON ALL TABLES IN SCHEMA {schema} TO {role}")
    _run(connection, f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role}")


def _state(connection: Connection) -> dict[str, tuple[bool, bool, frozenset[str]]]:
    rows = connection.execute(
        text(
            "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,"
            " ARRAY(SELECT p.polname::text FROM pg_policy p WHERE p.polrelid = c.oid)"
            " FROM pg_class c WHERE c.relkind = 'r'"
            " AND c.relnamespace = (SELECT current_schema()::regnamespace::oid)"
        )
    )
    return {name: (on, forced, frozenset(policies)) for name, on, forced, policies in rows}


def _run(connection: Connection, statement: str) -> None:
    connection.execute(text(statement))
