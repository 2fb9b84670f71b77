"""The composition root: what the program is made of, put together in one place."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr
from sqlmodel import Session

from app import engines
from app.db import Database
from app.settings import Settings
from goals.alerts.channel import AlertChannel
from goals.table import workspace_of
from goals.workspace import Workspace
from integrations.slack.parts import Config, Parts
from integrations.vault import Vault

if TYPE_CHECKING:
    from integrations.email import Server
    from integrations.slack.bot import Bot

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

    @cached_property
    def slack(self) -> Parts:
        """Return the surroundings of Slack's side."""
        given = self.settings
        database = self.database
        return Parts(
            config=Config(
                base_url=given.base_url.rstrip("/"),
                api_url=given.slack_api_url.rstrip("/") + "/",
                signing_secret=_secret(given.slack_signing_secret) or "",
                bot_token=_secret(given.slack_bot_token),
                app_token=_secret(given.slack_app_token),
                client_id=given.slack_client_id or None,
                client_secret=_secret(given.slack_client_secret),
            ),
            vault=self.vault,
            clock=lambda: self.clock(),
            system=database.system,
            session=database.session,
            workspaces=database.workspaces,
            wall=time.time,
            spool=_beside(given.database),
        )

    @cached_property
    def slack_bot(self) -> "Bot":
        """Return what answers deliveries from Slack, made on first use."""
        from integrations.slack.bot import Bot

        return Bot(self.slack)

    def alert_channel(
        self, session: Session, clock: Callable[[], datetime] | None = None
    ) -> AlertChannel:
        """Return where a workspace's messages go: Slack, mail, addresses, else the preview.

        Where a token is set that Slack does not take at present, messages for Slack wait. `clock`
        is that of who delivers, by which the right to send a message ends.
        """
        from integrations.outgoing import Outlets
        from integrations.slack import teams
        from integrations.slack.channel import SlackChannel

        here = workspace_of(session)
        parts = self.slack if clock is None else replace(self.slack, clock=clock)
        installed = teams.here(parts, here)
        is_expected = bool(installed) or teams.is_expected(parts, here)
        return Outlets(
            parts,
            here,
            SlackChannel(parts, here, installed) if is_expected else None,
            self.mail_server,
            allow_private=self.settings.allow_private_sources,
        )

    @cached_property
    def mail_server(self) -> "Server | None":
        """Return the mail server, None where none is set; raises Refusal for a wrong address."""
        from integrations import email

        url = _secret(self.settings.smtp_url)
        return None if url is None else email.server(url)

    def close(self) -> None:
        """Close what was opened."""
        if "slack_bot" in self.__dict__:
            self.slack_bot.close()
        if "database" in self.__dict__:
            self.database.dispose()


def _beside(url: str) -> Path | None:
    """Return a folder beside the file of a database, None for one that is no file."""
    file = engines.address(url).database if engines.is_sqlite(url) else None
    return Path(f"{file}-slack") if file else None


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() or None if value is not None else None
