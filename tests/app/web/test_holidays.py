"""Holidays: taken for a country and a year, added, removed, brought back; working days."""

import re
from datetime import date

import pytest

from goals.calendar import Period
from goals.records import holidays
from goals.workspace import Workspace
from integrations import public_holidays
from integrations.files.importing import import_file
from tests.support import company
from tests.support.site import plain

PAGE = "/data/holidays"
JANUARY = Period(date(2026, 1, 1), date(2026, 2, 1))


def lives_in(site, country, working_days="01234"):
    with site.session() as session:
        here = session.get_one(Workspace, site.here)
        here.country, here.working_days = country, working_days


def working(site, period=JANUARY):
    with site.session() as session:
        return holidays.workdays(session, period).count(period)


def bring(site, *rows):
    content = "\n".join(["on,country,name", *rows]).encode()
    with site.session() as session:
        import_file(session, content, "holiday", now=site.now, label="free.csv")


def test_public_holidays_of_a_country_are_taken_all_at_once_and_undone(sites):
    site = sites
    lives_in(site, "TH")
    assert working(site) == 22
    visitor = site.browser()
    visitor.post(f"{PAGE}/public", of="TH", year="2026")
    page = visitor.get(f"{PAGE}?year=2026")
    assert re.search(r"\d+ holidays are kept\.", page)
    # New Year's Day is a Thursday, and the Friday after it was made a holiday too.
    assert working(site) == 20
    assert "New Year" in plain(page) and "Chakri" in plain(page)
    undo = re.search(r'action="(/data/holidays/undo/\d+)"', page).group(1)
    visitor.post(undo)
    assert working(site) == 22
    assert "No holiday of 2026 is known" in plain(visitor.get(f"{PAGE}?year=2026"))


def test_the_same_holidays_twice_change_nothing(site):
    visitor = site.browser()
    visitor.post(f"{PAGE}/public", of="TH", year="2569")
    visitor.post(f"{PAGE}/public", of="TH", year="2026")
    assert "these holidays were there already" in visitor.get(PAGE)


def test_a_holiday_is_added_removed_and_brought_back(site):
    visitor = site.browser()
    visitor.post(PAGE, day="5 Jan 2026", name="Founders' day", country="")
    assert working(site) == 21
    page = visitor.get(f"{PAGE}?year=2026")
    assert "Founders" in page and "Everywhere" in plain(page) and "Olga Owner" in plain(page)
    visitor.post(re.search(r'action="(/data/holidays/\d+/remove)"', page).group(1))
    assert working(site) == 22
    page = visitor.get(f"{PAGE}?year=2026")
    assert "removed: people work" in plain(page) and "is a working day again." in page
    visitor.post(re.search(r'action="(/data/holidays/undo/\d+)"', page).group(1), year="2026")
    assert working(site) == 21


def test_a_public_holiday_of_a_file_may_be_removed(site):
    bring(site, "2026-01-05,TH,Stock taking")
    visitor = site.browser()
    page = visitor.get(f"{PAGE}?year=2026")
    assert "free.csv" in plain(page)
    visitor.post(re.search(r'action="(/data/holidays/\d+/remove)"', page).group(1))
    assert working(site) == 22


@pytest.mark.parametrize("written", ["TH", "th", "THA", "Thailand", "ไทย", " thailand "])
def test_a_country_is_known_however_it_is_written(site, written):
    bring(site, f"2026-01-05,{written},Theirs", "2026-01-06,DE,Not theirs", "2026-01-07,,All")
    assert working(site) == 19
    lives_in(site, "TH")
    assert working(site) == 20
    text = plain(site.browser().get(f"{PAGE}?year=2026"))
    assert text.count("does not count here") == 1


def test_a_week_of_work_from_sunday_to_thursday_counts_its_own_days(site):
    lives_in(site, None, "01236")
    # January 2026 begins on a Thursday: five Thursdays, and four of each other day of that week.
    assert working(site) == 21
    bring(site, "2026-01-02,,A Friday", "2026-01-04,,A Sunday")
    assert working(site) == 20


@pytest.mark.parametrize(
    ("path", "sent", "field"),
    [
        (PAGE, {"day": "soon", "name": "x"}, "day"),
        (PAGE, {"day": "5 Jan 2026", "name": ""}, "name"),
        (f"{PAGE}/public", {"of": "TH", "year": "1066"}, "year"),
        (f"{PAGE}/public", {"of": "ZZ", "year": "2026"}, "of"),
    ],
)
def test_what_is_wrong_stands_at_its_field(site, path, sent, field):
    html = site.browser().post(path, 422, **sent).text
    assert f'href="#{field}"' in html and f'id="{field}-error"' in html


def test_the_library_knows_days_names_and_its_limits():
    found = {one.day: one.name for one in public_holidays.of("TH", 2026, "th")}
    assert found[date(2026, 12, 10)] == "วันรัฐธรรมนูญ"
    assert date(2026, 4, 13) in found
    assert public_holidays.of("XX", 2026, "en") == []
    assert {"TH", "DE", "CN"} <= set(public_holidays.countries())


def test_a_viewer_sees_holidays_and_changes_none(site):
    site.add("Vic", "viewer")
    viewer = site.browser("vic@acme.example")
    assert "Take them" not in viewer.get(PAGE)
    viewer.post(PAGE, 403, day="5 Jan 2026", name="x")


def test_holidays_of_another_workspace_are_out_of_reach(site):
    other = company.make(site.database, name="Borealis")
    with site.database.session(other) as session:
        content = b"on,name\n2026-01-05,Theirs\n"
        import_file(session, content, "holiday", now=site.now)
        [theirs] = holidays.of_year(session, 2026)
    visitor = site.browser()
    assert "Theirs" not in visitor.get(f"{PAGE}?year=2026")
    visitor.post(f"{PAGE}/{theirs.id}/remove", 404)
    visitor.post(f"{PAGE}/undo/{theirs.run_id}", 404)
    assert working(site) == 22
