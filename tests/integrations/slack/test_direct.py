"""Direct messages: in the conversation with the person, in their language, looked for and once."""

import pytest
from sqlmodel import col, select

from goals import words
from goals.alerts.outbox import Outbox
from goals.workspace import Member, Person
from integrations.slack import links
from integrations.slack.blocks import alerts
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
