"""What a source needs to know of its connection and of its surroundings."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session


class Terms(NamedTuple):
    """A connection's settings and opened secrets, and the workspace's zone.

    `keep_secrets` stores changed secrets at once, in a transaction of its own: a refresh token
    that was exchanged is dead, whatever becomes of the run. `alone` opens the secrets as they
    are kept now for one worker at a time; what is changed in them is stored when it ends, and
    nothing is where it fails. None where nothing can be kept. `database` is the address of
    Headway's own database, which is no source; `allow_commands` tells whether a source may run
    a program on this machine.
    """

    settings: dict[str, Any]
    secrets: dict[str, str]
    zone: str
    clock: Callable[[], datetime]
    allow_private: bool
    keep_secrets: Callable[[dict[str, str]], None]
    alone: Callable[[], AbstractContextManager[dict[str, str]]] | None = None
    database: str = ""
    allow_commands: bool = False

    def __repr__(self) -> str:
        """Return the names of the secrets, and of what they are nothing."""
        return f"Terms({self.settings!r}, secrets={sorted(self.secrets)!r})"


def own_database(session: Session) -> str:
    """Return the address of the database that a session is on, without its password."""
    return session.get_bind().engine.url.render_as_string(hide_password=True)
