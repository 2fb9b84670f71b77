"""What doctor finds."""

import json

from cryptography.fernet import Fernet

from app import db
from app.cli import main
from app.db import Database
from goals.records.connections import Connection
from integrations.vault import Vault
from tests.support.tenants import NOW, workspace


def test_secrets_that_the_keys_do_not_open_are_found(tmp_path, monkeypatch, capsys):
    url = f"sqlite:///{tmp_path}/headway.db"
    db.upgrade(url)
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    database = Database(url)
    here = workspace(database, "Acme")
    with database.session(here) as session:
        session.add(
            Connection(
                workspace_id=here,
                name="CRM",
                provider="hubspot",
                secrets=Vault([old]).seal({"token": "canary"}),
                created_at=NOW,
            )
        )
    database.dispose()
    monkeypatch.setenv("HEADWAY_DATA_DIR", str(tmp_path))
    for keys, code in ((new, 1), ("", 1), (f"{new},{old}", 0)):
        monkeypatch.setenv("HEADWAY_ENCRYPTION_KEYS", keys)
        assert main.main(["doctor", "--json"]) == code
        printed = capsys.readouterr().out
        found = {one["code"] for one in json.loads(printed)["findings"]}
        assert ("secrets_unreadable" in found) is bool(code)
        assert "canary" not in printed
