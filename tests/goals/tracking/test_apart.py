"""The sentence that says why a goal's plan, its chance and its status go apart."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from goals import words
from goals.metrics import catalogue
from goals.tracking import apart
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal, GoalVersion
from goals.tracking.standing import Standing

READER = words.Reader()
NEEDED, LIKELY = Decimal(160), Decimal(100)


@dataclass
class Case:
    """A goal of 14,000 on the 47th day before its last, with other values where they are given."""

    kind: str = "cumulative"
    direction: str = "up"
    judged_by: str = "chance"

    def says(self, **seen: Any) -> str | None:
        told = {
            "status": "off_track", "judged": "off_track", "chance": 0.12, "final": False,
            "actual": Decimal(6480), "expected": Decimal(3000), "likely_end": 6480 + 47 * LIKELY,
            "required_rate": NEEDED, "day": date(2026, 8, 14), "unit": "money", "currency": "USD",
            **seen,
        }  # fmt: skip
        told["judged"] = seen.get("judged", told["status"])
        goal: Any = {"kind": self.kind, "direction": self.direction}
        terms: Any = {"judged_by": self.judged_by, "last_day": date(2026, 9, 30)}
        found = apart.of(
            Standing(
                metric=catalogue.METRICS["revenue"],
                goal=Goal(**goal),
                terms=GoalVersion(**terms),
                original=GoalVersion(**terms),
                evaluation=Evaluation(**told),
                owner_name=None,
                owner_email=None,
                team_name=None,
                base_currency="USD",
            )
        )
        return None if found is None else words.render(found, READER)


def test_a_goal_that_keeps_up_with_its_plan_and_will_not_get_there_says_what_it_lacks():
    assert Case().says() == (
        "It keeps up with its plan, but what is left asks for $160 a day, and its own past makes"
        " $100 a day likely."
    )


def test_one_that_varies_too_much_says_how_often_it_falls_short():
    text = Case().says(status="at_risk", chance=0.55, likely_end=Decimal(14_100))
    assert text is not None and text.endswith("it misses the target in 45% of cases.")
    assert Case("level").says(chance=0.02) is not None


def test_a_goal_behind_its_plan_that_will_get_there_says_why():
    text = Case().says(
        status="on_track", chance=0.8, expected=Decimal(9000), likely_end=6480 + 47 * Decimal(200)
    )
    assert text is not None and "asks for only $160 a day" in text and "$200 a day" in text


@pytest.mark.parametrize(
    ("status", "chance", "says"),
    [
        ("on_track", 0.08, "It is judged by its pace."),
        ("at_risk", 0.9, "It is judged by its pace."),
        ("on_track", 0.5, None),
        ("off_track", 0.1, None),
        ("on_track", 0.9, None),
    ],
)
def test_a_pace_that_the_chance_contradicts_is_said_to_decide(status, chance, says):
    text = Case(judged_by="pace").says(status=status, chance=chance)
    assert text is None if says is None else text is not None and text.startswith(says)


@pytest.mark.parametrize("chance", [0.35, 0.45, 0.6])
def test_what_was_off_track_says_how_it_gets_out_of_it(chance):
    text = Case().says(chance=chance)
    assert text == "Once off track, a goal stays so until its chance is above 60%."


@pytest.mark.parametrize(("status", "chance"), [("at_risk", 0.61), ("on_track", 0.58)])
def test_why_a_word_holds_against_its_chance_is_left_to_the_reason(status, chance):
    assert Case().says(status=status, chance=chance) is None


@pytest.mark.parametrize(
    "seen",
    [
        {"expected": Decimal(9000)},
        {"status": "on_track", "chance": 0.8, "likely_end": Decimal(16_000)},
        {"status": "too_early"},
        {"status": "stale"},
        {"chance": None},
        {"final": True, "status": "missed"},
        {"status": "on_track", "judged": "off_track"},
    ],
)
def test_where_all_of_it_agrees_or_cannot_be_said_there_is_no_sentence(seen):
    assert Case().says(**seen) is None
