"""The page of a goal in every state it can be in: explained, reachable, and within the screen."""

import shutil

import pytest

from tests.support import browser as browser_side
from tests.support import statuses, writers
from tests.support.site import Site

#: What each page must say beside its chip, so that nobody has to wonder.
SAYS = {
    "off_track": ("Off track", "Chance to reach $14,000: 20%"),
    "doubted": ("Off track", "It keeps up with its plan, but what is left asks for $160.21 a day"),
    "at_risk": ("At risk", "Chance to reach $12,800: 37%"),
    "on_track": ("On track", "commit $9.0k"),
    "by_pace": ("On track", "It is judged by its pace."),
    "ahead": ("Ahead", "stretch $12k"),
    "too_early": ("Too early", "That begins on 2 Sep 2026"),
    "to_come": ("Too early", "That begins on 22 Oct 2026"),
    "achieved_early": ("Achieved", "$6,470 reached; the target was $2,000."),
    "achieved": ("Achieved", "At the end"),
    "missed": ("Missed", "Ended at $11,400; the target was $30,000."),
    "level": ("Off track", "Average deal size"),
    "endless": ("At risk", "1 of 1 period met."),
    "inside": ("On track", "58; it stays at 50 or above, as it should."),
    "outside": ("At risk", "58; it should stay between 60 and 70."),
    "far_outside": ("Off track", "58; it should stay at 95 or above."),
    "stale_readings": ("Off track", "10, the plan expects 10.5 by now."),
    "no_data": ("No data", "Nothing has been read yet"),
    "stale": ("Stale", "See the sources"),
    "source_broken": ("Source broken", "Site must be connected again"),
    "milestone": ("Too early", "Not done yet, due in 47 days"),
    "milestone_late": ("Off track", "“Head of marketing found” was due on 10 Aug 2026"),
    "milestone_done": ("Achieved", "Done on 4 Aug 2026"),
    "rolled": ("On track", "nobody has $500 yet."),
    "rolled_worst": ("Off track", "“Team of the south” is Off track."),
    "contradicted": ("Off track", "Last said: Sure (90%). The chance today: 14%."),
    "owes": ("On track", "A check-in is due since 11 Aug 2026."),
    "never_reviewed": ("No data", "Not reviewed yet."),
}
#: Those have no number, so there is nothing to draw.
WORDS = ("milestone", "milestone_late", "milestone_done", "rolled_worst")


@pytest.fixture(scope="module")
def template(site_template, tmp_path_factory):
    """A database with every goal in it, made once for all of these tests, and their ids."""
    file, here = site_template
    folder = tmp_path_factory.mktemp("statuses")
    file = shutil.copy(file, folder / "headway.db")
    site = Site(f"sqlite:///{file}", folder, here)
    ids = statuses.make(site)
    site.wiring.close()
    return file, here, ids


@pytest.fixture
def site(template, tmp_path):
    file, here, _ids = template
    site = Site(f"sqlite:///{shutil.copy(file, tmp_path / 'headway.db')}", tmp_path, here)
    yield site
    site.wiring.close()


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)], ids=["wide", "phone"])
def test_each_state_is_explained_and_fits_the_screen(template, site, serve, new_page, width, dark):
    address = serve(site.app)
    page = new_page(width=width, dark=dark)
    writers.sign_in(site, page, address)
    assert set(SAYS) | {"archived"} == set(template[2])
    faults = []
    for name, (chip, sentence) in SAYS.items():
        page.goto(f"{address}/goals/{template[2][name]}")
        text = " ".join(page.locator("main").inner_text().replace("\u00a0", " ").split())
        told = {
            "h1": page.locator("h1").count() == 1,
            "chip": page.locator(".verdict").inner_text().strip().startswith(chip),
            "sentence": sentence in text.replace("\u2060", ""),
            "width": browser_side.overflow(page, width) == [],
            "access": name != "doubted" or browser_side.accessibility_faults(page) == [],
        }
        if name not in WORDS:
            picture = page.locator("figure.chart svg[role=img]").first
            told["chart"] = bool(picture.get_attribute("aria-label"))
            told["table"] = page.locator("#as-table table").count() > 0
        faults += [f"{name}: {part}" for part, is_well in told.items() if not is_well]
    assert faults == []
