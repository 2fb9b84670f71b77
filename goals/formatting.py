"""Numbers, money, days and times as text, for one language; the one place that rounds (pure).

Every number of the product is written here, so that a page, Slack and a document agree to the
last digit. Halves round away from zero, as people do it. All three languages group thousands
by a comma and mark decimals by a point.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel import dates
from babel.core import UnknownLocaleError
from babel.numbers import get_currency_symbol

NBSP = "\u00a0"
MINUS = "\u2212"
#: What stands where there is no value: None is not zero.
NOTHING = "\u2013"

LOCALES = ("en", "th", "zh_Hans")
BUDDHIST = 543


class Step(NamedTuple):
    """A step by which large amounts are shortened, and what follows the shortened number.

    Below `two` (in shortened numbers) two decimals are shown, below `one` one, and below `odd`
    one of those that are not whole: a target of 14,500 is not one of 15k.
    """

    divisor: int
    after: str
    two: int
    one: int
    odd: int = 0

    def decimals(self, shown: Decimal) -> int:
        """Return how many decimals a shortened number has."""
        size = abs(shown)
        first = self._below(size, size)
        return self._below(rounded_to(size, first), size)

    def _below(self, rounded: Decimal, size: Decimal) -> int:
        if rounded < self.two:
            return 2
        is_odd = size != size.to_integral_value() and rounded < self.odd
        return 1 if rounded < self.one or is_odd else 0


#: A word of its own keeps a gap that does not break.
STEPS: dict[str, tuple[Step, ...]] = {
    "en": (
        Step(10**9, f"{NBSP}B", 10, 100),
        Step(10**6, f"{NBSP}M", 0, 100),
        Step(10**3, "k", 0, 10, 100),
    ),
    "th": (Step(10**6, f"{NBSP}ล้าน", 0, 100),),
    "zh_Hans": (Step(10**8, "亿", 10, 100), Step(10**4, "万", 0, 100)),
}
#: Counts stay whole up to here: 1,236 says more than 1.2k and is as short.
LONG_COUNT = Decimal(10**6)

_SYMBOLS = {"THB": "฿", "USD": "$"}
_WITHOUT_CENTS = frozenset({"JPY", "KRW", "VND", "CLP", "ISK", "XAF", "XOF"})

#: Patterns by what is shown; {y} is the year in the reader's calendar.
_PATTERNS = {
    "en": {
        "yMMMd": "d MMM {y}",
        "MMMd": "d MMM",
        "yMMMMd": "d MMMM {y}",
        "yMMM": "MMM {y}",
        "MMM": "MMM",
    },
    "th": {
        "yMMMd": "d MMM {y}",
        "MMMd": "d MMM",
        "yMMMMd": "d MMMM {y}",
        "yMMM": "MMM {y}",
        "MMM": "MMM",
    },
    "zh_Hans": {
        "yMMMd": "{y}年M月d日",
        "MMMd": "M月d日",
        "yMMMMd": "{y}年M月d日",
        "yMMM": "{y}年M月",
        "MMM": "M月",
    },
}


@dataclass(frozen=True)
class Written:
    """A quantity as text in three parts, so that ranges can name the unit once."""

    before: str
    figure: str
    after: str

    def __str__(self) -> str:
        """Return the whole text, a minus sign in front of the currency."""
        if self.figure.startswith(MINUS):
            return f"{MINUS}{self.before}{self.figure[1:]}{self.after}"
        return f"{self.before}{self.figure}{self.after}"


def normalise(locale: str | None) -> str:
    """Return the supported language for a locale or language tag: en, th or zh_Hans.

    All kinds of Chinese read simplified Chinese here; anything else, and None, is English.
    """
    language = (locale or "").replace("_", "-").split("-")[0].lower()
    return {"th": "th", "zh": "zh_Hans"}.get(language, "en")


def decimal(value: Decimal | float) -> Decimal:
    """Return a number as the Decimal that is written the same way."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


def figure(value: Decimal, decimals: int) -> str:
    """Return a number with so many decimals, grouped, with a real minus sign."""
    rounded = rounded_to(value, decimals)
    text = f"{abs(rounded):,.{decimals}f}"
    return f"{MINUS}{text}" if rounded < 0 else text


#: All of something in percent, and the most decimals with which a rate is written.
WHOLE = Decimal(100)
MOST_DECIMALS = 4


def rounded_to(value: Decimal, decimals: int) -> Decimal:
    """Return a number rounded to so many decimals, halves away from zero."""
    # quantize would refuse numbers with more digits than the context holds.
    if value.adjusted() + decimals >= 27:
        return value
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def exact(value: Decimal) -> str:
    """Return a number with all the digits it has."""
    plain = value.normalize()
    places = plain.as_tuple().exponent
    return figure(plain, max(0, -places) if isinstance(places, int) else 0)


def places(value: Decimal) -> int:
    """Return how many decimals a plain number shows: whole ones none, small ones most."""
    size = abs(value)
    if value == value.to_integral_value() or size >= 100:
        return 0
    return 1 if size >= 1 else 2


def number(value: Decimal, size: Decimal | None = None) -> Written:
    """Return a plain number; `size` is the number whose precision it takes."""
    return Written("", figure(value, places(value if size is None else size)), "")


def step_for(size: Decimal, locale: str) -> Step | None:
    """Return the step that shortens numbers of a size, None for those that are short enough."""
    leading = abs(size)
    longer = None
    for step in STEPS[locale]:
        if leading >= step.divisor:
            shown = leading / step.divisor
            rounded = rounded_to(shown, step.decimals(shown))
            # 999,950 is one million once it is rounded.
            return longer if longer and rounded * step.divisor >= longer.divisor else step
        longer = step
    return None


def shortened(value: Decimal, before: str, step: Step, size: Decimal) -> Written:
    """Return a number shortened by a step, with the decimals that `size` has."""
    decimals = step.decimals(size / step.divisor)
    return Written(before, figure(value / step.divisor, decimals), step.after)


def money(
    amount: Decimal, currency: str, locale: str, form: str, size: Decimal | None = None
) -> Written:
    """Return an amount in its currency: "full", "compact" (16.2 M) or "exact".

    A full amount shows cents only below a thousand; an exact one shows all it has.
    """
    before = symbol(currency, locale)
    if form == "exact":
        whole = amount == amount.to_integral_value()
        text = exact(amount)
        if not whole and len(text.rpartition(".")[2]) < 2:
            text += "0"
        return Written(before, text, "")
    leading = amount if size is None else size
    if form == "compact" and (step := step_for(leading, locale)):
        return shortened(amount, before, step, leading)
    cents = 0 if currency in _WITHOUT_CENTS else 2
    whole = amount == amount.to_integral_value() and leading == leading.to_integral_value()
    small = abs(rounded_to(leading, cents)) < 1000
    return Written(before, figure(amount, cents if small and not whole else 0), "")


def count(value: Decimal, locale: str, form: str, size: Decimal | None = None) -> Written:
    """Return a number of things: "full", "compact" (from a million on) or "exact"."""
    if form == "exact":
        return Written("", exact(value), "")
    leading = value if size is None else size
    if form == "compact" and abs(leading) >= LONG_COUNT and (step := step_for(leading, locale)):
        return shortened(value, "", step, leading)
    return number(value, size)


def rate(value: Decimal, decimals: int) -> Written:
    """Return a fraction as percent: 0.632 is 63.2%.

    What is nearly all takes as many decimals more as tell it from all.
    """
    percent = value * 100
    telling = (
        one
        for one in range(decimals, MOST_DECIMALS + 1)
        if percent == WHOLE or rounded_to(percent, one) != WHOLE
    )
    return Written("", figure(percent, next(telling, decimals)), "%")


@lru_cache(maxsize=512)
def symbol(currency: str, locale: str) -> str:
    """Return what stands in front of an amount; a code keeps a gap that does not break."""
    sign = _SYMBOLS.get(currency)
    if sign is None:
        try:
            sign = get_currency_symbol(currency, locale)
        except UnknownLocaleError:
            sign = currency
    return f"{sign}{NBSP}" if sign[-1:].isalpha() else sign


def year(value: int, locale: str, calendar: str) -> str:
    """Return a year in the reader's calendar; Chinese text names the Buddhist era."""
    if calendar != "buddhist":
        return str(value)
    return f"佛历{value + BUDDHIST}" if locale == "zh_Hans" else str(value + BUDDHIST)


@lru_cache(maxsize=4096)
def day(value: date, skeleton: str, locale: str, calendar: str) -> str:
    """Return a day by what is to be shown of it: yMMMd, MMMd, yMMMMd, yMMM or MMM."""
    pattern = _PATTERNS[locale][skeleton]
    shown = dates.format_date(value, pattern.replace("{y}", "@"), locale)
    return shown.replace("@", year(value.year, locale, calendar))


def time_of_day(value: datetime) -> str:
    """Return hours and minutes, 24 hours to the day."""
    return f"{value:%H:%M}"


@lru_cache(maxsize=512)
def place(zone: str, locale: str) -> str:
    """Return a time zone's city in a language, "UTC" for the zone without one."""
    if zone.upper() in ("UTC", "ETC/UTC", "GMT"):
        return "UTC"
    return dates.get_timezone_location(ZoneInfo(zone), locale, return_city=True)
