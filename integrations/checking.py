"""Testing a source: a connection that is there, or a sign-in before it is kept.

Nothing is locked, and no transaction is needed, while the vendor answers.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from goals import workspace
from goals.errors import OutsideError, Refusal
from goals.records.connections import Connection
from goals.records.source import Check
from goals.table import workspace_of
from integrations import connections, crm
from integrations.connections import Begin
from integrations.terms import Terms, own_database
from integrations.vault import Vault


def check(
    begin: Begin,
    connection_id: int,
    *,
    vault: Vault,
    clock: Callable[[], datetime],
    allow_private: bool,
    allow_commands: bool = False,
) -> list[Check]:
    """Test a connection; what is wrong is in the checks, never raised.

    Where all that is needed can be read, the connection need not be made anew. What came in
    files has nothing to test.
    """
    with begin() as session:
        connection = _found(session, connection_id)
        if connection.interval is None:
            return []
        provider, needs_reconnect = connection.provider, connection.needs_reconnect
        try:
            given = connections.terms(
                session,
                begin,
                connection,
                vault=vault,
                clock=clock,
                allow_private=allow_private,
                allow_commands=allow_commands,
            )
        except Refusal as error:
            return [_wrong(error)]
    found = _looked(provider, given, begin)
    if needs_reconnect and found and passed(found):
        with begin() as session:
            connection = _found(session, connection_id)
            connection.needs_reconnect = False
            session.add(connection)
    return found


def tried(
    session: Session,
    provider: str,
    *,
    settings: dict[str, Any],
    secrets: dict[str, str],
    clock: Callable[[], datetime],
    allow_private: bool,
    allow_commands: bool = False,
) -> tuple[list[Check], dict[str, str]]:
    """Test a sign-in that is kept nowhere yet; return the checks and the secrets after them.

    A vendor that gives a new refresh token for an old one has done so then. Nothing is
    written. Raises what `connections.add` raises for settings and secrets.
    """
    settings = connections.settled(session, provider, settings, secrets, clock())
    now_secrets = dict(secrets)

    @contextmanager
    def alone() -> Iterator[dict[str, str]]:
        yield now_secrets

    given = Terms(
        settings=settings,
        secrets=dict(secrets),
        zone=workspace.of(session).zone,
        clock=clock,
        allow_private=allow_private,
        keep_secrets=now_secrets.update,
        alone=alone,
        database=own_database(session),
        allow_commands=allow_commands,
    )
    return _looked(provider, given, lambda: nullcontext(session)), now_secrets


def passed(checks: Sequence[Check]) -> bool:
    """Tell whether a source can be read: everything that it needs is there."""
    return all(one.ok or not one.needed for one in checks)


def _looked(provider: str, given: Terms, begin: Begin) -> list[Check]:
    try:
        with closing(crm.source(provider, given)) as source:
            found = source.check()
            # Which columns are which may have been said before; that is here, not there.
            matched = getattr(source, "matched", None)
            if matched is not None and passed(found):
                with begin() as session:
                    found = [*found, *matched(session)]
            return found
    except (OutsideError, Refusal) as error:
        return [_wrong(error)]


def _wrong(error: OutsideError | Refusal) -> Check:
    return Check("connection", False, error.message, error.fix, field=error.field)


def _found(session: Session, connection_id: int) -> Connection:
    statement = select(Connection).where(
        col(Connection.workspace_id) == workspace_of(session), col(Connection.id) == connection_id
    )
    return session.exec(statement).one()
