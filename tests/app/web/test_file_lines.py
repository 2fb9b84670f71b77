"""Files as sources of their own: each is seen, grows old and goes without the others."""

import io
from datetime import timedelta

import pytest
from sqlmodel import col, select

from app.web import file_lines
from goals.records.connections import Connection
from goals.records.demand import Lead
from goals.records.sales import Deal
from integrations import connections
from tests.support.forms import sent
from tests.support.near import connected, work_now
from tests.support.site import plain

DEALS = "external_id,name,status,amount,created_on,closed_on\n"
LEADS = "external_id,name,created_on\nl1,Mali,2026-07-01\n"


def bring(visitor, text, name, record="deal"):
    file = (io.BytesIO(text.encode()), name)
    place = visitor.post("/data/import", record=record, file=file).location
    visitor.post(place, **sent(visitor.get(place)), then="import")


def there(site, table=Deal):
    with site.session() as session:
        here = col(table.workspace_id) == site.here, col(table.deleted_at).is_(None)
        return {
            one for one in session.exec(select(table.external_id).where(*here)) if len(one) == 2
        }


@pytest.fixture
def files(sites):
    """Two months of one file of deals, and one of leads; returns the page of all files."""
    visitor = sites.browser()
    bring(visitor, f"{DEALS}d1,Pumps,won,5,2026-07-01,2026-07-05\n", "deals-2026-07.csv")
    bring(visitor, LEADS, "leads.csv", "lead")
    both = f"{DEALS}d1,Pumps,won,7,2026-07-01,2026-07-05\nd2,Pipes,won,5,2026-08-01,2026-08-05\n"
    bring(visitor, both, "deals-2026-08 (1).csv")
    return f"/data/connections/{connected(sites, 'Files').id}"


def test_each_file_is_a_line_with_its_last_import(sites, files):
    visitor = sites.browser()
    text = plain(visitor.get(files))
    assert "deals-2026-08 (1).csv deals 14 Aug 2026 23:59 2 imports count 2" in text
    assert "leads.csv leads" in text and "deals-2026-07.csv deals" not in text
    assert "deals-2026-08 (1).csv deals, 2 rows" in plain(visitor.get("/data"))


def test_a_file_that_is_taken_away_takes_nothing_of_another(sites, files):
    visitor = sites.browser()
    page = visitor.get(files)
    place = page.partition("/remove-file")[0].rpartition('action="')[2] + "/remove-file"
    visitor.post(place)
    assert (there(sites), there(sites, Lead)) == (set(), {"l1"})
    text = plain(visitor.get(files))
    assert "leads.csv leads" in text and "deals-2026-08 (1).csv deals 14" not in text
    visitor.post(place, 409)


def test_a_file_of_what_happens_grows_old_and_one_of_owners_does_not(site):
    visitor = site.browser()
    bring(visitor, f"{DEALS}d1,Pumps,won,5,2026-07-01,2026-07-05\n", "deals.csv")
    bring(visitor, "external_id,name\no1,Mali\n", "owners.csv", "owner")
    path = f"/data/connections/{connected(site, 'Files').id}"
    assert "Stale" not in plain(visitor.get(path))
    site.now += timedelta(days=11)
    text = plain(site.browser().get(path))
    assert "deals.csv Stale deals" in text and "owners.csv owners" in text


@pytest.mark.parametrize(
    ("label", "stem"),
    [
        ("deals-2026-11-30.csv", "deals"),
        ("Deals (2).xlsx", "deals"),
        ("C:\\exports\\deals_final.csv", "deals"),
        ("ดีล พ.ย. 2569.csv", "ดีล พ ย"),
        ("2026.csv", "2026"),
        ("", ""),
    ],
)
def test_a_file_is_known_again_by_what_does_not_change_in_its_name(label, stem):
    assert file_lines.stem(label) == stem


def test_a_file_that_is_read_by_itself_goes_with_its_records_alone(sites, files, tmp_path):
    site = sites
    path = tmp_path / "more.csv"
    path.write_text(f"{DEALS}d8,Belts,won,5,2026-08-01,2026-08-05\n")
    with site.session() as session:
        told = {"path": str(path), "record": "deal"}
        vault = site.wiring.vault
        connections.add(
            session, "csv", "Exports", settings=told, secrets={}, vault=vault, now=site.now
        )
    made = connected(site, "Exports")
    visitor = site.browser()
    visitor.post(f"/data/connections/{made.id}/sync")
    work_now(site)
    assert there(site) == {"d1", "d2", "d8"}
    visitor.post(f"/data/connections/{made.id}/remove", records="delete")
    work_now(site)
    assert there(site) == {"d1", "d2"}
    visitor.post(f"/data/connections/{made.id}/back")
    work_now(site)
    assert there(site) == {"d1", "d2", "d8"}
    # All that was sent by hand goes with its connection, and nothing else.
    visitor.post(f"{files}/remove", records="delete")
    work_now(site)
    assert there(site) == {"d8"}
    with site.session() as session:
        assert session.get_one(Connection, (site.here, made.id)).removed_at is None
