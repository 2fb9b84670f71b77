"""Reminders of check-ins on their whole way: from the day's review to the channel, once."""

import threading
from datetime import date

from app import queue, work
from goals.tracking.goal import Goal
from tests.support.site import plain
from tests.support.slack import Desk


def reminded(desk: Desk, channel: str) -> int:
    """Add a goal that is looked at monthly, due on the desk's day."""
    made = desk.goal("Sell more", status="on_track", channel=channel)
    with desk.session() as session:
        goal = session.get(Goal, (desk.workspace_id, made))
        goal.cadence, goal.cadence_since, goal.reminds = "monthly", date(2026, 10, 1), True
        session.add(goal)
    return made


def review(desk: Desk, worker: str = "worker") -> int:
    with desk.session() as session:
        queue.schedule(session, "review", "", desk.moment)
    return work.run_reviews(desk.wiring, desk.workspace_id, worker)


def test_a_due_check_in_is_told_once_however_many_workers_there_are(slack_desk: Desk) -> None:
    desk = slack_desk
    channel = desk.slack.add_channel("sales", members=[desk.slack.add_user("Ann")])
    desk.switch_on(channel)
    made = reminded(desk, channel.id)
    desk.moment = desk.moment.replace(month=11, day=30)
    with desk.session() as session:
        queue.schedule(session, "review", "", desk.moment)
    workers = [
        threading.Thread(
            target=work.run_reviews, args=(desk.wiring, desk.workspace_id, f"worker {n}")
        )
        for n in range(2)
    ]
    for one in workers:
        one.start()
    for one in workers:
        one.join(60)
    desk.deliver()
    review(desk)
    desk.deliver()
    texts = [desk.slack.screen_text(one) for one in desk.slack.messages(channel)]
    told = [text for text in texts if "Check-in due" in text]
    assert len(told) == 1
    assert "Sell more" in told[0] and "Every month" in told[0]
    assert desk.slack.audit == []
    shown = plain(desk.browser().get("/slack"))
    assert "Check-in due" in shown
    assert f"/goals/{made}#check-in" in desk.browser().get("/slack")
