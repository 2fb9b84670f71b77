import json

import pytest

from tests.fakes.slack.server import FakeSlack


def test_the_manifest_names_the_address_that_slack_reaches(headway):
    code, out, err = headway.say("slack", "manifest", "--host", "https://headway.example")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert "https://headway.example/slack/events" in out
    assert told["settings"]["socket_mode_enabled"] is False
    assert headway.json("slack", "manifest", "--host", "https://headway.example") == told


def test_the_manifest_for_socket_mode_needs_no_address_of_ours(headway):
    told = headway.json("slack", "manifest", "--host", "https://headway.example", "--socket")
    assert told["settings"]["socket_mode_enabled"] is True
    assert "/slack/events" not in json.dumps(told)


def test_the_manifest_needs_to_know_the_host(headway):
    assert headway.error("slack", "manifest", code=2)["code"] == "usage"


def test_a_channel_is_switched_on_and_off(acme):
    told = acme.json("slack", "channel", "C0SALES01", "on")
    assert set(told) == {"channel", "name", "on", "clearance", "members"}
    assert (told["channel"], told["on"], told["clearance"]) == ("C0SALES01", True, "none")
    assert acme.json("slack", "channel", "C0SALES01", "off")["on"] is False


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("channel", "sales", "on"), "channel_wrong"),
        (("channel", "C0SALES01", "maybe"), "usage"),
        (("channel", "C0SALES01"), "usage"),
        (("link", "olga@acme.example", "olga"), "user_wrong"),
        ((), "usage"),
    ],
    ids=str,
)
def test_what_was_not_understood_exits_2(acme, words, code):
    assert acme.error("slack", *words, code=2)["code"] == code


def test_nobody_can_be_linked_before_slack_is_connected(acme):
    error = acme.error("slack", "link", "olga@acme.example", "U0OLGA001", code=1)
    assert error["code"] == "slack_not_connected"


@pytest.fixture
def slack(acme, monkeypatch):
    """A Slack that the installation is connected to."""
    with FakeSlack() as fake:
        monkeypatch.setenv("HEADWAY_SLACK_API_URL", fake.api_url)
        monkeypatch.setenv("HEADWAY_SLACK_BOT_TOKEN", fake.bot_token)
        yield fake


def test_a_member_is_linked_to_a_user(acme, slack):
    user = slack.add_user("Olga")
    told = acme.json("slack", "link", "olga@acme.example", user.id)
    assert told == {"email": "olga@acme.example", "user": user.id, "team": user.team_id}


def test_a_stranger_cannot_be_linked(acme, slack):
    error = acme.error("slack", "link", "nobody@acme.example", slack.add_user("Nob").id, code=2)
    assert error["code"] == "unknown_member"


def test_a_channel_that_is_on_gets_the_alert_and_one_that_is_off_does_not(acme, slack):
    channel = slack.add_channel("sales")
    words = ("--kind", "cumulative", "--direction", "up", "--target", "9000", "--from")
    dates = ("2026-01-01", "--to", "2026-03-31", "--owner", "olga@acme.example")
    acme.json("goal", "add", "--name", "Told", "--metric", "revenue", *words, *dates, "--channel",
              channel.id)  # fmt: skip
    acme.json("review", "Told", "--today", "2026-01-10")
    acme.json("worker", "--once", "--today", "2026-01-10")
    assert slack.messages(channel) == []
    acme.json("slack", "channel", channel.id, "on")
    acme.json("review", "Told", "--today", "2026-03-31")
    acme.json("worker", "--once", "--today", "2026-03-31")
    assert len(slack.messages(channel)) == 1


@pytest.mark.parametrize("missing", ["HEADWAY_SECRET_KEY", "HEADWAY_ENCRYPTION_KEYS"])
def test_socket_mode_needs_the_keys(headway, monkeypatch, missing):
    monkeypatch.delenv(missing)
    code, out, err = headway.say("slack", "socket")
    assert (code, out) == (1, "")
    assert missing in err


def test_socket_mode_needs_its_token(acme):
    code, out, err = acme.say("slack", "socket")
    assert (code, out) == (1, "")
    assert "HEADWAY_SLACK_APP_TOKEN" in err
    assert "Traceback" not in err
