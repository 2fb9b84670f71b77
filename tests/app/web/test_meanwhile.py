"""Two people, or two tabs, with the same form open: neither undoes what the other saved."""

import pytest

from tests.app.web.test_goals import held, judged
from tests.support.forms import sent
from tests.support.site import plain


def opened(visitor, page):
    """Return what a form sends when nothing is changed in it."""
    return {name: value for name, value in sent(visitor.get(page)).items() if name != "csrf_token"}


@pytest.fixture
def goal(site):
    """A goal, its form in two tabs, and whoever sits before them."""
    goal_id, visitor = judged(site, name="Grow"), site.browser()
    page = f"/goals/{goal_id}/edit"
    return visitor, page, opened(visitor, page), opened(visitor, page), lambda: held(site, goal_id)


def test_a_field_that_was_left_alone_undoes_nothing(goal):
    visitor, page, first, second, now = goal
    visitor.post(page, **first | {"name": "Grow faster", "why": "Line one\r\nLine two"})
    visitor.post(page, **second | {"actions": "Call more"})
    assert (now().name, now().actions) == ("Grow faster", ["Call more"])
    assert now().why.splitlines() == ["Line one", "Line two"]


def test_a_field_that_both_changed_says_so_and_is_saved_when_it_is_sent_again(goal):
    visitor, page, first, second, now = goal
    visitor.post(page, **first | {"name": "Grow faster"})
    refused = visitor.post(page, 422, **second | {"name": "Grow slower", "why": "Rest"})
    assert "changed this meanwhile, to: Grow faster." in plain(refused.text)
    again = sent(refused.text)
    assert (again["name"], again["why"], now().name) == ("Grow slower", "Rest", "Grow faster")
    visitor.post(page, **again)
    assert (now().name, now().why) == ("Grow slower", "Rest")


def test_whoever_changes_a_part_of_the_terms_has_seen_the_rest(goal):
    visitor, page, first, second, now = goal
    visitor.post(page, **first | {"last": "31 Oct 2026", "reason": "A month more"})
    mine = second | {"amount": "9,900", "reason": "More of it"}
    refused = visitor.post(page, 422, **mine)
    assert "changed this meanwhile, to: 31 Oct 2026." in plain(refused.text)
    again = sent(refused.text)
    assert (again["amount"], again["last"], now().version) == ("9,900", "31 Oct 2026", 2)
    visitor.post(page, **again)
    assert now().version == 3


def test_the_same_change_made_twice_is_no_contradiction(goal):
    visitor, page, first, second, now = goal
    for one in (first, second):
        visitor.post(page, **one | {"name": "Grow faster"})
    assert now().name == "Grow faster"


def test_a_form_without_marks_is_held_to_its_version(goal):
    visitor, page, first, second, now = goal
    visitor.post(page, **first | {"amount": "9,900", "reason": "More"})
    bare = second | {"shown": "", "amount": "9,500", "reason": "Less"}
    refused = visitor.post(page, 422, **bare)
    assert "Somebody changed this goal" in plain(refused.text)
    visitor.post(page, **bare | {"version": sent(refused.text)["version"]})
    assert now().version == 3


def test_settings_saved_in_another_tab_stay(site):
    visitor = site.browser()
    first, second = opened(visitor, "/settings"), opened(visitor, "/settings")
    visitor.post("/settings", **first | {"fiscal_start": "4", "name": "Acme Ltd"})
    visitor.post("/settings", **second | {"week_start": "6"})
    here = site.workspace()
    assert (here.fiscal_start, here.week_start, here.name) == (4, 6, "Acme Ltd")
    refused = visitor.post("/settings", 422, **second | {"fiscal_start": "10"})
    assert "changed this meanwhile, to: April." in plain(refused.text)
    visitor.post("/settings", **sent(refused.text))
    assert site.workspace().fiscal_start == 10


@pytest.mark.parametrize("marks", ["nonsense", "name: zone", "a:b:c name:zzz", "\ufffd:"])
def test_marks_of_no_sense_are_no_trouble(site, marks):
    visitor = site.browser()
    visitor.post("/settings", **opened(visitor, "/settings") | {"shown": marks})
    assert site.workspace().name == "Acme"
