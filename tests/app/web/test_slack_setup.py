"""The set-up page of Slack: its steps, what a test says, channels with their teams."""

import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from app import slack_heard
from app.accounts import people
from goals.alerts import audiences
from integrations.slack import teams
from tests.support.site import plain
from tests.support.slack import Desk


def without(desk: Desk, *names: str) -> None:
    for name in names:
        object.__setattr__(desk.parts.config, name, None)


def looked(desk: Desk, **given: str) -> str:
    return plain(desk.browser().post("/slack/setup/test", status=200, **given).text)


@pytest.mark.parametrize(
    ("way", "socket", "rotation"),
    [("socket", True, False), ("http", False, False), ("oauth", False, True)],
)
def test_each_way_has_its_manifest_also_as_a_link(
    slack_desk: Desk, way: str, socket: bool, rotation: bool
) -> None:
    html = slack_desk.browser().get(f"/slack/setup?way={way}")
    text = html.partition(f'id="{way}-manifest"')[2].partition(">")[2].partition("</textarea>")[0]
    shown = json.loads(unescape(text))
    assert shown["settings"]["socket_mode_enabled"] is socket
    assert shown["settings"]["token_rotation_enabled"] is rotation
    found = re.search(r'href="(https://api\.slack\.com/apps\?[^"]+)"', html)
    assert found is not None
    asked = parse_qs(urlsplit(unescape(found.group(1))).query)
    assert asked["new_app"] == ["1"]
    assert json.loads(asked["manifest_json"][0]) == shown


def test_the_page_says_which_setting_is_missing_and_never_what_is_in_one(
    slack_desk: Desk,
) -> None:
    desk = slack_desk
    without(desk, "client_id", "client_secret")
    secret = desk.slack.signing_secret
    for way in ("socket", "http", "oauth"):
        html = desk.browser().get(f"/slack/setup?way={way}")
        for value in (secret, desk.slack.bot_token, desk.slack.app_token, desk.slack.client_secret):
            assert value not in html
    text = plain(desk.browser().get("/slack/setup?way=oauth"))
    assert (
        "HEADWAY_SLACK_SIGNING_SECRET Basic Information, App Credentials: Signing Secret Set"
        in (text)
    )
    assert "Client ID Not set" in text


def test_before_anything_is_set_a_test_says_where_to_begin(slack_desk: Desk) -> None:
    without(slack_desk, "bot_token", "app_token", "client_id", "client_secret")
    object.__setattr__(slack_desk.parts.config, "signing_secret", "")
    text = looked(slack_desk)
    assert "There is no bot token yet. Do the steps above first." in text
    assert "No signing secret is set" in text
    assert "No app-level token is set" in text


def test_a_test_says_of_each_thing_how_it_stands(slack_desk: Desk) -> None:
    desk = slack_desk
    desk.slack.tells_scopes = True
    ann = desk.slack.add_user("Ann")
    inside = desk.slack.add_channel("sales", members=[ann])
    outside = desk.slack.add_channel("board", members=[ann])
    for one in (inside, outside):
        desk.switch_on(one)
    outside.members.discard(desk.slack.team.bot_user_id)
    text = looked(desk)
    assert "In order: Slack takes the token of Acme" in text
    assert "All permissions that are needed are granted." in text
    assert "Not granted: users:read.email. Nobody is linked by their address" in text
    assert "No request that Slack signed has come yet." in text
    assert "In order: Headway is in 1 channel that is switched on." in text
    assert "Wrong: Headway is not in #board. Type /invite @Headway in it." in text
    assert desk.slack.calls_to("chat.postMessage") == []
    desk.user(ann).say("help")
    assert "The signing secret is right: Slack last called" in looked(desk)


def test_a_test_says_what_a_missing_permission_needs(slack_desk: Desk) -> None:
    desk = slack_desk
    assert "Slack does not say which permissions are granted." in looked(desk)
    desk.slack.tells_scopes = True
    desk.slack.withdraw("commands")
    text = looked(desk)
    assert "Wrong: Permissions are missing: commands. Install the app again in Slack" in text
    desk.slack.grant("commands", "users:read.email")
    text = looked(desk)
    assert "All permissions that are needed are granted." in text
    assert "Nobody is linked by their address" not in text
    [team] = teams.here(desk.parts, desk.workspace_id)
    assert "users:read.email" in team.scopes


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("invalid_auth", "Wrong: Slack does not take the token of Acme (invalid_auth)."),
        ("ratelimited", "To know: Slack does not answer (ratelimited)."),
    ],
)
def test_a_token_that_does_not_work_is_said(slack_desk: Desk, code: str, said: str) -> None:
    desk = slack_desk
    desk.browser().get("/slack/setup")
    desk.slack.faults.add("auth.test", "error", code=code)
    assert said in looked(desk)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (7, "Wrong: The clock of this machine is 7 minutes ahead of Slack's. Beyond five"),
        (-20, "Wrong: The clock of this machine is 20 minutes behind Slack's. Beyond five"),
        (2, "To know: The clock of this machine is 2 minutes ahead of Slack's. Beyond five"),
        (0, None),
    ],
)
def test_a_clock_that_is_wrong_is_said(slack_desk: Desk, minutes: int, said: str | None) -> None:
    desk = slack_desk
    desk.browser().get("/slack/setup")
    object.__setattr__(desk.parts, "wall", lambda: desk.slack.clock() + 60 * minutes)
    text = looked(desk)
    assert (said or "Slack takes the token of Acme") in text
    assert ("The clock of this machine" in text) == (said is not None)


def test_a_connection_is_known_by_the_process_that_holds_it(slack_desk: Desk) -> None:
    desk = slack_desk
    from tests.fakes.slack.socketmode import FakeSocketMode

    with FakeSocketMode(desk.slack):
        assert "no connection is open. Start it with: python3 -m app slack socket" in looked(desk)
        slack_heard.note(desk.wiring, slack_heard.SOCKET)
        assert "The connection to Slack is open." in looked(desk)
        desk.later(minutes=3)
        assert "no connection is open" in looked(desk)
    desk.slack.revoke(desk.slack.app_token)
    assert "Slack does not take the app-level token (token_revoked)." in looked(desk)


def test_only_owners_test(slack_desk: Desk) -> None:
    slack_desk.add_member("ed@acme.test", "Ed", "editor")
    slack_desk.browser("ed@acme.test").post("/slack/setup/test", status=403)


def test_a_channel_gets_a_team_and_a_language(slack_desk: Desk) -> None:
    desk = slack_desk
    channel = desk.slack.add_channel("sales", members=[desk.slack.add_user("Ann")])
    desk.switch_on(channel)
    owner = desk.browser()
    sales, service = desk.teams["Sales"], desk.teams["Service"]
    owner.post(f"/slack/channels/{channel.id}", on="1", team_id=str(sales), locale="th")
    assert stands(desk, channel.id) == ("th", ["Sales"])
    owner.post(f"/slack/channels/{channel.id}", on="1", team_id=str(service), locale="xx")
    assert stands(desk, channel.id) == ("th", ["Service"])
    owner.post(f"/slack/channels/{channel.id}", on="0", team_id="", locale="")
    assert stands(desk, channel.id) == (None, [])
    owner.post(f"/slack/channels/{channel.id}", on="0", team_id="999", status=404)


def stands(desk: Desk, channel: str) -> tuple[str | None, list[str]]:
    with desk.session() as session:
        row = audiences.channel_named(session, channel)
        assert row is not None
        return row.locale, [one.name for one in people.teams(session) if one.channel == channel]


def test_a_removed_app_is_said_and_what_waited_leaves_when_it_is_back(slack_desk: Desk) -> None:
    desk = slack_desk
    from tests.app.web.test_slack_install import consent

    without(desk, "bot_token")
    owner = desk.browser()
    owner.client.get(consent(desk, owner))
    goal = desk.goal("New business")
    ann = desk.slack.add_user("Ann")
    channel = desk.slack.add_channel("sales", members=[ann])
    desk.switch_on(channel)
    desk.user(ann).event({"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}})
    assert "removed in Slack" not in plain(owner.get("/slack/setup"))
    bot = desk.slack.team.bot_user_id
    desk.user(ann).event({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot]}})
    assert "The app was removed in Slack from Acme." in plain(owner.get("/slack/setup"))
    key = desk.message(goal, channel.id)
    assert desk.deliver() == 0
    owner.client.get(consent(desk, owner))
    assert desk.deliver() == 1
    assert desk.outbox()[key].state == "done"
    assert len(desk.slack.messages(channel)) == 1
    assert "removed in Slack" not in plain(owner.get("/slack/setup"))
