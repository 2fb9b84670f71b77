"""Counting in turns comes to what counting at once comes to, and is right while it goes on."""

from typing import Any

import pytest
from sqlmodel import col, delete, update

from goals.metrics import marks, refresh, turns
from goals.metrics.rollup import Customer, Rollup
from tests.goals.metrics import company as companies
from tests.goals.metrics import small
from tests.goals.metrics.parallel import counted
from tests.goals.metrics.small import END, JAN, day

ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("revenue", {}),
    ("revenue", {"where": {"owner": "Ann"}}),
    ("win_rate", {}),
    ("open_deals", {}),
    ("leads_new", {}),
)


@pytest.fixture
def busy(company, monkeypatch):
    """A company that is so large, for once, that nobody waits for what is marked."""
    company.refresh()
    monkeypatch.setattr(marks, "MOST_DAYS", 2)
    monkeypatch.setattr(marks, "MUCH", 2)
    return company


def test_all_is_counted_anew_whatever_stood_there(company):
    company.refresh()
    with company.session() as session:
        wanted = counted(session)
        mine = col(Rollup.workspace_id) == company.workspace_id
        session.execute(update(Rollup).where(mine).values(n=7))
        session.execute(delete(Rollup).where(mine, col(Rollup.measure) == "created"))
        owned = col(Customer.workspace_id) == company.workspace_id
        session.execute(update(Customer).where(owned).values(first_won_on=day(5, 5)))
    with company.session() as session:
        turns.mark_everything(session)
    with company.session() as session:
        companies.count_in_turns(session, rows=1)
        assert counted(session) == wanted


def test_each_turn_counts_as_many_rows_as_it_was_given_and_tells_whether_there_were_more(company):
    with company.session() as session:
        found = []
        while (one := turns.turn(session, 1)) is not None:
            found.append(one)
    assert found.count(True) > 5
    assert found[-1] is False


def test_while_much_is_marked_the_records_themselves_are_read(busy):
    before = values(busy)
    with busy.session() as session:
        turns.mark_everything(session)
        session.execute(delete(Rollup).where(col(Rollup.workspace_id) == busy.workspace_id))
    assert values(busy) == before
    assert "counting" in notes(busy)
    with busy.session() as session:
        assert turns.turn(session, 2) is not None
    assert values(busy) == before
    with busy.session() as session:
        companies.count_in_turns(session)
    assert values(busy) == before
    assert "counting" not in notes(busy)


def test_what_comes_in_meanwhile_is_read_too(busy):
    with busy.session() as session:
        turns.mark_everything(session)
    before = busy.value("revenue", JAN, END)
    small.write_deals(busy, [small.deal("new", "won", JAN, day(1, 20), amount=1)])
    assert busy.value("revenue", JAN, END) == before + 1
    with busy.session() as session:
        companies.count_in_turns(session)
        in_turns = counted(session)
        refresh.rebuild(session)
        assert counted(session) == in_turns
    assert busy.value("revenue", JAN, END) == before + 1


def values(company):
    return [company.value(name, JAN, END, **how) for name, how in ASKED]


def notes(company):
    return [one.code for one in company.read("revenue", JAN, END).notes]
