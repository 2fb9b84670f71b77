"""Looking at a goal's records from one side: what every piece of evidence needs."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from goals import words
from goals.calendar import Period
from goals.metrics import history, query, readings
from goals.metrics.catalogue import Metric
from goals.metrics.result import Result
from goals.tracking.standing import Standing
from goals.words import N_, Message

#: What a number can be split by, in words.
DIMENSIONS = {"owner": N_("owner"), "source": N_("source"), "stage": N_("stage")}


@dataclass(frozen=True)
class Look:
    """A goal that is off, the day it is looked at, and its window so far."""

    session: Session
    one: Standing
    today: date
    now: datetime

    @property
    def metric(self) -> Metric:
        """Return what the goal counts."""
        goal = self.one.goal
        return history.here(self.session, self.one.metric, goal.params)

    @property
    def window(self) -> Period:
        """Return the days of the goal's window that have begun."""
        first, last = self.one.terms.first_day, self.one.terms.last_day
        return Period.of(first, max(first, min(last, self.today)))

    @property
    def year(self) -> Period:
        """Return the 365 days up to today."""
        return Period.of(self.today - timedelta(days=364), self.today)

    def read(
        self,
        period: Period,
        *,
        metric: str | None = None,
        by: str | None = None,
        narrowed: dict[str, str] | None = None,
        params: dict[str, str] | None = None,
    ) -> Result:
        """Return a reading over a period, of the goal's own metric and part unless named.

        One that splits is only looked at; every other one is kept with its receipt.
        """
        own = metric is None
        asked = query.Query(
            metric=metric or self.one.goal.metric,
            params=params if params is not None else (self.one.goal.params if own else {}),
            first_day=period.first,
            last_day=period.last,
            where={**self.one.goal.segment, **(narrowed or {})},
            by=by,
        )
        return readings.read(self.session, asked, today=self.today, now=self.now, keep=by is None)


def days(period: Period) -> words.DayRange:
    """Return a period as it is written."""
    return words.DayRange(period.first, period.last)


def dimension(name: str) -> Message:
    """Return the word for a dimension."""
    return Message(DIMENSIONS[name])


def amount(result: Result) -> object:
    """Return a reading's value as it is written, large ones shortened."""
    return words.amount(result.value, result.unit, result.currency, compact=True)
