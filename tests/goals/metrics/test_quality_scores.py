"""How sound the records behind a number are, by the checks that matter to that number."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlmodel import col

from goals.metrics import drill, quality, receipts, recipes, segments, soundness
from goals.metrics import refresh as rollups
from goals.metrics.scope import scope_of
from goals.records import kinds
from goals.words import render
from tests.goals.metrics import company as companies
from tests.goals.metrics import small
from tests.goals.metrics.company import TODAY, Company, end_of
from tests.goals.metrics.small import day
from tests.goals.metrics.test_every_metric import (  # noqa: F401
    VARIANTS,
    WINDOW,
    full,
    read,
)

MARCH = day(3, 1), day(3, 31)
QUARTER = day(1, 1), day(3, 31)


def score(company: Company, metric: str, *window: Any, **how: Any) -> quality.Score | None:
    with company.session() as session:
        receipt = company.read(metric, *window, **how).receipt
        assert receipt is not None
        reading = receipts.find(session, receipt)
        return soundness.of_reading(session, reading, how.get("today", TODAY))


def counts(found: quality.Score | None) -> tuple[int, int, dict[str, int]]:
    assert found is not None
    return found.n, found.sound, {one.check.name: one.n for one in found.found}


def deal(name: str, **more: Any) -> dict[str, Any]:
    given = {"amount": 10, "owner": "ann", "account": "acme", **more}
    return small.deal(name, "won", day(2, 1), day(3, 5), **given)


@pytest.fixture
def selling(empty: Company) -> Company:
    """Ten deals won in March: two have no amount, one no owner, one closed before it came."""
    empty.write("owner", [{"external_id": "ann", "name": "Ann"}])
    empty.write("account", [{"external_id": "acme", "name": "Acme"}])
    deals = [deal(f"good {number}") for number in range(6)]
    deals += [deal("none 1", amount=None), deal("none 2", amount=None), deal("nobody", owner=None)]
    deals += [{**deal("reversed"), "created_on": day(3, 20)}]
    lost = small.deal("lost", "lost", day(2, 1), day(3, 9), owner="ann", account="acme")
    before = {**deal("long ago", amount=None), "created_on": day(1, 5), "closed_on": day(1, 9)}
    small.write_deals(empty, [*deals, lost, before])
    return empty


@pytest.mark.parametrize(
    ("metric", "params", "n", "sound", "faults"),
    [
        # A sum of amounts looks at the amounts and the days of closing; nobody asks for owners.
        ("revenue", {}, 10, 7, {"amount": 2, "dates": 1}),
        # A share of numbers needs no amount, and the lost deal belongs to it.
        ("win_rate", {}, 11, 10, {"dates": 1}),
        ("win_rate", {"weight": "value"}, 11, 8, {"amount": 2, "dates": 1}),
        ("sales_cycle", {}, 10, 9, {"dates": 1}),
        ("avg_deal_size", {}, 10, 7, {"amount": 2, "dates": 1}),
    ],
)
def test_only_the_checks_that_matter_to_a_number_lower_its_score(
    selling, metric, params, n, sound, faults
):
    assert counts(score(selling, metric, *MARCH, **params)) == (n, sound, faults)


def test_a_number_that_is_narrowed_by_owner_looks_at_owners_too(selling):
    hers = score(selling, "revenue", *MARCH, where={"owner": "Ann"})
    assert counts(hers) == (9, 6, {"amount": 2, "dates": 1})
    nobodys = score(selling, "revenue", *MARCH, where={"owner": segments.NOBODY})
    assert counts(nobodys) == (1, 0, {"owner": 1})


def test_a_sync_that_mends_a_record_lifts_the_score(selling):
    before = score(selling, "revenue", *MARCH)
    selling.write("deal", [{"external_id": "none 1", "amount": Decimal(4)}])
    after = score(selling, "revenue", *MARCH)
    assert before is not None and after is not None
    assert (before.share, after.share) == (Decimal("0.7"), Decimal("0.8"))
    assert after.faults[0].n == 1


def test_open_deals_are_looked_at_as_they_stand(empty):
    empty.write("owner", [{"external_id": "ann", "name": "Ann"}])
    given = {"owner": "ann", "amount": 10}
    small.write_deals(empty, [
        small.deal("new", "open", day(3, 1), None, **given),
        small.deal("late", "open", day(3, 1), None, expected_close_on=day(3, 20), **given),
        small.deal("still", "open", day(1, 2), None, **given),
        small.deal("priceless", "open", day(3, 1), None, owner="ann"),
    ])  # fmt: skip
    empty.refresh()
    # A quarter and a day after the oldest came.
    window = day(4, 3), day(4, 3)
    how = {"today": day(4, 3), "now": end_of(day(4, 3))}
    assert counts(score(empty, "open_deals", *window, **how)) == (4, 2, {"late": 1, "idle": 1})
    valued = score(empty, "open_deals", *window, measure="value", **how)
    assert counts(valued) == (4, 1, {"amount": 1, "late": 1, "idle": 1})


def test_the_score_of_the_data_itself_is_the_value_of_its_metric(selling):
    read = selling.read("data_quality", *QUARTER)
    found = score(selling, "data_quality", *QUARTER)
    assert found is not None and found.share == read.value
    assert found.n == read.figure.n
    assert {f"fails_{one.check.name}": one.n for one in found.found} == {
        one.code: one.n for one in read.notes if one.code.startswith("fails_")
    }


def test_what_is_said_names_the_share_and_the_largest_faults(selling):
    found = score(selling, "revenue", *MARCH)
    assert found is not None
    assert render(found.message, "en") == (
        "70.0% of 10 deals pass the checks that matter here. 2 deals have no amount. One deal"
        " closed before it was created, in the future or on no day."
    )


def test_a_number_that_was_delivered_has_no_records_to_check(empty):
    assert score(empty, "headcount", *MARCH) is None


def test_another_company_s_records_lower_nothing(selling):
    other = companies.joined(selling.database, companies.found_another(selling.database))
    small.write_deals(other, [deal("theirs", amount=None, owner=None)])
    assert counts(score(selling, "revenue", *MARCH)) == (10, 7, {"amount": 2, "dates": 1})
    with selling.session() as session:
        check = quality.check_of(session, "deal", "amount")
        assert quality.records(session, check, TODAY)[0] == 3


def test_what_each_sync_changed_is_told_by_check(selling):
    with selling.session() as session:
        quality.keep(session, today=TODAY, now=companies.NOW)
        assert quality.changes(session) == {}
    selling.write("deal", [
        {"external_id": "none 1", "amount": Decimal(4)},
        {"external_id": "none 2", "amount": Decimal(4)},
        deal("two", owner=None), deal("more", owner=None),
    ])  # fmt: skip
    with selling.session() as session:
        quality.keep(session, today=TODAY, now=companies.NOW)
        changes = quality.changes(session)
    # One of those without an amount closed long ago, and two without an owner came.
    assert (changes["deal", "amount"], changes["deal", "owner"]) == (-2, 2)
    assert changes["deal", ""] == 0
    assert changes["deal", "dates"] == 0


@pytest.mark.parametrize(("metric", "params"), VARIANTS)
def test_every_number_looks_at_records_that_are_there(full, metric, params):  # noqa: F811
    """The ids behind each measure are those of the kind of record that is said."""
    found = read(full, metric, params, keep=True)
    reading = receipts.find(full, found.receipt)
    if metric not in recipes.RECIPES or not found.metric.is_counted:
        assert soundness.of_reading(full, reading, WINDOW[1]) is None
        return
    recipe = recipes.of(reading.metric, reading.params)
    scope = scope_of(full, rollups.base_of(full), {}, None, recipe.subjects)
    for measure, statement in drill.behind(scope, reading):
        ids = statement.subquery()
        table: Any = kinds.KINDS[measure.subject].table
        known = select(table.id).where(col(table.workspace_id) == scope.base.workspace_id)
        strangers = select(func.count()).select_from(ids).where(ids.c.id.not_in(known))
        assert full.execute(strangers).scalar_one() == 0, measure.id
    sound = soundness.of_reading(full, reading, WINDOW[1])
    assert sound is None or 0 <= sound.sound <= sound.n
    assert sound is None or max((one.n for one in sound.faults), default=0) <= sound.n - sound.sound


@pytest.mark.parametrize("metric", ["win_rate", "revenue"])
def test_the_records_behind_many_goals_are_checked_by_one_look(
    selling: Company, metric: str
) -> None:
    selling.write("owner", [{"external_id": "bob", "name": "Bob"}])
    people = ({"owner": "Ann"}, {"owner": "Bob"})
    kept = [str(selling.read(metric, *MARCH, where=one).receipt) for one in people]
    with selling.session() as session:
        found = [receipts.find(session, one) for one in kept]
        seen: list[str] = []
        note = lambda *args: seen.append(args[2])  # noqa: E731
        engine = selling.database.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            scores = soundness.of_readings(session, found, TODAY)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        assert scores == [soundness.of_reading(session, one, TODAY) for one in found]
    assert sum(" GROUP BY " in one for one in seen) == 1
