"""Makes the virtual environment of a checkout and starts the program in it.

Standard library alone. A stamp inside the environment says for which dependencies it was filled.
While the stamp is fresh, a start costs a few small file reads; otherwise the environment is filled
under a lock, so that runs side by side wait for one another.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INPUTS = ("pyproject.toml", "constraints.txt")
STAMP = "headway-stamp.json"
DEVELOPMENT_WORDS = frozenset({"test", "check", "prove", "bench"})


class BootstrapError(Exception):
    """The environment cannot be made; the text says what the reader can do."""


def main(arguments: list[str]) -> int:
    """Run the command in the environment of this checkout and return its exit code.

    Outside that environment the process is replaced and never returns.
    """
    try:
        home = environment_folder()
        wanted = wanted_extras(arguments)
        ready = is_fresh(home, wanted)
        if not ready:
            with only_one(home.with_name(home.name + ".lock")):
                if not is_fresh(home, wanted):
                    fill(home, wanted)
    except BootstrapError as error:
        say(str(error))
        return 1
    if not ready or Path(sys.prefix).resolve() != home.resolve():
        run_in(home, arguments)
    from app.cli.main import main as run

    return run(arguments)


def say(text: str) -> None:
    """Tell the person at the terminal; standard output belongs to the command."""
    print(f"headway: {text}", file=sys.stderr, flush=True)


def wanted_extras(arguments: list[str]) -> frozenset[str]:
    """Return the groups of optional dependencies that this command needs."""
    word = arguments[0] if arguments else ""
    return frozenset({"postgres", "dev"}) if word in DEVELOPMENT_WORDS else frozenset({"postgres"})


def environment_folder() -> Path:
    """Return the folder of the environment: in the checkout, or in the cache if that is read-only.

    ``.venv`` belongs to the Python that made it; another minor version gets a folder beside it.
    """
    parent, name = ROOT, ".venv"
    if not os.access(ROOT, os.W_OK):
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        parent, name = cache / "headway", hashlib.sha256(bytes(ROOT)).hexdigest()[:16]
    running = "{}.{}".format(*sys.version_info)
    made_by = version_of(parent / name)
    return parent / (name if made_by in (None, running) else f"{name}-{running}")


def version_of(home: Path) -> str | None:
    """Return the minor version of the Python that made an environment, None when there is none."""
    try:
        lines = (home / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    for line in lines:
        key, _, value = line.partition("=")
        if key.strip() in ("version", "version_info"):
            return ".".join(value.strip().split(".")[:2])
    return None


def python_of(home: Path) -> Path:
    """Return the interpreter of an environment."""
    return home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def fingerprint() -> str:
    """Return the hash of everything that decides what is installed."""
    digest = hashlib.sha256("{}.{}".format(*sys.version_info).encode())
    for name in INPUTS:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def read_stamp(home: Path) -> dict[str, object]:
    """Return what the environment was last filled for; empty when it was not filled to the end."""
    try:
        stamp = json.loads((home / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) and stamp.get("root") == str(ROOT) else {}


def extras_in(stamp: dict[str, object]) -> frozenset[str]:
    """Return the groups of optional dependencies that a stamp names."""
    extras = stamp.get("extras")
    return frozenset(map(str, extras)) if isinstance(extras, list) else frozenset()


def is_fresh(home: Path, wanted: frozenset[str]) -> bool:
    """Say whether the environment holds what this command needs, as the checkout names it now."""
    stamp = read_stamp(home)
    return (
        stamp.get("fingerprint") == fingerprint()
        and wanted <= extras_in(stamp)
        and python_of(home).exists()
    )


def fill(home: Path, wanted: frozenset[str]) -> None:
    """Make the environment or bring it up to date; groups that were installed once stay."""
    from app import installer

    stamp = read_stamp(home)
    extras = wanted | extras_in(stamp)
    state = fingerprint()
    (home / STAMP).unlink(missing_ok=True)
    try:
        installer.install(ROOT, home, python_of(home), sorted(extras), say)
    except installer.InstallError as error:
        raise BootstrapError(str(error)) from None
    content = {"fingerprint": state, "extras": sorted(extras), "root": str(ROOT)}
    (home / STAMP).write_text(json.dumps(content), encoding="utf-8")


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold a lock file, after the run that holds it; the end of a process lets go of it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+b")
    except OSError as error:
        raise BootstrapError(
            f"there is no place for the dependencies: {error}. Make {ROOT} writable, "
            "or name a folder of yours in XDG_CACHE_HOME, then run the same command again."
        ) from None
    with file:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("another run is installing, waiting for it")
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


def run_in(home: Path, arguments: list[str]) -> None:
    """Replace this process by the same command in the environment."""
    command = [str(python_of(home)), "-m", "app", *arguments]
    # Both would lead the environment's Python back to the packages of another one.
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONHOME", "PYTHONPATH")}
    sys.stdout.flush()
    if sys.platform == "win32":
        import subprocess

        sys.exit(subprocess.call(command, env=environment))
    os.execve(command[0], command, environment)
