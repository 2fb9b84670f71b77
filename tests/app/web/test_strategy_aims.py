"""What the signs of a missing strategy point to, with goals to begin."""

import pytest

from strategy.worksheets import suggested
from tests.support.site import plain

CHECKLIST, CHECK = "/strategy/symptoms/checklist", "/strategy/symptoms"


def test_two_signs_lead_to_their_presets_and_numbers(site):
    visitor = site.browser()
    assert "preset=" not in visitor.get(CHECK)
    sent = visitor.post(CHECKLIST, gap_handoff="yes", gap_process="sometimes", version="0")
    assert sent.location.endswith(CHECK)
    html = visitor.get(CHECK)
    assert 'href="/goals/new?preset=sell"' in html and 'href="/goals/new?preset=cycle"' in html
    assert "preset=retention" not in html
    assert 'href="/goals/new?metric=mql_to_sql"' in html
    assert "Sell more Marketing hands over leads that sales can do little with" in plain(html)
    assert "Sell more (MQL to SQL rate" in plain(visitor.get(CHECKLIST))


@pytest.mark.parametrize("aim", ["sell", "cycle", "retention"])
def test_a_preset_has_the_name_of_its_aim_and_opens_the_form(site, aim):
    visitor = site.browser()
    assert str(suggested.AIMS[aim]) in plain(visitor.get("/goals/new"))
    assert "Set a goal" in plain(visitor.get(f"/goals/new?preset={aim}"))


def test_a_viewer_reads_the_aims_and_is_not_asked_to_set_goals(site):
    site.browser().post(CHECKLIST, gap_retention="yes", version="0")
    site.add("Vic", "viewer")
    html = site.browser("vic@acme.example").get(CHECK)
    assert "Keep customers" in plain(html) and "Churn rate" in plain(html)
    assert "preset=" not in html and "/goals/new?metric" not in html
