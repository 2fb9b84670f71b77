"""Files of the records around deals: what is done, asked for, paid, spent and reached."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from goals.records import kinds, undo
from goals.records.kinds_around import AROUND
from tests.support.around import ROWS, file_of
from tests.support.records import NOW

LATER = NOW + timedelta(days=1)
RECORDS = [kind.name for kind in AROUND]
DAY = date(2026, 2, 3)


def problems(result):
    return [(one["line"], one["column"], one["value"]) for one in result.to_json()["problems"]]


def told(room, record, **changes):
    """Import a kind's row with some cells changed, and return the result."""
    return room.read(file_of({**ROWS[record], **changes}), record)


def only(room, record):
    [row] = room.rows(record).values()
    return row


@pytest.mark.parametrize("record", RECORDS)
def test_the_rows_have_a_value_for_every_field(record):
    assert list(ROWS[record]) == [one.name for one in kinds.KINDS[record].fields]


@pytest.mark.parametrize("record", RECORDS)
def test_every_field_is_kept_and_the_same_file_changes_nothing(room, record):
    result = told(room, record)
    assert (result.created, result.rejected, problems(result)) == (1, 0, [])
    references = kinds.KINDS[record].references()
    assert result.stubs == len(references)
    row = only(room, record)
    assert [
        one.name for one in kinds.KINDS[record].fields if getattr(row, one.column) is None
    ] == []
    for column, to in references.items():
        [stub] = room.rows(to).values()
        assert (getattr(row, column), stub.is_stub) == (stub.id, True)
    again = told(room, record)
    assert (again.created, again.updated, again.unchanged, again.stubs) == (0, 0, 1, 0)


@pytest.mark.parametrize("record", RECORDS)
def test_an_import_is_undone_with_all_that_came_with_it(room, record):
    result = told(room, record)
    with room.session() as session:
        undone = undo.undo(session, result.import_id, LATER)
    assert (undone.removed, undone.kept) == (1, 0)
    assert {name: room.rows(name) for name in kinds.KINDS if room.rows(name)} == {}


@pytest.mark.parametrize("record", RECORDS)
def test_an_empty_cell_clears_what_need_not_be_there(room, record):
    fields = kinds.KINDS[record].fields
    told(room, record, external_id="R1")
    result = told(room, record, external_id="R1", **{f.name: "" for f in fields if not f.required})
    row = only(room, record)
    assert (result.updated, result.rejected) == (1, 0)
    kept = [one.name for one in fields if getattr(row, one.column) not in (None, False)]
    assert kept == [one.name for one in fields if one.required]


@pytest.mark.parametrize("record", RECORDS)
def test_an_absent_column_leaves_a_value_alone(room, record):
    fields = kinds.KINDS[record].fields
    told(room, record, external_id="R1")
    before = room.content(record)
    needed = {one.name: ROWS[record][one.name] for one in fields if one.required}
    result = room.read(file_of({"external_id": "R1", **needed}), record)
    assert (result.unchanged, room.content(record)) == (1, before)


@pytest.mark.parametrize(
    ("record", "name"),
    [(kind.name, one.name) for kind in AROUND for one in kind.fields if one.required],
)
def test_what_a_new_record_needs_is_asked_for_at_its_column(sqlite_room, record, name):
    result = told(sqlite_room, record, **{name: ""})
    assert (result.rejected, problems(result)) == (1, [(2, name, None)])


@pytest.mark.parametrize("record", RECORDS)
def test_the_days_that_are_counted_are_marked(room, record):
    told(room, record)
    row = only(room, record)
    counted = {
        (record, column, getattr(row, column).isoformat()) for column in kinds.KINDS[record].counted
    }
    assert counted <= room.days()


@pytest.mark.parametrize("record", [kind.name for kind in AROUND if kind.field("currency")])
def test_a_rate_touches_the_days_of_what_it_converts(room, record):
    told(room, record, external_id="1")
    marked = {day for day in room.days(forget=True) if day[0] == record}
    elsewhen = {name: "2026-02-09" for name in ("on", "renewed_on") if name in ROWS[record]}
    told(room, record, external_id="2", currency="GBP", **elsewhen)
    room.days(forget=True)
    room.read("on,currency,per_base\n2026-01-01,EUR,0.9\n", "rate")
    assert {day for day in room.days() if day[0] == record} == marked


def test_a_changed_owner_touches_the_days_of_what_is_counted_by_it(room):
    for record in ("ticket", "activity", "quota"):
        told(room, record)
    room.days(forget=True)
    room.read("name,region\nBo,West\n", "owner")
    assert room.days() >= {
        ("ticket", "opened_on", "2026-02-03"),
        ("ticket", "solved_on", "2026-02-06"),
        ("activity", "day", "2026-02-03"),
        ("quota", "first_day", "2026-01-01"),
        ("quota", "last_day", "2026-03-31"),
    }


def test_instants_are_counted_on_their_day_in_the_workspaces_zone(room):
    told(room, "activity")
    told(room, "ticket")
    call, ticket = only(room, "activity"), only(room, "ticket")
    assert (call.at, call.day) == (datetime(2026, 2, 3, 16, 30, tzinfo=UTC), DAY)
    assert (ticket.opened_on, ticket.solved_on) == (DAY, date(2026, 2, 6))


def test_amounts_and_numbers_are_exact(room):
    for record in ("purchase", "subscription", "ticket", "survey_answer", "web_visit"):
        told(room, record)
    bought, plan = only(room, "purchase"), only(room, "subscription")
    assert (bought.amount, bought.currency, bought.quantity) == (
        Decimal("1250.75"),
        "EUR",
        Decimal("2.5"),
    )
    assert bought.is_refund is True
    assert (plan.mrr, plan.seats) == (Decimal("99.9"), 12)
    assert only(room, "ticket").waiting_hours == Decimal("2.5")
    answer = only(room, "survey_answer")
    assert (answer.score, answer.scale, answer.kind) == (Decimal("4.5"), "1-5", "csat")
    assert (only(room, "web_visit").visitors, only(room, "web_visit").visits) == (40, 55)


def test_words_of_other_systems_are_understood(room):
    told(room, "activity")
    told(room, "email_event")
    told(room, "spend")
    assert only(room, "activity").direction == "outbound"
    assert only(room, "email_event").kind == "open"
    assert only(room, "spend").category == "marketing"


@pytest.mark.parametrize(
    ("record", "name", "value", "said"),
    [
        ("activity", "direction", "sideways", "Write one of inbound, outbound"),
        ("email_event", "kind", "read", "Write one of sent, delivered, open, click"),
        ("spend", "category", "hr", "Write one of marketing, sales"),
        ("survey_answer", "kind", "happiness", "Write one of nps, csat, ces"),
        ("survey_answer", "scale", "five", "such as 0-10"),
        ("survey_answer", "scale", "5-1", "such as 0-10"),
        ("survey_answer", "score", "5.5", "name the scale that was asked with"),
        ("survey_answer", "score", "0", "name the scale that was asked with"),
        ("survey_answer", "score", "good", "Correct the cell"),
        ("quota", "to", "2025-12-31", "both belong to the quota"),
        ("ticket", "waiting_hours", "-1", "Correct the cell"),
        ("subscription", "seats", "-1", "Correct the cell"),
        ("web_visit", "visits", "-5", "Correct the cell"),
        ("purchase", "refund", "20.00", "Write yes or no"),
        ("purchase", "amount", "much", "Correct the cell"),
        ("holiday", "on", "Songkran", "Write it as 2026-03-15"),
    ],
)
def test_what_a_field_cannot_be_is_said_at_its_column(sqlite_room, record, name, value, said):
    result = sqlite_room.read(file_of(ROWS[record], {**ROWS[record], name: value}), record)
    assert (result.created, problems(result)) == (1, [(3, name, value)])
    assert said in result.to_json()["problems"][0]["fix"]


def test_a_score_called_nps_is_on_its_scale_even_where_none_is_named(sqlite_room):
    assert told(sqlite_room, "survey_answer", scale="", kind="nps", score="11").rejected == 1
    assert told(sqlite_room, "survey_answer", scale="", kind="ces", score="11").created == 1


def test_references_match_the_id_and_then_the_name(room):
    room.read("external_id,name\nC1,Spring\n", "campaign")
    room.read("external_id,name\nP1,Ann\n", "contact")
    room.read("external_id,name\nA1,Acme\nA2,Borealis\n", "account")
    assert told(room, "purchase").stubs == 1
    assert told(room, "purchase", customer="A2", campaign="C1").stubs == 0
    assert told(room, "activity").stubs == 3
    assert {row.account_id for row in room.rows("purchase").values()} == {
        room.id("account", "A1"),
        room.id("account", "A2"),
    }
    assert {row.campaign_id for row in room.rows("purchase").values()} == {
        room.id("campaign", "C1")
    }
    assert only(room, "activity").contact_id == room.id("contact", "P1")


def test_a_campaign_that_arrives_under_an_id_takes_the_place_of_its_name(room):
    told(room, "spend")
    assert room.read("external_id,name\nC1,Spring\n", "campaign").created == 1
    assert set(room.rows("campaign")) == {"C1"}
    assert only(room, "spend").campaign_id == room.id("campaign", "C1")


def test_rows_that_are_alike_are_different_records(room):
    row = ROWS["purchase"]
    assert room.read(file_of(row, row, row), "purchase").created == 3
    assert room.read(file_of(row, row, row), "purchase").unchanged == 3


def test_a_campaign_is_told_apart_by_its_name(room):
    told(room, "campaign")
    result = told(room, "campaign", budget="6000")
    assert (result.updated, only(room, "campaign").budget) == (1, Decimal(6000))


@pytest.mark.parametrize("name", ["customer", "account", "account_id"])
def test_sources_may_name_a_customer_by_field_or_column(room, name):
    row = {"external_id": "1", name: "A1", "day": DAY, "amount": Decimal(5)}
    assert room.write("purchase", [row]).stubs == 1
    assert only(room, "purchase").account_id == room.id("account", "A1")


def test_a_word_that_no_source_may_bring_is_refused_on_the_way_in(room):
    row = {"external_id": "1", "day": DAY, "amount": Decimal(5), "category": "hr"}
    [refused] = room.write("spend", [row]).rejected
    assert (refused.column, refused.missing, room.rows("spend")) == ("category", False, {})
