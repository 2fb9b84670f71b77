"""Goals that are kept, and milestones: how they are added, judged and spoken of."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from sqlmodel import Session

from app.db import Database
from goals import words, workspace
from goals.alerts import review
from goals.errors import Refusal
from goals.questions import ask
from goals.records.figures import ManualReading
from goals.table import new_id
from goals.tracking import goals, milestones, standing, visibility
from goals.tracking.drafts import Draft
from tests.support import company

FIRST, LAST = company.QUARTER
NOW = company.NOW
READER = words.Reader()


@pytest.fixture
def session(database_url):
    database = Database(database_url)
    here = company.make(database)
    with database.session(here) as opened:
        yield opened
    database.dispose()


def add(session: Session, **terms: object):
    given = {
        "name": "Keep them happy",
        "metric": "csat",
        "kind": "maintain",
        "direction": "at_least",
        "target_kind": "target",
        "target_input": Decimal(80),
        "first_day": FIRST,
        "last_day": LAST,
        **terms,
    }
    draft = Draft(**given)  # type: ignore[arg-type]
    return goals.add(session, draft, by=None, today=FIRST, now=NOW)


def milestone(session: Session, **terms: object):
    given = {
        "name": "A department for marketing",
        "metric": None,
        "kind": "milestone",
        "direction": None,
        "target_kind": None,
        "target_input": None,
        "done_when": "A head is in post",
    }
    return add(session, **{**given, **terms})


def reads(session: Session, day: date, value: object, metric: str = "csat", goal_id=None) -> None:
    here = session.info["workspace_id"]
    session.add(
        ManualReading(
            workspace_id=here,
            connection_id=company.connection_of(session, here).id,
            external_id=str(new_id()),
            recorded_at=NOW,
            run_id=1,
            metric=metric,
            day=day,
            value=Decimal(str(value)),
            goal_id=goal_id,
        )
    )
    session.flush()


def judge(session: Session, goal, day: date):
    now = workspace.of(session).end_of(day)
    [seen] = review.review(session, now=now, today=day, only=[goal])
    return seen.evaluation


def judged(session: Session, goal, day: date):
    """Judge a goal on two days in a row, as a new word needs."""
    judge(session, goal, day - timedelta(days=1))
    return judge(session, goal, day)


def said(session: Session, goal) -> str:
    return words.render(standing.one(session, goal).reason, READER)


# --- What is kept ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("direction", "target", "value", "status", "share"),
    [
        ("at_least", 80, 80, "on_track", 1.0),
        ("at_least", 80, 91, "on_track", 1.0),
        ("at_least", 80, 79, "at_risk", 0.9875),
        ("at_least", 80, 60, "at_risk", 0.75),
        ("at_least", 80, 40, "off_track", 0.5),
        ("at_most", 20, 20, "on_track", 1.0),
        ("at_most", 20, 21, "at_risk", 0.95),
        ("at_most", 20, 30, "off_track", 0.5),
        ("up", 80, 81, "on_track", 1.0),
        ("down", 20, 19, "on_track", 1.0),
    ],
)
def test_a_kept_number_is_on_track_within_its_bound_and_judged_by_its_distance_outside(
    session, direction, target, value, status, share
):
    goal = add(session, direction=direction, target_input=Decimal(target))
    reads(session, FIRST, value)
    seen = judged(session, goal, date(2026, 8, 20))
    assert (seen.status, seen.share, seen.final) == (status, share, False)
    assert (seen.expected, seen.projection, seen.required_rate) == (target, None, None)


@pytest.mark.parametrize(
    ("value", "status"), [(60, "on_track"), (70, "on_track"), (59, "at_risk"), (99, "off_track")]
)
def test_a_band_is_kept_between_its_two_numbers(session, value, status):
    goal = add(session, direction="band", target_input=None, low=Decimal(60), high=Decimal(70))
    reads(session, FIRST, value)
    assert judged(session, goal, date(2026, 8, 20)).status == status
    terms = goals.current(session, goal)
    ends = (Decimal(60), Decimal(70))
    assert terms.target_value is None and (terms.low, terms.high) == ends
    target = standing.one(session, goal).target
    assert target is not None and words.render(target, READER) == (
        "To stay between 60 and 70 until 30 Sep 2026."
    )


@pytest.mark.parametrize(("value", "status"), [(80, "achieved"), (79, "missed")])
def test_whether_a_number_was_kept_is_final_at_the_end_alone(session, value, status):
    goal = add(session)
    reads(session, FIRST, value)
    assert not judged(session, goal, LAST - timedelta(days=1)).final
    seen = judge(session, goal, LAST)
    assert (seen.status, seen.final) == (status, True)


def test_a_kept_number_is_early_before_it_is_anything_else(session):
    goal = add(session)
    reads(session, FIRST, 10)
    assert judge(session, goal, FIRST).status == "too_early"


def test_a_kept_number_without_a_reading_has_no_data(session):
    assert judge(session, add(session), date(2026, 8, 20)).status == "no_data"


def test_the_sentence_says_where_a_number_should_stay(session):
    goal = add(session)
    reads(session, FIRST, 70)
    judged(session, goal, date(2026, 8, 20))
    assert said(session, goal) == "70; it should stay at 80 or above."


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"direction": "band", "target_input": None}, "low"),
        ({"direction": "band", "low": Decimal(70), "high": Decimal(60)}, "high"),
        ({"direction": "band", "low": Decimal(60)}, "high"),
        ({"target_input": None}, "target"),
        ({"metric": "revenue"}, "kind"),
        ({"plan": "seasonal"}, "plan"),
        (
            {"kind": "level", "direction": "band", "low": Decimal(1), "high": Decimal(2)},
            "direction",
        ),
        ({"metric": "milestone"}, "kind"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(session, terms, field):
    with pytest.raises(Refusal) as refused:
        add(session, **terms)
    assert refused.value.field == field


# --- Milestones --------------------------------------------------------------------------------


def test_a_milestone_says_in_how_many_days_it_is_due_and_invents_nothing(session):
    goal = milestone(session)
    seen = judged(session, goal, date(2026, 9, 20))
    assert (seen.status, seen.final) == ("too_early", False)
    assert said(session, goal) == "Not done yet, due in 10 days, on 30 Sep 2026."
    found = standing.one(session, goal).to_json(READER)
    invented = ("share", "expected_share", "expected", "pace", "projection", "required_rate")
    assert {found[one] for one in invented} == {None}
    assert (found["metric"], found["actual"], found["target"]) == ("milestone", 0, 1)


def test_a_milestone_is_done_when_a_person_says_so(session):
    goal = milestone(session)
    day = date(2026, 8, 20)
    judged(session, goal, day)
    milestones.finish(session, goal, on=day, note=" Signed ", by=None, today=day, now=NOW)
    seen = judge(session, goal, day)
    assert (seen.status, seen.final, seen.actual) == ("achieved", True, 1)
    assert said(session, goal) == "Done on 20 Aug 2026; it was due on 30 Sep 2026."
    assert goal.done_note == "Signed"


def test_that_a_milestone_is_done_can_be_taken_back(session):
    goal = milestone(session)
    day = date(2026, 8, 20)
    milestones.finish(session, goal, on=day, note=None, by=None, today=day, now=NOW)
    judge(session, goal, day)
    milestones.reopen(session, goal, by=None, now=NOW)
    assert judge(session, goal, day).status == "too_early"
    assert (goal.done_on, goal.done_by, goal.done_note) == (None, None, None)


def test_each_word_on_a_milestone_stays_in_its_log_and_moves_no_terms(session):
    goal = milestone(session)
    day, later = date(2026, 8, 20), NOW + timedelta(hours=1)
    finish = partial(milestones.finish, session, goal, on=day, by=None, today=day)
    milestones.reopen(session, goal, by=None, now=NOW)
    assert goal.version == 1
    for _time in range(2):
        finish(note="Signed", now=NOW)
    milestones.reopen(session, goal, by=None, now=later)
    finish(note=None, now=later)
    first, *others = goals.versions(session, goal)
    assert [(one.version, one.reason, one.changed_at) for one in others] == [
        (2, "Signed", NOW),
        (3, None, later),
        (4, "", later),
    ]
    assert goals.current(session, goal).version == goal.version == 4
    terms = {"id", "version", "reason", "changed_at", "changed_by"}
    kept = [one.model_dump(exclude=terms) for one in (first, *others)]
    assert kept == [kept[0]] * 4


def test_a_milestone_that_is_not_done_on_its_day_is_missed_and_says_how_late_it_is(session):
    goal = milestone(session)
    seen = judge(session, goal, LAST + timedelta(days=3))
    assert (seen.status, seen.final) == ("missed", True)
    assert said(session, goal) == "Not done yet, 3 days late, it was due on 30 Sep 2026."


def test_a_milestone_done_late_stays_missed_and_says_when(session):
    goal = milestone(session)
    day = LAST + timedelta(days=1)
    milestones.finish(session, goal, on=day, note=None, by=None, today=day, now=NOW)
    assert judge(session, goal, day).status == "missed"
    assert said(session, goal).startswith("Done on 1 Oct 2026, 1 day after it was due")


def test_a_milestone_cannot_be_done_on_a_day_to_come_and_a_number_not_at_all(session):
    goal = milestone(session)
    with pytest.raises(Refusal, match="done_ahead"):
        milestones.finish(session, goal, on=LAST, note=None, by=None, today=FIRST, now=NOW)
    with pytest.raises(Refusal, match="no_milestone"):
        milestones.finish(session, add(session), on=FIRST, note=None, by=None, today=FIRST, now=NOW)


STEPS = (
    (date(2026, 7, 20), "Budget released"),
    (date(2026, 8, 10), "Head hired"),
    (LAST, "Team of three"),
)


def ticked(session, goal, *numbers, on=date(2026, 7, 15)):
    for number in numbers:
        step = milestones.steps(session, goal)[number]
        milestones.tick(session, goal, step.id, on=on, by=None, today=date(2026, 8, 20))


@pytest.mark.parametrize(
    ("done", "status", "share"),
    [((), "off_track", 0.0), ((0,), "off_track", 1 / 3), ((0, 1), "on_track", 2 / 3)],
)
def test_a_milestone_with_steps_is_judged_by_those_that_are_due(session, done, status, share):
    goal = milestone(session, steps=STEPS)
    ticked(session, goal, *done)
    seen = judged(session, goal, date(2026, 8, 20))
    assert (seen.status, seen.share, seen.expected_share) == (status, share, 2 / 3)
    assert seen.expected is None


def test_a_late_step_is_named(session):
    goal = milestone(session, steps=STEPS)
    ticked(session, goal, 0)
    judged(session, goal, date(2026, 8, 20))
    assert said(session, goal) == (
        "1 of 3 steps done; “Head hired” was due on 10 Aug 2026. The whole is due in 41 days,"
        " on 30 Sep 2026."
    )


def test_a_milestone_is_done_with_its_last_step(session):
    goal = milestone(session, steps=STEPS)
    ticked(session, goal, 0, 1)
    ticked(session, goal, 2, on=date(2026, 8, 19))
    seen = judge(session, goal, date(2026, 8, 20))
    assert (seen.status, seen.share) == ("achieved", 1.0)
    assert said(session, goal) == "Done on 19 Aug 2026; it was due on 30 Sep 2026."


def test_steps_that_keep_their_name_keep_that_they_are_done(session):
    goal = milestone(session, steps=STEPS)
    ticked(session, goal, 0)
    milestones.set_steps(session, goal, [(date(2026, 7, 25), "Budget released"), (LAST, "Party")])
    found = milestones.steps(session, goal)
    assert [(one.name, one.done_on) for one in found] == [
        ("Budget released", date(2026, 7, 15)),
        ("Party", None),
    ]


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        (((FIRST - timedelta(days=1), "Early"),), "step_day"),
        (((FIRST, " "),), "step_name"),
        (((FIRST, "Twice"), (LAST, "Twice")), "step_twice"),
        (tuple((LAST, f"Step {n}") for n in range(31)), "steps_many"),
    ],
)
def test_steps_that_cannot_be_are_refused(session, steps, code):
    with pytest.raises(Refusal, match=code):
        milestone(session, steps=steps)


def test_a_delivered_reading_of_a_milestone_says_that_it_is_done(session):
    goal = milestone(session)
    reads(session, date(2026, 8, 1), 1, "milestone", goal.id)
    assert judge(session, goal, date(2026, 7, 31)).status == "too_early"
    assert judge(session, goal, date(2026, 8, 1)).status == "achieved"


def test_a_milestone_may_be_reached_by_a_number(session):
    terms = {"metric": "headcount", "direction": "up", "target_kind": "target"}
    goal = milestone(session, **terms, target_input=Decimal(40))
    assert judge(session, goal, date(2026, 8, 1)).status == "no_data"
    reads(session, date(2026, 8, 2), 38, "headcount")
    seen = judge(session, goal, date(2026, 8, 2))
    assert (seen.status, seen.pace, seen.expected) == ("too_early", None, None)
    reads(session, date(2026, 8, 3), 40, "headcount")
    seen = judge(session, goal, date(2026, 8, 3))
    assert (seen.status, seen.final) == ("achieved", True)


def test_a_milestone_is_asked_after_like_any_goal(session):
    goal = milestone(session)
    judge(session, goal, date(2026, 9, 20))
    found = ask.ask(session, "How is the department for marketing?", visibility.OWNER)
    assert found.to_json(READER)["text"] == (
        "A department for marketing: Too early. Not done yet, due in 10 days, on 30 Sep 2026."
    )


def test_what_was_entered_a_few_times_is_no_history_of_many_weeks(session):
    for month, value in ((3, 41), (6, 43), (9, 44), (12, 46)):
        reads(session, date(2025, month, 28), value, "headcount")
    goal = add(session, metric="headcount", kind="level", direction="up", target_input=Decimal(50))
    day = FIRST + timedelta(days=30)
    reads(session, day, 47, "headcount")
    seen = judge(session, goal, day)
    assert (seen.actual, seen.chance, seen.likely_end) == (47, None, None)
    for week in range(4):
        reads(session, date(2026, 4, 2) + timedelta(weeks=week), 46, "headcount")
    seen = judge(session, goal, day + timedelta(days=1))
    assert seen.likely_end is not None
