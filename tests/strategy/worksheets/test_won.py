"""Best customers: what the largest won deals share, told with its counts and its evidence."""

from datetime import date
from decimal import Decimal

import pytest

from goals.words import render
from strategy import won_deals
from strategy.worksheets import won
from strategy.worksheets.rules import best_customers
from strategy.worksheets.won import Largest, Mark
from tests.strategy.worksheets import wins

TODAY = date(2026, 11, 2)
NOBODY = "(none)"


@pytest.mark.parametrize(
    ("total", "size"), [(0, 0), (3, 3), (12, 5), (50, 5), (51, 6), (120, 12), (4000, 50)]
)
def test_the_largest_deals_are_a_tenth_within_bounds(total, size):
    assert won.size(total) == size


def test_the_most_common_member_is_told_with_counts_and_blanks_are_left_out():
    largest = [{"source": one} for one in ("Referral", "Referral", "Fair", NOBODY)]
    everywhere = {"source": {"Referral": 4, "Fair": 12, NOBODY: 30}}
    [mark], unknown = won.marks(largest, everywhere, NOBODY)
    assert mark == Mark("source", "Referral", 2, 3, 4, 16)
    assert mark.tells
    assert unknown == ("product", "region", "customer_type")


def test_what_is_as_common_among_all_deals_tells_nothing():
    assert not Mark("source", "Fair", 9, 10, 90, 100).tells
    assert not Mark("source", "Fair", 1, 2, 1, 100).tells
    assert Mark("source", "Fair", 9, 10, 50, 100).tells


def test_no_won_deals_are_said_so(desk):
    with desk.session() as session:
        found = won_deals.of(session, today=TODAY, now=desk.now)
    assert (found.total, found.marks, found.receipt) == (0, (), None)
    said = render(best_customers.sentence(found), "en")
    assert said.startswith("No won deals yet from 3 Nov 2025 to 2 Nov 2026.")


def test_the_largest_won_deals_are_read_with_their_marks_and_a_receipt(any_desk):
    deals = [("Fair", 100 + number, "2026-05-01") for number in range(40)]
    deals += [("Referral", 9000 + number, "2026-06-01") for number in range(10)]
    # Too old, and not won.
    deals += [("Old", 99999, "2025-10-30")]
    wins.add(any_desk, deals)
    with any_desk.session() as session:
        found = won_deals.of(session, today=TODAY, now=any_desk.now)
    assert (found.total, found.count, found.smallest) == (50, 5, Decimal(9005))
    assert found.receipt
    marks = {one.dimension: one for one in found.marks}
    assert marks["source"] == Mark("source", "Referral", 5, 5, 10, 50)
    assert marks["customer_type"].member == "Clinic"
    assert marks["region"].member == "North"
    assert found.unknown == ("product",)
    said = render(best_customers.sentence(found), "en")
    assert "Of the 5 largest of 50 won deals" in said
    assert "source Referral in 5 of 5" in said


def test_few_deals_and_deals_without_marks_are_told_as_such():
    mark = Mark("source", "Fair", 2, 3, 2, 3)
    few = Largest(TODAY, TODAY, 3, 3, Decimal(5), "THB", (mark,))
    assert "may be chance" in render(best_customers.sentence(few), "en")
    bare = Largest(TODAY, TODAY, 5, 50, Decimal(5), "THB", (), won.DIMENSIONS)
    assert render(best_customers.sentence(bare), "en").startswith("No source, product")


def test_the_page_says_what_it_was_told(desk):
    found = Largest(TODAY, TODAY, 5, 50, Decimal(5), "THB", (Mark("source", "Fair", 4, 5, 9, 50),))
    page = desk.page("best_customers", "attributes", won=found)
    [field] = [one for one in page.fields if one.key == "won_deals"]
    assert "source Fair in 4 of 5" in render(field.said.lines[0], "en")
    assert page.won is found


def test_a_protected_trait_is_no_mark_of_a_good_customer(desk):
    desk.save("best_customers.attributes", best_customer_attributes=["Live nearby", "Married"])
    [finding] = desk.page("best_customers", "attributes").findings
    assert (finding.rule, finding.severity, finding.evidence) == ("best-trait", "warn", "Married")
