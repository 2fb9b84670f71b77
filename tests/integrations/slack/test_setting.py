"""A new goal from Slack: the form, the coach's view, and one goal however often it is sent."""

import pytest
from sqlmodel import col, select

from goals.tracking import goals as use_cases
from goals.tracking.goal import Goal
from tests.support.slack import Desk


def kept(desk: Desk) -> list[Goal]:
    with desk.session() as session:
        statement = select(Goal).where(col(Goal.workspace_id) == desk.workspace_id)
        return list(session.exec(statement))


def screen(desk: Desk, view) -> str:
    return desk.slack.screen_text(view)


def begun(desk: Desk, role: str = "editor", **also):
    """Somebody with the form of a new goal before them."""
    ann = desk.user(desk.person("Ann", role, **also))
    ann.slash("/goals", "new")
    return ann


def test_a_sentence_becomes_a_goal_once_the_coach_was_seen(slack_desks: Desk) -> None:
    desk = slack_desks
    ann = begun(desk)
    sentence = "Raise revenue to 27 M by 31 December 2026"
    ann.submit(ann.modal, {"name": sentence})
    seen = screen(desk, ann.modal)
    assert "SMART coach" in seen
    assert "27,000,000" in seen
    assert "Nothing is set yet." in seen
    assert kept(desk) == []
    ann.submit(ann.modal)
    [goal] = kept(desk)
    assert (goal.name, goal.metric, goal.direction) == (sentence, "revenue", "up")
    with desk.session() as session:
        terms = use_cases.current(session, goal)
        assert terms.target_value == 27_000_000
        assert terms.last_day.isoformat() == "2026-12-31"
    assert f"/goals/{goal.id}" in str(ann.modal.body)
    assert "is set" in screen(desk, ann.modal)
    assert desk.slack.audit == []


def test_the_fields_win_over_the_sentence_and_the_owner_is_a_member(slack_desk: Desk) -> None:
    bob = slack_desk.person("Bob")
    ann = begun(slack_desk)
    assert ann.suggest(ann.modal, "metric_typed", "churn r")[0] == "Churn rate"
    typed = {"name": "Keep more customers", "metric": "Churn rate", "target": "3%"}
    ann.submit(ann.modal, typed | {"last": "2027-03-31", "owner": bob.id})
    assert "3.0%" in screen(slack_desk, ann.modal)
    ann.submit(ann.modal)
    [goal] = kept(slack_desk)
    assert (goal.metric, goal.direction) == ("churn_rate", "down")
    with slack_desk.session() as session:
        assert str(use_cases.current(session, goal).target_value) == "0.03"
    page = slack_desk.browser().get(f"/goals/{goal.id}")
    assert "Keep more customers" in page


def test_the_same_form_sent_twice_is_one_goal(slack_desk: Desk) -> None:
    ann = begun(slack_desk)
    ann.submit(ann.modal, {"name": "Revenue of 27 M by 31 December 2026"})
    reply = ann.submit(ann.modal)
    ann.resend(reply)
    ann.resend(reply, exactly=True)
    assert len(kept(slack_desk)) == 1


def test_what_was_changed_after_the_look_is_looked_at_again(slack_desk: Desk) -> None:
    ann = begun(slack_desk)
    ann.submit(ann.modal, {"name": "Revenue of 27 M by 31 December 2026"})
    ann.submit(ann.modal, {"target": "30 M"})
    assert kept(slack_desk) == []
    assert "30,000,000" in screen(slack_desk, ann.modal)
    ann.submit(ann.modal)
    assert len(kept(slack_desk)) == 1


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"name": "Be nicer"}, "metric", "Choose the number"),
        ({"name": "More revenue"}, "target", "Say the number to reach."),
        ({"name": "Revenue", "target": "a lot"}, "target", "Write a number such as 27 M or 25%"),
        ({"name": "Revenue", "target": "10%"}, "target", "is not counted in percent"),
        ({"name": "Churn", "target": "+3%"}, "target", "Write the rate to reach, such as 25%"),
        (
            {"name": "Revenue", "target": "27 M", "first": "2026-12-31", "last": "2026-10-01"},
            "last",
            "The last day is before the first.",
        ),
    ],
)
def test_a_problem_stands_at_its_field_and_nothing_typed_is_lost(
    slack_desk: Desk, typed: dict, field: str, told: str
) -> None:
    ann = begun(slack_desk)
    view = ann.modal
    ann.submit(view, typed)
    assert told in view.errors[field]
    assert list(view.errors) == [field]
    assert ann.modal is view
    for name, value in typed.items():
        assert value in str(view.values[name])
    assert kept(slack_desk) == []


def test_an_owner_who_is_no_member_is_told_at_the_field(slack_desk: Desk) -> None:
    eve = slack_desk.slack.add_user("Eve")
    ann = begun(slack_desk)
    ann.submit(ann.modal, {"name": "Revenue of 27 M", "owner": eve.id})
    assert "Ask Dana Keller to link them." in ann.modal.errors["owner"]


@pytest.mark.parametrize(
    ("locale", "typed", "told"),
    [
        ("th", "เพิ่มรายได้เป็น 27 ล้านภายใน 31 ธ.ค. 2569", "27,000,000"),
        ("zh_Hans", "今年底前将收入提高到2700万", "27,000,000"),
    ],
)
def test_the_sentence_may_be_thai_or_chinese(
    slack_desk: Desk, locale: str, typed: str, told: str
) -> None:
    ann = begun(slack_desk)
    speak(slack_desk, "ann", locale)
    ann.submit(ann.modal, {"name": typed})
    assert told in screen(slack_desk, ann.modal)
    ann.submit(ann.modal)
    assert [goal.name for goal in kept(slack_desk)] == [typed]


def speak(desk: Desk, name: str, locale: str) -> None:
    """Let a member's language be another one."""
    from goals.workspace import Person

    with desk.session() as session:
        statement = select(Person).where(col(Person.email) == f"{name}@headway.test")
        person = session.exec(statement).one()
        person.locale = locale
        session.add(person)


@pytest.mark.parametrize("role", ["viewer", "commenter"])
def test_whoever_only_reads_is_told_whom_to_ask(slack_desk: Desk, role: str) -> None:
    ann = slack_desk.user(slack_desk.person("Ann", role))
    [note] = ann.slash("/goals", "new").messages
    assert "Your role lets you read. Ask Dana Keller" in slack_desk.slack.screen_text(note)
    assert slack_desk.slack.modal(ann.user) is None


def test_a_stranger_is_told_whom_to_ask(slack_desk: Desk) -> None:
    eve = slack_desk.user(slack_desk.slack.add_user("Eve"))
    [note] = eve.slash("/goals", "new").messages
    assert "Ask Dana Keller to link you." in slack_desk.slack.screen_text(note)
    assert slack_desk.slack.modal(eve.user) is None


def test_a_role_taken_away_meanwhile_sets_nothing(slack_desk: Desk) -> None:
    from goals.workspace import Member

    ann = begun(slack_desk)
    ann.submit(ann.modal, {"name": "Revenue of 27 M by 31 December 2026"})
    with slack_desk.session() as session:
        members = select(Member).where(col(Member.workspace_id) == slack_desk.workspace_id)
        for member in session.exec(members):
            if member.role == "editor":
                member.role = "viewer"
                session.add(member)
    ann.submit(ann.modal)
    assert "Your role lets you read." in ann.modal.errors["name"]
    assert kept(slack_desk) == []


def test_help_and_the_words_for_a_new_goal_lead_to_the_form(slack_desk: Desk) -> None:
    ann = slack_desk.user(slack_desk.person("Ann", "editor"))
    [note] = ann.slash("/goals", "help").messages
    ann.click(note, "New goal")
    assert "Set a goal" in str(ann.modal.body["title"])
    ann.slash("/goals", "new goal: revenue of 30 M")
    assert "revenue of 30 M" in str(ann.modal.blocks)
    ann.slash("/goals", "ตั้งเป้าหมาย รายได้ 30 ล้าน")
    assert "รายได้ 30 ล้าน" in str(ann.modal.blocks)


def test_a_question_that_begins_with_new_stays_a_question(slack_desk: Desk) -> None:
    slack_desk.goal("New customers")
    ann = slack_desk.user(slack_desk.person("Ann", "editor"))
    [note] = ann.slash("/goals", "new customers").messages
    assert "New customers" in slack_desk.slack.screen_text(note)
    assert slack_desk.slack.modal(ann.user) is None
