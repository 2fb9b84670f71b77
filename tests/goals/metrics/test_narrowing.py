"""Readings of a part: by a dimension, within members, and what is refused."""

from datetime import date

import pytest

from goals.errors import Refusal
from tests.goals.metrics.small import END, FEB, JAN, MAR, day


def test_every_member_is_listed_whether_or_not_it_has_deals(company):
    assert company.split("revenue", JAN, END, "owner") == {"Ann": 1000, "Bob": 300, "Cy": 0}
    rates = company.split("win_rate", JAN, END, "owner")
    assert rates == {"Ann": pytest.approx(2 / 3), "Bob": 1, "Cy": None}
    assert company.split("open_deals", END, END, "region") == {"East": 0, "North": 0, "South": 1}


@pytest.mark.parametrize(
    ("by", "wanted"),
    [
        ("team", {"A": 1000, "B": 300}),
        ("manager", {"Mo": 1300, "Nia": 0}),
        ("region", {"East": 0, "North": 1000, "South": 300}),
        ("owner.region", {"East": 0, "North": 1000, "South": 300}),
        ("product", {"Basic": 100, "Pro": 1200}),
        ("account", {"Acme": 1000, "Beta": 300}),
        ("customer_type", {"direct": 300, "partner": 1000}),
        ("source", {"fair": 1000, "web": 300}),
        ("custom.size", {"big": 1000, "(none)": 300}),
    ],
)
def test_revenue_by_each_dimension(company, by, wanted):
    found = company.split("revenue", JAN, END, by)
    assert {key: value for key, value in found.items() if value or key in wanted} == wanted


def test_members_of_a_custom_field_are_listed_without_deals_too(company):
    assert company.split("revenue", END, END, "custom.size") == {"big": 0}
    assert company.split("win_rate", END, END, "custom.size") == {"big": None}


def test_segments_of_something_without_a_member_come_under_none(company):
    found = company.split("win_rate", JAN, END, "campaign")
    assert found == {"(none)": 0.75, "spring": None}


def test_region_is_the_accounts_where_owners_have_none(empty):
    empty.write("account", [{"external_id": "a", "name": "A", "region": "West"}])
    won = {"external_id": "d", "status": "won", "closed_on": day(1, 2), "account": "a"}
    empty.write("deal", [{**won, "stage": "Won", "amount": 7}])
    assert empty.split("revenue", JAN, END, "region") == {"West": 7}


@pytest.mark.parametrize(
    ("where", "by", "wanted", "slow"),
    [
        ({"owner": "Ann"}, None, 1000, False),
        ({"region": "North"}, None, 1000, False),
        ({"manager": "Mo", "region": "South"}, None, 300, False),
        ({"owner": "Ann", "stage": "Won"}, None, 1000, False),
        ({"owner": "Ann", "product": "Pro"}, None, 900, True),
        ({"source": "web", "product": "Pro", "owner": "Bob"}, None, 300, True),
        ({"custom.size": "big"}, None, 1000, True),
        ({"custom.size": "big", "owner": "Ann"}, None, 1000, True),
        ({"custom.size": "small"}, None, 0, True),
        ({"source": "web"}, "owner", {"Ann": 0, "Bob": 300, "Cy": 0}, True),
        ({"stage": "Won"}, "region", {"East": 0, "North": 1000, "South": 300}, False),
        ({"region": "North"}, "custom.size", {"big": 1000}, True),
    ],
)
def test_kept_and_unkept_combinations_answer_alike(company, where, by, wanted, slow):
    read = company.read("revenue", JAN, END, where=where, by=by)
    if by is None:
        assert read.value == wanted
    else:
        found = {key: figure.value for key, figure in read.segments or ()}
        assert found == wanted
        assert read.value == sum(wanted.values())
    assert ("slow" in {note.code for note in read.notes}) is slow


def test_medians_and_cohorts_narrow_and_split_too(company):
    medians = company.split("sales_cycle", JAN, END, "region", stat="median")
    assert medians == {"East": None, "North": 25, "South": 20}
    narrow = company.read("sales_cycle", JAN, END, stat="median", where={"product": "Pro"})
    assert (narrow.value, narrow.figure.n) == (30, 2)
    cohort = company.split("win_rate", JAN, END, "region", basis="created", today=day(2, 1))
    assert cohort == {"East": None, "North": pytest.approx(1 / 3), "South": 0.5}
    whole = company.split("win_rate", FEB, END, "region", basis="all")
    assert whole == {"East": None, "North": pytest.approx(1 / 3), "South": 0}
    sized = company.split("sales_cycle", JAN, END, "custom.size", stat="median")
    assert sized == {"big": 25, "(none)": 20}


def test_open_deals_within_a_stage_are_visits_to_it(company):
    company.histories({"d4": [("Talking", "open", day(2, 1)), ("Offer", "open", MAR)]})
    assert company.value("open_deals", END, END) == 1
    assert company.value("open_deals", END, END, where={"stage": "Offer"}) == 1
    assert company.value("open_deals", END, END, where={"stage": "Talking"}) == 0
    before = day(2, 28)
    assert company.value("open_deals", before, before, where={"stage": "Talking"}) == 2
    ages = {
        stage: company.value("open_deals", END, END, measure="age", where={"stage": stage})
        for stage in ("Offer", "Talking")
    }
    assert ages == {"Offer": 30, "Talking": None}
    assert company.value("open_deals", END, END, measure="age") == (END - day(2, 1)).days


def test_leads_split_by_what_leads_have(company):
    assert company.split("leads_new", JAN, END, "source") == {"fair": 2, "web": 2}
    assert company.value("leads_new", JAN, END, where={"source": "web", "campaign": "spring"}) == 1
    rates = company.split("lead_conversion", JAN, END, "owner")
    assert rates == {"Ann": 1, "Bob": 0.5, "Cy": None, "(none)": 0}


def refused(company, *words, **how):
    with pytest.raises(Refusal) as caught:
        company.read(*words, **how)
    return caught.value.code


def test_what_does_not_exist_is_refused(company):
    window = JAN, END
    assert refused(company, "wind_rate", *window) == "unknown_metric"
    assert refused(company, "revenue", *window, basis="all") == "unknown_param"
    assert refused(company, "win_rate", *window, basis="some") == "param_value"
    assert refused(company, "new_revenue", *window, months="0") == "param_value"
    assert refused(company, "lead_conversion", *window, within_days="soon") == "param_value"
    assert refused(company, "revenue", *window, by="planet") == "unknown_dimension"
    assert refused(company, "revenue", *window, where={"planet": "Mars"}) == "unknown_dimension"
    assert refused(company, "revenue", *window, where={"owner": "Zoe"}) == "unknown_member"
    assert refused(company, "revenue", *window, where={"region": "Moon"}) == "unknown_member"
    assert refused(company, "revenue", *window, where={"source": "radio"}) == "unknown_member"
    assert refused(company, "leads_new", *window, by="product") == "dimension_unfit"
    assert refused(company, "nps", *window, by="owner") == "segment_unfit"
    assert refused(company, "revenue", END, JAN) == "window"


def test_a_custom_field_that_no_record_has_is_refused_with_those_there_are(company):
    for asked in ({"by": "custom.nope"}, {"where": {"custom.nope": "x"}}):
        with pytest.raises(Refusal) as caught:
            company.read("revenue", JAN, END, **asked)
        assert caught.value.code == "unknown_dimension"
        names = str(caught.value.message.params["names"]).split(", ")
        assert [one for one in names if one.startswith("custom.")] == ["custom.size"]
        assert "owner" in names
    # Deals have it, leads do not.
    assert refused(company, "leads_new", JAN, END, by="custom.size") == "unknown_dimension"


def test_custom_fields_have_any_name(empty):
    won = {"external_id": "d", "status": "won", "closed_on": day(1, 2), "stage": "Won"}
    empty.write("deal", [{**won, "amount": 7, "custom": {"it's": 1}}])
    assert empty.read("revenue", JAN, END, where={"custom.it's": "1"}).value == 7


def test_those_without_a_custom_field_are_a_member_too(company):
    assert company.read("revenue", JAN, END, where={"custom.size": "(none)"}).value == 300


def test_a_member_is_refused_where_there_are_no_members_at_all(empty):
    assert refused(empty, "revenue", JAN, END, where={"owner": "Ann"}) == "unknown_member"


def test_other_names_stand_for_variants(company):
    window = date(2026, 1, 1), END
    for alias, params in (
        ("win_rate_created", {"basis": "created"}),
        ("win_rate_value", {"weight": "value"}),
        ("close_rate_pipeline", {"basis": "all"}),
    ):
        named = company.read(alias, *window)
        assert named.params == {**named.params, **params}
        assert named.value == company.read("win_rate", *window, **params).value
