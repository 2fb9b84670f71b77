"""Look at style, types, architecture and templates; one line for each tool, and no network."""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from app.cli import house
from app.cli.common import Arguments, add_any_workspace

ROOT = Path(__file__).resolve().parents[2]
IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"

# Each runs in the environment's Python; the name is what the line says.
TOOLS: dict[str, list[str]] = {
    "ruff": ["-m", "ruff", "check", "--quiet", "--output-format", "concise", "."],
    "format": ["-m", "ruff", "format", "--check", "--output-format", "concise", "."],
    "mypy": ["-m", "mypy", "--no-error-summary"],
    "imports": ["-c", IMPORTS, "--no-logo"],
    "djlint": ["-m", "djlint", "templates", "--lint", "--quiet"],
}
LOOKS: dict[str, Callable[[Path], list[str]]] = {
    "length": house.long_files,
    "inline": house.inline_markup,
    "catalogues": house.broken_catalogues,
    "machines": house.machine_names,
}


@dataclass
class Outcome:
    """What a tool said; nothing in `lines` means that all is well."""

    name: str
    ok: bool
    seconds: float
    lines: list[str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the names of the tools to run."""
    names = ", ".join([*TOOLS, *LOOKS])
    parser.add_argument("only", nargs="*", metavar="TOOL", help=f"only these: {names}")
    add_any_workspace(parser)


def run(args: Arguments) -> int:
    """Run the tools and return 1 when one of them found something."""
    names = [name for name in [*TOOLS, *LOOKS] if not args.only or name in args.only]
    failed = 0
    with ThreadPoolExecutor(max_workers=2) as pool:
        for outcome in pool.map(one, names):
            state = "ok" if outcome.ok else "FAILED"
            print(f"{outcome.name:11} {state:7} {outcome.seconds:5.1f} s", flush=True)
            if not outcome.ok:
                failed += 1
                print("\n".join(f"    {line}" for line in outcome.lines), flush=True)
    print(f"{len(names) - failed} of {len(names)} checks passed")
    return 1 if failed or not names else 0


def one(name: str) -> Outcome:
    """Run one tool and return what it said."""
    start = time.monotonic()
    ok, lines = look(name) if name in LOOKS else ask(TOOLS[name])
    return Outcome(name, ok, time.monotonic() - start, lines)


def look(name: str) -> tuple[bool, list[str]]:
    """Run one of our own checks."""
    lines = LOOKS[name](ROOT)
    return not lines, lines


def ask(words: list[str]) -> tuple[bool, list[str]]:
    """Run a tool of the environment."""
    answer = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    # The type checker's notes are many times longer than what they explain.
    lines = [line for line in answer.stdout.splitlines() if ": note: " not in line]
    return answer.returncode == 0, lines
