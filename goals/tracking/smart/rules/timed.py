"""T: by when, and whether the number can have moved by then (pure)."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from goals import words
from goals.tracking.smart.lint import Finding
from goals.tracking.smart.rules.facts import Facts
from goals.words import N_, Message


def _has_deadline(facts: Facts) -> Iterator[Finding]:
    if facts.last_day is not None:
        return
    if facts.open_time:
        yield facts.find(
            "smart-T1",
            "weak",
            Message(N_("This could be any day.")),
            Message(N_("Write the last day.")),
            quote="open_time",
        )
    else:
        yield facts.find(
            "smart-T1",
            "fail",
            Message(N_("There is no day by which it should be reached.")),
            Message(N_("Choose the last day.")),
        )


def _deadline_ahead(facts: Facts) -> Iterator[Finding]:
    if facts.last_day is None:
        return
    before_start = facts.first_day is not None and facts.last_day <= facts.first_day
    # What was written down in time and is over by now was no mistake.
    is_past = facts.last_day < facts.today and not facts.was_in_time
    if is_past or before_start:
        yield facts.find(
            "smart-T2",
            "fail",
            Message(
                N_("The last day, %(day)s, is over or not after the start."),
                {"day": words.Day(facts.last_day)},
            ),
            Message(N_("Choose a last day that is still to come.")),
            quote="when",
        )


def _can_react(facts: Facts) -> Iterator[Finding]:
    """A number that answers after 90 days cannot be judged after 30."""
    if facts.reacts_in is None or facts.last_day is None or facts.last_day < facts.today:
        return
    start = facts.first_day if facts.first_day is not None else facts.today
    left = (facts.last_day - start).days + 1
    if facts.reacts_in > left:
        yield facts.find(
            "smart-T3",
            "warn",
            Message(
                N_("The number answers only after %(takes)s, and the goal ends after %(left)s."),
                {"takes": words.Days(_whole(facts.reacts_in)), "left": words.Days(_whole(left))},
            ),
            Message(N_("Choose a later day, or a number that moves sooner.")),
            quote="when",
        )


def _is_complete(facts: Facts) -> Iterator[Finding]:
    if facts.matures_after is not None and facts.last_day is not None:
        yield facts.find(
            "smart-T3",
            "warn",
            Message(
                N_("The number is complete only %(months)s after the last day."),
                {"months": words.Months(Decimal(facts.matures_after))},
            ),
            Message(N_("Expect the final reading then, and watch an earlier sign until it comes.")),
            quote="when",
        )


def _is_reviewed(facts: Facts) -> Iterator[Finding]:
    if facts.cadence == "none":
        yield facts.find(
            "smart-T4",
            "warn",
            Message(N_("No days are set on which it is looked at.")),
            Message(N_("Set a rhythm for looking at it, such as every month.")),
        )


def _whole(number: int) -> Decimal:
    return Decimal(number)


RULES: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    _has_deadline,
    _deadline_ahead,
    _can_react,
    _is_complete,
    _is_reviewed,
)
