"""Labelled questions about six companies: none is answered wrongly, most are answered.

What was never seen says more than what is held here. Before any of its 480 questions was looked at,
Kestrel's first set was answered at 77% (English), 80% (Thai) and 80% (Chinese), with 1, 1 and 2
answers wrong; its later set of 164, written after what those had shown was mended, at 70%, 85% and
88%, with 1, 2 and 1 wrong. Lotus has names that are easily confused, and half of its questions are
traps: unseen, 97%, 77% and 79%, with 6, 7 and 3 wrong of 120 in each language.

Dentalis has goals with names of their own in three languages, and questions as they are typed into
a channel: unseen, 50%, 58% and 49% of its clear questions were answered, with 7, 2 and 2 wrong of
233, 206 and 212. Half of them (the even lines) stayed unseen while what the other half had shown
was mended: 62%, 67% and 61%, with 2, 1 and 2 wrong; the other half stood at 86%, 94% and 89%.

Brightpane, written by somebody else again, measures what all this was worth to a stranger: unseen,
87%, 83% and 77% of its clear questions were answered, with 1 wrong of 100 in each language. While
its odd lines were mended, the even ones went from 86%, 83% and 71% to 91%, 89% and 100%, with 1, 1
and 0 wrong; of these a quarter of the English ones and two in each other language had been seen.

Fernmill was written by one more stranger. Unseen, 76%, 77% and 81% of its clear questions were
answered, with 5, 2 and 3 wrong of 120 in each language. Its even questions are still unseen, but
for the first five in English: while the odd ones were mended they went from 75%, 76% and 78% with
4, 2 and 3 wrong of 60 to 84%, 86% and 92% with 3, 2 and 2 wrong. Then those that were wrong were
looked at, and three of them mended. No label was changed.
"""

import pytest
from sqlmodel import col, select

from app.db import Database
from goals import workspace
from goals.questions import ask
from goals.tracking import visibility
from goals.tracking.visibility import Viewer
from goals.workspace import Member, Person
from tests.support import grading
from tests.support.worlds import AURORA, BRIGHTPANE, DENTALIS, FERNMILL, KESTREL, LOTUS

#: The least share of the questions meant to be answered that is answered at once.
DIRECT = {"en": 0.88, "th": 0.88, "zh": 0.92}
#: Among names that are easily confused more is asked back.
DIRECT_AMONG_TRAPS = {"en": 0.88, "th": 0.88, "zh": 0.82}
#: Its names are also said in other languages and cut short, which nobody has told the bot.
DIRECT_BY_NICKNAMES = {"en": 0.85, "th": 0.88, "zh": 0.85}
LEAST = {"lotus": DIRECT_AMONG_TRAPS, "dentalis": DIRECT_BY_NICKNAMES}
#: Where every second question is unseen: so many wrong ones at most, and the least share answered.
UNSEEN = {"fernmill": {"en": (3, 0.84), "th": (2, 0.86), "zh": (2, 0.92)}}


@pytest.fixture(
    scope="module",
    params=[AURORA, KESTREL, LOTUS, DENTALIS, BRIGHTPANE, FERNMILL],
    ids=lambda world: world.folder,
)
def company(request, postgres_server, postgres_template):
    with postgres_server.database(postgres_template, request.param.folder) as made:
        database = Database(made.app_url)
        yield request.param, database, request.param.make(database)
        database.dispose()


def asker(session, world, here, who):
    statement = (
        select(Member)
        .join(Person, col(Person.id) == col(Member.person_id))
        .where(col(Person.name) == world.its["askers"][who], col(Member.workspace_id) == here)
    )
    member = session.exec(statement).one()
    return Viewer(member.id, member.role, member.team_id)


@pytest.mark.parametrize("language", ["en", "th", "zh"])
def test_no_question_is_answered_wrongly_and_most_are_answered(company, language):
    world, database, here = company
    labels = world.labels(language) + world.later(language)
    grades: list[str] = []
    spoken: dict[int, list[str]] = {}
    with database.session(here) as session:
        now = workspace.of(session).end_of(world.today)
        for number, label in enumerate(labels):
            before = spoken.get(label["after"], [])
            viewer = asker(session, world, here, label.get("asker") or language)
            answer = ask.ask(
                session,
                label["text"],
                visibility.audience([viewer]),
                now=now,
                place=world.its["places"].get(label.get("place") or language),
                before=before,
            )
            spoken[number] = [*before, label["text"]]
            grades.append(grading.grade(world, label, answer))
    graded = list(zip(labels, grades, strict=True))
    if world.folder in UNSEEN:
        most, least = UNSEEN[world.folder][language]
        assert len(wrong(graded[1::2])) <= most
        assert answered(graded[1::2]) >= least - 0.005
        graded = graded[::2]
    assert not wrong(graded)
    assert answered(graded) >= LEAST.get(world.folder, DIRECT)[language]


def wrong(graded):
    return [(label["text"], grade) for label, grade in graded if grade.startswith("wrong")]


def answered(graded):
    """Return the share that was answered at once of the questions meant to be answered."""
    meant = [
        grade == "direct"
        for label, grade in graded
        if all(one["expect"] == "answer" for one in (label, *label.get("or", ())))
    ]
    return sum(meant) / len(meant)
