"""Times in Thai: "ภายในสิ้นไตรมาส 3", "ก่อนวันที่ 15 มิถุนายน", Buddhist years (pure)."""

import re
from collections.abc import Iterator
from datetime import date

from goals.tracking.smart.text import numbers
from goals.tracking.smart.text.when import BY, DATE, PERIOD, Clock, When, number, numeric

_MONTHS = (
    "มกราคม|ม\\.ค\\.?", "กุมภาพันธ์|ก\\.พ\\.?", "มีนาคม|มี\\.ค\\.?", "เมษายน|เม\\.ย\\.?",
    "พฤษภาคม|พ\\.ค\\.?", "มิถุนายน|มิ\\.ย\\.?", "กรกฎาคม|ก\\.ค\\.?", "สิงหาคม|ส\\.ค\\.?",
    "กันยายน|ก\\.ย\\.?", "ตุลาคม|ต\\.ค\\.?", "พฤศจิกายน|พ\\.ย\\.?", "ธันวาคม|ธ\\.ค\\.?",
)  # fmt: skip
_SHORT = ("มกรา", "กุมภา", "มีนา", "เมษา", "พฤษภา", "มิถุนา", "กรกฎา", "สิงหา", "กันยา", "ตุลา",
          "พฤศจิกา", "ธันวา")  # fmt: skip
_MONTH = "(?:" + "|".join(
    f"(?P<m{n}{{0}}>{full}|{_SHORT[n - 1]}(?!คม|พันธ์|ยน))" for n, full in enumerate(_MONTHS, 1)
) + ")"  # fmt: skip
_DAYS = ("จันทร์", "อังคาร", "พุธ", "พฤหัส", "ศุกร์", "เสาร์", "อาทิตย์")
_HOLIDAYS = {"สงกรานต์": (15, 4), "ปีใหม่": (31, 12), "ตรุษจีน": (28, 2)}
_UNITS = {"วัน": "days", "สัปดาห์": "weeks", "เดือน": "months", "ไตรมาส": "quarters", "ปี": "years"}
_WHICH = {"สัปดาห์": "week", "เดือน": "month", "ไตรมาส": "quarter", "ปี": "year"}
_WORD = "|".join(sorted(numbers.THAI, key=len, reverse=True))

_WHEN = re.compile(
    r"(?P<by>ภายใน|ก่อน|จนถึง|ไม่เกินวันที่|กำหนด:|ให้เสร็จใน)?\s*(?P<prep>ใน|ถึง)?\s*(?P<end>สิ้น|ปลาย)?\s*(?:วันที่\s*)?(?:"
    rf"(?P<d1>\d{{1,2}})\s*(?:เดือน)?{_MONTH.format('a')}(?:\s*(?:พ\.ศ\.\s*)?(?P<y1>\d{{4}}|\d\d(?!\d)))?"
    r"|(?P<iso>\d{4}-\d\d?-\d\d?|\d{1,2}/\d{1,2}/\d{2,4})"
    rf"|(?:เดือน\s*)?{_MONTH.format('b')}(?:\s*(?:ปี\s*)?(?P<y2>\d{{4}}))?"
    r"|(?:ไตรมาส\s*(?:ที่\s*)?|q)(?P<q>[1-4])(?:\s*(?:ปี\s*|/)?(?P<qy>\d{4}))?"
    r"|ครึ่งปี(?P<half>แรก|หลัง)"
    r"|(?P<unit>สัปดาห์|เดือน|ไตรมาส|ปี)(?P<fy>งบประมาณ)?\s*(?:(?P<which>นี้|หน้า)|(?P<year>2\d{3}))?(?!ที่|ก่อน|ละ|แล้ว|นั้น)"
    rf"|(?P<n>\d{{1,3}}|{_WORD})\s*(?P<span>วัน|สัปดาห์|เดือน|ไตรมาส|ปี)"
    rf"|วัน(?P<weekday>{'|'.join(_DAYS)})|(?P<holiday>{'|'.join(_HOLIDAYS)})"
    r")"
)


def find(folded: str, clock: Clock) -> Iterator[When]:
    """Yield the times that a folded text names."""
    for found in _WHEN.finditer(folded):
        last, rank = _day(found, clock)
        if last is not None:
            yield When(found.start(), found.end(), last, BY if found["by"] else rank)


def _day(found: re.Match[str], clock: Clock) -> tuple[date | None, int]:
    named = bool(found["by"] or found["prep"] or found["end"])
    if found["iso"]:
        return numeric(found["iso"]), DATE
    month = _month(found, "a")
    if month:
        return clock.day(int(found["d1"]), month, number(found["y1"])), DATE
    month = _month(found, "b")
    if month:
        last = clock.month(month, number(found["y2"]))
        return (last if named or found["y2"] else None), PERIOD
    if found["q"]:
        return clock.quarter(int(found["q"]), number(found["qy"])), PERIOD
    if found["half"]:
        return clock.quarter(2 if found["half"] == "แรก" else 4), PERIOD
    if found["unit"]:
        return _running(found, clock), PERIOD
    if found["n"]:
        amount = numbers.THAI.get(found["n"]) or int(found["n"])
        near = found["by"] == "ภายใน"
        return (clock.within(amount, _UNITS[found["span"]]) if near else None), PERIOD
    if found["weekday"]:
        return (clock.weekday(_DAYS.index(found["weekday"])) if found["by"] else None), PERIOD
    day, holiday = _HOLIDAYS[found["holiday"]]
    return (clock.day(day, holiday) if named else None), PERIOD


def _running(found: re.Match[str], clock: Clock) -> date | None:
    unit, fiscal = _WHICH[found["unit"]], bool(found["fy"])
    if found["year"]:
        return clock.year(int(found["year"]), fiscal=fiscal) if unit == "year" else None
    if found["which"]:
        return clock.running(unit, 1 if found["which"] == "หน้า" else 0, fiscal=fiscal)
    return clock.running(unit, fiscal=fiscal) if found["end"] else None


def _month(found: re.Match[str], group: str) -> int | None:
    return next((n for n in range(1, 13) if found[f"m{n}{group}"]), None)
