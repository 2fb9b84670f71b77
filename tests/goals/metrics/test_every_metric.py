"""What holds for every metric of the catalogue: it can be read, and None is not zero."""

import shutil
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.db import Database
from goals import words
from goals.metrics import catalogue, readings
from goals.metrics.query import Query
from integrations import connections, sync
from integrations.vault import Vault
from tests.support import company

NOW = datetime(2023, 6, 30, 16, 59, tzinfo=UTC)
WINDOW = (date(2023, 4, 1), date(2023, 6, 30))
#: What adds up over nothing is nothing; all else cannot be said without a record.
SUMS = {"revenue", "new_customers", "new_revenue", "leads_new", "open_deals"}
KINDS = {"flow", "stock", "ratio", "duration", "score"}


def variants():
    """Every metric with its defaults, and with each other word of each parameter."""
    for metric in catalogue.METRICS.values():
        yield metric.id, {}
        for param in metric.params:
            for word in param.words[1:] or (() if param.words else ("3",)):
                yield metric.id, {param.name: word}


VARIANTS = [pytest.param(*one, id=" ".join([one[0], *one[1].values()])) for one in variants()]


@pytest.fixture(scope="module")
def empty(sqlite_template, tmp_path_factory):
    yield from opened(sqlite_template, tmp_path_factory.mktemp("empty"), fill=False)


@pytest.fixture(scope="module")
def full(sqlite_template, tmp_path_factory):
    """The sample company's first half year."""
    yield from opened(sqlite_template, tmp_path_factory.mktemp("full"), fill=True)


def opened(template, folder, *, fill):
    database = Database(f"sqlite:///{shutil.copy(template, folder / 'headway.db')}")
    here = company.make(database, zone="Asia/Bangkok")
    vault = Vault([])
    if fill:
        with database.session(here) as session:
            made = connections.add(
                session, "sample", "Sample", settings={}, secrets={}, vault=vault, now=NOW
            )
        run = sync.pull(database.begin(here), made.id, vault=vault, clock=lambda: NOW)
        assert run.status == "done"
    with database.session(here) as session:
        yield session
        session.rollback()
    database.dispose()


def read(session, metric, params, *, keep=False):
    query = Query(metric, *WINDOW, params=params)
    return readings.read(session, query, today=WINDOW[1], now=NOW, keep=keep)


@pytest.mark.parametrize(("metric", "params"), VARIANTS)
def test_without_records_only_sums_are_zero(empty, metric, params):
    found = read(empty, metric, params)
    is_sum = metric in SUMS and params.get("measure") not in ("age", "value", "list_value")
    if metric == "open_deals" and params:
        assert found.value in (None, 0)
        assert found.value is None or params["measure"] != "age"
    else:
        assert found.value == (0 if is_sum else None)
    assert found.figure.n == 0


@pytest.mark.parametrize(("metric", "params"), VARIANTS)
def test_with_records_a_value_lies_within_its_limits(full, metric, params):
    found = read(full, metric, params)
    low, high = catalogue.find(metric).limits
    if found.value is None:
        assert not catalogue.find(metric).is_counted or found.figure.n == 0 or found.notes
        return
    assert catalogue.find(metric).is_counted
    assert isinstance(found.value, Decimal)
    assert low is None or found.value >= low
    assert high is None or found.value <= high
    if found.figure.denominator and catalogue.find(metric).unit == "rate":
        exact = found.figure.numerator / found.figure.denominator
        assert abs(found.value - exact) < Decimal("1e-20")


@pytest.mark.parametrize(("metric", "params"), VARIANTS)
def test_a_reading_can_be_printed_in_every_language(empty, metric, params):
    found = read(empty, metric, params)
    for locale in ("en", "th", "zh_Hans"):
        document = found.to_json(words.Reader(locale=locale))
        assert document["metric"] == metric
        assert all(one["message"] for one in document["note"])


@pytest.mark.parametrize("metric", catalogue.METRICS.values(), ids=lambda one: one.id)
def test_a_metric_says_what_it_is(metric):
    assert metric.kind in KINDS
    assert metric.direction in ("up", "down", "neutral")
    assert metric.unit and metric.needs
    low, high = metric.limits
    assert low is None or high is None or low < high
    for locale in ("en", "th", "zh_Hans"):
        reader = words.Reader(locale=locale)
        assert words.render(metric.name, reader)
        _, params = catalogue.resolve(metric.id, {})
        assert words.render(words.Message(metric.formula.id, params), reader)


def test_other_names_do_not_hide_a_metric():
    assert set(catalogue.ALIASES) & set(catalogue.METRICS) == set()
    for alias in catalogue.ALIASES:
        assert catalogue.find(alias).id in catalogue.METRICS
