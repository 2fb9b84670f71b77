"""Following a goal and muting it: by commands and buttons, and what reaches whom after that."""

import pytest
from sqlmodel import col, select

from goals.alerts import holding, muting, ruling, telling
from goals.alerts.outbox import Outbox
from goals.alerts.routing import Place
from goals.alerts.rule import AlertRule, NoticeOff
from goals.tracking.goal import Goal
from tests.support.slack import Desk
from tests.support.slack_alerts import Alerted


def found(desk: Desk, session, goal_id: int) -> Goal:
    return session.get_one(Goal, (desk.workspace_id, goal_id))


def tell(desk: Desk, goal_id: int, ref: str = "once") -> dict[tuple[str, str], str | None]:
    """Let every rule tell of a goal; returns for each place whether and why it is held."""
    with desk.session() as session:
        goal = found(desk, session, goal_id)
        for rule in ruling.active(session, ["status_change"], desk.moment):
            if ruling.covers(rule, goal):
                telling.tell(
                    session, rule, goal, "alert", {"goal": {"id": str(goal_id)}},
                    f"{ref}:{goal_id}:{rule.id}", now=desk.moment, opens=True,
                )  # fmt: skip
        rows = session.exec(
            select(Outbox).where(
                col(Outbox.workspace_id) == desk.workspace_id, col(Outbox.goal_id) == goal_id
            )
        )
        return {
            (row.channel_kind, row.destination): holding.code(row)
            for row in rows
            if row.dedupe_key.startswith(ref)
        }


def rules(desk: Desk) -> list[AlertRule]:
    with desk.session() as session:
        return [one for one in ruling.every(session, desk.moment) if not one.is_default]


def test_who_follows_a_goal_hears_of_it_until_they_do_not(slack_desks: Desk) -> None:
    desk = slack_desks
    goal = desk.goal("New business")
    ann = desk.user(desk.person("Ann"))
    [note] = ann.slash("/goals", "follow new business").messages
    assert "You follow “New business”" in desk.slack.screen_text(note)
    [rule] = rules(desk)
    assert [kind for kind, _ in tell(desk, goal)] == ["preview", "direct"]
    assert "A followed goal" in desk.browser().get("/alerts/rules")
    ann.slash("/goals", "follow new business")
    assert len(rules(desk)) == 1
    [note] = ann.click(note, "Unfollow").messages
    assert "do not follow" in desk.slack.screen_text(note)
    assert rules(desk) == []
    assert [kind for kind, _ in tell(desk, goal, "again")] == ["preview"]
    with desk.session() as session:
        # What other rules tell them stays.
        member = rule.routes[0]["to"]
        assert not muting.is_muted(session, goal, Place("direct", member))
    ann.click(note, "Follow")
    assert [one.id for one in rules(desk)] == [rule.id]
    assert None in tell(desk, goal, "third").values()
    assert desk.slack.audit == []


def test_who_wants_no_alerts_is_told_where_that_is_changed(slack_desk: Desk) -> None:
    slack_desk.goal("New business")
    user = slack_desk.person("Ann")
    with slack_desk.session() as session:
        from integrations.slack import links

        member = links.linked(session)[user.id].member_id
        row = NoticeOff(
            workspace_id=slack_desk.workspace_id, member_id=member, event="alert", way="direct"
        )
        session.add(row)
    [note] = slack_desk.user(user).slash("/goals", "follow new business").messages
    assert "you want no alerts by direct message" in slack_desk.slack.screen_text(note)


def test_a_muted_goal_is_held_in_that_channel_alone(slack_desk: Desk) -> None:
    ann = slack_desk.user(slack_desk.person("Ann", "editor"))
    channel = slack_desk.slack.add_channel("sales", members=[ann.user])
    slack_desk.switch_on(channel)
    goal = slack_desk.goal("New business", channel=channel.id)
    other = slack_desk.goal("Old business", channel=channel.id)
    [note] = ann.slash("/goals", "mute new business here", channel).messages
    assert "is muted here" in slack_desk.slack.screen_text(note)
    assert tell(slack_desk, goal) == {("slack", channel.id): holding.MUTED}
    assert tell(slack_desk, other) == {("slack", channel.id): None}
    assert "The goal is muted there." in slack_desk.browser().get("/slack")
    ann.click(note, "Unmute")
    assert tell(slack_desk, goal, "again") == {("slack", channel.id): None}


def test_what_is_muted_while_it_waits_is_not_posted(slack_desk: Desk) -> None:
    ann = slack_desk.user(slack_desk.person("Ann", "owner"))
    channel = slack_desk.slack.add_channel("sales", members=[ann.user])
    slack_desk.switch_on(channel)
    goal = slack_desk.goal("New business", channel=channel.id)
    key = slack_desk.message(goal, channel.id)
    ann.slash("/goals", "mute new business here", channel)
    slack_desk.deliver()
    assert slack_desk.slack.messages(channel) == []
    assert holding.code(slack_desk.outbox()[key]) == holding.MUTED


def test_what_is_handed_on_to_a_person_is_told_though_they_muted_the_goal(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    user = slack_desk.person("Ann")
    slack_desk.user(user).slash("/goals", "mute new business")
    with slack_desk.session() as session:
        from integrations.slack import links

        member = str(links.linked(session)[user.id].member_id)
        assert muting.is_muted(session, goal, Place("direct", member))
        for kind, held in (("alert", holding.MUTED), ("escalation", None)):
            row = Outbox(
                workspace_id=slack_desk.workspace_id, dedupe_key=kind, kind=kind, goal_id=goal,
                channel_kind="direct", destination=member,
                next_attempt_at=slack_desk.moment, created_at=slack_desk.moment,
            )  # fmt: skip
            assert holding.reason(session, row) == held


@pytest.mark.parametrize("role", ["viewer", "commenter"])
def test_a_channel_is_muted_by_an_editor_only(slack_desk: Desk, role: str) -> None:
    goal = slack_desk.goal("New business")
    ann = slack_desk.user(slack_desk.person("Ann", role))
    channel = slack_desk.slack.add_channel("sales", members=[ann.user])
    [note] = ann.slash("/goals", "mute new business here", channel).messages
    assert "Your role lets you read." in slack_desk.slack.screen_text(note)
    with slack_desk.session() as session:
        assert not muting.is_muted(session, goal, Place("slack", channel.id))


def test_a_stranger_follows_nothing(slack_desk: Desk) -> None:
    slack_desk.goal("New business")
    eve = slack_desk.user(slack_desk.slack.add_user("Eve"))
    [note] = eve.slash("/goals", "follow new business").messages
    assert "Ask Dana Keller to link you." in slack_desk.slack.screen_text(note)
    assert rules(slack_desk) == []


def test_a_hidden_goal_is_neither_followed_nor_named(slack_desk: Desk) -> None:
    secret = slack_desk.goal("Secret margin", visibility="private")
    ann = slack_desk.user(slack_desk.person("Ann"))
    for words in ("follow secret margin", f"follow {secret}", "mute secret margin"):
        [note] = ann.slash("/goals", words).messages
        assert "Secret" not in slack_desk.slack.screen_text(note)
    assert rules(slack_desk) == []


def test_a_word_that_names_several_goals_asks_which_one(slack_desk: Desk) -> None:
    slack_desk.goal("Revenue North")
    south = slack_desk.goal("Revenue South")
    ann = slack_desk.user(slack_desk.person("Ann"))
    [note] = ann.slash("/goals", "follow revenue").messages
    assert "Which goal do you mean?" in slack_desk.slack.screen_text(note)
    ann.click(note, "Revenue South")
    assert [one.goal_id for one in rules(slack_desk)] == [south]


@pytest.mark.parametrize(
    ("words", "count"), [("ติดตาม ธุรกิจใหม่", 1), ("关注ธุรกิจใหม่", 1), ("follow ธุรกิจใหม่ here", 1)]
)
def test_the_command_may_be_thai_or_chinese(slack_desk: Desk, words: str, count: int) -> None:
    slack_desk.goal("ธุรกิจใหม่")
    slack_desk.user(slack_desk.person("Ann")).slash("/goals", words)
    assert len(rules(slack_desk)) == count


def test_a_goal_that_is_called_like_a_command_is_asked_about(slack_desk: Desk) -> None:
    slack_desk.goal("Follow up calls")
    ann = slack_desk.user(slack_desk.person("Ann"))
    [note] = ann.slash("/goals", "follow up calls").messages
    assert "16,200,000" in slack_desk.slack.screen_text(note) or "16.2" in str(note.blocks)
    assert rules(slack_desk) == []


def test_an_answer_has_a_button_to_follow(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    ann = slack_desk.user(slack_desk.person("Ann"))
    [card] = ann.say("new business").messages
    ann.click(card, "Follow")
    assert [one.goal_id for one in rules(slack_desk)] == [goal]


def test_a_goal_gone_out_of_sight_is_not_told_to_who_follows_it(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    ann = slack_desk.user(slack_desk.person("Ann"))
    ann.slash("/goals", "follow new business")
    with slack_desk.session() as session:
        row = found(slack_desk, session, goal)
        row.visibility = "private"
        session.add(row)
    held = {kind: why for (kind, _), why in tell(slack_desk, goal).items()}
    assert held["direct"] == "goal_hidden"


def test_an_alert_is_muted_where_it_stands_by_its_menu(slack_desk: Desk) -> None:
    alerted = Alerted(slack_desk)
    ann, vic = alerted.member("Ann", "editor"), alerted.member("Vic", "commenter")
    place = Place("slack", alerted.channel.id)
    [note] = vic.choose(alerted.card, "alert_more", "Mute this goal here").messages
    assert "Your role lets you read." in slack_desk.slack.screen_text(note)
    reply = ann.choose(alerted.card, "alert_more", "Mute this goal here")
    [note] = reply.messages
    assert "is muted here" in slack_desk.slack.screen_text(note)
    assert note.shown_to == ann.id
    with slack_desk.session() as session:
        assert muting.is_muted(session, alerted.goal_id, place)
    ann.click(note, "Unmute")
    with slack_desk.session() as session:
        assert not muting.is_muted(session, alerted.goal_id, place)
    assert slack_desk.slack.audit == []
