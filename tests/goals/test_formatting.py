from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals import formatting

locales = st.sampled_from(formatting.LOCALES)
numbers = st.decimals(-(10**15), 10**15, places=4, allow_nan=False)
NAMES = {"k": 10**3, "M": 10**6, "B": 10**9, "ล้าน": 10**6, "万": 10**4, "亿": 10**8}


def read(text):
    """Return the number that a person reads in a text, and how exact it is."""
    plain = text.replace("−", "-").replace(",", "").replace("$", "")
    figure = plain.rstrip("kMBล้าน万亿\u00a0")
    factor = NAMES.get(plain[len(figure) :].strip("\u00a0"), 1)
    return Decimal(figure) * factor, Decimal(factor).scaleb(-len(figure.partition(".")[2]))


@given(numbers, locales, st.sampled_from(["full", "compact", "exact"]))
def test_money_says_the_number_up_to_its_last_digit(amount, locale, form):
    shown, step = read(str(formatting.money(amount, "USD", locale, form)))
    assert abs(shown - amount) <= (0 if form == "exact" else step / 2)


@given(numbers, locales)
def test_no_shortened_number_has_more_than_a_step_fits(amount, locale):
    text = str(formatting.money(amount, "USD", locale, "compact"))
    if text.endswith("k"):
        assert abs(read(text)[0]) < 10**6
    if text.endswith("万"):
        assert abs(read(text)[0]) < 10**8


@given(numbers, st.integers(0, 4))
def test_halves_are_rounded_away_from_zero(value, decimals):
    text = formatting.figure(value, decimals).replace(",", "").replace("−", "-")
    assert Decimal(text) == value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("value", "text"),
    [("1", "100.0%"), ("0.999", "99.9%"), ("0.99976", "99.98%"), ("1.00001", "100.001%")],
)
def test_nearly_all_is_not_all(value, text):
    assert str(formatting.rate(Decimal(value), 1)) == text


def test_nothing_is_ever_minus_zero():
    assert formatting.figure(Decimal("-0.04"), 1) == "0.0"
    assert str(formatting.rate(Decimal("-0.0001"), 1)) == "0.0%"


@pytest.mark.parametrize("value", ["1e30", "-1e30", "1e-30", "123456789012345678901234567890.5"])
@pytest.mark.parametrize("locale", formatting.LOCALES)
def test_huge_and_tiny_numbers_are_still_written(value, locale):
    for form in ("full", "compact", "exact"):
        assert str(formatting.money(Decimal(value), "USD", locale, form))
        assert str(formatting.count(Decimal(value), locale, form))


def test_an_unknown_currency_is_written_by_its_code():
    assert str(formatting.money(Decimal(5), "XXL", "en", "full")) == "XXL\u00a05"


def test_a_zone_without_a_city_is_named_utc():
    assert formatting.place("UTC", "th") == "UTC"
    assert formatting.place("Asia/Bangkok", "zh_Hans") == "曼谷"
