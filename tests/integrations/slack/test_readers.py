"""Who reads what in Slack: nobody ever sees a goal, or its name, that is not for them."""

import json
import random
import threading
import time
from typing import Any

import pytest
from sqlmodel import col, select

from goals.alerts import audiences
from goals.tracking import standing
from goals.tracking.visibility import Viewer, audience
from goals.workspace import Member
from integrations.slack import calls, links, people, teams
from integrations.slack.tables import SlackLink
from tests.fakes.slack.user import SlackUser
from tests.fakes.slack.world import Channel, User
from tests.support.slack import OWNER, Desk


def test_an_unlinked_asker_sees_what_the_channel_may_see_and_whom_to_ask(slack_desk: Desk) -> None:
    slack_desk.slack.grant("groups:read")
    slack_desk.goal("Churn rate")
    slack_desk.goal("Secret margin", visibility="private")
    stranger = slack_desk.user(slack_desk.slack.add_user("Stranger"))
    channel = slack_desk.slack.add_channel("sales", members=[stranger.user], private=True)
    slack_desk.switch_on(channel, clearance="workspace")
    [card] = stranger.slash("/goals", "status of churn rate", channel).messages
    text = slack_desk.slack.screen_text(card)
    assert "At risk" in text
    assert "Ask Dana Keller to link you." in text
    assert all("Secret" not in card for card in everything_said(slack_desk))


def test_a_stranger_who_asks_from_outside_a_channel_sees_what_it_was_cleared_for(
    slack_desk: Desk,
) -> None:
    slack_desk.goal("Churn rate")
    stranger = slack_desk.user(slack_desk.slack.add_user("Stranger"))
    channel = slack_desk.slack.add_channel("sales", members=[slack_desk.person("Ann")])
    slack_desk.switch_on(channel)
    [card] = stranger.slash("/goals", "status of churn rate", channel).messages
    assert "Churn" not in slack_desk.slack.screen_text(card)
    slack_desk.switch_on(channel, clearance="workspace")
    [card] = stranger.slash("/goals", "status of churn rate", channel).messages
    assert "At risk" in slack_desk.slack.screen_text(card)


def test_an_unlinked_asker_sees_nothing_in_a_direct_message(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    stranger = slack_desk.user(slack_desk.slack.add_user("Stranger"))
    [card] = stranger.say("status of churn rate").messages
    text = slack_desk.slack.screen_text(card)
    assert "Churn" not in text
    assert "no goal here that you may see" in text
    assert "Ask Dana Keller" in text


def test_somebody_with_a_members_address_is_linked_at_once(slack_desk: Desk) -> None:
    slack_desk.slack.grant("users:read.email")
    slack_desk.goal("Churn rate")
    slack_desk.add_member("eve@acme.test", "Eve", "viewer")
    eve = slack_desk.user(slack_desk.slack.add_user("Eve", email="Eve@Acme.test"))
    [card] = eve.say("status of churn rate").messages
    assert "At risk" in slack_desk.slack.screen_text(card)
    eve.say("status of churn rate")
    assert len(slack_desk.slack.calls_to("users.info")) == 1


def test_two_deliveries_at_the_same_moment_link_somebody_once(slack_desk: Desk) -> None:
    desk = slack_desk
    desk.slack.grant("users:read.email")
    member_id = desk.add_member("eve@acme.test", "Eve", "viewer")
    eve = desk.slack.add_user("Eve", email="eve@acme.test")
    team = teams.bind(desk.parts)
    assert team is not None
    client = calls.client(desk.parts, desk.slack.bot_token)
    made: list[int] = []

    def other() -> None:
        made.append(people.link_by_email(desk.parts, team, client, [eve.id]))

    with desk.session() as session:
        member = session.get(Member, (desk.workspace_id, member_id))
        links.link(session, eve.team_id, eve.id, member, desk.moment)
        thread = threading.Thread(target=other)
        thread.start()
        time.sleep(0.5)
    thread.join(20)
    assert made == [0]


def test_an_address_from_another_slack_workspace_links_nobody(slack_desk: Desk) -> None:
    slack_desk.slack.grant("users:read.email")
    slack_desk.goal("Churn rate")
    slack_desk.goal("Secret margin", visibility="private")
    other = slack_desk.slack.add_team("Partner")
    guest = slack_desk.slack.add_user("Dana", team=other, email=OWNER)
    channel = slack_desk.slack.add_channel("shared", members=[guest], ext_shared=True)
    slack_desk.switch_on(channel, clearance="workspace")
    written = slack_desk.user(guest).write(channel, "status of secret margin")
    event = {
        "type": "app_mention",
        "user": guest.id,
        "channel": channel.id,
        "ts": written.ts,
        "text": "<@U0001BOT> status of secret margin",
    }
    local = slack_desk.user(slack_desk.person("Ann"))
    slack_desk.slack.channels[channel.id].members.add(local.id)
    assert local.event(event).status == 200
    with slack_desk.session() as session:
        assert session.exec(select(SlackLink).where(col(SlackLink.user_id) == guest.id)).all() == []
    assert all("Secret" not in text for text in everything_said(slack_desk))


def test_a_member_who_may_no_longer_sign_in_is_a_stranger(slack_desk: Desk) -> None:
    from goals.workspace import Person

    slack_desk.goal("Churn rate")
    user = slack_desk.person("Gone")
    with slack_desk.session() as session:
        person = session.exec(select(Person).where(Person.name == "Gone")).one()
        person.disabled_at = slack_desk.moment
        session.add(person)
    [card] = slack_desk.user(user).say("status of churn rate").messages
    assert "Churn" not in slack_desk.slack.screen_text(card)


def test_what_only_the_asker_may_see_goes_to_the_asker_alone(slack_desk: Desk) -> None:
    slack_desk.slack.grant("groups:read")
    slack_desk.goal("Secret margin", visibility="private")
    boss = slack_desk.user(slack_desk.person("Boss", "owner"))
    ann = slack_desk.user(slack_desk.person("Ann"))
    channel = slack_desk.slack.add_channel("sales", members=[boss.user, ann.user], private=True)
    slack_desk.switch_on(channel)
    boss.mention(channel, "status of secret margin")
    [private] = slack_desk.slack.ephemerals(boss.id)
    assert "At risk" in slack_desk.slack.screen_text(private)
    public = [m for m in slack_desk.slack.messages(channel) if m.bot_id]
    assert all("margin" not in slack_desk.slack.screen_text(m).lower() for m in public)
    ann.mention(channel, "status of secret margin")
    hidden = slack_desk.slack.messages(channel)[-1]
    ann.mention(channel, "status of no such thing")
    unknown = slack_desk.slack.messages(channel)[-1]
    assert hidden.text == unknown.text


def test_owners_among_themselves_hear_of_everything(slack_desk: Desk) -> None:
    slack_desk.slack.grant("groups:read")
    slack_desk.goal("Secret margin", visibility="private")
    boss = slack_desk.user(slack_desk.person("Boss", "owner"))
    channel = slack_desk.slack.add_channel("board", members=[boss.user], private=True)
    slack_desk.switch_on(channel)
    boss.mention(channel, "status of secret margin")
    assert "At risk" in slack_desk.slack.screen_text(slack_desk.slack.messages(channel)[-1])


def test_somebody_who_comes_in_counts_from_then_on(slack_desk: Desk) -> None:
    slack_desk.slack.grant("groups:read")
    slack_desk.goal("Team plan", visibility="team", team_id=slack_desk.teams["Sales"])
    ann = slack_desk.user(slack_desk.person("Ann", team="Sales"))
    bob = slack_desk.person("Bob", team="Service")
    channel = slack_desk.slack.add_channel("sales", members=[ann.user], private=True)
    slack_desk.switch_on(channel)
    ann.mention(channel, "status of team plan")
    assert "At risk" in slack_desk.slack.screen_text(slack_desk.slack.messages(channel)[-1])
    channel.members.add(bob.id)
    joined = {"type": "member_joined_channel", "user": bob.id, "channel": channel.id}
    assert ann.event(joined).status == 200
    ann.mention(channel, "status of team plan")
    assert "At risk" not in slack_desk.slack.screen_text(slack_desk.slack.messages(channel)[-1])
    channel.members.discard(bob.id)
    left = {"type": "member_left_channel", "user": bob.id, "channel": channel.id}
    assert ann.event(left).status == 200
    ann.mention(channel, "status of team plan")
    assert "At risk" in slack_desk.slack.screen_text(slack_desk.slack.messages(channel)[-1])


def test_the_bot_leaving_makes_the_members_unknown(slack_desk: Desk) -> None:
    ann = slack_desk.user(slack_desk.person("Ann"))
    channel = slack_desk.slack.add_channel("sales", members=[ann.user])
    slack_desk.switch_on(channel)
    ann.event({"type": "channel_left", "channel": channel.id, "actor_id": ann.id})
    with slack_desk.session() as session:
        row = audiences.channel_named(session, channel.id)
        assert row is not None
        assert row.members is None


def test_a_public_channel_shows_no_more_than_the_whole_workspace_may_see(slack_desk: Desk) -> None:
    slack_desk.goal("Team plan", visibility="team", team_id=slack_desk.teams["Sales"])
    slack_desk.goal("Churn rate")
    ann = slack_desk.user(slack_desk.person("Ann", team="Sales"))
    channel = slack_desk.slack.add_channel("sales", members=[ann.user])
    slack_desk.switch_on(channel)
    ann.mention(channel, "goals")
    text = slack_desk.slack.screen_text(slack_desk.slack.messages(channel)[-1])
    assert "Churn rate" in text
    assert "Team plan" not in text


def test_without_the_permission_a_channel_sees_what_it_is_cleared_for(slack_desk: Desk) -> None:
    slack_desk.slack.withdraw("channels:read")
    slack_desk.goal("Churn rate")
    ann = slack_desk.user(slack_desk.person("Ann"))
    for clearance, seen in (("none", False), ("workspace", True)):
        channel = slack_desk.slack.add_channel(clearance, members=[ann.user])
        slack_desk.switch_on(channel, clearance=clearance)
        ann.mention(channel, "status of churn rate")
        text = slack_desk.slack.screen_text(slack_desk.slack.messages(channel)[-1])
        assert ("At risk" in text) is seen


def test_another_slack_workspace_gets_no_answer(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    other = slack_desk.slack.add_team("Partner")
    user = slack_desk.user(slack_desk.slack.add_user("Eve", team=other))
    [card] = user.slash("/goals", "status of churn rate").messages
    text = slack_desk.slack.screen_text(card)
    assert "not connected" in text
    assert "Churn" not in text
    assert user.say("status of churn rate").messages == []


def everything_said(desk: Desk) -> list[str]:
    """All that the bot ever gave to anybody, as it left the program."""
    return [
        json.dumps([message.text, message.blocks], ensure_ascii=False)
        for posts in desk.slack.posts.values()
        for message in posts
        if message.bot_id
    ]


@pytest.mark.parametrize("seed", range(4))
def test_no_reader_ever_sees_a_goal_that_is_not_for_them(slack_desk: Desk, seed: int) -> None:
    dice = random.Random(seed)
    desk, slack = slack_desk, slack_desk.slack
    slack.grant("groups:read")
    teams = [None, "Sales", "Service"]
    people = [
        desk.person(f"Person {n}", dice.choice(["owner", "editor", "viewer"]), dice.choice(teams))
        for n in range(5)
    ]
    people.append(slack.add_user("Stranger"))
    for n, visibility in enumerate(["workspace", "team", "private"] * 3):
        desk.goal(
            f"Goal{n}x {visibility}",
            dice.choice(["at_risk", "off_track", "on_track"]),
            visibility=visibility,
            team_id=desk.teams[dice.choice(["Sales", "Service"])],
            owner_id=dice.choice([None, *member_ids(desk)]),
        )
    places = [
        slack.add_channel(
            f"place-{n}",
            members=dice.sample(people, dice.randint(1, 6)),
            private=dice.random() < 0.6,
            ext_shared=dice.random() < 0.2,
        )
        for n in range(5)
    ]
    for place in places:
        if dice.random() < 0.8:
            desk.switch_on(place, clearance=dice.choice(["none", "none", "team", "workspace"]))
    cleared = {place.id: clearance_names(desk, place) for place in places}
    for _ in range(30):
        ask_somehow(dice, desk, dice.choice(people), places)
    for user in people:
        mine = names_for(desk, user)
        for item in slack.visible_to(user):
            if getattr(item, "bot_id", None) is None:
                continue
            shown = slack.screen_text(item)
            allowed = mine | cleared.get(item.channel, set())
            for name in all_names(desk) - allowed:
                assert name.split()[0] not in shown, (user.name, item.channel, shown)


def ask_somehow(dice: random.Random, desk: Desk, user: User, places: list[Channel]) -> None:
    who: SlackUser = desk.user(user)
    question = dice.choice(
        ["goals", "what is off track", "help", "status of Goal1x team", "Goal2x private", "goal"]
    )
    inside = [place for place in places if user.id in place.members]
    way = dice.choice(["say", "slash", "mention", "click"])
    if way == "say" or not inside:
        who.say(question)
    elif way == "slash":
        who.slash("/goals", question, dice.choice(inside))
    elif way == "mention":
        who.mention(dice.choice(inside), question)
    else:
        press_something(dice, desk, who)


def press_something(dice: random.Random, desk: Desk, who: SlackUser) -> None:
    seen: list[Any] = [
        (item, element)
        for item in desk.slack.visible_to(who.user)
        if getattr(item, "bot_id", None) and not item.channel.startswith("V")
        for block in item.blocks
        for element in block.get("elements", ())
        if str(element.get("action_id", "")).startswith("ask_")
    ]
    if seen:
        item, element = dice.choice(seen)
        who.click(item, element["action_id"], value=element["value"])


def member_ids(desk: Desk) -> list[int]:
    with desk.session() as session:
        return [one.member_id for one in links.linked(session).values()]


def all_names(desk: Desk) -> set[str]:
    with desk.session() as session:
        seen = standing.board(session, audience([Viewer(0, "owner")]))
        return {one.goal.name for one in seen}


def names_for(desk: Desk, user: User) -> set[str]:
    with desk.session() as session:
        viewer = links.linked(session).get(user.id)
        if viewer is None:
            return set()
        return {one.goal.name for one in standing.board(session, audience([viewer]))}


def clearance_names(desk: Desk, place: Channel) -> set[str]:
    """What an owner cleared a channel for, which everybody in it may then see."""
    with desk.session() as session:
        found = audiences.of_channel(session, place.id)
        return {one.goal.name for one in standing.board(session, found)}


def test_a_channel_that_slack_calls_shared_is_treated_so_at_once(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    ann = slack_desk.user(slack_desk.person("Ann"))
    channel = slack_desk.slack.add_channel("sales", members=[ann.user])
    slack_desk.switch_on(channel)
    channel.ext_shared = True
    ann.mention(channel, "status of churn rate")
    public = slack_desk.slack.messages(channel)[-1]
    assert "At risk" not in slack_desk.slack.screen_text(public)
    [private] = slack_desk.slack.ephemerals(ann.id)
    assert "At risk" in slack_desk.slack.screen_text(private)


def test_an_unlinked_asker_is_told_alone_how_to_be_linked(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    stranger = slack_desk.user(slack_desk.slack.add_user("Stranger"))
    channel = slack_desk.slack.add_channel("sales", members=[stranger.user])
    slack_desk.switch_on(channel, clearance="workspace")
    stranger.mention(channel, "status of churn rate")
    assert "At risk" in slack_desk.slack.screen_text(slack_desk.slack.messages(channel)[-1])
    [alone] = slack_desk.slack.ephemerals(stranger.id)
    assert "Ask Dana Keller to link you." in slack_desk.slack.screen_text(alone)
    assert "Churn" not in slack_desk.slack.screen_text(alone)
