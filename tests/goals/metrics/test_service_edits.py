"""Any edits of tickets, answers and activities: counted anew, kept up or added up here, alike."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from app.db import Database
from goals.metrics import refresh
from goals.metrics.rollup import Rollup
from tests.goals.metrics import company as companies
from tests.goals.metrics.company import LOADED

START = datetime(2026, 1, 28, tzinfo=UTC)
FIRST, LAST = date(2026, 1, 29), date(2026, 2, 5)
NAMES = st.sampled_from([f"r{number}" for number in range(6)])
INSTANTS = st.integers(0, 240).map(lambda hours: START + timedelta(hours=hours))
MAYBE = st.one_of(st.none(), INSTANTS)
OWNERS = st.sampled_from([None, "ann", "bob"])
ACCOUNTS = st.sampled_from([None, "acme", "beta"])
ROWS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "ticket": {
        "opened_at": INSTANTS,
        "solved_at": MAYBE,
        "reopened_at": MAYBE,
        "waiting_hours": st.sampled_from([None, Decimal("1.5"), Decimal(30)]),
        "owner": OWNERS,
        "account": ACCOUNTS,
        "status": st.sampled_from([None, "Closed", "new"]),
    },
    "survey_answer": {
        "at": INSTANTS,
        "score": st.sampled_from([1, 2, 4, 5, 7, 9, 10]).map(Decimal),
        "scale": st.sampled_from([None, "0-10", "1-5"]),
        "account": st.sampled_from(["acme", "acme", None]),
        "kind": st.sampled_from(["nps", "nps", "csat", None]),
    },
    "activity": {
        "at": INSTANTS,
        "owner": OWNERS,
        "kind": st.sampled_from(["Call", "E-Mail", "Incoming call", "demo", "whistle"]),
        "lead": st.sampled_from([None, "l1", "l2"]),
        "deal": st.sampled_from([None, "d1"]),
        "direction": st.sampled_from([None, "inbound", "outbound"]),
    },
}
EDITS = st.lists(
    st.one_of(
        *(
            st.tuples(st.just(record), NAMES, st.one_of(st.none(), st.fixed_dictionaries(fields)))
            for record, fields in ROWS.items()
        ),
        st.tuples(st.just("account"), st.just("acme"),
                  st.sampled_from(["West", "East"]).map(lambda one: {"name": "A", "region": one})),
        st.tuples(st.just("deal"), st.just("d1"), ACCOUNTS.map(lambda one: {"account": one})),
    ),
    min_size=8,
    max_size=18,
)  # fmt: skip


def rollups(session: Session):
    statement = select(Rollup).where(col(Rollup.workspace_id) == session.info["workspace_id"])
    return {
        (one.measure, one.dim, one.day, one.key): (one.n, one.sum)
        for one in session.exec(statement.execution_options(populate_existing=True))
    }


def is_solved(one):
    again = one["reopened_at"]
    return one["solved_at"] is not None and (again is None or again <= one["solved_at"])


def hours_of(one):
    span = one["solved_at"] - one["opened_at"]
    waited = timedelta(hours=float(one["waiting_hours"] or 0))
    return (span - waited) / timedelta(hours=1)


def stands(one):
    if one["solved_at"] is None:
        return one["status"] != "Closed"
    if one["solved_at"].date() < one["opened_at"].date() or one["opened_at"].date() > LAST:
        return False
    return not is_solved(one) or one["solved_at"].date() > LAST


def within(instant):
    return instant is not None and FIRST <= instant.date() <= LAST


def mean(values):
    return sum(values) / len(values) if values else None


def asked(one, kind, scale):
    usual = {"nps": "0-10", "csat": "1-5"}[kind]
    said = one["kind"] or (kind if one["scale"] == usual else None)
    lowest, highest = map(int, scale.split("-"))
    on_it = (one["scale"] or usual) == scale and lowest <= one["score"] <= highest
    return said == kind and on_it and within(one["at"])


def points(answers, scale, above, below):
    """Return the net promoters by hand; among answers of one instant any may be the latest."""
    latest: dict[str, Any] = {}
    alone: list[Any] = []
    for one in answers:
        if one["account"] is None:
            alone.append(one)
        elif one["account"] not in latest or latest[one["account"]]["at"] < one["at"]:
            latest[one["account"]] = one
    scores = [one["score"] for one in (*alone, *latest.values())]
    return mean([100 * ((one >= above) - (one <= below)) for one in scores])


def is_tied(answers):
    named = [(one["account"], one["at"]) for one in answers if one["account"] is not None]
    return len(named) != len(set(named))


def is_inbound(one):
    return one["direction"] == "inbound" or (
        one["direction"] is None and one["kind"] == "Incoming call"
    )


def expected(told):
    """Return what some metrics are, from the rows as they were written."""
    tickets, answers, activities = (list(told[record].values()) for record in ROWS)
    solved = [one for one in tickets if is_solved(one) and within(one["solved_at"])]
    done = [one for one in activities if within(one["at"])]
    calls = [one for one in done if one["kind"] in ("Call", "Incoming call")]
    to_leads = [one for one in calls if one["lead"] is not None and not is_inbound(one)]
    found = {
        "service_requests": sum(within(one["opened_at"]) for one in tickets),
        "open_cases": sum(stands(one) and one["opened_at"].date() <= LAST for one in tickets),
        "resolution_time": mean([hours_of(one) for one in solved if hours_of(one) >= 0]),
        "csat": mean([one["score"] for one in answers if asked(one, "csat", "1-5")]),
        "inbound_outbound_calls": len(calls),
        "outreach_volume": sum(
            one["kind"] in ("Call", "E-Mail", "Incoming call") and not is_inbound(one)
            for one in done
        ),
        "calls_per_lead": (
            len(to_leads) / len({one["lead"] for one in to_leads}) if to_leads else None
        ),
    }
    nps = [one for one in answers if asked(one, "nps", "0-10")]
    if not is_tied(nps):
        found["nps"] = points(nps, "0-10", 9, 6)
    return found


def write(company, edits):
    """Write edits one after the other, counting now and then; returns the rows that stand."""
    told: dict[str, dict[str, Any]] = {record: {} for record in ROWS}
    for place, (record, name, row) in enumerate(edits):
        at = LOADED + timedelta(minutes=place)
        if row is not None:
            company.write(record, [{"external_id": name, **row}], at=at)
        elif name in told[record]:
            company.delete(record, [name], at=at)
        if record in told:
            told[record].pop(name, None)
            if row is not None:
                told[record][name] = row
        if place % 3 == 0:
            company.refresh()
    return told


def agree(company, told):
    for metric, value in expected(told).items():
        found = company.read(metric, FIRST, LAST, keep=False).value
        if found is None:
            # Without any such record the metric is entered, not counted.
            assert not value, metric
        else:
            assert float(found) == pytest.approx(float(value)), metric
    for metric in ("service_requests", "inbound_outbound_calls", "outreach_volume"):
        if company.value(metric, FIRST, LAST) is None:
            continue
        split = company.read(metric, FIRST, LAST, keep=False, by="owner")
        assert sum(one.n for _, one in split.segments) == split.figure.n


def test_any_edits_are_counted_alike_in_three_ways(database_url):
    database = Database(database_url)
    companies.found(database)

    @settings(
        max_examples=20 if database.engine.dialect.name == "sqlite" else 4,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )
    @given(EDITS)
    def hold(edits):
        company = companies.joined(database, companies.found_another(database))
        told = write(company, edits)
        with company.session() as session:
            refresh.refresh(session)
            kept = rollups(session)
            refresh.rebuild(session)
            assert rollups(session) == kept
        agree(company, told)

    hold()
    database.dispose()
