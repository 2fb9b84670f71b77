"""Goals and metrics offered while somebody types: what they may see, by names, words and slips."""

import pytest
from sqlmodel import col, select

from goals.workspace import Person
from tests.support.slack import Desk


def asked(desk: Desk, role: str = "commenter", team: str | None = None):
    """Somebody who is asked for a goal."""
    ann = desk.user(desk.person("Ann", role, team))
    ann.shortcut("checkin_global")
    return ann


def offered(ann, typed: str) -> list[str]:
    return ann.suggest(ann.modal, "goal_typed", typed)


def test_a_goal_is_found_by_its_beginning_its_words_and_with_a_slip(slack_desks: Desk) -> None:
    slack_desks.goal("New business in the North", "off_track")
    slack_desks.goal("Renewals of big customers", "on_track")
    slack_desks.goal("ยอดขายภาคเหนือ")
    slack_desks.goal("北区销售额")
    ann = asked(slack_desks)
    assert len(offered(ann, "")) == 4
    assert offered(ann, "new b") == ["New business in the North"]
    assert offered(ann, "BUSIN") == ["New business in the North"]
    assert offered(ann, "busness") == ["New business in the North"]
    assert offered(ann, "renewls of") == ["Renewals of big customers"]
    # All of them are measured by it; one is called so.
    assert offered(ann, "ยอดขาย")[0] == "ยอดขายภาคเหนือ"
    assert len(offered(ann, "ยอดขาย")) == 4
    assert offered(ann, "ภาคเหนือ") == ["ยอดขายภาคเหนือ"]
    assert offered(ann, "北区") == ["北区销售额"]
    assert offered(ann, "销售")[0] == "北区销售额"
    assert offered(ann, "zzz") == []
    assert slack_desks.slack.audit == []


def test_names_come_before_what_else_goals_are_called(slack_desk: Desk) -> None:
    slack_desk.goal("Big deals", "off_track")
    slack_desk.goal("Revenue plan", "on_track")
    ann = asked(slack_desk)
    # Both are measured by revenue; one is called so.
    assert offered(ann, "revenue") == ["Revenue plan", "Big deals"]


@pytest.mark.parametrize("typed", ["", "secret", "margin", "secert", "Sec"])
def test_hidden_goals_are_never_offered(slack_desk: Desk, typed: str) -> None:
    slack_desk.goal("Secret margin", visibility="private")
    slack_desk.goal("Team margin", visibility="team", team_id=slack_desk.teams["Service"])
    ann = asked(slack_desk, "editor", "Sales")
    assert offered(ann, typed) == []


def test_an_owner_is_offered_all(slack_desk: Desk) -> None:
    slack_desk.goal("Secret margin", visibility="private")
    assert offered(asked(slack_desk, "owner"), "margin") == ["Secret margin"]


def test_no_more_are_offered_than_slack_takes(slack_desk: Desk) -> None:
    for number in range(104):
        slack_desk.goal(f"Goal number {number}")
    ann = asked(slack_desk)
    assert len(offered(ann, "")) == 100
    assert len(offered(ann, "goal")) == 100
    assert offered(ann, "number 103") == ["Goal number 103"]
    assert offered(ann, "numbre 103") == ["Goal number 103"]


def test_what_stands_under_a_name_is_in_the_persons_language(slack_desk: Desk) -> None:
    slack_desk.goal("New business")
    ann = asked(slack_desk)
    with slack_desk.session() as session:
        person = session.exec(select(Person).where(col(Person.name) == "Ann")).one()
        person.locale = "th"
        session.add(person)
    offered(ann, "")
    [option] = ann._offered["goal_typed"]
    assert "เสี่ยง" in option["description"]["text"]
    assert "2569" in option["description"]["text"] or "2026" in option["description"]["text"]


def test_a_name_may_hold_what_slack_would_take_for_mark_up(slack_desk: Desk) -> None:
    name = "<!channel> & *more* " + "x" * 120
    slack_desk.goal(name)
    ann = asked(slack_desk)
    [label] = offered(ann, "")
    assert label.startswith("<!channel> & *more*")
    assert len(label) <= 75


@pytest.mark.parametrize("who", ["viewer", "stranger"])
def test_whoever_may_not_check_in_is_told_whom_to_ask(slack_desk: Desk, who: str) -> None:
    slack_desk.goal("New business")
    user = slack_desk.slack.add_user("Eve") if who == "stranger" else slack_desk.person("Eve")
    eve = slack_desk.user(user)
    reply = eve.shortcut("checkin_global")
    assert slack_desk.slack.modal(user) is None
    [note] = reply.messages
    assert "Dana Keller" in slack_desk.slack.screen_text(note)


def test_a_member_who_was_taken_off_meanwhile_is_offered_nothing(slack_desk: Desk) -> None:
    slack_desk.goal("New business")
    ann = asked(slack_desk)
    with slack_desk.wiring.database.system() as session:
        person = session.exec(select(Person).where(col(Person.name) == "Ann")).one()
        person.disabled_at = slack_desk.moment
        session.add(person)
    assert offered(ann, "") == []
