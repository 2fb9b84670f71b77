import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STARTERS = ("__init__.py", "__main__.py", "bootstrap.py", "installer.py")
PROGRAM = '"""Stands in for the command line."""\nimport sys\n\n\ndef main(words):\n'
PROGRAM += '    print(sys.prefix, *words)\n    return 7 if words == ["fail"] else 0\n'
# Installs nothing, keeps a list of what it was asked for, and takes its time.
UV = '#!/bin/sh\necho "$@" >> "$0.log"\nsleep 0.3\nexit $(cat "$0.code" 2>/dev/null || echo 0)\n'


class Checkout:
    def __init__(self, folder):
        self.folder = folder / "checkout"
        self.tools = folder / "tools"
        (self.folder / "app" / "cli").mkdir(parents=True)
        for name in STARTERS:
            shutil.copy(ROOT / "app" / name, self.folder / "app" / name)
        (self.folder / "app" / "cli" / "main.py").write_text(PROGRAM)
        (self.folder / "pyproject.toml").write_text("[project]\ndependencies = []\n")
        (self.folder / "constraints.txt").write_text("")
        self.tools.mkdir()
        self.uv = self.tools / "uv"
        self.uv.write_text(UV)
        self.uv.chmod(0o755)
        self.environment = self.folder / ".venv"

    def start(self, *words, **variables):
        return subprocess.Popen(
            [sys.executable, "-m", "app", *words],
            cwd=self.folder,
            env={"PATH": f"{self.tools}:/usr/bin:/bin", "HOME": str(self.tools), **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words, **variables):
        process = self.start(*words, **variables)
        out, err = process.communicate(timeout=60)
        return process.returncode, out.strip(), err.strip()

    @property
    def installs(self):
        log = Path(f"{self.uv}.log")
        return log.read_text().splitlines() if log.exists() else []


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


def test_the_first_run_makes_the_environment_and_runs_in_it(checkout):
    code, out, err = checkout.run("hello", "--there")
    assert (code, out) == (0, f"{checkout.environment} hello --there")
    assert err.startswith("headway: installing into")
    assert len(err.splitlines()) == 1


def test_the_next_run_installs_nothing_and_says_nothing(checkout):
    checkout.run("hello")
    assert checkout.run("hello") == (0, f"{checkout.environment} hello", "")
    assert len(checkout.installs) == 1


def test_the_exit_code_of_the_command_comes_through(checkout):
    assert checkout.run("fail")[0] == 7


def test_changed_dependencies_are_installed_again(checkout):
    checkout.run("hello")
    (checkout.folder / "constraints.txt").write_text("flask==3.1.3\n")
    checkout.run("hello")
    assert len(checkout.installs) == 2


def test_development_tools_come_with_the_words_that_need_them_and_stay(checkout):
    checkout.run("hello")
    checkout.run("check")
    (checkout.folder / "constraints.txt").write_text("flask==3.1.3\n")
    checkout.run("hello")
    asked = [line.split()[6] for line in checkout.installs]
    groups = [text.partition("[")[2] for text in asked]
    assert groups == ["postgres]", "dev,postgres]", "dev,postgres]"]


def test_two_runs_at_once_install_once(checkout):
    first, second = checkout.start("one"), checkout.start("two")
    outputs = [process.communicate(timeout=60) for process in (first, second)]
    assert [process.returncode for process in (first, second)] == [0, 0]
    assert len(checkout.installs) == 1
    assert sorted(out.split()[1] for out, _ in outputs) == ["one", "two"]


def test_an_environment_without_an_interpreter_is_made_anew(checkout):
    checkout.run("hello")
    for file in (checkout.environment / "bin").glob("python*"):
        file.unlink()
    code, _, err = checkout.run("hello")
    assert code == 0
    assert "incomplete, making it anew" in err


def test_an_interrupted_installation_is_taken_up_again(checkout):
    checkout.run("hello")
    (checkout.environment / "headway-stamp.json").unlink()
    checkout.run("hello")
    assert len(checkout.installs) == 2


def test_an_environment_of_another_checkout_is_not_trusted(checkout):
    checkout.run("hello")
    stamp = checkout.environment / "headway-stamp.json"
    stamp.write_text(json.dumps({**json.loads(stamp.read_text()), "root": "elsewhere"}))
    checkout.run("hello")
    assert len(checkout.installs) == 2


def test_another_python_gets_an_environment_of_its_own(checkout):
    checkout.environment.mkdir()
    (checkout.environment / "pyvenv.cfg").write_text("version = 3.9.18\n")
    running = "{}.{}".format(*sys.version_info)
    assert checkout.run("hello")[1] == f"{checkout.folder}/.venv-{running} hello"


def test_when_uv_fails_pip_is_tried(checkout):
    Path(f"{checkout.uv}.code").write_text("1")
    # No index answers there, so pip fails in its turn, and says what a person can do.
    code, out, err = checkout.run("hello", PIP_INDEX_URL="http://127.0.0.1:9/", PIP_RETRIES="0")
    assert (code, out) == (1, "")
    assert "the Python package index could not be reached" in err
    assert not (checkout.environment / "headway-stamp.json").exists()


def test_a_python_that_is_too_old_is_told_so(checkout):
    code = "import sys; sys.version_info = (3, 8, 18); sys.argv = ['app', 'demo']"
    code += "; import runpy; runpy.run_module('app', run_name='__main__')"
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=checkout.folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(checkout.folder)},
    )
    assert answer.returncode == 2
    assert "Headway needs Python 3.11 or newer; this is 3.8" in answer.stderr
    assert "python3.13 -m app demo" in answer.stderr
