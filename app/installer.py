"""Fills a virtual environment with uv where it is at hand, else with pip; standard library only."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

Say = Callable[[str], None]

NO_VENV = (
    "this Python cannot make virtual environments. On Debian and Ubuntu: "
    "apt install python3-venv. Then run the same command again."
)
NO_INDEX = (
    "the Python package index could not be reached, so the dependencies are not installed. "
    "See that this machine is online, or name your mirror in PIP_INDEX_URL, "
    "then run the same command again."
)
OFFLINE_SIGNS = (
    "Temporary failure in name resolution",
    "Name or service not known",
    "nodename nor servname",
    "NewConnectionError",
    "Failed to establish a new connection",
    "ConnectTimeoutError",
    "Read timed out",
    "Max retries exceeded",
    "ProxyError",
    "Network is unreachable",
    "(from versions: none)",
)


class InstallError(Exception):
    """The environment cannot be filled; the text says what the reader can do."""


def install(root: Path, home: Path, python: Path, extras: list[str], say: Say) -> None:
    """Install the checkout with its dependencies, in an environment that is made if need be."""
    uv = shutil.which("uv")
    if home.exists() and not works(python):
        say(f"the environment in {home} is incomplete, making it anew")
        shutil.rmtree(home)
    first = not home.exists()
    say(f"installing into {home}" + (" (once, about half a minute)" if first else ""))
    if first:
        make(home, with_pip=uv is None)
    # Installing a project writes into its folder; a read-only one gets a path line instead.
    writable = os.access(root, os.W_OK)
    wanted = ["-e", f"{root}[{','.join(extras)}]"] if writable else requirements(root, extras)
    wanted += ["-c", str(root / "constraints.txt")]
    if not (uv and by_uv(uv, python, wanted)):
        by_pip(python, wanted)
    if not writable:
        (site_packages(home) / "headway.pth").write_text(f"{root}\n", encoding="utf-8")


def works(python: Path) -> bool:
    """Say whether the environment's interpreter starts and is the version that runs now."""
    try:
        answer = quietly([str(python), "-c", "import sys; print(*sys.version_info[:2])"])
    except OSError:
        return False
    return answer.stdout.split() == [str(number) for number in sys.version_info[:2]]


def make(home: Path, *, with_pip: bool) -> None:
    """Make an empty environment."""
    if importlib.util.find_spec("venv") is None:
        raise InstallError(NO_VENV)
    if with_pip and importlib.util.find_spec("ensurepip") is None:
        raise InstallError(NO_VENV)
    command = [sys.executable, "-m", "venv", *([] if with_pip else ["--without-pip"]), str(home)]
    answer = quietly(command)
    if answer.returncode:
        shutil.rmtree(home, ignore_errors=True)
        hint = NO_VENV if "ensurepip" in answer.stdout else ending(answer.stdout)
        raise InstallError(hint)


def by_uv(uv: str, python: Path, wanted: list[str]) -> bool:
    """Install with uv and say whether that worked.

    The second try is for networks that sign their traffic with a certificate of their own.
    """
    command = [uv, "pip", "install", "--quiet", "--python", str(python), *wanted]
    return any(quietly([*command, *more]).returncode == 0 for more in ([], ["--system-certs"]))


def by_pip(python: Path, wanted: list[str]) -> None:
    """Install with the environment's own pip."""
    pip = [str(python), "-m", "pip"]
    if quietly([*pip, "--version"]).returncode:
        answer = quietly([str(python), "-m", "ensurepip", "--default-pip"])
        if answer.returncode:
            raise InstallError(NO_VENV)
    answer = quietly([*pip, "install", "--quiet", "--disable-pip-version-check", *wanted])
    if answer.returncode:
        offline = any(sign in answer.stdout for sign in OFFLINE_SIGNS)
        raise InstallError(NO_INDEX if offline else ending(answer.stdout))


def requirements(root: Path, extras: list[str]) -> list[str]:
    """Return the dependencies that pyproject.toml names, with those of the given groups."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = project.get("optional-dependencies", {})
    return [*project["dependencies"], *(line for extra in extras for line in groups[extra])]


def site_packages(home: Path) -> Path:
    """Return the folder of an environment that packages are imported from."""
    if sys.platform == "win32":
        return home / "Lib" / "site-packages"
    return home / "lib" / "python{}.{}".format(*sys.version_info) / "site-packages"


def quietly(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command without a terminal; both of its outputs come back as one text."""
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )


def ending(output: str) -> str:
    """Return the last lines of an installer's output as the reason of a failure."""
    return "the dependencies could not be installed:\n" + "\n".join(last_lines(output, 15))


def last_lines(output: str, count: int) -> Iterator[str]:
    """Yield the last lines of a text that have something in them."""
    yield from [line for line in output.splitlines() if line.strip()][-count:]
