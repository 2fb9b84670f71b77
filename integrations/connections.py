"""Connecting sources: what is set is checked, what is secret is sealed."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, func, select, update

from goals import names, workspace
from goals.errors import Refusal
from goals.records.connections import Connection
from goals.table import id_from, workspace_of
from goals.words import N_, Message
from integrations import crm
from integrations.terms import Terms, own_database
from integrations.vault import Vault

Begin = Callable[[], AbstractContextManager[Session]]


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
    """Add a connection; raises Refusal at the setting, secret or name that is wrong.

    Raises SourceError for settings that the source cannot read.
    """
    crm.provider(provider_name)
    called = free(session, name)
    settings = settled(session, provider_name, settings, secrets, now)
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


def settled(
    session: Session,
    provider_name: str,
    settings: dict[str, Any],
    secrets: dict[str, str],
    now: datetime,
) -> dict[str, Any]:
    """Return the settings as they are kept; raises what `add` raises for those that are wrong."""
    provider = crm.provider(provider_name)
    _known("set", settings, {*provider.settings, *provider.optional})
    _known("secret", secrets, set(provider.secrets))
    for missing in provider.settings:
        if not settings.get(missing):
            raise Refusal(
                "setting_missing",
                N_("%(provider)s needs %(name)s."),
                {"provider": Message(provider.title), "name": missing},
                field=missing,
            )
    # The worker may run in another folder.
    files = {
        name: str(Path(settings[name]).absolute()) for name in provider.paths if settings.get(name)
    }
    settings = {**settings, **files}
    _way_in(provider, {name for name, value in {**settings, **secrets}.items() if value})
    # What cannot be read is refused now, not in the first sync.
    crm.source(provider_name, _unconnected(session, settings, secrets, now)).close()
    return settings


def sign_in(
    session: Session,
    connection: Connection,
    *,
    settings: dict[str, Any],
    secrets: dict[str, str],
    vault: Vault,
    now: datetime,
) -> None:
    """Give a connection other settings and secrets; raises what `add` raises for wrong ones."""
    settings = settled(session, connection.provider, settings, secrets, now)
    connection.settings = settings
    connection.secrets = vault.seal(secrets) if secrets else None
    connection.needs_reconnect = False
    session.add(connection)
    session.flush()


def rename(session: Session, connection: Connection, name: str) -> None:
    """Call a connection otherwise; raises Refusal `name_missing` or `connection_exists`."""
    connection.name = free(session, name, but=connection.id)
    session.add(connection)


def free(session: Session, name: str, *, but: int | None = None) -> str:
    """Return a name as it is kept; raises what `rename` raises for none or another's."""
    called = names.clean(name)
    if not called:
        raise Refusal("name_missing", N_("Give the connection a name."), field="name")
    other = _named(session, called)
    if other is not None and other.id != but:
        raise Refusal(
            "connection_exists",
            N_("There is a connection named %(name)s already."),
            {"name": called},
            field="name",
            misused=False,
        )
    return called


def free_name(session: Session, title: str) -> str:
    """Return a title as a name that no connection has yet."""
    numbers = itertools.count(2)
    name = title
    while _named(session, name) is not None:
        name = f"{title} {next(numbers)}"
    return name


def _known(field: str, given: dict[str, Any], known: set[str]) -> None:
    for name in given:
        if name not in known:
            raise Refusal(
                f"{field}_unknown",
                N_("%(name)s is not something this source takes. It takes %(names)s."),
                {"name": name, "names": ", ".join(sorted(known)) or "-"},
                field=name,
            )


def _way_in(provider: crm.Provider, given: set[str]) -> None:
    """Refuse what opens no source, and name what the nearest way of signing in lacks."""
    if not provider.ways or any(given.issuperset(way) for way in provider.ways):
        return
    nearest = max(provider.ways, key=lambda way: len(given.intersection(way)))
    missing = [name for name in nearest if name not in given]
    raise Refusal(
        "secret_missing",
        N_("%(provider)s needs %(name)s."),
        {"provider": Message(provider.title), "name": missing},
        fix=Message(N_("Give secrets by the names of environment variables: --secret token=NAME.")),
        field=missing[0],
    )


def _named(session: Session, name: str) -> Connection | None:
    statement = select(Connection).where(
        col(Connection.workspace_id) == workspace_of(session),
        func.lower(col(Connection.name)) == name.lower(),
    )
    return session.exec(statement).first()


def find(session: Session, text: str, *, even_removed: bool = False) -> Connection:
    """Return the connection with this id or name; raises Refusal `unknown_connection`."""
    here = workspace_of(session)
    found = _named(session, text)
    number = id_from(text)
    if found is None and number is not None:
        statement = select(Connection).where(
            col(Connection.workspace_id) == here, col(Connection.id) == number
        )
        found = session.exec(statement).first()
    if found is None or (found.removed_at is not None and not even_removed):
        raise Refusal(
            "unknown_connection",
            N_("There is no connection named %(name)s."),
            {"name": text},
            field="connection",
        )
    return found


def every(session: Session, *, removed: bool = False) -> list[Connection]:
    """Return the workspace's connections by name, or those that were removed."""
    when = col(Connection.removed_at)
    statement = (
        select(Connection)
        .where(
            col(Connection.workspace_id) == workspace_of(session),
            when.is_not(None) if removed else when.is_(None),
        )
        .order_by(col(Connection.name))
    )
    return list(session.exec(statement))


def terms(
    session: Session,
    begin: Begin,
    connection: Connection,
    *,
    vault: Vault,
    clock: Callable[[], datetime],
    allow_private: bool,
    allow_commands: bool = False,
) -> Terms:
    """Return what a source needs for a connection; raises Refusal for unreadable secrets.

    What it changes in its secrets is stored in transactions of their own.
    """
    connection_id = connection.id

    @contextmanager
    def alone() -> Iterator[dict[str, str]]:
        with begin() as inner, secrets_alone(inner, connection_id, vault) as secrets:
            yield secrets

    def keep(secrets: dict[str, str]) -> None:
        with alone() as kept:
            kept |= secrets

    return Terms(
        settings=dict(connection.settings),
        secrets=vault.open(connection.secrets),
        zone=workspace.of(session).zone,
        clock=clock,
        allow_private=allow_private,
        keep_secrets=keep,
        database=own_database(session),
        alone=alone,
        allow_commands=allow_commands,
    )


@contextmanager
def secrets_alone(session: Session, connection_id: int, vault: Vault) -> Iterator[dict[str, str]]:
    """Open a connection's secrets as they are now; nobody else may until the session ends.

    What is changed in them is sealed when the block ends; where it fails, nothing is.
    """
    this = (
        col(Connection.workspace_id) == workspace_of(session),
        col(Connection.id) == connection_id,
    )
    # A change of nothing locks the row on PostgreSQL, and SQLite, which knows no locks of rows.
    session.execute(update(Connection).where(*this).values(provider=col(Connection.provider)))
    statement = select(Connection).where(*this).execution_options(populate_existing=True)
    row = session.exec(statement).one()
    secrets = vault.open(row.secrets)
    before = dict(secrets)
    yield secrets
    if secrets != before:
        row.secrets = vault.seal(secrets)
        session.add(row)
        session.flush()


def reseal(session: Session, vault: Vault) -> int:
    """Seal the secrets of a workspace's connections with the newest key; return how many.

    Raises Refusal `secrets_unreadable` where none of the keys opens them.
    """
    found = [one for one in every(session) if one.secrets is not None]
    for one in found:
        one.secrets = vault.reseal(one.secrets or "")
        session.add(one)
    return len(found)


def _unconnected(
    session: Session, settings: dict[str, Any], secrets: dict[str, str], now: datetime
) -> Terms:
    return Terms(
        settings=settings,
        secrets=secrets,
        zone=workspace.of(session).zone,
        clock=lambda: now,
        allow_private=False,
        keep_secrets=lambda _: None,
    )


def pause(session: Session, connection: Connection, paused: bool) -> None:
    """Stop or resume pulling a connection by itself."""
    connection.is_paused = paused
    session.add(connection)


def read_every(session: Session, connection: Connection, minutes: int) -> None:
    """Have a connection pulled every so many minutes."""
    connection.interval = minutes
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
