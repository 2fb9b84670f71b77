"""replay RULE: what a rule would have said, in the contract's shape and in words."""

from datetime import date, timedelta

import pytest

KEYS = [
    "rule", "settings", "history", "fired", "misses", "caught", "false_alarms", "recall",
    "lead_days_median", "messages_per_week", "alternatives", "firings",
]  # fmt: skip


@pytest.fixture
def acme(headway, tmp_path):
    """A company that sold less and less in June, with a goal that it missed."""
    headway.json("workspace", "create", "Acme")
    headway.json("member", "add", "ann@acme.example", "--name", "Ann", "--role", "owner")
    days = [date(2026, 6, 1) + timedelta(days=n) for n in range(30)]
    lines = [f"{n},{day},{day},{200 if n < 8 else 20},Won" for n, day in enumerate(days)]
    deals = tmp_path / "deals.csv"
    deals.write_text("\n".join(["id,created_on,closed_on,amount,stage", *lines]))
    mapping = tmp_path / "mapping.json"
    mapping.write_text(
        '{"columns":{"external_id":"id","created_on":"created_on","closed_on":"closed_on",'
        '"amount":"amount","stage":"stage"},"stages":{"Won":"won"}}'
    )
    headway.json("import", str(deals), "--as", "deal", "--mapping", str(mapping))
    headway.json(
        "goal", "add", "--name", "June", "--metric", "revenue", "--kind", "cumulative",
        "--direction", "up", "--target", "6000", "--from", "2026-06-01", "--to", "2026-06-30",
        "--owner", "ann@acme.example", "--judge", "pace",
    )  # fmt: skip
    return headway


def test_a_rule_is_replayed_in_the_shape_of_the_contract(acme):
    found = acme.json("replay", "default", "--from", "2026-06-01", "--to", "2026-06-30")
    assert list(found) == KEYS
    assert found["rule"]["name"] == "Changes of status"
    assert (found["history"], found["settings"]) == ("event_time", {})
    assert (found["misses"], found["caught"], found["recall"]) == (1, 1, 1.0)
    assert found["false_alarms"] == 0
    first = found["firings"][0]
    assert (first["goal"]["name"], first["outcome"]) == ("June", "missed")
    lead = (date(2026, 6, 30) - date.fromisoformat(first["day"])).days
    assert found["lead_days_median"] == lead
    assert [list(one) for one in found["alternatives"]] == [
        [*KEYS[1:2], *KEYS[3:10]], [*KEYS[1:2], *KEYS[3:10]],
    ]  # fmt: skip
    assert found["alternatives"][0]["settings"] == {"cool_down": 24}


def test_days_that_were_judged_are_taken_as_they_were_said(acme):
    for day in range(1, 31):
        acme.json("review", "--today", f"2026-06-{day:02}")
    months = ("--from", "2026-06-01", "--to", "2026-06-30")
    assert acme.json("replay", "default", *months)["history"] == "known_then"
    code, text, _error = acme.say("replay", "default", *months)
    assert code == 0 and "(known_then)" in text and "missed  June" in text


def test_other_settings_and_a_day_to_stand_at(acme):
    acme.json("rule", "add", "--name", "Slow", "--kind", "pace_gap")
    found = acme.json("replay", "Slow", "--set", "gap=0.3", "--set", "days=2",
        "--today", "2026-06-20")  # fmt: skip
    assert found["settings"] == {"gap": 0.3, "days": 2}
    # On the 20th nobody knew how June would end.
    assert (found["misses"], found["recall"]) == (0, None)
    assert {one["outcome"] for one in found["firings"]} == {"open"}


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        (["nothing"], "unknown_rule", 2),
        (["default", "--set", "gap=1"], "setting_unknown", 2),
        (["default", "--from", "2026-07-01", "--to", "2026-06-01"], "window", 2),
        (["Old"], "no_replay", 1),
    ],
)
def test_what_cannot_be_replayed_says_why(acme, words, code, exit_code):
    acme.json("rule", "add", "--name", "Old", "--kind", "digest", "--to", "C01")
    found = acme.error("replay", *words, code=exit_code)
    assert found["code"] == code
