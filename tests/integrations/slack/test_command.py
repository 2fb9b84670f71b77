"""The command `slack`: manifest, channels, links, and the Socket Mode process."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import main
from goals.alerts import audiences
from integrations.slack import links
from tests.fakes.slack.socketmode import FakeSocketMode
from tests.fakes.slack.user import SlackUser
from tests.support.slack import OWNER, Desk

ROOT = Path(__file__).parents[3]


@pytest.fixture
def settled(slack_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The same installation, as commands find it in the environment."""
    for name, value in environment(slack_desk).items():
        monkeypatch.setenv(name, value)
    return slack_desk


def environment(desk: Desk) -> dict[str, str]:
    given = desk.wiring.settings
    assert given.secret_key is not None
    assert given.encryption_keys is not None
    return {
        "HEADWAY_DATABASE_URL": given.database,
        "HEADWAY_SECRET_KEY": given.secret_key.get_secret_value(),
        "HEADWAY_ENCRYPTION_KEYS": given.encryption_keys.get_secret_value(),
        "HEADWAY_SLACK_API_URL": desk.slack.api_url,
        "HEADWAY_SLACK_BOT_TOKEN": desk.slack.bot_token,
        "HEADWAY_SLACK_APP_TOKEN": desk.slack.app_token,
    }


def test_the_manifest_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["slack", "manifest", "--host", "https://headway.example"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["oauth_config"]["redirect_urls"] == ["https://headway.example/slack/oauth_redirect"]


def test_a_host_that_is_none_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["slack", "manifest", "--host", "a b", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "host_wrong"


def test_a_channel_is_switched_on_with_what_slack_says_of_it(
    settled: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    ann = settled.person("Ann")
    channel = settled.slack.add_channel("sales", members=[ann])
    assert main.main(["slack", "channel", channel.id, "on", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "channel": channel.id,
        "name": "sales",
        "on": True,
        "clearance": "none",
        "members": 1,
    }
    settled.goal("Churn rate")
    settled.user(ann).mention(channel, "churn rate")
    assert "At risk" in settled.slack.screen_text(settled.slack.messages(channel)[-1])
    assert main.main(["slack", "channel", channel.id, "off"]) == 0
    assert "writes nothing in #sales" in capsys.readouterr().out


def test_a_channel_can_be_switched_on_before_slack_is_there(
    settled: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HEADWAY_SLACK_BOT_TOKEN")
    assert main.main(["slack", "channel", "C0123", "on", "--clearance", "workspace"]) == 0
    assert "Headway writes in C0123" in capsys.readouterr().out
    with settled.session() as session:
        row = audiences.channel_named(session, "C0123")
        assert row is not None
        assert (row.is_on, row.clearance) == (True, "workspace")


def test_a_member_is_linked_by_hand(settled: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    user = settled.slack.add_user("Dana")
    assert main.main(["slack", "link", OWNER, user.id, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["user"] == user.id
    with settled.session() as session:
        assert links.linked(session)[user.id].role == "owner"
    other = settled.slack.add_user("Dana again")
    assert main.main(["slack", "link", OWNER, other.id]) == 0
    with settled.session() as session:
        assert set(links.linked(session)) == {other.id}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["link", "nobody@acme.test", "U123"], "unknown_member"),
        (["link", OWNER, "dana"], "user_wrong"),
        (["channel", "#sales", "on"], "channel_wrong"),
        (["channel", "C123", "maybe"], "usage"),
        ([], "usage"),
    ],
    ids=str,
)
def test_what_is_not_understood_exits_2(
    settled: Desk, capsys: pytest.CaptureFixture[str], words: list[str], code: str
) -> None:
    assert main.main(["slack", *words, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == code


def test_a_link_needs_slack(
    settled: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HEADWAY_SLACK_BOT_TOKEN")
    assert main.main(["slack", "link", OWNER, "U123", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "slack_not_connected"


def test_asking_for_a_channel_gives_the_answer_that_slack_gives(
    settled: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    settled.goal("Churn rate")
    settled.goal("Secret margin", visibility="private")
    ann = settled.person("Ann")
    channel = settled.slack.add_channel("sales", members=[ann])
    settled.switch_on(channel)
    assert main.main(["ask", "status of churn rate", "--channel", channel.id, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["value"] == 16_200_000
    settled.user(ann).mention(channel, "status of churn rate")
    assert settled.slack.messages(channel)[-1].text == answer["text"]
    assert main.main(["ask", "status of secret margin", "--channel", channel.id]) == 0
    assert "Secret" not in capsys.readouterr().out


def test_the_socket_process_answers_and_ends_when_told(settled: Desk) -> None:
    settled.goal("Churn rate")
    user = settled.person("Ann")
    with FakeSocketMode(settled.slack) as fake:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "slack", "socket"],
            cwd=ROOT,
            env={**os.environ, **environment(settled)},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            fake.wait_connected(timeout=60)
            assert process.stdout is not None
            assert "Connected to Slack" in process.stdout.readline()
            assert SlackUser(settled.slack, user, fake).say("churn rate").messages
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
    assert process.returncode == 0


def test_the_socket_process_says_what_is_missing(
    settled: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HEADWAY_SLACK_APP_TOKEN")
    assert main.main(["slack", "socket"]) == 1
    assert "HEADWAY_SLACK_APP_TOKEN" in capsys.readouterr().err
