import json

import pytest

from app.cli import main


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """Run a command in an installation of its own: exit code and JSON."""
    monkeypatch.setenv("HEADWAY_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("HEADWAY_DATABASE_URL", raising=False)

    def run(*words):
        code = main.main([*map(str, words), "--json"])
        told = capsys.readouterr()
        return code, json.loads(told.out)

    assert main.main(["db", "upgrade"]) == 0
    assert main.main(["workspace", "create", "Acme"]) == 0
    capsys.readouterr()
    return run
