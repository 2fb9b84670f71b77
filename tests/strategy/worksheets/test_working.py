"""Who works on a section, and where each member goes on."""

import pytest

from goals.errors import Refusal
from strategy.worksheets import assigning, hub, items, resuming, setting
from strategy.worksheets.flow import Place


def assign(desk, section, member):
    with desk.session() as session:
        about = setting.of(session)
        assigning.assign(session, section, str(member), about, by=desk.dana, now=desk.now)


def test_a_section_shows_who_works_on_it(any_desk):
    assign(any_desk, "proposition", any_desk.dana)
    assign(any_desk, "proposition", any_desk.nok)
    assert any_desk.section("proposition").assignee == "Nok"
    assert any_desk.section("business_goals").assignee is None
    assign(any_desk, "proposition", "")
    assert any_desk.section("proposition").assignee is None


def test_only_members_of_now_work_on_a_section_that_exists(desk):
    with pytest.raises(Refusal, match="member"):
        assign(desk, "proposition", 7)
    with pytest.raises(Refusal, match="section"):
        assign(desk, "nothing", desk.dana)


def remember(desk, *place, member=None):
    with desk.session() as session:
        resuming.remember(session, Place(*place), member or desk.dana, now=desk.now)


def resume(desk, member=None):
    with desk.session() as session:
        return hub.hub(session, member or desk.dana).resume


def test_each_member_goes_on_where_that_member_was(any_desk):
    remember(any_desk, "proposition", "usp", "")
    remember(any_desk, "proposition", "customer", "")
    remember(any_desk, "team_goals", "goals", None, member=any_desk.nok)
    assert resume(any_desk).place == Place("proposition", "customer", "")
    assert str(resume(any_desk).title.id) == "Customer and problem"
    assert str(resume(any_desk, any_desk.nok).title.id) == "What will each team reach?"


def test_a_row_is_named(desk):
    item = desk.add("business_goals.goals", statement="Sell more", kind="metric")
    remember(desk, "business_goals", "measure", item)
    assert resume(desk).name == "Sell more"


def test_what_is_gone_is_no_place_to_go_on(desk):
    assert resume(desk) is None
    item = desk.add("business_goals.goals", statement="Sell more", kind="milestone")
    remember(desk, "business_goals", "deadline", item)
    assert resume(desk) is not None
    remember(desk, "business_goals", "measure", item)
    assert resume(desk) is None  # A milestone has no number.
    remember(desk, "business_goals", "deadline", item)
    with desk.session() as session:
        items.remove_item(session, "business_goals.goals", item, by=desk.dana, now=desk.now)
    assert resume(desk) is None
    remember(desk, "business_goals", "bygone", "")
    assert resume(desk) is None


def test_nobody_in_particular_goes_on_nowhere(desk):
    remember(desk, "proposition", "usp", "")
    assert desk.hub().resume is None
