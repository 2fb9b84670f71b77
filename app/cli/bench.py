"""Measure, and print each line as a ratio taken in one run: bench [NAME]."""

import importlib
from argparse import ArgumentParser, Namespace
from typing import Any

from app.cli import common
from app.cli.common import CommandError

#: A benchmark's name and the module behind it.
BENCHMARKS = {
    "sync": "benchmarks.sync",
    "metrics": "benchmarks.metrics",
    "pages": "benchmarks.pages",
    "slack": "benchmarks.slack",
    "forecast": "benchmarks.forecast",
    "goals": "benchmarks.goals",
}


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("name", nargs="?", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--small", action="store_true", help="small sizes, to see that it runs")
    common.add_any_workspace(parser)
    common.add_json(parser)


def run(args: Namespace) -> int:
    """Run one benchmark or all of them and print their rows."""
    if args.name is not None and args.name not in BENCHMARKS:
        raise CommandError(
            "unknown_benchmark",
            f"There is no benchmark {args.name}.",
            f"The benchmarks are: {', '.join(BENCHMARKS)}.",
            field="name",
            exit_code=2,
        )
    rows: list[dict[str, Any]] = []
    for name, module in BENCHMARKS.items():
        if args.name in (None, name):
            for row in importlib.import_module(module).rows(small=args.small):
                rows.append(row)
                if not args.json:
                    print(_line(row), flush=True)
    if args.json:
        print(common.as_json({"rows": rows}))
    return 0


def _line(row: dict[str, Any]) -> str:
    return (
        f"{row['id']:<4}{row['database']:<12}{row['value']:<12}"
        f"floor {row['floor']:<10}goal {row['goal']:<10}{row['what']}"
    )
