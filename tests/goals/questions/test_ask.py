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
from goals.tracking.visibility import Viewer
from goals.workspace import Member, Person, Workspace
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


def member(session, here, name):
    email = f"{name.lower().replace(' ', '.')}@x.example"
    person = Person(email=email, name=name, created_at=company.NOW)
    session.add(person)
    session.flush()
    held = Member(
        workspace_id=here, person_id=person.id, role="editor", sells_as=name, created_at=company.NOW
    )
    session.add(held)
    session.flush()
    return held


def as_member(database, here, question, asker):
    with database.session(here) as session:
        now = workspace.of(session).end_of(date(2026, 8, 14))
        viewer = Viewer(asker, "editor", None)
        return ask.ask(session, question, visibility.audience([viewer]), now=now).to_json(READER)


@pytest.fixture
def people(database, here):
    """Two people who share a first name, and one who sells and owns nothing; their goals."""
    company.win(database, here, [(date(2026, 7, 20), 700)], owner="Kim Seller")
    with database.system() as session:
        names = ("Daniel Tan", "Daniel Lim", "Kim Seller", "Ann Other")
        ids = [member(session, here, name).id for name in names]
    add(database, here, "Revenue North", owner_id=ids[0])
    add(database, here, "Customer churn", owner_id=ids[1], metric="churn_rate", direction="down",
        kind="level", target_input=Decimal("0.05"))  # fmt: skip
    return ids


def test_my_revenue_of_somebody_who_has_no_such_goal_is_his_own_number(database, here, people):
    tan, _, seller, other = people
    answer = as_member(database, here, "my revenue", tan)
    assert (answer["kind"], answer["goal"]["name"]) == ("answer", "Revenue North")
    answer = as_member(database, here, "my revenue", seller)
    assert (answer["kind"], answer["intent"], answer["goal"]) == ("answer", "my_number", None)
    answer = as_member(database, here, "my revenue", other)
    assert (answer["kind"], answer["goal"]) == ("choose", None)
    assert answer["text"] == (
        "Revenue North is not your goal: it belongs to Daniel Tan. Do you mean one of these?"
    )


def test_my_churn_of_somebody_who_has_no_such_goal_says_whose_it_is(database, here, people):
    answer = as_member(database, here, "my churn", people[0])
    assert answer["kind"] == "choose"
    assert "it belongs to Daniel Lim" in answer["text"]
    answer = as_member(database, here, answer["choices"][0]["question"], people[0])
    assert (answer["kind"], answer["goal"]["name"]) == ("answer", "Customer churn")


@pytest.mark.parametrize(
    ("question", "begun"),
    [
        ("goals of Daniel", "goals of"), ("what does Daniel own", "goals of"),
        ("what is off track for Daniel", "what is off track of"), ("Daniel负责什么", "goals of"),
        ("Daniel ดูแลอะไรอยู่", "goals of"),
    ],
)  # fmt: skip
def test_a_first_name_that_two_people_have_offers_both(database, here, people, question, begun):
    answer = as_member(database, here, question, people[2])
    assert answer["kind"] == "choose"
    offered = {one["label"]: one["question"] for one in answer["choices"]}
    assert offered == {f"Daniel {one}": f"{begun} Daniel {one}" for one in ("Tan", "Lim")}
    chosen = as_member(database, here, offered["Daniel Lim"], people[2])
    assert (chosen["kind"], chosen["intent"] in ("list_mine", "off_track")) == ("answer", True)
    assert {one["name"] for one in chosen["goals"]} <= {"Customer churn"}


def test_a_shared_first_name_beside_a_goal_of_one_of_them_is_clear(database, here, people):
    answer = as_member(database, here, "Daniel's churn", people[2])
    assert (answer["kind"], answer["goal"]["name"]) == ("answer", "Customer churn")
