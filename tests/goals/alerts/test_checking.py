"""Rules that look at a goal: what is told, what is not and why, story by story."""

from datetime import UTC, datetime, timedelta

import pytest

from goals.alerts import checking, conditions, delivery, ruling, stories, waking
from goals.alerts.channel import Preview
from goals.alerts.drafts import Draft
from goals.alerts.outbox import Outbox
from goals.alerts.rule import AlertAct, AlertRule, AlertStory, NoticeOff
from goals.errors import Refusal
from goals.tracking.goal import Goal
from tests.support.rules import Watch


@pytest.fixture
def watch(sqlite_url):
    found = Watch(sqlite_url)
    yield found
    found.database.dispose()


def wake(watch):
    with watch.session() as session:
        return waking.wake(session, watch.now) if waking.is_due(session, watch.now) else 0


def deliver(watch):
    """Let everything that is due arrive, and return where it went."""
    arrived = []

    class Everywhere(Preview):
        def send(self, message):
            arrived.append((message.kind, message.channel_kind, message.destination))
            return f"ts-{len(arrived)}"

    begin = watch.database.begin(watch.here)
    delivery.deliver(begin, Everywhere(), worker="w", clock=lambda: watch.now)
    return arrived


def test_a_workspace_has_one_rule_that_tells_changes_as_always(watch):
    with watch.session() as session:
        [rule] = ruling.every(session, watch.now)
        assert (rule.is_default, rule.is_on, rule.kind) == (True, True, "status_change")
    watch.say("on_track")
    assert watch.later(days=1).say("off_track") == 1
    assert watch.later(days=1).say("off_track") == 0
    assert watch.later(days=1).say("on_track") == 1
    assert watch.told() == ["alert", "recovery"]
    assert watch.log() == ["no_news", "changed", "no_change", "changed"]
    alert, recovery = watch.rows(Outbox)
    assert recovery.facts["continues"] == alert.dedupe_key
    assert not alert.dedupe_key.startswith("r")
    assert watch.story().state == "closed"


def test_both_databases_tell_a_story_alike(database_url):
    watch = Watch(database_url)
    watch.rule(cool_down=48, weekly_most=5, quiet_from="20:00", quiet_to="08:00")
    watch.say("on_track")
    watch.later(days=1).say("off_track")
    watch.later(days=1).say("on_track")
    watch.later(days=1).say("at_risk")
    assert watch.told() == ["alert", "recovery"]
    assert watch.log()[-1] == "cooling_down"
    watch.later(days=1)
    assert wake(watch) == 1
    assert watch.told() == ["alert", "recovery", "alert"]
    watch.database.dispose()


def test_a_rule_that_cools_down_keeps_the_story_and_drops_it_if_it_passes(watch):
    watch.rule(cool_down=72)
    watch.say("on_track")
    watch.later(days=1).say("off_track")
    watch.later(days=1).say("on_track")
    watch.later(days=1).say("off_track")
    assert (watch.story().state, watch.log()[-1]) == ("waiting", "cooling_down")
    watch.later(days=1).say("on_track")
    assert (watch.story().state, watch.log()[-1]) == ("closed", "passed")
    assert watch.told() == ["alert", "recovery"]
    assert wake(watch.later(days=5)) == 0


def test_what_was_kept_back_is_told_at_the_next_look_when_it_may_be(watch):
    watch.rule(cool_down=24)
    watch.say("on_track")
    watch.later(days=1).say("off_track")
    watch.later(days=1).say("on_track")
    watch.later(hours=2).say("off_track")
    assert watch.told() == ["alert", "recovery"]
    watch.later(days=2).say("off_track")
    assert watch.told() == ["alert", "recovery", "alert"]


def test_data_that_are_missing_end_no_story_that_was_kept_back(watch):
    watch.rule(cool_down=24)
    watch.say("on_track")
    watch.later(days=1).say("off_track")
    watch.later(days=1).say("on_track")
    watch.later(hours=2).say("off_track")
    watch.later(hours=2).say("stale")
    assert watch.story().state == "waiting"


def test_a_week_has_no_more_stories_than_it_may(watch):
    watch.rule(weekly_most=1)
    watch.say("on_track")
    watch.later(days=1).say("off_track")
    watch.later(days=1).say("on_track")
    watch.later(days=1).say("off_track")
    assert (watch.told(), watch.log()[-1]) == (["alert", "recovery"], "weekly_most")
    assert watch.story().wake_at == datetime(2026, 7, 28, 3, 0, tzinfo=UTC)
    watch.later(days=5)
    assert wake(watch) == 1


def test_a_goal_outside_the_scope_is_not_looked_at(watch):
    watch.rule(owner_id=watch.owner)
    watch.rule(metric="win_rate")
    mine = watch.rule(owner_id=watch.ann, metric="revenue", goal_id=watch.goal)
    watch.say("on_track")
    watch.later(days=1).say("off_track")
    assert [row.rule_id for row in watch.rows(Outbox)] == [mine]


def test_a_pace_that_lags_is_told_with_the_reason_and_its_end_too(watch):
    watch.rule("pace_gap", settings={"gap": "0.1", "days": "3"})
    for pace in (0.95, 0.85, 0.8, 0.8):
        watch.later(days=1).say("on_track", pace=pace)
    assert watch.told() == ["alert"]
    watch.later(days=1).say("on_track", pace=0.8)
    watch.later(days=1).say("stale")
    watch.later(days=1).say("on_track", pace=0.92)
    assert watch.told() == ["alert", "recovery"]
    assert watch.log() == [
        "well", "not_long_enough", "not_long_enough", "below", "still_below", "no_pace", "well",
    ]  # fmt: skip
    assert watch.rows(Outbox)[0].facts["rule"]["why"]["id"].startswith("The pace has been under")


def test_a_chance_that_is_not_known_is_in_the_log(watch):
    watch.rule("chance_below", settings={"below": "0.5", "days": "1"})
    watch.say("at_risk")
    watch.later(days=1).say("at_risk", chance=0.3)
    assert (watch.log(), watch.told()) == (["no_chance", "below"], ["alert"])


def test_marks_on_the_way_are_told_once_each(watch):
    watch.rule("milestone", settings={"every": "0.5"})
    for share in (0.3, 0.6, 0.4, 0.7, 1.0):
        watch.later(days=1).say("on_track", share=share)
    assert watch.told() == ["progress", "progress"]


def test_a_story_that_was_taken_on_climbs_no_ladder(watch):
    watch.rule(ladder=[{"hours": 24, "to": "owner"}, {"hours": 72, "to": str(watch.owner)}])
    watch.say("on_track")
    watch.later(days=1).say("off_track")
    deliver(watch)
    assert wake(watch.later(hours=23)) == 0
    assert wake(watch.later(hours=1)) == 1
    assert deliver(watch) == [("escalation", "direct", str(watch.ann))]
    with watch.session() as session:
        story = session.get_one(AlertStory, (watch.here, watch.story().id))
        assert stories.acknowledge(session, story, by=watch.ann, now=watch.now)
        assert not stories.acknowledge(session, story, by=watch.owner, now=watch.now)
    assert wake(watch.later(days=9)) == 0
    acts = [act.kind for act in watch.rows(AlertAct)]
    assert acts == ["opened", "told", "escalated", "acknowledged"]


def test_the_ladder_goes_on_to_the_next_person(watch):
    watch.rule(ladder=[{"hours": 24, "to": "owner"}, {"hours": 72, "to": str(watch.owner)}])
    watch.say("on_track")
    watch.later(days=1).say("off_track")
    deliver(watch)
    wake(watch.later(hours=24))
    assert wake(watch.later(hours=47)) == 0
    wake(watch.later(hours=1))
    assert [row.destination for row in watch.rows(Outbox)][1:] == [
        str(watch.ann), str(watch.owner),
    ]  # fmt: skip
    assert wake(watch.later(days=9)) == 0


def test_nobody_is_asked_about_an_alert_that_nobody_heard(watch):
    watch.rule(ladder=[{"hours": 1, "to": "owner"}], routes=[{"kind": "slack", "to": "C09"}])
    watch.say("on_track")
    watch.later(days=1).say("off_track")
    assert watch.rows(Outbox)[0].state == "held"
    assert wake(watch.later(hours=2)) == 0
    assert watch.story().wake_at == watch.now + timedelta(hours=1)


def test_a_snoozed_story_is_silent_until_its_time_but_its_end_is_told(watch):
    watch.rule()
    watch.say("on_track")
    watch.later(days=1).say("at_risk")
    with watch.session() as session:
        story = session.get_one(AlertStory, (watch.here, watch.story().id))
        stories.snooze(session, story, watch.now + timedelta(days=3), by=watch.ann, now=watch.now)
    watch.later(days=1).say("off_track")
    assert (watch.told(), watch.log()[-1]) == (["alert"], "snoozed")
    assert wake(watch.later(days=2)) == 1
    assert watch.told() == ["alert", "still"]
    with watch.session() as session:
        story = session.get_one(AlertStory, (watch.here, watch.story().id))
        stories.snooze(session, story, watch.now + timedelta(days=3), by=watch.ann, now=watch.now)
    watch.later(days=1).say("on_track")
    assert watch.told() == ["alert", "still", "recovery"]


def test_what_is_over_can_neither_be_taken_on_nor_put_off(watch):
    watch.say("on_track")
    watch.later(days=1).say("at_risk")
    with watch.session() as session:
        story = session.get_one(AlertStory, (watch.here, watch.story().id))
        for until in (watch.now, watch.now + timedelta(days=91)):
            with pytest.raises(Refusal, match="until"):
                stories.snooze(session, story, until, by=None, now=watch.now)
        for text in (" ", "x" * 2001):
            with pytest.raises(Refusal, match="comment"):
                stories.comment(session, story, text, by=None, now=watch.now)
        stories.comment(session, story, "ลูกค้าขอเลื่อน 客户推迟", by=watch.ann, now=watch.now)
    watch.later(days=1).say("on_track")
    with watch.session() as session, pytest.raises(Refusal, match="story_over"):
        stories.acknowledge(
            session,
            session.get_one(AlertStory, (watch.here, watch.story().id)),
            by=None,
            now=watch.now,
        )


def test_quiet_hours_put_off_and_hold_up_nothing_else(watch):
    watch.rule(quiet_from="20:00", quiet_to="08:00", workdays_only=True)
    watch.rule(routes=[{"kind": "goal"}])
    watch.say("on_track")
    # Saturday at half past nine in the evening.
    watch.now = datetime(2026, 7, 25, 14, 30, tzinfo=UTC)
    assert watch.say("off_track") == 2
    quiet, loud = watch.rows(Outbox)
    assert quiet.deferred_until == datetime(2026, 7, 27, 1, 0, tzinfo=UTC)
    assert loud.deferred_until is None
    assert len(deliver(watch)) == 1
    watch.now = datetime(2026, 7, 27, 0, 59, tzinfo=UTC)
    assert deliver(watch) == []
    watch.later(minutes=1)
    assert len(deliver(watch)) == 1


def test_people_are_told_as_they_wish(watch):
    watch.rule(routes=[{"kind": "direct", "to": "owner"}, {"kind": "email", "to": "owner"}])
    with watch.session() as session:
        session.add(
            NoticeOff(workspace_id=watch.here, member_id=watch.ann, event="alert", way="email")
        )
    watch.say("on_track")
    watch.later(days=1).say("off_track")
    watch.later(days=1).say("on_track")
    places = [(row.kind, row.channel_kind) for row in watch.rows(Outbox)]
    assert places == [("alert", "direct"), ("recovery", "direct"), ("recovery", "email")]


def test_a_private_goal_reaches_people_who_may_see_it_and_nobody_else(watch):
    routes = [
        *({"kind": "direct", "to": str(one)} for one in (watch.ann, watch.owner)),
        {"kind": "slack", "to": "C02"},
        {"kind": "webhook", "to": "https://hooks.example/x"},
    ]
    with watch.session() as session:
        vic = watch_viewer(session, watch)
        session.get_one(Goal, (watch.here, watch.goal)).visibility = "private"
    watch.rule(routes=[*routes, {"kind": "email", "to": str(vic)}])
    watch.say("on_track")
    watch.later(days=1).say("off_track")
    states = {(row.channel_kind, row.destination): row.state for row in watch.rows(Outbox)}
    assert states.pop(("direct", str(watch.ann))) == "new"
    assert states.pop(("direct", str(watch.owner))) == "new"
    assert set(states.values()) == {"held"} and len(states) == 3


def watch_viewer(session, watch):
    from app.accounts import people

    return people.add(
        session, email="vic@acme.example", name="Vic", role="viewer", team=None, now=watch.now
    ).id


def test_a_rule_that_cannot_be_evaluated_switches_itself_off_and_says_so(watch):
    broken = watch.rule("pace_gap")
    good = watch.rule("recovery")
    with watch.session() as session:
        session.get_one(AlertRule, (watch.here, broken)).settings = {"gap": "x"}
    for status in ("on_track", "off_track", "on_track"):
        watch.later(days=1).say(status, pace=0.5)
    rule = watch.the_rule(broken)
    assert (rule.is_on, rule.off_reason["id"][:31]) == (False, "The rule could not be evaluated")
    told = watch.rows(Outbox)
    assert [(row.kind, row.destination) for row in told if row.kind == "rule_off"] == [
        ("rule_off", str(watch.owner))
    ]
    assert [row.rule_id for row in told if row.kind == "recovery"] == [good]
    with watch.session() as session:
        ruling.switch(session, session.get_one(AlertRule, (watch.here, broken)), True, watch.now)
    assert (watch.the_rule(broken).off_reason, watch.the_rule(broken).failures) == (None, 0)


def test_three_messages_that_cannot_be_delivered_switch_a_rule_off(watch):
    from goals.errors import DeliveryError
    from goals.words import Message

    class Archived(Preview):
        def send(self, message):
            raise DeliveryError("is_archived", Message("archived"), permanent=True)

    named = watch.rule(routes=[{"kind": "slack", "to": "C02"}])
    for status in ("on_track", "off_track", "on_track", "off_track", "on_track"):
        watch.later(days=1).say(status)
        delivery.deliver(
            watch.database.begin(watch.here), Archived(), worker="w", clock=lambda: watch.now
        )
    assert watch.the_rule(named).is_on is False
    states = [(row.kind, row.state) for row in watch.rows(Outbox)]
    assert states[:3] == [("alert", "dead"), ("recovery", "dead"), ("alert", "dead")]
    assert [kind for kind, _state in states].count("rule_off") == 1


def test_the_log_is_kept_for_400_days(watch):
    watch.say("on_track")
    for passed, left in ((400, 1), (1, 0)):
        watch.later(days=passed)
        with watch.session() as session:
            today = (watch.now + timedelta(hours=7)).date()
            checking.forget(session, now=watch.now, today=today)
        assert len(watch.log()) == left


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"kind": "guess"}, "kind"),
        ({"kind": "pace_gap", "settings": {"days": "nan"}}, "days"),
        ({"kind": "pace_gap", "settings": {"days": "2.5"}}, "days"),
        ({"kind": "pace_gap", "settings": {"gap": "ten"}}, "gap"),
        ({"kind": "digest", "settings": {"every": "3"}}, "every"),
        ({"settings": {"days": "2"}}, "set"),
        ({"goal_id": 1}, "goal"),
        ({"team_id": 1}, "team"),
        ({"owner_id": 1}, "owner"),
        ({"metric": "guesses"}, "metric"),
        ({"kind": "failing_source", "metric": "revenue"}, "scope"),
        ({"routes": [{"kind": "slack", "to": "#sales"}]}, "routes"),
        ({"routes": [{"kind": "fax", "to": "1"}]}, "routes"),
        ({"routes": [{"kind": "direct", "to": "ann"}]}, "routes"),
        ({"routes": [{"kind": "webhook", "to": "ftp://x"}]}, "routes"),
        ({"quiet_from": "20:00"}, "quiet_to"),
        ({"quiet_to": "20:00"}, "quiet_from"),
        ({"quiet_from": "25:00", "quiet_to": "8"}, "quiet_from"),
        ({"cool_down": -1}, "cool_down"),
        ({"weekly_most": 0}, "weekly_most"),
        ({"ladder": [{"hours": 2, "to": "owner"}, {"hours": 2, "to": "owner"}]}, "ladder"),
        ({"ladder": [{"hours": "x", "to": "owner"}]}, "ladder"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said_at_its_field(watch, terms, field):
    with watch.session() as session, pytest.raises(Refusal) as refused:
        draft = Draft(**{"name": "Rule", "kind": "status_change", **terms})
        ruling.add(session, draft, by=None, now=watch.now)
    assert refused.value.field == field


def test_a_rule_changes_by_versions_and_keeps_its_kind_and_the_default_one_stays(watch):
    rule_id = watch.rule("pace_gap")
    with watch.session() as session:
        rule = ruling.find(session, str(rule_id), watch.now)
        draft = Draft(name="Slow", kind="pace_gap", settings={"days": "3"})
        ruling.change(session, rule, draft, now=watch.now)
        assert (rule.version, rule.settings) == (2, {"gap": 0.1, "days": 3})
        with pytest.raises(Refusal, match="kind_fixed"):
            ruling.change(session, rule, Draft(name="Slow", kind="recovery"), now=watch.now)
        with pytest.raises(Refusal, match="name_taken"):
            ruling.add(session, Draft(name="Slow", kind="recovery"), by=None, now=watch.now)
        with pytest.raises(Refusal, match="default_rule"):
            ruling.archive(session, ruling.find(session, "default", watch.now), watch.now)
        ruling.archive(session, rule, watch.now)
        with pytest.raises(Refusal, match="unknown_rule"):
            ruling.find(session, "Slow", watch.now)
    assert set(conditions.OF_GOALS) >= {"status_change", "pace_gap"}
