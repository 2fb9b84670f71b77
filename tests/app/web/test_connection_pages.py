"""The page of a connection: three times that differ, the log, and everything that can be done."""

import re
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlmodel import col, select

from goals.metrics.rollup import Rollup
from goals.records.connections import Checkpoint, SyncRun
from goals.table import new_id
from tests.fakes.hubspot.hub import FakeHubSpot
from tests.support import company
from tests.support.near import SECRET, begin, connected, deals, near, runs, work_now
from tests.support.site import NOW, plain


@pytest.fixture
def hub(site):
    with FakeHubSpot(SECRET, now=NOW) as made:
        near(site)
        for number in range(3):
            made.add_deal(f"Deal {number}", stage="closedwon", amount=10, closed=NOW)
        yield made


@pytest.fixture
def made(site, hub):
    sent = {"name": "HubSpot", "token": SECRET, "base_url": hub.url, "do": "connect"}
    site.browser().post("/data/connect/hubspot", **sent)
    return connected(site)


@pytest.fixture
def path(made):
    return f"/data/connections/{made.id}"


def looks(site, path):
    return site.browser().get(path).partition("<main")[2]


def won(site):
    with site.session() as session:
        statement = select(Rollup).where(
            col(Rollup.workspace_id) == site.here,
            col(Rollup.measure) == "won",
            col(Rollup.dim) == "",
        )
        return sum(one.n for one in session.exec(statement))


def test_nothing_is_green_before_a_first_success(site, hub, made, path):
    assert "s-c-working" not in looks(site, path)
    hub.faults.add("/crm/pipelines", "html_200", times=None)
    work_now(site)
    assert connected(site).last_success_at is None
    text = plain(site.browser().get(path))
    assert "s-c-working" not in looks(site, path)
    assert "Last success never yet" in text


def test_last_success_running_now_and_next_run_are_three_things(site, made, path):
    work_now(site)
    before = connected(site).last_success_at
    text = plain(site.browser().get(path))
    assert "Last success 14 Aug 2026" in text
    assert "Running now no" in text and "Next run 15 Aug 2026" in text
    assert "hx-trigger" not in site.browser().get(path)
    site.now += timedelta(minutes=20)
    begin(site, made, streams=[{"record": "deal", "read": 1240, "total": 5000}])
    page = site.browser().get(path)
    text = plain(page)
    assert "1,240 of about 5,000 deals" in text and 'width="24%"' in page
    assert "Next run after this one" in text and "s-c-working" in page.partition("<main")[2]
    assert connected(site).last_success_at == before
    part = site.browser().get(f"{path}/status")
    assert 'data-hx-trigger="every 3s"' in part and "<html" not in part


def deals_of(read, total=None):
    told = {"record": "deal", "stream": "deals", "read": read}
    return [told if total is None else {**told, "total": total}]


def killed(site, made, streams):
    """Let a run have been killed in the middle."""
    ended = {"code": "interrupted", "message": {"id": "This run was interrupted.", "params": {}}}
    with site.session() as session:
        session.add(
            SyncRun(
                id=new_id(), workspace_id=site.here, connection_id=made.id, status="failed",
                started_at=site.now, finished_at=site.now, streams=streams, error=ended,
            )
        )  # fmt: skip
    site.now += timedelta(minutes=1)


def test_a_run_that_goes_on_counts_from_where_the_killed_one_stopped(site, made, path):
    killed(site, made, deals_of(1000, 5000))
    begin(site, made, streams=deals_of(240))
    text, status = plain(site.browser().get(path)), site.browser().get(f"{path}/status")
    assert "1,240 of about 5,000 deals" in text
    # Being killed once, as by a restart, is no failure of the source.
    assert "s-c-failing" not in status and "interrupted" not in status


def test_what_is_killed_again_and_again_is_said(site, made, path):
    killed(site, made, deals_of(1000, 5000))
    killed(site, made, [])
    killed(site, made, deals_of(400))
    begin(site, made, streams=deals_of(240))
    text, status = plain(site.browser().get(path)), site.browser().get(f"{path}/status")
    assert "1,640 of about 5,000 deals" in text
    assert "s-c-failing" in status and "interrupted" in status


def test_a_new_read_of_what_was_read_whole_counts_from_nothing(site, made, path):
    killed(site, made, [*deals_of(5000, 5000), {"record": "lead", "stream": "leads", "read": 7}])
    begin(site, made, streams=deals_of(240))
    assert "240 deals so far" in plain(site.browser().get(path))


def test_a_run_whose_worker_was_killed_is_not_running_now(site, made, path):
    code = "from app import workers; print(workers.name())"
    gone = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    begin(site, made, gone.stdout.strip(), streams=deals_of(240, 5000))
    text = plain(site.browser().get(path))
    assert "Running now waits for a free worker" in text and "of about 5,000" not in text


def test_a_run_of_a_worker_that_says_nothing_any_more_is_not_running_now(site, made, path):
    begin(site, made, streams=deals_of(240, 5000))
    site.now += timedelta(minutes=10)
    assert "Running now waits for a free worker" in plain(site.browser().get(path))


@pytest.mark.parametrize("ends", [("pause", {}), ("remove", {"records": "keep"})])
def test_what_is_switched_off_or_removed_in_the_middle_of_a_run_runs_no_more(
    site, made, path, ends
):
    begin(site, made, streams=deals_of(240, 5000))
    name, sent = ends
    site.browser().post(f"{path}/{name}", **sent)
    page = site.browser().get(path)
    assert "Running started" not in plain(page) and "hx-trigger" not in page
    [run] = runs(site, made.id)
    assert (run.status, (run.error or {})["code"]) == ("failed", "interrupted")


def test_what_nobody_knows_the_end_of_has_no_bar(site, made, path):
    begin(site, made, streams=[{"record": "deal", "read": 70}])
    page = site.browser().get(path)
    assert "70 deals so far" in plain(page) and 'class="fill"' not in page


def test_a_source_that_is_silent_for_too_long_is_stale(site, made, path):
    work_now(site)
    assert "s-stale" not in looks(site, path)
    site.now += timedelta(hours=25)
    assert "s-stale" in looks(site, path) and "s-stale" in looks(site, "/data")


def test_the_log_says_what_came_changed_went_and_was_turned_away(site, hub, made, path):
    hub.faults.add("/crm/objects/2026-09/deals", "bad_value", name="amount", value="12,3x")
    work_now(site)
    text = plain(site.browser().get(path))
    assert "deals 3 2 0 0 1" in text
    assert re.search(r"1 row, id = \d+: It holds a number or a date that cannot be read", text)
    run = re.findall(r'href="(/data/runs/\d+)"', site.browser().get(path))[0]
    assert "It holds a number or a date" in plain(site.browser().get(run))
    hub.revoke_token()
    site.now += timedelta(minutes=20)
    work_now(site)
    text = plain(site.browser().get(path))
    assert "Failed" in text and "Connect HubSpot again" in text or "HubSpot" in text
    assert "must be connected again" in text


def test_what_was_said_of_the_old_sign_in_is_gone_with_it(site, hub, made, path):
    work_now(site)
    token = hub.token
    hub.revoke_token()
    site.now += timedelta(minutes=20)
    work_now(site)
    visitor = site.browser()
    assert "HubSpot no longer accepts the sign-in" in plain(visitor.get(path))
    with FakeHubSpot(token, now=NOW) as other:
        visitor.post(f"{path}/reconnect", token=token, base_url=other.url, do="connect")
        text = plain(visitor.get(path))
        assert "no longer accepts" not in text.partition("What the last run brought")[0]
        assert "s-c-failing" not in visitor.get(f"{path}/status")
        # What goes wrong after that is said.
        other.revoke_token()
        work_now(site)
        assert "no longer accepts" in plain(visitor.get(f"{path}"))


def test_it_is_switched_off_and_on(site, made, path):
    visitor = site.browser()
    visitor.post(f"{path}/pause")
    assert connected(site).is_paused
    text = plain(visitor.get(path))
    assert "Switched off" in text and "none while it is switched off" in text
    assert "Sync now" not in text
    work_now(site)
    assert runs(site, made.id) == []
    visitor.post(f"{path}/pause")
    work_now(site)
    assert [one.status for one in runs(site, made.id)] == ["done"]


def test_everything_is_read_again_when_asked(site, hub, made, path):
    work_now(site)
    hub.requests.clear()
    site.browser().post(f"{path}/again")
    with site.session() as session:
        statement = select(Checkpoint).where(
            col(Checkpoint.workspace_id) == site.here, col(Checkpoint.connection_id) == made.id
        )
        assert session.exec(statement).all() == []
    work_now(site)
    last = runs(site, made.id)[-1]
    told = {one["stream"]: one for one in last.streams}
    assert (told["deals"]["read"], told["deals"]["unchanged"]) == (3, 3)
    assert len(deals(site, made.id)) == 3


def test_it_is_called_otherwise_and_read_less_often(site, made, path):
    visitor = site.browser()
    visitor.post(f"{path}/change", name="CRM Asia", interval="240")
    found = connected(site, "CRM Asia")
    assert (found.id, found.interval) == (made.id, 240)
    text = visitor.post(f"{path}/change", 422, name="Files", interval="240").text
    assert "There is a connection named Files already." in plain(text)
    visitor.post(f"{path}/change", 422, name="CRM", interval="7")


def test_a_file_source_is_renamed_and_has_nothing_to_switch(site):
    visitor = site.browser()
    with site.session() as session:
        files = company.connection_of(session, site.here)
    path = f"/data/connections/{files.id}"
    text = plain(visitor.get(path))
    assert "Sync now" not in text and "Send a file" in text
    visitor.post(f"{path}/change", name="Sheets")
    visitor.post(f"{path}/pause", 404)
    visitor.post(f"{path}/sync", 404)
    visitor.get(f"{path}/mapping", 404)


def test_a_removed_connection_is_read_no_more_and_its_records_count_on(site, hub, made, path):
    work_now(site)
    visitor = site.browser()
    before = won(site)
    visitor.post(f"{path}/remove", 422)
    visitor.post(f"{path}/remove", records="keep")
    found = connected(site)
    assert found.secrets is None and found.removed_at == site.now
    assert won(site) == before and len(deals(site, made.id)) == 3
    site.now += timedelta(days=2)
    hub.requests.clear()
    work_now(site)
    assert hub.calls() == []
    visitor = site.browser()
    assert "Its records stay and count as before." in plain(visitor.get(path))
    assert f'href="{path}"' in visitor.get("/data/connect/hubspot")
    visitor.post(f"{path}/sync", 404)


def test_a_run_under_way_ends_when_its_connection_is_removed(site, hub, made):
    path = f"/data/connections/{made.id}/remove"
    hub.after_page(1, lambda *_: site.browser().post(path, records="delete"))
    work_now(site)
    work_now(site)
    [run] = [one for one in runs(site, made.id) if one.error]
    assert (run.error or {})["code"] == "removed"
    assert deals(site, made.id) == {}
    # Once it is back that is past.
    site.browser().post(f"/data/connections/{made.id}/back")
    work_now(site)
    page = site.browser().get(f"/data/connections/{made.id}/status").partition('id="runs"')[0]
    assert "s-c-reconnect" in page and "This connection was removed." not in page


def test_the_start_page_says_that_goals_wait_for_a_source(site, hub, made):
    with site.session() as session:
        company.revenue_goal(session)
    work_now(site)
    visitor = site.browser()
    assert "must be connected again" not in plain(visitor.get("/"))
    hub.revoke_token()
    site.now += timedelta(minutes=20)
    work_now(site)
    page = visitor.get("/")
    assert "HubSpot must be connected again. 1 goal waits for it" in plain(page)
    assert f'href="/data/connections/{made.id}/reconnect"' in page
    site.add("Vic", "viewer")
    page = site.browser("vic@acme.example").get("/")
    assert f'href="/data/connections/{made.id}"' in page and "/reconnect" not in page


def test_nobody_but_an_owner_changes_a_connection(site, made, path):
    site.add("Eva", "editor")
    eva = site.browser("eva@acme.example")
    text = plain(eva.get(path))
    assert "Sync now" in text and "Remove" not in text and "Switch off" not in text
    for name in ("pause", "again", "change", "remove", "back", "reconnect", "mapping"):
        eva.post(f"{path}/{name}", 403)
    eva.post(f"{path}/sync")
