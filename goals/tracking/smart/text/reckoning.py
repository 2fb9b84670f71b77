"""What a statement itself reckons with: a close rate, leads, a budget, how long a sale takes."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from goals.tracking.smart.rules import feasible
from goals.tracking.smart.rules.feasible import Expected, Need
from goals.tracking.smart.text import numbers, supposed
from goals.tracking.smart.text.numbers import Quantity

_DAYS = {"days": Decimal(1), "weeks": Decimal(7), "months": Decimal(30), "years": Decimal(365)}
#: How far before or after a number the words stand that say what it is.
_REACH = 44

_LENGTH = {"week": 7, "month": 30, "quarter": 91, "สัปดาห์": 7, "เดือน": 30, "ไตรมาส": 91}
_LENGTH |= {"周": 7, "月": 30, "个月": 30, "季": 91, "季度": 91}
_BOUGHT = frozenset(
    "new_customers contracts_signed subscribers_paid customers_by_campaign revenue new_revenue "
    "quota_attainment quota_amount net_new_revenue win_rate sales_by_agent "
    "opportunities_new".split()
)
#: Numbers that are money, also where no sign or word beside the figure says so.
MONEY = frozenset("revenue new_revenue net_new_revenue net_new_mrr quota_amount".split())
_LOST = frozenset(("churn_rate", "retention_rate", "customers_retained", "customers_lost"))


_SALE = (supposed.SALE_TAKES, supposed.SALE_TAKES_AFTER)
_SUPPOSED: Mapping[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "percent": (supposed.RATE_BEFORE, supposed.RATE_AFTER),
    "money": (supposed.COST_OR_EACH_BEFORE, supposed.COST_OR_EACH_AFTER),
    **dict.fromkeys(_DAYS, _SALE),
}


@dataclass(frozen=True)
class Reckoning:
    """What a statement's own numbers come to.

    `needs` is what its target takes beside what it counts on; `places` is where the latter
    stands, by kind. `answers_after` is the days before which its number cannot move, None
    where the statement does not say.
    """

    needs: tuple[Need, ...] = ()
    places: tuple[tuple[str, int, int], ...] = ()
    answers_after: int | None = None


@dataclass(frozen=True)
class Assumed:
    """A number that a goal counts on and does not set, and the words that say so."""

    number: Quantity
    start: int
    end: int


def assumed(folded: str, counted: Sequence[Quantity]) -> list[Assumed]:
    """Return the numbers of a statement that say what it counts on."""
    found = []
    for one in counted:
        before, after = _SUPPOSED.get(one.unit, (None, None))
        lead = max(0, one.start - _REACH)
        if before is None or supposed.MOVES.search(folded, lead, one.start):
            continue
        said = before.search(folded, lead, one.start)
        behind = after.match(folded, one.end) if after is not None else None
        if said or behind:
            first = said.start() if said else one.start
            found.append(Assumed(one, first, behind.end() if behind else one.end))
    if any(one.number.unit == "percent" for one in found):
        found += _plain(folded, counted, supposed.CHANCES_BEFORE, supposed.CHANCES_AFTER)
    talks = [*_plain(folded, counted, supposed.TALKS_EACH, None)]
    if talks:
        found += talks
        found += _plain(folded, counted, supposed.ROOM, supposed.TALKS_AFTER)
    return found


def _plain(
    folded: str,
    counted: Sequence[Quantity],
    before: re.Pattern[str],
    after: re.Pattern[str] | None,
) -> Iterator[Assumed]:
    """Yield the counts that stand for one thing: "25 leads", "room for 40"."""
    for one in counted:
        said = before.search(folded, max(0, one.start - _REACH), one.start)
        behind = after.match(folded, one.end) if after is not None else None
        if one.unit == "" and (said or behind):
            first = said.start() if said else one.start
            yield Assumed(one, first, behind.end() if behind else one.end)


def reckon(
    folded: str,
    counted: Sequence[Quantity],
    *,
    own: tuple[Quantity | None, Quantity | None],
    change: str | None,
    metric: str | None,
    days: int | None,
) -> Reckoning:
    """Return what follows from the numbers of a statement beside its goal's own.

    `own` is where that starts and where it is to be; `days` is how long it is until its last
    day, None where no day is said.
    """
    start, aim = own
    is_money = aim is not None and (aim.unit == "money" or metric in MONEY)
    target = None
    # What moves from one amount to another says nothing of how much is still to come.
    if aim is not None and aim.unit in ("", "money") and start is None and change != "relative":
        target = aim.value
    taken = {one.start for one in own if one is not None}
    rate, place = _one_in(folded)
    free = [
        one for one in counted if one.start not in taken and not (place[0] <= one.start < place[1])
    ]
    text = _Numbers(folded, free, days)
    cost = text.cost_each()
    known = text.expected(rate, cost)
    needs = []
    if target is not None and target > 0:
        needs = [*feasible.needs("revenue" if is_money else "new_customers", target, known)]
        if not is_money and cost is not None:
            needs.append(Need("budget", target * cost.value, known.spend, cost.value))
    return Reckoning(tuple(needs), tuple(text.places), text.answers_after(metric))


def _one_in(folded: str) -> tuple[Decimal | None, tuple[int, int]]:
    """Return the rate of "one in five", and where it stands."""
    found = supposed.ONE_IN.search(folded)
    if found is None:
        return None, (0, 0)
    word = (
        (found["part"] or "").split(" ")[-1]
        or found["en"]
        or found["nth"]
        or found["th"]
        or found["zh"]
    )
    value = Decimal(word) if word.isdecimal() else _spelt(word)
    return (1 / value if value and value > 1 else None), found.span()


def _spelt(word: str) -> Decimal | None:
    known = {**numbers.WORDS, **numbers.THAI, **supposed.NTH}
    if word in known:
        return Decimal(known[word])
    return (
        Decimal(numbers.han(word))
        if all(one in numbers.HAN or one == "十" for one in word)
        else None
    )


class _Numbers:
    """The numbers of a statement that are not its goal's own, by what they say."""

    def __init__(self, folded: str, free: Sequence[Quantity], days: int | None) -> None:
        self.folded, self.free, self.days = folded, free, days
        self.places: list[tuple[str, int, int]] = []

    def cost_each(self) -> Quantity | None:
        return self._first(("money", ""), supposed.COST_BEFORE, supposed.COST_AFTER)

    def expected(self, rate: Decimal | None, cost: Quantity | None) -> Expected:
        if rate is None:
            share = self._first(("percent",), supposed.RATE_BEFORE, supposed.RATE_AFTER)
            rate = share.share if share is not None and 0 < share.share <= 1 else None
        each = self._first(("money", ""), supposed.EACH_BEFORE, supposed.EACH_AFTER)
        talks_each = self._first(("",), supposed.TALKS_EACH, supposed.TALKS_AFTER, both=True)
        others = [one for one in (each, talks_each) if one is not None]
        budget = self._first(("money",), supposed.BUDGET, supposed.BUDGET_AFTER, but=[cost])
        leads = self._first(("",), supposed.CHANCES_BEFORE, supposed.CHANCES_AFTER, but=others)
        deals = self._first(("",), None, supposed.DEALS_AFTER, but=[*others, leads])
        talks = None
        if talks_each is not None:
            talks = self._first(("",), supposed.ROOM, supposed.TALKS_AFTER, but=[*others, leads])
        return Expected(
            close_rate=rate,
            average_deal=each.value if each is not None else None,
            meetings_per_deal=talks_each.value if talks_each is not None else None,
            leads=self._in_all("leads", leads),
            deals=self._in_all("deals", deals),
            meetings=self._in_all("meetings", talks),
            spend=self._in_all("budget", budget),
        )

    def answers_after(self, metric: str | None) -> int | None:
        spans = tuple(_DAYS)
        found = None
        if metric is None or metric == "sales_cycle" or metric in _BOUGHT:
            found = self._first(spans, supposed.SALE_TAKES, supposed.SALE_TAKES_AFTER)
        elif metric in _LOST:
            found = self._first(spans, supposed.QUIET_BEFORE, supposed.QUIET_AFTER)
        return int(found.value * _DAYS[found.unit]) if found is not None else None

    def _first(
        self,
        units: tuple[str, ...],
        before: re.Pattern[str] | None,
        after: re.Pattern[str],
        *,
        but: Iterable[Quantity | None] = (),
        both: bool = False,
    ) -> Quantity | None:
        """Return the first number that the words beside it make one of a kind."""
        used = {one.start for one in but if one is not None}
        for one in self.free:
            if one.unit not in units or one.start in used:
                continue
            lead = self.folded[max(0, one.start - _REACH) : one.start]
            said = before is not None and before.search(lead) is not None
            if both and not said:
                continue
            if (said and not both) or after.match(self.folded, one.end):
                return one
        return None

    def _in_all(self, kind: str, one: Quantity | None) -> Decimal | None:
        """Return how many come until the last day; None where that is not known."""
        if one is None:
            return None
        self.places.append((kind, one.start, one.end))
        lead = self.folded[max(0, one.start - _REACH) : one.start]
        pace = supposed.A_WHILE.match(self.folded, one.end) or supposed.A_WHILE_BEFORE.search(lead)
        if pace is None:
            return one.value
        if self.days is None:
            return None
        length = next(_LENGTH[word] for word in pace.groupdict().values() if word)
        return one.value * self.days / length


def days_until(last: date | None, today: date) -> int | None:
    """Return the days that are left, None without a last day or where it is over."""
    return (last - today).days + 1 if last is not None and last >= today else None
