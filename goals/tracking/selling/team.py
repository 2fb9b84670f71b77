"""How much of their quotas people and teams have sold: one line for each owner of deals."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from goals import words, workspace
from goals.calendar import Period
from goals.metrics import catalogue, keeping, readings, recipes, segments
from goals.metrics import refresh as rollups
from goals.metrics.formulas import Figure
from goals.metrics.query import Query
from goals.metrics.result import Result
from goals.tracking import evaluate, status
from goals.tracking.selling import sellers
from goals.tracking.standing import Standing
from goals.tracking.way import Moment

_NOTHING = Figure(None, Decimal(), Decimal(), 0)
#: Goals on these are told by person.
METRICS = ("revenue", "quota_attainment", "deals_to_quota")
#: What the open deals of a window are worth.
OPEN = ("forecast", {"odds": "full", "part": "open"})


@dataclass(frozen=True)
class Line:
    """What somebody, or a team, sold against what they were to sell; amounts in the base currency.

    `quota` is the part of their quotas that lies in the window and `due` the part up to today,
    both by days; None where they have none. `pipeline` is what their open deals that are due in
    the rest of the window are worth, None where the window is over.
    """

    name: str
    actual: Decimal
    quota: Decimal | None
    due: Decimal | None
    pipeline: Decimal | None
    team: str | None = None
    manager: str | None = None
    status: str | None = None

    @property
    def attainment(self) -> Decimal | None:
        """Return the share of the quota that was sold, None without a quota."""
        return self.actual / self.quota if self.quota else None

    @property
    def gap(self) -> Decimal | None:
        """Return what is missing to the quota, 0 once it is met; None without a quota."""
        return None if self.quota is None else max(Decimal(), self.quota - self.actual)

    @property
    def pace(self) -> Decimal | None:
        """Return the actual beside what was due up to today, None while nothing was."""
        return self.actual / self.due if self.due else None

    @property
    def coverage(self) -> Decimal | None:
        """Return how often the open deals cover the gap, None where nothing is missing."""
        return self.pipeline / self.gap if self.gap and self.pipeline is not None else None

    @property
    def times(self) -> words.Number | None:
        """Return the coverage as it is written."""
        return None if self.coverage is None else times_of(self.coverage)

    def to_json(self) -> dict[str, Any]:
        """Return the line as the command says it."""
        return {
            "name": self.name,
            "team": self.team,
            "manager": self.manager,
            "status": self.status,
            "actual": self.actual,
            "quota": self.quota,
            "attainment": self.attainment,
            "gap": self.gap,
            "due": self.due,
            "pace": self.pace,
            "open": self.pipeline,
            "coverage": self.coverage,
        }


@dataclass(frozen=True)
class Board:
    """Everybody's lines over a window, and all of them together.

    `attainment` is the reading of all: its receipt lists what was sold and the quotas. It is None
    where there are no quotas, and where they do not fit: quotas are of people, and cannot be
    narrowed to products as a goal can. `target`
    is that of the goal, None without one. `others` counts those who have no quota, sold nothing
    and have no open deals due: they are left out.
    """

    period: Period
    currency: str
    lines: list[Line]
    attainment: Result | None
    target: Decimal | None = None
    others: int = 0
    fits: bool = True
    where: Mapping[str, str] = field(default_factory=dict)

    @property
    def assigned(self) -> Decimal:
        """Return the sum of the quotas."""
        return sum((one.quota or Decimal() for one in self.lines), Decimal())

    @property
    def over(self) -> Decimal | None:
        """Return by how much the quotas exceed the target, less than 0 where they fall short.

        None without a target or without any quota.
        """
        return self.assigned - self.target if self.target is not None and self.assigned else None

    @property
    def met(self) -> int:
        """Return how many have sold their quota."""
        return sum(one.gap == 0 for one in self.lines if one.quota)

    @property
    def with_quota(self) -> int:
        """Return how many have a quota."""
        return sum(one.quota is not None for one in self.lines)

    def of(self, names: Collection[str]) -> "Board":
        """Return the same for some people alone."""
        return replace(self, lines=[one for one in self.lines if one.name in names], others=0)

    def line(self, name: str) -> Line | None:
        """Return somebody's line, None where there is nothing to say of them."""
        return next((one for one in self.lines if one.name == name), None)


def of(
    session: Session,
    period: Period,
    *,
    today: date,
    now: datetime,
    where: Mapping[str, str] | None = None,
    scale: float = 1.0,
    target: Decimal | None = None,
) -> Board:
    """Return everybody's lines over a window, those who lack most first, without a quota last.

    `scale` is how much more a goal's plan expects by today than the same amount every day does.
    """
    narrowed = dict(where or {})
    here = workspace.of(session)
    complete = min(period.last, evaluate.complete_to(session, now))
    fits = set(narrowed) <= segments.fitting(recipes.of("quota_attainment", {}).subjects)
    has_quotas = fits and are_counted(session)
    asked = {"sold": Query("revenue", period.first, period.last, {}, narrowed, "owner")}
    if today <= period.last:
        asked["open"] = Query(OPEN[0], period.first, period.last, OPEN[1], narrowed, "owner")
    if has_quotas:
        asked["quota"] = Query("quota_attainment", period.first, period.last, {}, narrowed, "owner")
        if complete >= period.first:
            asked["due"] = replace(asked["quota"], last_day=complete)
    read = dict(
        zip(
            asked,
            readings.read_all(session, list(asked.values()), today=today, now=now),
            strict=True,
        )
    )
    figures = {name: dict(one.segments or ()) for name, one in read.items()}
    people = sellers.every(session)
    moment = Moment.of(period, here.fiscal.buckets(period), evaluate.complete_to(session, now))
    lines, others = [], 0
    names = {name for found in figures.values() for name in found}
    for name in sorted(names, key=str.casefold):
        of_name = {key: found.get(name, _NOTHING) for key, found in figures.items()}
        line = _line(name, of_name, people.get(name), scale)
        if line.quota is None and not line.actual and not line.pipeline:
            others += name != segments.NOBODY
            continue
        lines.append(replace(line, status=_status(line, moment)))
    total = read.get("quota")
    kept = None
    if total is not None:
        kept = keeping.keep(session, total, now=now)
    return Board(
        period, here.currency, sorted(lines, key=_lacking), kept, target, others, fits, narrowed
    )


def are_counted(session: Session) -> bool:
    """Tell whether there is any quota; without one the attainment is entered as a whole."""
    rollups.true_up(session)
    metric = catalogue.find("quota_attainment")
    return readings.is_counted(session, metric, {})


def _line(
    name: str, figures: Mapping[str, Figure], person: sellers.Seller | None, scale: float
) -> Line:
    quota = figures["quota"].denominator if "quota" in figures else None
    # What counts against a quota is what its reading counts: of namesakes those who have one.
    actual = figures["quota"].numerator if quota else figures["sold"].value
    due = figures["due"].denominator if "due" in figures else Decimal()
    due = due or Decimal()
    return Line(
        name=name,
        actual=actual or Decimal(),
        quota=quota or None,
        due=min(quota, due * Decimal(str(scale))) if quota else None,
        pipeline=(figures["open"].value or Decimal()) if "open" in figures else None,
        team=person.team if person else None,
        manager=person.manager if person else None,
    )


def _status(line: Line, moment: Moment) -> str | None:
    """Return the day's word for a line, by pace as goals are judged; None without a quota."""
    if line.quota is None:
        return None
    inputs = status.Inputs(
        kind="cumulative",
        is_over=moment.is_over,
        has_value=True,
        is_reached=line.gap == 0,
        source_broken=False,
        is_stale=False,
        elapsed=moment.elapsed,
        buckets=moment.buckets,
        pace=None if line.pace is None else float(line.pace),
    )
    return status.of_the_day(inputs)[0]


def _lacking(one: Line) -> tuple[Any, ...]:
    return one.quota is None, -(one.gap or Decimal()), one.name.casefold()


def of_goal(session: Session, one: Standing, *, today: date, now: datetime) -> Board:
    """Return everybody's lines over a goal's window, what is due by now after the goal's plan.

    The goal's target stands beside the quotas where both are amounts sold.
    """
    plan = evaluate.plan_of(session, one.goal, one.terms)
    is_sold = one.goal.metric == "revenue"
    day = min(evaluate.complete_to(session, now), plan.window.last)
    even = ((day - plan.window.first).days + 1) / plan.window.days
    return of(
        session,
        plan.window,
        today=today,
        now=now,
        where=one.goal.segment,
        scale=plan.share(day) / even if is_sold and even > 0 else 1.0,
        target=one.terms.target_value if is_sold else None,
    )


def times_of(value: Decimal) -> words.Number:
    """Return a coverage as it is written."""
    return words.Number(value)


def receipt(session: Session, board: Board, name: str, *, today: date, now: datetime) -> str | None:
    """Return the receipt of what somebody sold and was to sell; None where quotas do not fit."""
    if board.attainment is None:
        return None
    first, last = board.period.first, board.period.last
    where = {**board.where, "owner": name}
    query = Query("quota_attainment", first, last, {}, where)
    return readings.read(session, query, today=today, now=now).receipt


def folded(lines: Iterable[Line], by: str) -> list[Line]:
    """Return the lines of teams or managers: sums by sums; people without one are left out."""
    members: dict[str, list[Line]] = {}
    for one in lines:
        if name := getattr(one, by):
            members.setdefault(name, []).append(one)
    return sorted((_sum(name, found) for name, found in members.items()), key=_lacking)


def _sum(name: str, members: Sequence[Line]) -> Line:
    # What people sell who were to sell nothing is no part of what the others were to sell.
    counted = [one for one in members if one.quota is not None] or members
    has_quota = counted[0].quota is not None
    return Line(
        name,
        sum((one.actual for one in counted), Decimal()),
        sum((one.quota or Decimal() for one in counted), Decimal()) if has_quota else None,
        sum((one.due or Decimal() for one in counted), Decimal()) if has_quota else None,
        None
        if counted[0].pipeline is None
        else sum((one.pipeline or Decimal() for one in counted), Decimal()),
    )
