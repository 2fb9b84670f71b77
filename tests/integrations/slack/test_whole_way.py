"""From deals to Slack: reviewed day by day, told once, and the same numbers in every answer."""

import json
import re
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from app.cli import main
from goals import words, workspace
from goals.alerts import review
from goals.alerts.outbox import Outbox
from goals.metrics import refresh
from tests.fakes.slack.world import Message
from tests.support import company
from tests.support.slack import Desk

FIRST = date(2026, 7, 1)


@pytest.fixture
def selling(slack_desk: Desk) -> Desk:
    """Deals are won every third day, then none for a month, then many at once."""
    database = slack_desk.wiring.database
    slack_desk.bring_files()
    days = [FIRST + timedelta(days=n) for n in range(0, 24, 3)]
    wins = [(day, 1000) for day in days]
    wins += [(date(2026, 8, 25), 40_000)]
    company.win(database, slack_desk.workspace_id, wins)
    with slack_desk.session() as session:
        refresh.refresh(session)
    return slack_desk


def live(desk: Desk, channel: str, days: int) -> None:
    """Review a goal for this channel on each of so many days and deliver what follows."""
    with desk.session() as session:
        goal = company.revenue_goal(session, target=40_000, channel=channel, name="Sell more")
        here = workspace.of(session)
        goal_id = goal.id
    for number in range(days):
        day = FIRST + timedelta(days=number)
        desk.moment = here.end_of(day)
        with desk.session() as session:
            review.review(session, now=desk.moment, today=day)
        desk.parts.recent.pop(f"post:{channel}", None)
        desk.deliver()
    assert goal_id


def test_a_goal_that_falls_behind_and_recovers_is_one_thread(selling: Desk) -> None:
    desk = selling
    ann = desk.person("Ann")
    channel = desk.slack.add_channel("sales", members=[ann])
    desk.switch_on(channel)
    live(desk, channel.id, 60)
    said = desk.slack.messages(channel)
    root, replies = said[0], said[1:]
    assert all(one.thread_ts == root.ts for one in replies)
    assert first_line(desk, root).startswith(("● On track: Sell more", "✓ Achieved: Sell more"))
    assert "Back on track" in screen(desk, replies[-1]) or "Achieved" in screen(desk, replies[-1])
    with desk.session() as session:
        rows = session.exec(select(Outbox).where(col(Outbox.workspace_id) == desk.workspace_id))
        assert {row.state for row in rows} == {"done"}
    assert len(said) == len({one.client_msg_id for one in said})
    for one in said:
        [picture] = [block for block in one.blocks if block["type"] == "image"]
        shown = desk.slack.screen_text(one, notification=False)
        told = re.search(r"Now (฿[^·\n]+?)(?: ·|\n|$)", shown)
        assert told is not None
        assert told[1] in picture["alt_text"]
    assert desk.slack.audit == []


def test_every_number_in_slack_is_the_number_of_ask(
    selling: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = selling
    monkeypatch.setenv("HEADWAY_DATABASE_URL", desk.wiring.settings.database)
    ann = desk.user(desk.person("Ann"))
    channel = desk.slack.add_channel("sales", members=[ann.user])
    desk.switch_on(channel)
    live(desk, channel.id, 40)
    assert main.main(["ask", "status of sell more", "--json"]) == 0
    asked = json.loads(capsys.readouterr().out)
    here = desk.wiring.database.session(desk.workspace_id)
    with here as session:
        zone = workspace.of(session)
        reader = words.Reader(zone.locale, zone.calendar, zone.zone, zone.currency)
    shown = words.format_value(words.amount(asked["value"], "money", "THB"), reader)
    replies = [
        ann.slash("/goals", "sell more", channel).messages[0],
        ann.say("status of sell more").messages[0],
    ]
    ann.mention(channel, "status of sell more")
    replies.append(desk.slack.messages(channel)[-1])
    for one in replies:
        assert one.text == asked["text"]
        assert shown in screen(desk, one)
        assert asked["receipt"]["formula"] in screen(desk, one).replace("&gt;", ">")
    main.main(["status", "--json"])
    [status] = json.loads(capsys.readouterr().out)["goals"]
    assert (status["actual"], status["status"]) == (asked["value"], asked["status"])


def screen(desk: Desk, message: Message) -> str:
    return desk.slack.screen_text(message)


def first_line(desk: Desk, message: Message) -> str:
    return desk.slack.screen_text(message, notification=False).splitlines()[0]
