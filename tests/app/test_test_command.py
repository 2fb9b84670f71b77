import os
import subprocess
import sys

import pytest

from app.cli import test as command


@pytest.fixture
def headway(tmp_path):
    """Runs a command where neither the system nor Playwright can bring a browser."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "apt-get").write_text('#!/bin/sh\necho "$@" >> "$0.log"\nexit 100\n')
    (tools / "apt-get").chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{tools}:{os.environ['PATH']}",
        "CHROMIUM": "a-browser-that-is-not-there",
        "PLAYWRIGHT_DOWNLOAD_HOST": "http://127.0.0.1:9",
        "PLAYWRIGHT_BROWSERS_PATH": str(tools),
    }
    # An inner run is no worker of the outer one.
    for name in [name for name in environment if name.startswith("PYTEST_")]:
        del environment[name]

    def run(*words):
        return subprocess.run(
            [
                sys.executable,
                "-c",
                "from app.cli.main import main; raise SystemExit(main())",
                *words,
            ],
            cwd=command.ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_without_a_browser_the_tests_fail_with_the_line_to_type(headway):
    answer = headway("test", "--collect-only")
    assert answer.returncode == 1
    assert "There is no Chromium for the browser tests." in answer.stderr
    assert "Type: " in answer.stderr
    assert "python3 -m app test --no-browser" in answer.stderr


def test_leaving_the_browser_out_is_said_before_and_after(headway):
    answer = headway("test", "--no-browser", "-q", "-n", "0", "tests/app/test_catalogues.py")
    assert answer.returncode == 0
    assert answer.stdout.count("LEFT OUT: the browser tests") == 2
    assert answer.stdout.splitlines()[-1].startswith("4 passed")


def test_browser_tests_are_left_out_by_what_they_ask_for(headway):
    file = "tests/support/test_browser.py"
    answer = headway("test", "--no-browser", "--collect-only", "-q", "-n", "0", file)
    assert "no tests collected (" in answer.stdout
    assert " deselected) in " in answer.stdout


def test_failing_tests_fail_the_command(headway):
    answer = headway("test", "--no-browser", "-n", "0", "tests/app/there_is_no_such_test.py")
    assert answer.returncode != 0
