"""Rules over the past: the steps of every day, with what was known then and nothing of later."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import delete
from sqlmodel import col, select

from app.db import Database
from goals import workspace
from goals.alerts import holding, review, ruling
from goals.alerts.drafts import Draft
from goals.alerts.outbox import Outbox
from goals.alerts.replay import neighbours, past
from goals.alerts.replay.walk import Rule, walk
from goals.alerts.rule import RuleCheck
from goals.errors import Refusal
from goals.records.record import DirtyDay
from goals.records.sales import Deal
from goals.tracking import past_days
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal
from tests.support import company
from tests.support.rules import Watch
from tests.support.site import counted

MONTH = (date(2026, 7, 1), date(2026, 7, 31))
#: A day each in June and July, and a wave in them, so that a pace goes below its plan and back.
SOLD = [(date(2026, 3, 1) + timedelta(days=n), 100 if n % 7 < 5 else 20) for n in range(122)]
WAVE = [(date(2026, 7, 1) + timedelta(days=n), 300 if 18 <= n < 24 else 60) for n in range(31)]
#: What happens in a watched goal's life, day by day: its status, and its numbers.
LIFE = [
    ("on_track", 0.95), ("off_track", 0.8), ("off_track", 0.8), ("off_track", 0.7),
    ("on_track", 0.95), ("at_risk", 0.8), ("at_risk", 0.8), ("at_risk", 0.75),
    ("stale", None), ("off_track", 0.6), ("on_track", 0.97), ("off_track", 0.5),
    ("off_track", 0.5), ("missed", 0.5),
]  # fmt: skip


@pytest.fixture
def watch(sqlite_url):
    found = Watch(sqlite_url)
    yield found
    found.database.dispose()


@pytest.fixture
def shop(sqlite_url):
    """A workspace whose deals wave in July; no goal of it was ever evaluated."""
    database = Database(sqlite_url)
    here = company.make(database, zone="Asia/Bangkok")
    company.win(database, here, [*SOLD, *WAVE])
    yield database, here
    database.dispose()


def july(session, target=3600, **terms):
    return company.revenue_goal(
        session, target, **{"first_day": MONTH[0], "last_day": MONTH[1], **terms}
    )


def replayed(shop, today=MONTH[1], kind="status_change", **given):
    database, here = shop
    with database.session(here) as session:
        names = {one.name for one in ruling.every(session, company.NOW)}
        if "R" not in names:
            ruling.add(session, Draft(name="R", kind=kind), by=None, now=company.NOW)
        rule = ruling.find(session, "R", company.NOW)
        return past.replay(session, rule, today=today, **given)


@pytest.mark.parametrize(
    ("kind", "terms"),
    [
        ("status_change", {}),
        ("status_change", {"cool_down": 72}),
        ("status_change", {"weekly_most": 1}),
        ("status_change", {"quiet_from": "09:00", "quiet_to": "18:00", "workdays_only": True}),
        ("pace_gap", {"settings": {"gap": "0.1", "days": "2"}}),
        ("pace_gap", {"settings": {"gap": "0.1", "days": "2"}, "cool_down": 48}),
        ("recovery", {}),
        ("milestone", {"settings": {"every": "0.25"}}),
    ],
)
def test_a_replay_says_what_was_said_and_when_it_left(watch, kind, terms):
    from goals.alerts import waking

    rule_id = watch.rule(kind, **terms)
    for place, (status, pace) in enumerate(LIFE):
        share = None if pace is None else place / 12
        watch.later(days=1)
        with watch.session() as session:
            waking.wake(session, watch.now)
        watch.say(status, pace=pace, share=share, final=status == "missed")
    sent = [
        (row.kind, row.deferred_until or row.created_at)
        for row in watch.rows(Outbox)
        # A recovery that was overtaken before it could leave never left.
        if row.rule_id == rule_id and holding.code(row) != holding.OVERTAKEN
    ]
    with watch.session() as session:
        rule = ruling.find(session, str(rule_id), watch.now)
        goal = session.get_one(Goal, (watch.here, watch.goal))
        [one] = past_days.of_goals(session, [goal], date(2026, 8, 3), with_chance=False)
        # Days before the first evaluation have no data here, and tell nothing.
        assert all(said.status == "no_data" for said in one.said if not said.is_stored)
        hours = ruling.hours(session, rule, watch.now - timedelta(days=60), watch.now)
        terms = Rule(kind, rule.settings, rule.cool_down, rule.weekly_most)
        walked = walk(terms, [one], watch.now, hours.earliest)
    assert [(one.kind, one.leaves) for one in walked] == sent
    assert sent


@pytest.mark.parametrize("judge", ["pace", "chance"])
def test_days_that_nobody_judged_are_judged_as_the_review_would_have(shop, judge):
    database, here = shop
    with database.session(here) as session:
        goal = july(session, judge=judge)
        [before] = past_days.of_goals(session, [goal], MONTH[1], with_chance=True)
        assert not any(one.is_stored for one in before.said)
    with database.session(here) as session:
        place = workspace.of(session)
        for one in before.said:
            review.review(session, now=place.end_of(one.day), today=one.day)
    with database.session(here) as session:
        goal = session.exec(select(Goal).where(col(Goal.workspace_id) == here)).one()
        [after] = past_days.of_goals(session, [goal], MONTH[1], with_chance=True)
    assert len(after.said) == 31 and all(one.is_stored for one in after.said)
    for then, now in zip(before.said, after.said, strict=True):
        told = (now.day, now.status, now.judged, now.final, now.since, now.at)
        assert (then.day, then.status, then.judged, then.final, then.since, then.at) == told
        assert then.chance == now.chance
        assert then.pace == pytest.approx(now.pace) and then.share == pytest.approx(now.share)
    assert len({one.status for one in before.said}) > 2
    assert (before.outcome, after.outcome) == ("missed", "missed")


def _said(shop, day, kind, **given):
    found = replayed(shop, kind=kind, last=day, **given)
    fired = [(one.day, one.name) for one in found.score.firings]
    beside = [[one.day for one in score.firings] for _, score in found.tried]
    return fired, beside, found.score.messages


@pytest.mark.parametrize(("kind", "judge"), [("status_change", "pace"), ("pace_gap", "pace"),
    ("chance_below", "pace"), ("status_change", "chance")])  # fmt: skip
def test_what_is_known_only_after_a_day_changes_nothing_before_it(shop, kind, judge):
    database, here = shop
    with database.session(here) as session:
        july(session, judge=judge, plan="seasonal")
        july(session, 1500, name="Less", judge=judge)
    days = [MONTH[0] + timedelta(days=n) for n in (6, 12, 17, 21)]
    before = {day: _said(shop, day, kind) for day in days}
    assert any(fired for fired, _, _ in before.values())
    for day in reversed(days):
        with database.session(here) as session:
            # Half of the future never comes, what stays is another amount, and more comes.
            later = (col(Deal.workspace_id) == here, col(Deal.closed_on) > day)
            for number, deal in enumerate(session.exec(select(Deal).where(*later)).all()):
                deal.amount = Decimal(9999 - deal.amount)
                session.merge(
                    DirtyDay(
                        workspace_id=here, record="deal", column="closed_on", day=deal.closed_on
                    )
                )
                if number % 2:
                    session.execute(
                        delete(Deal).where(col(Deal.workspace_id) == here, col(Deal.id) == deal.id)
                    )
        company.win(database, here, [(day + timedelta(days=3), 77_777)])
        assert _said(shop, day, kind) == before[day]


def test_the_outcome_is_what_the_goal_came_to(shop):
    database, here = shop
    with database.session(here) as session:
        july(session, 9000, name="Missed")
        july(session, 3200, name="Met")
        july(session, 9000, name="Runs", last_day=date(2026, 8, 31))
    found = replayed(shop)
    outcomes = {one.name: one.outcome for one in found.score.firings}
    assert outcomes == {"Missed": "missed", "Met": "met", "Runs": "open"}
    score = found.score
    assert (score.missed, score.caught, score.recall, score.false_alarms) == (1, 1, 1.0, 1)
    [first] = [one.day for one in score.firings if one.name == "Missed"][:1]
    assert score.lead_days == (MONTH[1] - first).days
    assert found.history == "event_time"
    assert score.messages_a_week == score.messages / (365 / 7)


def test_only_days_from_the_first_to_the_last_count(shop):
    database, here = shop
    with database.session(here) as session:
        july(session, 9000)
    whole = replayed(shop)
    [day] = [one.day for one in whole.score.firings]
    later = replayed(shop, first=day + timedelta(days=1), last=MONTH[1])
    assert (later.score.firings, later.score.missed, later.score.caught) == ((), 1, 1)
    assert later.days == (MONTH[1] - day).days
    before = replayed(shop, last=day)
    assert (len(before.score.firings), before.score.missed, before.score.recall) == (1, 0, None)


def test_goals_outside_the_scope_or_hidden_from_the_reader_are_left_out(shop):
    from goals.tracking.visibility import Viewer, audience

    database, here = shop
    with database.session(here) as session:
        july(session, 9000, name="Open to all")
        july(session, 9000, name="Secret", visibility="private")
    eyes = audience([Viewer(1, "viewer")])
    assert replayed(shop).goals == 2
    seen = replayed(shop, seen_by=eyes)
    assert {one.name for one in seen.score.firings} == {"Open to all"}


def test_other_settings_are_tried_and_nothing_is_kept(shop):
    database, here = shop
    with database.session(here) as session:
        july(session, 3600)
    found = replayed(shop, kind="pace_gap", given={"gap": "0.2", "days": "1"})
    assert found.settings == {"gap": 0.2, "days": 1}
    assert [one["gap"] for one, _ in found.alternatives] == [0.15, 0.25]
    fired = [len(one.firings) for _, one in found.alternatives]
    assert fired[0] >= len(found.score.firings) >= fired[1]
    with database.session(here) as session:
        assert ruling.find(session, "R", company.NOW).settings == {"gap": 0.1, "days": 7}
        for table in (Evaluation, Outbox, RuleCheck):
            statement = select(table).where(col(table.workspace_id) == here)
            assert session.exec(statement).all() == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"given": {"gap": "2"}}, "setting_wrong"),
        ({"given": {"below": "0.2"}}, "setting_unknown"),
        ({"given": {"cool_down": "x"}}, "setting_wrong"),
        ({"first": date(2026, 8, 2)}, "window"),
    ],
)
def test_what_cannot_be_replayed_is_refused(shop, given, code):
    with pytest.raises(Refusal) as refused:
        replayed(shop, kind="pace_gap", **given)
    assert refused.value.code == code


def test_a_digest_is_not_replayed(shop):
    with pytest.raises(Refusal) as refused:
        replayed(shop, kind="digest")
    assert refused.value.code == "no_replay"


@pytest.mark.parametrize(
    ("kind", "settings", "beside"),
    [
        ("pace_gap", {"gap": 0.1, "days": 7}, [{"gap": 0.05}, {"gap": 0.15}]),
        ("pace_gap", {"gap": 0.01, "days": 7}, [{"gap": 0.06}, {"gap": 0.11}]),
        ("chance_below", {"below": 0.5, "days": 2}, [{"below": 0.6}, {"below": 0.4}]),
        ("chance_below", {"below": 0.95, "days": 2}, [{"below": 0.85}, {"below": 0.75}]),
        ("milestone", {"every": 0.25}, [{"every": 0.2}, {"every": 0.5}]),
        ("status_change", {}, [{"cool_down": 24}, {"cool_down": 72}]),
        ("recovery", {}, []),
    ],
)
def test_the_neighbours_of_a_rule_lie_a_step_to_either_side(kind, settings, beside):
    assert neighbours.beside(kind, settings) == [{**settings, **one} for one in beside]


def test_a_goal_missed_after_its_data_were_gone_is_bad_news(sqlite_url):
    database = Database(sqlite_url)
    here = company.make(database)
    company.win(database, here, [(date(2026, 7, 1), 3000), (date(2026, 7, 10), 3000)])
    with database.session(here) as session:
        goal = company.revenue_goal(session, 6400, last_day=date(2026, 7, 20))
        assert goal.id
        connection = company.connection_of(session, here)
        connection.newest_on = date(2026, 7, 10)
        connection.last_success_at = datetime(2026, 7, 10, tzinfo=UTC)
        session.add(connection)
    kinds = []
    for day in range(8, 21):
        with database.session(here) as session:
            now = workspace.of(session).end_of(date(2026, 7, day))
            [one] = review.review(session, now=now, today=date(2026, 7, day))
            kinds.append(one.evaluation.status)
    assert kinds[-2:] == ["stale", "missed"] and "on_track" in kinds
    with database.session(here) as session:
        told = session.exec(select(Outbox).where(col(Outbox.workspace_id) == here)).all()
    assert [row.kind for row in told] == ["alert"]
    database.dispose()


@pytest.mark.parametrize("judge", ["pace", "chance"])
def test_a_longer_past_takes_no_more_statements(shop, judge):
    database, here = shop
    with database.session(here) as session:
        july(session, judge=judge)
    needed = []
    for days in (8, 30):
        with database.session(here) as session:
            # What was counted before is counted: the days alone differ.
            session.execute(delete(DirtyDay).where(col(DirtyDay.workspace_id) == here))
        with counted(database) as seen:
            replayed(shop, today=MONTH[0] + timedelta(days=days))
        needed.append(len(seen))
    assert needed[1] <= needed[0]
