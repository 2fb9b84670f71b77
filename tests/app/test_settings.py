"""Settings that are wrong are named, without what they hold."""

import base64

import pytest

from app import db
from app import settings as configuration
from app.cli import main

KEY = base64.urlsafe_b64encode(b"k" * 32).decode()


@pytest.fixture(autouse=True)
def clean(monkeypatch, tmp_path):
    monkeypatch.setenv("HEADWAY_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("HEADWAY_SECRET_KEY", "s" * 48)
    monkeypatch.setenv("HEADWAY_ENCRYPTION_KEYS", KEY)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HEADWAY_DATABASE_URL", "mysql://ann:canary@host/name"),
        ("HEADWAY_DATABASE_URL", "canary"),
        ("HEADWAY_DATABASE_URL", "postgresql://ann:canary@host:port/name"),
        ("HEADWAY_DATABASE_URL", "postgresql://ann:canary@[::1/name"),
        ("HEADWAY_OWNER_DATABASE_URL", "canary"),
        ("HEADWAY_BASE_URL", "canary"),
        ("HEADWAY_SLACK_API_URL", "ftp://canary"),
        ("HEADWAY_ALLOW_PRIVATE_SOURCES", "canary"),
    ],
)
def test_a_setting_that_is_wrong_is_named_and_not_quoted(name, value, monkeypatch, capsys):
    monkeypatch.setenv(name, value)
    for line in ("doctor", "db upgrade", "worker --once", "workspace create A"):
        assert main.main(line.split()) == 1
        printed = capsys.readouterr()
        text = printed.out + printed.err
        assert text.startswith(f"{name} is not right: ")
        assert "canary" not in text and "Traceback" not in text


@pytest.mark.parametrize("keys", ["canary", f"{KEY},canary", "canary" * 8])
def test_no_process_starts_with_a_key_that_is_none(keys, monkeypatch):
    monkeypatch.setenv("HEADWAY_ENCRYPTION_KEYS", keys)
    with pytest.raises(configuration.SettingsError) as caught:
        configuration.load().require_keys()
    assert "HEADWAY_ENCRYPTION_KEYS" in str(caught.value)
    assert "canary" not in str(caught.value)


def test_commas_alone_are_no_keys(monkeypatch):
    monkeypatch.setenv("HEADWAY_ENCRYPTION_KEYS", " , ")
    with pytest.raises(configuration.SettingsError, match="HEADWAY_ENCRYPTION_KEYS must be set"):
        configuration.load().require_keys()
    monkeypatch.setenv("HEADWAY_ENCRYPTION_KEYS", f" {KEY}, ")
    configuration.load().require_keys()


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(db.DatabaseProblem, match="cannot be made"):
        db.upgrade(f"sqlite:///{tmp_path}/file/deeper/headway.db")


def test_a_variable_that_is_left_blank_says_nothing(monkeypatch):
    for name in ("HEADWAY_ALLOW_PRIVATE_SOURCES", "HEADWAY_DATABASE_URL", "HEADWAY_BASE_URL"):
        monkeypatch.setenv(name, "")
    read = configuration.Settings()
    assert (read.allow_private_sources, read.database_url) == (False, None)
    assert read.base_url
