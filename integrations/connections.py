"""Connecting sources: what is set is checked, what is secret is sealed."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from goals import workspace
from goals.errors import OutsideError, Refusal
from goals.records.connections import Connection
from goals.records.source import Check
from goals.table import workspace_of
from goals.words import N_
from integrations import crm
from integrations.vault import Vault

#: Settings that every source reached over HTTP takes.
COMMON = ("base_url", "auth_url")


def add(
    session: Session,
    provider_name: str,
    name: str,
    *,
    settings: dict[str, Any],
    secrets: dict[str, str],
    vault: Vault,
    now: datetime,
) -> Connection:
    """Add a connection; raises Refusal at the setting, secret or name that is wrong."""
    provider = crm.provider(provider_name)
    called = " ".join(name.split())
    if not called:
        raise Refusal("name_missing", N_("Give the connection a name."), field="name")
    if _named(session, called) is not None:
        raise Refusal(
            "connection_exists",
            N_("There is a connection named %(name)s already."),
            {"name": called},
            field="name",
            misused=False,
        )
    known = {*provider.settings, *provider.optional, *COMMON}
    _known("set", settings, known)
    _known("secret", secrets, set(provider.secrets))
    for missing in provider.settings:
        if not settings.get(missing):
            raise Refusal(
                "setting_missing",
                N_("%(provider)s needs %(name)s."),
                {"provider": provider.title, "name": missing},
                field=missing,
            )
    connection = Connection(
        workspace_id=workspace_of(session),
        name=called,
        provider=provider_name,
        settings=settings,
        secrets=vault.seal(secrets) if secrets else None,
        created_at=now,
    )
    session.add(connection)
    session.flush()
    return connection


def _known(field: str, given: dict[str, Any], known: set[str]) -> None:
    for name in given:
        if name not in known:
            raise Refusal(
                f"{field}_unknown",
                N_("%(name)s is not something this source takes. It takes %(names)s."),
                {"name": name, "names": ", ".join(sorted(known)) or "-"},
                field=name,
            )


def _named(session: Session, name: str) -> Connection | None:
    statement = select(Connection).where(
        col(Connection.workspace_id) == workspace_of(session),
        func.lower(col(Connection.name)) == name.lower(),
    )
    return session.exec(statement).first()


def find(session: Session, text: str) -> Connection:
    """Return the connection with this id or name; raises Refusal `unknown_connection`."""
    here = workspace_of(session)
    found = _named(session, text)
    if found is None and text.isdecimal():
        statement = select(Connection).where(
            col(Connection.workspace_id) == here, col(Connection.id) == int(text)
        )
        found = session.exec(statement).first()
    if found is None:
        raise Refusal(
            "unknown_connection",
            N_("There is no connection named %(name)s."),
            {"name": text},
            field="connection",
        )
    return found


def every(session: Session) -> list[Connection]:
    """Return the workspace's connections, by name."""
    statement = (
        select(Connection)
        .where(col(Connection.workspace_id) == workspace_of(session))
        .order_by(col(Connection.name))
    )
    return list(session.exec(statement))


def terms(
    session: Session, connection: Connection, *, vault: Vault, now: datetime, allow_private: bool
) -> crm.Terms:
    """Return what a source needs for a look at a connection (not for a sync)."""
    return crm.Terms(
        settings=dict(connection.settings),
        secrets=vault.open(connection.secrets),
        zone=workspace.of(session).zone,
        clock=lambda: now,
        allow_private=allow_private,
        keep_secrets=lambda secrets: _keep(session, connection, vault, secrets),
    )


def _keep(session: Session, connection: Connection, vault: Vault, secrets: dict[str, str]) -> None:
    connection.secrets = vault.seal(secrets)
    session.add(connection)
    session.flush()


def check(
    session: Session, connection: Connection, *, vault: Vault, now: datetime, allow_private: bool
) -> list[Check]:
    """Test a connection; what is wrong is in the checks, never raised."""
    try:
        source = crm.source(
            connection.provider,
            terms(session, connection, vault=vault, now=now, allow_private=allow_private),
        )
        return source.check()
    except (OutsideError, Refusal) as error:
        return [Check("connection", False, error.message, error.fix)]


def pause(session: Session, connection: Connection, paused: bool) -> None:
    """Stop or resume pulling a connection by itself."""
    connection.is_paused = paused
    session.add(connection)


def describe(connection: Connection) -> dict[str, Any]:
    """Return a connection in the contract's shape; secrets never leave."""
    return {
        "id": str(connection.id),
        "name": connection.name,
        "provider": connection.provider,
        "settings": connection.settings,
        "interval": connection.interval,
        "paused": connection.is_paused,
        "needs_reconnect": connection.needs_reconnect,
        "last_success_at": connection.last_success_at,
        "records": connection.records,
        "newest_on": connection.newest_on,
    }
