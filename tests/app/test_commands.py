"""What holds for every command, whatever it does."""

import argparse
import contextlib
import importlib
import re
from pathlib import Path

import pytest

from app.cli import common, main

ROOT = Path(__file__).resolve().parents[2]
#: Tools of the checkout, which print what others say; and the process that answers Slack.
WITHOUT_JSON = {("test",), ("check",), ("slack", "socket")}
#: Where the contract lets a command live on another day.
WITH_TODAY = {
    ("sync",), ("review",), ("status",), ("ask",), ("goal", "add"), ("goal", "list"),
    ("goal", "show"), ("goal", "lint"), ("lint",), ("worker",), ("demo",),
    ("document",), ("backtest",),
}  # fmt: skip


def parsers():
    """Return every command and action with its parser."""
    found: dict[tuple[str, ...], argparse.ArgumentParser] = {}
    for word, (module, _) in main.COMMANDS.items():
        parser = common.Parser(prog=word)
        importlib.import_module(module).add_arguments(parser)
        inner = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
        if not inner:
            found[(word,)] = parser
        for actions in inner:
            found |= {(word, action): one for action, one in actions.choices.items()}
    return found


PARSERS = parsers()


def options(words):
    return {text for one in PARSERS[words]._actions for text in one.option_strings}


@pytest.mark.parametrize("words", PARSERS, ids=" ".join)
def test_help_is_in_words(words, capsys):
    with contextlib.suppress(SystemExit):
        main.main([*words, "--help"])
    shown = capsys.readouterr().out
    assert shown.startswith(f"usage: headway {words[0]}")
    assert len(re.findall(r"[a-z]{3,}", shown)) >= 4


@pytest.mark.parametrize("word", main.COMMANDS)
def test_a_command_says_what_it_is_for_in_a_sentence(word):
    module, summary = main.COMMANDS[word]
    said = importlib.import_module(module).__doc__ or ""
    assert re.match(r"[A-Z][^\n]+[.:\]]", said)
    assert summary and summary[0].islower() and not summary.endswith(".")


def test_every_command_stands_in_the_documents():
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"(?m)^\| `([a-z]+)`", text)) == sorted(main.COMMANDS)
    for words in PARSERS:
        [line] = re.findall(rf"(?m)^\| `{words[0]}`.*$", text)
        assert all(f"`{one}" in line for one in words[1:]), words


def test_every_command_answers_with_json():
    assert {words for words in PARSERS if "--json" not in options(words)} == WITHOUT_JSON


def test_every_command_takes_the_workspace():
    assert {words for words in PARSERS if "--workspace" not in options(words)} == set()


def test_another_day_can_be_lived_in_where_the_contract_says_so():
    assert {words for words in WITH_TODAY if "--today" not in options(words)} == set()


@pytest.mark.parametrize("words", [one for one in PARSERS if one[0] != "test"], ids=" ".join)
def test_an_option_that_does_not_exist_is_not_understood(words, headway):
    code, out, err = headway.say(*words, "--no-such-option")
    assert (code, out) == (2, "")
    assert "headway" in err and "Traceback" not in err
