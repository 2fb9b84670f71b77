"""The web application over a database of a test's own, with people signed in to it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import event
from sqlmodel import Session, col, select
from werkzeug.test import TestResponse

from app import factory
from app.accounts import people, sign_in
from app.db import Database
from app.settings import Settings
from app.wiring import Wiring
from goals.workspace import Person, Workspace

#: The end of a local day in the middle of a quarter, so that goals have something behind them.
NOW = datetime(2026, 8, 14, 23, 59, 59, 999999, tzinfo=UTC)
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@cache
def _application() -> Flask:
    return factory.create_app(settings_for("sqlite://", Path()))


def application(wiring: Wiring) -> Flask:
    """Return the application over other parts: its templates are compiled once for all tests."""
    app = _application()
    app.extensions["headway"] = wiring
    for kept in ("headway_rows", "headway_home"):
        app.extensions.pop(kept, None)
    return app


def settings_for(url: str, folder: Path) -> Settings:
    """Return the settings of an installation of a test's own."""
    return Settings(
        data_dir=folder,
        database_url=url,
        secret_key=SecretStr("k" * 40),
        encryption_keys=SecretStr(Fernet.generate_key().decode()),
    )


class Site:
    """A running application, its workspace and whoever has signed in."""

    def __init__(self, url: str, folder: Path, workspace_id: int, now: datetime = NOW) -> None:
        self.now = now
        self.wiring = Wiring(settings_for(url, folder), lambda: self.now)
        self.here = workspace_id
        self.app = application(self.wiring)

    @property
    def database(self) -> Database:
        """Return the application's database."""
        return self.wiring.database

    def session(self) -> Any:
        """Return a transaction in the workspace."""
        return self.database.session(self.here)

    def add(self, name: str, role: str, team: str | None = None) -> str:
        """Add a member and return the address."""
        email = f"{name.lower()}@acme.example"
        with self.session() as session:
            people.add(session, email=email, name=name, role=role, team=team, now=self.now)
        return email

    def cookie(self, email: str) -> str:
        """Return the secret of a new sign-in."""
        with self.database.system() as session:
            person = session.exec(select(Person).where(col(Person.email) == email)).one()
            return sign_in.start(
                session, person, workspace_id=self.here, device="test", now=self.now
            )

    def browser(self, email: str = "owner@acme.example") -> "Visitor":
        """Return somebody who is signed in."""
        client = self.app.test_client()
        client.set_cookie("headway", self.cookie(email))
        return Visitor(client)

    def workspace(self) -> Workspace:
        """Return the workspace as it is now."""
        with self.database.system() as session:
            return session.exec(select(Workspace).where(col(Workspace.id) == self.here)).one()

    def counted(self):
        """Count the statements that reach the database, those of its own bookkeeping left out."""
        return counted(self.database)


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Give the statements that reach a database, those of its own bookkeeping left out."""
    seen: list[str] = []

    def note(connection, cursor, statement, values, context, many):
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


class Visitor:
    """A browser without scripts: it reads pages and sends their forms."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, status: int = 200) -> str:
        """Return a page's text; the status must be as expected."""
        answer = self.client.get(path)
        assert answer.status_code == status, plain(answer.text)[:600]
        return answer.text

    def post(self, path: str, status: int = 303, **fields: Any) -> TestResponse:
        """Send a form as the page's own buttons do."""
        given = {name.rstrip("_"): value for name, value in fields.items()}
        answer = self.client.post(path, data={"csrf_token": self.token(), **given})
        assert answer.status_code == status, plain(answer.text)[:600]
        return answer

    def token(self) -> str:
        """Return the token that every form of this browser carries."""
        found = TOKEN.search(self.client.get("/more").text)
        assert found is not None
        return found.group(1)


def plain(html: str) -> str:
    """Return a page's text as it reads: tags left out, gaps made one."""
    body = "<" + html.partition("<main")[2].partition("</main>")[0]
    text = re.sub(r"<(?:svg|script)\b.*?</(?:svg|script)>", " ", body, flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", text).replace("&#39;", "'").replace("\u00a0", " ")
    text = text.replace("\u2060", "")
    return re.sub(r"\s+", " ", text).strip()


def owner_of(session: Session, here: int) -> Any:
    """Return the workspace's first owner."""
    [(member, _person), *_rest] = people.everybody(session)
    assert member.workspace_id == here
    return member
