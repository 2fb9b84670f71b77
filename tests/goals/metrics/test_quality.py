"""The share of deals that pass every check, and what is wrong with the others."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from goals.records.sales import PipelineStage
from tests.goals.metrics import small
from tests.goals.metrics.company import Company
from tests.goals.metrics.small import day
from tests.goals.metrics.test_pipeline import codes, listed

TODAY = day(3, 15)
MARCH = day(3, 1), day(3, 31)
MADE = day(1, 10)


def deal(
    name: str, status: str = "open", closed: date | None = None, **more: Any
) -> dict[str, Any]:
    given = {"amount": 10, "owner": "ann", "account": "acme", **more}
    return small.deal(name, status, MADE, closed, **given)


GOOD = [deal("open"), deal("won", "won", day(2, 1)), deal("lost", "lost", day(2, 1), amount=0)]
#: Each fails one check, or as many as are named.
BAD: dict[str, list[dict[str, Any]]] = {
    "fails_amount": [deal("none", amount=None), deal("zero", "won", day(2, 1), amount=0)],
    "fails_owner": [deal("nobody", owner=None), deal("gone", owner="bob"), deal("off", owner="cy")],
    "fails_dates": [
        deal("before", "lost", day(1, 9)), deal("ahead", "won", day(12, 1)), deal("never", "lost"),
    ],
    "fails_late": [deal("late", expected_close_on=day(3, 14))],
    "fails_certain": [deal("sure", probability=1.0)],
    "fails_stage": [{**deal("astray"), "stage": "Elsewhere"}],
    "fails_currency": [deal("baht", currency="THB")],
    "fails_twin": [{**deal(f"t{number}"), "name": "Twin"} for number in (1, 2)],
    "fails_created": [{**deal("undated"), "created_on": None}],
    "fails_idle": [{**deal("still"), "created_on": day(12, 15, 2025)}],
    "fails_product": [deal("misspelt", product="GTXPro")],
}  # fmt: skip


@pytest.fixture
def checked(empty: Company) -> Company:
    empty.write("account", [{"external_id": "acme", "name": "Acme"}])
    empty.write("product", [{"external_id": "GTX Pro", "name": "GTX Pro"}])
    empty.write("owner", [
        {"external_id": "ann", "name": "Ann"}, {"external_id": "bob", "name": "Bob"},
        {"external_id": "cy", "name": "Cy", "is_active": False},
    ])  # fmt: skip
    with empty.session() as session:
        for name in ("Talking", "Won", "Lost"):
            session.add(PipelineStage(
                workspace_id=empty.workspace_id, connection_id=empty.connection_id, name=name
            ))  # fmt: skip
    empty.write("deal", [*GOOD, *(one for several in BAD.values() for one in several)])
    # As old as the one that stands still, but somebody called.
    empty.write("deal", [{**deal("called"), "created_on": day(12, 15, 2025)}])
    at = datetime(2026, 3, 14, 9, tzinfo=UTC)
    empty.write("activity", [{"external_id": "a", "kind": "call", "at": at, "deal": "called"}])
    empty.delete("owner", ["bob"])
    return empty


def test_each_check_finds_its_deals_and_only_those(checked):
    read = checked.read("data_quality", *MARCH, today=TODAY)
    wrong = sum(map(len, BAD.values()))
    assert (read.figure.numerator, read.figure.denominator) == (4, 4 + wrong)
    found = {code: n for code, n in codes(read).items() if code.startswith("fails_")}
    assert found == {code: len(deals) for code, deals in BAD.items()}
    assert {one.external_id for one in listed(checked, read)} == {"open", "won", "lost", "called"}
    every = listed(checked, read, "denominator")
    assert [one.value for one in every] == [1] * wrong + [0] * 4
    owners = checked.read("data_quality", *MARCH, today=TODAY, by="owner")
    assert sum(one.n for _, one in owners.segments or ()) == owners.figure.n


def test_a_deal_that_closed_since_was_no_fault_then(checked):
    """Its close lies after the day that is asked for, but it was written down later still."""
    before = checked.read("data_quality", *MARCH, today=TODAY).figure.numerator or Decimal()
    checked.write("deal", [deal("later", "won", day(5, 1))])
    assert checked.read("data_quality", *MARCH, today=TODAY).figure.numerator == before + 1
    # Meanwhile nothing happened to the one that is open and was not called.
    later = checked.read("data_quality", *MARCH, today=day(6, 1)).figure.numerator
    assert later == before + 1 - 1


def test_a_deal_that_fails_twice_counts_once(checked):
    before = checked.read("data_quality", *MARCH, today=TODAY)
    checked.write("deal", [{"external_id": "late", "amount": None}])
    after = checked.read("data_quality", *MARCH, today=TODAY)
    assert after.value == before.value
    assert listed(checked, after, "denominator")[0].external_id == "late"
    assert listed(checked, after, "denominator")[0].value == 2


def test_what_is_mended_passes(checked):
    before = checked.read("data_quality", *MARCH, today=TODAY).figure.numerator or Decimal()
    checked.write("deal", [{"external_id": "none", "amount": Decimal(5)}])
    checked.delete("deal", ["t2"])
    # One has an amount now, the other is alone.
    assert checked.read("data_quality", *MARCH, today=TODAY).figure.numerator == before + 2


def test_without_a_deal_there_is_no_quality(empty):
    assert empty.value("data_quality", *MARCH, today=TODAY) is None
    empty.write("deal", [deal("first", owner=None, account=None)])
    before = day(1, 1), day(1, 9)
    assert empty.value("data_quality", *before, today=TODAY) is None
