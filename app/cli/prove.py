"""Run the full-size proofs, each printing a table: prove [NAME]."""

import importlib
from argparse import ArgumentParser, Namespace

from app.cli import common
from app.cli.common import CommandError

#: A proof's name, the module behind it, and what it shows.
PROOFS = {
    "alerts": ("tests.proofs.alerts", "alerts arrive once, and digests once a day"),
    "bottlecrm": ("tests.proofs.bottlecrm", "the real BottleCRM, mirrored and moved"),
    "coach": ("tests.proofs.coach", "the SMART coach agrees with a person, letter by letter"),
    "crash": ("tests.proofs.crash", "kill -9 loses and doubles nothing"),
    "maven": ("tests.proofs.maven", "a real quarter, day by day, equal everywhere"),
    "metrics": ("tests.proofs.metrics", "every metric leads to its rows, and they make it"),
    "slack": ("tests.proofs.slack", "quick under load, nothing lost, doubled or given away"),
}


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("name", nargs="?", metavar="NAME", help=", ".join(PROOFS))
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    common.add_any_workspace(parser)
    common.add_json(parser)


def run(args: Namespace) -> int:
    """Run one proof or all of them; a proof that fails makes the exit code 1."""
    if args.name is not None and args.name not in PROOFS:
        raise CommandError(
            "unknown_proof",
            f"There is no proof {args.name}.",
            f"The proofs are: {', '.join(PROOFS)}.",
            field="name",
            exit_code=2,
        )
    failed = False
    for name, (module, shows) in PROOFS.items():
        if args.name in (None, name):
            print(f"{name}: {shows}", flush=True)
            failed |= not importlib.import_module(module).run(seed=args.seed)
    return 1 if failed else 0
