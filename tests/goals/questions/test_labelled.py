"""Questions that others wrote and labelled: none is answered wrongly, most are answered."""

import pytest
from sqlmodel import col, select

from app.db import Database
from goals import workspace
from goals.questions import ask
from goals.tracking import visibility
from goals.tracking.visibility import Viewer
from goals.workspace import Member, Person
from tests.support import aurora, grading

#: The least share of the questions meant to be answered that is answered at once.
DIRECT = {"en": 0.75, "th": 0.80, "zh": 0.83}


@pytest.fixture(scope="module")
def company(postgres_server, postgres_template):
    with postgres_server.database(postgres_template, "labelled") as made:
        database = Database(made.app_url)
        yield database, aurora.make(database)
        database.dispose()


def asker(session, here, language):
    statement = (
        select(Member)
        .join(Person, col(Person.id) == col(Member.person_id))
        .where(
            col(Person.name) == aurora.WORLD["askers"][language], col(Member.workspace_id) == here
        )
    )
    member = session.exec(statement).one()
    return Viewer(member.id, member.role, member.team_id)


@pytest.mark.parametrize("language", ["en", "th", "zh"])
def test_no_question_is_answered_wrongly_and_most_are_answered(company, language):
    database, here = company
    labels = aurora.utterances(language)
    channel = "C0EMEA" if language == "en" else "C0APAC"
    grades: list[str] = []
    spoken: dict[int, list[str]] = {}
    with database.session(here) as session:
        viewer = asker(session, here, language)
        now = workspace.of(session).end_of(aurora.TODAY)
        for number, label in enumerate(labels):
            before = spoken.get(label["after"], [])
            answer = ask.ask(
                session,
                label["text"],
                visibility.audience([viewer]),
                now=now,
                place=channel,
                before=before,
            )
            spoken[number] = [*before, label["text"]]
            grades.append(grading.grade(label, answer))
    wrong = [
        (label["text"], grade)
        for label, grade in zip(labels, grades, strict=True)
        if grade.startswith("wrong")
    ]
    assert not wrong
    meant = [
        grade == "direct"
        for label, grade in zip(labels, grades, strict=True)
        if label["expect"] == "answer"
    ]
    assert sum(meant) / len(meant) >= DIRECT[language]
