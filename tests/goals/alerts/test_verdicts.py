"""How right a rule is by what members say of it, and settings that its past proposes."""

from datetime import date, timedelta
from typing import Any

import pytest

from goals import words
from goals.alerts import ruling, verdicts
from goals.alerts.replay import proposing
from goals.alerts.replay.past import Replay
from goals.alerts.replay.proposing import Proposal
from goals.alerts.replay.score import Firing, Score
from goals.alerts.rule import AlertRule, AlertStory, AlertVerdict, RuleTuning
from goals.alerts.verdicts import Share
from goals.errors import Refusal
from goals.tracking import goals, periods
from goals.tracking.goal import Goal
from goals.words import Message
from tests.support.rules import Watch

#: Which goal a rule fired about says nothing here.


@pytest.fixture
def watch(sqlite_url):
    found = Watch(sqlite_url)
    yield found
    found.database.dispose()


def tell(watch, times=1):
    """Let so many alerts begin and end, and return their stories' ids."""
    for _ in range(times):
        watch.later(days=1).say("off_track")
        watch.later(days=1).say("on_track")
    return [one.id for one in watch.rows(AlertStory)][-times:]


def say(watch, story_id, member_id, is_useful):
    with watch.session() as session:
        story = session.get_one(AlertStory, (watch.here, story_id))
        verdicts.give(session, story, member_id, is_useful, now=watch.now)


def test_a_member_has_one_word_for_an_alert_and_may_change_it_or_take_it_back(watch):
    watch.say("on_track")
    [story] = tell(watch)
    for is_useful in (True, True, False, False):
        say(watch, story, watch.ann, is_useful)
    say(watch, story, watch.owner, True)
    said = {row.member_id: row.is_useful for row in watch.rows(AlertVerdict)}
    assert said == {watch.ann: False, watch.owner: True}
    with watch.session() as session:
        found = session.get_one(AlertStory, (watch.here, story))
        assert verdicts.of_story(session, found) == Share(1, 2)
    for _ in range(2):
        say(watch, story, watch.ann, None)
    assert [row.member_id for row in watch.rows(AlertVerdict)] == [watch.owner]


def test_nothing_is_said_of_an_alert_that_nobody_heard(watch):
    watch.rule(weekly_most=1)
    watch.say("on_track")
    tell(watch)
    watch.later(days=1).say("off_track")
    with pytest.raises(Refusal, match="not_told"):
        say(watch, watch.story().id, watch.ann, True)


def test_both_databases_count_what_members_say_and_how_goals_ended(database_url):
    watch = Watch(database_url)
    rule = watch.rule()
    watch.say("on_track")
    told = tell(watch, 5)
    for story, is_useful in zip(told, (True, True, True, False), strict=False):
        say(watch, story, watch.ann, is_useful)

    def precision():
        with watch.session() as session:
            rules = ruling.every(session, watch.now)
            return verdicts.precision(session, rules)[rule]

    assert (precision().by_word, precision().by_word.value) == (Share(3, 4), None)
    say(watch, told[4], watch.ann, True)
    assert precision().by_word.value == 4 / 5
    assert precision().by_end == Share(0, 0)
    watch.later(days=1).say("missed", final=True)
    # The alert about the end itself foretold nothing.
    assert (precision().by_end, precision().by_end.value) == (Share(5, 5), 1.0)
    watch.database.dispose()


def test_a_period_that_is_over_says_how_right_its_alerts_were(database_url):
    watch = Watch(database_url)
    rule = watch.rule()
    watch.say("on_track")
    tell(watch, 5)
    watch.later(days=70).say("missed", final=True)
    with watch.session() as session:
        goal = session.get_one(Goal, (watch.here, watch.goal))
        goal.every = "quarter"
        following = periods.begin_next(session, goal, goals.current(session, goal), watch.now)
        assert following.version == 2
    watch.later(hours=1).say("too_early", version=2)
    watch.later(days=30).say("off_track", version=2)
    with watch.session() as session:
        found = verdicts.precision(session, ruling.every(session, watch.now))
    # That of the period which still runs is not known to be right or wrong.
    assert found[rule].by_end == Share(5, 5)
    watch.database.dispose()


def test_a_rule_that_warns_of_nothing_is_not_judged_by_the_end(watch):
    rule = watch.rule("recovery")
    with watch.session() as session:
        found = verdicts.precision(session, ruling.every(session, watch.now))
    assert found[rule].by_end is None


def score(caught, false, *, missed=10, lead=20.0, ended=14):
    firings = tuple(Firing(date(2026, 7, 1), "1", "G", 1, "missed") for _ in range(ended))
    return Score(firings, missed, caught, false, lead, 20, 52.0)


def replay_of(now, *others):
    terms: dict[str, Any] = {"kind": "chance_below", "settings": {"below": 0.5, "days": 2}}
    rule = AlertRule(name="R", **terms)
    tried = [({"below": 0.4 - n / 10, "days": 2}, one) for n, one in enumerate(others)]
    day = date(2026, 7, 1)
    settings = rule.settings
    return Replay(rule, day, day, settings, now, tried[:2], 1, 1, 1, tried)


@pytest.mark.parametrize(
    ("now", "others", "chosen"),
    [
        (score(9, 5), [score(9, 3)], 0.4),
        (score(9, 5), [score(9, 3), score(9, 1)], 0.3),
        (score(9, 5), [score(10, 5)], 0.4),
        (score(9, 5), [score(10, 5), score(9, 0)], 0.4),
        (score(9, 5), [score(9, 4)], None),
        (score(9, 20), [score(9, 16)], None),
        (score(9, 5), [score(8, 0)], None),
        (score(9, 5), [score(10, 6)], None),
        (score(2, 5, missed=2), [score(2, 0, missed=2)], None),
        (score(9, 4, ended=4), [score(9, 0)], None),
        (score(None, 5), [score(None, 0)], None),
    ],
)
def test_only_what_is_clearly_better_is_proposed(now, others, chosen):
    found = proposing.of(replay_of(now, *others))
    assert (None if found is None else round(found.settings["below"], 2)) == chosen


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (
            score(9, 3),
            "With “Under 40% for 2\u00a0days” it would have caught as many missed goals (9 of"
            " 10) with 3 false alarms instead of 5.",
        ),
        (
            score(10, 5),
            "With “Under 40% for 2\u00a0days” it would have caught 10 of 10 missed goals instead"
            " of 9, with no more false alarms.",
        ),
    ],
)
def test_a_proposal_says_what_it_would_have_changed_in_numbers(other, said):
    found = proposing.of(replay_of(score(9, 5), other))
    assert words.render(found.why, words.Reader()) == said


def test_a_proposal_is_taken_by_a_person_kept_and_undone(watch):
    number = watch.rule("chance_below", cool_down=24)
    proposal = Proposal({"below": 0.4, "days": 2}, Message("Because."))
    with watch.session() as session:
        rule = session.get_one(AlertRule, (watch.here, number))
        proposing.take(session, rule, proposal, by=watch.ann, now=watch.now)
    rule = watch.the_rule(number)
    assert (rule.settings, rule.cool_down, rule.version) == ({"below": 0.4, "days": 2}, 24, 2)
    [kept] = watch.rows(RuleTuning)
    assert (kept.by_id, kept.before["below"], kept.after["below"]) == (watch.ann, 0.5, 0.4)
    with watch.session() as session:
        rule = session.get_one(AlertRule, (watch.here, number))
        [kept] = proposing.taken(session, rule)
        for _ in range(2):
            proposing.undo(session, rule, kept, by=watch.owner, now=watch.now + timedelta(hours=1))
    rule = watch.the_rule(number)
    assert (rule.settings["below"], rule.version) == (0.5, 3)
    [kept] = watch.rows(RuleTuning)
    assert kept.undone_by == watch.owner


def test_what_was_changed_since_is_not_undone(watch):
    number = watch.rule("chance_below")
    with watch.session() as session:
        rule = session.get_one(AlertRule, (watch.here, number))
        proposal = Proposal({"below": 0.4, "days": 2}, Message("Because."))
        kept = proposing.take(session, rule, proposal, by=watch.ann, now=watch.now)
        ruling.tune(session, rule, {"below": 0.3, "days": 2}, 0, watch.now)
        with pytest.raises(Refusal, match="changed_since"):
            proposing.undo(session, rule, kept, by=watch.ann, now=watch.now)
        assert rule.settings["below"] == 0.3
