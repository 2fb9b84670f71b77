"""Times in English: "by the end of next quarter", "before 30 June", "within six months" (pure)."""

import re
from collections.abc import Iterator
from datetime import date

from goals.tracking.smart.text import numbers
from goals.tracking.smart.text.when import BY, DATE, PERIOD, Clock, When, number, numeric

_MONTHS = ("jan(?:uary)? feb(?:ruary)? mar(?:ch)? apr(?:il)? may june? july? aug(?:ust)? "
           "sept?(?:ember)? oct(?:ober)? nov(?:ember)? dec(?:ember)?").split()  # fmt: skip
_MONTH = "(?:" + "|".join(f"(?P<m{n}{{0}}>{name})" for n, name in enumerate(_MONTHS, 1)) + r")\.?"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOLIDAYS = {"christmas": (25, 12), "xmas": (25, 12), "easter": (30, 4), "new year": (31, 12)}
_HOLIDAYS |= {"summer": (31, 8), "autumn": (30, 11), "fall": (30, 11), "winter": (31, 12)}
_HOLIDAYS |= {"spring": (31, 5), "black friday": (27, 11), "thanksgiving": (26, 11)}
_NTH = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_ENDS = {"eoy": "year", "eoq": "quarter", "eom": "month", "fy end": "year", "fy-end": "year"}
LAST_QUARTER = 4
#: The two figures of a fiscal year: FY27.
_SHORT = r"(?:(?<=fy)|(?<=fy ))\d\d(?![\d.,%])"

_WHEN = re.compile(
    r"(?<![a-z])(?:(?P<by>by|before|until|till|no later than|deadline:?|due(?: by| on)?|within"
    r"|through|starting now to)\s+|"
    r"(?P<prep>at|on|in|during|over|for|to|now and|between now and)\s+)?"
    r"(?:the\s+)?(?P<end>(?:very )?end[ -]of[ -]|close of )?(?:the\s+)?(?:month of )?(?:"
    rf"(?P<iso>\d{{4}}-\d\d?-\d\d?|\d{{1,2}}[/.]\d{{1,2}}[/.](?:\d{{4}}|\d\d))"
    rf"|(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH.format('a')}(?![a-z])"
    r"(?:,? (?P<y1>\d{4}))?"
    rf"|{_MONTH.format('b')} (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,? (?P<y2>\d{{4}}))?"
    rf"|{_MONTH.format('c')}(?![a-z])(?:,? (?P<y3>\d{{4}}))?"
    rf"|q(?P<q>[1-4])(?:[ ,]*(?:of )?(?:fy ?)?(?P<qy>\d{{4}}|{_SHORT}))?"
    rf"|h(?P<h>[12])(?!\d|\.\d)(?:[ ,]*(?:of )?(?:fy ?)?(?P<hy>\d{{4}}|{_SHORT}))?"
    rf"|(?P<nth>{'|'.join(_NTH)}) (?P<part>quarter|half)"
    r"(?: of (?:the )?(?:financial |fiscal )?year)?"
    r"|(?P<which>this|next|the|current|coming)?\s*(?P<fy>financial |fiscal )?"
    r"(?P<unit>week|month|quarter|year)(?P<dash>[- ]end)?(?!s|ly|[a-z])"
    r"(?(fy)(?! (?:20|25)\d\d(?!\d)))"
    r"|(?P<eo>eo[yqm]|fy[- ]end)"
    r"|(?:fy|(?:fiscal|financial) year |the year )?(?P<year>20\d\d|25\d\d)(?![\d.,]\d)"
    rf"|fy ?(?P<short>{_SHORT})"
    rf"|(?:(?P<ahead>next|coming|following) )?(?P<n>\d{{1,3}}|{'|'.join(numbers.WORDS)})[ -]"
    r"(?P<span>days?|weeks?|months?|quarters?|years?)(?! (?:of|after|from|old))"
    r"|(?P<weekday>mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)day"
    rf"|(?P<holiday>{'|'.join(_HOLIDAYS)})(?! sale)"
    r")(?![a-z])"
)  # fmt: skip
_NOT_BEFORE = re.compile(r"(?:last|previous|past|each|every|per|a|two|since)\s+$")

#: All of a year is over on its last day.
_ALL_YEAR = re.compile(
    r"(?<![a-z])(?:every|each) (?:day|week|month|quarter) (?:of|in"
    r"|during) (?P<year>2[05]\d\d)(?!\d)"
)


def find(folded: str, clock: Clock) -> Iterator[When]:
    """Yield the times that a folded text names."""
    for found in _WHEN.finditer(folded):
        if _NOT_BEFORE.search(folded, 0, found.start()) and not found["by"]:
            continue
        last, rank = _day(found, clock)
        if last is None:
            continue
        if found["by"] or found["end"]:
            rank = BY
        yield When(found.start(), found.end(), last, rank)
    for found in _ALL_YEAR.finditer(folded):
        last = clock.year(int(found["year"]))
        if last is not None:
            yield When(found.start(), found.end(), last, PERIOD)


def _day(found: re.Match[str], clock: Clock) -> tuple[date | None, int]:
    named = bool(found["by"] or found["prep"] or found["end"])
    month = {group: _month(found, group) for group in "abc"}
    if found["iso"]:
        return numeric(found["iso"]), DATE
    if found["d1"] and month["a"]:
        return clock.day(int(found["d1"]), month["a"], number(found["y1"])), DATE
    if found["d2"] and month["b"]:
        return clock.day(int(found["d2"]), month["b"], number(found["y2"])), DATE
    if month["c"]:
        if not named and not found["y3"]:
            return None, PERIOD
        rank = DATE if found["prep"] in ("to", "now and", "between now and") else PERIOD
        return clock.month(month["c"], number(found["y3"])), rank
    if found["q"] or found["h"] or found["nth"]:
        return _part_of_year(found, clock), PERIOD
    if found["unit"]:
        return _running(found, clock, named), PERIOD
    if found["eo"]:
        return clock.running(_ENDS[found["eo"]], fiscal=found["eo"].startswith("fy")), BY
    year = found["year"] or found["short"]
    if year:
        fiscal = any(word in found.group() for word in ("fy", "fiscal", "financial"))
        return (clock.year(int(year), fiscal=fiscal) if named or fiscal else None), PERIOD
    return _other(found, clock, named)


def _part_of_year(found: re.Match[str], clock: Clock) -> date | None:
    """Return the last day of a quarter or a half year."""
    if found["q"]:
        return clock.quarter(int(found["q"]), number(found["qy"]))
    if found["h"]:
        return clock.quarter(2 * int(found["h"]), number(found["hy"]))
    place = _NTH[found["nth"]] * (1 if found["part"] == "quarter" else 2)
    return clock.quarter(place) if place <= LAST_QUARTER else None


def _running(found: re.Match[str], clock: Clock, named: bool) -> date | None:
    which, unit, fiscal = found["which"], found["unit"], bool(found["fy"])
    if which in ("this", "next", "current", "coming"):
        return clock.running(unit, 1 if which == "next" else 0, fiscal=fiscal)
    if found["dash"] or found["end"] or (which == "the" and found["by"]):
        return clock.running(unit, fiscal=fiscal)
    return clock.running(unit, fiscal=fiscal) if named and fiscal else None


def _other(found: re.Match[str], clock: Clock, named: bool) -> tuple[date | None, int]:
    if found["n"]:
        if found["by"] not in ("within",) and found["prep"] != "in" and not found["ahead"]:
            return None, PERIOD
        amount = numbers.WORDS.get(found["n"]) or int(found["n"])
        unit = found["span"].rstrip("s") + "s"
        return clock.within(amount, unit), BY
    if found["weekday"]:
        day = clock.weekday(_DAYS.index(found["weekday"][:3]))
        return (day if found["by"] else None), PERIOD
    holiday = clock.day(*_HOLIDAYS[found["holiday"]])
    return (holiday if found["by"] else None), PERIOD


def _month(found: re.Match[str], group: str) -> int | None:
    return next((n for n in range(1, 13) if found[f"m{n}{group}"]), None)
