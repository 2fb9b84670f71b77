"""What every command shares: options, the shape of an error, and one way to print a result."""

import argparse
import contextlib
import datetime
import re
import sys
from dataclasses import dataclass
from typing import Any, NoReturn

LANGUAGES = {"en": "en", "th": "th", "zh": "zh_Hans", "zh_cn": "zh_Hans", "zh_sg": "zh_Hans"}
TRADITIONAL_CHINESE = frozenset({"zh_hant", "zh_tw", "zh_hk", "zh_mo"})


class Arguments(argparse.Namespace):
    """The arguments of one command."""

    rest: list[str]


@dataclass(eq=False)
class CommandError(Exception):
    """What was asked could not be done: a code for programs, a sentence and a way out for people.

    The exit code is 1 for work that failed and 2 for words that were not understood.
    """

    code: str
    message: str
    fix: str
    field: str | None = None
    exit_code: int = 1


class Parser(argparse.ArgumentParser):
    """An argument parser that raises instead of ending the program, and guesses no option."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"allow_abbrev": False, **kwargs})

    def error(self, message: str) -> NoReturn:
        """Raise the usage error of the contract."""
        fix = " ".join(self.format_usage().split())
        raise CommandError("usage", f"{message[:1].upper()}{message[1:]}.", fix, exit_code=2)


def add_workspace(parser: argparse.ArgumentParser) -> None:
    """Let a command name its workspace; without it the only one is meant."""
    parser.add_argument(
        "--workspace", metavar="NAME", help="the workspace, by default the only one"
    )


def add_any_workspace(parser: argparse.ArgumentParser) -> None:
    """Let a command that concerns all workspaces alike take --workspace as every other does."""
    parser.add_argument(
        "--workspace", metavar="NAME", help="taken as by every command; this one concerns them all"
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """Let a command answer with one JSON document on standard output."""
    parser.add_argument("--json", action="store_true", help="answer with one JSON document")


def add_today(parser: argparse.ArgumentParser) -> None:
    """Let a command behave as on the end of another local day; None means the day that it is."""
    parser.add_argument(
        "--today", type=day, metavar="YYYY-MM-DD", help="behave as on the end of this day"
    )


def add_lang(parser: argparse.ArgumentParser) -> None:
    """Let a command answer in a language; None means the reader's own."""
    parser.add_argument("--lang", type=language, metavar="LANG", help="en, th or zh_Hans")


def day(text: str) -> datetime.date:
    """Return the day that an argument names."""
    from goals.calendar import FIRST_COMMON_YEAR, LAST_COMMON_YEAR

    if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        with contextlib.suppress(ValueError):
            found = datetime.date.fromisoformat(text)
            if FIRST_COMMON_YEAR <= found.year <= LAST_COMMON_YEAR:
                return found
            raise argparse.ArgumentTypeError(
                f"{text!r} is not a day of the years {FIRST_COMMON_YEAR} to {LAST_COMMON_YEAR}"
            )
    raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2026-11-22")


def port(text: str) -> int:
    """Return the port that an argument names; 0 stands for a free one."""
    if re.fullmatch(r"\d{1,5}", text, re.ASCII) and int(text) < 1 << 16:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to 65535")


def language(text: str) -> str:
    """Return the name that catalogues use for a language: en, th, zh_Hans or zh_Hant."""
    key = text.strip().replace("-", "_").lower()
    head, _, _ = key.partition("_")
    if any(key == name or key.startswith(f"{name}_") for name in TRADITIONAL_CHINESE):
        return "zh_Hant"
    if key.startswith("zh_hans") or head in LANGUAGES:
        return LANGUAGES.get(key, LANGUAGES[head])
    raise argparse.ArgumentTypeError(f"{text!r} is not one of en, th, zh_Hans, zh_Hant")


def refusal(error: Exception, words: list[str]) -> CommandError | None:
    """Return what a refusal from below means for the command line, None for other errors."""
    from goals import words as texts
    from goals.errors import OutsideError, Refusal

    if not isinstance(error, (Refusal, OutsideError)):
        return None
    reader = texts.Reader(locale=texts.normalise(_asked_for("--lang", words) or "en"))
    misused = isinstance(error, Refusal) and error.misused
    return CommandError(
        error.code,
        texts.render(error.message, reader),
        texts.render(error.fix, reader) if error.fix is not None else _help(words),
        field=error.field,
        exit_code=2 if misused else 1,
    )


def _asked_for(option: str, words: list[str]) -> str | None:
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == option:
            return following
        if word.startswith(f"{option}="):
            return word.partition("=")[2]
    return None


def _help(words: list[str]) -> str:
    """Return where the words of a command are explained, for refusals without other advice."""
    return f"headway {words[0]} --help lists what the command takes."


def show(args: argparse.Namespace, document: object, text: str) -> None:
    """Print the JSON document if that was asked for, else the text."""
    print(as_json(document) if getattr(args, "json", False) else text)


def show_error(error: CommandError, *, json: bool) -> None:
    """Print an error: on standard output as JSON, or on standard error in words."""
    if json:
        parts = {
            "code": error.code,
            "message": error.message,
            "fix": error.fix,
            "field": error.field,
        }
        print(as_json({"error": parts}))
    else:
        print(f"{error.message}\n{error.fix}", file=sys.stderr)


def as_json(document: object) -> str:
    """Return a document as JSON: decimals as numbers in full, instants as RFC 3339 in UTC."""
    import msgspec

    return msgspec.json.Encoder(decimal_format="number").encode(document).decode()
