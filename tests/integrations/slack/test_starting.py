"""A check-in begun by the shortcut: the goal is chosen, then its form is filled in."""

import pytest
from sqlmodel import col, select

from goals.tracking.checkins.table import Checkin
from goals.tracking.goal import Goal
from tests.support.slack import Desk


def kept(desk: Desk) -> list[Checkin]:
    with desk.session() as session:
        statement = select(Checkin).where(col(Checkin.workspace_id) == desk.workspace_id)
        return list(session.exec(statement))


def chosen(desk: Desk, typed: str, name: str, role: str = "commenter"):
    """Somebody who has chosen a goal, and sees the form of its check-in."""
    ann = desk.user(desk.person("Ann", role))
    ann.shortcut("checkin_global")
    assert ann.suggest(ann.modal, "goal_typed", typed) == [name]
    ann.submit(ann.modal, {"goal": name})
    return ann


def test_the_goal_is_chosen_then_the_check_in_is_kept_once(slack_desks: Desk) -> None:
    desk = slack_desks
    goal = desk.goal("New business")
    ann = chosen(desk, "new", "New business")
    seen = desk.slack.screen_text(ann.modal)
    assert "New business" in seen
    assert "How sure are you" in seen
    reply = ann.submit(ann.modal, {"confidence": "70", "note": "Two deals signed"})
    ann.resend(reply)
    assert [(row.goal_id, row.confidence, row.note) for row in kept(desk)] == [
        (goal, "70", "Two deals signed")
    ]
    assert desk.slack.modal(ann.user) is None
    assert desk.slack.audit == []


@pytest.mark.parametrize(
    ("typed", "name"), [("ธุรกิจ", "ธุรกิจใหม่"), ("新业", "新业务"), ("renewls", "Renewals")]
)
def test_any_language_and_a_slip_will_do(slack_desk: Desk, typed: str, name: str) -> None:
    slack_desk.goal(name)
    ann = chosen(slack_desk, typed, name)
    ann.submit(ann.modal, {"confidence": "90", "note": "ไปได้ดี 很好"})
    assert [row.note for row in kept(slack_desk)] == ["ไปได้ดี 很好"]


def test_what_is_missing_is_said_at_its_field_and_the_rest_stays(slack_desk: Desk) -> None:
    slack_desk.goal("New business")
    ann = chosen(slack_desk, "", "New business")
    view = ann.modal
    typed = {"confidence": "50", "note": "It moves", "next_due": "2026-12-01"}
    ann.submit(view, typed)
    assert "Say what is to be done by then." in view.errors["next_action"]
    assert view.values["note"]["v"]["value"] == "It moves"
    ann.submit(view, {"next_action": "Call them"})
    assert len(kept(slack_desk)) == 1


def test_a_goal_hidden_while_it_is_chosen_gets_no_form(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    ann = slack_desk.user(slack_desk.person("Ann", "commenter"))
    ann.shortcut("checkin_global")
    ann.suggest(ann.modal, "goal_typed", "")
    with slack_desk.session() as session:
        row = session.get_one(Goal, (slack_desk.workspace_id, goal))
        row.visibility = "private"
        session.add(row)
    ann.submit(ann.modal, {"goal": "New business"})
    assert "no such goal any more" in ann.modal.errors["goal"]
    assert kept(slack_desk) == []
