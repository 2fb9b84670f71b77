"""Metrics hold together: kept counts, segments, receipts down to their rows, the past.

Each statement is shown on records of every kind, of which some are stubs, undated, abroad without
a rate, deleted again or still to come.
"""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

from sqlmodel import Session

from app import db
from app.db import Database
from goals.metrics import catalogue, readings, receipts, refresh, segments
from goals.metrics.catalogue import Metric, Param
from goals.metrics.query import Query
from goals.metrics.recipes import RECIPES, of
from goals.words import Reader
from tests.goals.metrics import company as companies
from tests.goals.metrics.company import NOW, TODAY
from tests.goals.metrics.test_refresh import firsts, rollups
from tests.proofs import provenance
from tests.proofs.provenance import Checker, Question
from tests.support import postgres
from tests.support.everything import Everything

#: Histories on each database, records of each kind, and numbers that are looked at.
HISTORIES = {"sqlite": 900, "postgresql": 100}
RECORDS, NUMBERS, EARLIER = 300, 200, {"sqlite": 40, "postgresql": 10}


def run(*, seed: int = 1) -> bool:
    """Print a line for each statement and database; False if one does not hold."""
    good = True
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder)) as urls:
        for name, url in urls.items():
            good &= histories(name, url, Random(seed), HISTORIES[name])
        for name, url in urls.items():
            here = Path(folder) / name
            here.mkdir()
            made = provenance.filled(url, here, Random(seed), RECORDS)
            good &= parts(name, made.everything)
            if name == "sqlite":
                good &= everything(name, made, all_variants)
                good &= numbers(name, made, Random(seed), NUMBERS)
            good &= known_then(name, made.everything, Random(seed), EARLIER[name])
            made.site.wiring.close()
    return good


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """Offer a prepared database of each kind."""
    sqlite = f"sqlite:///{folder / 'headway.db'}"
    db.upgrade(sqlite)
    with (
        postgres.server(f"prove_{os.getpid()}") as server,
        server.database(server.template(), "metrics") as other,
    ):
        yield {"sqlite": sqlite, "postgresql": other.app_url}


def tell(what: str, name: str, said: str, wrong: list[str]) -> None:
    """Print the line of a statement, and under it what contradicts it."""
    line = f"  {what:<11}{name:<12}{said}: {len(wrong)} differences"
    print(line, *wrong, sep="\n    ", flush=True)


# --- Counting what changed, and counting everything -------------------------------------------


def histories(name: str, url: str, draw: Random, count: int) -> bool:
    """Edit a company in any order, counting now and then; a rebuild must find nothing else."""
    database = Database(url)
    edits = 0
    wrong: list[str] = []
    for number in range(count):
        company = companies.joined(database, companies.found_another(database))
        made = Everything(company, draw, date(2026, 1, 1), date(2026, 3, 31))
        for _ in range(draw.randint(4, 16)):
            made.edit()
            edits += 1
            if draw.random() < 0.4:
                company.refresh()
        with company.session() as session:
            if n := differences(session):
                wrong.append(f"history {number}: {n} counts")
    database.dispose()
    tell("rebuild", name, f"{count} histories, {edits} edits", wrong)
    return not wrong


def differences(session: Session) -> int:
    """Return how many counts a refresh has that a rebuild has not, or the other way round."""
    refresh.refresh(session)
    counts, customers = rollups(session), firsts(session)
    refresh.rebuild(session)
    again = len(counts.items() ^ rollups(session).items())
    return again + len(customers.items() ^ firsts(session).items())


# --- The parts and the whole ------------------------------------------------------------------


def parts(name: str, made: Everything) -> bool:
    """Split every metric that adds up by every dimension that fits: nothing is lost or doubled."""
    splits = members = 0
    wrong: list[str] = []
    additive = [one for one in catalogue.COUNTED if RECIPES[one.id].adds is not None]
    with made.company.session() as session:
        for metric in additive:
            for params in variants(metric):
                for dim in (
                    *sorted(segments.fitting(of(metric.id, params).subjects)),
                    *_own(metric),
                ):
                    query = Query(metric.id, provenance.FIRST, TODAY, params, by=dim)
                    found = readings.read(session, query, today=TODAY, now=NOW, keep=False)
                    figures = [one for _, one in found.segments or ()]
                    splits, members = splits + 1, members + len(figures)
                    if (sum(one.value or 0 for one in figures), sum(one.n for one in figures)) != (
                        found.value, found.figure.n
                    ):  # fmt: skip
                        wrong.append(f"{metric.id} {params} by {dim}")
    said = f"{len(additive)} metrics that add up, {splits} splits into {members} members"
    tell("segments", name, said, wrong)
    return not wrong


def _own(metric: Metric) -> tuple[str, ...]:
    """Return the custom fields by which a metric can be split."""
    return ("custom.size",) if RECIPES[metric.id].subjects == ("deal",) else ()


def variants(metric: Metric) -> Iterator[dict[str, str]]:
    """Yield the parameters of every variant that words tell apart, one word changed at a time."""
    needed = {one.name: str(provenance.NUMBERS[one.name][1]) for one in metric.params
              if one.name in provenance.NEEDED}  # fmt: skip
    yield (given := {**catalogue.filled(metric, {}), **needed})
    for one in metric.params:
        for word in one.words[1:]:
            yield {**given, one.name: word}


# --- From the page to the rows ----------------------------------------------------------------


def numbers(name: str, made: provenance.Filled, draw: Random, count: int) -> bool:
    """Follow so many numbers from their pages to their rows; each metric has its turn."""
    checker = Checker(made)
    every = list(catalogue.METRICS.values())
    order: list[Metric] = []
    for _ in range(count):
        order = order or draw.sample(every, len(every))
        checker.number(draw, order.pop())
    said = (
        f"{count} numbers on pages, {checker.narrowed} of a segment, {checker.empty} without data, "
        f"{checker.rows} rows: {checker.by_rows} by rows, {checker.by_parts} by parts that are"
    )
    tell("receipts", name, f"{said} ({_by_kind(checker)})", checker.wrong)
    return not checker.wrong


def _by_kind(checker: Checker) -> str:
    return ", ".join(f"{n} of a {kind}" for kind, n in sorted(checker.kinds.items()))


def everything(
    name: str,
    made: provenance.Filled,
    variants: Callable[[Metric], Iterable[dict[str, str]]],
) -> bool:
    """Work out every metric in its variants from the files of its receipt, and nothing else.

    Every metric has a value in some variant.
    """
    checker = Checker(made)
    for metric in catalogue.METRICS.values():
        for first, last in _windows(metric):
            for params in variants(metric):
                query = Query(metric.id, first, last, params)
                with made.site.session() as session:
                    found = readings.read(session, query, today=TODAY, now=NOW)
                    reading = receipts.find(session, found.receipt or "")
                    session.expunge(reading)
                checker.worked(Question(metric.id, params, first, last), reading)
            if checker.metrics[metric.id]:
                break
    unknown = [one for one in catalogue.METRICS if not checker.metrics[one]]
    said = (
        f"{sum(checker.metrics.values())} variants of {len(checker.metrics) - len(unknown)} metrics"
        f" ({_by_kind(checker)}), {checker.rows} rows, {checker.empty} without data,"
        f" without any: {', '.join(unknown) or 'no metric'}"
    )
    tell("variants", name, said, checker.wrong)
    return not checker.wrong and not unknown


def _windows(metric: Metric) -> tuple[tuple[date, date], ...]:
    """Return the days asked for, then those for a metric that needs something before them."""
    if metric.looks_ahead:
        return ((TODAY - timedelta(days=20), provenance.LAST),)
    return (date(2025, 7, 1), date(2026, 9, 30)), (date(2026, 4, 1), date(2026, 9, 30))


def all_variants(metric: Metric) -> Iterator[dict[str, str]]:
    """Yield every combination of a metric's words, with and without each number that it takes."""
    choices = [[(one.name, word) for word in one.words or _numbers(one)] for one in metric.params]
    for chosen in product(*choices):
        yield {name: word for name, word in chosen if word is not None}


def _numbers(param: Param) -> tuple[str | None, ...]:
    low, high = provenance.NUMBERS[param.name]
    some = str((low + high) // 2)
    return (some,) if param.name in provenance.NEEDED else (None, some)


# --- What was known then ----------------------------------------------------------------------


def known_then(name: str, made: Everything, draw: Random, count: int) -> bool:
    """Print numbers, edit the records, and ask for what was known before: the same is printed."""
    asked = [provenance.ask(draw, draw.choice(catalogue.COUNTED)) for _ in range(count)]
    then = made.at + timedelta(hours=1)
    before = [printed(made, one) for one in asked]
    made.at = then + timedelta(hours=1)
    for _ in range(count):
        made.edit()
    after = [printed(made, one, known_at=then) for one in asked]
    present = [printed(made, one) for one in asked]
    changed = sum(one != other for one, other in zip(present, before, strict=True))
    wrong = [f"{question}: {was}, then {told}" for question, was, told
             in zip(asked, before, after, strict=True) if was != told]  # fmt: skip
    tell("as of", name, f"{count} numbers, {count} edits that changed {changed} of them", wrong)
    return not wrong and changed > 0


def printed(made: Everything, one: Question, known_at: datetime | None = None) -> dict[str, Any]:
    """Return what the command line prints of a number, without what says when it was asked."""
    query = Query(one.metric, one.first, one.last, one.params, known_at=known_at)
    with made.company.session() as session:
        found = readings.read(session, query, today=TODAY, now=NOW, keep=False)
    shown = found.to_json(Reader())
    return {name: shown[name] for name in ("value", "numerator", "denominator", "n", "unit")}
