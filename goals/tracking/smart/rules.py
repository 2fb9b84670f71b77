"""The SMART rules on a goal's fields (pure); the ids are those of the domain's rule table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from goals import words
from goals.tracking.smart.lint import Finding, Lint, Read
from goals.words import N_, Message

#: The letters that these rules can judge; relevance needs what stands around the goal.
EXAMINED = frozenset("SMAT")


@dataclass(frozen=True)
class Facts:
    """What a goal says of itself; None where it says nothing.

    `limits` is the range its metric can have and `better` the metric's own direction ("up",
    "down" or None where neither is better).
    """

    metric: str | None
    metric_known: bool
    metric_name: Message | None
    unit: str
    currency: str | None
    better: str | None
    limits: tuple[Decimal | None, Decimal | None]
    direction: str | None
    change: str | None
    given: Decimal | None
    target: Decimal | None
    baseline: Decimal | None
    first_day: date | None
    last_day: date | None
    today: date
    has_owner: bool
    has_actions: bool
    is_milestone: bool = False

    def amount(self, value: Decimal | None) -> object:
        """Return a value with the metric's unit."""
        return words.amount(value, self.unit, self.currency)


def examine(facts: Facts) -> Lint:
    """Return what the rules find in a goal's fields."""
    found = tuple(finding for rule in _RULES for finding in rule(facts))
    read = Read(facts.metric, facts.direction, facts.target, facts.change, facts.last_day)
    return Lint(found, EXAMINED, read)


def _says_what(facts: Facts) -> Iterator[Finding]:
    if facts.direction is None and facts.metric is None:
        yield Finding(
            "smart-S1",
            "fail",
            Message(N_("It does not say what changes.")),
            Message(N_("Choose a number and whether it should rise or fall.")),
        )


def _says_how(facts: Facts) -> Iterator[Finding]:
    if not facts.has_actions:
        numberless = facts.given is None and not facts.is_milestone
        yield Finding(
            "smart-S2",
            "fail" if numberless else "weak",
            Message(N_("It does not say how the goal will be reached.")),
            Message(N_("Name at least one action, tool or change that will move the number.")),
        )


def _has_owner(facts: Facts) -> Iterator[Finding]:
    if not facts.has_owner:
        yield Finding(
            "smart-S3",
            "warn",
            Message(N_("Nobody owns it.")),
            Message(N_("Choose the person who answers for it.")),
        )


def _has_number(facts: Facts) -> Iterator[Finding]:
    if facts.given is None and not facts.is_milestone:
        yield Finding(
            "smart-M1",
            "fail",
            Message(N_("There is no number to reach.")),
            Message(N_("Write the value, or the change, that would be a success.")),
        )


def _metric_known(facts: Facts) -> Iterator[Finding]:
    if facts.metric is None or facts.metric_known:
        return
    yield Finding(
        "smart-M2",
        "fail",
        Message(N_("%(metric)s is not a number that is measured here."), {"metric": facts.metric}),
        Message(N_("Choose one from the catalogue, or enter its readings by hand.")),
    )


def _has_baseline(facts: Facts) -> Iterator[Finding]:
    if facts.baseline is None and not facts.is_milestone:
        yield Finding(
            "smart-M3",
            "warn",
            Message(N_("Where it starts from is not known.")),
            Message(N_("Take the baseline from the records, or write it down with its source.")),
        )


def _relative_or_points(facts: Facts) -> Iterator[Finding]:
    if facts.change != "relative" or facts.unit != "rate" or facts.given is None:
        return
    evidence = None
    if facts.baseline is not None:
        evidence = Message(
            N_("From %(baseline)s: relative gives %(relative)s, points give %(points)s."),
            {
                "baseline": facts.amount(facts.baseline),
                "relative": facts.amount(facts.baseline * (1 + facts.given)),
                "points": facts.amount(facts.baseline + facts.given),
            },
        )
    yield Finding(
        "smart-M4",
        "warn",
        Message(N_("A percentage of a percentage can be read in two ways.")),
        Message(N_("Say whether you mean a share of today's value or percentage points.")),
        evidence,
    )


def _within_range(facts: Facts) -> Iterator[Finding]:
    low, high = facts.limits
    if facts.target is None:
        return
    below = low is not None and facts.target < low
    above = high is not None and facts.target > high
    if below or above:
        yield Finding(
            "smart-M5",
            "fail",
            Message(
                N_("%(target)s is outside what this number can be."),
                {"target": facts.amount(facts.target)},
            ),
            Message(N_("Write a target within its range.")),
            Message(
                N_("It runs from %(low)s to %(high)s."),
                {"low": facts.amount(low), "high": facts.amount(high)},
            ),
        )


def _direction_fits(facts: Facts) -> Iterator[Finding]:
    towards = _towards(facts.direction)
    if towards is None:
        return
    if facts.better is not None and towards != facts.better:
        yield Finding(
            "smart-M6",
            "fail",
            Message(N_("The goal moves this number the wrong way.")),
            Message(N_("Turn the direction round, or choose another number.")),
            _better(facts),
        )
    if _wrong_side(facts):
        yield Finding(
            "smart-M6",
            "fail",
            Message(N_("The target and the direction contradict each other.")),
            Message(N_("Correct the target or the direction.")),
            _sides(facts),
        )


def _possible(facts: Facts) -> Iterator[Finding]:
    low, high = facts.limits
    best = high if _towards(facts.direction) == "up" else low
    bounded = facts.unit == "rate" or (facts.unit == "points" and best is not None)
    if bounded and facts.target is not None and facts.target == best:
        yield Finding(
            "smart-A2",
            "fail",
            Message(
                N_("%(target)s is the most this number can ever be."),
                {"target": facts.amount(facts.target)},
            ),
            Message(N_("Choose a step that somebody has reached before.")),
        )


def _right_side(facts: Facts) -> Iterator[Finding]:
    if _wrong_side(facts):
        yield Finding(
            "smart-A6",
            "fail",
            Message(N_("The target lies on the wrong side of where it starts.")),
            Message(N_("Set a target beyond the baseline in the direction of the goal.")),
            _sides(facts),
        )


def _has_deadline(facts: Facts) -> Iterator[Finding]:
    if facts.last_day is None:
        yield Finding(
            "smart-T1",
            "fail",
            Message(N_("There is no day by which it should be reached.")),
            Message(N_("Choose the last day.")),
        )


def _deadline_ahead(facts: Facts) -> Iterator[Finding]:
    if facts.last_day is None:
        return
    before_start = facts.first_day is not None and facts.last_day <= facts.first_day
    if facts.last_day < facts.today or before_start:
        yield Finding(
            "smart-T2",
            "fail",
            Message(
                N_("The last day, %(day)s, is over or not after the start."),
                {"day": words.Day(facts.last_day)},
            ),
            Message(N_("Choose a last day that is still to come.")),
        )


def _towards(direction: str | None) -> str | None:
    if direction in ("up", "at_least"):
        return "up"
    return "down" if direction in ("down", "at_most") else None


def _wrong_side(facts: Facts) -> bool:
    if facts.target is None or facts.baseline is None:
        return False
    towards = _towards(facts.direction)
    # Holding what is there is a goal too: only beyond the baseline is wrong.
    if towards == "up":
        return facts.target < facts.baseline
    return towards == "down" and facts.target > facts.baseline


def _sides(facts: Facts) -> Message:
    return Message(
        N_("It starts at %(baseline)s and aims at %(target)s."),
        {"baseline": facts.amount(facts.baseline), "target": facts.amount(facts.target)},
    )


def _better(facts: Facts) -> Message:
    text = N_("%(metric)s is better higher.")
    if facts.better == "down":
        text = N_("%(metric)s is better lower.")
    return Message(text, {"metric": facts.metric_name or facts.metric})


_RULES: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    _says_what,
    _says_how,
    _has_owner,
    _has_number,
    _metric_known,
    _has_baseline,
    _relative_or_points,
    _within_range,
    _direction_fits,
    _possible,
    _right_side,
    _has_deadline,
    _deadline_ahead,
)
