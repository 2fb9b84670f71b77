"""The pages around Slack: what was said there, and how it is set up."""

import json
import re

import pytest
from sqlmodel import col, select

from app.accounts import people
from goals.alerts import audiences
from goals.tracking.goal import Goal
from integrations.slack import teams
from tests.support.forms import sent
from tests.support.site import plain
from tests.support.slack import Desk


def test_the_preview_shows_an_alert_as_slack_does_with_its_thread(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    channel = slack_desk.slack.add_channel("sales", members=[slack_desk.slack.add_user("Ann")])
    slack_desk.switch_on(channel)
    root = slack_desk.message(goal, channel.id)
    slack_desk.evaluate(goal, "off_track")
    slack_desk.message(goal, channel.id, "worse", "at_risk", continues=root)
    slack_desk.parts.recent.clear()
    assert slack_desk.deliver() == 2
    html = slack_desk.browser().get("/slack")
    text = plain(html)
    assert "Connected to Acme." in text
    assert "▲ At risk: New business Now ฿16.2 M" in text
    assert "Sent #sales" in text
    assert text.index("At risk: New business") < text.index("◆ Now off track.")
    assert html.count('class="thread by"') == 1


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("is_archived", "Not delivered #sales The channel is archived."),
        ("channel_not_found", "Slack does not know this channel"),
        ("restricted_action", "settings do not let the app post there"),
    ],
)
def test_a_message_that_was_not_delivered_says_why_and_can_be_sent_again(
    slack_desk: Desk, code: str, said: str
) -> None:
    goal = slack_desk.goal("New business")
    channel = slack_desk.slack.add_channel("sales", members=[slack_desk.slack.add_user("Ann")])
    slack_desk.switch_on(channel)
    key = slack_desk.message(goal, channel.id)
    slack_desk.slack.faults.add("chat.postMessage", "error", code=code)
    slack_desk.deliver()
    owner = slack_desk.browser()
    html = owner.get("/slack")
    assert said in plain(html)
    message = slack_desk.outbox()[key].id
    assert f'action="/slack/messages/{message}/retry"' in html
    owner.post(f"/slack/messages/{message}/retry")
    assert slack_desk.deliver() == 1
    assert "Sent #sales" in plain(owner.get("/slack"))


def test_a_held_message_says_what_holds_it(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    slack_desk.message(goal, "C0OFF")
    slack_desk.deliver()
    assert "Held C0OFF The channel is switched off." in plain(slack_desk.browser().get("/slack"))


def test_a_message_about_a_private_goal_is_never_sent_by_hand(slack_desk: Desk) -> None:
    goal = slack_desk.goal("Secret margin", visibility="private")
    channel = slack_desk.slack.add_channel("sales", members=[slack_desk.slack.add_user("Ann")])
    slack_desk.switch_on(channel)
    key = slack_desk.message(goal, channel.id)
    slack_desk.hold(key, "goal_private")
    owner = slack_desk.browser()
    html = owner.get("/slack")
    assert "The goal is private." in html
    assert "Retry" not in html
    owner.post(f"/slack/messages/{slack_desk.outbox()[key].id}/retry")
    assert slack_desk.deliver() == 0
    assert slack_desk.slack.messages(channel) == []


def test_a_waiting_message_says_what_it_waits_for(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    channel = slack_desk.slack.add_channel("sales", members=[slack_desk.slack.add_user("Ann")])
    slack_desk.switch_on(channel)
    teams.bind(slack_desk.parts)
    slack_desk.message(goal, channel.id)
    slack_desk.slack.revoke()
    slack_desk.deliver()
    text = plain(slack_desk.browser().get("/slack"))
    assert "Slack does not take our token any more. Messages wait" in text
    assert "Waiting #sales Slack does not take our token any more." in text


def test_nobody_sees_messages_about_goals_they_may_not_see(slack_desk: Desk) -> None:
    secret = slack_desk.goal("Secret margin", visibility="private")
    key = slack_desk.message(secret, "C0OFF")
    slack_desk.add_member("vic@acme.test", "Vic", "editor")
    assert "Secret margin" in slack_desk.browser().get("/slack")
    vic = slack_desk.browser("vic@acme.test")
    assert "Secret margin" not in vic.get("/slack")
    assert "Secret margin" not in vic.get("/slack?q=status+of+secret+margin")
    vic.post(f"/slack/messages/{slack_desk.outbox()[key].id}/retry", status=404)


def test_a_viewer_may_look_but_not_send_again(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    key = slack_desk.message(goal, "C0OFF")
    slack_desk.deliver()
    slack_desk.add_member("vic@acme.test", "Vic", "viewer")
    vic = slack_desk.browser("vic@acme.test")
    assert "Retry" not in vic.get("/slack")
    vic.post(f"/slack/messages/{slack_desk.outbox()[key].id}/retry", status=403)
    assert vic.get("/slack/setup", status=403)


def test_a_question_can_be_tried_without_slack(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    html = slack_desk.browser().get("/slack?q=status+of+churn+rate")
    text = plain(html)
    assert "▲ At risk" in text
    assert "฿16,200,000" in text
    assert "seen only by you" in text


def test_names_cannot_break_the_preview(slack_desk: Desk) -> None:
    slack_desk.goal("<script>alert(1)</script> *x* <!channel>")
    html = slack_desk.browser().get("/slack?q=goals")
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_the_set_up_offers_both_manifests_and_says_what_is_done(slack_desk: Desk) -> None:
    html = slack_desk.browser().get("/slack/setup")
    assert html.index("Socket Mode") < html.index("With a public address")
    assert "xoxb-1-fake" not in html
    assert slack_desk.slack.signing_secret not in html
    text = html.partition('id="socket-manifest"')[2].partition(">")[2].partition("</textarea>")[0]
    manifest = json.loads(text.replace("&#34;", '"').replace("&amp;", "&"))
    assert manifest["settings"]["socket_mode_enabled"] is True


def test_an_owner_adds_and_switches_a_channel(slack_desk: Desk) -> None:
    slack_desk.slack.grant("users:read.email")
    slack_desk.add_member("ann@acme.test", "Ann", "viewer")
    channel = slack_desk.slack.add_channel("sales", members=[slack_desk.slack.add_user("Ann")])
    owner = slack_desk.browser()
    owner.post("/slack/channels", channel=channel.id)
    text = plain(owner.get("/slack/setup"))
    assert "#sales" in text
    assert "1 member, open to all" in text
    owner.post(f"/slack/channels/{channel.id}", on="1", clearance="workspace")
    with slack_desk.session() as session:
        row = audiences.channel_named(session, channel.id)
        assert row is not None
        assert (row.is_on, row.clearance, row.members) == (
            True,
            "workspace",
            sorted(channel.members - {slack_desk.slack.team.bot_user_id}),
        )
    owner.post(f"/slack/channels/{channel.id}", on="0")
    with slack_desk.session() as session:
        row = audiences.channel_named(session, channel.id)
        assert row is not None
        assert not row.is_on


def test_something_that_is_no_channel_is_not_taken_in(slack_desk: Desk) -> None:
    owner = slack_desk.browser()
    html = owner.post("/slack/channels", status=422, channel="#sales").text
    assert "Error: Give the channel's id" in plain(html)
    assert re.search(r'<input[^>]*id="channel"[^>]*value="#sales"', html)
    assert "#sales" not in owner.get("/slack/setup")
    slack_desk.add_member("ed@acme.test", "Ed", "editor")
    editor = slack_desk.browser("ed@acme.test")
    editor.post("/slack/channels", status=403, channel="C0123456789")
    editor.post("/slack/channels/C0123456789", status=403, on="1")


def test_a_channel_that_slack_does_not_know_is_not_taken_in(slack_desk: Desk) -> None:
    owner = slack_desk.browser()
    html = owner.post("/slack/channels", status=422, channel=" C0123456789 ").text
    assert "Error: Slack does not know this channel, or the app is not in it." in plain(html)
    assert 'value="C0123456789"' in html
    with slack_desk.session() as session:
        assert audiences.channel_named(session, "C0123456789") is None


def test_a_goal_picks_its_channel_among_those_known(slack_desk: Desk) -> None:
    slack_desk.slack.grant("groups:read")
    ann = slack_desk.slack.add_user("Ann")
    sales = slack_desk.slack.add_channel("sales", members=[ann])
    board = slack_desk.slack.add_channel("board", members=[ann], private=True)
    owner = slack_desk.browser()
    assert re.search(
        r'<input[^>]*id="channel"[^>]*type="text"', owner.get("/goals/new?preset=sell")
    )
    for one in (sales, board):
        slack_desk.switch_on(one)
    owner.post(f"/slack/channels/{sales.id}", on="0")
    html = owner.get("/goals/new?preset=sell")
    assert f'<option value="#sales">{sales.id}, off</option>' in html
    assert f'<option value="#board">{board.id}</option>' in html
    assert f'<option value="#board">{board.id}</option>' in owner.get("/settings/members")
    slack_desk.add_member("ed@acme.test", "Ed", "editor")
    editor = slack_desk.browser("ed@acme.test")
    html = editor.get("/goals/new?preset=sell")
    assert "#sales" in html
    assert "#board" not in html
    # What is not in the list stands all the same: a goal keeps its channel.
    assert channel_of(editor.get(f"/goals/new?preset=sell&channel={board.id}")) == board.id
    html = editor.post("/goals/new", status=422, do="save", channel="#nothing").text
    assert "Error: Give the channel's id" in plain(html)
    assert channel_of(html) == "#nothing"


@pytest.mark.parametrize("by_name", [True, False])
def test_a_channel_is_kept_by_its_id_and_shown_by_its_name(slack_desk: Desk, by_name: bool) -> None:
    channel = slack_desk.slack.add_channel("sales", members=[slack_desk.slack.add_user("Ann")])
    slack_desk.switch_on(channel)
    owner = slack_desk.browser()
    form = sent(owner.get("/goals/new?preset=sell"))
    typed = "#sales" if by_name else channel.id
    made = owner.post("/goals/new", 303, **{**form, "do": "save", "channel": typed}).location
    assert channel_of(owner.get(f"{made}/edit")) == "#sales"
    owner.post("/settings/teams", name="North", channel=typed)
    with slack_desk.session() as session:
        assert people.team_named(session, "North").channel == channel.id
        [goal] = session.exec(select(Goal).where(col(Goal.workspace_id) == slack_desk.workspace_id))
        assert goal.channel == channel.id


def channel_of(html: str) -> str:
    """Return what stands in the field for a channel."""
    found = re.search(r'<input[^>]*id="channel"[^>]*value="([^"]*)"', html)
    assert found is not None
    return found.group(1)


def test_a_message_that_cannot_be_read_is_shown_with_its_reason(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    channel = slack_desk.slack.add_channel("sales", members=[slack_desk.slack.add_user("Ann")])
    slack_desk.switch_on(channel)
    key = slack_desk.message(goal, channel.id)
    with slack_desk.session() as session:
        row = session.merge(slack_desk.outbox()[key])
        row.facts = {"goal": {"id": "x"}}
        session.add(row)
    slack_desk.deliver()
    text = plain(slack_desk.browser().get("/slack"))
    assert "Not delivered #sales What this message should say cannot be read. Retry" in text


def test_what_was_not_delivered_stays_in_view_behind_newer_messages(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    channel = slack_desk.slack.add_channel("sales", members=[slack_desk.slack.add_user("Ann")])
    slack_desk.switch_on(channel)
    slack_desk.message(goal, channel.id)
    slack_desk.slack.faults.add("chat.postMessage", "error", code="is_archived")
    slack_desk.deliver()
    for _ in range(210):
        slack_desk.message(goal, "")
    html = slack_desk.browser().get("/slack")
    assert "The channel is archived." in html
    assert html.count("Retry") == 1


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("ratelimited", "Slack asks to slow down."),
        ("not_connected", "There is no token for Slack. Connect Slack."),
        ("odd_answer", "Slack answered with an error: odd_answer."),
    ],
)
def test_every_reason_for_waiting_is_said_in_words(slack_desk: Desk, code: str, said: str) -> None:
    goal = slack_desk.goal("New business")
    key = slack_desk.message(goal, "C0SALES")
    with slack_desk.session() as session:
        row = session.merge(slack_desk.outbox()[key])
        row.error = {"code": code}
        session.add(row)
    assert f"Waiting C0SALES {said}" in plain(slack_desk.browser().get("/slack"))
