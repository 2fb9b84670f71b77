"""What several readings need is counted together, and is the same as counted for each alone."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import event

from goals.metrics import catalogue, readings, segments
from goals.metrics.ahead import Ahead
from goals.metrics.query import Query
from goals.metrics.recipes import RECIPES
from tests.goals.metrics.company import NOW, TODAY
from tests.goals.metrics.small import END, JAN

WINDOWS = [
    (JAN, END),
    (date(2026, 1, 1), date(2026, 1, 31)),
    (date(2026, 2, 1), date(2026, 2, 28)),
    (date(2025, 10, 1), date(2025, 12, 31)),
]


class Blind(Ahead):
    """Notes nothing, so that each count is looked up by itself when a formula asks for it."""

    def note(self, place: Any, wanted: Any) -> None:
        pass


@pytest.fixture
def full(company):
    """The small company, with what its leads reached and what was done for them."""
    company.write("activity", [
        {"external_id": f"a{n}", "kind": kind, "at": NOW.replace(month=month, day=day),
         "lead": lead, "owner": "ann"}
        for n, (kind, month, day, lead) in enumerate((
            ("call", 1, 5, "l1"), ("call", 1, 6, "l1"), ("call", 2, 3, "l1"), ("call", 2, 4, "l2"),
            ("email", 2, 5, "l3"), ("meeting", 3, 5, "l3"),
        ))
    ])  # fmt: skip
    company.write("lead_event", [
        {"external_id": f"{lead}{kind}", "lead": lead, "kind": kind,
         "at": NOW.replace(month=month, day=day)}
        for lead, kind, month, day in (
            ("l1", "MQL", 1, 3), ("l1", "SQL", 1, 9), ("l2", "MQL", 1, 7), ("l3", "MQL", 2, 1),
            ("l3", "SQL", 3, 1),
        )
    ])  # fmt: skip
    return company


def answers(company, queries, make=Ahead):
    with company.session() as session:
        found = readings.read_all(session, queries, today=TODAY, now=NOW, ahead=make(session))
        return [one.to_json() for one in found]


@pytest.mark.parametrize("where", [{}, {"owner": "Ann"}])
def test_what_is_asked_together_is_what_is_counted_for_each_alone(full, where):
    queries = [
        Query(one.id, first, last, where=where)
        for one in catalogue.METRICS.values()
        if one.id in RECIPES and set(where) <= segments.fitting(RECIPES[one.id].subjects)
        for first, last in WINDOWS[:2]
    ]
    alone = answers(full, queries, Blind)
    assert answers(full, queries) == alone
    assert sum(one["value"] is not None for one in alone) > 20


@pytest.mark.parametrize("metric", ["mql_to_sql", "stage_dropoff"])
def test_records_are_looked_at_once_for_however_many_windows(full, metric):
    def statements(windows):
        seen: list[str] = []
        queries = [Query(metric, *one) for one in windows]
        with full.session() as session:
            session.connection()
            engine = full.database.engine
            note = lambda *args: seen.append(args[2])  # noqa: E731
            event.listen(engine, "before_cursor_execute", note)
            try:
                readings.read_all(session, queries, today=TODAY, now=NOW)
            finally:
                event.remove(engine, "before_cursor_execute", note)
        return sum(" GROUP BY " in one for one in seen)

    full.refresh()
    assert 0 < statements(WINDOWS) == statements(WINDOWS[:1])


def test_what_counts_once_counts_once_in_each_of_many_windows(full):
    with full.session() as session:
        found = readings.values(session, "calls_per_lead", {}, {}, WINDOWS)
    assert found == [full.read("calls_per_lead", *one).value for one in WINDOWS]
    assert [str(one) for one in found[:3]] == ["2", "2", "1"]


PEOPLE = [{"owner": "Ann"}, {"owner": "Bob"}]


def of_many(session):
    return Ahead(session, is_of_many=True)


def test_what_is_read_for_many_people_is_what_is_read_for_each_alone(full):
    queries = [
        Query(one.id, first, last, params=params, where=where)
        for one in catalogue.METRICS.values()
        if one.id in RECIPES and "owner" in segments.fitting(RECIPES[one.id].subjects)
        for params in ways_of(one)
        for first, last in WINDOWS[:2]
        for where in PEOPLE
    ]
    alone = [answers(full, [one])[0] for one in queries]
    assert answers(full, queries, of_many) == alone
    assert sum(one["value"] is not None for one in alone) > 40


def ways_of(metric):
    """Return every value of each parameter of a metric, and those that are given by default."""
    choices = [(one.name, value) for one in metric.params for value in one.words]
    return [{}, *({name: value} for name, value in choices)]


@pytest.mark.parametrize(
    ("metric", "params"),
    [("sales_cycle", {"stat": "median"}), ("win_rate", {"basis": "created"}), ("revenue", {})],
)
def test_one_look_serves_many_people_over_many_windows(full, metric, params):
    def statements(people):
        seen: list[str] = []
        queries = [Query(metric, JAN, END, params=params, where=one) for one in people]
        with full.session() as session:
            ahead = of_many(session)
            readings.read_all(session, [*queries, *queries], today=date(2026, 1, 20), now=NOW,
                              ahead=ahead)  # fmt: skip
            engine = full.database.engine
            note = lambda *args: seen.append(args[2])  # noqa: E731
            event.listen(engine, "before_cursor_execute", note)
            try:
                for one in people:
                    windows = [(JAN, last) for _, last in WINDOWS]
                    readings.values(session, metric, params, one, windows, ahead=ahead)
                    readings.earliest(session, metric, params, one, ahead)
            finally:
                event.remove(engine, "before_cursor_execute", note)
        return sum("rollup" in one or "FROM deal" in one for one in seen)

    full.refresh()
    assert statements(PEOPLE) == statements(PEOPLE[:1])


@pytest.mark.parametrize("where", PEOPLE)
@pytest.mark.parametrize(("metric", "params"), [
    ("sales_cycle", {"stat": "median"}), ("sales_cycle", {"stat": "p90"}),
    ("win_rate", {"basis": "created"}), ("lead_conversion", {"within_days": 20}),
    ("revenue", {}), ("open_deals", {"measure": "age"}),
])  # fmt: skip
def test_a_past_read_at_once_is_that_of_each_window(full, metric, params, where):
    """With and without others beside it."""
    full.refresh()
    with full.session() as session:
        ahead = of_many(session)
        queries = [Query(metric, JAN, END, params=params, where=one) for one in PEOPLE]
        readings.read_all(session, queries, today=TODAY, now=NOW, ahead=ahead)
        many = readings.values(session, metric, params, where, WINDOWS, ahead=ahead)
        alone = readings.values(session, metric, params, where, WINDOWS)
        each = [readings.values(session, metric, params, where, [one])[0] for one in WINDOWS]
        begun = readings.earliest(session, metric, params, where, ahead)
        assert begun == readings.earliest(session, metric, params, where)
    read = [full.read(metric, *one, where=where, matured=one[1], **params).value for one in WINDOWS]
    assert many == alone == each == read
