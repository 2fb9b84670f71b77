"""The command line: finds the module of a word, runs it and reports what went wrong.

A module of a word has ``add_arguments(parser)`` and ``run(args) -> int``. With
``TAKES_REST = True``, what the parser does not know is handed over as ``args.rest``.
"""

import gc
import importlib
import os
import sys
import traceback
from types import ModuleType

from app import catalogues
from app.cli import common

# A word, the module behind it, and the line that the list of commands shows.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("app.cli.demo", "show the sample company, everything included"),
    "serve": ("app.cli.serve", "run the web process"),
    "worker": ("app.cli.worker", "run the process that pulls, reviews and delivers"),
    "db": ("app.cli.db", "prepare, back up or restore the database"),
    "workspace": ("app.cli.workspace", "make a workspace"),
    "member": ("app.cli.member", "add a member"),
    "team": ("app.cli.team", "add a team"),
    "connection": ("app.cli.connection", "connect a source, test it, list them"),
    "sync": ("app.cli.sync", "pull the sources now"),
    "import": ("app.cli.import_", "import a file"),
    "metric": ("app.cli.metric", "show metrics and their values"),
    "goal": ("app.cli.goal", "add, list, show and check goals"),
    "quota": ("app.cli.quota", "say who sold how much of what they were to sell"),
    "rule": ("app.cli.rule", "add and list the rules by which alerts are sent"),
    "replay": ("app.cli.replay", "say what an alert rule would have said over the past"),
    "lint": ("app.cli.lint", "check a goal in a sentence against the SMART rules"),
    "review": ("app.cli.review", "judge the goals as of a day"),
    "status": ("app.cli.status", "say how the goals stand"),
    "ask": ("app.cli.ask", "answer a question about goals"),
    "document": ("app.cli.document", "write the strategy document"),
    "slack": ("app.cli.slack", "manifest, Socket Mode, channels and links"),
    "keys": ("app.cli.keys", "seal all secrets with the newest key"),
    "backtest": ("app.cli.backtest", "measure how good forecast and status are"),
    "doctor": ("app.cli.doctor", "look for what is wrong with this installation"),
    "prove": ("app.cli.prove", "run the full-size proofs"),
    "bench": ("app.cli.bench", "measure, and print the ratios"),
    "test": ("app.cli.test", "run the tests"),
    "check": ("app.cli.check", "look at style, types and architecture"),
}
#: Things that are made between two looks for rings of them. Records make none, and to look as
#: often as Python does on its own is a tenth of a sync.
BETWEEN_LOOKS = 50_000


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 failed, 2 not understood."""
    gc.set_threshold(BETWEEN_LOOKS, *gc.get_threshold()[1:])
    # Workers share the machine already; the threads of numpy's library wait for each other busily,
    # and where the machine is busy a forecast takes seven times as long with two as with one.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    words = sys.argv[1:] if arguments is None else arguments
    json = "--json" in words
    try:
        return dispatch(words)
    except common.CommandError as error:
        common.show_error(error, json=json)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output is gone: point it elsewhere, so that the last flush is silent.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        refused = common.refusal(error, words)
        if refused is not None:
            common.show_error(refused, json=json)
            return refused.exit_code
        from app import logs

        print(logs.without_values(traceback.format_exc()), file=sys.stderr, end="")
        reason = logs.without_values(str(error)).strip()
        unexpected = common.CommandError(
            "unexpected",
            f"Something went wrong that this command does not know about: {reason}",
            "The lines above say where. Run the same command again; if it stays, report them.",
        )
        common.show_error(unexpected, json=json)
        return 1


def dispatch(words: list[str]) -> int:
    """Run the command that the words name."""
    if not words or words[0] in ("-h", "--help", "help"):
        print(overview())
        return 0
    word, rest = words[0], words[1:]
    if word not in COMMANDS:
        raise common.CommandError(
            "unknown_command",
            f"There is no command {word!r}.",
            f"The commands are: {', '.join(sorted(COMMANDS))}.",
            exit_code=2,
        )
    catalogues.compile_stale()
    module = importlib.import_module(COMMANDS[word][0])
    return int(module.run(read_arguments(word, module, rest)))


def read_arguments(word: str, module: ModuleType, rest: list[str]) -> common.Arguments:
    """Return what a module's parser makes of the words after the command."""
    parser = common.Parser(prog=f"headway {word}", description=module.__doc__)
    module.add_arguments(parser)
    args, unknown = parser.parse_known_args(rest, common.Arguments())
    if getattr(module, "TAKES_REST", False):
        args.rest = unknown
    elif unknown:
        parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    return args


def overview() -> str:
    """Return the list of commands."""
    width = max(map(len, COMMANDS))
    lines = [f"  {word:{width}}  {summary}" for word, (_, summary) in sorted(COMMANDS.items())]
    return "\n".join(
        ["usage: headway COMMAND ...", "", *lines, "", "headway COMMAND --help says more."]
    )
