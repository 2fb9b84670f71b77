"""Tryton itself: installed once into `var/`, its database made once, and served to a test."""

import base64
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app import bootstrap, installer

ROOT = Path(__file__).resolve().parents[2]
PINS = Path(__file__).with_suffix(".txt")
DATABASE, USER, PASSWORD = "crm", "admin", "Adm1n-pass-ok!"
#: A database that is being made, and a server that starts, take no longer than this, in seconds.
LONGEST, STARTING = 600, 60


class NotInstalledError(Exception):
    """Tryton is not on this machine and cannot be brought there; the text says what to do."""


def home() -> Path:
    """Return the folder of Tryton's environment: another one for other pins or another Python."""
    state = PINS.read_bytes() + "{}.{}".format(*sys.version_info).encode()
    return ROOT / "var" / f"tryton-{hashlib.sha256(state).hexdigest()[:12]}"


def prepare(say: Callable[[str], None] = bootstrap.say) -> Path:
    """Install Tryton and make its empty database unless both are there; return their folder.

    Runs side by side wait for one another. Raises NotInstalledError with words.
    """
    folder = home()
    try:
        with bootstrap.only_one(folder.with_name(folder.name + ".lock")):
            if not (folder / "ready").exists():
                shutil.rmtree(folder, ignore_errors=True)
                say(f"installing Tryton for its live test into {folder} (once, about a minute)")
                _install(folder)
                _make_database(folder)
                (folder / "ready").touch()
    except (installer.InstallError, bootstrap.BootstrapError, OSError) as error:
        raise NotInstalledError(
            f"Tryton could not be installed for its live test: {error}\n"
            "To run the other tests alone: python3 -m app test --ignore tests/live"
        ) from error
    return folder


def _install(folder: Path) -> None:
    python = bootstrap.python_of(folder)
    uv = shutil.which("uv")
    installer.make(folder, with_pip=uv is None)
    wanted = ["-r", str(PINS)]
    if not (uv and installer.by_uv(uv, python, wanted)):
        installer.by_pip(python, wanted)


def _make_database(folder: Path) -> None:
    """Make the database with its modules, which takes most of the time; tests get copies."""
    data = folder / "data"
    data.mkdir()
    (data / f"{DATABASE}.sqlite").touch()
    password = folder / "password"
    password.write_text(PASSWORD)
    config = _config(folder, data, 8000)
    command = [
        *(str(folder / "bin" / "trytond-admin"), "-c", str(config), "-d", DATABASE),
        *("-u", "sale_opportunity", "--activate-dependencies", "--email", "admin@example.com"),
    ]
    answer = subprocess.run(
        command,
        env=_environment(TRYTONPASSFILE=str(password)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    if answer.returncode:
        raise installer.InstallError(installer.ending(answer.stdout))


def _environment(**more: str) -> dict[str, str]:
    left = ("PYTHONPATH", "PYTHONHOME", "PYTHONWARNINGS", "TRYTOND_CONFIG")
    return {name: value for name, value in os.environ.items() if name not in left} | more


def _config(folder: Path, data: Path, port: int) -> Path:
    config = folder / "trytond.conf"
    config.write_text(
        f"[database]\nuri = sqlite://\npath = {data}\n"
        f"[web]\nlisten = 127.0.0.1:{port}\n[session]\nauthentications = password\n"
    )
    return config


@contextmanager
def serving(folder: Path) -> Iterator["Tryton"]:
    """Serve a copy of the empty database from a folder, for the length of a block."""
    installed = prepare()
    data = folder / "data"
    shutil.copytree(installed / "data", data)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = _config(folder, data, port)
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [str(installed / "bin" / "trytond"), "-c", str(config), "-d", DATABASE],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            made = Tryton(f"http://127.0.0.1:{port}")
            made.wait(process)
            yield made
        finally:
            process.terminate()
            process.wait(30)


class Tryton:
    """What people do in Tryton, by the calls that its own client makes."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session: str | None = None
        self.context: dict[str, Any] = {}
        # What a test has made of the company, by Tryton's ids.
        self.currency = self.company = 0
        self.sellers: list[int] = []
        self.parties: list[int] = []

    def wait(self, process: subprocess.Popen[bytes]) -> None:
        """Wait until the server answers, and sign in."""
        until = time.monotonic() + STARTING
        while True:
            try:
                self.login(USER, PASSWORD)
                return
            except (urllib.error.URLError, OSError):
                assert process.poll() is None, "trytond ended by itself; see its log"
                assert time.monotonic() < until, "trytond did not start in time"
                time.sleep(0.2)

    def login(self, user: str, password: str) -> None:
        self.session = None
        uid, key, *_ = self._post("common.db.login", [user, {"password": password}, "en"])
        self.session = base64.b64encode(f"{user}:{uid}:{key}".encode()).decode()

    def call(self, method: str, *params: Any, **context: Any) -> Any:
        """Call a method of a model: `party.party.create`."""
        return self._post(f"model.{method}", [*params, {**self.context, **context}])

    def all(self, model: str, *names: str, **context: Any) -> list[dict[str, Any]]:
        order = [["id", "ASC"]]
        found = self.call(f"{model}.search_read", [], 0, None, order, names, **context)
        return list(found)

    def _post(self, method: str, params: list[Any]) -> Any:
        body = json.dumps({"method": method, "params": params}).encode()
        headers = {"Content-Type": "application/json"}
        if self.session is not None:
            headers["Authorization"] = f"Session {self.session}"
        asked = urllib.request.Request(f"{self.url}/{DATABASE}/rpc/", body, headers)
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return json.loads(answer.read(), object_hook=_plain)


def _plain(value: dict[str, Any]) -> Any:
    kind = value.get("__class__")
    if kind == "Decimal":
        return value["decimal"]
    if kind in ("date", "datetime"):
        return "{year:04d}-{month:02d}-{day:02d}".format(**value)
    return value


def amount(text: str) -> dict[str, str]:
    """Return an amount as typed JSON."""
    return {"__class__": "Decimal", "decimal": text}


def day(text: str) -> dict[str, Any]:
    """Return a day as typed JSON."""
    year, month, number = map(int, text.split("-"))
    return {"__class__": "date", "year": year, "month": month, "day": number}
