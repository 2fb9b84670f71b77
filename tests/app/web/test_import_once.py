"""A sent file is imported once, whoever presses how often, and is lost only once it is kept."""

import os
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier

import pytest
from sqlmodel import col, func, select

from app import work
from app.web import imports
from goals.records.connections import SyncRun
from goals.records.sales import Deal
from tests.app.web.test_imports import DEALS, upload
from tests.support.forms import sent
from tests.support.site import plain


def many(rows):
    head = "external_id,name,stage,amount,created_on,closed_on\n"
    line = "d{n},Pumps,Won,5,2026-07-01,2026-07-05\n"
    return head + "".join(line.format(n=n) for n in range(rows))


def counts(site):
    """Return how many imports and deals there are."""
    with site.session() as session:
        runs = select(func.count()).where(
            col(SyncRun.workspace_id) == site.here, col(SyncRun.kind) == "import"
        )
        deals = select(func.count()).where(
            col(Deal.workspace_id) == site.here,
            col(Deal.name) == "Pumps",
            col(Deal.deleted_at).is_(None),
        )
        return session.exec(runs).one(), session.exec(deals).one()


def kept(site):
    folder = site.wiring.settings.data_dir / "uploads" / str(site.here)
    return sorted(path.suffix for path in folder.iterdir())


def test_a_double_click_imports_a_file_once(sites):
    place = upload(sites.browser(), many(400))
    visitors = [sites.browser() for _ in range(3)]
    fields = sent(visitors[0].get(place))
    together = Barrier(len(visitors))

    def press(visitor):
        visitor.token()
        together.wait()
        return visitor.post(place, 303, **fields, then="import")

    with ThreadPoolExecutor(len(visitors)) as pool:
        answers = list(pool.map(press, visitors))
    assert {one.location for one in answers} == {"/data"}
    assert counts(sites) == (1, 400)
    assert kept(sites) == []
    told = [one.get("/data") for one in visitors]
    assert sum("400 rows imported." in one for one in told) == 1
    late = ("imported or removed already", "being imported right now")
    assert sum(any(text in one for text in late) for one in told) == len(visitors) - 1


def test_a_file_of_which_nothing_is_taken_is_still_here_to_be_mended(site):
    visitor = site.browser()
    place = upload(visitor, DEALS.replace("2026-07-05", "soon"))
    fields = sent(visitor.get(place))
    page = plain(visitor.post(place, 200, **fields, then="import").text)
    assert "This is not a date." in page
    assert {"", ".json"} <= set(kept(site))
    visitor.get(place)


def test_an_import_that_the_database_did_not_keep_leaves_the_file(site):
    visitor = site.browser()
    place = upload(visitor, DEALS)
    fields = sent(visitor.get(place))
    path = site.wiring.settings.database.removeprefix("sqlite:///")
    # Somebody holds the database longer than others wait for it.
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        visitor.post(place, 503, **fields, then="import")
    assert kept(site) == ["", ".json"]
    visitor.post(place, 303, **fields, then="import")
    assert counts(site) == (1, 1)


def test_a_file_whose_importer_died_is_here_again_after_a_while(site):
    visitor = site.browser()
    place = upload(visitor, DEALS)
    folder = site.wiring.settings.data_dir / "uploads" / str(site.here)
    path = folder / place.rsplit("/", 1)[1]
    taken = path.rename(path.with_name(f"{path.name}.taken"))
    assert "being imported right now" in visitor.client.get(place, follow_redirects=True).text
    assert taken.exists()
    os.utime(taken, (0, time.time() - 3600))
    visitor.post(place, 303, **sent(visitor.get(place)), then="import")
    assert counts(site) == (1, 1)


def test_of_a_long_file_the_first_rows_are_looked_at_and_all_are_imported(site, monkeypatch):
    monkeypatch.setattr(imports, "LOOKED_AT", 3)
    visitor = site.browser()
    place = upload(visitor, many(5))
    text = plain(visitor.get(place))
    assert "The first 3 rows were looked at" in text and "3 new, 0 changed" in text
    visitor.post(place, 303, **sent(visitor.get(place)), then="import")
    assert counts(site) == (1, 0)
    work.run_due(site.wiring, "w")
    assert counts(site) == (1, 5)
    place = upload(visitor, many(3))
    assert "were looked at" not in plain(visitor.get(place))


@pytest.mark.parametrize("what", ["undo", "remove-file"])
def test_an_undo_in_a_second_tab_says_that_it_was_undone(sites, what):
    visitor = sites.browser()
    place = upload(visitor, DEALS)
    visitor.post(place, 303, **sent(visitor.get(place)), then="import")
    with sites.session() as session:
        statement = select(SyncRun.id).where(
            col(SyncRun.workspace_id) == sites.here, col(SyncRun.kind) == "import"
        )
        run = session.exec(statement).one()
    visitor.post(f"/data/imports/{run}/{what}")
    assert counts(sites) == (1, 0)
    page = plain(visitor.post(f"/data/imports/{run}/{what}", 409).text)
    assert "This import has already been undone." in page
