"""Charts in Slack: a picture beside the words, with the same numbers, or the words alone."""

import html
from datetime import datetime
from typing import Any

import pytest
from sqlmodel import col, select

from app import work
from goals.alerts.outbox import Channel as Kept
from goals.charts import png
from goals.words import Reader
from integrations.slack.blocks import alerts
from tests.fakes.slack.world import Channel, Message
from tests.support.slack import Desk

PICTURE = b"\x89PNG"


def place(desk: Desk, **also: Any) -> Channel:
    ann = desk.slack.add_user("Ann")
    channel = desk.slack.add_channel("sales", members=[ann], **also)
    desk.switch_on(channel)
    return channel


def told(desk: Desk, channel: Channel, kind: str = "alert") -> Message:
    goal = desk.goal("New business")
    desk.message(goal, channel.id, kind)
    desk.deliver()
    [card] = desk.slack.messages(channel)
    return card


def image_of(card: Message) -> Any:
    return next((one for one in card.blocks if one["type"] == "image"), None)


def test_an_alert_brings_its_chart_and_says_the_same_in_words(slack_desks: Desk) -> None:
    channel = place(slack_desks)
    card = told(slack_desks, channel)
    shown = image_of(card)
    assert shown is not None
    file = slack_desks.slack.files[shown["slack_file"]["id"]]
    assert file.content.startswith(PICTURE)
    assert file.channels == []
    assert file.alt_text == shown["alt_text"]
    alt = str(shown["alt_text"])
    text = slack_desks.slack.screen_text(card)
    for number in ("฿16.2", "฿17.9", "฿42"):
        assert number in alt
        assert number in text
    assert slack_desks.slack.audit == []


def test_the_words_of_a_chart_are_those_of_the_goals_page(slack_desk: Desk) -> None:
    channel = place(slack_desk)
    goal = slack_desk.goal("New business")
    slack_desk.message(goal, channel.id)
    slack_desk.deliver()
    [card] = slack_desk.slack.messages(channel)
    page = slack_desk.browser().get(f"/goals/{goal}")
    assert image_of(card)["alt_text"] in html.unescape(page)


@pytest.mark.parametrize("locale", ["th", "zh_Hans"])
def test_a_chart_speaks_its_channels_language(slack_desk: Desk, locale: str) -> None:
    channel = place(slack_desk)
    with slack_desk.session() as session:
        row = session.exec(
            select(Kept).where(
                col(Kept.workspace_id) == slack_desk.workspace_id,
                col(Kept.external_id) == channel.id,
            )
        ).one()
        row.locale = locale
        session.add(row)
    card = told(slack_desk, channel)
    alt = image_of(card)["alt_text"]
    assert "target" not in alt
    assert "16.2" in alt or "1,620" in alt
    file = slack_desk.slack.files[image_of(card)["slack_file"]["id"]]
    assert file.content.startswith(PICTURE)


def test_a_channel_may_do_without_charts(slack_desk: Desk) -> None:
    channel = place(slack_desk)
    with slack_desk.session() as session:
        row = session.exec(
            select(Kept).where(
                col(Kept.workspace_id) == slack_desk.workspace_id,
                col(Kept.external_id) == channel.id,
            )
        ).one()
        row.has_charts = False
        session.add(row)
    assert image_of(told(slack_desk, channel)) is None
    assert slack_desk.slack.files == {}


def test_without_the_permission_the_message_goes_without_its_chart(slack_desk: Desk) -> None:
    slack_desk.slack.withdraw("files:write")
    channel = place(slack_desk)
    card = told(slack_desk, channel)
    assert image_of(card) is None
    assert "฿16.2" in slack_desk.slack.screen_text(card)


@pytest.mark.parametrize(
    "method", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"]
)
@pytest.mark.parametrize("kind", ["lose_before", "lose_after", "http_500", "ratelimited"])
def test_a_failed_upload_costs_the_picture_alone(slack_desk: Desk, method: str, kind: str) -> None:
    if kind == "ratelimited" and method != "upload":
        slack_desk.slack.faults.add(method, "error", code="ratelimited", retry_after=30)
    else:
        slack_desk.slack.faults.add(method, "http_503" if kind == "ratelimited" else kind)
    channel = place(slack_desk)
    card = told(slack_desk, channel)
    assert image_of(card) is None
    assert "฿16.2" in slack_desk.slack.screen_text(card)
    assert len(slack_desk.slack.messages(channel)) == 1


def test_a_picture_that_slack_looks_at_for_a_moment_is_waited_for(slack_desk: Desk) -> None:
    slack_desk.slack.files_ready_after = 0.5
    channel = place(slack_desk)
    assert image_of(told(slack_desk, channel)) is not None


def test_a_picture_that_is_never_ready_is_left_out(slack_desk: Desk) -> None:
    slack_desk.slack.files_ready_after = 600.0
    channel = place(slack_desk)
    card = told(slack_desk, channel)
    assert image_of(card) is None
    assert len(card.blocks) >= 3


def test_a_worker_killed_between_upload_and_message_shows_one_message(slack_desk: Desk) -> None:
    slack_desk.slack.grant("channels:history", "metadata.message:read")
    channel = place(slack_desk)
    goal = slack_desk.goal("New business")
    slack_desk.message(goal, channel.id)

    class Killed(BaseException):
        pass

    def dies() -> datetime:
        if slack_desk.slack.calls_to("files.completeUploadExternal"):
            raise Killed
        return slack_desk.moment

    with pytest.raises(Killed):
        work.run_deliveries(slack_desk.wiring, slack_desk.workspace_id, "worker", dies)
    assert slack_desk.slack.messages(channel) == []
    assert len(slack_desk.slack.files) == 1
    slack_desk.later(minutes=2)
    slack_desk.deliver()
    [card] = slack_desk.slack.messages(channel)
    assert image_of(card) is not None
    slack_desk.later(minutes=5)
    assert slack_desk.deliver() == 0


def test_a_token_taken_back_during_the_upload_lets_the_message_wait(slack_desk: Desk) -> None:
    channel = place(slack_desk)
    goal = slack_desk.goal("New business")
    key = slack_desk.message(goal, channel.id)
    slack_desk.slack.revoke()
    assert slack_desk.deliver() == 0
    assert slack_desk.outbox()[key].state == "new"
    slack_desk.slack.tokens[slack_desk.slack.bot_token].revoked = False
    slack_desk.parts.recent.clear()
    slack_desk.later(minutes=10)
    assert slack_desk.deliver() == 1
    [card] = slack_desk.slack.messages(channel)
    assert image_of(card) is not None


def test_a_chart_with_other_numbers_than_its_message_is_not_shown(slack_desk: Desk) -> None:
    channel = place(slack_desk)
    goal = slack_desk.goal("New business")
    slack_desk.message(goal, channel.id)
    slack_desk.evaluate(goal, "at_risk", actual="20000000")
    slack_desk.deliver()
    [card] = slack_desk.slack.messages(channel)
    assert image_of(card) is None
    assert "฿16.2" in slack_desk.slack.screen_text(card)


def test_a_thread_goes_on_with_a_chart_and_its_first_message_has_the_same(
    slack_desk: Desk,
) -> None:
    channel = place(slack_desk)
    goal = slack_desk.goal("New business")
    key = slack_desk.message(goal, channel.id)
    slack_desk.deliver()
    slack_desk.evaluate(goal, "off_track", actual="16300000")
    slack_desk.message(goal, channel.id, "worse", before="at_risk", continues=key)
    slack_desk.deliver()
    root = slack_desk.slack.messages(channel)[0]
    [reply] = [one for one in slack_desk.slack.posts[channel.id] if one.thread_ts == root.ts]
    assert image_of(reply)["slack_file"] == image_of(root)["slack_file"]
    assert "16.3" in image_of(root)["alt_text"]


def test_a_message_that_is_shown_anew_keeps_its_chart(slack_desk: Desk) -> None:
    channel = place(slack_desk)
    goal = slack_desk.goal("New business")
    key = slack_desk.message(goal, channel.id)
    slack_desk.deliver()
    [card] = slack_desk.slack.messages(channel)
    row = slack_desk.outbox()[key]
    again = alerts.alert(row.kind, row.facts, Reader(), "http://127.0.0.1:8000")
    [picture] = [one for one in again.blocks if one["type"] == "image"]
    assert picture["slack_file"] == image_of(card)["slack_file"]
    assert picture["alt_text"] == image_of(card)["alt_text"]
    assert "New business" in slack_desk.browser().get("/slack")


def test_a_chart_in_chinese_falls_back_where_the_machine_has_no_font_for_it() -> None:
    reader = Reader(locale="zh_Hans")
    drawn_for = png.picture_reader(reader)
    assert drawn_for.locale == ("zh_Hans" if png.chinese_font() else "en")
