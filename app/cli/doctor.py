"""Look for what is wrong with this installation: doctor; an error makes the exit code 1."""

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, func, select

from app import db
from app.cli import common
from app.cli.context import wired, workspace_named
from app.wiring import Wiring
from goals.alerts.outbox import Outbox
from goals.errors import Refusal
from goals.records.connections import Connection
from goals.table import workspace_of
from goals.workspace import Member, Workspace

#: Messages that wait longer than this mean that no worker runs.
PATIENCE = timedelta(minutes=15)


@dataclass(frozen=True)
class Finding:
    """Something worth knowing, how grave it is, and what to do."""

    code: str
    severity: str
    message: str
    fix: str


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    common.add_workspace(parser)
    common.add_json(parser)


def run(args: Namespace) -> int:
    """Look at settings, keys, the database and each workspace."""
    with wired() as wiring:
        found = [*_settings(wiring), *_database(wiring)]
        if not any(one.severity == "error" for one in found):
            for workspace_id in _workspaces(args, wiring):
                with wiring.database.session(workspace_id) as session:
                    found += _workspace(session, wiring)
    ok = not any(one.severity == "error" for one in found)
    lines = [f"{one.severity:<5} {one.message}\n      {one.fix}" for one in found]
    document = {"ok": ok, "findings": [one.__dict__ for one in found]}
    common.show(args, document, "\n".join(lines) or "All is well.")
    return 0 if ok else 1


def _workspaces(args: Namespace, wiring: Wiring) -> list[int]:
    """Return the workspace that was named, all of them without a name."""
    if args.workspace is not None:
        return [workspace_named(wiring, args.workspace).id]
    return list(wiring.database.workspaces())


def _settings(wiring: Wiring) -> list[Finding]:
    settings = wiring.settings
    found = []
    for name, value in (
        ("HEADWAY_SECRET_KEY", settings.secret_key),
        ("HEADWAY_ENCRYPTION_KEYS", settings.encryption_keys),
    ):
        if value is None:
            found.append(
                Finding(
                    "key_missing",
                    "warn",
                    f"{name} is not set, so serve and worker refuse to start.",
                    "python3 -m app serve prints the command that makes one.",
                )
            )
    if settings.secret_key is not None and len(settings.secret_key.get_secret_value()) < 32:
        found.append(
            Finding(
                "secret_key_short",
                "error",
                "HEADWAY_SECRET_KEY is short enough to be guessed.",
                "Make a new one; everybody signs in again.",
            )
        )
    try:
        _ = wiring.vault
    except Refusal as error:
        found.append(
            Finding(error.code, "error", str(error.message.id), "Set valid keys, newest first.")
        )
    if not settings.base_url.startswith("https://"):
        found.append(
            Finding(
                "no_https",
                "info",
                "HEADWAY_BASE_URL is not https, so cookies travel unprotected.",
                "Put a proxy with a certificate in front and set the https address.",
            )
        )
    if settings.allow_private_sources:
        found.append(
            Finding(
                "private_sources",
                "info",
                "Sources may be read from private addresses.",
                "Unset HEADWAY_ALLOW_PRIVATE_SOURCES unless a CRM stands in your own network.",
            )
        )
    return found


def _database(wiring: Wiring) -> list[Finding]:
    url = wiring.settings.database
    try:
        now, wanted = db.current(url), db.head()
    except (SQLAlchemyError, db.DatabaseProblem) as error:
        reason = str(error).splitlines()[0]
        return [
            Finding(
                "database_unreachable",
                "error",
                f"The database does not answer: {reason}",
                "Check HEADWAY_DATABASE_URL or HEADWAY_DATA_DIR and that the database runs.",
            )
        ]
    if now != wanted:
        return [
            Finding(
                "database_not_upgraded",
                "error",
                "The database is not prepared for this version.",
                "Make a backup, then run: python3 -m app db upgrade",
            )
        ]
    if wiring.database.has_second_lock() is False:
        return [
            Finding(
                "database_superuser",
                "error",
                "The database role passes row-level security by.",
                "Connect as a plain role that does not own the tables, then run: "
                "python3 -m app db upgrade",
            )
        ]
    return []


def _opens(wiring: Wiring, sealed: str | None) -> bool:
    """Tell whether the installation's keys open what was sealed."""
    try:
        wiring.vault.open(sealed)
    except Refusal:
        return False
    return True


def _workspace(session: Session, wiring: Wiring) -> list[Finding]:
    here = workspace_of(session)
    name = session.exec(select(Workspace.name).where(col(Workspace.id) == here)).one()
    found = []
    owners = session.exec(
        select(func.count()).where(col(Member.workspace_id) == here, col(Member.role) == "owner")
    ).one()
    if owners < 2:
        found.append(
            Finding(
                "few_owners",
                "info" if owners else "warn",
                f"{name} has {'one owner' if owners else 'no owner'}.",
                "Add a second one, so that nobody is locked out.",
            )
        )
    statement = select(Connection).where(col(Connection.workspace_id) == here)
    for connection in session.exec(statement):
        if not _opens(wiring, connection.secrets):
            found.append(
                Finding(
                    "secrets_unreadable",
                    "error",
                    f"{name}: the secrets of {connection.name} cannot be read with these keys.",
                    "Put the old key behind the new one in HEADWAY_ENCRYPTION_KEYS, or connect"
                    " the source again.",
                )
            )
        elif connection.needs_reconnect:
            found.append(
                Finding(
                    "reconnect_needed",
                    "warn",
                    f"{name}: {connection.name} must be connected again.",
                    "Open Data in Headway and choose Reconnect.",
                )
            )
    waiting = session.exec(
        select(func.count()).where(
            col(Outbox.workspace_id) == here,
            col(Outbox.state) == "new",
            col(Outbox.next_attempt_at) < wiring.clock() - PATIENCE,
        )
    ).one()
    if waiting:
        found.append(
            Finding(
                "messages_waiting",
                "warn",
                f"{name}: {waiting} messages wait for a worker.",
                "Start one: python3 -m app worker",
            )
        )
    return found
