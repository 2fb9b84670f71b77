"""Adding a Slack workspace through Slack's consent page."""

from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.fernet import Fernet
from sqlmodel import select

from app.accounts import workspaces
from app.accounts.tables import Setting
from app.cli import main
from goals.errors import Refusal
from integrations.slack import teams
from integrations.slack.tables import SlackTeam
from integrations.vault import Vault
from tests.support.site import Visitor, plain
from tests.support.slack import NOW, Desk


def consent(desk: Desk, visitor: Visitor, team=None, **also) -> str:
    """Go to Slack's page and agree; returns where Slack sends the browser."""
    answer = visitor.client.get("/slack/install")
    assert answer.status_code == 303
    url = answer.headers["Location"]
    assert url.startswith("https://slack.com/oauth/v2/authorize?")
    back = desk.slack.consent(url, desk.slack.add_user("Admin"), team, **also)
    return urlsplit(back)._replace(scheme="", netloc="").geturl()


def row(desk: Desk) -> SlackTeam:
    with desk.wiring.database.system() as session:
        return session.exec(select(SlackTeam)).one()


def test_an_owner_installs_the_app_and_its_token_is_sealed(slack_desk: Desk) -> None:
    object.__setattr__(slack_desk.parts.config, "bot_token", None)
    slack_desk.slack.revoke()
    owner = slack_desk.browser()
    back = consent(slack_desk, owner)
    assert owner.client.get(back).status_code == 303
    kept = row(slack_desk)
    assert kept.workspace_id == slack_desk.workspace_id
    assert kept.bot_token is not None
    assert slack_desk.slack.bot_token not in kept.bot_token
    assert "Slack is connected: Acme." in owner.get("/slack/setup")
    slack_desk.goal("Churn rate")
    ann = slack_desk.user(slack_desk.person("Ann"))
    assert "At risk" in slack_desk.slack.screen_text(ann.say("churn rate").messages[0])


def test_an_installation_brings_waiting_messages_on_their_way(slack_desk: Desk) -> None:
    object.__setattr__(slack_desk.parts.config, "bot_token", None)
    owner = slack_desk.browser()
    owner.client.get(consent(slack_desk, owner))
    goal = slack_desk.goal("New business")
    channel = slack_desk.slack.add_channel("sales", members=[slack_desk.slack.add_user("Ann")])
    slack_desk.switch_on(channel)
    slack_desk.message(goal, channel.id)
    slack_desk.slack.revoke()
    assert slack_desk.deliver() == 0
    owner.client.get(consent(slack_desk, owner))
    assert slack_desk.deliver() == 1


def test_the_way_back_works_once(slack_desk: Desk) -> None:
    owner = slack_desk.browser()
    back = consent(slack_desk, owner)
    assert owner.client.get(back).status_code == 303
    assert owner.client.get(back).status_code == 400


def test_the_way_back_belongs_to_the_browser_that_asked(slack_desk: Desk) -> None:
    back = consent(slack_desk, slack_desk.browser())
    assert slack_desk.browser().client.get(back).status_code == 400
    assert len(slack_desk.slack.calls_to("oauth.v2.access")) == 0


def test_the_way_back_is_open_for_ten_minutes(slack_desk: Desk) -> None:
    owner = slack_desk.browser()
    back = consent(slack_desk, owner)
    slack_desk.later(minutes=11)
    assert owner.client.get(back).status_code == 400


def test_a_state_made_up_by_somebody_else_is_refused(slack_desk: Desk) -> None:
    owner = slack_desk.browser()
    owner.get("/slack/oauth_redirect?code=x&state=y", status=400)
    owner.get("/slack/oauth_redirect", status=400)


def test_nothing_happens_when_nobody_agreed(slack_desk: Desk) -> None:
    owner = slack_desk.browser()
    assert owner.client.get(consent(slack_desk, owner, deny=True)).status_code == 303
    assert "nobody agreed" in owner.get("/slack/setup")


def test_a_code_that_slack_does_not_take_is_said(slack_desk: Desk) -> None:
    owner = slack_desk.browser()
    back = consent(slack_desk, owner)
    code = parse_qs(urlsplit(back).query)["code"][0]
    slack_desk.slack.grants[code].used = True
    text = plain(owner.get(back, status=409))
    assert "Slack did not finish the installation (invalid_code)" in text


def test_only_owners_install(slack_desk: Desk) -> None:
    slack_desk.add_member("ed@acme.test", "Ed", "editor")
    slack_desk.browser("ed@acme.test").get("/slack/install", status=403)
    client = slack_desk.application().test_client()
    assert client.get("/slack/install").status_code == 303
    assert "sign-in" in client.get("/slack/install").headers["Location"]


def test_a_slack_workspace_of_another_workspace_is_asked_for(slack_desk: Desk) -> None:
    with slack_desk.wiring.database.system() as system:
        other = workspaces.create(
            system, "Other", now=NOW, zone="UTC", currency="USD", is_sample=False
        ).id
    granted = {"access_token": "xoxb-old", "team": {"id": slack_desk.slack.team.id, "name": "Acme"}}
    teams.install(slack_desk.parts, other, granted)
    owner = slack_desk.browser()
    answer = owner.client.get(consent(slack_desk, owner))
    assert answer.status_code == 409
    assert "Acme is linked to another workspace" in plain(answer.text)
    assert row(slack_desk).workspace_id == other
    assert slack_desk.slack.bot_token not in answer.text
    with slack_desk.wiring.database.system() as session:
        kept = session.exec(select(Setting)).all()
        assert all(slack_desk.slack.bot_token not in str(one.value) for one in kept)
    ticket = answer.text.partition('name="ticket" value="')[2].partition('"')[0]
    owner.post("/slack/move", ticket=ticket)
    assert row(slack_desk).workspace_id == slack_desk.workspace_id
    owner.post("/slack/move", status=400, ticket=ticket)


def test_what_waits_for_an_owner_survives_that_the_old_key_is_taken_away(
    slack_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = slack_desk
    with desk.wiring.database.system() as system:
        other = workspaces.create(
            system, "Other", now=NOW, zone="UTC", currency="USD", is_sample=False
        ).id
    granted = {"access_token": "xoxb-old", "team": {"id": desk.slack.team.id, "name": "Acme"}}
    teams.install(desk.parts, other, granted)
    owner = desk.browser()
    answer = owner.client.get(consent(desk, owner))
    ticket = answer.text.partition('name="ticket" value="')[2].partition('"')[0]
    given, fresh = desk.wiring.settings, Fernet.generate_key().decode()
    assert given.encryption_keys is not None
    old = given.encryption_keys.get_secret_value()
    monkeypatch.setenv("HEADWAY_DATABASE_URL", str(given.database_url))
    monkeypatch.setenv("HEADWAY_ENCRYPTION_KEYS", f"{fresh},{old}")
    assert main.main(["keys", "reseal"]) == 0
    vault = Vault([fresh])
    desk.wiring.__dict__["vault"] = vault
    object.__setattr__(desk.parts, "vault", vault)
    owner.post("/slack/move", ticket=ticket)
    assert row(desk).workspace_id == desk.workspace_id
    assert vault.open(row(desk).bot_token)["bot_token"] == desk.slack.bot_token


def test_removing_the_app_in_slack_forgets_the_token(slack_desk: Desk) -> None:
    owner = slack_desk.browser()
    owner.client.get(consent(slack_desk, owner))
    ann = slack_desk.user(slack_desk.person("Ann"))
    assert ann.event({"type": "app_uninstalled"}).status == 200
    kept = row(slack_desk)
    assert kept.bot_token is None
    assert kept.removed_at is not None


@pytest.mark.parametrize(
    "event",
    [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["U1"]}}],
)
def test_word_of_a_removal_that_comes_after_the_app_was_added_anew_takes_nothing_away(
    slack_desk: Desk, event: dict[str, object]
) -> None:
    desk = slack_desk
    owner, ann = desk.browser(), desk.user(desk.person("Ann"))
    before = f"{desk.slack.clock():.6f}"
    owner.client.get(consent(desk, owner))
    desk.slack.forward(5)
    object.__setattr__(desk.parts, "wall", desk.slack.clock)
    owner.client.get(consent(desk, owner))
    assert ann.event({**event, "event_ts": before}).status == 200
    kept = row(desk)
    assert (kept.removed_at, kept.bot_token is None) == (None, False)
    assert "removed in Slack" not in plain(owner.get("/slack/setup"))
    desk.slack.forward(5)
    assert ann.event(event).status == 200
    assert row(desk).removed_at is not None


def test_another_slack_workspace_than_the_one_to_be_connected_again_is_refused(
    slack_desk: Desk,
) -> None:
    object.__setattr__(slack_desk.parts.config, "bot_token", None)
    owner = slack_desk.browser()
    owner.client.get(consent(slack_desk, owner))
    before = row(slack_desk)
    answer = owner.client.get(f"/slack/install?team={before.team_id}")
    url = answer.headers["Location"]
    assert parse_qs(urlsplit(url).query)["team"] == [before.team_id]
    other = slack_desk.slack.add_team("Partner")
    back = slack_desk.slack.consent(url, slack_desk.slack.add_user("Eve", team=other), other)
    path = urlsplit(back)._replace(scheme="", netloc="").geturl()
    text = plain(owner.get(path, status=409))
    assert "You agreed in Partner, but Acme was to be connected. Nothing was kept." in text
    assert row(slack_desk).bot_token == before.bot_token


def test_a_refusal_uses_up_the_way_back_too(slack_desk: Desk) -> None:
    owner = slack_desk.browser()
    url = owner.client.get("/slack/install").headers["Location"]
    admin = slack_desk.slack.add_user("Admin")
    denied, agreed = (
        urlsplit(slack_desk.slack.consent(url, admin, deny=deny))
        ._replace(scheme="", netloc="")
        .geturl()
        for deny in (True, False)
    )
    assert owner.client.get(denied).status_code == 303
    assert owner.client.get(agreed).status_code == 400
    assert slack_desk.slack.calls_to("oauth.v2.access") == []


def test_an_installation_in_a_whole_organisation_is_refused_on_a_page(slack_desk: Desk) -> None:
    granted = {"access_token": "xoxb-1", "team": None, "is_enterprise_install": True}
    with pytest.raises(Refusal) as refused:
        teams.install(slack_desk.parts, slack_desk.workspace_id, granted)
    assert refused.value.code == "slack_enterprise"
