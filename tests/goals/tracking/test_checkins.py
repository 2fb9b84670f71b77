"""Check-ins: what a person says, beside what the numbers said that day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.db import Database
from goals import workspace
from goals.alerts import review
from goals.errors import Refusal
from goals.table import new_id
from goals.tracking import cadence, goals, standing, visibility
from goals.tracking.checkins import confidence, keeping, reading
from goals.tracking.checkins.keeping import Said
from goals.tracking.checkins.table import CONFIDENCES
from goals.tracking.drafts import Draft
from goals.tracking.visibility import Audience, Viewer
from tests.support import company

NOW = company.NOW
DUE = date(2026, 7, 14)
SAID = Said("70", "Two proposals moved to August.", "A price", "Call them", date(2026, 8, 1))


@pytest.fixture
def session(database_url):
    database = Database(database_url)
    here = company.make(database)
    company.win(database, here, [(date(2026, 7, 1) + timedelta(days=n), 50) for n in range(40)])
    with database.session(here) as opened:
        yield opened
    database.dispose()


@pytest.fixture
def goal(session):
    return company.revenue_goal(session)


def say(session, goal, day=DUE, said=SAID, **also):
    return keeping.add(session, goal, said, by=None, today=day, now=NOW, **also)


def judge(session, day):
    return review.review(session, now=workspace.of(session).end_of(day), today=day)


def book(session, goal, day):
    return reading.of_goal(session, standing.one(session, goal), day)


def test_a_new_goal_takes_the_rhythm_of_its_window_from_the_day_it_is_added(session, goal):
    assert (goal.cadence, goal.cadence_since, goal.reminds) == (
        "fortnightly", date(2026, 7, 1), False,
    )  # fmt: skip


def change(session, goal, today, **terms):
    given = {
        "name": "Sell more", "metric": "revenue", "kind": "cumulative", "direction": "up",
        "target_kind": "target", "target_input": Decimal(9200), "first_day": company.QUARTER[0],
        "last_day": company.QUARTER[1], **terms,
    }  # fmt: skip
    goals.change(session, goal, Draft(**given), reason=None, by=None, today=today, now=NOW)


def test_another_rhythm_begins_on_the_day_it_is_chosen(session, goal):
    change(session, goal, date(2026, 8, 3), cadence="weekly", reminds=True)
    assert (goal.cadence, goal.cadence_since, goal.reminds) == (
        "weekly", date(2026, 8, 3), True,
    )  # fmt: skip
    change(session, goal, date(2026, 8, 9), cadence="weekly")
    change(session, goal, date(2026, 8, 9))
    assert (goal.cadence, goal.cadence_since) == ("weekly", date(2026, 8, 3))


def test_a_rhythm_that_is_none_is_refused_at_its_field(session):
    with pytest.raises(Refusal) as refused:
        company.revenue_goal(session, cadence="hourly")
    assert (refused.value.code, refused.value.field) == ("cadence_unknown", "cadence")


def test_a_check_in_keeps_what_was_said_and_what_the_numbers_said(session, goal):
    for day in (DUE - timedelta(days=1), DUE):
        judge(session, day)
    seen = goal.evaluation_id
    say(session, goal)
    judge(session, DUE + timedelta(days=30))
    [entry] = book(session, goal, DUE).entries
    assert (entry.row.due_on, entry.row.evaluation_id, entry.seen.day) == (DUE, seen, DUE)
    assert (entry.row.blocker, entry.row.next_action, entry.row.next_due) == (
        "A price", "Call them", date(2026, 8, 1),
    )  # fmt: skip
    assert entry.days_late == 0


def test_what_was_sent_twice_is_kept_once(session, goal):
    name = new_id()
    assert say(session, goal, checkin_id=name).id == say(session, goal, checkin_id=name).id
    assert len(book(session, goal, DUE).entries) == 1


def test_the_numbers_that_the_person_had_before_them_stay(session, goal):
    judge(session, DUE)
    seen = goal.evaluation_id
    judge(session, DUE + timedelta(days=1))
    assert say(session, goal, evaluation_id=seen).evaluation_id == seen
    # What is no evaluation of this goal is replaced by the latest one.
    assert say(session, goal, evaluation_id=7).evaluation_id == goal.evaluation_id


def test_missed_reviews_are_listed_and_a_late_check_in_says_how_late(session, goal):
    late = book(session, goal, DUE + timedelta(days=20))
    assert [one.state for one in late.reviews] == ["missed", "missed", "next"]
    assert late.missed == (DUE + timedelta(days=14), DUE)
    say(session, goal, DUE + timedelta(days=20))
    now = book(session, goal, DUE + timedelta(days=20))
    assert now.open is None
    assert now.missed == (DUE,)
    assert now.entries[0].days_late == 6


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Said("", "A note"), "confidence"),
        (Said("100", "A note"), "confidence"),
        (Said("70", "  "), "note"),
        (Said("70", "x" * 2001), "note"),
        (Said("70", "A note", "x" * 501), "blocker"),
        (Said("70", "A note", None, " ", date(2026, 8, 1)), "next_action"),
    ],
)
def test_what_is_missing_is_told_at_its_field(session, goal, said, field):
    with pytest.raises(Refusal) as refused:
        say(session, goal, said=said)
    assert refused.value.field == field
    assert book(session, goal, DUE).entries == ()


def test_a_change_over_an_older_version_is_refused_and_changes_nothing(session, goal):
    row = say(session, goal)
    keeping.change(session, row, Said("50", "It is open."), version=1, now=NOW)
    with pytest.raises(Refusal) as refused:
        keeping.change(session, row, Said("10", "All is lost."), version=1, now=NOW)
    assert refused.value.code == "checkin_changed"
    assert (row.confidence, row.note, row.version) == ("50", "It is open.", 2)


def test_a_deleted_check_in_is_owed_again_and_comes_back(session, goal):
    row = say(session, goal)
    keeping.remove(session, row, now=NOW)
    assert book(session, goal, DUE).open.on == DUE
    keeping.bring_back(session, row)
    assert book(session, goal, DUE).open is None


def test_a_check_in_that_comes_back_leaves_its_day_to_the_one_made_meanwhile(session, goal):
    first = say(session, goal)
    keeping.remove(session, first, now=NOW)
    second = say(session, goal)
    keeping.bring_back(session, first)
    assert (first.due_on, second.due_on) == (None, DUE)


def test_the_list_shows_what_is_owed_the_longest_first_and_what_comes_soon(session, goal):
    weekly = company.revenue_goal(session, name="Weekly", cadence="weekly")
    company.revenue_goal(session, name="Never", cadence="none")
    monthly = company.revenue_goal(session, name="Monthly", cadence="monthly")
    say(session, weekly, date(2026, 7, 7))
    found = reading.inbox(session, visibility.OWNER, date(2026, 7, 20))
    assert [(one.one.goal.name, one.on, one.state) for one in found.open] == [
        ("Sell more", DUE, "missed"), ("Weekly", DUE, "missed"),
    ]  # fmt: skip
    assert found.open[1].last.row.day == date(2026, 7, 7)
    assert [(one.one.goal.id, one.on) for one in found.coming] == [(monthly.id, date(2026, 7, 31))]


def test_goals_that_somebody_may_not_see_are_not_in_their_list(session):
    owner = company.revenue_goal(session, visibility="private")
    stranger = Audience(viewers=(Viewer(1, "editor"),))
    assert reading.inbox(session, stranger, DUE).open == ()
    assert reading.inbox(session, visibility.OWNER, DUE).open[0].one.goal.id == owner.id


def test_a_goal_that_is_over_asks_no_more(session, goal):
    last = company.QUARTER[1]
    before = reading.inbox(session, visibility.OWNER, last - timedelta(days=1)).open
    judge(session, last)
    assert (len(before), reading.inbox(session, visibility.OWNER, last).open) == (1, ())


def test_a_goal_reached_for_good_owes_nothing_from_that_day_on(session):
    goal = company.revenue_goal(session, target=1500)
    judge(session, date(2026, 8, 9))
    found = book(session, goal, date(2026, 9, 9))
    assert (found.open, found.next) == (None, None)
    assert found.missed == tuple(sorted(found.missed, reverse=True))
    assert found.missed and max(found.missed) < date(2026, 8, 9)


@pytest.mark.parametrize(
    ("said", "computed", "differs"),
    [
        ("70", "off_track", True),
        ("90", "at_risk", True),
        ("30", "on_track", True),
        ("10", "ahead", True),
        ("50", "off_track", False),
        ("70", "on_track", False),
        ("10", "off_track", False),
        ("90", "too_early", False),
        ("10", "stale", False),
        ("90", None, False),
    ],
)
def test_a_confidence_that_the_numbers_contradict_is_said_plainly(said, computed, differs):
    sentence = confidence.disagreement(said, computed)
    assert (sentence is not None) == differs


def test_every_rhythm_and_every_confidence_has_its_words():
    assert set(cadence.WORDS) == set(cadence.CADENCES)
    assert set(confidence.WORDS) == set(CONFIDENCES)
