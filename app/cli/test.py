"""Run the tests, after installing what this machine lacks for them; other words go to pytest.

Without ``-n`` two tests run at a time. TEST_DATABASE_URL names a PostgreSQL server to use instead
of the embedded one.
"""

import argparse
import importlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from app.cli.common import Arguments, CommandError, add_any_workspace

TAKES_REST = True
ROOT = Path(__file__).resolve().parents[2]
# Chromium, and letters for every language that the pages are tested in.
PACKAGES = ("chromium", "fonts-noto-core", "fonts-noto-cjk", "fonts-thai-tlwg")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the one option that is ours."""
    parser.usage = "headway test [--no-browser] [pytest arguments]"
    parser.add_argument(
        "--no-browser", action="store_true", help="leave out the tests that need a browser"
    )
    add_any_workspace(parser)


def run(args: Arguments) -> int:
    """Run pytest and return its exit code."""
    words = [*args.rest]
    if args.no_browser:
        print("LEFT OUT: the browser tests (--no-browser).", flush=True)
        words.append("--no-browser")
    else:
        prepare_browser()
    prepare_tryton()
    if not any(word.startswith(("-n", "--numprocesses", "--pdb")) for word in words):
        words = ["-n", "2", "--dist", "loadfile", *words]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *words], cwd=ROOT, stdin=subprocess.DEVNULL, check=False
    ).returncode


def prepare_browser() -> None:
    """Install Chromium and fonts where they are missing, else say which line to type."""
    if is_debian() and is_root():
        missing = [name for name in PACKAGES if not is_installed(name)]
        if missing:
            print(f"headway: installing {', '.join(missing)} (once)", file=sys.stderr)
            apt_install(missing)
    elif not browser_here():
        print("headway: installing Playwright's Chromium (once)", file=sys.stderr)
        playwright_install()
    if not browser_here():
        raise CommandError("no_browser", "There is no Chromium for the browser tests.", way_out())


def prepare_tryton() -> None:
    """Install Tryton for its live test where it is missing.

    Where that cannot be done the other tests still run: those of Tryton then fail, with these
    same words.
    """
    live = importlib.import_module("tests.live.tryton")
    try:
        live.prepare()
    except live.NotInstalledError as error:
        print(f"headway: {error}", file=sys.stderr)


def browser_here() -> bool:
    """Say whether a browser can be started: the system's own, or the one Playwright keeps."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named) is not None
    return any(map(shutil.which, BROWSERS)) or playwright_chromium_here()


def playwright_chromium_here() -> bool:
    """Say whether Playwright's own Chromium has been downloaded."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


def is_debian() -> bool:
    """Say whether this is Debian itself: what follows from it may package Chromium otherwise."""
    try:
        return platform.freedesktop_os_release()["ID"] == "debian"
    except OSError:
        return False


def is_root() -> bool:
    """Say whether this process may install packages of the system."""
    return sys.platform != "win32" and os.geteuid() == 0


def is_installed(package: str) -> bool:
    """Say whether Debian's package manager has installed a package."""
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status}", package],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    return answer.stdout == "installed"


def apt_install(packages: list[str]) -> None:
    """Install packages without asking; a failed refresh of one source is not the end."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    for words in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(
            [*apt, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=environment,
            check=False,
        )


def playwright_install() -> None:
    """Let Playwright bring its browser; its own words say how far the download got."""
    extra = ["--with-deps"] if is_root() else []
    subprocess.run(
        [sys.executable, "-m", "playwright", "install", *extra, "chromium"],
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        check=False,
    )


def way_out() -> str:
    """Return the line to type on this machine."""
    if is_debian():
        install = f"sudo apt-get install -y --no-install-recommends {' '.join(PACKAGES)}"
    else:
        install = f"{sys.executable} -m playwright install --with-deps chromium"
    return f"Type: {install}\nOr leave those tests out: python3 -m app test --no-browser"
