"""What must hold for every source holds for Salesforce, by pages and by jobs."""

import pytest

from integrations.crm.salesforce import bulk
from tests.support.salesforce import Books, fill
from tests.support.sources import (
    clean_run,
    killed_anywhere_comes_to_the_same,
    run_twice_changes_nothing,
    trouble_loses_nothing,
)


@pytest.fixture(params=["pages", "jobs"])
def way(request, org, monkeypatch):
    """Read everything by small pages, or all larger lists by jobs."""
    org.page = 3
    if request.param == "jobs":
        monkeypatch.setattr(bulk, "ABOVE", 2)
        org.results = 3
    return request.param


def test_a_second_pull_changes_nothing(way, org, make):
    fill(org)
    run_twice_changes_nothing(make())
    assert bool(org.jobs_made) is (way == "jobs")


def test_a_pull_killed_anywhere_is_completed_by_the_next(way, org, make, page_by_page):
    fill(org)
    killed_anywhere_comes_to_the_same(make)


@pytest.mark.parametrize("part", ["/query", "/describe", "/services/oauth2/token"])
def test_trouble_on_the_way_loses_nothing(part, org, make):
    org.page = 3
    fill(org)
    trouble_loses_nothing(make, org, part)


def test_trouble_with_jobs_loses_nothing(org, make, monkeypatch):
    monkeypatch.setattr(bulk, "ABOVE", 2)
    org.results = 3
    fill(org)
    trouble_loses_nothing(make, org, "/jobs/")


def test_both_databases_come_to_the_same(way, org, clock, make, postgres_shop):
    fill(org)
    assert clean_run(lambda: Books(postgres_shop, org, clock)) == clean_run(make)
