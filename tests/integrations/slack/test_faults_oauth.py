"""The way back from Slack's consent page, bent: a page that says what to do, and no token kept."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from sqlmodel import select

from app.accounts import workspaces
from integrations.slack import teams
from integrations.slack.tables import SlackTeam
from tests.fakes.slack.world import Team
from tests.support.site import Visitor, plain
from tests.support.slack import NOW, Desk


def way_back(desk: Desk, owner: Visitor, team: Team | None = None, *, deny: bool = False) -> str:
    """Where Slack sends the browser of an owner who agreed, or did not."""
    asked = owner.client.get("/slack/install").headers["Location"]
    admin = desk.slack.add_user("Admin", team=team)
    back = urlsplit(desk.slack.consent(asked, admin, team, deny=deny))
    return back._replace(scheme="", netloc="").geturl()


def changed(address: str, **words: str | None) -> str:
    """An address with other words in its query; None takes one away."""
    parts = urlsplit(address)
    query = {**dict(parse_qsl(parts.query)), **words}
    kept = {name: value for name, value in query.items() if value is not None}
    return parts._replace(query=urlencode(kept)).geturl()


def tokens(desk: Desk) -> dict[str, str | None]:
    with desk.wiring.database.system() as session:
        return {one.team_id: one.bot_token for one in session.exec(select(SlackTeam))}


def state_of(address: str) -> str:
    return dict(parse_qsl(urlsplit(address).query))["state"]


def expired(desk: Desk, owner: Visitor) -> str:
    back = way_back(desk, owner)
    desk.later(minutes=10, seconds=1)
    return back


def reused(desk: Desk, owner: Visitor) -> str:
    """The state of a way back that was gone already, with a code that is new."""
    gone = way_back(desk, owner, deny=True)
    owner.client.get(changed(gone, error=None, code="made-up"))
    return changed(way_back(desk, owner), state=state_of(gone))


def anothers(desk: Desk, owner: Visitor) -> str:
    """The way back of somebody else, who would have their Slack answered from here."""
    return way_back(desk, desk.browser())


def used_code(desk: Desk, owner: Visitor) -> str:
    back = way_back(desk, owner)
    code = dict(parse_qsl(urlsplit(back).query))["code"]
    desk.slack.grants[code].used = True
    return back


def late_code(desk: Desk, owner: Visitor) -> str:
    back = way_back(desk, owner)
    desk.slack.forward(601)
    return back


FAULTS: dict[str, Callable[[Desk, Visitor], str]] = {
    "missing state": lambda desk, owner: changed(way_back(desk, owner), state=None),
    "empty state": lambda desk, owner: changed(way_back(desk, owner), state=""),
    "forged state": lambda desk, owner: changed(way_back(desk, owner), state="a" * 43),
    "expired state": expired,
    "reused state": reused,
    "state of another browser": anothers,
    "missing code": lambda desk, owner: changed(way_back(desk, owner), code=None),
    "forged code": lambda desk, owner: changed(way_back(desk, owner), code="made-up"),
    "used code": used_code,
    "code of eleven minutes": late_code,
    "access denied": lambda desk, owner: way_back(desk, owner, deny=True),
    "another error": lambda desk, owner: changed(
        way_back(desk, owner, deny=True), error="<b>invalid_team</b>"
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bent_way_back_says_what_to_do_and_keeps_no_token(slack_desk: Desk, fault: str) -> None:
    object.__setattr__(slack_desk.parts.config, "bot_token", None)
    owner = slack_desk.browser()
    answer = owner.client.get(FAULTS[fault](slack_desk, owner), follow_redirects=True)
    assert answer.status_code in (200, 400, 409)
    assert any(word in answer.text for word in ("Start once more", "nobody agreed"))
    assert "<b>invalid_team" not in answer.text
    assert not any(tokens(slack_desk).values())


def test_a_way_back_that_was_gone_is_not_gone_again(slack_desk: Desk) -> None:
    owner = slack_desk.browser()
    back = way_back(slack_desk, owner)
    assert owner.client.get(back).status_code == 303
    exchanged = len(slack_desk.slack.calls_to("oauth.v2.access"))
    assert owner.client.get(back).status_code == 400
    assert len(slack_desk.slack.calls_to("oauth.v2.access")) == exchanged


def test_the_other_team_that_somebody_chose_takes_nothing_from_the_first(slack_desk: Desk) -> None:
    owner = slack_desk.browser()
    owner.client.get(way_back(slack_desk, owner))
    first = tokens(slack_desk)[slack_desk.slack.team.id]
    partner = slack_desk.slack.add_team("Partner")
    owner.client.get(way_back(slack_desk, owner, partner))
    assert tokens(slack_desk)[slack_desk.slack.team.id] == first
    slack_desk.goal("Churn rate")
    ann = slack_desk.user(slack_desk.person("Ann"))
    assert "At risk" in slack_desk.slack.screen_text(ann.say("churn rate").messages[0])


def test_a_team_that_is_linked_elsewhere_stays_there_until_an_owner_says_otherwise(
    slack_desk: Desk,
) -> None:
    with slack_desk.wiring.database.system() as system:
        other = workspaces.create(
            system, "Other", now=NOW, zone="UTC", currency="USD", is_sample=False
        ).id
    theirs = {"access_token": "xoxb-old", "team": {"id": slack_desk.slack.team.id, "name": "Acme"}}
    teams.install(slack_desk.parts, other, theirs)
    before = tokens(slack_desk)
    owner = slack_desk.browser()
    answer = owner.client.get(way_back(slack_desk, owner))
    assert answer.status_code == 409
    assert "linked to another workspace" in plain(answer.text)
    assert tokens(slack_desk) == before
