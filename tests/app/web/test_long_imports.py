"""A long file is brought in by a worker: watched meanwhile, and whole after any kill."""

from datetime import timedelta

import pytest
from sqlmodel import col, func, select

from app import file_work, queue, work
from app.web import imports
from goals.records import undo
from goals.records.connections import SyncRun
from goals.records.sales import Deal
from integrations.files import importing, worked
from integrations.files.workbook import shared
from tests.app.web.test_import_once import counts, kept, many
from tests.app.web.test_imports import send, upload
from tests.support.forms import sent
from tests.support.site import plain
from tests.support.workbooks import workbook


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """Make a few rows many."""
    monkeypatch.setattr(imports, "LOOKED_AT", 3)
    monkeypatch.setattr(importing, "PORTION", 2)


def begun(site, text, **changed):
    """Send a file and have it imported; returns the browser and the place of the file."""
    visitor = site.browser()
    place = upload(visitor, text)
    fields = {**sent(visitor.get(place)), **changed}
    answer = visitor.post(place, 303, **fields, then="import")
    assert "/data/connections/" in answer.location
    return visitor, place, answer.location


def the_run(site):
    with site.session() as session:
        statement = select(SyncRun).where(
            col(SyncRun.workspace_id) == site.here, col(SyncRun.kind) == "import"
        )
        return session.exec(statement).one()


def test_a_long_file_waits_for_a_worker_and_is_watched_meanwhile(sites):
    visitor, place, files = begun(sites, many(7))
    assert "going through the file before its first row is kept" in plain(visitor.get(files))
    # Neither a second click nor its address brings it in once more.
    assert visitor.client.get(place).location == files
    assert counts(sites) == (1, 0)
    assert work.run_files(sites.wiring, sites.here, "w") == 1
    assert counts(sites) == (1, 7) and kept(sites) == []
    page = plain(visitor.get(files))
    assert "deals.csv Done 7 7 0 0 0" in page and "Working" in page
    assert work.run_files(sites.wiring, sites.here, "w") == 0


def test_what_a_workbook_shares_is_gone_through_once_for_a_page(site, monkeypatch):
    visitor = site.browser()
    rows = [[f"d{n}", "Pumps", "Won", "5"] for n in range(7)]
    place = send(visitor, workbook(["external_id", "name", "stage", "amount"], *rows))
    real, times = shared.looks, []

    def once(package, part):
        times.append(part)
        return real(package, part)

    monkeypatch.setattr(shared, "looks", once)
    assert "The first 3 rows were looked at" in plain(visitor.get(place))
    assert times == ["xl/styles.xml"]


def test_how_far_it_is_stands_on_the_page(site, monkeypatch):
    visitor, _, files = begun(site, many(7))
    seen = []
    real = importing.Import.write

    def look(way, portion):
        if way.result.rows > 4:
            seen.append(visitor.get(files))
        real(way, portion)

    monkeypatch.setattr(importing.Import, "write", look)
    work.run_files(site.wiring, site.here, "w")
    assert "deals.csv : 4 of about 7 deals" in plain(seen[0])
    assert 'class="fill" width="57%"' in seen[0]


@pytest.mark.parametrize("at", range(1, 6))
def test_a_kill_at_any_portion_loses_nothing_and_doubles_nothing(sites, monkeypatch, at):
    rows = [line.replace("d5,Pumps,Won", "d5,Pumps,Perhaps") for line in many(9).splitlines(True)]
    visitor, _, _ = begun(sites, "".join(rows))
    real, written = importing.Import.write, []

    def die(way, portion):
        real(way, portion)
        written.append(portion)
        if len(written) == at:
            raise KeyboardInterrupt

    monkeypatch.setattr(importing.Import, "write", die)
    with pytest.raises(KeyboardInterrupt):
        work.run_files(sites.wiring, sites.here, "w")
    monkeypatch.setattr(importing.Import, "write", real)
    # The lease of whoever was killed ends, or its process is seen to be gone.
    sites.now += 2 * queue.LEASE
    assert work.run_files(sites.wiring, sites.here, "another") == 1
    run = the_run(sites)
    names = ("rows", "created", "updated", "unchanged", "rejected")
    assert [run.result[name] for name in names] == [9, 8, 0, 0, 1]
    assert counts(sites) == (1, 8)
    with sites.session() as session:
        undone = undo.undo(session, run.id, sites.now)
    assert (undone.removed, undone.kept) == (8, 0)
    assert counts(sites) == (1, 0)
    assert "Download the rows" in visitor.get(f"/data/runs/{run.id}")


def test_what_is_found_further_down_is_said_and_the_file_is_here_again(site):
    text = many(4) + "d9,Pumps,Won,5,13/02/2026,14/02/2026\nd8,Pumps,Won,5,02/13/2026,\n"
    visitor, place, files = begun(site, text)
    work.run_files(site.wiring, site.here, "w")
    assert counts(site) == (1, 0)
    page = plain(visitor.get(files))
    assert "contradict each other" in page and "Failing" in page
    run = visitor.get(f"/data/runs/{the_run(site).id}")
    assert f'href="{place}"' in run and "Open the file again" in run
    visitor.get(place)


def test_rows_that_were_left_out_by_a_worker_come_back_as_a_file(site):
    text = many(5).replace("2026-07-05", "soon").replace("soon", "2026-07-05", 3)
    visitor, place, _ = begun(site, text)
    work.run_files(site.wiring, site.here, "w")
    run = the_run(site)
    assert (run.status, run.result["rejected"]) == ("done", 2)
    assert "Download the rows" in visitor.get(f"/data/runs/{run.id}")
    assert visitor.client.get(place).location == "/data"


def test_a_file_that_no_worker_finds_is_asked_for_again(site):
    visitor, _, files = begun(site, many(5))
    for path in (site.wiring.settings.data_dir / "uploads" / str(site.here)).iterdir():
        path.unlink()
    work.run_files(site.wiring, site.here, "w")
    assert "The file is not here any more. Send it again." in plain(visitor.get(files))


def test_an_error_that_nobody_foresaw_ends_after_a_few_attempts(site, monkeypatch):
    visitor, place, files = begun(site, many(5))
    real, written = importing.Import.write, []

    def fail(way, portion):
        real(way, portion)
        written.append(portion)
        if len(written) % 2 == 0:
            raise OSError("no space left")

    monkeypatch.setattr(importing.Import, "write", fail)
    for _ in range(file_work.MOST_ATTEMPTS):
        work.run_files(site.wiring, site.here, "w")
        site.now += 2 * queue.LONGEST_WAIT
    monkeypatch.setattr(importing.Import, "write", real)
    run = the_run(site)
    assert run.status == "partial"
    assert "An error stopped this import: OSError." in plain(visitor.get(files))
    assert counts(site) == (1, 2)
    visitor.post(f"/data/imports/{run.id}/undo")
    assert counts(site) == (1, 0)
    visitor.get(place)


@pytest.mark.parametrize("what", ["undo", "remove-file"])
def test_a_long_import_is_undone_by_a_worker_who_may_be_killed(sites, monkeypatch, what):
    visitor, _, files = begun(sites, many(7))
    work.run_files(sites.wiring, sites.here, "w")
    visitor.post(place := f"/data/imports/{the_run(sites).id}/{what}")
    assert counts(sites) == (1, 7)
    assert "0 of about 21 rows taken back" in plain(visitor.get(files))
    visitor.post(place, 409)
    monkeypatch.setattr(undo, "PORTION", 2)
    real, taken = undo.portion, []

    def die(session, run, now):
        told = real(session, run, now)
        taken.append(told)
        if len(taken) == 5:
            session.commit()
            raise KeyboardInterrupt
        return told

    monkeypatch.setattr(undo, "portion", die)
    with pytest.raises(KeyboardInterrupt):
        work.run_files(sites.wiring, sites.here, "w")
    assert "10 of about 21 rows taken back" in plain(visitor.get(files))
    sites.now += 2 * queue.LEASE
    assert work.run_files(sites.wiring, sites.here, "another") == 1
    assert counts(sites) == (1, 0)
    run = the_run(sites)
    assert (run.status, run.undone_at, undo.UNDOING in run.result) == ("done", sites.now, False)


def test_an_import_under_way_is_undone_only_once_it_has_ended(site):
    visitor, _, _ = begun(site, many(5))
    page = plain(visitor.post(f"/data/imports/{the_run(site).id}/undo", 409).text)
    assert "This import is still under way. Undo it once it has ended." in page


def test_an_import_ends_where_its_connection_is_removed(site, monkeypatch):
    visitor, _, files = begun(site, many(7))
    real = importing.Import.write

    def remove(way, portion):
        real(way, portion)
        monkeypatch.setattr(importing.Import, "write", real)
        way.store.session.commit()
        site.now += timedelta(seconds=1)
        visitor.post(f"{files}/remove", records="delete")

    monkeypatch.setattr(importing.Import, "write", remove)
    work.run_due(site.wiring, "w")
    work.run_due(site.wiring, "w")
    assert the_run(site).status in ("partial", "failed")
    with site.session() as session:
        living = select(func.count()).where(
            col(Deal.workspace_id) == site.here, col(Deal.deleted_at).is_(None)
        )
        assert session.exec(living).one() == 0
        assert worked.waiting(session) is None
