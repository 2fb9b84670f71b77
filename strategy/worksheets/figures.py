"""Numbers as people type them: 1,500, 1.5M, ๑๐%, 150万, ฿2 ล้าน (pure).

All three languages group thousands by a comma and mark decimals by a point, so a comma that
groups nothing is not guessed at.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel import Locale

from goals import calendar

_THOUSAND, _MILLION, _BILLION = Decimal(10**3), Decimal(10**6), Decimal(10**9)
_SCALES = {
    "k": _THOUSAND,
    "thousand": _THOUSAND,
    "m": _MILLION,
    "mn": _MILLION,
    "million": _MILLION,
    "b": _BILLION,
    "bn": _BILLION,
    "billion": _BILLION,
    "พัน": _THOUSAND,
    "หมื่น": Decimal(10**4),
    "แสน": Decimal(10**5),
    "ล้าน": _MILLION,
    "ร้อยล้าน": Decimal(10**8),
    "พันล้าน": _BILLION,
    "千": _THOUSAND,
    "万": Decimal(10**4),
    "萬": Decimal(10**4),
    "百万": _MILLION,
    "百萬": _MILLION,
    "千万": Decimal(10**7),
    "千萬": Decimal(10**7),
    "亿": Decimal(10**8),
    "億": Decimal(10**8),
}
_SIGNS = {"฿": "THB", "$": "$", "€": "EUR", "£": "GBP", "¥": "¥", "₹": "INR", "บาท": "THB"}
_SIGNS |= {"元": "¥", "人民币": "CNY", "美元": "USD", "泰铢": "THB", "ดอลลาร์": "$"}
#: Signs that several currencies share.
_SHARED = {
    "$": frozenset("USD AUD CAD HKD MXN NZD SGD TWD".split()),
    "¥": frozenset("CNY JPY TWD".split()),
}
_PERCENT = re.compile(r"%|percent\b|per cent\b|เปอร์เซ็นต์|ร้อยละ|百分之")
_POINTS = re.compile(r"\b(?:percentage )?(?:points?|pts?|pp)\b\.?|จุด|个百分点|個百分點|百分点|点")
_BODY = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?: \d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+")
_WORD = re.compile("|".join(re.escape(one) for one in sorted(_SIGNS, key=len, reverse=True)))
_CODE = re.compile(r"\b([a-z]{3})\b")

#: Larger numbers, and more decimals, are taken for a slip.
MOST = Decimal(10**15)
DECIMALS = 6


@dataclass(frozen=True)
class Figure:
    """A number that was read; `value` is 10 for "10%", and `percent` tells so.

    `currency` is the ISO code that stood beside it, or a sign that several currencies share;
    None if there was none.
    """

    value: Decimal
    percent: bool = False
    points: bool = False
    currency: str | None = None


def parse(text: str) -> Figure | None:
    """Return the number that somebody typed, None when it is not exactly one."""
    plain = calendar.western_digits(unicodedata.normalize("NFKC", text)).casefold()
    plain = re.sub(r"\s+", " ", plain.replace("\u2212", "-").replace("\u2013", "-")).strip()
    plain, percent = _taken(_PERCENT, plain)
    plain, points = _taken(_POINTS, plain)
    plain, currency = _currency(plain)
    sign = Decimal(1)
    if plain[:1] in ("-", "+"):
        sign = Decimal(-1) if plain[0] == "-" else sign
        plain = plain[1:].strip()
    body = _BODY.match(plain)
    if body is None:
        return None
    scale = _scale(plain[body.end() :].strip())
    if scale is None:
        return None
    value = sign * Decimal(re.sub("[, ]", "", body.group())) * scale
    if abs(value) >= MOST or -int(value.normalize().as_tuple().exponent) > DECIMALS:
        return None
    return Figure(value, percent, points, currency)


def fits(currency: str | None, base: str) -> bool:
    """Tell whether what stood beside an amount can mean the base currency."""
    return currency is None or currency == base or base in _SHARED.get(currency, ())


def plain(value: Decimal) -> str:
    """Return a number as digits without grouping, which `parse` reads back."""
    return format(value.normalize() + 0, "f")


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str, bool]:
    shorter, times = pattern.subn(" ", text, count=1)
    return shorter.strip(), times > 0


def _currency(text: str) -> tuple[str, str | None]:
    found = _WORD.search(text)
    if found is not None:
        return (text[: found.start()] + " " + text[found.end() :]).strip(), _SIGNS[found.group()]
    for code in _CODE.finditer(text):
        if code.group(1).upper() in _codes():
            return (text[: code.start()] + " " + text[code.end() :]).strip(), code.group(1).upper()
    return text, None


def _scale(word: str) -> Decimal | None:
    return Decimal(1) if not word else _SCALES.get(word.rstrip("."))


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    return frozenset(Locale("en").currencies)
