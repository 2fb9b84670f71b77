"""Direct messages: in the conversation with the person, in their language, looked for and once."""

import pytest
from sqlmodel import col, select

from goals import words
from goals.alerts.outbox import Outbox
from goals.workspace import Member, Person
from integrations.slack import channels, links, teams
from integrations.slack.blocks import alerts
from tests.fakes.slack.world import Team
from tests.support.slack import Desk

RULE = {
    "id": "5",
    "name": {"id": "Slow"},
    "kind": "pace_gap",
    "version": 1,
    "why": {"id": "There is no pace to look at."},
}


def to_person(desk: Desk, key: str, member_id: int) -> None:
    """Turn a message that was decided into one for a member."""
    with desk.session() as session:
        statement = select(Outbox).where(
            col(Outbox.workspace_id) == desk.workspace_id, col(Outbox.dedupe_key) == key
        )
        row = session.exec(statement).one()
        row.channel_kind, row.destination = "direct", str(member_id)
        row.state, row.error = "new", None
        row.facts = {**row.facts, "rule": RULE}
        session.add(row)


def member_of(desk: Desk, user_id: str) -> int:
    with desk.session() as session:
        return links.linked(session)[user_id].member_id


def test_a_person_is_told_in_their_own_conversation_and_once(slack_desk: Desk) -> None:
    user = slack_desk.person("Nok", "editor")
    goal = slack_desk.goal("New business")
    key = slack_desk.message(goal, "C0NOWHERE")
    to_person(slack_desk, key, member_of(slack_desk, user.id))
    assert slack_desk.deliver() == 1
    assert slack_desk.deliver() == 0
    [card] = slack_desk.slack.messages(slack_desk.slack.im(user))
    text = slack_desk.slack.screen_text(card)
    assert "▲ At risk: New business" in text and "There is no pace to look at." in text
    assert slack_desk.slack.audit == []


def test_what_waits_for_people_leaves_with_the_rest_once_slack_is_connected_again(
    slack_desk: Desk,
) -> None:
    desk = slack_desk
    connected(desk, desk.slack.team)
    user = desk.person("Nok", "editor")
    to_person(desk, desk.message(desk.goal("New business"), "C0NOWHERE"), member_of(desk, user.id))
    desk.slack.revoke()
    assert desk.deliver() == 0
    desk.slack.tokens[desk.slack.bot_token].revoked = False
    connected(desk, desk.slack.team)
    assert desk.deliver() == 1
    assert len(desk.slack.messages(desk.slack.im(user))) == 1


@pytest.mark.parametrize("is_paused", [False, True])
def test_who_is_in_the_second_slack_workspace_is_told_there(
    slack_desk: Desk, is_paused: bool
) -> None:
    desk = slack_desk
    other = desk.slack.add_team("Partner")
    for team in (desk.slack.team, other):
        connected(desk, team)
    goal = desk.goal("New business")
    user = desk.slack.add_user("Nok", team=other)
    desk.link(user, desk.add_member("nok@acme.test", "Nok", "editor"))
    channel = desk.slack.add_channel("partners", team=other, members=[user])
    with desk.session() as session:
        channels.switch(session, channel.id, True, desk.moment)
    desk.message(goal, channel.id)
    key = desk.message(goal, "C0NOWHERE")
    to_person(desk, key, member_of(desk, user.id))
    if is_paused:
        teams.pause(desk.parts, desk.slack.team.id, "token_revoked")
        desk.slack.revoke()
    desk.deliver()
    assert len(desk.slack.messages(channel)) == 1
    assert len(desk.slack.messages(desk.slack.im(user))) == 1


def test_who_is_in_two_slack_workspaces_is_told_once_though_the_first_comes_back_meanwhile(
    slack_desk: Desk,
) -> None:
    desk = slack_desk
    desk.slack.grant("channels:history", "im:history", "metadata.message:read")
    other = desk.slack.add_team("Partner")
    for team in (desk.slack.team, other):
        connected(desk, team)
    member = desk.add_member("nok@acme.test", "Nok", "editor")
    users = [desk.slack.add_user("Nok", team=team) for team in (desk.slack.team, other)]
    for user in users:
        desk.link(user, member)
    to_person(desk, desk.message(desk.goal("New business"), "C0NOWHERE"), member)
    teams.pause(desk.parts, desk.slack.team.id, "token_revoked")
    desk.slack.revoke()
    desk.slack.faults.add("chat.postMessage", "lose_after")
    assert desk.deliver() == 0
    desk.slack.tokens[desk.slack.bot_token].revoked = False
    # The one that was added first is asked first.
    for team in (desk.slack.team, other):
        desk.later(minutes=10)
        connected(desk, team)
    desk.deliver()
    said = [one for user in users for one in desk.slack.messages(desk.slack.im(user))]
    assert len(said) == 1


def connected(desk: Desk, team: Team) -> None:
    """Add the app to a Slack workspace as its consent page does."""
    granted = {"access_token": team.bot_token, "team": {"id": team.id, "name": team.name}}
    teams.install(desk.parts, desk.workspace_id, {**granted, "bot_user_id": team.bot_user_id})


def test_somebody_who_is_not_linked_is_not_told_and_it_is_said_why(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    key = slack_desk.message(goal, "C0NOWHERE")
    with slack_desk.session() as session:
        statement = (
            select(Member.id)
            .join(Person, col(Person.id) == col(Member.person_id))
            .where(col(Member.workspace_id) == slack_desk.workspace_id)
        )
        stranger = session.exec(statement).first()
    assert stranger is not None
    to_person(slack_desk, key, stranger)
    assert slack_desk.deliver() == 0
    row = slack_desk.outbox()[key]
    assert (row.state, row.error) == ("dead", {"code": "not_linked"})


@pytest.mark.parametrize("kind", ["rule_off", "escalation", "still", "progress"])
def test_each_kind_of_notice_can_be_said(slack_desk: Desk, kind: str) -> None:
    goal = slack_desk.goal("New business")
    key = slack_desk.message(goal, "C0NOWHERE")
    facts = {
        **slack_desk.outbox()[key].facts,
        "rule": RULE,
        "escalation": {"since": "2026-11-21T02:00:00+00:00", "step": 1},
    }
    said = alerts.alert(kind, facts, words.Reader("en"), "https://headway.example")
    assert said.blocks and ("New business" in said.text or "Slow" in said.text)
