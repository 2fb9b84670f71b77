"""Numbers as files write them: separators, currency signs, thousands in letters (pure)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from goals import calendar

#: The largest amount of one record. Beyond it is a mistake; and sums must fit into 64 bits.
MOST_MONEY = 10**13
#: What may stand between groups of three digits, besides the point and the comma.
BLANKS = " \u00a0\u202f\u2009'’"
#: What a letter behind an amount multiplies it by.
_LETTERS = {"k": 3, "m": 6, "mn": 6, "mio": 6, "b": 9, "bn": 9, "万": 4, "亿": 8}

_PLAIN = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_CURRENCY = re.compile(r"[$€£¥฿₫₹₩₱₽]|\b[A-Z]{3}\b(?!\s*$)|\b[A-Z]{3}\s*$|บาท|元|\bRs\.?")
_LETTER = re.compile(rf"(?<=\d)\s*({'|'.join(sorted(_LETTERS, key=len, reverse=True))})$", re.I)
_CORE = re.compile(rf"[\d.,{BLANKS}]*\d[.,]?(?:[eE][+-]?\d{{1,3}})?", re.ASCII)
_EXPONENT = re.compile(r"[eE][+-]?\d{1,3}$")


@dataclass(frozen=True)
class Parts:
    """A written number taken apart: its digits with their separators, and what is around them."""

    digits: str
    negative: bool
    power: int
    percent: bool


def parts(text: str) -> Parts | None:
    """Return the parts of a written number, None if it is none."""
    plain = calendar.western_digits(text).strip().replace("\u2212", "-")
    percent = plain.endswith("%")
    plain = plain.removesuffix("%").strip()
    negative = plain.startswith("(") and plain.endswith(")")
    if negative:
        plain = plain[1:-1]
    plain = _CURRENCY.sub("", plain).strip()
    if plain.startswith(("-", "+")):
        negative, plain = negative ^ (plain[0] == "-"), plain[1:]
    elif plain.endswith("-"):
        negative, plain = not negative, plain[:-1]
    plain = _CURRENCY.sub("", plain.strip()).strip()
    power = 0
    if letter := _LETTER.search(plain):
        power, plain = _LETTERS[letter.group(1).lower()], plain[: letter.start()]
    return Parts(plain, negative, power, percent) if _CORE.fullmatch(plain) else None


def number(text: str, decimal: str = ".", thousands: str = "") -> Decimal | None:
    """Return a written number, None if it is none; 63% is 0.63, (5) is -5, 2K is 2000.

    `decimal` is the sign before the fraction; `thousands` the one between groups, "" for
    whatever else may stand there.
    """
    if decimal == "." and _PLAIN.fullmatch(text):
        return Decimal(text)
    found = parts(text)
    if found is None:
        return None
    between = thousands or "".join({".", ","} - {decimal}) + BLANKS
    digits, exponent = _split(found.digits)
    whole, _, fraction = digits.partition(decimal)
    if not _is_grouped(whole, between) or (fraction and not fraction.isdecimal()):
        return None
    bare = "".join(one for one in whole if one.isdecimal())
    power = exponent + found.power - 2 * found.percent
    value = Decimal(f"{bare or 0}.{fraction}e{power}")
    return -value if found.negative else value


def _split(digits: str) -> tuple[str, int]:
    found = _EXPONENT.search(digits)
    return (digits[: found.start()], int(found.group()[1:])) if found else (digits, 0)


def _is_grouped(whole: str, between: str) -> bool:
    if not whole or whole.isdecimal():
        return True
    # Groups of two before the last one are Indian.
    return any(
        re.fullmatch(rf"\d{{1,3}}(?:{re.escape(sign)}\d{{2,3}})*{re.escape(sign)}\d{{3}}", whole)
        for sign in between
    )


@dataclass
class Decimals:
    """Evidence of which sign stands before the fraction, gathered over a whole file.

    Each list holds the first line that spoke for it; `unsure` those that could be both.
    """

    lines: dict[str, int] = field(default_factory=dict)
    unsure: dict[str, int] = field(default_factory=dict)
    groups: set[str] = field(default_factory=set)

    def look(self, text: str, line: int, *, whole: bool = False) -> None:
        """Take a cell as evidence; `whole` tells that the number has no fraction."""
        if _PLAIN.fullmatch(text) and "." not in text:
            return
        found = parts(text)
        if found is None:
            return
        digits, _ = _split(found.digits)
        self.groups.update(one for one in digits if one in BLANKS)
        for vote, sign in _votes(digits, whole):
            target = self.unsure if vote == "unsure" else self.lines
            target.setdefault(sign, line)

    def decide(self, delimiter: str) -> "Decision":
        """Return the sign, or why it cannot be told.

        1,117 alone is a thousand in a file with commas between its cells, but may be either
        in one with semicolons, which are used where the comma stands before fractions.
        """
        both = [self.lines[sign] for sign in (".", ",") if sign in self.lines]
        if len(both) == 2:
            return Decision(None, tuple(sorted(both)))
        if self.lines:
            [sign] = self.lines
            return Decision(sign, (self.lines[sign],))
        if len(self.unsure) == 2 or (self.unsure and delimiter == ";"):
            return Decision(None, tuple(sorted(self.unsure.values())))
        return Decision(".", ())


@dataclass(frozen=True)
class Decision:
    """The sign before the fraction, None if the lines given do not tell or contradict."""

    decimal: str | None
    lines: tuple[int, ...]


def _votes(digits: str, whole: bool) -> Iterator[tuple[Literal["sure", "unsure"], str]]:
    """Yield the sign before the fraction that a number speaks for, and how surely."""
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        yield "sure", max(".", ",", key=digits.rfind)
        return
    sign, times = (".", points) if points else (",", commas)
    if not times:
        return
    other = "," if sign == "." else "."
    before, _, after = digits.rpartition(sign)
    if times > 1 or whole:
        yield "sure", other
    elif len(after) != 3 or len(before) > 3 or before in ("", "0"):
        yield "sure", sign
    else:
        yield "unsure", sign
