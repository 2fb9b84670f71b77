"""Digests in Slack: the newest goes on saying how things stand, and asks for what is due."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from goals.alerts import audiences, ruling
from goals.alerts.drafts import Draft
from goals.alerts.outbox import Outbox
from goals.alerts.rule import AlertRule
from goals.table import new_id
from goals.tracking.evaluation import StatusChange
from goals.tracking.goal import Goal
from goals.workspace import Member
from tests.fakes.slack.world import Channel, Message
from tests.support.slack import NOW, Desk

#: The digest of this Sunday is due at nine in Bangkok, which is now.
TODAY = date(2026, 11, 22)


def digest(desk: Desk, *routes: dict[str, str], every: str = "1") -> None:
    """Make a rule whose first digest is due."""
    with desk.session() as session:
        ruling.every(session, desk.moment)
        settings = {"every": every, "hour": "9", "weekday": "6"}
        made = Draft(name="Daily", kind="digest", settings=settings, routes=list(routes))
        rule = ruling.add(session, made, now=desk.moment, by=owner(desk))
        rule.last_on = TODAY - timedelta(days=1)
        session.add(rule)


def owner(desk: Desk) -> int:
    with desk.session() as session:
        statement = select(Member.id).where(col(Member.workspace_id) == desk.workspace_id)
        return session.exec(statement.order_by(col(Member.id))).first()


def place(desk: Desk) -> Channel:
    channel = desk.slack.add_channel("sales", members=[desk.person("Ann")])
    desk.switch_on(channel)
    return channel


def turned(desk: Desk, goal_id: int, before: str, after: str) -> None:
    """Let a review find another status."""
    seen = desk.evaluate(goal_id, after)
    with desk.session() as session:
        session.add(
            StatusChange(
                id=new_id(),
                workspace_id=desk.workspace_id,
                goal_id=goal_id,
                evaluation_id=seen,
                day=desk.moment.date(),
                before=before,
                after=after,
                created_at=desk.moment,
            )
        )


def to_slack(channel: Channel) -> dict[str, str]:
    return {"kind": "slack", "to": channel.id}


def only(desk: Desk, channel: Channel) -> Message:
    [card] = desk.slack.messages(channel)
    return card


def shown(desk: Desk, channel: Channel) -> str:
    return desk.slack.screen_text(only(desk, channel))


def later(desk: Desk, minutes: int = 2) -> int:
    desk.later(minutes=minutes)
    return desk.deliver()


def row(desk: Desk) -> Outbox:
    [found] = [one for one in desk.outbox().values() if one.kind == "digest"]
    return found


def test_the_digest_in_a_channel_is_changed_when_a_goal_in_it_changes(slack_desks: Desk) -> None:
    desk = slack_desks
    channel = place(desk)
    bad = desk.goal("New business", "off_track")
    desk.goal("Churn", "on_track")
    digest(desk, to_slack(channel))
    assert desk.deliver() == 1
    text = shown(desk, channel)
    assert "Nothing has changed." in text
    assert "1 goal still needs you" in text and "Off track: New business" in text
    assert "as of 22 Nov 2026 09:00" in text
    assert (later(desk), desk.slack.calls_to("chat.update")) == (0, [])
    turned(desk, bad, "off_track", "on_track")
    assert later(desk) == 1
    text = shown(desk, channel)
    assert "still needs you" not in text and "◆" not in text
    assert "1 goal changed" in text
    assert "On track: New business · was: Off track" in text
    assert "2 on track" in text and "as of 22 Nov 2026 09:04" in text
    assert later(desk) == 0
    assert (row(desk).state, row(desk).sent_at) == ("done", NOW)
    assert len(desk.slack.calls_to("chat.postMessage")) == 1
    assert desk.slack.audit == []


def test_it_is_changed_once_a_minute_at_most_and_holds_nothing_up(slack_desk: Desk) -> None:
    desk = slack_desk
    channel = place(desk)
    goal = desk.goal("New business", "on_track")
    digest(desk, to_slack(channel))
    desk.deliver()
    for second, (before, after) in enumerate((("on_track", "at_risk"), ("at_risk", "off_track"))):
        turned(desk, goal, before, after)
        desk.later(seconds=10)
        desk.deliver()
        assert desk.slack.calls_to("chat.update") == [], second
    desk.parts.recent.clear()
    desk.message(goal, channel.id)
    assert desk.deliver() == 1
    desk.later(seconds=50)
    assert desk.deliver() == 1
    assert len(desk.slack.calls_to("chat.update")) == 1
    first, alert = desk.slack.messages(channel)
    assert "Off track: New business" in desk.slack.screen_text(first)
    assert "Off track: New business" in desk.slack.screen_text(alert)


@pytest.mark.parametrize("code", ["edit_window_closed", "cant_update_message", "message_not_found"])
def test_one_that_cannot_be_changed_stays_as_it_was_and_nobody_is_bothered(
    slack_desk: Desk, code: str
) -> None:
    desk = slack_desk
    channel = place(desk)
    goal = desk.goal("New business", "off_track")
    digest(desk, to_slack(channel))
    desk.deliver()
    desk.slack.faults.add("chat.update", "error", code=code, times=9)
    for before, after in (("off_track", "on_track"), ("on_track", "at_risk")):
        turned(desk, goal, before, after)
        assert later(desk) == 0
    assert len(desk.slack.calls_to("chat.update")) == 1
    assert "Off track: New business" in shown(desk, channel)
    assert len(desk.outbox()) == 1
    assert (row(desk).state, row(desk).error) == ("done", None)


def test_what_slack_does_not_take_for_a_while_is_changed_after_it(slack_desk: Desk) -> None:
    desk = slack_desk
    channel = place(desk)
    goal = desk.goal("New business", "off_track")
    digest(desk, to_slack(channel))
    desk.deliver()
    turned(desk, goal, "off_track", "on_track")
    desk.slack.faults.add("chat.update", "http_503", times=2)
    for _ in range(3):
        later(desk)
    assert "On track: New business" in shown(desk, channel)


def test_only_the_newest_is_changed(slack_desk: Desk) -> None:
    desk = slack_desk
    channel = place(desk)
    goal = desk.goal("New business", "off_track")
    digest(desk, to_slack(channel))
    desk.deliver()
    desk.later(days=1)
    desk.parts.recent.clear()
    assert desk.deliver() == 1
    turned(desk, goal, "off_track", "on_track")
    assert later(desk) == 1
    old, new = (desk.slack.screen_text(one) for one in desk.slack.messages(channel))
    assert "Off track: New business" in old
    assert "On track: New business" in new


def test_a_goal_that_became_private_is_named_there_no_more(slack_desk: Desk) -> None:
    desk = slack_desk
    channel = place(desk)
    secret, other = desk.goal("Secret", "off_track"), desk.goal("Other", "off_track")
    digest(desk, to_slack(channel))
    desk.deliver()
    with desk.session() as session:
        goal = session.get_one(Goal, (desk.workspace_id, secret))
        goal.visibility = "private"
        session.add(goal)
    turned(desk, other, "off_track", "on_track")
    assert later(desk) == 1
    assert "Secret" not in shown(desk, channel)


@pytest.mark.parametrize("how", [{"is_on": False}, {"paused_reason": "archive"}])
def test_nothing_is_changed_in_a_channel_that_is_off_or_paused(
    slack_desk: Desk, how: dict[str, Any]
) -> None:
    desk = slack_desk
    channel = place(desk)
    goal = desk.goal("New business", "off_track")
    digest(desk, to_slack(channel))
    desk.deliver()
    settle(desk, channel, **how)
    turned(desk, goal, "off_track", "on_track")
    assert later(desk) == 0
    assert row(desk).state == "done"
    assert desk.slack.calls_to("chat.update") == []
    settle(desk, channel, is_on=True, paused_reason=None)
    assert later(desk) == 1
    assert "On track: New business" in shown(desk, channel)


def settle(desk: Desk, channel: Channel, **also: Any) -> None:
    with desk.session() as session:
        found = audiences.channel_named(session, channel.id)
        for name, value in also.items():
            setattr(found, name, value)
        session.add(found)


def asks(desk: Desk, goal_id: int, **also: Any) -> None:
    """Let a check-in of a goal be due."""
    with desk.session() as session:
        goal = session.get_one(Goal, (desk.workspace_id, goal_id))
        goal.cadence, goal.cadence_since = "weekly", date(2026, 11, 1)
        for name, value in also.items():
            setattr(goal, name, value)
        session.add(goal)


def test_a_check_in_that_is_due_is_made_from_the_digest_and_stands_there_no_more(
    slack_desk: Desk,
) -> None:
    desk = slack_desk
    ann = desk.user(desk.person("Ann", "commenter"))
    channel = desk.slack.add_channel("sales", members=[ann.user])
    desk.switch_on(channel)
    asks(desk, desk.goal("New business", "on_track"))
    desk.goal("Churn", "on_track")
    digest(desk, to_slack(channel))
    desk.deliver()
    assert "1 check-in is due" in shown(desk, channel)
    assert "New business · due on" in shown(desk, channel)
    ann.click(only(desk, channel), "Check in")
    ann.submit(ann.modal, {"confidence": "70", "note": "Two more signed"})
    assert later(desk) == 1
    assert "check-in is due" not in shown(desk, channel)
    assert desk.slack.audit == []


def test_a_person_is_asked_for_their_own_check_ins_alone(slack_desk: Desk) -> None:
    desk = slack_desk
    dana, boss = desk.slack.add_user("Dana"), owner(desk)
    desk.link(dana, boss)
    asks(desk, desk.goal("Mine", "on_track"), owner_id=boss)
    asks(desk, desk.goal("Not mine", "on_track"))
    digest(desk, {"kind": "direct", "to": str(boss)})
    assert desk.deliver() == 1
    text = shown(desk, desk.slack.im(dana))
    assert "1 check-in is due" in text
    assert "Mine · due on" in text and "Not mine · due" not in text


def test_many_check_ins_are_five_and_how_many_more(slack_desk: Desk) -> None:
    desk = slack_desk
    channel = place(desk)
    for number in range(7):
        asks(desk, desk.goal(f"Goal {number}", "on_track"))
    digest(desk, to_slack(channel))
    desk.deliver()
    text = shown(desk, channel)
    assert "7 check-ins are due" in text and "and 2 more" in text
    assert text.count("due on") == 5
    assert desk.slack.audit == []


def test_a_rule_that_was_switched_off_leaves_its_digest_alone(slack_desk: Desk) -> None:
    desk = slack_desk
    channel = place(desk)
    goal = desk.goal("New business", "off_track")
    digest(desk, to_slack(channel))
    desk.deliver()
    with desk.session() as session:
        statement = select(AlertRule).where(
            col(AlertRule.workspace_id) == desk.workspace_id, col(AlertRule.kind) == "digest"
        )
        rule = session.exec(statement).one()
        rule.is_on = False
        session.add(rule)
    turned(desk, goal, "off_track", "on_track")
    assert later(desk) == 0
    assert "Off track: New business" in shown(desk, channel)
