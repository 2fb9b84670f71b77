"""Records that go with their connection and come back with it, portion by portion, by a worker."""

import pytest
from sqlmodel import col, select

from app import work
from goals.metrics.rollup import Rollup
from integrations import removing
from tests.fakes.hubspot.hub import FakeHubSpot
from tests.support import company
from tests.support.near import SECRET, connected, deals, near, runs, work_now
from tests.support.site import NOW, plain


def won(site):
    with site.session() as session:
        statement = select(Rollup).where(
            col(Rollup.workspace_id) == site.here,
            col(Rollup.measure) == "won",
            col(Rollup.dim) == "",
        )
        return sum(one.n for one in session.exec(statement))


def test_records_that_went_with_their_connection_come_back_with_it(sites):
    site = sites
    with FakeHubSpot(SECRET, now=NOW) as hub:
        near(site)
        for number in range(3):
            hub.add_deal(f"Deal {number}", stage="closedwon", amount=10, closed=NOW)
        sent = {"name": "HubSpot", "token": SECRET, "base_url": hub.url, "do": "connect"}
        site.browser().post("/data/connect/hubspot", **sent)
        made = connected(site)
        work_now(site)
        visitor, before = site.browser(), won(site)
        path = f"/data/connections/{made.id}"
        visitor.post(f"{path}/remove", records="delete")
        assert len(deals(site, made.id)) == 3 and "0 of about" in plain(visitor.get(path))
        work_now(site)
        assert deals(site, made.id) == {} and won(site) == before - 3
        assert "Its records count nowhere any more." in plain(visitor.get(path))
        run = runs(site, made.id)[-1]
        assert run.streams and plain(visitor.get(f"/data/runs/{run.id}"))
        # Taking it back is done here, where the sign-in is asked for, and not like an import.
        visitor.post(f"/data/imports/{run.id}/undo", 409)
        answer = visitor.post(f"{path}/back")
        assert answer.location == f"{path}/reconnect"
        # That is work for a worker too, and needs no sign-in.
        assert deals(site, made.id) == {} and "0 of about" in plain(visitor.get(path))
        work_now(site)
        assert len(deals(site, made.id)) == 3 and won(site) == before
        assert connected(site).needs_reconnect and "deal" in connected(site).records
        page = plain(visitor.get(path))
        assert "Records brought back" in page and "are brought back" not in page
        visitor.post(f"{path}/reconnect", token=SECRET, base_url=hub.url)
        hub.add_deal("New")
        work_now(site)
        assert len(deals(site, made.id)) == 4


class KilledError(BaseException):
    """Stands for `kill -9`: nothing catches it."""


@pytest.fixture
def leaving(sites, monkeypatch):
    """A connection with seven deals that is removed with them, three rows at a time."""
    monkeypatch.setattr(removing, "PORTION", 3)
    with FakeHubSpot(SECRET, now=NOW) as hub:
        near(sites)
        for number in range(7):
            hub.add_deal(f"Deal {number}", stage="closedwon", amount=10, closed=NOW)
        sent = {"name": "HubSpot", "token": SECRET, "base_url": hub.url, "do": "connect"}
        sites.browser().post("/data/connect/hubspot", **sent)
        work_now(sites)
        made = connected(sites)
        assert len(deals(sites, made.id)) == 7
        sites.browser().post(f"/data/connections/{made.id}/remove", records="delete")
        yield made


def go_on(site, made, alive):
    begin = site.database.begin(site.here)
    removing.go_on(begin, made.id, clock=site.wiring.clock, alive=alive)


def test_a_removal_that_is_killed_after_any_portion_is_completed_by_the_next(sites, leaving):
    left = []
    while deals(sites, leaving.id):

        def killed():
            left.append(len(deals(sites, leaving.id)))
            raise KilledError

        with pytest.raises(KilledError):
            go_on(sites, leaving, killed)
    # The deals go three at a time, and none is looked at twice.
    assert [one for one in left if one < 7] == [4, 1, 0]
    page = plain(sites.browser().get(f"/data/connections/{leaving.id}"))
    assert "being taken away" in page and "You can close this page." in page
    work_now(sites)
    run = runs(sites, leaving.id)[-1]
    assert (run.label, run.status) == (removing.RUN, "done")
    assert next(one for one in run.streams if one["record"] == "deal")["deleted"] == 7
    assert work.run_syncs(sites.wiring, sites.here, "test", None) == 0
    assert connected(sites).records == []


def test_a_removal_says_how_far_it_is_and_stops_when_the_connection_comes_back(sites, leaving):
    visitor, path = sites.browser(), f"/data/connections/{leaving.id}"
    steps = []

    def alive():
        steps.append(visitor.get(f"{path}/status"))
        if 0 < len(deals(sites, leaving.id)) < 7:
            visitor.post(f"{path}/back")

    assert 'data-hx-trigger="every 3s"' in visitor.get(path)
    go_on(sites, leaving, alive)
    assert len(deals(sites, leaving.id)) == 7
    assert "taken away" in steps[0] and "brought back" in steps[-2]
    gone, back = runs(sites, leaving.id)[-2:]
    assert (gone.label, gone.status, gone.undone_at is not None) == ("removed", "done", True)
    assert (back.label, back.status) == ("returned", "done")
    work_now(sites)
    assert "every 3s" not in visitor.get(path)
    assert won(sites) > 0


def test_records_killed_on_their_way_back_are_brought_back_by_the_next(sites, leaving):
    work_now(sites)
    before = won(sites)
    sites.browser().post(f"/data/connections/{leaving.id}/back")
    left = []
    while len(deals(sites, leaving.id)) < 7:

        def killed():
            left.append(len(deals(sites, leaving.id)))
            raise KilledError

        with pytest.raises(KilledError):
            go_on(sites, leaving, killed)
    assert [one for one in left if one] == [3, 6, 7]
    work_now(sites)
    back = runs(sites, leaving.id)[-1]
    assert (back.label, back.status) == ("returned", "done")
    assert next(one for one in back.streams if one["record"] == "deal")["created"] == 7
    assert won(sites) == before + 7
    assert work.run_syncs(sites.wiring, sites.here, "test", None) == 0


def test_a_pull_that_somebody_asks_for_has_the_records_back_first(sites, leaving):
    visitor, path = sites.browser(), f"/data/connections/{leaving.id}"
    work_now(sites)
    visitor.post(f"{path}/back")
    work.sync_now(sites.wiring, sites.here, leaving.id)
    assert len(deals(sites, leaving.id)) == 7
    assert "are brought back" not in plain(visitor.get(path))


def test_who_removes_again_while_records_come_back_has_them_all_go(sites, leaving):
    visitor, path = sites.browser(), f"/data/connections/{leaving.id}"
    work_now(sites)
    visitor.post(f"{path}/back")
    once: list[object] = []

    def alive():
        if len(deals(sites, leaving.id)) == 3 and not once:
            once.append(visitor.post(f"{path}/remove", records="delete"))

    go_on(sites, leaving, alive)
    assert once and deals(sites, leaving.id) == {}
    visitor.post(f"{path}/back")
    work_now(sites)
    assert len(deals(sites, leaving.id)) == 7


def test_a_removal_tells_of_its_end_by_itself(sites, leaving):
    visitor, path = sites.browser(), f"/data/connections/{leaving.id}"
    part = visitor.get(f"{path}/status")
    assert "Its records are being taken away" in part and "every 3s" in part
    assert "See how far it is now" in part.partition("<noscript>")[2]
    work_now(sites)
    part = visitor.get(f"{path}/status")
    assert "Its records count nowhere any more." in part and "every 3s" not in part
    log = part.partition('id="runs"')[2]
    assert "data-hx-swap-oob" in log and "Removed with its records" in log and "Running" not in log
    assert "Bring it back with its records" in part
    assert "<noscript>" not in part


def test_files_that_were_removed_come_back_without_a_sign_in(site):
    visitor = site.browser()
    with site.session() as session:
        files = company.connection_of(session, site.here)
    path, before = f"/data/connections/{files.id}", len(deals(site, files.id))
    visitor.post(f"{path}/remove", records="delete")
    work_now(site)
    assert deals(site, files.id) == {}
    assert visitor.post(f"{path}/back").location == path
    work_now(site)
    found = connected(site, "Files")
    assert (found.interval, found.needs_reconnect, found.removed_at) == (None, False, None)
    assert len(deals(site, files.id)) == before
