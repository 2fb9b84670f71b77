"""Terms as people type them, on the command line and in the cells of a file (pure)."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from goals.calendar import FIRST_COMMON_YEAR, LAST_COMMON_YEAR
from goals.errors import Refusal
from goals.tracking.goal import CHANGES
from goals.words import N_, Message

#: What a change can be counted in: all but a target that is named itself.
WAYS = tuple(one for one in CHANGES if one != "target")


def number(field: str, text: str) -> Decimal:
    """Return a number in plain digits; raises Refusal at the field."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise Refusal(
            "usage",
            N_("%(text)s is not a number."),
            {"text": text},
            fix=Message(N_("Write plain digits with a point, such as 0.25 or 2800000.")),
            field=field,
        )
    return value


def change(text: str) -> tuple[str, Decimal]:
    """Return how a change is counted and how much it is, from relative=-0.25 and the like."""
    kind, _, amount = text.partition("=")
    kind = kind.strip()
    if kind not in WAYS or not amount.strip():
        raise Refusal(
            "usage",
            N_("%(text)s is not a change."),
            {"text": text},
            fix=Message(
                N_("Write one such as absolute=500, relative=-0.25, points=-0.02 or delta=-35.")
            ),
            field="change",
        )
    return kind, number("change", amount.strip())


def pairs(field: str, given: Sequence[str]) -> dict[str, str]:
    """Return what is said as NAME=VALUE; raises Refusal at the field."""
    found: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise Refusal(
                "usage",
                N_("%(text)s does not say what is what."),
                {"text": text},
                fix=Message(N_("Write it as NAME=VALUE.")),
                field=field,
            )
        if found.setdefault(name, value) != value:
            raise Refusal(
                "usage",
                N_("%(name)s is given twice."),
                {"name": name},
                fix=Message(N_("Give each name one value.")),
                field=field,
            )
    return found


def step(text: str) -> tuple[date, str]:
    """Return the day and the words of a milestone's step, from DAY=WORDS."""
    day, _, name = text.partition("=")
    try:
        return _day(day.strip()), name
    except ValueError as error:
        raise Refusal(
            "usage",
            N_("%(text)s does not say what is done by which day."),
            {"text": text},
            fix=Message(N_("Write it as DAY=WORDS, such as 2026-09-30=Contract signed.")),
            field="steps",
        ) from error


def _day(text: str) -> date:
    found = date.fromisoformat(text)
    is_plain = re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) is not None
    if not is_plain or not FIRST_COMMON_YEAR <= found.year <= LAST_COMMON_YEAR:
        raise ValueError(text)
    return found


def check_milestone(kind: str | None, *, steps: object, done_when: object) -> None:
    """Raise Refusal where a goal that is no milestone has steps or a sign."""
    given = [name for name, one in (("steps", steps), ("done_when", done_when)) if one]
    if given and kind != "milestone":
        raise Refusal(
            "usage",
            N_("Only a milestone is done in steps and by a sign."),
            fix=Message(N_("Make it a goal of the kind milestone, or leave steps and sign out.")),
            field=given[0],
        )
