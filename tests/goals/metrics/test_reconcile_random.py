"""Random companies: the way from any report to our number adds up, and its lists are its steps.

What each state holds is worked out once more in plain Python, from the rows as they were written.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from goals.metrics.reconcile.report import CHOICES, Report
from tests.goals.metrics import reconciled
from tests.goals.metrics.company import Company, Row
from tests.goals.metrics.reconciled import FIRST, LAST, asked, instant

#: Units of a currency for one of ours, by the day from which they hold; amounts divide evenly.
RATES = {"THB": {date(2026, 1, 15): Decimal(32), date(2026, 2, 20): Decimal(40)}}
ZONES = (None, "UTC", "America/Los_Angeles", "Pacific/Kiritimati")
#: The metrics that are compared: parameters, what is counted, its day, and whether by amount.
METRICS: dict[str, tuple[Callable[[Row], bool], str, bool]] = {
    "revenue": (lambda row: row["status"] == "won", "closed_on", True),
    "contracts_signed": (lambda row: row["status"] == "won", "closed_on", False),
    "opportunities_new": (lambda row: True, "created_on", False),
}
#: What two deals of different sources that are one have in common.
TWINS = ("name", "created_on", "amount")
Held = dict[int, Decimal]


@dataclass(frozen=True)
class Known:
    """A row as it was written, with where it stands."""

    id: int
    row: Row
    here: bool
    living: bool


def rows(choice: random.Random, names: list[str]) -> list[Row]:
    return [_row(choice, name) for name in names]


def _row(choice: random.Random, name: str) -> Row:
    status = choice.choice(["open", "won", "won", "lost"])
    near = [FIRST - timedelta(days=2), FIRST, LAST, LAST + timedelta(days=1)]
    created = choice.choice([None, choice.choice(near), date(2026, 2, choice.randint(1, 28))])
    closed: Any = None
    if status != "open" and choice.random() < 0.9:
        closed = choice.choice([
            choice.choice(near),
            date(2026, 2, choice.randint(1, 28)),
            instant(12, 31, choice.randint(0, 23), 2025),
            instant(3, 31, choice.randint(0, 23)),
            instant(1, 20, choice.randint(0, 23)),
        ])  # fmt: skip
    return reconciled.deal(
        name,
        status,
        created,
        closed,
        # Some are alike in all that tells twins.
        title=choice.choice(["Twin", name]),
        amount=choice.choice([None, 0, 320, 320 * choice.randint(1, 999)]),
        currency=choice.choice([None, "USD", "THB", "THB", "JPY"]),
        owner=choice.choice(["ann", "bob"]),
    )


def made(company: Company, choice: random.Random) -> list[Known]:
    """Fill a company and return all that was written into it."""
    reconciled.moved(company)
    files = reconciled.second(company)
    known = []
    for one, names in (
        (company, [f"c{number}" for number in range(22)]),
        (files, [f"f{number}" for number in range(3)] + ["c1", "c2"]),
    ):
        one.write("owner", [
            {"external_id": "ann", "name": "Ann", "region": "North"},
            {"external_id": "bob", "name": "Bob", "region": "South"},
        ])  # fmt: skip
        written = rows(choice, names)
        one.write("deal", written)
        gone = {row["external_id"] for row in written if choice.random() < 0.15}
        one.delete("deal", gone)
        for row in written:
            name = row["external_id"]
            known.append(Known(one.id_of("deal", name), row, one is company, name not in gone))
    company.write("rate", [
        {"external_id": f"{code}{on}", "currency": code, "day": on, "per_base": rate}
        for code, found in RATES.items()
        for on, rate in found.items()
    ])  # fmt: skip
    return known


def rated(row: Row, on: date | None) -> Decimal | None:
    """Return an amount in our currency by the rate of a day, to the ten-thousandth."""
    amount, currency = row["amount"], row["currency"] or "USD"
    if amount is None or currency == "USD":
        return amount
    found = [rate for day, rate in RATES.get(currency, {}).items() if on is not None and day <= on]
    return round(amount / found[-1], 4) if found else None


def in_window(day: date | None) -> bool:
    return day is not None and FIRST <= day <= LAST


def _alike(one: Row, other: Row) -> bool:
    same = (one[name] is not None and one[name] == other[name] for name in TWINS)
    return one["external_id"] == other["external_id"] or all(same)


class Model:
    """What each state holds, in plain Python."""

    def __init__(self, known: list[Known], metric: str, report: Report, north: bool) -> None:
        self.known, self.report, self.north = known, report, north
        self.counts, self.day, self.is_money = METRICS[metric]

    def theirs_day(self, one: Known) -> date | None:
        column = {"same": self.day, "created": "created_on", "closed": "closed_on"}
        chosen = column[self.report.dated]
        return self.zoned(one) if chosen == self.day else one.row[chosen]

    def zoned(self, one: Known) -> date | None:
        at: datetime | None = one.row["closed_at"] if self.day == "closed_on" else None
        if at is None or self.report.zone is None:
            return one.row[self.day]
        return at.astimezone(ZoneInfo(self.report.zone)).date()

    def theirs_counts(self, one: Known) -> bool:
        if self.report.counts == "same":
            return self.counts(one.row)
        return self.report.counts == "all" or one.row["status"] in ("won", "lost")

    def is_theirs(self, one: Known) -> bool:
        archived, narrowed = self.report.archived, self.report.narrowed
        return one.here and (one.living or archived) and (not narrowed or self.fits(one))

    def is_ours(self, one: Known) -> bool:
        day = one.row[self.day]
        counted = one.living and self.counts(one.row) and in_window(day) and self.fits(one)
        return counted and (not self.is_money or rated(one.row, day) is not None)

    def fits(self, one: Known) -> bool:
        return not self.north or one.row["owner"] == "ann"

    def is_twin(self, one: Known) -> bool:
        others = [other for other in self.known if other.here and other.living]
        return any(other.id != one.id and _alike(other.row, one.row) for other in others)

    def theirs_value(self, one: Known) -> Decimal:
        if not self.is_money:
            return Decimal(0)
        plain = self.report.currency == "plain"
        return (one.row["amount"] if plain else rated(one.row, date.max)) or Decimal(0)

    def ours_value(self, one: Known) -> Decimal:
        return (rated(one.row, one.row[self.day]) or Decimal(0)) if self.is_money else Decimal(0)

    def states(self) -> Iterator[tuple[str, Held]]:
        """Yield the states in their order, each with its records and their amounts."""
        shown = [
            one for one in self.known if self.is_theirs(one) and in_window(self.theirs_day(one))
        ]
        held = [one for one in shown if self.theirs_counts(one)]
        yield "theirs", {one.id: self.theirs_value(one) for one in held}
        held = [one for one in held if one.living]
        yield "archived", {one.id: self.theirs_value(one) for one in held}
        held = [one for one in shown if one.living and self.counts(one.row)]
        yield "counts", {one.id: self.theirs_value(one) for one in held}
        held = [one for one in held if one.row[self.day] is not None]
        yield "undated", {one.id: self.theirs_value(one) for one in held}
        base = [
            one for one in self.known if self.is_theirs(one) and one.living and self.counts(one.row)
        ]
        held = [one for one in base if in_window(self.zoned(one))]
        yield "dated", {one.id: self.theirs_value(one) for one in held}
        held = [one for one in base if in_window(one.row[self.day])]
        yield "zone", {one.id: self.theirs_value(one) for one in held}
        held = [one for one in held if self.fits(one)]
        yield "narrowed", {one.id: self.theirs_value(one) for one in held}
        if self.is_money:
            held = [one for one in held if one.row["amount"] is not None]
            yield "valueless", {one.id: self.theirs_value(one) for one in held}
            held = [one for one in held if rated(one.row, one.row[self.day]) is not None]
            yield "unrated", {one.id: self.theirs_value(one) for one in held}
        yield "rates", {one.id: self.ours_value(one) for one in held}
        yield "rule", {one.id: self.ours_value(one) for one in held}
        ours = [one for one in self.known if self.is_ours(one)]
        twins = [one for one in ours if one.here or self.is_twin(one)]
        yield "twins", {one.id: self.ours_value(one) for one in twins}
        yield "others", {one.id: self.ours_value(one) for one in ours}


def a_report(choice: random.Random) -> Report:
    words: dict[str, Any] = {name: choice.choice(listed) for name, listed in CHOICES.items()}
    return replace(
        Report(**words),
        zone=choice.choice(ZONES),
        archived=choice.random() < 0.5,
        narrowed=choice.random() < 0.3,
    )


@pytest.mark.parametrize("seed", range(3))
def test_any_report_of_any_company_leads_to_our_number(empty, seed):
    choice = random.Random(seed)
    known = made(empty, choice)
    for metric in METRICS:
        north = choice.random() < 0.5
        where = {"region": "North"} if north else {}
        with asked(empty, metric, where=where) as question:
            part = question.part(None)
            for _ in range(2):
                report = a_report(choice)
                bridge = question.bridge(part, report)
                states = list(Model(known, metric, report, north).states())
                assert bridge.theirs.figure == figure(bridge.theirs.amount, states[0][1])
                assert bridge.ours.figure == question.reading.numerator
                assert bridge.theirs.figure + sum(one.total.figure for one in bridge.steps) == (
                    bridge.ours.figure
                )
                before = states[0][1]
                for key, held in states[1:]:
                    _check(question, part, report, bridge.step(key), key, before, held)
                    before = held


def figure(amount: Decimal | None, held: Held) -> Decimal:
    return Decimal(len(held)) if amount is None else sum(held.values(), Decimal())


def _check(question, part, report, step, key, before: Held, after: Held) -> None:
    """Compare a step with two states: its numbers, and the records that it lists."""
    moved = {
        id_: (before.get(id_), after.get(id_))
        for id_ in before.keys() | after.keys()
        if before.get(id_) != after.get(id_)
    }
    if step is None:
        assert moved == {}, key
        return
    left = [id_ for id_, (_, now) in moved.items() if now is None]
    came = [id_ for id_, (was, _) in moved.items() if was is None]
    assert (step.left, step.came, step.changed) == (
        len(left), len(came), len(moved) - len(left) - len(came),
    ), key  # fmt: skip
    assert step.total.n == len(after) - len(before), key
    assert step.total.figure == figure(step.total.amount, after) - figure(
        step.total.amount, before
    ), key
    if not moved:
        return
    n, listed = question.records(part, report, key, limit=1000)
    assert n == len(listed) == step.records, key
    if part.is_money:
        assert {one.record.id: (one.before, one.after) for one in listed} == moved, key
        # A page of them is a piece of the whole.
        _, page = question.records(part, report, key, offset=1, limit=1)
        assert [one.record.id for one in page] == [one.record.id for one in listed[1:2]]
    else:
        assert {one.record.id for one in listed} == moved.keys(), key
