"""Goals judged by their chance: how that is chosen, what is kept of it, and what makes it wider."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlmodel import Session, col, select

from app.db import Database
from goals import words, workspace
from goals.alerts import review
from goals.errors import Refusal
from goals.records.sales import Deal
from goals.tracking import evaluate, goals, reasons, standing, status
from goals.tracking.drafts import Draft
from goals.tracking.status import Before, Inputs, Verdict
from tests.support import company

FIRST, LAST = company.QUARTER
READER = words.Reader()


@pytest.fixture
def database(database_url):
    opened = Database(database_url)
    yield opened
    opened.dispose()


def sales(weeks: int, through: date, amount: int = 100):
    """Return a deal for each working day, from so many weeks before the quarter on."""
    day = FIRST - timedelta(weeks=weeks)
    while day <= through:
        if day.weekday() < 5:
            yield day, amount + (day.toordinal() * 37) % 41
        day += timedelta(days=1)


def company_with(database: Database, weeks: int, through: date = date(2026, 8, 14)) -> int:
    here = company.make(database)
    company.win(database, here, sales(weeks, through))
    return here


def change(session: Session, goal, draft: Draft):
    return goals.change(session, goal, draft, reason="More", by=None, today=FIRST, now=company.NOW)


def turn(database: Database, here: int, days: int) -> None:
    """Let every fifth deal be created so many days after it was closed."""
    with database.session(here) as session:
        for number, deal in enumerate(
            session.exec(select(Deal).where(col(Deal.workspace_id) == here).order_by(col(Deal.id)))
        ):
            if number % 5 == 0:
                assert deal.closed_on is not None
                deal.created_on = deal.closed_on + timedelta(days=days)


def judge(session: Session, goal, day: date):
    now = workspace.of(session).end_of(day)
    [seen] = review.review(session, now=now, today=day, only=[goal])
    return seen.evaluation


@pytest.mark.parametrize(("weeks", "judge_by"), [(7, "pace"), (8, "chance"), (30, "chance")])
def test_a_goal_is_judged_by_its_chance_where_eight_weeks_lie_before_it(database, weeks, judge_by):
    here = company_with(database, weeks)
    with database.session(here) as session:
        goal = company.revenue_goal(session)
        assert goals.current(session, goal).judged_by == judge_by


def test_who_asks_for_the_pace_gets_it(database):
    here = company_with(database, 30)
    with database.session(here) as session:
        goal = company.revenue_goal(session, judge="pace")
        assert goals.current(session, goal).judged_by == "pace"
        judge(session, goal, date(2026, 8, 12))
        seen = judge(session, goal, date(2026, 8, 13))
        # The chance is said all the same; the status is the pace's.
        assert seen.chance is not None and seen.pace is not None


def test_weeks_without_a_deal_say_nothing_of_the_mean_deal(database):
    here = company.make(database)
    company.win(database, here, [(date(2026, 3, 2), 500), (date(2026, 6, 29), 400)])
    with database.session(here) as session:
        terms = {"metric": "avg_deal_size", "kind": "level", "direction": "at_least"}
        goal = company.revenue_goal(session, 400, **terms)
        assert goals.current(session, goal).judged_by == "pace"
        company_goal = company.revenue_goal(session, 400)
        assert goals.current(session, company_goal).judged_by == "chance"


def test_a_chance_that_cannot_be_said_is_refused(database):
    here = company_with(database, 3)
    with database.session(here) as session:
        with pytest.raises(Refusal) as caught:
            company.revenue_goal(session, judge="chance")
        assert (caught.value.code, caught.value.field) == ("history_short", "judge")


def test_what_is_kept_has_no_chance_to_be_judged_by(database):
    here = company_with(database, 30)
    terms = {"metric": "win_rate", "kind": "maintain", "direction": "at_least"}
    with database.session(here) as session:
        with pytest.raises(Refusal) as caught:
            company.revenue_goal(session, 1, judge="chance", **terms)
        assert caught.value.code == "judge_unfit"


def test_new_terms_keep_how_a_goal_is_judged_until_a_person_changes_it(database):
    here = company_with(database, 30)
    with database.session(here) as session:
        goal = company.revenue_goal(session)
        draft = Draft(
            name=goal.name,
            metric="revenue",
            kind="cumulative",
            direction="up",
            target_kind="target",
            target_input=Decimal(9999),
            first_day=FIRST,
            last_day=LAST,
        )
        after = change(session, goal, draft)
        assert (after.version, after.judged_by) == (2, "chance")
        after = change(session, goal, replace(draft, judge="pace"))
        assert (after.version, after.judged_by) == (3, "pace")


def test_the_evaluation_keeps_range_chance_method_seed_and_what_they_come_from(database):
    here = company_with(database, 30)
    with database.session(here) as session:
        goal = company.revenue_goal(session, 8000)
        seen = judge(session, goal, date(2026, 8, 14))
        assert seen.low_end < seen.likely_end < seen.high_end
        assert 7000 < seen.likely_end < 8600
        assert (seen.method, seen.seed) == ("grid-2", 20)
        assert len(seen.curve["fan"]) == 7
        assert seen.curve["fan"][-1][0] == 1.0
        found = standing.one(session, goal)
        told = found.to_json(READER)
        assert told["forecast"]["p50"] == seen.likely_end
        assert told["chance"] == seen.chance
        assert found.grounds is not None
        assert words.render(found.grounds, READER) == (
            "Drawn from 36\N{NO-BREAK SPACE}weeks of its own past, the season included."
        )
        reason = words.render(found.reason, READER)
        assert "Chance to reach $8,000: " in reason


@pytest.mark.parametrize(
    ("said", "chance", "why"),
    [
        (
            "at_risk",
            0.65,
            " It is on track again from a chance of 70% on, or once its likely end is 6% beyond"
            " the target.",
        ),
        ("on_track", 0.5, " That is within 6% of the target, so it stays on track."),
        ("on_track", 0.65, ""),
        ("at_risk", 0.5, ""),
        ("off_track", 0.2, ""),
    ],
)
def test_the_reason_says_why_a_word_holds_against_its_chance(database, said, chance, why):
    here, day = company_with(database, 30), date(2026, 8, 14)
    with database.session(here) as session:
        now = workspace.of(session).end_of(day)

        def measured(target):
            goal = company.revenue_goal(session, target)
            terms = goals.current(session, goal)
            return goal, terms, evaluate.measure(session, goal, terms, today=day, now=now)

        ends = measured(8000)[2].outlook.landing.ends
        goal, terms, found = measured(round(float(ends[round((1 - chance) * len(ends))]), 2))
        assert found.outlook.chance == pytest.approx(chance, abs=0.02)
        verdict = Verdict(said, said, False, False, day)
        text = words.render(reasons.reason(goal, terms, found, verdict), READER)
        assert text.endswith(why) and ("on track" in text) is bool(why)


def test_a_likely_end_beside_the_target_is_why_a_goal_stays_on_track(database):
    here, day = company_with(database, 30), date(2026, 8, 14)
    with database.session(here) as session:
        goal = company.revenue_goal(session, 8000)
        terms = goals.current(session, goal)
        now = workspace.of(session).end_of(day)
        found = evaluate.measure(session, goal, terms, today=day, now=now)
        near = replace(found, inputs=replace(found.inputs, chance=0.3, lead=-0.004))
        kept = Verdict("on_track", "on_track", False, False, day)
        text = words.render(reasons.reason(goal, terms, near, kept), READER)
        assert text.endswith(" That is within 1% of the target, so it stays on track.")


def test_a_short_past_says_that_the_season_is_unknown(database):
    here = company_with(database, 9, date(2026, 7, 10))
    with database.session(here) as session:
        goal = company.revenue_goal(session)
        judge(session, goal, date(2026, 7, 10))
        grounds = standing.one(session, goal).grounds
        assert grounds is not None
        said = words.render(grounds, READER)
        assert said.startswith(
            "Drawn from 10\N{NO-BREAK SPACE}weeks of its own past. Season unknown:"
        )


def test_a_goal_out_of_reach_is_off_track_and_one_within_it_is_not(database):
    here = company_with(database, 30)
    with database.session(here) as session:
        high, low = (company.revenue_goal(session, target) for target in (12_000, 6_000))
        for day in (13, 14):
            seen = [judge(session, one, date(2026, 8, day)) for one in (high, low)]
        assert [one.status for one in seen] == ["off_track", "ahead"]
        assert (seen[0].chance, seen[1].chance) == (0.01, 0.99)


def test_a_cost_that_may_not_grow_over_a_limit_has_the_chance_to_stay_under_it(database):
    here = company_with(database, 30)
    with database.session(here) as session:
        tight, wide = (
            company.revenue_goal(session, target, direction="at_most") for target in (6_500, 12_000)
        )
        seen = [judge(session, one, date(2026, 8, 14)) for one in (tight, wide)]
        assert (seen[0].chance, seen[1].chance) == (0.01, 0.99)


def test_bad_records_widen_the_range_and_mending_them_narrows_it(database):
    here = company_with(database, 30)
    with database.session(here) as session:
        goal = company.revenue_goal(session, 8000)

    def width(day: date) -> Decimal:
        with database.session(here) as session:
            seen = judge(session, goals.find(session, str(goal.id)), day)
            return seen.high_end - seen.low_end

    sound = width(date(2026, 8, 14))
    turn(database, here, 5)
    spoilt = width(date(2026, 8, 14))
    turn(database, here, 0)
    assert spoilt > Decimal("1.1") * sound
    assert width(date(2026, 8, 14)) == sound


# --- The word that a chance stands for -------------------------------------------------------


def inputs(chance: float | None, **given: object) -> Inputs:
    terms = {
        "kind": "cumulative", "is_over": False, "has_value": True, "is_reached": False,
        "source_broken": False, "is_stale": False, "elapsed": 0.5, "buckets": 6, "pace": 1.0,
        "judged_by": "chance", "chance": chance, "is_up_to_plan": True,
    }  # fmt: skip
    return Inputs(**{**terms, **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("chance", "word"),
    [
        (0.01, "off_track"), (0.349, "off_track"), (0.35, "at_risk"), (0.599, "at_risk"),
        (0.6, "on_track"), (0.949, "on_track"), (0.95, "ahead"), (None, "too_early"),
    ],
)  # fmt: skip
def test_each_chance_has_its_word(chance, word):
    assert status.of_the_day(inputs(chance)) == (word, False)


def test_ahead_needs_the_plan_to_be_met_as_well():
    assert status.of_the_day(inputs(0.97, is_up_to_plan=False)) == ("on_track", False)


def test_too_little_of_the_window_is_too_early_whatever_the_chance():
    assert status.of_the_day(inputs(0.1, elapsed=0.14)) == ("too_early", False)
    assert status.of_the_day(inputs(0.1, buckets=2)) == ("too_early", False)


@pytest.mark.parametrize(
    ("chance", "word"),
    [(0.36, "off_track"), (0.6, "off_track"), (0.601, "at_risk"), (0.7, "on_track")],
)
def test_off_track_is_left_above_sixty_percent_alone(chance, word):
    day = date(2026, 8, 14)
    before = Before("off_track", day, "off_track", "off_track")
    first = status.judge(inputs(chance), before, day)
    assert (first.judged, first.status) == (word, "off_track")
    then = Before("off_track", day, first.judged, "off_track")
    assert status.judge(inputs(chance), then, day + timedelta(days=1)).status == word


def test_off_track_is_remembered_over_days_without_data():
    day = date(2026, 8, 14)
    before = Before("stale", day, "stale", "off_track")
    assert status.judge(inputs(0.5), before, day).judged == "off_track"


@pytest.mark.parametrize(
    ("said", "chance", "lead", "word"),
    [
        ("on_track", 0.55, 0.02, "on_track"),
        ("ahead", 0.48, -0.059, "on_track"),
        ("on_track", 0.45, -0.06, "at_risk"),
        ("on_track", 0.55, None, "at_risk"),
        ("on_track", 0.34, -0.009, "on_track"),
        ("on_track", 0.34, -0.01, "off_track"),
        ("on_track", 0.34, None, "off_track"),
        ("at_risk", 0.69, 0.059, "at_risk"),
        ("at_risk", 0.62, 0.06, "on_track"),
        ("at_risk", 0.69, None, "at_risk"),
        ("at_risk", 0.7, 0.001, "on_track"),
        ("at_risk", 0.34, -0.002, "off_track"),
        ("off_track", 0.69, 0.059, "at_risk"),
        ("off_track", 0.61, 0.06, "on_track"),
        ("too_early", 0.55, 0.02, "at_risk"),
        ("too_early", 0.34, -0.002, "off_track"),
        ("achieved", 0.55, 0.02, "at_risk"),
    ],
)
def test_a_word_holds_where_the_likely_end_lies_beside_the_target(said, chance, lead, word):
    day = date(2026, 8, 14)
    before = Before(said, day, said, said if said in status.JUDGED else None)
    assert status.judge(inputs(chance, lead=lead), before, day).judged == word


def test_what_was_said_last_counts_over_days_without_data():
    day = date(2026, 8, 14)
    before = Before("stale", day, "stale", "on_track")
    assert status.judge(inputs(0.55, lead=0.02), before, day).status == "on_track"


def test_a_goal_by_its_pace_has_no_such_band():
    day = date(2026, 8, 14)
    before = Before("on_track", day, "on_track", "on_track")
    by_pace = inputs(0.55, lead=0.02, judged_by="pace", pace=0.8)
    assert status.judge(by_pace, before, day).judged == "at_risk"
