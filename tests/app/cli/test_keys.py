"""The command keys: sealing anew after a new key."""

from cryptography.fernet import Fernet
from sqlmodel import select

from app import db
from app.accounts.tables import Setting
from app.cli import main
from app.db import Database
from goals.records.connections import Connection
from goals.table import new_id
from integrations.slack.tables import SlackTeam
from integrations.vault import Vault
from tests.support.tenants import NOW, workspace


def kept(database, here, connection, team):
    with database.session(here) as session:
        one = session.get(Connection, (here, connection)).secrets
    with database.system() as session:
        return one, session.get(SlackTeam, team).bot_token


def test_every_secret_is_sealed_with_the_newest_key_or_none_is(tmp_path, monkeypatch, capsys):
    url = f"sqlite:///{tmp_path}/headway.db"
    db.upgrade(url)
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    database = Database(url)
    here, connection = workspace(database, "Acme"), new_id()
    sealed = Vault([old]).seal({"token": "canary"})
    with database.session(here) as session:
        session.add(
            Connection(
                id=connection,
                workspace_id=here,
                name="CRM",
                provider="hubspot",
                secrets=sealed,
                created_at=NOW,
            )  # fmt: skip
        )
        session.add(Connection(workspace_id=here, name="CSV", provider="csv", created_at=NOW))
    with database.system() as session:
        session.add(SlackTeam(team_id="T1", workspace_id=here, bot_token=sealed, installed_at=NOW))
        lost = Vault([Fernet.generate_key().decode()]).seal({"token": "canary"})
        for name, value in (("waits", sealed), ("lost", lost)):
            session.add(Setting(name=name, value={"until": NOW.isoformat(), "sealed": value}))
    monkeypatch.setenv("HEADWAY_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("HEADWAY_ENCRYPTION_KEYS", new)
    assert main.main(["keys", "reseal", "--json"]) == 1
    assert kept(database, here, connection, "T1") == (sealed, sealed)
    monkeypatch.setenv("HEADWAY_ENCRYPTION_KEYS", f"{new},{old}")
    assert main.main(["keys", "reseal"]) == 0
    assert "3 secrets" in capsys.readouterr().out
    found = kept(database, here, connection, "T1")
    with database.system() as session:
        [waits] = session.exec(select(Setting))
        found = (*found, waits.value["sealed"])
    database.dispose()
    assert [Vault([new]).open(one) for one in found] == [{"token": "canary"}] * 3
