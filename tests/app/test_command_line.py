import datetime
import json
from argparse import ArgumentTypeError
from decimal import Decimal
from types import SimpleNamespace

import pytest

from app.cli import common, main


def word(run, *options):
    def add_arguments(parser):
        for option in options:
            option(parser)

    return SimpleNamespace(__doc__="A word.", add_arguments=add_arguments, run=run)


@pytest.fixture
def command(monkeypatch):
    """Puts a module behind the word `try`, where the dispatcher finds it like any other."""

    def put(module):
        monkeypatch.setitem(main.COMMANDS, "try", ("tests.behind_try", "a word of the tests"))
        monkeypatch.setitem(__import__("sys").modules, "tests.behind_try", module)

    return put


def test_without_a_word_the_commands_are_listed(capsys):
    assert main.main([]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in main.COMMANDS)


def test_an_unknown_word_exits_2_and_names_the_commands(capsys):
    assert main.main(["blah"]) == 2
    assert "test" in capsys.readouterr().err


def test_an_error_under_json_is_one_document_on_standard_output(capsys):
    assert main.main(["blah", "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "unknown_command"
    assert set(error) == {"code", "message", "fix", "field"}


def test_an_unknown_option_exits_2_with_the_usage_as_the_fix(command, capsys):
    command(word(lambda args: 0, common.add_json))
    assert main.main(["try", "--json", "--nonsense"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "usage"
    assert error["fix"].startswith("usage: headway try")


def test_a_shortened_option_is_not_guessed(command):
    command(word(lambda args: 0, common.add_workspace))
    assert main.main(["try", "--work", "Acme"]) == 2


def test_a_failed_command_exits_1_with_its_own_words(command, capsys):
    def run(args):
        raise common.CommandError("no_source", "The CRM does not answer.", "Try again later.")

    command(word(run, common.add_json))
    assert main.main(["try"]) == 1
    assert capsys.readouterr().err == "The CRM does not answer.\nTry again later.\n"


def test_an_unexpected_failure_is_an_error_document_too(command, capsys):
    def run(args):
        raise ZeroDivisionError("division by zero")

    command(word(run, common.add_json))
    assert main.main(["try", "--json"]) == 1
    shown = capsys.readouterr()
    assert json.loads(shown.out)["error"]["code"] == "unexpected"
    assert "ZeroDivisionError" in shown.err


def test_shared_options_reach_the_command(command):
    seen = []

    def run(args):
        seen.append((args.workspace, args.today, args.lang))
        return 0

    command(word(run, common.add_workspace, common.add_today, common.add_lang))
    words = ["--workspace", "Acme", "--today", "2026-11-22", "--lang", "zh-CN"]
    assert main.main(["try", *words]) == 0
    assert seen == [("Acme", datetime.date(2026, 11, 22), "zh_Hans")]


@pytest.mark.parametrize("text", ["22.11.2026", "2026-13-01", "20261122", "2026-W47-1", ""])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ArgumentTypeError):
        common.day(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("th-TH", "th"),
        ("zh", "zh_Hans"),
        ("zh-Hans-CN", "zh_Hans"),
        ("zh_Hans", "zh_Hans"),
        ("zh-TW", "zh_Hant"),
        ("zh_Hant", "zh_Hant"),
        ("zh-Hant-HK", "zh_Hant"),
    ],
)
def test_languages_go_by_their_catalogue(text, name):
    assert common.language(text) == name


def test_an_unknown_language_is_refused():
    with pytest.raises(ArgumentTypeError):
        common.language("de")


def test_json_keeps_decimals_in_full_and_instants_in_utc():
    instant = datetime.datetime(2026, 11, 22, 9, tzinfo=datetime.UTC)
    document = {"value": Decimal("0.6140693698094773"), "at": instant, "none": None}
    assert common.as_json(document) == (
        '{"value":0.6140693698094773,"at":"2026-11-22T09:00:00Z","none":null}'
    )
