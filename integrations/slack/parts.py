"""What Slack's side needs from the program: its database, vault, clock and settings."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from integrations.vault import Vault


@dataclass(frozen=True)
class Config:
    """The settings of the environment; None or "" is not set."""

    base_url: str
    api_url: str = "https://slack.com/api/"
    signing_secret: str = field(default="", repr=False)
    bot_token: str | None = field(default=None, repr=False)
    app_token: str | None = field(default=None, repr=False)
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)

    @property
    def can_install(self) -> bool:
        """Tell whether workspaces can be added through Slack's consent page."""
        return bool(self.client_id and self.client_secret)


@dataclass(frozen=True)
class Parts:
    """The surroundings of Slack's side.

    `system` opens a transaction on global tables, `session` one in a workspace, `workspaces`
    lists them. `wall` is Slack's time, the real one in seconds since 1970, whatever day
    `clock` is told to stand at. `recent` remembers, within this process, when something was
    last looked at. `spool` is where deliveries are kept that cannot wait for the database
    (None: it takes several writers at a time).
    """

    config: Config
    vault: Vault
    clock: Callable[[], datetime]
    system: Callable[[], AbstractContextManager[Session]]
    session: Callable[[int], AbstractContextManager[Session]]
    workspaces: Callable[[], list[int]]
    wall: Callable[[], float]
    recent: dict[str, float] = field(default_factory=dict, compare=False)
    spool: Path | None = None
