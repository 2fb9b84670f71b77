"""Fixtures: commands run in an installation of a test's own, empty or with a small company."""

import contextlib
import io
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

KEY = Fernet.generate_key().decode()
SETTINGS = {"HEADWAY_SECRET_KEY": "commands " * 5, "HEADWAY_ENCRYPTION_KEYS": KEY}

#: Five deals that were closed in the first quarter of 2026, and one that is open:
#: won 100 and 300 by Ann after 10 and 30 days, 200 by Bob after 20; each lost one.
DEALS = """\
external_id,name,owner,stage,amount,created_on,closed_on,source
D1,Pumps,Ann,Won,100,2026-01-05,2026-01-15,Web
D2,Valves,Ann,Won,300,2026-01-10,2026-02-09,Referral
D3,Pipes,Ann,Lost,150,2026-02-01,2026-02-11,Web
D4,Tanks,Bob,Won,200,2026-02-01,2026-02-21,Referral
D5,Seals,Bob,Lost,50,2026-03-01,2026-03-05,Web
D6,Meters,Bob,Open,400,2026-03-01,,Web
"""
MAPPING = {
    "columns": {
        name: name
        for name in ("external_id", "name", "owner", "stage", "amount", "created_on", "closed_on",
                     "source")
    },
    "stages": {"Open": "open", "Won": "won", "Lost": "lost"},
    "events": [{"stage": "Open", "on": "created_on"}, {"stage": "@stage", "on": "closed_on"}],
    "key": ["external_id"],
}  # fmt: skip
QUARTER = ("--from", "2026-01-01", "--to", "2026-03-31")
#: What makes the company, in order.
COMPANY: tuple[tuple[str, ...], ...] = (
    ("workspace", "create", "Acme", "--zone", "Asia/Bangkok", "--currency", "THB"),
    ("team", "add", "Sales", "--channel", "C0SALES01"),
    ("member", "add", "olga@acme.example", "--name", "Olga", "--role", "owner"),
    ("member", "add", "ed@acme.example", "--name", "Ed", "--role", "editor", "--team", "Sales"),
    ("member", "add", "vic@acme.example", "--name", "Vic", "--role", "viewer"),
    ("import", "deals.csv", "--as", "deal", "--mapping", "mapping.json"),
    ("goal", "add", "--name", "Sell more", "--metric", "revenue", "--kind", "cumulative",
     "--direction", "up", "--target", "1200", *QUARTER, "--owner", "olga@acme.example",
     "--today", "2026-01-01"),
    ("goal", "add", "--name", "Win more often", "--metric", "win_rate", "--kind", "level",
     "--direction", "up", "--change", "points=0.05", "--baseline", "0.5", *QUARTER, "--owner",
     "ed@acme.example", "--team", "Sales", "--today", "2026-01-01"),
)  # fmt: skip


class Headway:
    """The command line of one installation."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def say(self, *words: object) -> tuple[int, str, str]:
        """Run a command; returns its exit code, standard output and standard error."""
        from app.cli import main

        self._capsys.readouterr()
        code = main.main([str(word) for word in words])
        told = self._capsys.readouterr()
        return code, told.out, told.err

    def json(self, *words: object, code: int = 0) -> Any:
        """Run a command that answers with one JSON document, and return it."""
        found, out, err = self.say(*words, "--json")
        assert found == code, out + err
        return json.loads(out)

    def error(self, *words: object, code: int) -> Any:
        """Run a command that fails with an exit code; returns the error of the contract."""
        document = self.json(*words, code=code)
        assert set(document["error"]) == {"code", "message", "fix", "field"}
        assert document["error"]["message"].rstrip() != ""
        return document["error"]

    def write(self, name: str, text: str) -> Path:
        """Write a file beside the installation and return its path."""
        file = self.folder / name
        file.write_text(text, encoding="utf-8")
        return file


def installation(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Have commands work in a folder, with keys and nothing else set."""
    for name in [one for one in os.environ if one.startswith("HEADWAY_")]:
        patch.delenv(name)
    for name, value in SETTINGS.items():
        patch.setenv(name, value)
    patch.setenv("HEADWAY_DATA_DIR", str(folder / "var"))
    patch.chdir(folder)


@pytest.fixture
def headway(
    sqlite_template: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Headway:
    """The command line of a prepared installation without a workspace."""
    (tmp_path / "var").mkdir()
    shutil.copy(sqlite_template, tmp_path / "var" / "headway.db")
    installation(tmp_path, monkeypatch)
    return Headway(tmp_path, capsys)


@pytest.fixture(scope="session")
def acme_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of an installation with the small company in it."""
    from app.cli import main

    folder = tmp_path_factory.mktemp("acme")
    (folder / "var").mkdir()
    file = folder / "var" / "headway.db"
    shutil.copy(sqlite_template, file)
    (folder / "deals.csv").write_text(DEALS, encoding="utf-8")
    (folder / "mapping.json").write_text(json.dumps(MAPPING), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()) as told:
        installation(folder, patch)
        for words in COMPANY:
            assert main.main([*words, "--json"]) == 0, (words, told.getvalue())
    return file


@pytest.fixture
def acme(headway: Headway, acme_template: Path) -> Headway:
    """The command line of an installation with the small company in it."""
    shutil.copy(acme_template, headway.folder / "var" / "headway.db")
    return headway
