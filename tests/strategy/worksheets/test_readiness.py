"""Readiness: a score only from all ratings, blockers, and the sponsor's signature."""

from fractions import Fraction

import pytest

from goals.words import render
from strategy.worksheets import setting
from strategy.worksheets.rules import every, readiness

CULTURE = ("leaders_use_it", "teams_share", "time_to_learn")


def rate(desk, area, *ratings, evidence="Counted in fifty records"):
    keys = readiness.AREAS[area]
    values = dict(zip(keys, ratings, strict=True))
    desk.save(f"readiness.{area}", autosave=True, **values, **{f"{area}_evidence": evidence})


def all_good(desk):
    rate(desk, "culture", "4", "3", "4")
    rate(desk, "data", "5", "5", "5")
    rate(desk, "process", "2", "2", "3")
    desk.save("readiness.result", sponsor=str(desk.dana), sponsor_signed_on="18 Dec 2026")


def found(desk):
    with desk.session() as session:
        about = setting.of(session)
    return every.findings(desk.book(), about, "readiness")


def rules(desk):
    return [(one.rule, one.severity) for one in found(desk)]


def shown(desk, question, key, locale="en"):
    [field] = [one for one in desk.page("readiness", question).fields if one.key == key]
    return " ".join(render(one, locale) for one in field.said.lines)


def test_a_firm_that_is_ready_and_signed_has_nothing_to_mend(desk):
    all_good(desk)
    assert rules(desk) == []
    assert shown(desk, "result", "readiness_score") == "3.7 of 5"
    assert shown(desk, "result", "blockers") == "None"


def test_a_score_is_the_exact_mean_of_all_ratings():
    rated = {"a": 4, "b": 3, "c": 4}
    assert readiness.score(rated, ("a", "b", "c")) == Fraction(11, 3)
    assert readiness.score(rated, ("a", "d")) is None


def test_what_is_not_rated_is_no_zero(desk):
    rate(desk, "culture", "5", "", "")
    assert shown(desk, "culture", "culture_score") == "2 ratings are missing."
    rate(desk, "culture", "5", "4", "5")
    assert shown(desk, "culture", "culture_score") == "4.7 of 5"
    assert shown(desk, "result", "readiness_score") == "6 ratings are missing."
    assert rules(desk) == []


@pytest.mark.parametrize("area", readiness.AREAS)
def test_a_rating_of_one_is_a_blocker(desk, area):
    all_good(desk)
    rate(desk, area, "5", "1", "5")
    [one] = found(desk)
    assert (one.rule, one.severity) == ("ready-blocker", "fail")
    assert (one.question, one.field) == (f"readiness.{area}", readiness.AREAS[area][1])
    label = shown(desk, "result", "blockers")
    assert label.startswith("“") and label.endswith("”")
    assert label[1:-1] in render(one.message, "en")


def test_ratings_rest_on_something(desk):
    all_good(desk)
    rate(desk, "data", "5", "5", "5", evidence="")
    assert rules(desk) == [("ready-proof", "warn")]


def test_the_sponsor_signs_once_everything_is_rated(desk):
    all_good(desk)
    desk.save("readiness.result", sponsor_signed_on="")
    assert rules(desk) == [("ready-sponsor", "weak")]


def test_nothing_is_said_before_anything_is_rated(desk):
    assert rules(desk) == []
    assert shown(desk, "result", "readiness_score") == ""
    assert shown(desk, "result", "blockers") == ""


def test_every_rating_of_an_area_is_a_field_of_its_page():
    from strategy.worksheets import library

    for area, keys in readiness.AREAS.items():
        asked = library.worksheets().find(f"readiness.{area}")
        assert {one.key for one in asked.question.fields if one.kind == "choice"} == set(keys)
