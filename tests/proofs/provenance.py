"""From a number on a page to its value by hand: the page, its receipt, the receipt's files."""

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from goals import words
from goals.metrics import catalogue, receipts
from goals.metrics.catalogue import Metric
from goals.metrics.evidence import Reading
from goals.workspace import Member, Person
from tests.goals.metrics import company as companies
from tests.goals.metrics.company import LOADED, NOW, TODAY
from tests.proofs import by_hand
from tests.proofs.by_hand import Asked, Row, Worked
from tests.support.everything import KINDS, Everything
from tests.support.site import Site, Visitor, plain

#: Days of the company's records: some lie ahead.
FIRST, LAST = date(2025, 6, 1), date(2026, 12, 20)
#: What a parameter that takes any number may be.
NUMBERS: dict[str, tuple[int, int]] = {
    "months": (1, 14), "within_days": (3, 90), "margin": (10, 95), "lifespan_months": (6, 60),
    "target": (1, 400), "years": (1, 1), "days": (20, 120), "inactive_days": (20, 150),
    "grace_days": (1, 90),
}  # fmt: skip
#: Metrics that no record is counted for, so that they are entered or imported.
DELIVERED = tuple(one.id for one in catalogue.METRICS.values() if not one.is_counted)
#: Those without which there is no number, and that would not be left out.
NEEDED = ("margin", "target")


@dataclass
class Filled:
    """A company that has records of every kind, its site, and how more are made."""

    site: Site
    everything: Everything
    visitor: Visitor


def filled(url: str, folder: Path, draw: Random, count: int) -> Filled:
    """Return the application over a company with so many records of each kind."""
    site = Site(url, folder, 0, NOW)
    records = [*KINDS, "stage_event"]
    company = companies.found(site.database, records=records)
    site.here = company.workspace_id
    with site.database.system() as system:
        person = Person(email="owner@acme.example", name="Olga Owner", created_at=LOADED)
        system.add(person)
        system.flush()
        system.add(Member(workspace_id=site.here, person_id=person.id, role="owner",
                          created_at=LOADED))  # fmt: skip
    made = Everything(company, draw, FIRST, LAST, names=count)
    made.fill(count)
    company.write("reading", [
        {"external_id": f"{metric}{n}", "metric": metric, "value": Decimal(draw.randint(1, 90)),
         "day": made.day(), "evidence": f"list {n}"}
        for metric in DELIVERED for n in range(12)
    ])  # fmt: skip
    return Filled(site, made, site.browser())


@dataclass(frozen=True)
class Question:
    """A metric over a window with its parameters, narrowed to a part or not."""

    metric: str
    params: Mapping[str, str]
    first: date
    last: date
    where: tuple[tuple[str, str], ...] = ()
    by: str | None = None

    @property
    def address(self) -> str:
        """Return the address of its page."""
        asked = [("from", self.first.isoformat()), ("to", self.last.isoformat())]
        asked += [*self.params.items(), *(("where", f"{dim}={one}") for dim, one in self.where)]
        asked += [] if self.by is None else [("by", self.by)]
        return f"/metric/{self.metric}?{urlencode(asked)}"


def ask(draw: Random, metric: Metric) -> Question:
    """Return a question to a metric at random."""
    params: dict[str, str] = {}
    for one in metric.params:
        if one.words:
            params[one.name] = draw.choice(one.words)
        elif one.name in NEEDED or draw.random() < 0.5:
            params[one.name] = str(draw.randint(*NUMBERS[one.name]))
    if metric.looks_ahead:
        return Question(metric.id, params, TODAY - timedelta(days=draw.randrange(40)), LAST)
    whole = date(2025, 7, 1), date(2026, 9, 30)
    first = FIRST + timedelta(days=draw.randrange((TODAY - FIRST).days))
    last = min(first + timedelta(days=draw.randrange(20, 300)), TODAY)
    return Question(metric.id, params, *draw.choice((whole, (first, last), (first, last))))


class Checker:
    """Reads numbers as a visitor does and works each out again from what its receipt lists."""

    def __init__(self, here: Filled) -> None:
        self.here = here
        self.by_rows = self.by_parts = self.split = self.narrowed = self.empty = 0
        self.rows = 0
        self.kinds: Counter[str] = Counter()
        self.metrics: Counter[str] = Counter()
        self.wrong: list[str] = []

    def number(self, draw: Random, metric: Metric) -> None:
        """Check one number at random: of all records, of a part, or one of those it splits into."""
        question = ask(draw, metric)
        page = self.here.visitor.get(question.address)
        chosen = re.search(r'<select[^>]* name="by".*?</select>', page, re.DOTALL)
        dims = re.findall(r'<option value="([^"]+)"', chosen.group()) if chosen else []
        if dims and draw.random() < 0.6:
            question = self._of_a_part(draw, question, draw.choice(dims))
        self.check(question)

    def _of_a_part(self, draw: Random, question: Question, dim: str) -> Question:
        """Return the question of one part, which must have the value that the split gives it."""
        split = Question(question.metric, question.params, question.first, question.last, by=dim)
        reading = self._reading(self.here.visitor.get(split.address))
        self.split += 1
        named = [one for one in reading.segments or () if one["n"] or draw.random() < 0.2]
        if not named:
            return split
        one = draw.choice(named)
        where = ((dim, str(one["key"])),)
        part = Question(question.metric, question.params, question.first, question.last, where)
        self.narrowed += 1
        alone = self._reading(self.here.visitor.get(part.address))
        told = None if one["value"] is None else Decimal(str(one["value"]))
        if told != alone.value:
            self.wrong.append(f"{part}: {alone.value} alone, {told} in the split")
        return part

    def check(self, question: Question) -> Worked:
        """Follow a number from its page to its rows, and compare what they make with it."""
        page = self.here.visitor.get(question.address)
        reading = self._reading(page)
        worked = self.worked(question, reading)
        self._shown(question, reading, plain(page))
        return worked

    def worked(self, question: Question, reading: Reading) -> Worked:
        """Work a reading out again from the files of its receipt, and compare the two."""
        page = self.here.visitor.get(f"/receipts/{reading.receipt}")
        asked = self._asked(question, reading, page)
        worked = by_hand.work(asked)
        self.by_parts += asked.by_parts
        self.by_rows += not asked.by_parts
        self.empty += worked.value is None
        self.kinds[catalogue.find(question.metric).kind] += worked.value is not None
        self.metrics[question.metric] += worked.value is not None
        self.rows += sum(map(len, asked.parts.values())) if asked.parts else len(asked.above)
        self._compare(question, reading, worked)
        self._written(question, reading, worked, plain(page))
        return worked

    def _written(self, question: Question, reading: Reading, worked: Worked, page: str) -> None:
        """The receipt writes the number that was worked out, to the last digit that it shows."""
        if worked.value is None:
            return
        exact = Decimal(worked.value.numerator) / worked.value.denominator
        amount = words.amount(exact, reading.unit, reading.currency)
        said = f"Number {words.format_value(amount, words.Reader())}".replace("\u00a0", " ")
        if said not in page:
            self.wrong.append(f"{question}: the receipt does not say {said}")

    def _compare(self, question: Question, reading: Reading, worked: Worked) -> None:
        for name, exact in (("value", worked.value), ("above", worked.above),
                            ("below", worked.below)):  # fmt: skip
            told = {"above": reading.numerator, "below": reading.denominator}.get(
                name, reading.value
            )
            # A metric that is no ratio may keep no parts.
            if name != "value" and (told is None or exact is None):
                continue
            if not by_hand.same(exact, told):
                shown = None if exact is None else float(exact)
                self.wrong.append(f"{question}: {name} {told}, by hand {shown}")

    def _shown(self, question: Question, reading: Reading, page: str) -> None:
        """The page says the number that the reading has, and no other."""
        if reading.value is None:
            if " is " in page.split(". ")[0]:
                self.wrong.append(f"{question}: a number is shown where there is none")
            return
        amount = words.amount(reading.value, reading.unit, reading.currency, compact=True)
        said = f"is {words.format_value(amount, words.Reader())}".replace("\u00a0", " ")
        if said not in page:
            self.wrong.append(f"{question}: the page does not say {said}")

    def _reading(self, page: str) -> Reading:
        """Return the reading that a page leads to."""
        found = re.search(r'href="/receipts/(rcp_[0-9a-f]+)"', page)
        assert found is not None, plain(page)[:400]
        with self.here.site.session() as session:
            reading = receipts.find(session, found.group(1))
            session.expunge(reading)
            return reading

    def _asked(self, question: Question, reading: Reading, page: str) -> Asked:
        """Return the question with the rows of every part that the receipt's page offers."""
        names = re.findall(r'href="/receipts/[^"?]+\?part=([^"&]+)"', page)
        address = f"/receipts/{reading.receipt}?part="
        parts = {name: self._rows(self.here.visitor.get(address + name)) for name in names}
        own = () if parts else self._rows(page)
        params = {name: str(value) for name, value in reading.params.items()}
        above, below = parts.get("numerator", own), parts.get("denominator", ())
        return Asked(question.metric, params, reading.first_day, reading.last_day, TODAY, above,
                     below, parts)  # fmt: skip

    def _rows(self, page: str) -> list[Row]:
        """Return all rows of the file that a page of a receipt leads to, none if to none."""
        link = re.search(r'href="(/receipts/[^"]+\.csv[^"]*)"', page)
        if link is None:
            return []
        text = self.here.visitor.get(link.group(1).replace("&amp;", "&"))
        return [Row.of(one) for one in csv.DictReader(io.StringIO(text.lstrip("\ufeff")))]
