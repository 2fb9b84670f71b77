"""Tokens that expire: the next one comes in time, from one process only, or owners hear of it."""

import os
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlmodel import select

from integrations.slack import rotation, teams
from integrations.slack.tables import SlackTeam
from integrations.vault import Vault
from tests.support.site import plain
from tests.support.slack import Desk

HELPER = """
import sys
from app import settings
from app.wiring import Wiring
from integrations.slack import teams
wiring = Wiring(settings.load())
here = int(sys.argv[1])
wiring.database.workspaces()
print("ready", flush=True)
sys.stdin.readline()
[team] = teams.here(wiring.slack, here)
print(team.token, team.paused_reason, flush=True)
"""


def rotating(desk: Desk, left: timedelta) -> SlackTeam:
    """Connect with a token that ends after a while; what Slack gives is good by the real clock."""
    desk.slack.token_rotation = True
    object.__setattr__(desk.parts.config, "bot_token", None)
    object.__setattr__(desk.parts, "wall", desk.slack.clock)
    code = "once"
    desk.slack.add_user("Admin")
    grant(desk, code)
    from integrations.slack import oauth

    teams.install(desk.parts, desk.workspace_id, oauth.exchange(desk.parts, code))
    made = row(desk)
    assert made.expires_at is not None
    desk.slack.forward((made.expires_at - rotation.wall(desk.parts) - left).total_seconds())
    return made


def grant(desk: Desk, code: str) -> None:
    from integrations.slack import oauth
    from tests.fakes.slack.world import MANIFEST_SCOPES, Grant

    desk.slack.grants[code] = Grant(
        code,
        desk.slack.team.id,
        desk.slack.add_user("Boss").id,
        set(MANIFEST_SCOPES),
        oauth.redirect_uri(desk.parts.config),
        desk.slack.moment(),
    )


def row(desk: Desk) -> SlackTeam:
    with desk.wiring.database.system() as session:
        return session.exec(select(SlackTeam)).one()


def asked(desk: Desk) -> list[Any]:
    """What was asked for with a refresh token."""
    found = desk.slack.calls_to("oauth.v2.access")
    return [one for one in found if one.args.get("grant_type") == "refresh_token"]


def works(desk: Desk, token: str | None) -> bool:
    found = desk.slack.tokens.get(token or "")
    return found is not None and (found.expires_at or 0) > desk.slack.clock()


def test_a_token_with_time_left_is_kept(slack_desk: Desk) -> None:
    rotating(slack_desk, timedelta(minutes=125))
    [team] = teams.here(slack_desk.parts, slack_desk.workspace_id)
    assert works(slack_desk, team.token)
    assert asked(slack_desk) == []


def test_the_next_token_is_asked_for_two_hours_ahead_and_sealed(slack_desks: Desk) -> None:
    desk = slack_desks
    before = rotating(desk, timedelta(minutes=115))
    [team] = teams.here(desk.parts, desk.workspace_id)
    assert len(asked(desk)) == 1
    assert team.token == desk.slack.bot_token
    now = row(desk)
    assert now.bot_token is not None
    assert now.bot_token != before.bot_token
    assert "xoxe" not in now.bot_token
    assert now.expires_at is not None
    assert now.expires_at > rotation.wall(desk.parts) + timedelta(hours=11)
    [again] = teams.here(desk.parts, desk.workspace_id)
    assert again.token == team.token
    assert len(asked(desk)) == 1


def test_somebody_who_waits_for_an_answer_does_not_wait_for_the_next_token(
    slack_desk: Desk,
) -> None:
    rotating(slack_desk, timedelta(minutes=60))
    slack_desk.goal("Churn rate")
    ann = slack_desk.user(slack_desk.person("Ann"))
    slack = slack_desk.slack
    assert ann.say("churn rate", age=-slack.ahead).messages
    assert asked(slack_desk) == []
    slack.forward(55 * 60)
    assert ann.say("churn rate", age=-slack.ahead).messages
    assert len(asked(slack_desk)) == 1


def test_deliveries_go_on_over_many_tokens(slack_desk: Desk) -> None:
    rotating(slack_desk, timedelta(minutes=60))
    goal = slack_desk.goal("New business")
    channel = slack_desk.slack.add_channel("sales", members=[slack_desk.slack.add_user("Ann")])
    slack_desk.deliver()
    slack_desk.switch_on(channel)
    for _ in range(3):
        slack_desk.slack.forward(11 * 3600)
        slack_desk.message(goal, channel.id)
        assert slack_desk.deliver() == 1
        slack_desk.evaluate(goal, "at_risk")
        slack_desk.later(hours=11)
    assert len(asked(slack_desk)) == 4


@contextmanager
def process(desk: Desk):
    """Another process of the same installation, which waits for a line before it looks."""
    given = desk.wiring.settings
    keys = given.encryption_keys
    secret = given.slack_client_secret
    assert keys is not None
    assert secret is not None
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HEADWAY_")},
        "HEADWAY_DATABASE_URL": str(given.database_url),
        "HEADWAY_SECRET_KEY": "s" * 40,
        "HEADWAY_ENCRYPTION_KEYS": keys.get_secret_value(),
        "HEADWAY_SLACK_API_URL": desk.slack.api_url,
        "HEADWAY_SLACK_CLIENT_ID": str(given.slack_client_id),
        "HEADWAY_SLACK_CLIENT_SECRET": secret.get_secret_value(),
    }
    command = [sys.executable, "-c", HELPER, str(desk.workspace_id)]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        try:
            assert other.stdout.readline().strip() == "ready"
            yield other
        finally:
            other.kill()


def go(other: Any) -> None:
    other.stdin.write("\n")
    other.stdin.flush()


def soon(desk: Desk) -> None:
    """Let the token end within the hour for processes that go by the real clock."""
    desk.slack.ahead = 0.0
    with desk.wiring.database.system() as session:
        kept = session.exec(select(SlackTeam)).one()
        kept.expires_at = datetime.fromtimestamp(desk.slack.clock(), UTC) + timedelta(minutes=50)
        session.add(kept)


def test_two_processes_never_ask_with_the_same_token(slack_desks: Desk) -> None:
    desk = slack_desks
    rotating(desk, timedelta(hours=12))
    soon(desk)
    desk.slack.faults.add("oauth.v2.access", "latency", seconds=1.0, times=2)
    with process(desk) as one, process(desk) as two:
        go(one)
        go(two)
        said = [other.stdout.readline().split() for other in (one, two)]
    assert len(asked(desk)) == 1
    assert all(works(desk, token) for token, _ in said)
    assert {paused for _, paused in said} == {"None"}
    assert row(desk).refreshing_until is None


def test_a_process_that_dies_before_it_asks_is_followed_by_another(slack_desk: Desk) -> None:
    rotating(slack_desk, timedelta(minutes=50))
    with slack_desk.wiring.database.system() as session:
        kept = session.exec(select(SlackTeam)).one()
        kept.refreshing_until = rotation.wall(slack_desk.parts) + rotation.LEASE
        session.add(kept)
    [team] = teams.here(slack_desk.parts, slack_desk.workspace_id)
    assert works(slack_desk, team.token)
    assert asked(slack_desk) == []
    slack_desk.slack.forward(31)
    [team] = teams.here(slack_desk.parts, slack_desk.workspace_id)
    assert team.token == slack_desk.slack.bot_token
    assert len(asked(slack_desk)) == 1


def test_a_process_that_dies_with_the_answer_is_told_of_once(slack_desk: Desk) -> None:
    desk = slack_desk
    rotating(desk, timedelta(hours=12))
    soon(desk)
    desk.slack.faults.add("oauth.v2.access", "latency", seconds=3.0)
    before = desk.slack.bot_token
    with process(desk) as other:
        go(other)
        # Slack has given the next token, and its answer is on the way to nobody.
        desk.slack.wait_for(lambda: desk.slack.bot_token != before, 20)
        other.kill()
        other.wait()
    desk.slack.wait_for(lambda: len(asked(desk)) == 1, 20)
    [team] = teams.here(desk.parts, desk.workspace_id)
    assert team.paused_reason is None
    desk.slack.forward(31)
    [team] = teams.here(desk.parts, desk.workspace_id)
    assert team.paused_reason == rotation.FAILED
    assert len(asked(desk)) == 2
    teams.here(desk.parts, desk.workspace_id)
    assert len(asked(desk)) == 2
    desk.slack.forward(660)
    teams.here(desk.parts, desk.workspace_id)
    assert len(asked(desk)) == 3
    [letter] = [one for one in desk.outbox().values() if one.kind == "slack_lost"]
    assert (letter.channel_kind, letter.state) == ("email", "new")
    assert desk.deliver() == 0
    desk.later(minutes=3)
    assert desk.deliver() == 1
    text = plain(desk.browser().get("/slack/setup"))
    assert "Reconnect Slack" in text


def test_slack_out_of_reach_pauses_nothing(slack_desk: Desk) -> None:
    rotating(slack_desk, timedelta(minutes=50))
    slack_desk.slack.faults.add("oauth.v2.access", "http_503")
    [team] = teams.here(slack_desk.parts, slack_desk.workspace_id)
    assert team.paused_reason is None
    assert works(slack_desk, team.token)
    teams.here(slack_desk.parts, slack_desk.workspace_id)
    assert len(asked(slack_desk)) == 1
    slack_desk.slack.forward(61)
    [team] = teams.here(slack_desk.parts, slack_desk.workspace_id)
    assert team.token == slack_desk.slack.bot_token
    assert len(asked(slack_desk)) == 2


def test_settings_that_were_wrong_are_tried_again(slack_desk: Desk) -> None:
    desk = slack_desk
    rotating(desk, timedelta(minutes=50))
    goal = desk.goal("New business")
    channel = desk.slack.add_channel("sales", members=[desk.slack.add_user("Ann")])
    desk.switch_on(channel)
    right = desk.parts.config.client_secret
    object.__setattr__(desk.parts.config, "client_secret", "wrong")
    desk.message(goal, channel.id)
    assert desk.deliver() == 0
    object.__setattr__(desk.parts.config, "client_secret", right)
    desk.slack.forward(660)
    assert desk.deliver() == 1
    assert [one.state for one in desk.outbox().values() if one.kind == "slack_lost"] == ["held"]


@pytest.mark.parametrize("moved", [False, True])
def test_connecting_again_ends_the_pause(slack_desk: Desk, moved: bool) -> None:
    desk = slack_desk
    rotating(desk, timedelta(minutes=50))
    desk.slack.faults.add("oauth.v2.access", "error", code="invalid_refresh_token")
    [team] = teams.here(desk.parts, desk.workspace_id)
    assert team.paused_reason == rotation.FAILED
    from integrations.slack import oauth

    grant(desk, "twice")
    granted = oauth.exchange(desk.parts, "twice")
    team = teams.install(desk.parts, desk.workspace_id, granted, move=moved)
    assert team.paused_reason is None
    assert works(desk, team.token)


def test_keys_sealed_anew_hold_the_next_token_too(slack_desk: Desk) -> None:
    desk = slack_desk
    rotating(desk, timedelta(minutes=50))
    keys = desk.wiring.settings.encryption_keys
    assert keys is not None
    fresh = Fernet.generate_key().decode()
    with desk.wiring.database.system() as session:
        assert teams.reseal(session, Vault([fresh, keys.get_secret_value()])) == 1
    object.__setattr__(desk.parts, "vault", Vault([fresh]))
    [team] = teams.here(desk.parts, desk.workspace_id)
    assert team.token == desk.slack.bot_token
    assert len(asked(desk)) == 1


def test_a_token_that_comes_while_secrets_are_sealed_anew_is_not_lost(slack_desks: Desk) -> None:
    desk = slack_desks
    rotating(desk, timedelta(hours=5))
    granted = {"team": {"id": desk.slack.team.id}, "access_token": "xoxb-next"}
    other = Thread(target=teams.install, args=(desk.parts, desk.workspace_id, granted))
    with desk.wiring.database.system() as session:
        teams.reseal(session, desk.parts.vault)
        other.start()
        other.join(1)
    other.join()
    [team] = teams.here(desk.parts, desk.workspace_id)
    assert team.token == "xoxb-next"
