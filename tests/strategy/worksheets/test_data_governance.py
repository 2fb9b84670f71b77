"""The data policy: rules that a program can check, their contradictions, and the page for all."""

from decimal import Decimal

import pytest

from goals.metrics.checks import agreed
from goals.words import render
from strategy.worksheets import approval, good_data, setting, starters
from strategy.worksheets.rules import every, policy

FIELDS = "data_governance.fields"


def field(desk, name="Amount", record="deal", required="yes", owner=True, **values):
    own = {"field_owner": str(desk.dana)} if owner else {}
    item = desk.add(FIELDS, record=record, data_field=name, required=required, **own)
    pages = {
        "validity": ("validity_kind", "validity_values", "validity_low", "validity_high",
                     "validity_rule"),
        "upkeep": ("duplicate_check", "duplicate_rule", "freshness_days", "freshness_rule",
                   "access_rule"),
        "example": ("good_data_example", "bad_data_example"),
    }  # fmt: skip
    for page, keys in pages.items():
        said = {key: values[key] for key in keys if key in values}
        if said:
            desk.save(f"data_governance.{page}", item, autosave=True, **said)
    return item


def about(desk):
    with desk.session() as session:
        return setting.of(session)


def rules(desk):
    found = every.findings(desk.book(), about(desk), "data_governance")
    return [(one.rule, one.severity) for one in found]


NUMBER = {"validity_kind": "number", "validity_low": "1", "validity_high": "1M"}


def test_a_field_with_owner_rule_and_example_has_nothing_to_mend(desk):
    field(desk, **NUMBER, good_data_example="125,000", bad_data_example="About 100k")
    assert rules(desk) == []


def test_the_policy_can_be_read_by_a_program(desk):
    field(desk, **NUMBER, freshness_days="30", duplicate_check="unique", access_rule="Sales")
    [one] = policy.policies(desk.book())
    assert (one.record, one.field, one.required) == ("deal", "Amount", True)
    assert (one.kind, one.low, one.high) == ("number", Decimal(1), Decimal(1000000))
    assert (one.duplicates, one.fresh_days) == ("unique", 30)
    assert one.words == {"access_rule": "Sales"}


@pytest.mark.parametrize(
    ("values", "entry", "passes"),
    [
        (NUMBER, "125,000", True),
        (NUMBER, "0", False),
        (NUMBER, "2M", False),
        (NUMBER, "a lot", False),
        ({"validity_kind": "one_of", "validity_values": ["Price", "Time"]}, "price ", True),
        ({"validity_kind": "one_of", "validity_values": ["Price", "Time"]}, "Other", False),
        ({"validity_kind": "one_of", "validity_values": ["ราคา", "价格"]}, "价格", True),
        ({"validity_kind": "filled"}, "x", True),
        ({"validity_kind": "filled"}, " ", False),
        ({"validity_kind": "pattern"}, "x", True),
        ({"validity_kind": "none"}, "x", True),
    ],
)
def test_an_entry_passes_what_can_be_checked(desk, values, entry, passes):
    field(desk, **values)
    [one] = policy.policies(desk.book())
    assert one.allows(entry) is passes


def test_a_field_that_need_not_be_filled_in_may_be_empty(desk):
    field(desk, required="no", **NUMBER)
    assert policy.policies(desk.book())[0].allows("")


def test_what_was_chosen_before_another_kind_does_not_count(desk):
    item = field(desk, **NUMBER)
    desk.save("data_governance.validity", item, validity_kind="filled")
    [one] = policy.policies(desk.book())
    assert (one.low, one.high) == (None, None)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"owner": False, "validity_kind": "filled"}, ("data-owner", "weak")),
        ({"owner": False, "required": "no", "validity_kind": "filled"}, ("data-owner", "warn")),
        ({"validity_kind": "number", "validity_low": "9", "validity_high": "1"},
         ("data-range", "fail")),
        ({**NUMBER, "good_data_example": "A lot"}, ("data-example", "fail")),
        ({**NUMBER, "bad_data_example": "5"}, ("data-counter", "warn")),
        ({"validity_kind": "none"}, ("data-filled", "warn")),
    ],
)  # fmt: skip
def test_what_is_missing_or_contradicts_itself_is_named(desk, values, expected):
    field(desk, **values)
    assert rules(desk) == [expected]


def test_one_field_has_one_rule(desk):
    field(desk, validity_kind="filled")
    field(desk, "amount ", validity_kind="filled")
    field(desk, "Amount", record="lead", validity_kind="filled")
    assert rules(desk) == [("data-twice", "weak")]


def test_our_fields_are_valid_and_only_miss_their_owners(desk):
    with desk.session() as session:
        made = starters.take(session, FIELDS, reader="zh_Hans", by=desk.dana, now=desk.now)
    assert len(made) == 10
    assert {rule for rule, _ in rules(desk)} == {"data-owner"}
    records = {one.record for one in policy.policies(desk.book())}
    assert records == set(policy.RECORDS)


def test_the_page_for_all_says_each_rule_in_a_sentence(desk):
    field(desk, "Source", "lead", validity_kind="one_of", validity_values=["Website", "Fair"],
          freshness_days="1", duplicate_check="alike", good_data_example="Fair",
          validity_rule="Where we first met")  # fmt: skip
    field(desk, **NUMBER)
    deals, leads = good_data.of(desk.book(), about(desk))
    assert (deals.title.id, leads.title.id) == ("Deals", "Leads")
    [source] = leads.fields
    assert [render(one, "en") for one in source.rules] == [
        "Always filled in.",
        "One of: Website, Fair.",
        "No two records have nearly the same.",
        "Not older than 1 day.",
    ]
    assert (source.words, source.good, source.owner) == (("Where we first met",), "Fair", "Dana")
    assert render(deals.fields[0].rules[1], "en") == "A number from 1 to 1,000,000."


def test_an_empty_policy_has_no_page_and_nothing_to_mend(desk):
    assert good_data.of(desk.book(), about(desk)) == []
    assert rules(desk) == []


def approve(desk):
    with desk.session() as session:
        approval.approve(session, "", None, by=desk.dana, now=desk.now, allow_open=True)


def checked(desk):
    """Return the rules that records are checked by."""
    with desk.session() as session:
        return {(one.record, one.field): one for one in agreed.rules(session)}


def test_an_approval_hands_the_rules_over_to_the_checks_of_the_records(desk):
    field(desk, **NUMBER, duplicate_check="unique")
    reason = field(desk, "Reason lost", required="no", validity_kind="one_of",
                   validity_values=["Price", "Rival"])  # fmt: skip
    assert checked(desk) == {}
    approve(desk)
    found = checked(desk)
    amount, lost = found["deal", "Amount"], found["deal", "Reason lost"]
    assert (amount.is_required, amount.low, amount.high) == (True, 1, Decimal(1_000_000))
    assert (amount.allowed, amount.duplicates) == (None, "unique")
    assert (lost.is_required, lost.allowed) == (False, ["Price", "Rival"])
    # What was approved last holds, and nothing of before.
    desk.remove(FIELDS, reason)
    assert len(checked(desk)) == 2
    approve(desk)
    assert set(checked(desk)) == {("deal", "Amount")}
