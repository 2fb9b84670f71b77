from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.records.numbers import Decimals, Decision, number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1054", "1054"),
        ("-12.50", "-12.5"),
        ("$342.09K", "342090"),
        ("$1,117.10K", "1117100"),
        ("1,117.10K", "1117100"),
        ("2 bn", "2000000000"),
        ("3万", "30000"),
        ("(5.50)", "-5.5"),
        ("5-", "-5"),
        ("-€5", "-5"),
        ("€ -5", "-5"),
        ("USD 1,200", "1200"),
        ("1,200 THB", "1200"),
        ("฿๑,๒๐๐.๕๐", "1200.5"),
        ("63%", "0.63"),
        ("1 234.5", "1234.5"),
        ("1\u00a0234", "1234"),
        ("1'234.5", "1234.5"),
        ("12,34,567", "1234567"),
        ("1.5E+05", "150000"),
        (".5", "0.5"),
        ("123456789012345678901234567890.5", "123456789012345678901234567890.5"),
    ],
)
def test_a_number_is_read_however_it_is_written(text, value):
    assert number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "-", "$", "abc", "1.2.3", "1,17", "--5", "12a", "1e", "NaN"])
def test_what_is_no_number_is_none(text):
    assert number(text) is None


def test_the_decimal_comma_changes_what_a_point_is():
    assert number("1.234,5", ",") == Decimal("1234.5")
    assert number("1,117", ",") == Decimal("1.117")
    assert number("12.5", ",") is None


def test_a_named_sign_between_thousands_is_the_only_one():
    assert number("1 234.5", ".", " ") == Decimal("1234.5")
    assert number("1,234.5", ".", " ") is None


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-1e15, max_value=1e15)
)
def test_numbers_with_separators_are_read_back(value):
    assert number(f"{value:,.4f}") == value
    swapped = f"{value:,.4f}".translate({ord(","): ".", ord("."): ","})
    assert number(swapped, ",") == value


def decided(*texts, delimiter=",", whole=False):
    found = Decimals()
    for line, text in enumerate(texts, 2):
        found.look(text, line, whole=whole)
    return found.decide(delimiter)


@pytest.mark.parametrize(
    ("texts", "sign"),
    [
        (["12.5"], "."),
        (["12,5"], ","),
        (["1.234,50"], ","),
        (["1,234.50"], "."),
        (["1,234,567"], "."),
        (["1.234.567"], ","),
        (["1,117", "2,5"], ","),
        (["1,117", "2.5"], "."),
        (["1234,567"], ","),
        (["0,125"], ","),
        (["12", "abc", ""], "."),
        (["1,117"], "."),
        (["1.117"], "."),
    ],
)
def test_the_whole_file_tells_the_decimal_sign(texts, sign):
    assert decided(*texts).decimal == sign


def test_one_sign_that_could_be_either_is_not_guessed_in_a_file_with_semicolons():
    assert decided("1,117", delimiter=";") == Decision(None, (2,))
    assert decided("1,117", "3", delimiter=";", whole=True).decimal == "."


def test_numbers_that_contradict_each_other_are_named():
    assert decided("12.5", "7", "12,5") == Decision(None, (2, 4))
