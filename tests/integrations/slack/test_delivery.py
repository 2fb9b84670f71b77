"""Alerts in Slack: each arrives once, in its thread, or waits with a reason."""

from datetime import timedelta

import pytest

from goals.alerts import delivery
from integrations.slack import teams
from tests.fakes.slack.world import Channel
from tests.support.site import plain
from tests.support.slack import Desk


def place(desk: Desk, name: str = "sales") -> Channel:
    ann = desk.slack.add_user("Ann")
    channel = desk.slack.add_channel(name, members=[ann])
    desk.switch_on(channel)
    return channel


def test_an_alert_arrives_with_its_numbers_and_a_way_to_the_goal(slack_desks: Desk) -> None:
    goal = slack_desks.goal("New business")
    channel = place(slack_desks)
    key = slack_desks.message(goal, channel.id)
    assert slack_desks.deliver() == 1
    [card] = slack_desks.slack.messages(channel)
    text = slack_desks.slack.screen_text(card)
    for part in ("▲ At risk:", "New business", "฿16.2", "฿17.9", "฿41.0", "was: On track"):
        assert part in text
    assert slack_desks.slack.notification_text(card).startswith("At risk: New business.")
    assert 3 <= len(card.blocks) <= 7
    assert card.metadata == {"event_type": "headway_alert", "event_payload": {"key": key}}
    row = slack_desks.outbox()[key]
    assert (row.state, row.remote_id, row.is_repeat) == ("done", card.ts, False)
    assert slack_desks.slack.audit == []
    assert slack_desks.deliver() == 0


def test_the_owner_is_named_so_that_slack_tells_them(slack_desk: Desk) -> None:
    user = slack_desk.person("Alex", "editor")
    with slack_desk.session() as session:
        from integrations.slack import links

        owner_id = links.linked(session)[user.id].member_id
    goal = slack_desk.goal("New business", owner_id=owner_id)
    channel = place(slack_desk)
    slack_desk.message(goal, channel.id)
    slack_desk.deliver()
    [card] = slack_desk.slack.messages(channel)
    assert f"<@{user.id}>" in card.blocks[1]["text"]["text"]
    assert slack_desk.slack.audit == []


def test_a_name_with_marks_is_read_as_it_was_given(slack_desk: Desk) -> None:
    name = "_Grow_ *fast*, ~not~ `later` :tada:"
    goal = slack_desk.goal(name)
    channel = place(slack_desk)
    slack_desk.message(goal, channel.id)
    slack_desk.deliver()
    [card] = slack_desk.slack.messages(channel)
    assert slack_desk.slack.notification_text(card).startswith(f"At risk: {name}.")
    assert f"▲ At risk: {name}" in slack_desk.slack.screen_text(card)
    assert slack_desk.slack.audit == []
    html = slack_desk.browser().get("/slack")
    assert f"▲ At risk: {name}" in plain(html)
    assert f'/goals/{goal}"><b>_Grow_ *fast*' in html


def test_what_follows_an_alert_stands_in_its_thread_and_renews_it(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    channel = place(slack_desk)
    root = slack_desk.message(goal, channel.id)
    slack_desk.deliver()
    slack_desk.evaluate(goal, "off_track")
    slack_desk.message(goal, channel.id, "worse", "at_risk", continues=root)
    slack_desk.deliver()
    slack_desk.evaluate(goal, "on_track")
    slack_desk.message(goal, channel.id, "recovery", "off_track", continues=root)
    slack_desk.deliver()
    first, worse, recovery = slack_desk.slack.messages(channel)
    assert worse.thread_ts == recovery.thread_ts == first.ts
    assert "◆ Now off track." in slack_desk.slack.screen_text(worse)
    assert "● Back on track." in slack_desk.slack.screen_text(recovery)
    assert "● On track:" in slack_desk.slack.screen_text(first)
    assert "▲" not in slack_desk.slack.screen_text(first)
    assert not recovery.broadcast
    assert slack_desk.slack.audit == []


def test_an_old_message_that_comes_late_does_not_turn_its_thread_back(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    channel = place(slack_desk)
    root = slack_desk.message(goal, channel.id)
    slack_desk.deliver()
    slack_desk.evaluate(goal, "off_track")
    worse = slack_desk.message(goal, channel.id, "worse", "at_risk", continues=root)
    slack_desk.slack.faults.add("chat.postMessage", "error", code="not_in_channel")
    assert slack_desk.deliver() == 0
    slack_desk.evaluate(goal, "on_track")
    slack_desk.message(goal, channel.id, "recovery", "off_track", continues=root)
    assert slack_desk.deliver() == 1
    with slack_desk.session() as session:
        assert delivery.retry(session, slack_desk.outbox()[worse].id, slack_desk.moment)
    assert slack_desk.deliver() == 1
    first = slack_desk.slack.messages(channel)[0]
    assert "● On track:" in slack_desk.slack.screen_text(first)


def test_a_thread_whose_beginning_was_deleted_is_not_lost(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    channel = place(slack_desk)
    root = slack_desk.message(goal, channel.id)
    slack_desk.deliver()
    slack_desk.slack.messages(channel)[0].deleted = True
    slack_desk.evaluate(goal, "off_track")
    slack_desk.message(goal, channel.id, "worse", "at_risk", continues=root)
    assert slack_desk.deliver() == 1
    [card] = slack_desk.slack.messages(channel)
    assert "New business" in slack_desk.slack.screen_text(card)


@pytest.mark.parametrize("fault", ["lose_before", "lose_after", "truncated_json", "http_503"])
def test_with_the_right_to_look_an_alert_arrives_exactly_once(
    slack_desks: Desk, fault: str
) -> None:
    desk = slack_desks
    desk.slack.grant("channels:history", "metadata.message:read")
    goal = desk.goal("New business")
    channel = place(desk)
    key = desk.message(goal, channel.id)
    desk.slack.faults.add("chat.postMessage", fault)
    assert desk.deliver() == 0
    assert desk.outbox()[key].state == "new"
    assert desk.deliver() == 0
    desk.later(seconds=6)
    assert desk.deliver() == 1
    assert len(desk.slack.messages(channel)) == 1
    row = desk.outbox()[key]
    assert (row.state, row.is_repeat) == ("done", False)


def test_a_reply_in_a_thread_arrives_exactly_once_too(slack_desk: Desk) -> None:
    desk = slack_desk
    desk.slack.grant("channels:history", "metadata.message:read")
    goal = desk.goal("New business")
    channel = place(desk)
    root = desk.message(goal, channel.id)
    desk.deliver()
    desk.evaluate(goal, "off_track")
    desk.message(goal, channel.id, "worse", "at_risk", continues=root)
    desk.slack.faults.add("chat.postMessage", "lose_after")
    assert desk.deliver() == 0
    desk.later(seconds=6)
    assert desk.deliver() == 1
    assert len(desk.slack.messages(channel)) == 2


def test_without_the_right_to_look_a_repeat_says_that_it_may_be_one(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    channel = place(slack_desk)
    key = slack_desk.message(goal, channel.id)
    slack_desk.slack.faults.add("chat.postMessage", "lose_before")
    slack_desk.deliver()
    slack_desk.later(seconds=6)
    assert slack_desk.deliver() == 1
    [card] = slack_desk.slack.messages(channel)
    shown = slack_desk.slack.screen_text(card, notification=False)
    assert "may be a repeat" in shown
    assert "may be a repeat" in slack_desk.slack.notification_text(card)
    assert slack_desk.outbox()[key].is_repeat


def test_a_repeat_says_so_also_when_its_thread_goes_on(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    channel = place(slack_desk)
    first = slack_desk.message(goal, channel.id)
    slack_desk.slack.faults.add("chat.postMessage", "lose_before")
    slack_desk.deliver()
    slack_desk.later(seconds=6)
    slack_desk.deliver()
    slack_desk.evaluate(goal, "off_track", actual="12000000")
    slack_desk.message(goal, channel.id, kind="worse", before="at_risk", continues=first)
    assert slack_desk.deliver() == 1
    card = slack_desk.slack.messages(channel)[0]
    shown = slack_desk.slack.screen_text(card, notification=False)
    assert "Off track" in shown and "may be a repeat" in shown
    assert "may be a repeat" in slack_desk.slack.notification_text(card)


def test_many_faults_lose_nothing_and_double_nothing(slack_desk: Desk) -> None:
    desk = slack_desk
    desk.slack.grant("channels:history", "metadata.message:read")
    pair = [desk.goal("New business"), desk.goal("Renewals")]
    channels = [place(desk, f"sales-{number}") for number in range(6)]
    keys = [desk.message(goal, channel.id) for channel in channels for goal in pair]
    desk.parts.recent.clear()
    desk.slack.faults.add("chat.postMessage", "lose_before", probability=0.3, seed=1)
    desk.slack.faults.add("chat.postMessage", "lose_after", probability=0.3, seed=2)
    for _ in range(20):
        desk.deliver()
        desk.later(hours=2)
    # Where both waited for long, one message tells of both.
    assert {desk.outbox()[key].state for key in keys} <= {"done", "told"}
    for channel in channels:
        shown = desk.slack.messages(channel)
        text = "\n".join(desk.slack.screen_text(one, notification=False) for one in shown)
        assert (text.count("New business"), text.count("Renewals")) == (1, 1)
    assert not any(row.is_repeat for row in desk.outbox().values())


@pytest.mark.parametrize(
    "code",
    ["channel_not_found", "is_archived", "not_in_channel", "restricted_action_read_only_channel"],
)
def test_a_channel_that_takes_nothing_needs_a_person_and_a_retry_delivers(
    slack_desk: Desk, code: str
) -> None:
    goal = slack_desk.goal("New business")
    channel = place(slack_desk)
    key = slack_desk.message(goal, channel.id)
    slack_desk.slack.faults.add("chat.postMessage", "error", code=code)
    assert slack_desk.deliver() == 0
    row = slack_desk.outbox()[key]
    assert (row.state, row.error) == ("dead", {"code": code})
    slack_desk.later(days=1)
    assert slack_desk.deliver() == 0
    with slack_desk.session() as session:
        assert delivery.retry(session, row.id, slack_desk.moment)
    assert slack_desk.deliver() == 1
    assert len(slack_desk.slack.messages(channel)) == 1


def test_a_revoked_token_makes_messages_wait_and_a_new_one_sends_them(slack_desk: Desk) -> None:
    desk = slack_desk
    goal = desk.goal("New business")
    channel = place(desk)
    assert desk.deliver() == 0
    keys = [desk.message(goal, channel.id) for _ in range(2)]
    desk.slack.revoke()
    # All that leaves meanwhile is one e-mail to the owner, who can do something about it.
    arrived = 0
    for _ in range(30):
        arrived += desk.deliver()
        desk.later(hours=1)
    assert arrived == 1
    assert desk.slack.messages(channel) == []
    waits = [row.error for row in desk.outbox().values() if row.state == "new"]
    assert waits == [{"code": "token_revoked"}]
    desk.slack.tokens[desk.slack.bot_token].revoked = False
    desk.parts.recent.clear()
    assert desk.deliver() == 1
    assert len(desk.slack.messages(channel)) == 1
    assert {desk.outbox()[key].state for key in keys} == {"told"}


def test_messages_wait_for_a_token_that_slack_has_not_taken_yet(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    channel = place(slack_desk)
    key = slack_desk.message(goal, channel.id)
    slack_desk.slack.revoke()
    assert slack_desk.deliver() == 0
    assert slack_desk.outbox()[key].state == "new"
    slack_desk.slack.tokens[slack_desk.slack.bot_token].revoked = False
    slack_desk.parts.recent.clear()
    assert slack_desk.deliver() == 1
    assert len(slack_desk.slack.messages(channel)) == 1


def test_what_waits_for_the_end_of_quiet_hours_goes_on_waiting_when_slack_is_back(
    slack_desk: Desk,
) -> None:
    goal = slack_desk.goal("New business")
    channel = place(slack_desk)
    key = slack_desk.message(goal, channel.id)
    with slack_desk.session() as session:
        row = session.merge(slack_desk.outbox()[key])
        row.next_attempt_at = row.deferred_until = slack_desk.moment + timedelta(hours=5)
        session.add(row)
    teams.wake(slack_desk.parts, slack_desk.workspace_id)
    assert slack_desk.deliver() == 0
    assert slack_desk.slack.messages(channel) == []
    slack_desk.later(hours=6)
    assert slack_desk.deliver() == 1


def test_a_paused_workspace_is_not_called_for_every_message(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    channels = [place(slack_desk, f"sales-{number}") for number in range(4)]
    for channel in channels:
        slack_desk.message(goal, channel.id)
    teams.bind(slack_desk.parts)
    slack_desk.slack.revoke()
    slack_desk.deliver()
    assert len(slack_desk.slack.calls_to("chat.postMessage")) == 1


def test_when_slack_asks_to_slow_down_the_message_waits_as_long(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    channel = place(slack_desk)
    key = slack_desk.message(goal, channel.id)
    for _ in range(20):
        slack_desk.slack.faults.add("chat.postMessage", "error", code="ratelimited", retry_after=30)
        assert slack_desk.deliver() == 0
        row = slack_desk.outbox()[key]
        assert (row.next_attempt_at - slack_desk.moment).total_seconds() == 30
        assert slack_desk.deliver() == 0
        slack_desk.later(seconds=30)
    assert slack_desk.deliver() == 1
    assert not slack_desk.outbox()[key].is_repeat


def test_messages_for_one_channel_leave_a_second_between_them(slack_desk: Desk) -> None:
    slack_desk.slack.limits.on = True
    goal = slack_desk.goal("New business")
    channel = place(slack_desk)
    for _ in range(3):
        slack_desk.message(goal, channel.id)
    assert slack_desk.deliver() == 3
    assert all(call.ok for call in slack_desk.slack.calls_to("chat.postMessage"))


def test_blocks_that_slack_refuses_go_as_text_once(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    channel = place(slack_desk)
    slack_desk.message(goal, channel.id)
    # With its chart, which may need a moment, four times; then without it.
    slack_desk.slack.faults.add("chat.postMessage", "error", code="invalid_blocks", times=5)
    assert slack_desk.deliver() == 1
    [card] = slack_desk.slack.messages(channel)
    assert card.blocks == []
    assert "At risk: New business." in card.text


def test_a_channel_that_is_off_gets_nothing(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    channel = slack_desk.slack.add_channel("sales", members=[slack_desk.slack.add_user("Ann")])
    key = slack_desk.message(goal, channel.id)
    assert slack_desk.deliver() == 0
    assert slack_desk.slack.messages(channel) == []
    assert slack_desk.outbox()[key].state == "held"


def test_a_message_for_nobody_is_kept_to_be_looked_at(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    key = slack_desk.message(goal, "")
    assert slack_desk.deliver() == 1
    assert (slack_desk.outbox()[key].remote_id or "").startswith("preview:")
    assert slack_desk.slack.calls_to("chat.postMessage") == []


def test_the_channels_language_is_spoken(slack_desk: Desk) -> None:
    from goals.alerts import audiences

    goal = slack_desk.goal("New business")
    channel = place(slack_desk)
    with slack_desk.session() as session:
        row = audiences.channel_named(session, channel.id)
        assert row is not None
        row.locale = "zh_Hans"
        session.add(row)
    slack_desk.message(goal, channel.id)
    slack_desk.deliver()
    [card] = slack_desk.slack.messages(channel)
    assert "At risk" not in slack_desk.slack.screen_text(card)
    assert "1,620万" in slack_desk.slack.screen_text(card)


def test_a_message_that_cannot_be_read_is_set_aside_and_holds_up_nobody(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    channel = place(slack_desk)
    broken = slack_desk.message(goal, channel.id)
    good = slack_desk.message(goal, channel.id)
    with slack_desk.session() as session:
        row = session.merge(slack_desk.outbox()[broken])
        row.facts = {"goal": {"id": "x"}}
        session.add(row)
    assert slack_desk.deliver() == 1
    found = slack_desk.outbox()
    assert (found[broken].state, found[broken].error) == ("dead", {"code": "unreadable"})
    assert found[good].state == "done"


@pytest.mark.parametrize("fault", ["lose_before", "http_503", "html_200"])
def test_six_hours_without_slack_lose_nothing(slack_desk: Desk, fault: str) -> None:
    desk = slack_desk
    desk.slack.grant("channels:history", "metadata.message:read")
    goal = desk.goal("New business")
    channel = place(desk)
    assert desk.deliver() == 0
    key = desk.message(goal, channel.id)
    desk.slack.faults.add("*", fault, times=10_000)
    for _ in range(6 * 4):
        assert desk.deliver() == 0
        desk.later(minutes=15)
    assert desk.outbox()[key].state == "new"
    desk.slack.faults.clear()
    desk.later(minutes=15)
    assert desk.deliver() == 1
    assert len(desk.slack.messages(channel)) == 1
