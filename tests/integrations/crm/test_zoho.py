import pytest

from tests.support.sources import (
    killed_anywhere_comes_to_the_same,
    page_by_page,
    run_twice_changes_nothing,
    trouble_loses_nothing,
)
from tests.support.zoho import bureau, bureau_at, fill, zoho

__all__ = ["bureau", "page_by_page", "zoho"]


@pytest.mark.parametrize("database", ["shop", "postgres_shop"])
def test_the_first_sync_brings_every_kind_of_record(request, zoho, clock, database):
    fill(zoho)
    desk = bureau_at(request.getfixturevalue(database), zoho, clock)
    desk.done()
    records = "owner account contact deal lead activity ticket campaign spend".split()
    assert {record: len(desk.rows(record)) for record in records} == {
        "owner": 2,
        "account": 1,
        "contact": 1,
        "deal": 3,
        "lead": 2,
        "activity": 3,
        "ticket": 2,
        "campaign": 2,
        "spend": 1,
    }


def maker(zoho, shop, clock):
    """Return what makes a fresh bureau each time it is called."""

    def make():
        # Nobody connects so often; the tests of tokens are elsewhere.
        zoho.granted.clear()
        return bureau_at(shop, zoho, clock)

    return make


def test_a_second_sync_changes_nothing(zoho, bureau):
    fill(zoho)
    run_twice_changes_nothing(bureau)


def test_a_sync_killed_anywhere_goes_on_to_the_same_rows(zoho, shop, clock, page_by_page):
    fill(zoho)
    zoho.most = 2
    killed_anywhere_comes_to_the_same(maker(zoho, shop, clock))


@pytest.mark.parametrize("part", ["/Deals", "/Leads", "/Stage_History", "/settings"])
def test_trouble_on_the_way_loses_nothing(zoho, shop, clock, part):
    fill(zoho)
    zoho.most = 2
    trouble_loses_nothing(maker(zoho, shop, clock), zoho, part)
