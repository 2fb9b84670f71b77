"""Competitors: looked at lately, and an edge over those that threaten most."""

from datetime import date

import pytest

from goals.words import render
from strategy.worksheets import setting
from strategy.worksheets.rules import every
from tests.strategy.desk import TODAY

RIVALS, EDGE = "competitors.rivals", "competitors.edge"


def findings(desk, today=TODAY):
    with desk.session() as session:
        about = setting.of(session, today=today)
    return every.findings(desk.book(), about, "competitors")


def rules(desk, today=TODAY):
    return [(one.rule, one.severity) for one in findings(desk, today)]


def write(desk, name="The do-it-yourself stores", **edge):
    item = desk.add(RIVALS, competitor=name, type="direct")
    if edge:
        desk.save(EDGE, item, **edge)
    return item


@pytest.mark.parametrize(
    ("reviewed", "expected"),
    [
        ("2 Nov 2026", []),
        ("2 May 2026", []),
        ("1 May 2026", [("competitor-stale", "weak")]),
        ("2 Nov 2024", [("competitor-stale", "weak")]),
        ("3 Nov 2026", [("competitor-early", "weak")]),
        ("", [("competitor-never", "weak")]),
    ],
)
def test_a_review_is_old_after_six_months(desk, reviewed, expected):
    write(desk, our_edge="Gardeners in every shop", threat="4", last_reviewed=reviewed)
    assert rules(desk) == expected


def test_a_review_grows_old_with_the_days(desk):
    write(desk, our_edge="Gardeners", last_reviewed="31 Aug 2026")
    assert rules(desk, date(2027, 2, 28)) == []
    assert rules(desk, date(2027, 3, 1)) == [("competitor-stale", "weak")]


@pytest.mark.parametrize(
    ("name", "language", "said"),
    [
        ("Baumarkt", "en", "Baumarkt was last reviewed more than 6 months ago, on 1 Jan 2026."),
        ("ร้านวัสดุ", "th", "ร้านวัสดุ"),
        ("建材超市", "zh_Hans", "建材超市"),
    ],
)
def test_an_old_review_is_named_with_its_day(desk, name, language, said):
    write(desk, name, last_reviewed="1 Jan 2026")
    [found] = findings(desk)
    assert said in render(found.message, language).replace("\xa0", " ")
    assert (found.evidence, found.question, found.field) == ("2026-01-01", EDGE, "last_reviewed")


def test_the_hub_and_the_page_know_what_day_it_is(desk):
    from strategy.worksheets import checking, hub, pages

    desk.begin("competitors.landscape")
    item = write(desk, our_edge="Gardeners", last_reviewed="1 Jan 2026")
    with desk.session() as session:
        old = hub.hub(session, today=TODAY)
        page = pages.page(session, "competitors", "edge", item, today=TODAY)
        check = checking.check_answers(session, "competitors", today=TODAY)
        undated = checking.check_answers(session, "competitors")
    assert "competitor-stale" in [one.rule for one in page.findings]
    assert "competitor-stale" in [one.rule for one in check.findings]
    assert undated.findings == ()
    assert len([one for one in old.open if "last reviewed" in one.id]) == 1


@pytest.mark.parametrize(
    ("threat", "edge", "weak"),
    [
        ("3", "", False),
        ("4", "", True),
        ("5", "", True),
        ("5", "Gardeners", False),
        ("", "", False),
    ],
)
def test_a_grave_threat_needs_an_edge(desk, threat, edge, weak):
    write(desk, threat=threat, our_edge=edge, last_reviewed="1 Nov 2026")
    assert rules(desk) == ([("competitor-edge", "weak")] if weak else [])


def test_an_empty_table_has_nothing_to_say(desk):
    assert findings(desk) == []
    desk.add(RIVALS)
    assert findings(desk) == []
