"""The way through the pipeline: time in stages, shares, drop-off, velocity and the forecast."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goals.metrics import brought, receipts
from goals.records.sales import PipelineStage
from tests.goals.metrics import company as companies
from tests.goals.metrics.company import NOW, TODAY, Company

YEAR = date(2024, 1, 1), date(2024, 2, 10)
#: The histories of the vector `stage_history`: B comes back to Lead and is lost, C stays.
HISTORIES = {
    "A": [("Lead", 1, 1), ("Qualified", 1, 5), ("Proposal", 1, 20), ("Won", 2, 1)],
    "B": [("Lead", 1, 3), ("Qualified", 1, 10), ("Lead", 1, 15), ("Qualified", 1, 18),
          ("Lost", 1, 30)],
    "C": [("Lead", 1, 10), ("Qualified", 1, 12)],
}  # fmt: skip

#: No deal stays in the stages in which it is over.
CLOSED = {"Lost": None, "Won": None}


def status(stage: str) -> str:
    return {"Won": "won", "Lost": "lost"}.get(stage, "open")


def write(company: Company, told: dict[str, list[tuple[str, date]]], **more: Any) -> None:
    rows = []
    for name, steps in told.items():
        stage, day = steps[-1]
        closed = day if status(stage) != "open" else None
        row = {"external_id": name, "name": name, "stage": stage, "status": status(stage),
               "created_on": steps[0][1], "closed_on": closed, **more}  # fmt: skip
        rows.append(row)
    company.write("deal", rows)
    company.histories(
        {name: [(one, status(one), day) for one, day in steps] for name, steps in told.items()}
    )


@pytest.fixture
def three(empty: Company) -> Company:
    told = {
        name: [(stage, date(2024, month, day)) for stage, month, day in steps]
        for name, steps in HISTORIES.items()
    }
    write(empty, told)
    return empty


def codes(result: Any) -> dict[str, int | None]:
    return {one.code: one.n for one in result.notes}


def listed(company: Company, result: Any, part: str = "numerator") -> list[Any]:
    with company.session() as session:
        reading = receipts.find(session, result.receipt or "")
        n, found = receipts.records(session, reading, part)
        later = receipts.recompute(
            session, reading, today=TODAY + timedelta(days=90), now=NOW + timedelta(days=90)
        )
    assert n == len(found)
    assert later.figure == result.figure
    return found


def in_stages(company: Company, metric: str, **how: Any) -> set[tuple[str, str | None]]:
    """Return the deals of a receipt with the stage that it names."""
    found = listed(company, company.read(metric, *YEAR, **how))
    return {(one.external_id, one.stage) for one in found}


def test_a_receipt_names_the_stage_that_was_counted_and_not_the_present_one(three):
    # By now A is won and B is lost.
    assert in_stages(three, "stage_length") == {
        ("A", "Lead"), ("A", "Qualified"), ("A", "Proposal"), ("B", "Lead"), ("B", "Qualified"),
        ("C", "Lead"),
    }  # fmt: skip
    assert in_stages(three, "stage_length", where={"stage": "Lead"}) == {
        ("A", "Lead"), ("B", "Lead"), ("C", "Lead"),
    }  # fmt: skip
    # At the end of the window C stands in the stage in which it still is.
    assert in_stages(three, "open_deals") == {("C", "Qualified")}


def test_each_record_of_a_receipt_names_the_run_that_brought_it(three):
    result = three.read("contracts_signed", *YEAR)
    with three.session() as session:
        reading = receipts.find(session, result.receipt or "")
        [(run, source)] = brought.runs(session, reading)
        assert (run.id, source) == (three.runs[-1], "CRM")
        _, [found] = receipts.records(session, reading)
        assert found.run is not None and found.run.id in three.runs


def test_time_in_a_stage_adds_up_all_visits_of_the_deals_that_left_it(three):
    mean = three.split("stage_length", *YEAR, "stage")
    assert mean == {"Lead": pytest.approx(16 / 3), "Qualified": 16, "Proposal": 12, **CLOSED}
    middle = three.split("stage_length", *YEAR, "stage", stat="median")
    assert middle == {"Lead": 4, "Qualified": 16, "Proposal": 12, **CLOSED}
    assert three.split("stage_length", *YEAR, "stage", visits="last") == {
        "Lead": pytest.approx((4 + 3 + 2) / 3),
        "Qualified": (15 + 12) / 2,
        "Proposal": 12,
        **CLOSED,
    }
    read = three.read("stage_length", *YEAR, where={"stage": "Qualified"})
    # C has stood there for 29 days and is not counted.
    assert (read.value, codes(read)) == (16, {"still_there": 1, "small_n": 2, "slow": None})
    assert [str(one.message.params["age"]) for one in read.notes if one.code == "still_there"]
    assert sorted(one.value for one in listed(three, read)) == [15, 17]
    whole = three.read("stage_length", *YEAR)
    assert (whole.figure.numerator, whole.figure.n) == (60, 6)


def test_a_deal_counts_on_the_day_it_left_the_stage_for_good(three):
    early = date(2024, 1, 1), date(2024, 1, 17)
    assert three.split("stage_length", *early, "stage")["Lead"] == 3
    late = date(2024, 1, 18), date(2024, 1, 31)
    assert three.split("stage_length", *late, "stage")["Lead"] == 10
    three.delete("deal", ["B"])
    assert three.value("stage_length", *late, where={"stage": "Lead"}) is None


def test_shares_of_the_open_deals_by_stage(three):
    at = date(2024, 1, 13)
    read = three.read("stage_share", at, at, by="stage")
    assert read.value == 1
    shares = {key: (one.value, one.denominator) for key, one in read.segments or ()}
    assert shares == {
        **dict.fromkeys(("Lead", "Proposal", "Lost", "Won"), (0, 3)),
        "Qualified": (1, 3),
    }
    at = date(2024, 1, 16)
    read = three.read("stage_share", at, at, where={"stage": "Lead"})
    assert (read.figure.numerator, read.figure.denominator) == (1, 3)
    assert [one.external_id for one in listed(three, read)] == ["B"]
    assert {one.external_id for one in listed(three, read, "denominator")} == {"A", "B", "C"}
    before = date(2023, 12, 1)
    assert three.value("stage_share", before, before, where={"stage": "Lead"}) is None


def test_drop_off_of_the_deals_that_entered_a_stage(three):
    found = three.split("stage_dropoff", *YEAR, "stage")
    assert found == {"Lead": 0, "Qualified": pytest.approx(1 / 3), "Proposal": 0, **CLOSED}
    read = three.read("stage_dropoff", *YEAR, where={"stage": "Qualified"})
    assert codes(read)["immature"] == 1
    assert [one.external_id for one in listed(three, read)] == ["B"]
    assert len(listed(three, read, "denominator")) == 3
    # As on the day before it was lost.
    then = three.read(
        "stage_dropoff", *YEAR, where={"stage": "Qualified"}, matured=date(2024, 1, 29)
    )
    assert (then.value, codes(then)["immature"]) == (0, 2)
    first = date(2024, 1, 1), date(2024, 1, 5)
    assert three.value("stage_dropoff", *first, where={"stage": "Proposal"}) is None


def test_velocity_is_none_where_any_part_is(three):
    assert three.value("pipeline_velocity", *YEAR) is None
    three.write("deal", [{"external_id": "A", "amount": Decimal(620)}])
    read = three.read("pipeline_velocity", *YEAR)
    # One open deal, one of two won, 620 a deal, 31 days.
    assert read.value == 1 * Decimal("0.5") * 620 / 31
    assert codes(read)["made_of"] == 1
    rolling = three.read("pipeline_velocity", date(2024, 2, 10), date(2024, 2, 10), days=11)
    assert rolling.query.first_day == date(2024, 1, 31)
    # B was lost on the 30th, so all that closed was won.
    assert rolling.value == 620 / Decimal(31)
    assert len(listed(three, rolling, "denominator")) == 1


# --- Forecast --------------------------------------------------------------------------------

JUNE = date(2024, 6, 1), date(2024, 6, 30)
ON = date(2024, 6, 10)


def deal(name: str, stage: str, amount: int | None, due: date | None, **more: Any) -> Any:
    row = {"external_id": name, "name": name, "stage": stage, "status": status(stage),
           "created_on": date(2024, 5, 1), "expected_close_on": due,
           "amount": None if amount is None else Decimal(amount)}  # fmt: skip
    return {**row, **more}


def give_odds(company: Company, odds: dict[str, float]) -> None:
    with company.session() as session:
        for name, share in odds.items():
            stage = PipelineStage(
                workspace_id=company.workspace_id, connection_id=company.connection_id, name=name,
                status="open", probability=share,
            )  # fmt: skip
            session.add(stage)


def test_the_forecast_is_what_was_won_and_open_amounts_times_their_odds(empty):
    give_odds(empty, {"Talk": 0.25, "Offer": 0.5, "Sure": 1})
    empty.write("deal", [
        deal("won", "Won", 1000, None, closed_on=date(2024, 6, 3)),
        deal("talk", "Talk", 400, ON),
        deal("offer", "Offer", 300, date(2024, 6, 30), probability=0.9),
        deal("own", "Else", 100, date(2024, 6, 20), probability=0.1),
        deal("none", "Else", 100, date(2024, 6, 20)),
        deal("late", "Offer", 9000, date(2024, 6, 9)),
        deal("sure", "Sure", 9000, date(2024, 6, 20)),
        deal("hundred", "Talk", 9000, date(2024, 6, 21), probability=1.0),
        deal("july", "Offer", 9000, date(2024, 7, 1)),
        deal("no amount", "Offer", None, date(2024, 6, 20)),
        deal("someday", "Offer", 9000, None),
        deal("baht", "Offer", 9000, date(2024, 6, 20), currency="THB"),
    ])  # fmt: skip
    read = empty.read("forecast", *JUNE, today=ON)
    assert read.value == 1000 + 100 + 150 + 10
    assert codes(read) == {
        "past_due": 1, "certain": 2, "no_odds": 1, "no_amount": 1, "excluded_currency": 1,
        "no_close": 1, "partial": None, "slow": None,
    }  # fmt: skip
    named = {one.code: one.message.params.get("names") for one in read.notes}
    assert (named["past_due"], named["certain"]) == ("late", "sure, hundred")
    shown = {one.external_id: one.value for one in listed(empty, read)}
    assert shown == {"won": 1000, "talk": 100, "offer": 150, "own": 10}
    assert empty.split("forecast", *JUNE, "stage", today=ON) == {
        "Else": 10, "Offer": 150, "Sure": 0, "Talk": 100, "Won": 1000
    }  # fmt: skip
    # Once it is over, only what was won is left.
    assert empty.value("forecast", *JUNE, today=date(2024, 7, 1)) == 1000


def test_odds_come_from_the_own_history_of_a_stage(empty):
    start = date(2024, 1, 1)
    told = {
        f"d{number}": [("Talk", start), ("Won" if number < 3 else "Lost", date(2024, 2, 1))]
        for number in range(12)
    }
    write(empty, told)
    empty.write("deal", [deal("open", "Talk", 400, ON, probability=0.9)])
    assert empty.value("forecast", *JUNE, today=ON) == 360
    assert empty.value("forecast", *JUNE, today=ON, odds="history") == 100
    empty.write("deal", [deal("open", "Talk", 400, ON, probability=None)])
    assert empty.value("forecast", *JUNE, today=ON) == 100


# --- Counts ----------------------------------------------------------------------------------


def test_new_opportunities_and_contracts_add_up(company):
    year = date(2026, 1, 1), date(2026, 3, 31)
    assert company.value("opportunities_new", *year) == 5
    assert company.value("contracts_signed", *year) == 3
    assert company.split("contracts_signed", *year, "owner") == {"Ann": 2, "Bob": 1, "Cy": 0}
    read = company.read("opportunities_new", *year, where={"source": "web"})
    assert len(listed(company, read)) == read.value == 3


# --- Random histories ------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(st.sampled_from(["Lead", "Talk", "Offer", "Lost", "Won"]), st.integers(0, 20)),
    min_size=1, max_size=7,
)  # fmt: skip


def dated(steps: list[tuple[str, int]]) -> list[tuple[str, date]]:
    day = date(2024, 1, 1)
    found: list[tuple[str, date]] = []
    for stage, days in steps:
        day += timedelta(days=days)
        if not found or found[-1][0] != stage:
            found.append((stage, day))
    return found


def plain(told: dict[str, list[tuple[str, date]]], first: date, last: date) -> dict[str, Any]:
    """Return by stage the days of the deals that left it, and who entered it and was lost."""
    days: dict[str, list[int]] = {}
    entered: dict[str, list[bool]] = {}
    for steps in told.values():
        for stage in {name for name, _ in steps if status(name) == "open"}:
            places = [place for place, (name, _) in enumerate(steps) if name == stage]
            spans = [
                (steps[place + 1][1] - steps[place][1]).days
                for place in places
                if place + 1 < len(steps)
            ]
            gone = steps[places[-1] + 1] if places[-1] + 1 < len(steps) else None
            if gone is not None and first <= gone[1] <= last:
                days.setdefault(stage, []).append(sum(spans))
            if first <= steps[places[0]][1] <= last:
                entered.setdefault(stage, []).append(gone is not None and gone[0] == "Lost")
    return {
        "stage_length": {name: sum(one) / len(one) for name, one in days.items()},
        "stage_dropoff": {name: sum(one) / len(one) for name, one in entered.items()},
    }


@given(histories=st.lists(STEPS, min_size=1, max_size=5), first=st.integers(0, 60))
@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_any_histories_give_what_python_counts(empty, histories, first):
    here = companies.joined(empty.database, companies.found_another(empty.database))
    told = {f"d{number}": dated(steps) for number, steps in enumerate(histories)}
    write(here, told)
    window = date(2024, 1, 1) + timedelta(days=first), date(2024, 4, 1)
    for metric, wanted in plain(told, *window).items():
        found = here.split(metric, *window, "stage")
        assert {key: value for key, value in found.items() if value is not None} == {
            key: pytest.approx(value) for key, value in wanted.items()
        }
        whole = here.read(metric, *window, by="stage")
        parts = [one for _, one in whole.segments or ()]
        assert sum(one.n for one in parts) == whole.figure.n
        assert sum(one.numerator or 0 for one in parts) == (whole.figure.numerator or 0)
