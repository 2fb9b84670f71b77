"""Two sources of one company: with a cut-over, what is counted is what one source counts."""

import shutil
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from app.db import Database
from goals.errors import Refusal
from goals.metrics import limits, receipts
from integrations import connections, sync
from integrations.vault import Vault
from tests.goals.metrics import company as companies
from tests.goals.metrics import parallel, small
from tests.goals.metrics.company import LOADED, NOW
from tests.goals.metrics.small import END, JAN, day
from tests.goals.metrics.test_every_metric import NOW as READ_AT
from tests.goals.metrics.test_every_metric import VARIANTS, read
from tests.support import company as workspaces
from tests.support.everything import Everything

DAY = timedelta(days=1)


@pytest.fixture
def database(database_url):
    made = Database(database_url)
    yield made
    made.dispose()


@pytest.fixture
def pair(database):
    """An old and a new source, both with the small company."""
    found = parallel.two(database)
    for one in found:
        small.load(one)
    return found


# --- All metrics, day by day -----------------------------------------------------------------


@pytest.fixture(scope="module")
def sides(sqlite_template, tmp_path_factory):
    """The sample company from one source, and from two with a cut-over within the window."""
    folder = tmp_path_factory.mktemp("parallel")
    opened = []
    for number in (1, 2):
        file = shutil.copy(sqlite_template, folder / f"{number}.db")
        database = Database(f"sqlite:///{file}")
        workspace = workspaces.make(database, zone="Asia/Bangkok")
        for each in range(number):
            with database.session(workspace) as session:
                made = connections.add(
                    session, "sample", f"{each}", settings={}, secrets={}, vault=Vault([]),
                    now=READ_AT,
                )  # fmt: skip
            begin = database.begin(workspace)
            run = sync.pull(begin, made.id, vault=Vault([]), clock=lambda: READ_AT)
            assert run.status == "done"
        opened.append((database, workspace))
    (_, one), (database, both) = opened
    with database.session(both) as session:
        ids = [one.id for one in connections.every(session) if one.provider == "sample"]
    old, new = (companies.Company(database, both, one) for one in ids)
    assert parallel.cut_over(old, new, date(2023, 5, 15), READ_AT)
    with opened[0][0].session(one) as single, database.session(both) as double:
        yield single, double
        single.rollback()
        double.rollback()
    for database, _ in opened:
        database.dispose()


@pytest.mark.parametrize(("metric", "params"), VARIANTS)
def test_every_metric_is_what_one_source_says(sides, metric, params):
    single, double = (read(one, metric, params, keep=True) for one in sides)
    assert double.figure == single.figure
    told = [{(note.code, note.n) for note in one.notes} for one in (single, double)]
    assert told[1] - {("slow", None)} == told[0] - {("slow", None)}


LISTED = ("revenue", "open_deals", "win_rate", "open_cases", "churn_rate", "lead_conversion")


@pytest.mark.parametrize("metric", [*LISTED, "subscribers", "stage_length"])
def test_every_number_is_that_of_its_records(sides, metric):
    rows = []
    for part in ("numerator", "denominator"):
        listed = []
        for session in sides:
            reading = receipts.find(session, read(session, metric, {}, keep=True).receipt)
            n, found = receipts.records(session, reading, part, limit=10_000)
            assert n == len(found)
            listed.append(sorted((one.external_id, str(one.day), one.value) for one in found))
        assert listed[1] == listed[0]
        rows += listed[0]
    assert rows


def test_history_is_continuous_day_by_day(database, pair):
    alone = companies.joined(database, companies.found_another(database))
    small.load(alone)
    old, new = pair
    revenue = alone.value("revenue", JAN, END)
    assert revenue is not None
    assert old.value("revenue", JAN, END) == 2 * revenue
    # d4 stands open across the cut-over, d3 closes after it, d2 before it.
    assert parallel.cut_over(old, new, day(2, 3))
    at = JAN
    while at <= END:
        each = ["revenue", "open_deals", "leads_new", "new_customers"]
        since = ["win_rate", "sales_cycle"]
        for metric, first in [*((one, at) for one in each), *((one, JAN) for one in since)]:
            expected = alone.read(metric, first, at, keep=False).figure
            assert old.read(metric, first, at, keep=False).figure == expected, (metric, at)
        at += DAY
    for by in ("owner", "product", "stage", "region"):
        segments = alone.split("open_deals", END, END, by)
        assert old.split("open_deals", END, END, by) == segments


def test_the_median_and_cohorts_are_those_of_one_source(database, pair):
    alone = companies.joined(database, companies.found_another(database))
    small.load(alone)
    old, new = pair
    parallel.cut_over(old, new, day(2, 3))
    asked: tuple[tuple[str, dict[str, Any]], ...] = (
        ("sales_cycle", {"stat": "median"}),
        ("avg_deal_size", {"stat": "median"}),
        ("win_rate", {"basis": "created"}),
        ("win_rate", {"basis": "all"}),
        ("lead_conversion", {}),
        ("open_deals", {"measure": "age"}),
        ("stage_length", {}),
    )
    for metric, params in asked:
        for last in (day(2, 2), day(2, 3), END):
            expected = alone.read(metric, JAN, last, keep=False, **params).figure
            assert old.read(metric, JAN, last, keep=False, **params).figure == expected


def test_a_deal_open_across_the_day_is_listed_from_one_source(pair):
    old, new = pair
    parallel.cut_over(old, new, day(3, 1))
    for last, source in ((day(2, 28), old), (day(3, 1), new)):
        result = old.read("open_deals", last, last)
        with old.session() as session:
            reading = receipts.find(session, result.receipt)
            n, found = receipts.records(session, reading)
        assert n == int(result.value) == len(found)
        assert {one.id for one in found} <= {source.id_of("deal", name) for name in ("d4", "d5")}
        # The day on which it came is its own, not that of the cut-over.
        assert {one.day for one in found} == {day(2, 1)}


# --- What changed since ----------------------------------------------------------------------


def test_what_a_cut_over_changes_is_restated_with_it_as_the_cause(pair):
    old, new = pair
    before = old.read("revenue", JAN, END)
    assert parallel.cut_over(old, new, day(2, 3), NOW + DAY)
    after = old.read("revenue", JAN, END, now=NOW + 2 * DAY)
    (note,) = (one for one in after.notes if one.code == "restated")
    assert "cut-over" in note.message.id
    assert after.value * 2 == before.value
    # What was known then is told as it was, with the records of then.
    assert old.value("revenue", JAN, END, known_at=NOW) == float(before.value)
    with old.session() as session:
        reading = receipts.find(session, before.receipt)
        n, _ = receipts.records(session, reading)
        assert n == before.figure.n
        again = receipts.recompute(session, reading, today=companies.TODAY, now=NOW + 3 * DAY)
        assert again.figure == before.figure
    assert parallel.cut_over(old, new, None, NOW + 4 * DAY)
    taken_back = old.read("revenue", JAN, END, now=NOW + 5 * DAY)
    assert taken_back.value == before.value


def test_setting_the_same_day_twice_changes_nothing(pair):
    old, new = pair
    assert parallel.cut_over(old, new, day(2, 3))
    assert not parallel.cut_over(old, new, day(2, 3))
    assert parallel.cut_over(old, new, None)
    assert not parallel.cut_over(old, new, None)
    with old.session() as session:
        assert [one.day for one in limits.ledger(session)] == [day(2, 3), None]
        assert limits.of(session) == ()


def test_what_contradicts_another_cut_over_is_refused(pair):
    old, new = pair
    third = parallel.beside(old, "Third CRM")
    with pytest.raises(Refusal, match="cut_over_empty"):
        parallel.cut_over(old, third, day(2, 3))
    small.load(third)
    parallel.cut_over(old, new, day(2, 3))
    with pytest.raises(Refusal, match="cut_over_taken"):
        parallel.cut_over(old, third, day(3, 1))
    with pytest.raises(Refusal, match="cut_over_taken"):
        parallel.cut_over(third, new, day(3, 1))
    with pytest.raises(Refusal, match="cut_over_taken"):
        parallel.cut_over(new, third, day(2, 1))
    with pytest.raises(Refusal, match="cut_over_same"):
        parallel.cut_over(old, old, day(2, 1))
    assert parallel.cut_over(new, third, day(3, 1))
    with old.session() as session:
        parted = {one.connection_id: (one.first, one.last) for one in limits.of(session)}
    assert parted == {
        old.connection_id: (None, day(2, 2)),
        new.connection_id: (day(2, 3), day(2, 28)),
        third.connection_id: (day(3, 1), None),
    }


# --- Counted again only where something changed ----------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_counting_what_changed_comes_to_what_counting_everything_does(database, seed):
    """Random records of every kind in both, random edits and random cut-overs."""
    draw = Random(seed)
    old, new = parallel.two(database)
    first, last = date(2025, 11, 1), date(2026, 2, 10)
    both = [Everything(one, draw, first, last) for one in (old, new)]
    for one in both:
        one.fill(12)
    at = LOADED
    for step in range(12):
        at += timedelta(minutes=1)
        if step % 2:
            draw.choice(both).edit()
        else:
            days = [None, *(first + DAY * draw.randrange(-5, 110) for _ in range(4))]
            parallel.cut_over(old, new, draw.choice(days), at)
        with old.session() as session:
            parallel.agrees(session)
    parallel.cut_over(old, new, date(2025, 12, 20), at + timedelta(minutes=1))
    with old.session() as session:
        parallel.agrees(session)
        parallel.records_agree(session, first, last)
