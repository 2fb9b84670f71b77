"""Each check finds exactly the records that were planted for it, and nothing else anywhere."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from goals.errors import Refusal
from goals.metrics import quality
from goals.metrics.checks import agreed, every
from goals.records.rules import DataRule
from goals.records.sales import PipelineStage
from tests.goals.metrics.company import Company, Row

TODAY = date(2026, 3, 15)


def on(month: int, number: int) -> date:
    return date(2026, month, number)


def at(month: int, number: int, hour: int = 9) -> datetime:
    return datetime(2026, month, number, hour, tzinfo=UTC)


#: A company in which nothing is wrong.
CLEAN: dict[str, list[Row]] = {
    "owner": [
        {"external_id": "ann", "name": "Ann"},
        {"external_id": "gone", "name": "Gone", "is_active": False},
    ],
    "account": [
        {"external_id": "acme", "name": "Acme", "domain": "acme.example"},
        {"external_id": "acme-th", "name": "Acme", "domain": "acme.example.th"},
    ],
    "lead": [
        {"external_id": "l1", "created_on": on(1, 5), "email": "a@acme.example",
         "source": "Trade fair", "owner": "ann", "converted_on": on(1, 5)},
        {"external_id": "l2", "created_on": on(1, 6), "email": "b@acme.example",
         "source": "Trade fair", "disqualified_on": on(1, 9), "owner": "gone", "status": "Junk"},
        {"external_id": "l3", "created_on": on(1, 6)},
    ],
    "contact": [
        {"external_id": "c1", "name": "Mali", "email": "mali@acme.example", "owner": "ann"},
        {"external_id": "c2", "name": "Nok"},
    ],
    "purchase": [
        {"external_id": "p1", "account": "acme", "day": on(2, 1), "amount": Decimal(10)},
        {"external_id": "p2", "account": "acme", "day": on(2, 1), "amount": Decimal(10)},
    ],
    "subscription": [
        {"external_id": "s1", "account": "acme", "started_on": on(1, 1), "mrr": Decimal(5),
         "due_on": on(2, 28), "renewed_on": on(2, 20)},
        {"external_id": "s2", "account": "acme", "started_on": on(1, 1), "mrr": Decimal(5),
         "due_on": on(2, 1), "ended_on": on(2, 1)},
        {"external_id": "s3", "account": "acme", "started_on": on(1, 1), "mrr": Decimal(5),
         "due_on": on(3, 1)},
    ],
    "ticket": [
        {"external_id": "t1", "opened_at": at(2, 1), "first_reply_at": at(2, 1),
         "solved_at": at(2, 2), "owner": "ann"},
        {"external_id": "t2", "opened_at": at(2, 3)},
    ],
    "spend": [{"external_id": "m1", "day": on(2, 1), "amount": Decimal(7), "category": "sales"}],
    "quota": [{"external_id": "q1", "owner": "ann", "first_day": on(1, 1), "last_day": on(3, 31),
               "amount": Decimal(90)}],
}  # fmt: skip
#: What is wrong, by kind of record and check.
PLANTED: dict[tuple[str, str], list[Row]] = {
    ("lead", "twin"): [
        {"external_id": "x1", "created_on": on(1, 7), "email": "same@acme.example"},
        {"external_id": "x2", "created_on": on(1, 8), "email": " Same@Acme.example"},
    ],
    ("lead", "dates"): [
        {"external_id": "x3", "created_on": on(2, 1), "converted_on": on(1, 31)},
        {"external_id": "x4", "created_on": date(2027, 5, 1)},
    ],
    ("lead", "both"): [
        {"external_id": "x5", "created_on": on(1, 1), "converted_on": on(1, 2),
         "disqualified_on": on(1, 3)},
        {"external_id": "x6", "created_on": on(1, 1), "converted_on": on(1, 2),
         "status": "Junk Lead"},
    ],
    ("lead", "source"): [
        {"external_id": "x7", "created_on": on(1, 1), "source": "trade-fair"},
        {"external_id": "x8", "created_on": on(1, 1), "source": "TradeFair"},
    ],
    ("lead", "owner"): [{"external_id": "x9", "created_on": on(1, 1), "owner": "gone"}],
    ("lead", "email"): [
        {"external_id": "x10", "created_on": on(1, 1), "email": "nobody"},
        {"external_id": "x11", "created_on": on(1, 1), "email": "a b@acme.example"},
        {"external_id": "x12", "created_on": on(1, 1), "email": "a@b@acme.example"},
    ],
    ("contact", "twin"): [
        {"external_id": "y1", "email": "one@beta.example"},
        {"external_id": "y2", "email": "ONE@beta.example"},
    ],
    ("contact", "email"): [{"external_id": "y3", "email": "info@beta"}],
    ("contact", "owner"): [{"external_id": "y4", "owner": "gone"}],
    ("account", "twin"): [
        {"external_id": "z1", "name": "Beta", "domain": "beta.example"},
        {"external_id": "z2", "name": "beta ", "domain": "Beta.example"},
    ],
    ("purchase", "amount"): [
        {"external_id": "p3", "account": "acme", "day": on(2, 2), "amount": Decimal(0)},
    ],
    ("purchase", "dates"): [
        {"external_id": "p4", "account": "acme", "day": date(2027, 5, 1), "amount": Decimal(1)},
    ],
    ("purchase", "currency"): [
        {"external_id": "p5", "account": "acme", "day": on(2, 2), "amount": Decimal(1),
         "currency": "THB"},
    ],
    ("subscription", "dates"): [
        {"external_id": "s4", "account": "acme", "started_on": on(2, 2), "mrr": Decimal(5),
         "ended_on": on(2, 1)},
    ],
    ("subscription", "disagrees"): [
        {"external_id": "s5", "account": "acme", "started_on": on(1, 1), "mrr": Decimal(5),
         "ended_on": on(2, 1), "due_on": on(6, 1)},
        {"external_id": "s6", "account": "acme", "started_on": on(1, 1), "mrr": Decimal(5),
         "ended_on": on(2, 1), "due_on": on(2, 1), "renewed_on": on(2, 2)},
    ],
    ("subscription", "lapsed"): [
        {"external_id": "s7", "account": "acme", "started_on": on(1, 1), "mrr": Decimal(5),
         "due_on": on(2, 12)},
    ],
    ("subscription", "currency"): [
        {"external_id": "s8", "account": "acme", "started_on": on(1, 1), "mrr": Decimal(5),
         "currency": "THB"},
    ],
    ("ticket", "dates"): [
        {"external_id": "t3", "opened_at": at(2, 2), "solved_at": at(2, 1)},
        {"external_id": "t4", "opened_at": at(2, 2), "first_reply_at": at(2, 2, 8)},
    ],
    ("spend", "currency"): [
        {"external_id": "m2", "day": on(2, 1), "amount": Decimal(7), "currency": "THB"},
    ],
    ("quota", "currency"): [
        {"external_id": "q2", "owner": "ann", "first_day": on(1, 1), "last_day": on(3, 31),
         "amount": Decimal(90), "currency": "THB"},
    ],
}  # fmt: skip


@pytest.fixture
def clean(empty: Company) -> Company:
    for record, rows in CLEAN.items():
        empty.write(record, rows)
    return empty


def found(company: Company) -> dict[tuple[str, str], set[str]]:
    """Return the records that each check lists, those that list none left out."""
    listed = {}
    with company.session() as session:
        for record in every.RECORDS:
            for check in every.of(session, record):
                total, rows = quality.records(session, check, TODAY)
                assert total == len(rows)
                if rows:
                    listed[record, check.name] = {one.external_id for one in rows}
    return listed


def test_nothing_is_wrong_in_a_clean_company(clean):
    assert found(clean) == {}
    with clean.session() as session:
        whole = quality.together(quality.of_all(session, TODAY))
    kept = sum(len(rows) for record, rows in CLEAN.items() if record != "owner")
    assert (whole.n, whole.sound, whole.share) == (kept, kept, Decimal(1))


def test_each_check_finds_what_was_planted_for_it_and_no_more(clean):
    for (record, _), rows in PLANTED.items():
        clean.write(record, rows)
    planted = {place: {row["external_id"] for row in rows} for place, rows in PLANTED.items()}
    assert found(clean) == planted
    others = {(one.record, one.name) for one in every.CHECKS if one.record != "deal"}
    assert set(PLANTED) == others


def test_the_score_counts_a_record_once_however_much_is_wrong_with_it(clean):
    wrong = {"external_id": "bad", "created_on": on(2, 1), "converted_on": on(1, 1),
             "disqualified_on": on(1, 1), "email": "x", "owner": "gone"}  # fmt: skip
    clean.write("lead", [wrong])
    with clean.session() as session:
        score = quality.of_records(session, "lead", TODAY)
    assert (score.n, score.sound) == (4, 3)
    assert {one.check.name: one.n for one in score.found} == {"dates": 1, "both": 1, "email": 1}


def test_what_is_mended_or_deleted_passes(clean):
    for (record, _), rows in PLANTED.items():
        clean.write(record, rows)
    clean.write("lead", [{"external_id": "x10", "email": "somebody@acme.example"}])
    clean.delete("account", ["z2"])
    after = found(clean)
    assert after["lead", "email"] == {"x11", "x12"}
    assert ("account", "twin") not in after


def decide(company: Company, *rules: dict[str, Any]) -> None:
    with company.session() as session:
        for place, one in enumerate(rules):
            session.add(DataRule(workspace_id=company.workspace_id, position=place, **one))


def test_rules_of_leadership_are_checked_under_the_names_that_people_use(clean):
    clean.write("contact", [
        {"external_id": "r1", "name": "A", "custom": {"Consent": "Yes"}},
        {"external_id": "r2", "name": "B", "custom": {"Consent": "Probably"}},
        {"external_id": "r3", "name": " b"},
    ])  # fmt: skip
    decide(
        clean,
        {"record": "contact", "field": "E-mail address", "is_required": True},
        {"record": "contact", "field": "consent", "allowed": ["Yes", "No"]},
        {"record": "contact", "field": "Name", "duplicates": "alike"},
        {"record": "contact", "field": "Telephone", "is_required": True},
        {"record": "account", "field": "Staff", "is_required": True},
    )
    assert found(clean) == {
        ("contact", "required.email"): {"c2", "r1", "r2", "r3"},
        ("contact", "invalid.Consent"): {"r2"},
        ("contact", "double.name"): {"r2", "r3"},
    }
    with clean.session() as session:
        assert agreed.unknown(session) == [("contact", "Telephone"), ("account", "Staff")]


def test_a_number_has_its_limits_and_a_unique_entry_no_double_to_the_letter(clean):
    decide(
        clean,
        {"record": "account", "field": "Employees", "low": Decimal(1), "high": Decimal(50)},
        {"record": "account", "field": "Country", "duplicates": "unique"},
    )
    clean.write("account", [
        {"external_id": "n0", "name": "N0", "employees": 0, "country": "TH"},
        {"external_id": "n1", "name": "N1", "employees": 1, "country": "th"},
        {"external_id": "n50", "name": "N50", "employees": 50, "country": "CN"},
        {"external_id": "n51", "name": "N51", "employees": 51, "country": "CN"},
    ])  # fmt: skip
    assert found(clean) == {
        ("account", "invalid.employees"): {"n0", "n51"},
        ("account", "double.country"): {"n50", "n51"},
    }


def test_a_field_is_asked_for_only_where_it_speaks_of_something(empty):
    empty.write("owner", [{"external_id": "ann", "name": "Ann"}])
    given = {"owner": "ann", "created_on": on(3, 1), "amount": Decimal(5)}
    over = {**given, "closed_on": on(3, 2)}
    empty.write("deal", [
        {"external_id": "open", **given},
        {"external_id": "due", **given, "expected_close_on": on(4, 1)},
        {"external_id": "won", "status": "won", **over},
        {"external_id": "lost", "status": "lost", **over},
        {"external_id": "told", "status": "lost", "lost_reason": "Price", **over},
    ])  # fmt: skip
    decide(
        empty,
        {"record": "deal", "field": "Expected close date", "is_required": True},
        {"record": "deal", "field": "Reason lost", "is_required": True},
    )
    assert found(empty) == {
        ("deal", "required.expected_close_on"): {"open"},
        ("deal", "required.lost_reason"): {"lost"},
    }


def test_a_stage_asks_for_its_fields_while_the_deal_is_open(empty):
    with empty.session() as session:
        for name, required in (("Talking", None), ("Offer", "amount, Expected close date")):
            session.add(PipelineStage(
                workspace_id=empty.workspace_id, connection_id=empty.connection_id, name=name,
                required=required,
            ))  # fmt: skip
    empty.write("owner", [{"external_id": "ann", "name": "Ann"}])
    given = {"owner": "ann", "created_on": on(3, 1), "amount": Decimal(5)}
    full = {**given, "expected_close_on": on(4, 1)}
    empty.write("deal", [
        {"external_id": "early", "stage": "Talking", **given},
        {"external_id": "full", "stage": "Offer", **full},
        {"external_id": "lacking", "stage": "Offer", **given},
        {"external_id": "over", "stage": "Offer", **given, "status": "lost", "closed_on": on(3, 2)},
    ])  # fmt: skip
    assert found(empty) == {("deal", "required_here"): {"lacking"}}


def test_an_unknown_check_is_refused(clean):
    with clean.session() as session, pytest.raises(Refusal) as refused:
        quality.check_of(session, "lead", "colour")
    assert refused.value.code == "unknown_check"
