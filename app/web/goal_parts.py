"""What a goal's page shows of its parts, and of the periods of a goal without an end."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlmodel import Session

from app.web import frame, rows, texts
from app.web.texts import gettext as _
from goals.tracking import family, periods, rollup, standing
from goals.tracking.goal import Goal
from goals.tracking.periods import Ended
from goals.tracking.rollup import SUM
from goals.tracking.standing import Standing

#: Periods that are counted once more when the page is shown.
RECENT = 12


@dataclass(frozen=True)
class Brought:
    """What one part brings to the goal, in words; "" where nobody can say."""

    one: Standing
    actual: str
    target: str
    brings: str


@dataclass(frozen=True)
class Parts:
    """The goals that are part of one: how they count for it, and how they add up to it."""

    rule: str
    said: str
    lines: list[Brought]
    table: str
    differs: str
    hidden: int
    archived: int


def of(session: Session, one: Standing) -> Parts | None:
    """Return what a goal's page shows of its parts, None for a goal without any."""
    goal = one.goal
    day = frame.today() if one.evaluation is None else one.evaluation.day
    found = family.parts(session, goal.id, day)
    archived = family.archived(session, goal.id)
    rule = one.terms.rollup
    if not found and rule == "own" and not archived:
        return None
    seen = standing.board(session, frame.eyes(), ids=[part.id for part in found]) if found else []
    known = {each.goal.id: each for each in seen}
    rolled = rollup.Rolled(rule, day, found, archived)
    lines = []
    for part in found:
        if part.id in known:
            each = known[part.id]
            lines.append(_brought(each, rule, part, rolled))
    return Parts(
        rule=rule,
        said=_said(rule),
        lines=lines if rule != "own" else [],
        table=rows.lines(seen) if rule == "own" else "",
        differs=_differs(one, rolled),
        hidden=len(found) - len(seen),
        archived=archived,
    )


def _said(rule: str) -> str:
    return {
        "own": _("The goal counts its own number; its parts are shown beside it."),
        "sum": _("The goal is the sum of its parts, counted at every review."),
        "mean": _("The goal is as far as its parts are on average, by their weights."),
        "worst": _("The goal stands as the worst of its parts."),
        "done": _("The goal is as far as the share of its parts that are achieved."),
    }[rule]


def _brought(one: Standing, rule: str, part: rollup.Part, rolled: rollup.Rolled) -> Brought:
    actual = "–" if part.actual is None else texts.compact(part.actual, one.unit, one.currency)
    if one.unit == "done":
        actual = _("Done") if part.is_done else _("Not done")
    brings = ""
    if rule == SUM:
        share = rollup.share_of(part, rolled.parts)
        brings = "" if share is None else rows.percent(share)
    elif rule == "mean":
        way = part.way(rolled.day)
        told = {"share": rows.percent(None if way is None else float(way[0]))}
        brings = _("%(share)s of its way", **told)
        if part.weight != 1:
            brings = _(
                "%(share)s of its way, weight %(weight)s",
                **told,
                weight=f"{part.weight.normalize():f}",
            )
    elif rule == "worst":
        brings = _("The worst") if rolled.worst is not None and rolled.worst.id == part.id else ""
    else:
        brings = _("Achieved") if part.is_done else ""
    return Brought(one, actual, texts.written(one.aim), brings)


def _differs(one: Standing, rolled: rollup.Rolled) -> str:
    """Return how the targets of the parts compare with the goal's own; "" where they do not."""
    target, whole = rolled.targets, one.terms.target_value
    fits = all(
        (part.kind, part.unit, part.currency) == (one.goal.kind, one.unit, one.terms.currency)
        for part in rolled.parts
    )
    if not fits or target is None or whole is None or one.unit not in ("money", "count", "number"):
        return ""

    def amount(value: Decimal) -> str:
        # Shortened, two sums that differ may read alike.
        return texts.amount(value, one.unit, one.currency)

    told = {"parts": amount(target), "whole": amount(whole)}
    if target == whole:
        return _("The targets of the parts add up to its target of %(whole)s.", **told)
    told["gap"] = amount(abs(whole - target))
    if target < whole:
        return _("The parts add up to %(parts)s of %(whole)s: nobody has %(gap)s yet.", **told)
    return _("The parts add up to %(parts)s, %(gap)s more than its target of %(whole)s.", **told)


@dataclass(frozen=True)
class Past:
    """The periods of a goal without an end that are over, the latest first."""

    every: str
    ended: list[Ended]
    #: What the number of a period comes to today, by its first day, where that is another one.
    today: dict[date, str]
    streak: int
    met: int


def past(session: Session, one: Standing) -> Past | None:
    """Return the periods that are over, None for a goal that ends."""
    if one.goal.every is None:
        return None
    found = periods.ended(session, one.goal)
    every = {"month": _("every month"), "quarter": _("every quarter"), "year": _("every year")}
    return Past(
        every[one.goal.every],
        found,
        _today(session, one, found[:RECENT]),
        periods.streak(found),
        sum(each.is_met for each in found),
    )


def _today(session: Session, one: Standing, found: list[Ended]) -> dict[date, str]:
    told = {}
    for each in found:
        value = periods.counted_today(session, one.goal, each, today=frame.today(), now=frame.now())
        if value is not None:
            seen = each.result
            told[each.terms.first_day] = texts.compact(value, seen.unit, seen.currency)
            if texts.compact(seen.actual, seen.unit, seen.currency) == told[each.terms.first_day]:
                told[each.terms.first_day] = texts.amount(value, seen.unit, seen.currency)
    return told


def continued(session: Session, goal: Goal) -> Goal | None:
    """Return the goal that one continues, None for none or one that the reader may not see."""
    if goal.continues_id is None:
        return None
    seen = standing.board(session, frame.eyes(), ids=[goal.continues_id])
    if seen:
        return seen[0].goal
    return None
