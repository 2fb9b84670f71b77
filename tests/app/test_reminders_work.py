"""Late tasks on their whole way: from the day's review to the channel of the team."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from app import queue, work
from app.due import Due
from goals.workspace import Team
from strategy import reminders
from strategy.worksheets import items, saving
from tests.support.site import plain
from tests.support.slack import Desk

TASKS = "implementation.tasks"


def write(desk: Desk, team: str, name: str = "Clean *the* data") -> None:
    with desk.session() as session:
        item = items.add_item(session, TASKS, by=None, now=desk.moment)
        due = (desk.moment - timedelta(days=3)).date().isoformat()
        for question, version, values in (
            (TASKS, 1, {"task": name, "team": team}),
            ("implementation.dates", 2, {"due": due}),
        ):
            saving.save_answer(
                session, question, item, values, version, by=None, now=desk.moment, autosave=True
            )


def team_with(desk: Desk, channel: str) -> str:
    with desk.session() as session:
        team = Team(workspace_id=desk.workspace_id, name="Rollout", channel=channel)
        session.add(team)
        session.flush()
        return str(team.id)


def review(desk: Desk) -> None:
    with desk.session() as session:
        queue.schedule(session, "review", "", desk.moment)
    assert work.run_reviews(desk.wiring, desk.workspace_id, "worker") == 1


def test_a_late_task_is_told_in_the_channel_of_its_team(slack_desk: Desk) -> None:
    desk = slack_desk
    channel = desk.slack.add_channel("rollout", members=[desk.slack.add_user("Ann")])
    desk.switch_on(channel)
    write(desk, team_with(desk, channel.id))
    review(desk)
    assert desk.deliver() == 1
    [card] = desk.slack.messages(channel)
    text = desk.slack.screen_text(card)
    assert "CRM plan: 1 task is late" in text
    assert "Clean *the* data" in text
    assert desk.slack.audit == []
    review(desk)
    assert desk.deliver() == 0
    shown = plain(desk.browser().get("/slack"))
    assert "CRM plan: 1 task is late" in shown
    assert "Sent #rollout" in shown


def test_reminders_that_fail_do_not_lose_the_review(
    slack_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> int:
        raise ValueError("a plan that cannot be read")

    monkeypatch.setattr(reminders, "remind", broken)
    desk = slack_desk
    review(desk)
    with desk.session() as session:
        due = session.exec(
            select(Due).where(col(Due.workspace_id) == desk.workspace_id, col(Due.task) == "review")
        ).one()
        assert (due.attempts, due.last_error) == (0, None)
