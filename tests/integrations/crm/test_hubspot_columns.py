"""A page of HubSpot's rows, read column by column, is what its rows are one by one."""

from datetime import UTC, time
from itertools import cycle
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from goals.records.source import Stage
from integrations.crm.hubspot.fields import Mapper
from integrations.crm.hubspot.kinds import KINDS
from integrations.crm.hubspot.shapes import Item
from integrations.rest import values

STAGES = {
    "1": Stage("Sales", "Open", "1", 0, "open"),
    "2": Stage("Sales", "Won", "2", 1, "won"),
    "3": Stage("Sales", "Odd", "3", 2, None),
}
#: What a property may say, sooner or later.
ODD: list[Any] = [
    *("", " ", "a\0b", "ก", "0", "-0", "1", "1.50", " 2 ", "1e5", "1E-9", "9" * 31, "1e999999"),
    *("0e99", "1,200", "-1,234.5", "1,2", "1_000", "٣", "NaN", "-Infinity", "true", "TRUE"),
    *("2026-03-31", "2026-02-30", "2026-03-31T00:00:00Z", "2026-03-31T17:30:00.123Z"),
    *("2026-03-31T00:00:00+07:00", "2026-03-31T23:59:59.9999999Z", "2026-03-31T10:00:00"),
    *("2026-03-31 10:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1774915200000", "soon"),
    *("-86400000", "9" * 20, 1, 1.0, True, False, 0, 99.5, 1774828800000, None, ["a"], {"a": "b"}),
]
ZONES = ["UTC", "Asia/Bangkok", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati"]


def mapper(kind="deals", own=("own", "product"), zone="Asia/Bangkok"):
    return Mapper(kind, own, zone=zone, fields={}, stages=STAGES, pipelines={"p": "Sales"},
                  users={"7": "70"})  # fmt: skip


def odd_items(made, every):
    """Return items whose properties say odd things, in other combinations for each `every`."""
    good = {"dealstage": "1", "createdate": "2026-01-05T10:00:00Z", "hs_createdate": "2026-01-05"}
    good |= {"hs_timestamp": "2026-01-05T10:00:00Z", "hs_value": "9", "hs_assignee_user_id": "7"}
    good |= {"hs_start_datetime": "2026-01-01", "hs_end_datetime": "2026-03-31", "name": "One"}
    good |= {"hs_target_amount": "100"}
    for number, odd in enumerate(ODD):
        told = dict(good)
        # Only one or two in a row, or else one that is wrong would hide all the others.
        for name, other in zip(made.properties[number % every :: every], cycle(ODD), strict=False):
            told[name] = odd if name == made.properties[number % every] else other
        yield Item(str(number), told, created_at="2026-01-01T00:00:00Z")
    yield Item("none", None)
    yield Item("nothing", {})
    yield Item("day", {}, created_at="2026-01-01T00:00:00Z")


def same(rows):
    return [{name: (type(one), repr(one)) for name, one in row.items()} for row in rows]


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_what_its_rows_are(kind):
    made = mapper(kind)
    for every in range(5, len(made.properties) + 6):
        items = list(odd_items(made, every))
        rows, kept = made.rows(items)
        single = [(one, made.row(one)) for one in items]
        assert same(rows) == same(row for _, row in single if row is not None)
        assert [one.id for one in kept] == [one.id for one, row in single if row is not None]
        assert len(kept) > 0


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize(("name", "ours"), [("amount", "amount"), ("hs_campaign", "campaign")])
def test_a_value_is_read_as_it_is_by_itself(odd, name, ours):
    text = values.text(odd)
    try:
        expected = text if ours == "campaign" or text is None else values.decimal(text)
    except (ValueError, ArithmeticError):
        assert mapper().row(Item("7", {name: odd})) is None
        return
    row = mapper().row(Item("7", {name: odd}))
    assert row is not None
    assert repr(row[ours]) == repr(expected)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("odd", sorted({one for one in map(values.text, ODD) if one}))
def test_the_day_of_an_instant_is_the_one_of_the_calendar(odd, zone):
    there = ZoneInfo(zone)
    try:
        at = values.instant(odd)
    except ValueError:
        for is_instant in (True, False):
            with pytest.raises(ValueError):
                values.day(odd, there, is_instant=is_instant)
        return
    try:
        local, utc = at.astimezone(there).date(), at.astimezone(UTC)
    except OverflowError:
        local, utc = at.date(), at
    is_day = len(odd) == 10 and odd[4] == "-"
    local = at.date() if is_day else local
    assert values.day(odd, there, is_instant=True) == local
    assert values.moment(odd, there) == (at, local)
    chosen = utc.date() if is_day or utc.time() == time(0) else local
    assert values.day(odd, there, is_instant=False) == chosen


def test_an_empty_page_has_no_rows():
    rows, kept = mapper().rows([])
    assert (list(rows), list(kept)) == ([], [])


def test_links_of_another_kind_do_not_disturb():
    told = {
        "id": "7",
        "properties": {"dealstage": "1"},
        "associations": {"contacts": {"results": [{"id": 1, "x": {}}]}, "companies": None},
    }
    row = mapper().row(msgspec.convert(told, Item))
    assert row is not None
    assert row["account"] is None
