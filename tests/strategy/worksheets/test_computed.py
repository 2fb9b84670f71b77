"""What is worked out from an answer: shown everywhere and kept nowhere."""

from decimal import Decimal

import pytest

from goals.metrics import catalogue
from goals.words import render
from strategy.worksheets import checking, computed, library
from strategy.worksheets.book import Book
from strategy.worksheets.rules import gap_size
from strategy.worksheets.setting import Setting

ABOUT = Setting(currency="THB", metrics=catalogue.METRICS, members={}, names={}, teams={})
MORE, STEPS = "trial.more", "trial.steps"


def test_every_field_that_is_worked_out_says_how():
    wanted = {
        f"{one.address}.{field.key}"
        for one in library.worksheets().asked.values()
        for field in one.question.fields
        if field.kind == "computed"
    }
    assert wanted - set(computed.COMPUTED) == set()


def double(page):
    box = next(one for one in page.fields if one.key == "double")
    return [render(one, "en") for one in box.said.lines]


@pytest.mark.usefixtures("trial")
def test_it_follows_the_answer_and_is_never_stored(desk):
    item = desk.add(STEPS, name="Move")
    assert double(desk.page("trial", "more", item)) == []
    desk.save(MORE, item, weight="21", double="7")
    assert double(desk.page("trial", "more", item)) == ["42"]
    assert double(desk.page("trial", "more", item, typed={"weight": "2"})) == ["4"]
    assert "double" not in desk.value(STEPS, item)


@pytest.mark.usefixtures("trial")
def test_it_stands_in_the_list_and_among_the_answers_to_check(desk):
    item = desk.add(STEPS, name="Move")
    desk.save(MORE, item, weight="21")
    (row,) = desk.page("trial", "steps").items.rows
    assert [render(one, "en") for one in row.lines] == ["42"]
    with desk.session() as session:
        found = checking.check_answers(session, "trial")
    (row,) = [row for group in found.groups for row in group.rows if row.field == "double"]
    assert (render(row.shown.lines[0], "en"), row.is_computed) == ("42", True)


# --- The gap ---------------------------------------------------------------------------------


def gap(now, wanted, metric=None, language="en"):
    values = {"now_value": now, "wanted_value": wanted, "metric": metric}
    found = gap_size.gap(values, ABOUT, Book())
    return None if found is None else render(found, language).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("now", "wanted", "metric", "said"),
    [
        ("42", "60", "win_rate", "from 42% to 60%: 18 points, 42.86% more"),
        ("60", "42", "win_rate", "from 60% to 42%: 18 points, 30% less"),
        ("3", "4.5", "churn_rate", "from 3% to 4.5%: 1.5 points, 50% more"),
        ("60", "45", "sales_cycle", "from 60 days to 45 days: 15 days, 25% less"),
        ("400", "500", None, "from 400 to 500: 100, 25% more"),
        ("0", "12", "referrals", "from 0 to 12: 12"),
        ("-20", "10", "nps", "from −20 to 10: 30, 150% more"),
        ("10", "-20", "nps", "from 10 to −20: 30, 300% less"),
        ("5", "5", None, "5 now and wanted: no gap"),
        ("1000000", "1000001", None, "from 1,000,000 to 1,000,001: 1"),
    ],
)
def test_a_gap_is_told_in_its_unit_and_in_percent_of_today(now, wanted, metric, said):
    assert gap(now, wanted, metric) == said


def test_amounts_of_money_carry_the_currency():
    assert (
        gap("2000000", "2500000", "revenue") == "from ฿2,000,000 to ฿2,500,000: ฿500,000, 25% more"
    )


@pytest.mark.parametrize("pair", [(None, "5"), ("5", ""), ("many", "5"), ("5", None), ("", "")])
def test_there_is_no_gap_while_a_number_is_missing(pair):
    assert gap(*pair) is None


def test_a_gap_that_cannot_be_written_exactly_is_rounded_half_up():
    assert gap_size.change(Decimal(3), Decimal(4)) == Decimal("0.3333")
    assert gap_size.change(Decimal(8), Decimal("8.0004")) == Decimal("0.0001")
    assert gap_size.change(Decimal(0), Decimal(4)) is None
    assert gap_size.change(Decimal("0.000001"), Decimal(10) ** 14) is not None
