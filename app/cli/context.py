"""What a command works in: the settings, the database and one workspace."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import DatabaseError, OperationalError, ProgrammingError
from sqlmodel import Session, col, select

from app import logs
from app import settings as configuration
from app.cli.common import CommandError
from app.wiring import Wiring, clock_of
from goals import words
from goals.workspace import Workspace


@dataclass(frozen=True)
class Context:
    """One workspace, opened for one command."""

    wiring: Wiring
    workspace: Workspace
    today_given: date | None
    lang: str | None

    def now(self) -> datetime:
        """Return the instant the command acts at."""
        return clock_of(self.workspace, self.today_given)()

    @property
    def today(self) -> date:
        """Return the local day the command acts on."""
        return self.workspace.local_day(self.now())

    @property
    def reader(self) -> words.Reader:
        """Return for whom texts are rendered: the language asked for, else the workspace's."""
        here = self.workspace
        return words.Reader(
            locale=self.lang or here.locale,
            calendar=here.calendar,
            zone=here.zone,
            currency=here.currency,
        )

    def session(self) -> AbstractContextManager[Session]:
        """Return a transaction in the workspace; it commits when the block ends well."""
        return self.wiring.database.session(self.workspace.id)


@contextmanager
def wired() -> Iterator[Wiring]:
    """Open the installation for one command; raises CommandError for bad settings."""
    try:
        settings = configuration.load()
    except configuration.SettingsError as error:
        raise CommandError(
            "bad_setting", str(error), "Correct the variable and run the command again."
        ) from error
    logs.configure()
    wiring = Wiring(settings)
    try:
        yield wiring
    except DatabaseError as error:
        told = database_error(error)
        if told is None:
            raise
        raise told from error
    finally:
        wiring.close()


@contextmanager
def opened(args: Namespace) -> Iterator[Context]:
    """Open the workspace that a command names, or the only one there is."""
    with wired() as wiring:
        yield Context(
            wiring=wiring,
            workspace=workspace_named(wiring, getattr(args, "workspace", None)),
            today_given=getattr(args, "today", None),
            lang=getattr(args, "lang", None),
        )


def workspace_named(wiring: Wiring, name: str | None) -> Workspace:
    """Return the workspace of that name, or the only one; else an exit 2 that lists them."""
    with wiring.database.system() as session:
        found = list(session.exec(select(Workspace).order_by(col(Workspace.name))))
        session.expunge_all()
    chosen = [one for one in found if name is None or one.name == name]
    if len(chosen) == 1:
        return chosen[0]
    names = ", ".join(one.name for one in found)
    if name is not None:
        raise CommandError(
            "unknown_workspace",
            f"There is no workspace named {name}.",
            f"The workspaces are: {names}." if found else "Make one with: workspace create NAME",
            field="workspace",
            exit_code=2,
        )
    if not found:
        raise CommandError(
            "no_workspace",
            "There is no workspace yet.",
            "Make one with: workspace create NAME",
            field="workspace",
            exit_code=2,
        )
    raise CommandError(
        "workspace_not_named",
        "There are several workspaces.",
        f"Say which one with --workspace NAME: {names}.",
        field="workspace",
        exit_code=2,
    )


#: What the databases say where tables or columns of this version are missing.
_MISSING = ("no such table", "no such column", "has no column", "does not exist", "unable to open")


def require_prepared(settings: configuration.Settings) -> None:
    """Raise CommandError for a database that waits for `db upgrade`; one that is down may come."""
    from app import db

    with suppress(DatabaseError):
        if db.is_behind(settings.database):
            raise _not_ready()


def database_error(error: DatabaseError) -> CommandError | None:
    """Return what an error of the database means to the reader, None where it is one of ours."""
    if type(error) not in (DatabaseError, OperationalError, ProgrammingError):
        return None
    text = str(error.orig or error)
    if any(words in text for words in _MISSING):
        return _not_ready()
    return CommandError(
        "database_unreachable",
        f"The database did not answer: {text.splitlines()[0]}",
        "Check HEADWAY_DATABASE_URL or HEADWAY_DATA_DIR and that the database runs.",
    )


def _not_ready() -> CommandError:
    return CommandError(
        "database_not_ready",
        "The database has not been prepared for this version.",
        "Run: python3 -m app db upgrade",
    )
