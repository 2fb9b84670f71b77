"""How far leads come: types first reached, who is qualified, who brought them."""

from datetime import UTC, date, datetime, timedelta
from shutil import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.db import Database
from goals.metrics import receipts
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
    {"external_id": "full", "created_on": day(3, 1), "source": "Customer referral"},
    {"external_id": "skips", "created_on": day(3, 2), "source": "Referral Sites"},
    {"external_id": "late", "created_on": day(3, 3), "source": "Employee referral"},
    {"external_id": "bought", "created_on": day(3, 4), "converted_on": day(4, 20),
     "source": " word of Mouth "},
    {"external_id": "known", "created_on": day(3, 5), "type": "Marketing Qualified Lead"},
    {"external_id": "plain", "created_on": day(3, 6), "converted_on": day(3, 9)},
]  # fmt: skip
EVENTS = [
    event("1", "full", at(3, 2), "IQL"),
    event("2", "full", at(3, 10), "mql"),
    event("3", "full", at(3, 20), "lifecycle_stage", "salesqualifiedlead"),
    # Back and once more: only the first time counts.
    event("4", "full", at(4, 2), "stage", "MQL"),
    event("5", "skips", at(3, 15), "Sales-Qualified"),
    event("6", "late", at(3, 30), "MQL"),
    event("7", "late", at(5, 5), "SQL"),
    event("8", "bought", at(3, 8), "type", "mql"),
    event("9", "bought", at(3, 9), "trial start"),
    event("10", "plain", at(3, 9), "form", "MQL brochure"),
]


@pytest.fixture
def reached(empty: Company) -> Company:
    empty.write("lead", LEADS)
    empty.write("lead_event", EVENTS)
    return empty


def notes(result):
    return {one.code: one.n for one in result.notes}


def test_a_lead_counts_once_for_each_type_on_the_day_it_first_reached_it(reached):
    wanted = {"all": 8, "iql": 1, "mql": 4, "sql": 2, "trial": 1}
    found = {name: reached.value("leads_by_type", *MARCH, type=name) for name in wanted}
    assert found == wanted
    assert reached.value("leads_by_type", day(4, 1), day(5, 31), type="mql") == 0
    assert reached.value("leads_by_type", day(4, 1), day(5, 31), type="sql") == 1
    assert reached.split("leads_by_type", *MARCH, "source", type="sql") == {
        "Customer referral": 1, "Employee referral": 0, "Referral Sites": 1, " word of Mouth ": 0,
    }  # fmt: skip


def test_a_type_without_an_event_counts_from_the_day_the_lead_came_and_is_said(reached):
    assert notes(reached.read("leads_by_type", *MARCH, type="mql"))["undated"] == 1
    assert "undated" not in notes(reached.read("leads_by_type", *MARCH, type="sql"))
    reached.write("lead_event", [event("11", "known", at(4, 1), "mql")])
    assert reached.value("leads_by_type", *MARCH, type="mql") == 3
    assert reached.value("leads_by_type", day(4, 1), day(4, 1), type="mql") == 1


def test_of_those_who_became_mql_some_become_sql_and_whoever_skips_has_reached(reached):
    read = reached.read("mql_to_sql", *MARCH)
    # full, skips (straight to SQL), late, bought (by buying) and known; known waits.
    assert (read.figure.numerator, read.figure.denominator) == (4, 5)
    assert notes(read)["immature"] == 1
    early = reached.read("mql_to_sql", *MARCH, matured=day(4, 10))
    assert (early.figure.numerator, early.figure.denominator) == (2, 5)
    assert reached.read("mql_to_sql", day(6, 1), day(6, 30)).value is None


def test_a_day_is_the_workspaces_own(reached):
    with reached.database.system() as session:
        here = session.get(Workspace, reached.workspace_id)
        here.zone = "Asia/Bangkok"
        session.add(here)
    reached.write("lead_event", [event("12", "plain", at(5, 31, 18), "mql")])
    assert reached.value("leads_by_type", day(6, 1), day(6, 1), type="mql") == 1
    assert reached.value("leads_by_type", day(5, 31), day(5, 31), type="mql") == 0


def test_without_types_the_number_may_be_entered(empty):
    empty.write("lead", [{"external_id": "l", "created_on": day(3, 1)}])
    row = {"external_id": "r", "metric": "leads_by_type", "day": day(3, 2), "value": 7}
    empty.write("reading", [row])
    assert empty.value("leads_by_type", *MARCH) == 7
    for metric in ("lead_qualification_pct", "mql_to_sql", "referrals"):
        assert empty.value(metric, *MARCH) is None


def test_qualified_leads_of_those_created(empty):
    rows: list[dict[str, object]] = [
        {"external_id": "a", "qualified_on": day(3, 9)},
        {"external_id": "b", "qualified_on": day(5, 9)},
        {"external_id": "c", "disqualified_on": day(3, 7)},
        {"external_id": "d"},
    ]
    empty.write("lead", [{"created_on": day(3, 5), **one} for one in rows])
    read = empty.read("lead_qualification_pct", *MARCH)
    assert (read.value, read.figure.n, notes(read)["immature"]) == (0.5, 4, 1)
    early = empty.read("lead_qualification_pct", *MARCH, matured=day(3, 31))
    assert (float(early.value), notes(early)["immature"]) == (0.25, 2)


def test_only_customers_refer(reached):
    assert reached.value("referrals", *MARCH) == 2
    assert reached.value("referrals", day(4, 1), day(4, 30)) == 0


@pytest.mark.parametrize(
    ("metric", "params"),
    [("leads_by_type", {}), ("leads_by_type", {"type": "mql"}), ("mql_to_sql", {}),
     ("referrals", {})],
)  # fmt: skip
def test_the_records_listed_make_the_number(reached, metric, params):
    asked = reached.read(metric, *MARCH, **params)
    with reached.session() as session:
        reading = receipts.find(session, asked.receipt or "")
        again = receipts.recompute(session, reading, today=TODAY, now=NOW + timedelta(days=9))
        assert again.figure == asked.figure
        above, listed = receipts.records(session, reading, "numerator")
        below, _ = receipts.records(session, reading, "denominator")
    assert above == len(listed) == asked.figure.numerator
    assert below == asked.figure.n


def test_what_was_known_then_has_the_types_of_then(reached):
    later = LOADED + timedelta(days=1)
    reached.delete("lead_event", ["2", "4", "5"], at=later)
    assert reached.value("leads_by_type", *MARCH, type="mql") == 3
    assert reached.value("leads_by_type", *MARCH, type="mql", known_at=LOADED) == 4


HISTORIES = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.integers(0, 60),
        st.sampled_from(["iql", "mql", "sql", "trial", "call"]),
    ),
    max_size=12,
)
TYPES = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sampled_from(["mql", "sql", "?"]))


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(told=HISTORIES, types=TYPES)
def test_any_histories_give_what_plain_python_gives(sqlite, told, types):
    made = companies.joined(sqlite, companies.found_another(sqlite))
    start = date(2026, 3, 1)
    made.write(
        "lead",
        [{"external_id": one, "created_on": start, "type": types.get(one)} for one in "abc"],
    )
    made.write(
        "lead_event",
        [
            event(str(number), lead, at(3, 1) + timedelta(days=after), kind)
            for number, (lead, after, kind) in enumerate(told)
        ],
    )
    known = {"iql", "mql", "sql", "trial"}
    first: dict[tuple[str, str], date] = {}
    for lead, after, kind in told:
        if kind in known:
            when = start + timedelta(days=after)
            first[lead, kind] = min(when, first.get((lead, kind), when))
    for lead, kind in types.items():
        if kind in known and not any(one == lead for one, _ in first):
            first[lead, kind] = start
    window = start, start + timedelta(days=30)
    for name in (*known, "all"):
        wanted = sum(
            1
            for (_, kind), when in first.items()
            if name in (kind, "all") and window[0] <= when <= window[1]
        )
        assert made.value("leads_by_type", *window, type=name) == (wanted if first else None), name


@pytest.fixture(scope="module")
def sqlite(sqlite_template, tmp_path_factory):

    folder = tmp_path_factory.mktemp("reaching")
    database = Database(f"sqlite:///{copy(sqlite_template, folder / 'headway.db')}")
    yield database
    database.dispose()
