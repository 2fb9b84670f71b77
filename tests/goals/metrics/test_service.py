"""Metrics of service: hours to a solution, open tickets, what people answer to surveys."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from goals import workspace
from goals.metrics import receipts
from tests.goals.metrics.company import LOADED, NOW, TODAY
from tests.goals.metrics.small import day

MARCH = (day(3, 1, 2024), day(3, 31, 2024))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def ticket(name, opened, solved=None, **more):
    return {
        "external_id": name,
        "opened_at": at(opened),
        "solved_at": None if solved is None else at(solved),
        "reopened_at": at(more.pop("reopened")) if "reopened" in more else None,
        **more,
    }


@pytest.fixture
def desk(empty):
    """Three tickets: one over a weekend, one opened again, one open."""
    owners = [{"external_id": one, "name": one.title()} for one in ("ann", "bob")]
    empty.write("owner", owners)
    empty.write("ticket", [
        ticket("weekend", "2024-03-08T15:00", "2024-03-11T11:00", owner="ann"),
        ticket("again", "2024-03-12T10:00", "2024-03-12T14:00", owner="bob"),
        ticket("open", "2024-03-13T09:00", owner="bob"),
    ])  # fmt: skip
    again = ticket("again", "2024-03-12T10:00", "2024-03-13T12:00", reopened="2024-03-13T09:00")
    empty.write("ticket", [again], at=LOADED + timedelta(hours=1))
    return empty


def codes(result):
    return {one.code: one.n for one in result.notes}


def test_tickets_take_the_hours_worked_out_by_hand(desk):
    full = desk.read("resolution_time", *MARCH, by="owner")
    assert (full.value, full.figure.numerator, full.figure.denominator) == (47, 94, 2)
    assert codes(full) == {"small_n": 2, "backlog": 1}
    segments = {name: one.value for name, one in full.segments}
    assert segments == {"Ann": 68, "Bob": 26}
    first = desk.split("resolution_time", *MARCH, "owner", resolution="first")
    assert first == {"Ann": 68, "Bob": 4}
    business = desk.split("resolution_time", *MARCH, "owner", hours="business")
    assert business == {"Ann": 3 + 2, "Bob": 8 + 3}
    both = desk.split("resolution_time", *MARCH, "owner", hours="business", resolution="first")
    assert both == {"Ann": 3 + 2, "Bob": 4}
    assert desk.value("open_cases", *MARCH) == 1
    assert desk.value("service_requests", *MARCH) == 3


def test_waiting_for_the_customer_is_taken_off_also_of_business_hours(empty):
    empty.write("ticket", [
        # Of eight hours on a Monday two were waiting: six on either clock.
        ticket("a", "2024-03-04T09:00", "2024-03-04T17:00", waiting_hours=Decimal(2)),
        # Of the 66 hours over a weekend half were waiting: so are half of the three of business.
        ticket("b", "2024-03-08T16:00", "2024-03-11T10:00", waiting_hours=Decimal(33)),
        # Waited for longer than it was open, or solved before it came: nobody knows.
        ticket("c", "2024-03-12T10:00", "2024-03-12T11:00", waiting_hours=Decimal("1.5")),
        ticket("d", "2024-03-13T10:00", "2024-03-12T11:00"),
    ])  # fmt: skip
    clock = empty.read("resolution_time", *MARCH)
    assert (clock.figure.numerator, clock.figure.n) == (6 + 33, 2)
    business = empty.read("resolution_time", *MARCH, hours="business")
    assert (business.figure.numerator, business.figure.n) == (6 + Decimal("1.5"), 2)


def test_business_hours_follow_the_clock_of_the_workspace_and_leave_holidays_out(empty):
    with empty.session() as session:
        workspace.of(session).zone = "Europe/Berlin"
    # Clocks went forward on 31 March 2024: 8 o'clock is an hour earlier afterwards.
    empty.write("ticket", [ticket("a", "2024-03-29T08:00", "2024-04-03T07:00")])
    whole = Decimal(9 + 9 + 9)
    april = (day(4, 1, 2024), day(4, 30, 2024))
    assert empty.read("resolution_time", *april, hours="business").value == whole
    days = [("2024-03-29", "DE"), ("2024-04-01", "DE"), ("2024-04-01", "AT"), ("2024-03-30", "DE")]
    empty.write("holiday", [
        {"external_id": f"{on} {country}", "day": datetime.fromisoformat(on).date(),
         "country": country, "name": "Easter"}
        for on, country in days
    ])  # fmt: skip
    assert empty.read("resolution_time", *april, hours="business").value == whole - 9 - 9
    assert empty.read("resolution_time", *april).value == 5 * 24 - 1


def test_business_hours_know_the_week_of_work_and_the_country(empty):
    # From Thursday 28 March 2024 at noon to Monday at noon.
    empty.write("ticket", [ticket("a", "2024-03-28T12:00", "2024-04-01T12:00")])
    empty.write("holiday", [
        {"external_id": one, "day": datetime.fromisoformat("2024-03-31").date(),
         "country": one or None, "name": "Free"}
        for one in ("DE", "Thailand")
    ])  # fmt: skip
    april = (day(4, 1, 2024), day(4, 30, 2024))

    def read(working_days, country):
        with empty.session() as session:
            here = workspace.of(session)
            here.working_days, here.country = working_days, country
        return empty.read("resolution_time", *april, hours="business").value

    # Six hours of Thursday and three of Monday, and nine for each day of work between.
    assert read("01234", None) == 6 + 9 + 3
    assert read("01236", "FR") == 6 + 9 + 3
    assert read("01236", "TH") == 6 + 3
    assert read("0123456", None) == 6 + 9 + 9 + 3
    assert read("45", "TH") == 9 + 9
    assert read("0123456", "FR") == 6 + 9 + 9 + 9 + 3


def test_a_ticket_that_was_opened_again_is_open_until_it_is_solved_again(desk):
    reopened = ticket(
        "weekend", "2024-03-08T15:00", "2024-03-11T11:00", reopened="2024-03-20T10:00", owner="ann"
    )
    desk.write("ticket", [reopened], at=LOADED + timedelta(hours=2))
    assert desk.split("open_cases", *MARCH, "owner") == {"Ann": 1, "Bob": 1}
    assert desk.split("resolution_time", *MARCH, "owner") == {"Ann": None, "Bob": 26}
    # It was solved first when it was solved, whatever came of it.
    assert desk.split("resolution_time", *MARCH, "owner", resolution="first")["Ann"] == 68
    then = LOADED + timedelta(minutes=30)
    assert desk.value("open_cases", *MARCH, known_at=then) == 1
    assert desk.value("resolution_time", *MARCH, known_at=then) == (68 + 4) / 2
    assert desk.value("resolution_time", *MARCH, known_at=then, resolution="first") == (68 + 4) / 2


def test_a_first_solution_that_nobody_saw_is_left_out_and_said(empty):
    empty.write("ticket", [
        ticket("a", "2024-03-04T09:00", "2024-03-05T11:00", reopened="2024-03-05T09:00"),
        ticket("b", "2024-03-04T09:00", "2024-03-04T10:00"),
    ])  # fmt: skip
    first = empty.read("resolution_time", *MARCH, resolution="first")
    assert (first.value, first.figure.n) == (1, 1)
    assert codes(first)["first_unknown"] == 1


def test_tickets_closed_without_a_day_are_not_open(empty):
    empty.write("ticket", [
        ticket("a", "2024-03-04T09:00", status="Closed"),
        ticket("b", "2024-03-04T09:00", status="waiting"),
        ticket("c", "2024-03-06T09:00", "2024-03-05T09:00"),
    ])  # fmt: skip
    found = empty.read("open_cases", *MARCH)
    assert (found.value, codes(found)) == (1, {"undated": 1})
    assert empty.value("open_cases", day(3, 3, 2024), day(3, 3, 2024)) == 0
    assert empty.value("open_cases", day(3, 5, 2024), day(3, 5, 2024)) == 1


# --- Surveys ---------------------------------------------------------------------------------

SCORES = [10, 10, 9, 7, 6, 5, 9, 9]
FIVES = [5, 3, 2, 4, 1, 1, 4, 4]


def answer(name, score, on="2024-03-10", kind="nps", **more):
    return {
        "external_id": str(name),
        "at": at(f"{on}T12:00"),
        "score": Decimal(score),
        "kind": kind,
        **more,
    }


def test_promoters_less_detractors_in_points_each_scale_by_itself(empty):
    ten = [answer(f"t{i}", score) for i, score in enumerate(SCORES)]
    five = [answer(f"f{i}", score, scale="1-5") for i, score in enumerate(FIVES)]
    empty.write("survey_answer", ten + five)
    found = empty.read("nps", *MARCH)
    assert (found.value, found.figure.denominator) == (Decimal("37.5"), 8)
    assert codes(found) == {"other_scale": 8, "small_n": 8, "margin": None, "slow": None}
    (margin,) = (one.message.params["points"] for one in found.notes if one.code == "margin")
    # 1.96 times 100 times the root of (.875 - .375 squared) / 8.
    assert margin.value == Decimal("59.4")
    assert empty.read("nps", *MARCH, scale="1-5").value == Decimal("12.5")
    april = empty.read("nps", day(4, 1, 2024), day(4, 30, 2024))
    assert (april.value, april.figure.n) == (None, 0)


def test_only_the_latest_answer_of_a_customer_in_the_window_counts(empty):
    empty.write("account", [
        {"external_id": "acme", "name": "Acme", "region": "West"},
        {"external_id": "beta", "name": "Beta", "region": "East"},
    ])  # fmt: skip
    empty.write("survey_answer", [
        answer(1, 2, "2024-03-01", account="acme"),
        answer(2, 10, "2024-03-09", account="acme"),
        answer(3, 3, "2024-04-02", account="acme"),
        answer(4, 9, "2024-03-05", account="beta"),
        answer(5, 7, "2024-03-06", account="beta"),
        # Another kind of survey, and another scale, are no later answers.
        answer(6, 1, "2024-03-30", kind="csat", account="acme"),
        answer(7, 1, "2024-03-30", scale="1-5", account="acme"),
        # Whoever is not named counts each time.
        answer(8, 0), answer(9, 0),
    ])  # fmt: skip
    found = empty.read("nps", *MARCH)
    assert (found.figure.numerator, found.figure.n) == (100 + 0 - 200, 4)
    split = empty.split("nps", *MARCH, "account.region")
    assert split["West"] == 100
    assert split["(none)"] == -100
    april = empty.read("nps", day(3, 1, 2024), day(4, 30, 2024), where={"region": "West"})
    assert (april.value, april.figure.n) == (-100, 1)


def test_many_answers_agree_with_adding_them_up_here(empty):
    chance = random.Random(5)
    rows = [
        answer(i, chance.randint(0, 10), f"2024-0{chance.randint(2, 4)}-{chance.randint(1, 28):02}",
               account=chance.choice(["acme", "beta", "gamma", None]))
        for i in range(60)
    ]  # fmt: skip
    for i, row in enumerate(rows):
        row["at"] += timedelta(seconds=i)
    empty.write("survey_answer", rows)
    within = [row for row in rows if row["at"].month == 3]
    latest = {row["account"] or row["external_id"]: row for row in sorted(within, key=when)}
    verdicts = [(row["score"] >= 9) - (row["score"] <= 6) for row in latest.values()]
    assert len(within) > len(latest) > 3
    found = empty.read("nps", *MARCH)
    assert (found.figure.numerator, found.figure.n) == (100 * sum(verdicts), len(verdicts))


def when(row):
    return row["at"]


def test_satisfaction_is_the_mean_score_on_one_scale(empty):
    empty.write("survey_answer", [
        answer(1, 5, kind="csat"), answer(2, 4, kind="csat", scale="1-5"),
        answer(3, "1.5", kind=None, scale="1-5"),
        answer(4, 9, kind="csat", scale="0-10"), answer(5, 80, kind="csat", scale="0-100"),
        answer(6, 9), answer(7, 3, kind="ces", scale="1-5"), answer(8, 3, kind=None),
    ])  # fmt: skip
    found = empty.read("csat", *MARCH)
    assert (found.value, found.figure.numerator, found.figure.n) == (3.5, Decimal("10.5"), 3)
    assert codes(found) == {"other_scale": 2, "small_n": 3}
    assert empty.value("csat", *MARCH, scale="0-10") == 9
    assert empty.value("csat", *MARCH, scale="1-10") is None


QUESTIONS = [
    ("resolution_time", {}),
    ("resolution_time", {"hours": "business"}),
    ("resolution_time", {"resolution": "first"}),
    ("resolution_time", {"hours": "business", "resolution": "first"}),
    ("service_requests", {}),
    ("open_cases", {}),
    ("nps", {}),
    ("nps", {"scale": "1-5"}),
    ("csat", {}),
    ("csat", {"scale": "0-10"}),
]


def test_every_receipt_lists_what_it_counted_and_computes_again(desk):
    desk.write("survey_answer", [
        *(answer(f"n{i}", score) for i, score in enumerate(SCORES)),
        *(answer(f"f{i}", score, scale="1-5") for i, score in enumerate(FIVES)),
        answer("c1", 4, kind="csat"), answer("c2", 8, kind="csat", scale="0-10"),
    ])  # fmt: skip
    for metric, params in QUESTIONS:
        asked = desk.read(metric, *MARCH, **params)
        assert asked.figure.n > 0
        with desk.session() as session:
            reading = receipts.find(session, asked.receipt or "")
            again = receipts.recompute(session, reading, today=TODAY, now=NOW)
            total, listed = receipts.records(session, reading)
        assert again.figure == asked.figure, metric
        assert total == len(listed) == asked.figure.n, metric
        if asked.unit != "count":
            assert sum(one.value or 0 for one in listed) == asked.figure.numerator, metric
            assert asked.value == asked.figure.numerator / len(listed), metric


def test_a_ticket_that_waited_for_longer_than_it_was_open_is_said(empty):
    empty.write("ticket", [
        ticket("a", "2024-03-04T09:00", "2024-03-04T17:00"),
        ticket("c", "2024-03-12T10:00", "2024-03-12T11:00", waiting_hours=Decimal("1.5")),
    ])  # fmt: skip
    for hours in ("calendar", "business"):
        read = empty.read("resolution_time", *MARCH, hours=hours)
        assert (read.value, read.figure.n) == (8, 1)
        assert {one.code: one.n for one in read.notes}["no_span"] == 1
