"""Answers to why and to what can be done: the same numbers everywhere, each with its receipt."""

import shutil
from datetime import date, timedelta

import pytest

from app.db import Database
from goals import words, workspace
from goals.alerts import review
from goals.metrics import receipts
from goals.questions import ask
from goals.tracking import visibility
from goals.tracking.drivers import exact
from goals.tracking.visibility import Audience, Viewer
from integrations.slack.blocks import answers
from tests.support import company

DAY = date(2026, 8, 20)
FIRST = date(2026, 4, 1)
READER = words.Reader()


@pytest.fixture(scope="module")
def session(tmp_path_factory, sqlite_template):
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("why") / "headway.db")
    database = Database(f"sqlite:///{file}")
    here = company.make(database)
    company.win(database, here, [(FIRST + timedelta(n), 100) for n in range(142)], owner="Ann")
    company.win(database, here, [(FIRST + timedelta(n), 150) for n in range(95)], owner="Ben")
    with database.session(here) as opened:
        company.revenue_goal(opened, 60_000)
        company.revenue_goal(opened, 100, name="Calm", metric="contracts_signed")
        company.revenue_goal(opened, 70_000, name="Secret pumps", visibility="private")
        for back in (2, 1, 0):
            day = DAY - timedelta(days=back)
            review.review(opened, now=workspace.of(opened).end_of(day), today=day)
        yield opened
    database.dispose()


def asked(session, question, who=visibility.OWNER):
    return ask.ask(session, question, who, now=workspace.of(session).end_of(DAY))


def test_the_drivers_of_an_answer_add_up_to_what_it_says(session):
    answer = asked(session, "Why is sell more behind?")
    told = answer.to_json(READER)
    assert (told["kind"], told["intent"], told["status"]) == ("answer", "why", "off_track")
    assert "behind the plan: " in told["text"]
    seen = answer.goal.evaluation
    effects = [one["effect"] for one in told["points"]]
    assert exact.total(effects) == exact.less(seen.actual, seen.expected)
    drivers = [one for one in told["points"] if one["id"] not in ("plan", "changed")]
    assert len(drivers) == 2
    for one in drivers:
        assert receipts.find(session, one["receipt"]).receipt == one["receipt"]
    assert told["receipt"]["id"] == seen.receipt


def test_other_answers_have_no_points_in_their_json(session):
    assert "points" not in asked(session, "status of sell more").to_json(READER)


def test_what_can_be_done_names_actions_and_evidence(session):
    told = asked(session, "what can we do about sell more").to_json(READER)
    assert told["intent"] == "remedies"
    assert "To try: Score leads and call the best first" in told["text"]
    assert any(one["receipt"] for one in told["points"])
    calm = asked(session, "what can we do about calm").to_json(READER)
    assert "Nothing has to be tried for it now." in calm["text"]


def test_slack_says_the_same_with_a_link_for_each_driver(session):
    answer = asked(session, "why is sell more behind")
    post = answers.answer(answer, READER, "https://headway.example")
    shown = str(post.blocks)
    assert "behind the plan" in shown and shown.count("/receipts/rcp_") >= 3
    assert len(shown) < 6000


def test_nobody_hears_why_of_a_goal_that_is_not_theirs(session):
    viewer = Audience(viewers=(Viewer(5, "viewer"),))
    told = asked(session, "why is secret pumps behind", viewer).to_json(READER)
    assert told["kind"] == "unknown" and "Secret" not in str(told)
    assert asked(session, "why secret pumps").to_json(READER)["goal"]["name"] == "Secret pumps"


def test_a_name_that_fits_several_goals_offers_the_same_question_for_each(session):
    told = asked(session, "why revenue").to_json(READER)
    assert (told["kind"], told["intent"]) == ("choose", "why")
    for one in told["choices"]:
        again = asked(session, one["question"]).to_json(READER)
        assert (again["kind"], again["intent"]) == ("answer", "why")
