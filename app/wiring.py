"""The composition root: what the program is made of, put together in one place."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property

from app.db import Database
from app.settings import Settings
from goals.workspace import Workspace
from integrations.vault import Vault

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


def clock_of(workspace: Workspace, today: date | None) -> Clock:
    """Return the clock for a command: the real one, or one that stands at a local day's end."""
    if today is None:
        return system_clock
    instant = workspace.end_of(today)
    return lambda: instant


@dataclass(frozen=True)
class Wiring:
    """The parts of a running Headway; made once per process."""

    settings: Settings
    clock: Clock = system_clock

    @cached_property
    def database(self) -> Database:
        """Return the database, opened on first use."""
        return Database(self.settings.database)

    @cached_property
    def vault(self) -> Vault:
        """Return the vault that seals secrets with the installation's keys."""
        return Vault(self.settings.key_list())

    def close(self) -> None:
        """Close what was opened."""
        if "database" in self.__dict__:
            self.database.dispose()
