"""Times in Chinese: 三季度末之前, 年底前, 2026年9月30日, 六个月内 (pure)."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from goals.tracking.smart.text import numbers
from goals.tracking.smart.text.when import BY, DATE, PERIOD, Clock, When, number, numeric

_HOLIDAYS = {
    "国庆": (1, 10),
    "双十一": (11, 11),
    "双11": (11, 11),
    "元旦": (31, 12),
    "春节": (15, 2),
}
_HOLIDAYS |= {"五一": (1, 5), "中秋": (25, 9), "夏天": (31, 8), "618": (18, 6), "六一八": (18, 6)}
_N = "[一二三四五六七八九十两]{1,3}|\\d{1,3}"
_WHEN = re.compile(
    r"(?P<to>截止(?:到|日期)?:?|截至|到|至|在|于)?\s*(?:"
    r"(?P<iso>20\d\d[-/.]\d{1,2}[-/.]\d{1,2})"
    rf"|(?:(?P<y1>\d{{4}})年\s*)?(?P<m>{_N})月(?!内)(?:(?P<d>{_N})[日号])?(?P<late>底|末)?"
    rf"|(?:(?P<qy>\d{{4}})年?)?(?:第?(?P<q>[一二三四1-4])季度|q(?P<q2>[1-4]))(?P<late2>末|底)?"
    r"|(?P<which>本|这个?|下个?)?(?P<unit>季度?|月|周|星期)(?P<late3>末|底)"
    r"|(?P<which2>本|这个?|下一?个?)(?P<unit2>季度?|月|周|财政?年度?|年)(?P<late6>末|底)?"
    r"|(?:(?P<which3>今年|明年|本年度?)年?|(?P<fy2>财政?)?年)(?P<late4>底|末)(?=[之以]?前|前|,|,|\s|[^层部])"
    r"|(?P<which4>今年|明年|年内|全年)"
    r"|(?P<year>20\d\d)(?P<fy>财)?年(?:度)?(?P<late5>底|末)?"
    r"|(?P<half>上|下)半年"
    rf"|(?P<n>{_N})\s*(?P<span>天|个?星期|周|个?月|年)(?=之?内|以内)"
    r"|(?:周|星期)(?P<weekday>[一二三四五六日天])(?=[之以]?前)"
    rf"|(?P<holiday>{'|'.join(_HOLIDAYS)})(?=[之以]?前)"
    r")(?P<by>\s*(?:[之以]前|前(?!\d|十|三|两|百)|之?内|以内))?"
)
_UNITS = {"天": "days", "星期": "weeks", "周": "weeks", "月": "months", "年": "years"}
_RUNNING = {"季": "quarter", "季度": "quarter", "月": "month", "周": "week", "星期": "week"}
_RUNNING |= {"年": "year"}


def find(folded: str, clock: Clock) -> Iterator[When]:
    """Yield the times that a folded text names."""
    for found in _WHEN.finditer(folded):
        # 每月, 去年 and 每季度 are rhythms and memories, not ends.
        if folded[found.start() - 1 : found.start()] in ("每", "去", "上", "前") and found.start():
            continue
        last, rank = _day(found, clock)
        if last is None:
            continue
        if found["year"] and found["by"] and not found["late5"] and "前" in found["by"]:
            last = date(last.year - 1, last.month, last.day)
        late = any(found[name] for name in ("late", "late2", "late3", "late4", "late5", "late6"))
        sure = bool(found["by"] or late or (found["to"] or "").startswith("截"))
        yield When(found.start(), found.end(), last, BY if sure else rank)


def _day(found: re.Match[str], clock: Clock) -> tuple[date | None, int]:
    if found["iso"]:
        return numeric(found["iso"]), DATE
    if found["m"]:
        month, year = _count(found["m"]), number(found["y1"])
        if not 1 <= month <= 12:
            return None, PERIOD
        if found["d"]:
            return clock.day(_count(found["d"]), month, year), DATE
        return clock.month(month, year), PERIOD
    quarter = found["q"] or found["q2"]
    if quarter:
        return clock.quarter(_count(quarter), number(found["qy"])), PERIOD
    if found["unit"] or found["unit2"]:
        which = found["which"] or found["which2"] or ""
        named = found["unit"] or found["unit2"]
        fiscal = named.startswith("财")
        unit = "year" if fiscal else _RUNNING[named]
        return clock.running(unit, 1 if which.startswith("下") else 0, fiscal=fiscal), PERIOD
    if found["late4"] or found["which4"]:
        which = found["which3"] or found["which4"] or ""
        ahead = 1 if which == "明年" else 0
        return clock.running("year", ahead, fiscal=bool(found["fy2"])), PERIOD
    if found["year"]:
        return clock.year(int(found["year"]), fiscal=bool(found["fy"])), PERIOD
    return _other(found, clock)


def _other(found: re.Match[str], clock: Clock) -> tuple[date | None, int]:
    if found["half"]:
        last = clock.running("year", fiscal=True)
        middle = clock.fiscal.year(clock.today).start + timedelta(days=181)
        return (last if found["half"] == "下" else clock.month(middle.month, middle.year)), PERIOD
    if found["n"]:
        unit = _UNITS[found["span"].removeprefix("个")]
        return clock.within(_count(found["n"]), unit), BY
    if found["weekday"]:
        return clock.weekday("一二三四五六日天".index(found["weekday"]) % 7), BY
    if found["holiday"]:
        day, month = _HOLIDAYS[found["holiday"]]
        return clock.day(day, month), BY
    return None, PERIOD


def _count(text: str) -> int:
    return int(text) if text.isdecimal() else numbers.han(text)
