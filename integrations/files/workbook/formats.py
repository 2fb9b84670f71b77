"""What a number in a cell means by its format: a figure, a share, a day, a time (pure).

Formats and built-in numbers by ECMA-376 part 1, 18.8.30.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum, auto
from math import isfinite

#: Digits that a spreadsheet keeps of a number; what stands behind them is noise of arithmetic.
_DIGITS = 15
_WHOLE = re.compile(r"-?\d+", re.ASCII)
#: Text within a format, and what only pads or colours; it says nothing of the value.
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|E[+-]|General|G/通用格式', re.IGNORECASE | re.DOTALL)
_SPAN = re.compile(r"\[(?:h+|m+|s+|ช+|น+|ท+)\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]")
#: Parts of a second; other zeros are those of a figure.
_FRACTION = re.compile(r"(?<=[sท])\.0+")
_LAST_SERIAL = 2_958_465
_DAY = 86_400_000


class Meaning(Enum):
    """What the numbers of a format are."""

    FIGURE = auto()
    SHARE = auto()
    DAY = auto()
    CLOCK = auto()
    SPAN = auto()


@dataclass(frozen=True)
class Look:
    """A cell's format: what its number means, and to how many digits zeros are put in front."""

    meaning: Meaning = Meaning.FIGURE
    digits: int = 0


PLAIN = Look()
_BUILT_IN = {
    **dict.fromkeys((9, 10, 67, 68), Look(Meaning.SHARE)),
    **dict.fromkeys(
        (*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58), Look(Meaning.DAY)
    ),
    **dict.fromkeys((71, 72, 73, 74, 77, 81), Look(Meaning.DAY)),
    **dict.fromkeys(
        (*range(18, 22), 32, 33, 34, 35, 45, 47, 55, 56, 75, 76, 78, 80), Look(Meaning.CLOCK)
    ),
    **dict.fromkeys((46, 79), Look(Meaning.SPAN)),
}


def look(number: int, code: str | None) -> Look:
    """Return what a format means by its number, and by its code if the workbook defines one."""
    if code is None:
        return _BUILT_IN.get(number, PLAIN)
    first = _QUOTED.sub("", code).partition(";")[0]
    if _SPAN.search(first):
        return Look(Meaning.SPAN)
    first = _FRACTION.sub("", _BRACKETS.sub("", first).casefold())
    if not re.search("[0#?]", first):
        is_clock = re.search("[hsชนท]", first) is not None
        if re.search("[ydbgeวป]", first) or ("m" in first and not is_clock) or "ด" in first:
            return Look(Meaning.DAY)
        if is_clock:
            return Look(Meaning.CLOCK)
    if "%" in first:
        return Look(Meaning.SHARE)
    return Look(digits=len(first)) if re.fullmatch("00+", first) else PLAIN


def text_of(raw: str, of: Look, *, from_1904: bool) -> tuple[str, bool]:
    """Return the text of a number as it is shown, and whether it can be read as a number.

    Days and times are in ISO form; `from_1904` tells that days are counted from 1904.
    """
    if _WHOLE.fullmatch(raw):
        value = Decimal(raw)
    else:
        try:
            number = float(raw)
        except ValueError:
            return raw, False
        if not isfinite(number):
            return raw, False
        value = Decimal(format(number, f".{_DIGITS}g"))
    if of.meaning is Meaning.FIGURE:
        text = _plain(value)
        padded = text.zfill(of.digits) if value >= 0 and "." not in text else text
        return padded, True
    if of.meaning is Meaning.SHARE:
        return f"{_plain(value * 100)}%", True
    return _moment(value, of.meaning, from_1904=from_1904) or _plain(value), False


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(value: Decimal, meaning: Meaning, *, from_1904: bool) -> str | None:
    """Return a day, a time or both of a number of days; None for one that is none."""
    if not 0 <= value <= _LAST_SERIAL:
        return None
    day, part = divmod(round(value * _DAY), _DAY)
    seconds, thousandths = divmod(part, 1000)
    hours = seconds // 3600 + (day * 24 if meaning is Meaning.SPAN else 0)
    clock = f"{hours:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    clock += f".{thousandths:03}" if thousandths else ""
    is_time = day == 0 and (meaning is Meaning.CLOCK or not from_1904)
    if meaning is Meaning.SPAN or is_time:
        return clock
    on = _day(day, from_1904=from_1904)
    return on if part == 0 or on is None else f"{on}T{clock}"


def _day(number: int, *, from_1904: bool) -> str | None:
    """Return the day of a serial number, None behind the last that there is."""
    if from_1904:
        base = date(1904, 1, 1)
    elif number == 60:
        # Spreadsheets believe that 1900 was a leap year.
        return "1900-02-29"
    else:
        base = date(1899, 12, 31) if number < 60 else date(1899, 12, 30)
    try:
        return (base + timedelta(days=number)).isoformat()
    except OverflowError:
        return None
