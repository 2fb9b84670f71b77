"""Metrics that a workspace makes itself, read like any other: values, segments, receipts."""

from datetime import date
from decimal import Decimal

import pytest
from sqlmodel import col, select

from goals import words
from goals.errors import Refusal
from goals.metrics import authoring, library, readings, receipts
from goals.metrics.authoring import Draft
from goals.metrics.custom.table import CustomMetricVersion
from goals.metrics.evidence import Reading
from tests.goals.metrics import company as companies
from tests.goals.metrics.company import NOW, TODAY
from tests.goals.metrics.small import END, FEB, JAN, deal, write_deals
from tests.support.site import counted


def make(company, slug, expression, **more):
    """Make a metric of this id and expression."""
    draft = Draft(slug, more.pop("name", slug.title()), expression, **more)
    with company.session() as session:
        return authoring.add(session, draft, by=None, now=NOW)


def change(company, slug, expression, **more):
    draft = Draft(slug, more.pop("name", slug.title()), expression)
    with company.session() as session:
        return authoring.change(session, draft, by=None, now=NOW, **more)


def refused(company, slug, expression, **more):
    with pytest.raises(Refusal) as caught:
        make(company, slug, expression, **more)
    return caught.value


# Won in the quarter: 100 and 900 by Ann, 300 by Bob; of four leads two came to nothing yet.


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("revenue * 2 - revenue", 1300),
        ("revenue / contracts_signed", Decimal(1300) / 3),
        ("revenue / leads_new", 325),
        ("1 - win_rate", Decimal("0.25")),
        ("contracts_signed / (contracts_signed - 3)", None),
        ("csat + 1", None),
        ("coalesce(csat, 3) + 1", 4),
        ("win_rate(basis=created) / win_rate", Decimal("0.8")),
        ("headcount / contracts_signed", None),
    ],
)
def test_a_metric_is_worked_out_from_what_the_window_came_to(company, expression, expected):
    make(company, "mine", expression)
    found = company.read("mine", JAN, END)
    assert found.value == (None if expected is None else Decimal(expected))
    assert found.metric.id == "mine" and found.to_json()["version"] == 1


def test_a_quotient_is_that_of_the_sums_and_not_the_mean_of_quotients(company):
    make(company, "size", "revenue / contracts_signed")
    found = company.read("size", JAN, END, by="owner")
    assert dict(company.split("size", JAN, END, "owner")) == {"Ann": 500, "Bob": 300, "Cy": None}
    assert (found.figure.numerator, found.figure.denominator) == (1300, 3)
    assert found.value == Decimal(1300) / 3 != (500 + 300) / 2


def test_segments_of_what_adds_up_add_up_to_the_total(company):
    make(company, "kept", "revenue * 0.7 + new_revenue / 10")
    for by in ("owner", "team", "region", "source", "product", "account"):
        split = company.split("kept", JAN, END, by)
        assert sum(split.values()) == pytest.approx(company.value("kept", JAN, END)), by
    assert company.read("kept", JAN, END).metric.kind == "flow"


def test_narrowing_reaches_every_part(company):
    make(company, "size", "revenue / contracts_signed")
    assert company.value("size", JAN, END, where={"owner": "Ann"}) == 500
    assert company.value("size", JAN, END, where={"region": "South"}) == 300
    assert company.value("size", JAN, END, where={"owner": "Ann", "source": "fair"}) == 500


def test_only_dimensions_that_all_parts_have_fit(company):
    make(company, "per_lead", "revenue / leads_new")
    assert company.split("per_lead", JAN, END, "owner")["Ann"] == 1000
    with pytest.raises(Refusal) as caught:
        company.read("per_lead", JAN, END, by="product")
    assert caught.value.code == "dimension_unfit"


def test_a_region_is_the_same_for_all_parts(company):
    # Leads have a region of their own, deals that of their owner.
    company.write("lead", [{"external_id": "l9", "created_on": JAN, "owner": "bob",
                            "region": "North"}])  # fmt: skip
    make(company, "per_lead", "revenue / leads_new")
    # Bob has two of the first leads and the new one; he won 300.
    assert company.split("per_lead", JAN, END, "region")["South"] == 100
    assert company.value("per_lead", JAN, END, where={"region": "South"}) == 100


def test_what_is_entered_is_narrowed_by_nothing(company):
    make(company, "each", "revenue / headcount")
    with pytest.raises(Refusal) as caught:
        company.read("each", JAN, END, by="owner")
    assert caught.value.code == "segment_unfit"


def test_metrics_are_made_of_metrics_made_here(company):
    make(company, "gain", "revenue * 0.5")
    make(company, "gain_each", "gain / contracts_signed")
    assert company.read("gain_each", JAN, END).value == Decimal(650) / 3
    assert company.split("gain_each", JAN, END, "owner")["Ann"] == 250


def test_no_metric_is_made_of_itself(company):
    make(company, "one", "revenue * 2")
    make(company, "two", "one + revenue")
    with pytest.raises(Refusal) as caught:
        change(company, "one", "revenue + two")
    assert caught.value.code == "expression_circle"
    said = words.render(caught.value.message, "en")
    assert said == "At character 11: one would be made of itself: one → two → one."
    with pytest.raises(Refusal) as caught:
        change(company, "one", "one * 2")
    assert "one → one" in words.render(caught.value.message, "en")


def test_metrics_stand_within_each_other_a_few_times_only(company):
    make(company, "level1", "revenue * 2")
    for number in range(2, 6):
        make(company, f"level{number}", f"level{number - 1} + revenue")
    assert company.value("level5", JAN, END) == 6 * 1300
    assert refused(company, "level6", "level5 * 2").code == "expression_levels"


def test_values_over_many_windows_are_those_of_each(company):
    make(company, "size", "revenue / contracts_signed + coalesce(win_rate, 0) * revenue")
    windows = [(JAN, FEB), (FEB, END), (JAN, END), (date(2025, 1, 1), date(2025, 2, 1))]
    with company.session() as session:
        found = readings.values(session, "size", {}, {}, windows)
    assert [None if one is None else float(one) for one in found] == [
        company.value("size", *window) for window in windows
    ]


def test_many_windows_cost_no_more_statements_than_few(company):
    make(company, "size", "revenue / contracts_signed")
    with company.session() as session:
        readings.values(session, "size", {}, {}, [(JAN, END)])
        with counted(company.database) as few:
            readings.values(session, "size", {}, {}, [(JAN, END)])
        with counted(company.database) as many:
            readings.values(session, "size", {}, {}, [(JAN, END)] * 50)
    assert len(many) == len(few)


def test_the_days_of_what_adds_up_are_those_of_its_parts(company):
    make(company, "half", "revenue / 2 - contracts_signed * 0 * revenue")
    make(company, "net", "revenue - new_revenue(months=1) / 2")
    with company.session() as session:
        found = dict(readings.series(session, "net", {}, {}, JAN, END))
        with pytest.raises(Refusal) as caught:
            readings.series(session, "half", {}, {}, JAN, END)
    assert caught.value.code == "does_not_add_up"
    # Acme bought first for 100 and two months later for 900, Beta once for 300.
    assert found == {date(2026, 1, 15): 50, date(2026, 1, 30): 150, date(2026, 3, 13): 900}
    assert sum(found.values()) == company.read("net", JAN, END).value


def test_a_metric_begins_when_all_of_its_parts_have(company):
    make(company, "per_lead", "revenue / leads_new")
    make(company, "guess", "csat + 1")
    make(company, "kept", "win_rate * coalesce(email_open_rate, 1)")
    with company.session() as session:
        first = readings.earliest(session, "per_lead", {}, {})
        known = readings.available(session)
    # The first deal was won on the 15th, the first lead came on the 1st.
    assert first == date(2026, 1, 15)
    assert {"per_lead", "kept"} <= known and "guess" not in known


# --- Receipts --------------------------------------------------------------------------------


def test_a_receipt_lists_the_readings_that_it_is_made_of(company):
    make(company, "size", "(revenue - 100) / contracts_signed")
    found = company.read("size", JAN, END)
    with company.session() as session:
        reading = receipts.find(session, found.receipt)
        parts = receipts.within(session, reading)
        assert [one.reading.value for one in parts] == [1300, 3]
        assert [words.render(one.name, "en") for one in parts] == ["Revenue", "Contracts signed"]
        said = words.render(receipts.formula(session, reading), "en")
        total, _rows = receipts.records(session, parts[0].reading)
        again = receipts.recompute(session, reading, today=TODAY, now=NOW)
    assert said.partition(" = ")[2] == "($1,300 − 100) ÷ 3"
    assert total == 3
    assert again.figure == found.figure
    # Asked by itself, a part has the very same receipt.
    assert company.read("revenue", JAN, END).receipt == found.parts["revenue"].receipt


def test_the_same_question_over_the_same_data_has_one_receipt(company):
    make(company, "size", "revenue / contracts_signed")
    first, again = company.read("size", JAN, END), company.read("size", JAN, END)
    assert first.receipt == again.receipt
    write_deals(company, [deal("d9", "won", JAN, FEB, amount=300, owner="ann")])
    after = company.read("size", JAN, END)
    assert after.receipt != first.receipt
    assert "restated" in {one.code for one in after.notes}


def test_notes_say_which_part_they_are_about(company):
    make(company, "odds", "win_rate * 2")
    notes = company.read("odds", JAN, END).to_json()["note"]
    assert [one["message"] for one in notes if one["code"] == "small_n"][0].startswith("Win rate: ")


def test_what_was_known_then_is_answered_for_all_parts(company):
    make(company, "size", "revenue / contracts_signed")
    later = NOW.replace(hour=10)
    write_deals(company, [deal("d9", "won", JAN, FEB, amount=700, owner="ann")], at=later)
    assert company.value("size", JAN, END, now=later) == 500
    then = company.read("size", JAN, END, now=later, known_at=NOW)
    assert then.value == Decimal(1300) / 3


# --- Versions --------------------------------------------------------------------------------


def test_another_expression_is_another_version_and_readings_keep_theirs(company):
    make(company, "mine", "revenue * 2")
    make(company, "outer", "mine + revenue")
    old, old_outer = company.read("mine", JAN, END), company.read("outer", JAN, END)
    after = change(company, "mine", "revenue * 3")
    new = company.read("mine", JAN, END)
    assert (after.version, new.value, new.to_json()["version"]) == (2, 3900, 2)
    assert new.receipt != old.receipt and company.value("outer", JAN, END) == 5200
    with company.session() as session:
        for before, expected in ((old, 2600), (old_outer, 3900)):
            kept = receipts.find(session, before.receipt)
            again = receipts.recompute(session, kept, today=TODAY, now=NOW)
            assert kept.version == 1 and again.value == expected
        numbers = [one.number for one in authoring.versions(session, "mine")]
    assert numbers == [2, 1]


def test_another_name_is_no_other_version(company):
    make(company, "mine", "revenue * 2")
    after = change(company, "mine", "revenue * 2", name="Twice")
    assert (after.title, after.version) == ("Twice", 1)


@pytest.mark.parametrize(
    ("expression", "code"),
    [("win_rate * 2", "unit_changed"), ("revenue - 5", "kind_changed")],
)
def test_a_metric_keeps_its_unit_and_its_kind(company, expression, code):
    make(company, "mine", "revenue * 2")
    with pytest.raises(Refusal) as caught:
        change(company, "mine", expression)
    assert caught.value.code == code
    assert company.value("mine", JAN, END) == 2600


def test_who_writes_over_a_newer_version_is_told(company):
    make(company, "mine", "revenue * 2")
    change(company, "mine", "revenue * 3", seen=1)
    with pytest.raises(Refusal) as caught:
        change(company, "mine", "revenue * 4", seen=1)
    assert caught.value.code == "changed_meanwhile"


def test_a_quotient_of_likes_is_shown_as_its_maker_wants(company):
    make(company, "share", "contracts_signed / leads_new", unit="rate")
    make(company, "times", "contracts_signed / leads_new")
    assert company.read("share", JAN, END).unit == "rate"
    assert company.read("times", JAN, END).unit == "number"
    assert change(company, "share", "contracts_signed / opportunities_new").unit == "rate"
    assert refused(company, "wrong", "revenue / leads_new", unit="rate").field == "unit"


@pytest.mark.parametrize(
    ("slug", "code"),
    [
        ("revenue", "id_taken"),
        ("sales_by_agent", "id_taken"),
        ("milestone", "id_taken"),
        ("max", "id_taken"),
        ("mine", "id_taken"),
        ("Mine", "id_wrong"),
        ("m", "id_wrong"),
        ("1st", "id_wrong"),
        ("a" * 41, "id_wrong"),
        ("with-dash", "id_wrong"),
        ("", "id_wrong"),
    ],
)
def test_an_id_is_a_word_that_nothing_else_has(company, slug, code):
    make(company, "mine", "revenue * 2")
    found = refused(company, slug, "revenue * 2", name="Other")
    assert (found.code, found.field) == (code, "id")


def test_a_name_is_needed_and_a_direction_is_one_of_three(company):
    assert refused(company, "mine", "revenue", name=" ").field == "name"
    assert refused(company, "mine", "revenue", name="n" * 201).field == "name"
    assert refused(company, "mine", "revenue", description="d" * 2001).field == "description"
    assert refused(company, "mine", "revenue", direction="sideways").field == "direction"


def test_an_archived_metric_is_offered_no_more_and_still_read(company):
    make(company, "mine", "revenue * 2")
    make(company, "outer", "mine * 2")
    with company.session() as session, pytest.raises(Refusal) as caught:
        authoring.archive(session, "mine", NOW)
    assert caught.value.code == "metric_in_use"
    assert "Outer" in words.render(caught.value.message, "en")
    with company.session() as session:
        authoring.archive(session, "outer", NOW)
        authoring.archive(session, "mine", NOW)
        assert "mine" not in library.every(session)
    assert company.value("mine", JAN, END) == 2600
    with company.session() as session:
        authoring.restore(session, "mine")
        assert "mine" in library.every(session)


def test_metrics_of_headway_cannot_be_changed(company):
    with pytest.raises(Refusal) as caught:
        change(company, "revenue", "new_revenue")
    assert caught.value.code == "not_custom"


# --- Workspaces ------------------------------------------------------------------------------


def test_what_one_workspace_makes_no_other_one_sees(company):
    make(company, "mine", "revenue * 2")
    other = companies.joined(company.database, companies.found_another(company.database), ())
    with other.session() as session:
        assert library.made(session) == []
        with pytest.raises(Refusal) as caught:
            library.find(session, "mine")
        assert caught.value.code == "unknown_metric"
    make(other, "mine", "revenue * 9")
    assert company.value("mine", JAN, END) == 2600
    with other.session() as session:
        kept = session.exec(
            select(CustomMetricVersion.expression).where(
                col(CustomMetricVersion.workspace_id) == other.workspace_id
            )
        ).all()
    assert kept == ["revenue * 9"]


def test_only_custom_readings_say_what_they_are_made_of(company):
    make(company, "mine", "revenue * 2")
    company.read("mine", JAN, END)
    with company.session() as session:
        rows = session.exec(
            select(Reading).where(col(Reading.workspace_id) == company.workspace_id)
        ).all()
    found = {one.metric: one.made_of for one in rows}
    assert found["revenue"] is None
    assert found["mine"]["versions"] == {"mine": 1} and list(found["mine"]["parts"]) == ["revenue"]
