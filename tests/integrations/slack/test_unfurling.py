"""Links to goals in Slack: a card where everybody there may see the goal, elsewhere nothing."""

from typing import Any

import pytest

from goals.tracking.goal import Goal
from integrations.slack import unfurling
from tests.fakes.slack.world import Channel, User
from tests.support.slack import Desk

HERE = "http://127.0.0.1:8000"


def room(desk: Desk, *people: User, name: str = "sales", **also: Any) -> Channel:
    channel = desk.slack.add_channel(name, members=list(people), **also)
    desk.switch_on(channel)
    return channel


def cards(desk: Desk) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in desk.slack.unfurls:
        found |= one["unfurls"]
    return found


def words_of(card: dict[str, Any]) -> str:
    return str(card["blocks"])


def test_a_pasted_goal_shows_how_it_stands(slack_desks: Desk) -> None:
    ann = slack_desks.person("Ann", "viewer")
    channel = room(slack_desks, ann)
    goal = slack_desks.goal("New <business> & *more*")
    url = f"{HERE}/goals/{goal}"
    slack_desks.user(ann).paste_link(channel, url)
    [(link, card)] = cards(slack_desks).items()
    assert link == url
    told = words_of(card)
    for part in ("At risk", "New <business>", "฿16.2", "฿42", "Open", url):
        assert part in told
    [asked] = slack_desks.slack.unfurls
    assert asked["source"] == "conversations_history"
    assert asked["unfurl_id"].startswith(channel.id)


@pytest.mark.parametrize("page", ["/why", "/plan", "/retrospective", "?day=1#check-in", "/"])
def test_the_pages_under_a_goal_show_it_too(slack_desk: Desk, page: str) -> None:
    ann = slack_desk.person("Ann")
    channel = room(slack_desk, ann)
    goal = slack_desk.goal("New business")
    slack_desk.user(ann).paste_link(channel, f"{HERE}/goals/{goal}{page}")
    assert len(cards(slack_desk)) == 1


def test_a_card_speaks_the_channels_language(slack_desk: Desk) -> None:
    ann = slack_desk.person("Ann")
    channel = room(slack_desk, ann)
    with slack_desk.session() as session:
        from goals.alerts import audiences

        row = audiences.channel_named(session, channel.id)
        row.locale = "th"
        session.add(row)
    goal = slack_desk.goal("New business")
    slack_desk.user(ann).paste_link(channel, f"{HERE}/goals/{goal}")
    [card] = cards(slack_desk).values()
    assert "At risk" not in words_of(card)


def test_a_goal_that_somebody_there_may_not_see_is_not_named(slack_desks: Desk) -> None:
    boss = slack_desks.person("Bo", "owner")
    guest = slack_desks.slack.add_user("Guest", guest="multi")
    secret = slack_desks.goal("Secret", visibility="private")
    team = slack_desks.goal("Ours", visibility="team", team_id=slack_desks.teams["Sales"])
    plain = slack_desks.goal("Open to all")
    alone = room(slack_desks, boss, name="alone")
    mixed = room(slack_desks, boss, guest, name="mixed")
    shared = room(slack_desks, boss, name="shared", ext_shared=True)
    user = slack_desks.user(boss)
    for goal in (secret, team):
        user.paste_link(alone, f"{HERE}/goals/{goal}")
    for channel in (mixed, shared):
        user.paste_link(channel, f"{HERE}/goals/{plain}")
    assert cards(slack_desks) == {}
    assert slack_desks.slack.calls_to("chat.unfurl") == []
    user.paste_link(alone, f"{HERE}/goals/{plain}")
    assert len(cards(slack_desks)) == 1


def test_the_conversation_with_the_app_shows_what_its_reader_may_see(slack_desk: Desk) -> None:
    boss, ann = slack_desk.person("Bo", "owner"), slack_desk.person("Ann")
    secret = slack_desk.goal("Secret", visibility="private")
    slack_desk.user(ann).paste_link(slack_desk.slack.im(ann), f"{HERE}/goals/{secret}")
    assert cards(slack_desk) == {}
    slack_desk.user(boss).paste_link(slack_desk.slack.im(boss), f"{HERE}/goals/{secret}")
    assert len(cards(slack_desk)) == 1


def test_strangers_other_hosts_and_goals_that_are_gone_get_nothing(slack_desk: Desk) -> None:
    ann = slack_desk.person("Ann")
    stranger = slack_desk.slack.add_user("Stranger", email="nobody@else.test")
    both = room(slack_desk, ann, stranger, name="both")
    mine = room(slack_desk, ann, name="mine")
    goal = slack_desk.goal("New business")
    slack_desk.user(stranger).paste_link(both, f"{HERE}/goals/{goal}")
    user = slack_desk.user(ann)
    user.paste_link(mine, f"http://elsewhere.example/goals/{goal}")
    user.paste_link(mine, f"{HERE}/goals/9999")
    with slack_desk.session() as session:
        row = session.get(Goal, (slack_desk.workspace_id, goal))
        row.archived_at = slack_desk.moment
        session.add(row)
    user.paste_link(mine, f"{HERE}/goals/{goal}")
    assert slack_desk.slack.calls_to("chat.unfurl") == []


def test_a_goal_of_another_workspace_is_not_there(slack_desk: Desk) -> None:
    from app.accounts import workspaces

    ann = slack_desk.person("Ann", "owner")
    channel = room(slack_desk, ann)
    with slack_desk.wiring.database.system() as system:
        other = workspaces.create(
            system, "Other", now=slack_desk.moment, zone="UTC", currency="USD", is_sample=False
        ).id
    here = slack_desk.workspace_id
    slack_desk.workspace_id = other
    goal = slack_desk.goal("Of others")
    slack_desk.workspace_id = here
    slack_desk.user(ann).paste_link(channel, f"{HERE}/goals/{goal}")
    assert slack_desk.slack.calls_to("chat.unfurl") == []


def test_nothing_stands_in_a_channel_that_is_off_or_not_known_yet(slack_desk: Desk) -> None:
    ann = slack_desk.person("Ann")
    goal = slack_desk.goal("New business")
    off = slack_desk.slack.add_channel("off", members=[ann])
    slack_desk.user(ann).paste_link(off, f"{HERE}/goals/{goal}")
    on = room(slack_desk, ann)
    slack_desk.user(ann).paste_link(on, f"{HERE}/goals/{goal}", composer=True)
    assert slack_desk.slack.calls_to("chat.unfurl") == []


def test_a_card_that_slack_cannot_take_now_is_put_there_by_the_repeat(slack_desk: Desk) -> None:
    ann = slack_desk.person("Ann")
    channel = room(slack_desk, ann)
    goal = slack_desk.goal("New business")
    slack_desk.slack.faults.add("chat.unfurl", "http_503")
    user = slack_desk.user(ann)
    first = user.paste_link(channel, f"{HERE}/goals/{goal}")
    assert first.status == 503
    again = user.resend(first, retry_num=1)
    assert again.status == 200
    assert len(slack_desk.slack.unfurls) == 1


@pytest.mark.parametrize(
    ("url", "goal"),
    [
        ("https://hw.example/goals/7", 7),
        ("https://hw.example/goals/7/why?x=1", 7),
        ("http://hw.example/goals/7", 7),
        ("https://HW.example/goals/7", 7),
        ("https://hw.example.evil.test/goals/7", None),
        ("https://evil.test/https://hw.example/goals/7", None),
        ("https://hw.example@evil.test/goals/7", None),
        ("https://user@hw.example/goals/7", None),
        ("https://hw.example/goals/7x", None),
        ("https://hw.example/goals/" + "9" * 30, None),
        ("https://hw.example/goals", None),
        ("https://hw.example:8443/goals/7", None),
        ("https://hw.example:99999/goals/7", None),
        ("javascript://hw.example/goals/7", None),
    ],
)
def test_only_pages_of_goals_here_are_read(url: str, goal: int | None) -> None:
    assert unfurling.goal_of(url, "https://hw.example") == goal


def test_a_link_that_is_none_is_left_out() -> None:
    links: list[Any] = [None, {}, {"url": 7}, {"url": "https://hw.example/goals/1"}]
    assert list(unfurling.goals_of(links, "https://hw.example/")) == ["https://hw.example/goals/1"]
    assert unfurling.goals_of("no list", "https://hw.example") == {}
