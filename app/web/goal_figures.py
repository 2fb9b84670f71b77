"""The key figures of a goal: now, plan today, where the pace leads, target, needed a day."""

from dataclasses import dataclass
from decimal import Decimal

from app.web import frame, rows, texts
from app.web.texts import gettext as _
from app.web.texts import ngettext
from goals import words
from goals.tracking import pace, standing
from goals.tracking.evaluation import Evaluation
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
    if one.unit == "done":
        return _milestone(one)
    if one.goal.kind == "maintain":
        return _kept(one)
    seen, terms = one.evaluation, one.terms

    def amount(value: Decimal | None) -> str:
        return texts.compact(value, one.unit, one.currency)

    if one.is_over and seen is not None:
        # Where the plan ends is the target.
        return [
            Figure(_("At the end"), amount(seen.actual), _way(one)),
            Figure(_("Target"), amount(terms.target_value), _before(one)),
        ]
    found = [
        Figure(
            _("Now"),
            amount(seen.actual if seen else None),
            _way(one),
        ),
        Figure(
            _("Plan today"),
            amount(seen.expected if seen else None),
            _distance(one),
            _is_behind(one),
        ),
    ]
    if seen is not None and seen.chance is not None and not seen.final:
        found.append(_chance(one, seen))
    elif seen is not None and seen.projection is not None and not seen.final:
        found.append(
            Figure(_("At this pace"), amount(seen.projection), _("if the rest goes as so far"))
        )
    found.append(Figure(_("Target"), amount(terms.target_value), _before(one)))
    # What is met so far needs nothing more: a rate would lead back to the target.
    if (
        seen is not None
        and seen.required_rate is not None
        and one.status != "achieved"
        and not seen.final
    ):
        is_cap = pace.is_cap(one.goal.kind, one.goal.direction)
        name = _("Left a day") if is_cap else _("Needed a day")
        found.append(Figure(name, _change(one, seen.required_rate), _left(one)))
    return found


def _chance(one: Standing, seen: Evaluation) -> Figure:
    """Return the chance to reach the target, with the range in which the goal will likely end."""
    ends = [
        words.amount(value, one.unit, one.currency, compact=True)
        for value in (seen.low_end, seen.high_end, seen.likely_end)
    ]
    likely = texts.written(ends[2])
    note = _("likely end %(end)s", end=likely)
    if ends[0] is not None and ends[1] is not None:
        around = words.Range(ends[0], ends[1], near=ends[2])
        note = _(
            "likely end %(end)s (%(range)s)",
            end=likely,
            range=texts.written(around),
        )
    chance = words.Chance(Decimal(str(seen.chance)))
    return Figure(_("Chance"), texts.written(chance), note)


def _milestone(one: Standing) -> list[Figure]:
    """Return what is known of a milestone: whether it is done, its steps, and its day."""
    seen = one.evaluation
    actual = seen.actual if seen is not None else None
    found = [Figure(_("Now"), texts.compact(actual, one.unit))]
    if one.terms.rollup != "own":
        found += _of_parts(one)
    elif seen is not None and seen.expected_share is not None:
        found.append(
            Figure(
                _("Steps done"),
                rows.percent(seen.share),
                _("%(share)s are due", share=rows.percent(seen.expected_share)),
                _is_behind(one),
            )
        )
    note = ""
    if seen is None or actual != 1:
        days = (one.terms.last_day - frame.today()).days
        if days < 0:
            note = ngettext("%(num)d day late", "%(num)d days late", -days)
        else:
            note = ngettext("in %(num)d day", "in %(num)d days", days)
    is_late = bool(note) and one.terms.last_day < frame.today()
    return [*found, Figure(_("Due"), texts.day(one.terms.last_day), note, is_late)]


def _of_parts(one: Standing) -> list[Figure]:
    """Return how far the parts are; nothing is said so where the worst of them decides."""
    seen = one.evaluation
    if seen is None or seen.expected_share is None or one.terms.rollup == "worst":
        return []
    name = _("Parts achieved") if one.terms.rollup == "done" else _("The parts' way")
    note = _("%(share)s by plan", share=rows.percent(seen.expected_share))
    return [Figure(name, rows.percent(seen.share), note, _is_behind(one))]


def _kept(one: Standing) -> list[Figure]:
    """Return where the number is and where it should stay."""
    seen = one.evaluation
    actual = seen.actual if seen is not None else None
    note, is_out = "", False
    if seen is not None and seen.share is not None:
        is_out = seen.share < 1
        note = _("outside of it") if is_out else _("kept")
    line = texts.written(one.aim)
    until = _("until %(day)s", day=texts.day(one.terms.last_day))
    first = one.original_aim
    if first is not None:
        until = _("first %(target)s", target=texts.written(first))
    return [
        Figure(_("Now"), texts.compact(actual, one.unit, one.currency), note, is_out),
        Figure(_("To be kept"), line, until),
    ]


def _way(one: Standing) -> str:
    """Return how much of the way is done; no share is said of a way back."""
    if one.evaluation is None or one.evaluation.share is None:
        return ""
    if one.evaluation.share < 0:
        return _("further off than at the start")
    if pace.is_cap(one.goal.kind, one.goal.direction):
        return _("%(share)s of the limit", share=rows.percent(one.evaluation.share))
    return _("%(share)s of the way", share=rows.percent(one.evaluation.share))


def _distance(one: Standing) -> str:
    gap = standing.gap(one)
    if gap is None or one.evaluation is None:
        return ""
    shown = _change(one, abs(gap))
    if gap == 0:
        return _("exactly on it")
    if pace.is_cap(one.goal.kind, one.goal.direction):
        if _is_behind(one):
            return _("%(distance)s over it", distance=shown)
        return _("%(distance)s under it", distance=shown)
    if _is_behind(one):
        return _("%(distance)s behind", distance=shown)
    return _("%(distance)s ahead", distance=shown)


def _change(one: Standing, value: Decimal) -> str:
    """Return a step of the goal's number; that of a rate is in points, not in percent."""
    if one.unit == "rate":
        return texts.written(words.RatePoints(value))
    return texts.compact(value, one.unit, one.currency)


def _is_behind(one: Standing) -> bool:
    seen = one.evaluation
    if seen is None or seen.share is None or seen.expected_share is None:
        return False
    if pace.is_cap(one.goal.kind, one.goal.direction):
        return seen.share > seen.expected_share
    return seen.share < seen.expected_share


def _before(one: Standing) -> str:
    """Return what the target was at first, where it has been changed."""
    first = one.original.target_value
    if first is None or one.original_aim is None:
        return _("by %(day)s", day=texts.day(one.terms.last_day))
    currency = one.meant_in(one.original)
    return _("first %(target)s", target=texts.compact(first, one.unit, currency))


def _left(one: Standing) -> str:
    assert one.evaluation is not None
    days = (one.terms.last_day - one.evaluation.day).days
    return _("for %(days)s", days=texts.written(words.Days(Decimal(days))))
