"""What leads score: the points of their events up to a day."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from shutil import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.db import Database
from goals.metrics import receipts
from goals.metrics.lead_points import POINTS
from goals.workspace import Workspace
from tests.goals.metrics import company as companies
from tests.goals.metrics.company import LOADED, NOW, TODAY, Company
from tests.goals.metrics.small import day

MARCH = day(3, 1), day(3, 31)


def at(month: int, number: int, hour: int = 12) -> datetime:
    return datetime(2026, month, number, hour, tzinfo=UTC)


def event(name: str, lead: str, when: datetime, kind: str, value: str | None = None):
    return {"external_id": name, "lead": lead, "at": when, "kind": kind, "value": value}


LEADS = [
    {"external_id": "busy", "created_on": day(3, 1), "source": "web", "owner_id": None},
    {"external_id": "idle", "created_on": day(3, 2), "source": "web"},
    {"external_id": "bought", "created_on": day(3, 3), "converted_on": day(3, 20)},
    {"external_id": "gone", "created_on": day(3, 3), "disqualified_on": day(4, 2)},
    {"external_id": "next", "created_on": day(4, 3), "source": "fair"},
]
EVENTS = [
    event("1", "busy", at(3, 2), "Email-Open"),
    event("2", "busy", at(3, 3), "email open"),
    event("3", "busy", at(3, 4), "webinar", " 12.5 "),
    event("4", "busy", at(3, 5), "call", "later"),
    event("5", "busy", at(4, 1), "trial_start"),
    event("6", "bought", at(3, 5), "appointment_booked"),
    event("7", "gone", at(3, 5), "unsubscribe"),
    event("8", "gone", at(3, 6), "email_click", "-3"),
]


@pytest.fixture
def scoring(empty: Company) -> Company:
    empty.write("lead", LEADS)
    empty.write("lead_event", EVENTS)
    return empty


def notes(result):
    return {one.code: one.n for one in result.notes}


def test_points_of_open_leads_by_the_end_of_a_day(scoring):
    read = scoring.read("lead_score", *MARCH)
    # busy 5 + 5 + 12.5 (the call is worth nothing), idle 0, gone -25 - 3; bought is no lead now.
    assert (read.figure.numerator, read.figure.denominator) == (Decimal("-5.5"), 3)
    assert notes(read)["without_points"] == 1
    assert scoring.value("lead_score", day(3, 6), day(3, 6)) == (22.5 + 0 + 25 - 28) / 4
    later = scoring.read("lead_score", day(4, 3), day(4, 3))
    assert (later.figure.numerator, later.figure.n) == (Decimal("47.5"), 3)
    by_source = scoring.split("lead_score", *MARCH, "source")
    assert (by_source["web"], by_source["fair"]) == (11.25, None)


def test_once_takes_the_first_of_each_kind(scoring):
    scoring.write("lead_event", [event("9", "busy", at(3, 9), "WEBINAR", "100")])
    where = {"source": "web"}
    assert scoring.value("lead_score", *MARCH, where=where) == (10 + 112.5) / 2
    assert scoring.value("lead_score", *MARCH, where=where, repeats="once") == (5 + 12.5) / 2


def test_before_any_lead_there_is_no_score(scoring):
    assert scoring.value("lead_score", day(2, 1), day(2, 28)) is None


def test_a_day_ends_where_the_workspace_is(scoring):
    with scoring.database.system() as session:
        here = session.get(Workspace, scoring.workspace_id)
        here.zone = "Asia/Bangkok"
        session.add(here)
    # 18 o'clock in UTC is the next day in Bangkok.
    scoring.write("lead_event", [event("9", "idle", at(3, 31, 18), "reply")])
    where = {"source": "web"}
    assert scoring.value("lead_score", *MARCH, where=where) == 22.5 / 2
    assert scoring.value("lead_score", day(4, 1), day(4, 1), where=where) == (22.5 + 25 + 15) / 2


def test_the_records_listed_make_the_score(scoring):
    asked = scoring.read("lead_score", *MARCH)
    with scoring.session() as session:
        reading = receipts.find(session, asked.receipt or "")
        again = receipts.recompute(session, reading, today=TODAY, now=NOW + timedelta(days=9))
        assert again.figure == asked.figure
        above, listed = receipts.records(session, reading, "numerator")
        below, _ = receipts.records(session, reading, "denominator")
    assert {one.external_id: one.value for one in listed} == {
        "busy": Decimal("22.5"), "idle": 0, "gone": -28,
    }  # fmt: skip
    # The highest comes first.
    assert [one.external_id for one in listed] == ["busy", "idle", "gone"]
    assert above == below == asked.figure.denominator
    assert sum(one.value for one in listed if one.value is not None) == asked.figure.numerator


def test_what_was_known_then_has_the_points_of_then(scoring):
    scoring.delete("lead_event", ["7"], at=LOADED + timedelta(days=1))
    assert scoring.value("lead_score", *MARCH) == 19.5 / 3
    assert scoring.value("lead_score", *MARCH, known_at=LOADED) == -5.5 / 3


def test_without_events_that_score_the_number_may_be_entered(empty):
    empty.write("lead", [{"external_id": "l", "created_on": day(3, 1)}])
    row = {"external_id": "r", "metric": "lead_score", "day": day(3, 2), "value": Decimal("41.5")}
    empty.write("reading", [row])
    assert empty.value("lead_score", *MARCH) == 41.5
    # A lead that becomes marketing qualified scores nothing by that alone.
    empty.write(
        "lead_event", [event("1", "l", at(3, 4), "MQL"), event("2", "l", at(3, 5), "stage", "sql")]
    )
    assert empty.value("lead_score", *MARCH) == 41.5
    empty.write("lead_event", [event("3", "l", at(3, 6), "reply")])
    read = empty.read("lead_score", *MARCH)
    assert (read.value, notes(read)["without_points"]) == (15, 2)


@pytest.mark.parametrize("value", ["20260301", "1e5", "12 May", "1,5", "--3", "", "Infinity", "٣"])
def test_what_is_no_number_of_points_is_none(scoring, value):
    scoring.write("lead_event", [event("9", "idle", at(3, 9), "form", value)])
    read = scoring.read("lead_score", *MARCH)
    assert (read.figure.numerator, notes(read)["without_points"]) == (Decimal("-5.5"), 2)


HISTORIES = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.integers(0, 60),
        st.sampled_from([*POINTS, "dance"]),
        st.sampled_from([None, "7", "-2.5", "soon"]),
    ),
    min_size=1,
    max_size=15,
)


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(told=HISTORIES, bought=st.sampled_from([None, 20, 40]))
def test_any_histories_give_what_plain_python_gives(sqlite, told, bought):
    made = companies.joined(sqlite, companies.found_another(sqlite))
    start = date(2026, 3, 1)
    last = start + timedelta(days=30)
    over = None if bought is None else start + timedelta(days=bought)
    made.write(
        "lead",
        [{"external_id": one, "created_on": start, "converted_on": over if one == "c" else None}
         for one in "abc"],
    )  # fmt: skip
    made.write(
        "lead_event",
        [
            event(str(number), lead, at(3, 1) + timedelta(days=after), kind, value)
            for number, (lead, after, kind, value) in enumerate(told)
        ],
    )
    there = [one for one in "abc" if one != "c" or over is None or over > last]

    def worth(kind: str, value: str | None) -> Decimal:
        return Decimal(value) if value in ("7", "-2.5") else Decimal(POINTS.get(kind, 0))

    seen = [one for one in sorted(told, key=lambda one: one[1]) if one[0] in there and one[1] <= 30]
    wanted = sum((worth(kind, value) for _, _, kind, value in seen), Decimal())
    found = made.read("lead_score", start, last).figure
    assert (found.numerator, found.n) == (wanted, len(there))
    firsts: dict[tuple[str, str], int] = {}
    for lead, after, kind, _ in seen:
        firsts.setdefault((lead, kind), after)
    first_points = {
        (lead, kind): {worth(kind, v) for one, d, k, v in seen if (one, k, d) == (lead, kind, when)}
        for (lead, kind), when in firsts.items()
    }
    once = made.read("lead_score", start, last, repeats="once").figure.numerator
    low = sum((min(one) for one in first_points.values()), Decimal())
    high = sum((max(one) for one in first_points.values()), Decimal())
    # Of two at the same moment either may be the first.
    assert once is not None and low <= once <= high


@pytest.fixture(scope="module")
def sqlite(sqlite_template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("scores")
    database = Database(f"sqlite:///{copy(sqlite_template, folder / 'headway.db')}")
    yield database
    database.dispose()
