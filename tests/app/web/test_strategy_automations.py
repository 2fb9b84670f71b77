"""An automation's rule tried with amounts on its worksheet."""

import re

from tests.support.site import plain

RULES, RUNNING = "/strategy/automations/rules", "/strategy/automations/running"


def test_amounts_on_both_sides_of_the_number_go_different_ways_on_the_page(site):
    visitor = site.browser()
    visitor.post(f"{RULES}/start")
    item = re.search(r'href="/strategy/automations/rules\?item=([0-9a-f]+)"[^>]*>\s*Call larger',
                     visitor.get(RULES)).group(1)  # fmt: skip
    place = f"{RUNNING}?item={item}"
    assert "500: Put the contact into the nurture campaign" in plain(visitor.get(place))
    version = re.search(r'name="version"[^>]*value="(\d+)"', visitor.get(place)).group(1)
    visitor.post(place, sample="499 and 501", status_="testing", version=version)
    text = plain(visitor.get(place))
    assert "499: Put the contact into the nurture campaign" in text
    assert "501: Give its owner a task to call today" in text
    assert "500: " not in text
