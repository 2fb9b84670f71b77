"""One person's number: quota, what is missing and what it takes, and how earlier periods ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlmodel import Session

from goals import workspace
from goals.calendar import Period
from goals.metrics import readings
from goals.metrics.query import Query
from goals.metrics.result import Result
from goals.records import holidays
from goals.tracking import evaluate
from goals.tracking.selling import team
from goals.tracking.selling.team import Line

#: So many earlier periods are shown.
EARLIER = 6


@dataclass(frozen=True)
class Mine:
    """Somebody's line over a period (None: no quota, no deals) and what it takes to close the gap.

    `days` are the working days that are left; `deals` how many deals of the average size are
    missing, both None without any quota; `history` lists the periods before with their
    attainment, the newest first.
    """

    name: str
    period: Period
    currency: str
    line: Line | None
    days: int
    attainment: Result | None
    deals: Result | None
    history: Sequence[tuple[Period, Decimal | None]]

    @property
    def a_day(self) -> Decimal | None:
        """Return what is missing for each working day that is left; None for none or no gap."""
        gap = None if self.line is None else self.line.gap
        return gap / self.days if gap and self.days else None


def of(
    session: Session, name: str, period: Period, *, today: date, now: datetime, earlier: bool = True
) -> Mine:
    """Return somebody's number over a period; without `earlier` no history is read."""
    here = workspace.of(session)
    where = {"owner": name}
    board = team.of(session, period, today=today, now=now, where=where)
    asked = [
        Query(metric, period.first, period.last, {}, where)
        for metric in ("quota_attainment", "deals_to_quota")
    ]
    read: list[Result | None] = [None, None]
    is_counted = team.are_counted(session)
    if is_counted:
        read = [readings.read(session, one, today=today, now=now) for one in asked]
    first = max(period.first, evaluate.complete_to(session, now) + timedelta(days=1))
    left = Period(first, period.end) if first < period.end else None
    history: list[tuple[Period, Decimal | None]] = []
    if earlier:
        past = [here.fiscal.previous(period, number + 1) for number in range(EARLIER)]
        windows = [(one.first, one.last) for one in past]
        values: list[Decimal | None] = [None for _ in windows]
        if is_counted:
            values = readings.values(session, "quota_attainment", {}, where, windows)
        history = list(zip(past, values, strict=True))
    return Mine(
        name=name,
        period=period,
        currency=board.currency,
        line=board.line(name),
        days=0 if left is None else holidays.workdays(session, left).count(left),
        attainment=read[0],
        deals=read[1],
        history=history,
    )
