"""The rows of a plan while its goal is still being typed: nothing of it is kept before the goal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from flask import request
from markupsafe import Markup
from sqlmodel import Session

from app.web import frame, plan_desk, plan_drawn
from app.web.plan_desk import Desk, Row
from app.web.texts import gettext as _
from goals.calendar import Period
from goals.charts import goal as drawing
from goals.errors import Refusal
from goals.metrics import library, readings
from goals.tracking import pace, plan_rows, plan_table, planning
from goals.tracking.drafts import Draft

#: What the names of the rows' fields begin with.
ROW = "row-"
#: Nobody types more rows than these; what is beyond them was not sent by our page.
MOST = 400
#: The chart in the column of a form and on a phone: class, width, height.
SIZES = (("w-form", 620, 300), ("w-narrow", 300, 260))


@dataclass(frozen=True)
class Table:
    """The rows of a draft's plan, or in `hindrance` why there are none yet.

    `untouched` says what the rows hold that nobody has typed in; `aside` holds rows that were
    typed for other days or another plan, so that they come back with these.
    """

    hindrance: str = ""
    desk: Desk | None = None
    values: Sequence[Decimal] = ()
    rows: Sequence[Row] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    missed: str = ""
    untouched: str = ""
    aside: Mapping[str, str] = field(default_factory=dict)
    is_given: bool = False

    def draft(self, draft: Draft) -> Draft:
        """Return a draft with the points that the rows come to, as far as they can be read."""
        desk = self.desk
        if desk is None or not self.is_given or self.errors or self.missed:
            return draft
        points = plan_rows.shares(desk.rows, self.values, desk.start, desk.target)
        return replace(draft, plan_points=points)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Return (id of the field, text) for what is wrong in the rows."""
        return [*self.errors.items(), *([("total", self.missed)] if self.missed else [])]


def table(session: Session, draft: Draft, *, is_spread: bool = False) -> Table | None:
    """Return the rows of a draft's plan with what was typed in them, None for a plan without.

    Where nothing was typed they hold the points that the draft has, else rows that weigh alike.
    With `is_spread` what is missing of the target, or too much, is taken by the rows.
    """
    if draft.kind not in plan_drawn.PLANNED or draft.plan not in plan_table.GIVEN:
        return None
    kept = _kept()
    desk = _desk(session, draft)
    if isinstance(desk, str):
        return Table(hindrance=desk, aside=kept, untouched=request.form.get("untouched", ""))
    is_given = bool(draft.plan_points)
    begun = plan_rows.reached(desk.plan, desk.rows, desk.start, desk.target, is_given=is_given)
    typed = _typed(desk, kept)
    if typed is None or _said(desk.kind, kept) == request.form.get("untouched"):
        held = dict(zip(map(plan_desk.field, desk.rows), desk.held(begun), strict=True))
        rows = [row for row in desk.rows if not desk.is_fixed(row)]
        begins = {_name(desk.kind, row.last): held[plan_desk.field(row)] for row in rows}
        said = "" if is_given else _said(desk.kind, begins)
        return _shown(desk, begun, held, {}, kept, untouched=said, is_given=typed is not None)
    values, errors = plan_desk.read(desk, typed)
    if is_spread and desk.is_sum and not errors:
        values = plan_desk.spread(desk, values, frame.today())
        typed = dict(zip(map(plan_desk.field, desk.rows), desk.held(values), strict=True))
    return _shown(desk, values, typed, errors, kept, untouched="", is_given=True)


def _shown(
    desk: Desk,
    values: Sequence[Decimal],
    typed: dict[str, str],
    errors: dict[str, str],
    kept: dict[str, str],
    *,
    untouched: str,
    is_given: bool,
) -> Table:
    names = {plan_desk.field(row): _name(desk.kind, row.last) for row in desk.rows}
    return Table(
        desk=desk,
        values=values,
        rows=[
            replace(one, id=names[one.id]) for one in plan_desk.shown(desk, values, typed, errors)
        ],
        errors={names[name]: text for name, text in errors.items()},
        missed="" if errors else plan_desk.missed(desk, values),
        untouched=untouched,
        aside={name: text for name, text in kept.items() if name not in names.values()},
        is_given=is_given,
    )


def _name(kind: str, day: date) -> str:
    """Return the name of a row's field; those of another plan keep their own."""
    return f"{ROW}{kind}-{day.isoformat()}"


def _kept() -> dict[str, str]:
    """Return every row that was sent, those that are not shown included."""
    sent = ((name, text.strip()[:40]) for name, text in request.form.items())
    return dict([one for one in sent if one[0].startswith(ROW)][:MOST])


def _typed(desk: Desk, kept: Mapping[str, str]) -> dict[str, str] | None:
    """Return what was typed in the rows, None where nothing was.

    A row that ends on another day than before, as the last month does when the goal ends within
    it, keeps what was typed for its month.
    """
    found: dict[str, str] = {}
    fiscal = frame.here().fiscal
    for row in desk.rows:
        if desk.is_fixed(row):
            continue
        days = [row.last]
        if desk.kind == "monthly":
            days += fiscal.month(row.first)
        names = [_name(desk.kind, day) for day in days]
        text = next((kept[name] for name in names if name in kept), None)
        if text is not None:
            found[plan_desk.field(row)] = text
    return found or None


def _said(kind: str, rows: Mapping[str, str]) -> str:
    """Return the rows of a plan as one text, by which those are known that nobody changed."""
    mine = sorted(name for name in rows if name.startswith(f"{ROW}{kind}-"))
    return "|".join(f"{name}={rows[name]}" for name in mine)


def _desk(session: Session, draft: Draft) -> Desk | str:
    """Return a draft's plan with its rows, or what has to be said before there can be any."""
    metric = library.get(session, draft.metric or "")
    first, last = draft.first_day, draft.last_day
    if metric is None or first is None or last is None or last < first:
        return _("Its rows appear here once metric, number and days are said.")
    window = Period.of(first, last)
    try:
        start, target = plan_drawn.ends(session, draft)
    except Refusal:
        start = target = None
    if start is None or target is None:
        return _("Its rows appear here once baseline and target are known.")
    if start == target or pace.is_held(draft.kind or "", draft.direction, start, target):
        return _("The goal begins where its target is: there is no way to plan.")
    plan = planning.drawn(session, planning.Asked(window, draft.plan, draft.plan_points or ()))
    rows = (
        planning.months(session, window)
        if draft.plan == "monthly"
        else list(frame.here().fiscal.buckets(window))
    )
    if len(rows) < 2:
        return _("The window is too short for rows: every day weighs the same.")
    params = readings.resolved(metric, draft.params)
    unit, currency = readings.unit_of(metric, dict(params), frame.here().currency)
    is_sum = draft.kind == "cumulative"
    return Desk(draft.plan, rows, plan, start, target, unit, currency, is_sum)


@dataclass(frozen=True)
class Drawn:
    """The chart of a table, what it says, and the way by which a script redraws it."""

    svg: Markup
    sentence: str
    way: str


def drawn(session: Session, draft: Draft, table: Table) -> Drawn | None:
    """Return the chart with points to move, None where there are no rows."""
    desk = table.desk
    if desk is None:
        return None
    window = desk.plan.window
    way = plan_desk.Way.of(session, desk, table.values)
    days = plan_drawn.spread(window)
    chart = drawing.GoalChart(
        title=_("Plan"),
        window=window,
        today=window.first - timedelta(days=1),
        unit=desk.unit,
        currency=desk.currency,
        actual=(),
        plan=[(each, way.value(each)) for each in days],
        target=desk.target,
        beside=[
            (name, line)
            for name, line in (("commit", draft.commit), ("stretch", draft.stretch))
            if line is not None
        ],
        flow=desk.is_sum,
        start=desk.start,
        grips=way.grips(),
    )
    reader = frame.reader()
    svg = "".join(
        drawing.goal_chart(chart, reader, width, height, name=name) for name, width, height in SIZES
    )
    return Drawn(Markup(svg), drawing.sentence(chart, reader), way.told(days))
