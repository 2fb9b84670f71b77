"""Answers to questions: which goals are offered, and how they are told apart."""

from datetime import date
from decimal import Decimal

import pytest

from app.db import Database
from goals import words, workspace
from goals.fiscal import FiscalCalendar
from goals.questions import ask, seen
from goals.questions.room import Room
from goals.tracking import visibility
from goals.workspace import Workspace
from tests.support import company

READER = words.Reader()
NEXT = (date(2026, 10, 1), date(2026, 12, 31))


@pytest.fixture
def database(sqlite_url):
    found = Database(sqlite_url)
    yield found
    found.dispose()


@pytest.fixture
def here(database):
    return company.make(database)


def add(database, here, *names, **terms):
    with database.session(here) as session:
        return [company.revenue_goal(session, name=name, **terms).id for name in names]


def asked(database, here, question, reader=READER):
    with database.session(here) as session:
        return ask.ask(session, question, visibility.OWNER).to_json(reader)


NAMES = [
    "Sell more 🚀", "Sell more 🎉", "🚀", "C#", "C", "Ready?", "Ready", "<!channel>", "<@U0001>",
    "*bold* _it_", "help", "off track", "goals", "Status of pipeline", "Revenue", "revenue",
    "ปี", "ปู", "客户", "The target", "now", "42", "  ", "status of C", "A" * 200, "A" * 199 + "B",
    "https://evil.example", "What\u2019s new", "100% of plan", "NPS > 40", "NPS < 40",
]  # fmt: skip


def test_every_offered_question_leads_to_the_goal_on_its_button(database, here):
    names = [name for name in NAMES if name.strip()]
    ids = dict(zip(names, add(database, here, *names), strict=True))
    with database.session(here) as session:
        found = seen.every(session, visibility.OWNER)
        asked_here = Room(session, found, visibility.OWNER, None, None, True, None, None)
        offered = {one.id: ask._question(one, asked_here) for one in found}
    for name, goal_id in ids.items():
        answer = asked(database, here, offered[goal_id])
        assert (answer["kind"], answer["goal"]) == ("answer", {"id": str(goal_id), "name": name})
        assert answer["read_as"] is None


def test_goals_of_the_same_name_are_told_apart_by_their_days_then_owners_then_ids(database, here):
    add(database, here, "Sell more")
    add(database, here, "Sell more", first_day=NEXT[0], last_day=NEXT[1])
    answer = asked(database, here, "status of sell more")
    assert answer["kind"] == "choose"
    labels = {one["label"] for one in answer["choices"]}
    assert labels == {"1 Jul to 30 Sep 2026: Sell more", "1 Oct to 31 Dec 2026: Sell more"}
    for one in answer["choices"]:
        assert asked(database, here, one["question"])["kind"] == "answer"
    (third,) = add(database, here, "Sell more")
    labels = {one["label"] for one in asked(database, here, "sell more")["choices"]}
    assert f"{third}: Sell more" in labels
    assert len(labels) == 3


def test_more_goals_than_buttons_are_said_to_be_more(database, here):
    add(database, here, *(f"Churn of region {number}" for number in range(7)))
    answer = asked(database, here, "churn")
    assert answer["text"] == ("7 goals fit; these are 5 of them. Write more of the name you mean.")
    assert len(answer["choices"]) == 5


def test_a_target_that_nobody_knows_is_left_out(database, here):
    add(database, here, "Sell more", target_kind="relative", target_input=Decimal("0.1"))
    text = asked(database, here, "status of sell more")["text"]
    assert text.endswith("The first review comes with the next sync.")


@pytest.mark.parametrize(("locale", "label"), [("th", "เป้าหมายทั้งหมด"), ("zh", "全部目标")])
def test_what_help_offers_speaks_the_readers_language(database, here, locale, label):
    labels = [
        one["label"] for one in asked(database, here, "help", words.Reader(locale))["choices"]
    ]
    assert label in labels


@pytest.mark.parametrize("fiscal_start", [1, 2])
def test_a_question_about_the_running_quarter_is_answered_by_the_goals_of_it(
    database, here, fiscal_start
):
    with database.system() as session:
        held = session.get(Workspace, here)
        held.fiscal_start = fiscal_start
        session.add(held)
    year = (date(2026, 1, 1), date(2026, 12, 31))
    quarter = FiscalCalendar(fiscal_start).quarter(date(2026, 8, 14))
    days = {"first_day": quarter.first, "last_day": quarter.last}
    [short] = add(database, here, "Sell pumps", **days)
    [long] = add(database, here, "Sell valves", first_day=year[0], last_day=year[1])
    answer = on(database, here, "How is sell pumps doing this quarter?")
    assert (answer["kind"], answer["goal"]["id"]) == ("answer", str(short))
    answer = on(database, here, "How is sell valves doing this quarter?")
    assert (answer["kind"], answer["goal"]) == ("unknown", None)
    assert answer["choices"][0]["question"] == "status of Sell valves"
    assert on(database, here, "How is sell valves doing this year?")["kind"] == (
        "answer" if fiscal_start == 1 else "unknown"
    )
    listed = on(database, here, "Show all goals this quarter")["goals"]
    assert {one["id"] for one in listed} == {str(short), str(long)}
    assert len(on(database, here, "Show all goals this quarter", date(2026, 11, 14))["goals"]) == 1


def test_a_question_about_an_earlier_quarter_is_never_answered_with_this_one(database, here):
    days = {"first_day": date(2026, 7, 1), "last_day": date(2026, 9, 30)}
    [pumps] = add(database, here, "Sell pumps", **days)
    november = date(2026, 11, 14)
    for question in ("last quarter", "in Q3", "FY2026 Q3"):
        answer = on(database, here, f"How is sell pumps doing {question}?", november)
        assert (answer["kind"], answer["goal"]["id"]) == ("answer", str(pumps))
    for question in ("last quarter", "FY2025 Q3", "next quarter"):
        answer = on(database, here, f"How is sell pumps doing {question}?", date(2026, 8, 14))
        assert (answer["kind"], answer["goal"]) == ("unknown", None)
    assert on(database, here, "Show all goals last fiscal year", november)["goals"] == []


def on(database, here, question, day=date(2026, 8, 14)):
    with database.session(here) as session:
        now = workspace.of(session).end_of(day)
        return ask.ask(session, question, visibility.OWNER, now=now).to_json(READER)
