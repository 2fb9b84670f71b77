"""Why a goal is where it is: its gap as a waterfall, its segments, and what can be tried."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from flask import render_template, request
from markupsafe import Markup
from sqlmodel import Session

from app.web import frame, texts, vocabulary
from app.web.texts import gettext as _
from goals.charts import goal as drawing
from goals.charts import waterfall
from goals.charts.waterfall import Step
from goals.metrics import history
from goals.tracking import goals as use_cases
from goals.tracking import standing
from goals.tracking.remedies import catalogue
from goals.tracking.remedies.catalogue import Remedy
from goals.tracking.standing import Standing
from goals.tracking.why import gap, parts, saying
from goals.tracking.why.parts import Row, Split
from goals.tracking.why.reading import as_decimal
from goals.tracking.why.terms import Explained, Side, Term, Unexplained, is_good


@dataclass(frozen=True)
class Line:
    """A part of the gap as the table shows it."""

    term: Term
    name: str
    now: str
    plan: str
    effect: str
    is_good: bool | None


@dataclass(frozen=True)
class Member:
    """A member of a split as the table shows it."""

    row: Row
    name: str
    now: str
    then: str
    effect: str
    mix: str
    rate: str
    is_good: bool | None


@dataclass(frozen=True)
class Driven:
    """A driver that is behind, with what can be tried for it and the numbers that say so."""

    line: Line
    remedies: tuple[Remedy, ...]


def page(goal_id: int) -> str:
    """Show why a goal is where it is, or why that cannot be said."""
    session = frame.session()
    goal = use_cases.find(session, str(goal_id), frame.eyes())
    known = standing.board(session, frame.eyes())
    one = next(each for each in known if each.goal.id == goal.id)
    by = request.args.get("by")
    against = request.args.get("against")
    found = gap.explain(session, one, known, now=frame.now(), against=against, by=by)
    if isinstance(found, Unexplained):
        return render_template("goals/why.html", one=one, found=None, reason=found.reason)
    split = found.split or _split(session, found, by)
    lines = [_line(found, each) for each in found.terms]
    return render_template(
        "goals/why.html",
        one=one,
        found=found,
        reason=None,
        metric=history.here(session, one.metric, goal.params),
        sentence=saying.sentence(found),
        compared=saying.compared(found),
        svg=Markup(_drawn(found, lines)),
        lines=lines,
        total=_change(one, found.gap),
        expected=texts.amount(found.expected, one.unit, one.currency),
        actual=texts.amount(found.actual, one.unit, one.currency),
        is_good=found.is_good,
        split=split,
        members=[] if split is None else [_member(one, split, each) for each in split.rows],
        has_rates=split is not None and any(each.rate for each in split.rows),
        whole="" if split is None else _change(one, _whole(split)),
        dimensions={name: vocabulary.DIMENSIONS[name] for name in parts.DIMENSIONS},
        driven=_driven(lines),
        choices=found.choices,
    )


def _split(session: Session, found: Explained, by: str | None) -> Split | None:
    reader = gap.reader_of(session, found.one, frame.now())
    return parts.best(reader, found.period, found.before, by)


def _whole(split: Split) -> Decimal:
    return as_decimal(sum((one.effect for one in split.rows), Fraction(0)))


def _change(one: Standing, value: Decimal) -> str:
    return texts.signed(value, one.unit, one.currency)


def _line(found: Explained, term: Term) -> Line:
    one = found.one

    def amount(side: Side | None) -> str:
        return "" if side is None else _written(side.value, term.unit, one)

    return Line(
        term,
        texts.say(term.name),
        amount(term.now),
        amount(term.plan),
        _change(one, term.effect),
        is_good(one, term.effect),
    )


def _written(value: Decimal | None, unit: str, one: Standing) -> str:
    currency = (one.currency or frame.here().currency) if unit == "money" else None
    if unit == "number" and value is not None:
        return texts.written(value)
    return texts.compact(value, unit, currency)


def _member(one: Standing, split: Split, row: Row) -> Member:
    effect = as_decimal(row.effect)
    return Member(
        row,
        texts.say(row.name),
        texts.compact(row.now, split.unit, one.currency),
        texts.compact(row.then, split.unit, one.currency),
        _change(one, effect),
        _change(one, as_decimal(row.mix)),
        _change(one, as_decimal(row.rate)),
        is_good(one, effect),
    )


def _drawn(found: Explained, lines: list[Line]) -> str:
    """Return the waterfall in the renderings of a page."""
    one = found.one
    steps = [Step(each.name, each.term.effect, each.is_good) for each in lines]
    return "".join(
        waterfall.waterfall(
            _("From the plan to what came"),
            Step(_("Plan by then"), found.expected),
            steps,
            Step(_("What came"), found.actual),
            one.unit,
            frame.reader(),
            currency=one.currency,
            width=width,
            name=name,
        )
        for name, width, _height in drawing.PAGE
    )


def _driven(lines: list[Line]) -> list[Driven]:
    """Return the drivers that hold the goal back and have remedies of their own, worst first."""
    behind = [one for one in lines if one.is_good is False and one.term.kpi is not None]
    found = []
    for line in sorted(behind, key=lambda one: -abs(one.term.effect)):
        assert line.term.kpi is not None
        rows = [row for row in catalogue.rows(line.term.kpi) if row is not catalogue.ANY]
        remedies = tuple(one for row in rows for one in row.remedies)
        if remedies:
            found.append(Driven(line, remedies))
    return found
