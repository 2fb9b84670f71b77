"""The drivers of a goal over some days, read from the records with their receipts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from sqlmodel import Session

from goals.calendar import Period
from goals.errors import Refusal
from goals.metrics import query, readings
from goals.metrics.ahead import Ahead
from goals.metrics.result import Result
from goals.tracking.drivers import chains
from goals.tracking.drivers.chains import Link, Words
from goals.tracking.goal import Goal

#: A chain fits a metric whose value it meets so nearly; the rest is rounding.
NEAR = Fraction(1, 10**9)


@dataclass
class Reader:
    """Reads what a goal's drivers were; with `keep` each reading gets its receipt.

    Records that begin within the first `bucket` of a period cover it.
    """

    session: Session
    goal: Goal
    today: date
    now: datetime
    bucket: timedelta
    keep: bool = True
    seen: dict[tuple[str, Period], Result | None] = field(default_factory=dict)
    #: What was counted for one of them is not counted again for the others.
    ahead: Ahead = field(init=False)

    def __post_init__(self) -> None:
        # Before anything is read: a reading that is refused is rolled back, and what was counted
        # for it would be taken for counted.
        self.ahead = readings.trued(self.session, None)

    def own(self, period: Period) -> Result:
        """Return the goal's own metric over some days."""
        return self._read(self.goal.metric, dict(self.goal.params), period)

    def quantity(self, link: Link, period: Period) -> tuple[Decimal | None, Result | None]:
        """Return what a link counts, None where its records have no such part or no value."""
        found = self._of_link(link, period)
        if found is None:
            return None, None
        return getattr(found.figure, link.part), found

    def reaches(self, link: Link, period: Period) -> bool:
        """Tell whether the records of a link cover a period from its beginning."""
        params = self._params(link)
        try:
            known = readings.earliest(
                self.session, link.metric, params, self.goal.segment, self.ahead
            )
        except Refusal:
            return False
        return known is not None and known < period.first + self.bucket

    def _params(self, link: Link) -> dict[str, str]:
        return dict(self.goal.params) if link.metric == self.goal.metric else {}

    def _of_link(self, link: Link, period: Period) -> Result | None:
        key = (link.metric, period)
        if key not in self.seen:
            try:
                with self.session.begin_nested():
                    self.seen[key] = self._read(link.metric, self._params(link), period)
            except Refusal:
                # Such as leads of a product: leads have none.
                self.seen[key] = None
        return self.seen[key]

    def _read(self, metric: str, params: dict[str, str], period: Period) -> Result:
        asked = query.Query(
            metric, period.first, period.last, params=params, where=self.goal.segment
        )
        return self.read(asked, keep=self.keep)

    def read(self, asked: query.Query, *, keep: bool) -> Result:
        """Return a reading; raises Refusal for what cannot be asked."""
        return readings.read(
            self.session, asked, today=self.today, now=self.now, keep=keep, ahead=self.ahead
        )


@dataclass(frozen=True)
class Driver:
    """A driver over some days: its value (None: nothing to know it from) and its readings."""

    link: Link
    words: Words
    unit: str
    value: Fraction | None
    receipt: str | None
    n: int

    @property
    def factor(self) -> Fraction | None:
        """Return what the driver is in the product."""
        if not self.link.divides or self.value is None:
            return self.value
        return 1 / self.value if self.value else None

    @property
    def decimal(self) -> Decimal | None:
        """Return the value as a number to write."""
        return None if self.value is None else as_decimal(self.value)


def as_decimal(value: Fraction) -> Decimal:
    """Return a fraction as a decimal of 28 digits."""
    return Decimal(value.numerator) / Decimal(value.denominator)


def fitting(reader: Reader, periods: Sequence[Period]) -> list[Link]:
    """Return the links of a goal's chain that can be read over all of some periods.

    A link without records, or that counts nothing where the next one counts something (deals
    closed in a month without a new lead), is left out; the next one then stands for both. It is
    empty where the metric has no chain, where one link alone is left, and where the links do
    not come to the metric's own value.
    """
    chain = chains.CHAINS.get(reader.goal.metric, ())
    kept = [link for link in chain if all(_is_read(reader, link, one) for one in periods)]
    place = 0
    while place + 1 < len(kept):
        if kept[place + 1].per and any(
            not reader.quantity(kept[place], one)[0] and reader.quantity(kept[place + 1], one)[0]
            for one in periods
        ):
            del kept[place]
            place = 0
        else:
            place += 1
    is_whole = len(kept) > 1 and kept[-1] is chain[-1]
    return kept if is_whole and all(_meets(reader, kept, one) for one in periods) else []


def _is_read(reader: Reader, link: Link, period: Period) -> bool:
    return reader.reaches(link, period) and reader.quantity(link, period)[0] is not None


def _meets(reader: Reader, links: Sequence[Link], period: Period) -> bool:
    value = reader.own(period).value
    if value is None:
        return False
    product = product_of([one.factor for one in drivers(reader, links, period)])
    return abs(product - Fraction(value)) <= NEAR * abs(Fraction(value))


def drivers(reader: Reader, links: Sequence[Link], period: Period) -> list[Driver]:
    """Return the drivers over some days, in the order of their links."""
    found = []
    before: Fraction | None = None
    for place, link in enumerate(links):
        counted, result = reader.quantity(link, period)
        value = None if counted is None else Fraction(counted)
        is_first = place == 0
        if link.per and not is_first:
            shown = value / before if value is not None and before else None
        else:
            shown = value
        found.append(
            Driver(
                link,
                chains.words_of(link, is_first=is_first),
                chains.unit_of(link, is_first=is_first),
                shown,
                None if result is None else result.receipt,
                0 if result is None else result.figure.n,
            )
        )
        before = value
    return found


def product_of(factors: Sequence[Fraction | None]) -> Fraction:
    """Return the product of drivers; what nobody can know follows a zero that makes it nothing."""
    found = Fraction(1)
    for one in factors:
        found *= Fraction(1) if one is None else one
    return found
