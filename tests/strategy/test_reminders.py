"""Late and blocked tasks on their way to the channels of their teams: once, and not every day."""

import re
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select

from goals import workspace
from goals.alerts import ruling
from goals.alerts.outbox import Channel, Outbox
from goals.words import Reader
from goals.workspace import Team
from integrations.slack.blocks import alerts
from strategy import reminders
from tests.support import languages

TASKS = "implementation.tasks"
DAY = date(2027, 2, 2)
THAI, CHINESE = Reader("th"), Reader("zh_Hans")


@pytest.fixture
def channel(desk):
    with desk.session() as session:
        team = session.get(Team, (desk.workspace_id, int(desk.sales)))
        team.channel = "C0SALES01"
        session.add_all([team, Channel(workspace_id=desk.workspace_id, external_id="C0SALES01",
                                       is_on=True, created_at=desk.now)])  # fmt: skip


def task(desk, name="Clean <data>", due="2027-02-01", status="", team=True, **also):
    own = {"team": desk.sales} if team else {}
    item = desk.add(TASKS, task=name, owner=str(desk.nok), **own)
    desk.save("implementation.dates", item, autosave=True, due=due)
    if status:
        desk.save("implementation.standing", item, autosave=True, status=status, **also)
    return item


def remind(desk, day=DAY):
    with desk.session() as session:
        return reminders.remind(session, now=desk.now, today=day)


def queued(desk):
    with desk.session() as session:
        return list(
            session.exec(
                select(Outbox)
                .where(col(Outbox.workspace_id) == desk.workspace_id)
                .order_by(col(Outbox.id))
            )
        )


def test_a_late_task_goes_to_the_channel_of_its_team_once(desk, channel):
    task(desk)
    assert remind(desk, DAY - timedelta(days=1)) == 0
    assert [remind(desk), remind(desk), remind(desk, DAY + timedelta(days=1))] == [1, 0, 0]
    [row] = queued(desk)
    assert (row.kind, row.destination, row.state, row.goal_id) == (
        "tasks", "C0SALES01", "new", None,
    )  # fmt: skip
    assert row.facts["tasks"][0]["days_late"] == 1


def test_it_is_said_again_after_a_week_while_it_stays_late(desk, channel):
    task(desk)
    told = [remind(desk, DAY + timedelta(days=number)) for number in range(15)]
    assert [number for number, count in enumerate(told) if count] == [0, 7, 14]


def test_another_due_day_is_news(desk, channel):
    item = task(desk)
    remind(desk)
    desk.save("implementation.dates", item, autosave=True, due="2027-02-02")
    assert remind(desk, DAY + timedelta(days=1)) == 1


def test_tasks_of_one_day_are_one_message_for_each_channel(desk, channel):
    task(desk)
    task(desk, "Move")
    task(desk, "Ask", team=False)
    assert remind(desk) == 2
    rows = {row.channel_kind: row for row in queued(desk)}
    assert [one["task"] for one in rows["slack"].facts["tasks"]] == ["Clean <data>", "Move"]
    assert rows["preview"].destination == ""


def test_a_blocked_task_is_told_once_a_week(desk, channel):
    task(desk, due="2027-06-01", status="blocked", blocked_by="A second seat")
    told = [remind(desk, DAY + timedelta(days=number)) for number in range(10)]
    assert sum(told) == 2
    assert queued(desk)[0].facts["tasks"][0]["blocked_by"] == "A second seat"


def test_done_tasks_and_those_in_time_are_not_told(desk, channel):
    task(desk, status="done")
    task(desk, "Move", due="2027-02-02")
    assert remind(desk) == 0


def test_a_channel_that_is_off_keeps_its_reminder(desk, channel):
    with desk.session() as session:
        found = session.exec(
            select(Channel).where(col(Channel.workspace_id) == desk.workspace_id)
        ).one()
        found.is_on = False
        session.add(found)
    task(desk)
    assert remind(desk) == 0
    [row] = queued(desk)
    assert (row.state, row.error) == ("held", {"code": "channel_off"})


def message(desk, reader, **also):
    [row] = queued(desk)
    return alerts.alert(row.kind, row.facts, reader, "https://headway.example", **also)


def sections(post):
    return [one["text"]["text"] for one in post.blocks if one["type"] == "section"]


def test_it_waits_for_the_end_of_the_quiet_hours(desk, channel):
    task(desk)
    hour = desk.now.astimezone(UTC).hour
    with desk.session() as session:
        rule = ruling.default(session, desk.now)
        here = workspace.of(session)
        local = desk.now.astimezone(ZoneInfo(here.zone))
        rule.quiet_from, rule.quiet_to = f"{local.hour:02}:00", f"{(local.hour + 1) % 24:02}:00"
        session.add(rule)
    remind(desk)
    [row] = queued(desk)
    assert row.deferred_until is not None
    assert row.deferred_until.hour == (hour + 1) % 24


def test_the_message_names_what_is_late_since_when_whose_it_is_and_what_to_do(desk, channel):
    task(desk)
    remind(desk)
    said = message(desk, Reader("en"))
    assert (
        said.text
        == "CRM plan: 1 task is late \u00b7 Clean &lt;data&gt; \u00b7 1 day late \u00b7 Nok"
    )
    head, lines = sections(said)
    assert head == "*CRM plan: 1 task is late*"
    first, second = lines.split("\n")
    assert first.startswith(
        "*1 day late:* <https://headway.example/strategy/implementation/standing"
    )
    assert first.endswith(" \u00b7 Nok") and second == "Due 1 Feb 2027"
    assert "Whoever owns a task says on its page" in str(said.blocks)
    assert "https://headway.example/strategy/implementation/plan" in str(said.blocks)


def test_a_blocked_task_says_since_when_and_what_it_needs(desk, channel):
    task(desk, due="2027-06-01", status="blocked", blocked_by="A second seat")
    remind(desk)
    said = message(desk, Reader("en"))
    head, lines = sections(said)
    assert head == "*CRM plan: 1 task is blocked*"
    assert "*Blocked since 2 Nov 2026:*" in lines
    assert "Due 1 Jun 2027 \u00b7 Needs: A second seat" in lines


def test_what_is_late_and_blocked_counts_once_and_says_both(desk, channel):
    task(desk, status="blocked", blocked_by="A *second* seat")
    remind(desk)
    said = message(desk, Reader("en"))
    assert said.text.startswith("CRM plan: 1 task is late \u00b7 ")
    assert "1 day late" in str(said.blocks) and "Blocked since 2 Nov 2026" in str(said.blocks)


def test_an_owner_who_is_known_in_slack_is_mentioned(desk, channel):
    task(desk)
    remind(desk)
    said = message(desk, Reader("en"), owners={str(desk.nok): "<@U0NOK>"})
    assert "<@U0NOK>" in str(said.blocks) and "<@" not in said.text


@pytest.mark.parametrize("reader", [THAI, CHINESE], ids=["th", "zh"])
def test_the_message_speaks_the_language_of_the_channel(desk, channel, reader):
    task(desk, name="\u03a9", status="blocked", blocked_by="\u03a8")
    remind(desk)
    said = message(desk, reader)
    texts = [said.text, *(text for block in said.blocks for text in _texts(block))]
    plain = [re.sub(r"<http[^|]+\|", "", one) for one in texts]
    assert [one for one in plain if languages.latin(one, ("CRM", "Nok"))] == []


def _texts(block):
    if isinstance(block, str):
        return
    for key, value in block.items():
        if key == "text" and isinstance(value, str):
            yield value
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                yield from _texts(inner)
