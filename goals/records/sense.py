"""Values of one row that cannot both be right (pure).

Only what would make a record say nothing is refused here. Oddities that happen, such as a deal
that was closed before it was created, are kept and found by the checks of data quality.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from goals.words import N_, Message

#: The scale of scores that are called NPS and name none.
_NPS = "0-10"


class Nonsense(NamedTuple):
    """The field at fault, what is wrong with it and what to do."""

    field: str
    problem: Message
    fix: Message


def look(record: str, values: Mapping[str, Any]) -> Nonsense | None:
    """Return what is wrong between the values of a row, None if they go together.

    Fields that the row has no value for are not asked about.
    """
    check = _CHECKS.get(record)
    return None if check is None else check(values)


def _quota(values: Mapping[str, Any]) -> Nonsense | None:
    first, last = values.get("from"), values.get("to")
    if first is None or last is None or first <= last:
        return None
    return Nonsense(
        "to",
        Message(N_("The last day lies before the first.")),
        Message(N_("Correct one of the two days; both belong to the quota.")),
    )


def _survey_answer(values: Mapping[str, Any]) -> Nonsense | None:
    score = values.get("score")
    scale = values.get("scale") or (_NPS if values.get("kind") == "nps" else None)
    if score is None or scale is None:
        return None
    lowest, highest = map(int, scale.split("-"))
    if lowest <= score <= highest:
        return None
    return Nonsense(
        "score",
        Message(N_("This score is not on the scale %(scale)s."), {"scale": scale}),
        Message(N_("Correct the score, or name the scale that was asked with.")),
    )


_CHECKS: dict[str, Callable[[Mapping[str, Any]], Nonsense | None]] = {
    "quota": _quota,
    "survey_answer": _survey_answer,
}
