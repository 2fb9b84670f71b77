"""The commands worker and serve."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
KEYS = ("HEADWAY_SECRET_KEY", "HEADWAY_ENCRYPTION_KEYS")


@pytest.mark.parametrize("missing", KEYS)
@pytest.mark.parametrize("words", [("worker", "--once"), ("serve",)], ids=" ".join)
def test_nothing_starts_without_keys_and_the_command_that_makes_them_is_printed(
    headway, monkeypatch, words, missing
):
    monkeypatch.delenv(missing)
    error = headway.error(*words, code=1)
    assert (error["code"], missing in error["message"]) == ("keys_missing", True)
    [command] = [line for line in error["message"].splitlines() if "python3 -c" in line]
    made = subprocess.run(command, shell=True, capture_output=True, text=True, check=True).stdout
    for name, value in (line.split("=", 1) for line in made.split()):
        monkeypatch.setenv(name, value)
    headway.json("worker", "--once")


def test_everything_that_is_due_is_done_once(acme):
    acme.json("connection", "add", "sample", "Sample CRM")
    assert acme.json("worker", "--once", "--today", "2023-01-31")["done"] >= 2
    [_, sample] = acme.json("connection", "list")["connections"]
    assert sample["newest_on"] <= "2023-01-31"
    assert acme.json("status", "Sell more")["goals"][0]["since"] == "2023-01-31"


def test_where_nothing_is_due_nothing_is_done(acme):
    acme.json("worker", "--once")
    assert acme.json("worker", "--once") == {"done": 0}


def test_only_the_workspace_that_is_named_is_worked_in(acme):
    acme.json("workspace", "create", "Borealis")
    inside = ("--workspace", "Acme")
    acme.json("worker", "--once", "--workspace", "Borealis", "--today", "2026-02-14")
    assert acme.json("status", "Sell more", *inside)["goals"][0]["since"] is None
    acme.json("worker", "--once", *inside, "--today", "2026-02-14")
    assert acme.json("status", "Sell more", *inside)["goals"][0]["since"] == "2026-02-14"


def test_an_unknown_workspace_exits_2(acme):
    error = acme.error("worker", "--once", "--workspace", "Nobody", code=2)
    assert error["code"] == "unknown_workspace"


def test_another_day_is_for_a_worker_that_ends(acme):
    error = acme.error("worker", "--today", "2026-02-14", code=2)
    assert (error["code"], error["field"]) == ("today_without_once", "today")


def started(folder, *words):
    environment = {**os.environ, "HEADWAY_DATA_DIR": str(folder / "var")}
    return subprocess.Popen(
        [sys.executable, "-m", "app", *words],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def answer(url, tries=150):
    for _ in range(tries):
        try:
            with urllib.request.urlopen(url, timeout=5) as reply:
                return reply.status, reply.read()
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{url} does not answer")


def test_a_web_process_answers_until_it_is_asked_to_stop(acme):
    port = free_port()
    process = started(acme.folder, "serve", "--port", str(port))
    try:
        assert answer(f"http://127.0.0.1:{port}/healthz")[0] == 200
        assert answer(f"http://127.0.0.1:{port}/readyz")[0] == 200
        assert b"Headway" in answer(f"http://127.0.0.1:{port}/sign-in")[1]
    finally:
        process.terminate()
        out, _ = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, "")


def test_an_address_that_cannot_be_listened_at_is_said_to_be_so(acme):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        error = acme.error("serve", "--port", held.getsockname()[1], code=1)
    assert (error["code"], error["field"]) == ("port_taken", "port")
    error = acme.error("serve", "--host", "192.0.2.1", "--port", "0", code=1)
    assert (error["code"], error["field"]) == ("bad_address", "host")


@pytest.mark.parametrize("words", [("serve", "--port", "0"), ("worker",)], ids=" ".join)
def test_nothing_starts_on_a_database_that_was_never_prepared(headway, words):
    for file in (headway.folder / "var").glob("headway.db*"):
        file.unlink()
    error = headway.error(*words, code=1)
    assert (error["code"], "db upgrade" in error["fix"]) == ("database_not_ready", True)


def test_a_worker_works_until_it_is_asked_to_stop(acme):
    acme.json("review", "--today", "2026-02-14")
    process = started(acme.folder, "worker")
    try:
        deadline = time.monotonic() + 60
        while waiting(acme) and time.monotonic() < deadline:
            time.sleep(0.3)
        assert not waiting(acme)
    finally:
        process.terminate()
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, ""), err


def waiting(acme):
    return "messages_waiting" in {one["code"] for one in acme.json("doctor")["findings"]}
