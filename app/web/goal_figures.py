"""The key figures of a goal: now, plan today, where the pace leads, target, needed a day."""

from dataclasses import dataclass
from decimal import Decimal

from app.web import frame, rows, texts
from app.web.texts import gettext as _
from goals import words
from goals.tracking import standing
from goals.tracking.standing import Standing


@dataclass(frozen=True)
class Figure:
    """One of the key figures, with the small line under it."""

    name: str
    value: str
    note: str = ""
    is_bad: bool = False


def figures(one: Standing) -> list[Figure]:
    """Return the key figures in their fixed order; five at most."""
    seen, terms = one.evaluation, one.terms

    def amount(value: Decimal | None) -> str:
        return texts.compact(value, one.unit, one.currency)

    found = [
        Figure(
            _("Now"),
            amount(seen.actual if seen else None),
            _("%(share)s of the way", share=rows.percent(seen.share))
            if seen is not None and seen.share is not None
            else "",
        ),
        Figure(
            _("Plan today"),
            amount(seen.expected if seen else None),
            _distance(one),
            _is_behind(one),
        ),
    ]
    if seen is not None and seen.projection is not None and not seen.final:
        found.append(
            Figure(_("At this pace"), amount(seen.projection), _("if the rest goes as so far"))
        )
    found.append(Figure(_("Target"), amount(terms.target_value), _before(one)))
    if seen is not None and seen.required_rate is not None and not seen.final:
        found.append(Figure(_("Needed a day"), amount(seen.required_rate), _left(one)))
    return found


def _distance(one: Standing) -> str:
    gap = standing.gap(one)
    if gap is None or one.evaluation is None:
        return ""
    distance: words.Quantity | None = words.amount(abs(gap), one.unit, one.currency, compact=True)
    if one.unit == "rate":
        distance = words.RatePoints(abs(gap))
    shown = words.format_value(distance, frame.reader())
    if gap == 0:
        return _("exactly on it")
    if _is_behind(one):
        return _("%(distance)s behind", distance=shown)
    return _("%(distance)s ahead", distance=shown)


def _is_behind(one: Standing) -> bool:
    seen = one.evaluation
    if seen is None or seen.share is None or seen.expected_share is None:
        return False
    return seen.share < seen.expected_share


def _before(one: Standing) -> str:
    """Return what the target was at first, where it has been changed."""
    first = one.original.target_value
    if first is None or first == one.terms.target_value:
        return _("by %(day)s", day=texts.day(one.terms.last_day))
    return _("first %(target)s", target=texts.compact(first, one.unit, one.currency))


def _left(one: Standing) -> str:
    assert one.evaluation is not None
    days = (one.terms.last_day - one.evaluation.day).days
    return _("for %(days)s", days=words.format_value(words.Days(Decimal(days)), frame.reader()))
