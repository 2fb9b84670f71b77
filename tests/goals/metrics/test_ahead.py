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
