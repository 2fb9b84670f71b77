from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from goals import words
from goals.records.convert import Converter, Format, Unreadable
from goals.records.field import Field

CONVERTER = Converter(Format(date_order="dmy"), "Asia/Bangkok")


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        ("text", "Acme", "Acme"),
        ("reference", "O-1", "O-1"),
        ("code", "usd", "USD"),
        ("money", "$1,117.10K", Decimal(1117100)),
        ("number", "63%", Decimal("0.63")),
        ("share", "60%", 0.6),
        ("share", "60", 0.6),
        ("share", "0.6", 0.6),
        ("share", "1", 1.0),
        ("integer", "2,822.0", 2822),
        ("boolean", "Yes", True),
        ("boolean", "ไม่", False),
        ("date", "3/4/2026", date(2026, 4, 3)),
        ("instant", "3/4/2026 10:00", datetime(2026, 4, 3, 3, tzinfo=UTC)),
        ("members", "region=West; source=Web", {"region": "West", "source": "Web"}),
        ("status", "Closed  Won", "won"),
    ],
)
def test_a_cell_becomes_the_value_of_its_field(type_, text, value):
    assert CONVERTER.convert(Field("x", type_), text) == value


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        ("text", "a\0b"),
        ("code", "dollar"),
        ("money", "63%"),
        ("money", "1e400"),
        ("money", "1000T"),
        ("number", "1e400"),
        ("positive", "0"),
        ("positive", "-1.1"),
        ("share", "160"),
        ("share", "-5%"),
        ("integer", "2.5"),
        ("integer", "99999999999999999999"),
        ("boolean", "maybe"),
        ("date", "yesterday"),
        ("date", "0001-01-01"),
        ("date", "31/12/9999"),
        ("instant", "9999-12-31 23:59"),
        ("instant", "25:00"),
        ("members", "West"),
        ("status", "sold"),
    ],
)
def test_what_is_no_such_value_says_so_and_what_to_do(type_, text):
    with pytest.raises(Unreadable) as caught:
        CONVERTER.convert(Field("x", type_), text)
    for message in (caught.value.problem, caught.value.fix):
        assert words.render(message, "en").endswith(".")
