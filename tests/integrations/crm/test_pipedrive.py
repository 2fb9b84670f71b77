import pytest

from tests.support.pipedrive import desk, desk_at, fill, pipe
from tests.support.sources import (
    killed_anywhere_comes_to_the_same,
    page_by_page,
    run_twice_changes_nothing,
    trouble_loses_nothing,
)

__all__ = ["desk", "page_by_page", "pipe"]


@pytest.mark.parametrize("database", ["shop", "postgres_shop"])
def test_the_first_sync_brings_every_kind_of_record(request, pipe, clock, database):
    fill(pipe)
    desk = desk_at(request.getfixturevalue(database), pipe, clock)
    desk.done()
    found = {
        record: len(desk.rows(record))
        for record in ("owner", "account", "contact", "deal", "lead", "activity", "quota")
    }
    assert found == {
        "owner": 2,
        "account": 1,
        "contact": 1,
        "deal": 3,
        "lead": 1,
        "activity": 2,
        "quota": 4,
    }


def test_a_second_sync_changes_nothing(pipe, desk):
    fill(pipe)
    run_twice_changes_nothing(desk)


def test_a_sync_killed_anywhere_goes_on_to_the_same_rows(pipe, shop, clock, page_by_page):
    fill(pipe)
    pipe.most = 2
    killed_anywhere_comes_to_the_same(lambda: desk_at(shop, pipe, clock))


@pytest.mark.parametrize("part", ["/deals", "/persons", "/leads", "/changelog", "/stages"])
def test_trouble_on_the_way_loses_nothing(pipe, shop, clock, part):
    fill(pipe)
    pipe.most = 2
    trouble_loses_nothing(lambda: desk_at(shop, pipe, clock), pipe, part)
