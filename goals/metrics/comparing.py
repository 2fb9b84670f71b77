"""A reading beside earlier ones: the period before, the same one last year, and like for like.

Like for like compares a running period with as many days of an earlier one, and outcomes that
take their time with outcomes after as long.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from goals import calendar, words, workspace
from goals.calendar import Period
from goals.fiscal import FiscalCalendar
from goals.metrics import library, readings
from goals.metrics.ahead import Ahead
from goals.metrics.catalogue import Metric
from goals.metrics.query import Query
from goals.metrics.result import Result
from goals.records import holidays
from goals.words import N_, P_, Message

#: What a period is compared with, in the order in which it is shown.
AGAINST = ("previous", "last_year")


@dataclass(frozen=True)
class Side:
    """A value over some days, None for no data.

    `since` is the day on which records begin where they do not cover the period.
    """

    period: Period
    working_days: int
    value: Decimal | None
    since: date | None = None


@dataclass(frozen=True)
class Pair:
    """What a period is compared with: `against` is previous or last_year.

    `is_alike` tells that the earlier period is cut to as many days as have passed of the running
    one. `difference` is now less then, `change` its share of then: None without both values, and
    `change` as well where then is not above zero, for nothing grows out of nothing.
    """

    against: str
    is_alike: bool
    then: Side
    difference: Decimal | None
    change: Decimal | None


@dataclass(frozen=True)
class Comparison:
    """A period so far, the whole of which it is a part, and what it is compared with."""

    whole: Period
    now: Side
    pairs: tuple[Pair, ...]
    unit: str
    currency: str | None
    notes: tuple[Message, ...]

    @property
    def is_partial(self) -> bool:
        """Tell whether the period is not over."""
        return self.now.period.days < self.whole.days


def compare(
    session: Session,
    query: Query,
    *,
    today: date,
    now: datetime,
    whole: Period | None = None,
    against: tuple[str, ...] = AGAINST,
    ahead: Ahead | None = None,
) -> Comparison | None:
    """Return a question's value beside those of earlier periods; nothing of it is kept.

    `whole` is the period that the window is the beginning of, None to find it; `ahead` holds
    what is counted already in this transaction. None for a window that has not begun. Raises
    Refusal for what cannot be asked.
    """
    fiscal = workspace.of(session).fiscal
    metric, params = library.resolve(session, query.metric, query.params)
    spans = _spans(session, query, metric, today, whole, against)
    if spans is None:
        return None
    known = readings.earliest(session, metric.id, params, query.where, ahead)
    reader = _Reader(session, replace(query, by=None), spans.running, known, today, now)
    here, *then = reader.sides(spans.periods, ahead)
    pairs = tuple(
        _pair(here, name, side, is_alike)
        for (name, _, is_alike), side in zip(spans.earlier, then, strict=True)
    )
    unit, currency = readings.unit_of(metric, params, workspace.of(session).currency)
    notes = tuple(_notes(fiscal, spans.whole, spans.running, pairs))
    return Comparison(spans.whole, here, pairs, unit, currency, notes)


def questions(
    session: Session, query: Query, *, today: date, whole: Period | None = None
) -> list[Query]:
    """Return what `compare` asks, [] for a window that has not begun."""
    metric = library.find(session, query.metric)
    spans = _spans(session, query, metric, today, whole, AGAINST)
    if spans is None:
        return []
    alone = replace(query, by=None)
    return [_asked(alone, spans.running, today, *one) for one in spans.periods]


@dataclass(frozen=True)
class _Spans:
    """A period so far, the whole of it, and the (name, period, whether alike) before them."""

    whole: Period
    running: Period
    earlier: Sequence[tuple[str, Period, bool]]

    @property
    def periods(self) -> list[tuple[Period, bool]]:
        """Return all periods, the present one first, each with whether it is cut to be alike."""
        return [(self.running, True), *(one[1:] for one in self.earlier)]


def _spans(
    session: Session,
    query: Query,
    metric: Metric,
    today: date,
    whole: Period | None,
    against: tuple[str, ...],
) -> _Spans | None:
    fiscal = workspace.of(session).fiscal
    window = Period.of(query.first_day, query.last_day)
    if window.first > today:
        return None
    last = window.last if metric.looks_ahead else min(window.last, today)
    running = Period.of(window.first, last)
    if whole is None:
        begun = fiscal.begun(window)
        whole = begun if today in begun else window
    return _Spans(whole, running, list(_earlier(fiscal, whole, running, against)))


def _earlier(
    fiscal: FiscalCalendar, whole: Period, running: Period, against: tuple[str, ...]
) -> Iterator[tuple[str, Period, bool]]:
    """Yield what a period is compared with: first as many days, then the whole earlier period."""
    for name in against:
        earlier = fiscal.previous(whole) if name == "previous" else fiscal.same_last_year(whole)
        cut = calendar.like_for_like(whole, running.last, earlier)
        if cut is not None and running.days < whole.days:
            yield name, cut[1], True
        yield name, earlier, False


def _notes(
    fiscal: FiscalCalendar, whole: Period, running: Period, pairs: tuple[Pair, ...]
) -> Iterator[Message]:
    if running.days < whole.days:
        yield Message(
            N_("The period is not over: %(passed)s of %(days)s days have passed."),
            {"passed": running.days, "days": whole.days},
        )
    lengths = {one.then.period.days for one in pairs if not one.is_alike}
    other = next((days for days in sorted(lengths) if days != whole.days), None)
    if fiscal.has_weeks and other is not None and fiscal.whole_months(whole) in (3, 12):
        yield Message(
            N_("One of the years has a 53rd week: %(now)s weeks are compared with %(then)s."),
            {"now": whole.days // 7, "then": other // 7},
        )
    for since in sorted({one.then.since for one in pairs if one.then.since is not None}):
        yield Message(N_("Records begin on %(day)s."), {"day": words.Day(since)})


@dataclass
class _Reader:
    """Reads one question over several periods; records begin on the day `known`, if ever."""

    session: Session
    query: Query
    running: Period
    known: date | None
    today: date
    now: datetime

    def sides(self, periods: Sequence[tuple[Period, bool]], ahead: Ahead | None) -> list[Side]:
        """Return the values over periods, each with whether it is cut to be alike."""
        asked = [_asked(self.query, self.running, self.today, *one) for one in periods]
        found = readings.read_all(self.session, asked, today=self.today, now=self.now, ahead=ahead)
        return [self._side(one[0], result) for one, result in zip(periods, found, strict=True)]

    def _side(self, period: Period, result: Result) -> Side:
        """Return a value over a period, none where records begin later."""
        working = holidays.workdays(self.session, period).count(period)
        if self.known is None or self.known > period.last:
            return Side(period, working, None, self.known)
        # What stands at a window's end does not mind when the records began within it.
        is_covered = self.known <= period.first or result.metric.kind == "stock"
        return Side(period, working, result.value, None if is_covered else self.known)


def _asked(query: Query, running: Period, today: date, period: Period, is_alike: bool) -> Query:
    """Return the same question over another period, outcomes after as long if it is alike."""
    matured = query.matured
    if is_alike:
        matured = period.last + ((matured or today) - running.last)
    return replace(query, first_day=period.first, last_day=period.last, matured=matured)


def _pair(here: Side, against: str, then: Side, is_alike: bool) -> Pair:
    """Return the period read so far compared with an earlier one."""
    difference = change = None
    if here.value is not None and then.value is not None:
        difference = here.value - then.value
        change = difference / then.value if then.value > 0 else None
    return Pair(against, is_alike, then, difference, change)


#: What a period is compared with, in words: as many days of it, or the whole of it.
_NAMES = {
    ("previous", True): N_("Period before, as many days"),
    ("previous", False): N_("Period before"),
    ("last_year", True): N_("Same period last year, as many days"),
    ("last_year", False): N_("Same period last year"),
}


def name_of(pair: Pair) -> Message:
    """Return what a pair compares with, in words."""
    return Message(_NAMES[pair.against, pair.is_alike])


def lengths(side: Side) -> Message:
    """Return how many days and working days a side has, in words."""
    return Message.counted(
        P_("%(n)s day, %(working)s working", "%(n)s days, %(working)s working"),
        side.period.days,
        {"working": side.working_days},
    )


def share_of(pair: Pair) -> object:
    """Return by which share of the earlier value a pair grew, as a value to write."""
    return None if pair.change is None else words.Signed(words.Rate(pair.change))


def by_how_much(pair: Pair, unit: str, currency: str | None) -> object:
    """Return the difference of a pair as a value to write; that of two rates is in points."""
    if pair.difference is None:
        return None
    if unit == "rate":
        return words.Signed(words.RatePoints(pair.difference))
    change = words.amount(pair.difference, unit, currency)
    return None if change is None else words.Signed(change)


def to_json(found: Comparison, against: str) -> dict[str, Any]:
    """Return the comparison with one earlier period, dates and numbers as they are."""
    pairs = {one.is_alike: one for one in found.pairs if one.against == against}
    alike = pairs.get(True)
    return {
        "against": against,
        "days": found.now.period.days,
        "working_days": found.now.working_days,
        "partial": found.is_partial,
        **_pair_json(pairs[False]),
        "like_for_like": None if alike is None else _pair_json(alike),
    }


def _pair_json(pair: Pair) -> dict[str, Any]:
    return {
        "then": {
            "from": pair.then.period.first,
            "to": pair.then.period.last,
            "value": pair.then.value,
            "days": pair.then.period.days,
            "working_days": pair.then.working_days,
        },
        "difference": pair.difference,
        "change": pair.change,
    }
