"""Bringing Tryton to this machine: once, and never in silence."""

import pytest

from app import installer
from tests.live import tryton
from tests.proofs import bottlecrm as proof


def test_what_is_installed_once_is_not_installed_again(monkeypatch):
    folder = tryton.prepare()
    monkeypatch.setattr(installer, "make", None)
    said: list[str] = []
    assert tryton.prepare(said.append) == folder
    assert said == []


def test_it_lives_outside_the_environment_of_headway():
    assert tryton.home().parent == tryton.ROOT / "var"


def test_other_pins_are_another_environment(tmp_path, monkeypatch):
    before = tryton.home()
    pins = tmp_path / "tryton.txt"
    pins.write_text("trytond==6.0.0\n")
    monkeypatch.setattr(tryton, "PINS", pins)
    assert tryton.home() != before


def test_an_index_that_cannot_be_reached_is_said_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(tryton, "home", lambda: tmp_path / "tryton")
    # Nothing listens there.
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    with pytest.raises(tryton.NotInstalledError) as caught:
        tryton.prepare()
    assert "package index could not be reached" in str(caught.value)
    assert "--ignore tests/live" in str(caught.value)
    assert not (tmp_path / "tryton" / "ready").exists()


def test_what_bottlecrm_lacks_is_said_in_words(monkeypatch, capsys):
    for name in ("PATH", "HOME", "PYENV_ROOT"):
        monkeypatch.setenv(name, "/nowhere")
    assert proof.run() is False
    told = capsys.readouterr().out
    assert "NOT RUN" in told
    assert "Python 3.12" in told
    assert "redis-server" in told
