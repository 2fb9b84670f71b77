"""From the text of a cell to the value of a field (pure)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from goals.records import days, numbers
from goals.records.field import Field
from goals.words import N_, Message

#: How a file may say yes and no, and open, won and lost.
YES = frozenset("1 true t yes y x active ใช่ 是".split())
NO = frozenset("0 false f no n inactive ไม่ ไม่ใช่ 否".split())
STATUSES = {
    "open": (
        *("open", "in progress", "เปิด", "เปิดอยู่", "กำลังดำเนินการ"),
        *("进行中", "進行中", "跟进中", "跟進中"),
    ),
    "won": (
        *("won", "closed won", "closed-won", "closedwon", "ชนะ", "ปิดการขายได้"),
        *("赢单", "贏單", "已赢单", "成交", "已成交"),
    ),
    "lost": (
        *("lost", "closed lost", "closed-lost", "closedlost", "แพ้", "ปิดการขายไม่ได้"),
        *("输单", "輸單", "已输单", "丢单", "丟單", "未成交"),
    ),
}
_STATUS = {word: status for status, listed in STATUSES.items() for word in listed}
#: What mailers and telephone systems write for words of ours.
OTHER_WORDS = {
    "opened": "open",
    "clicked": "click",
    "bounced": "bounce",
    "unsubscribed": "unsubscribe",
    "in": "inbound",
    "incoming": "inbound",
    "out": "outbound",
    "outgoing": "outbound",
}
_SCALE = re.compile(r"(\d{1,4})\s*(?:-|\u2013|to)\s*(\d{1,4})", re.ASCII)
#: Amounts are kept as whole ten-thousandths in 63 bits.
#: Numbers of more digits than this are slips, not figures.
_MOST_DIGITS = 40


class Unreadable(ValueError):
    """A cell does not hold what its field needs; says what is wrong and what to do."""

    def __init__(self, problem: Message, fix: Message) -> None:
        super().__init__(problem.id)
        self.problem = problem
        self.fix = fix


@dataclass(frozen=True)
class Format:
    """How a file writes things; `thousands` "" stands for any sign that is not the decimal.

    `sheet` is the one that was read of a workbook, which has no encoding and no delimiter.
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    date_order: str = "ymd"
    decimal: str = "."
    thousands: str = ""
    sheet: str = ""

    def to_json(self) -> dict[str, str | None]:
        """Return the format in the contract's shape; that of a workbook also has its sheet."""
        told: dict[str, str | None] = {
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "date_order": self.date_order,
            "decimal": self.decimal,
            "thousands": self.thousands,
        }
        if self.sheet:
            told |= {"encoding": None, "delimiter": None, "sheet": self.sheet}
        return told


@dataclass(frozen=True)
class Converter:
    """Reads cells in a file's format; times without a zone are in the workspace's."""

    format: Format
    zone: str

    def convert(self, field: Field, text: str) -> Any:
        """Return the value of a cell that is not blank; raises Unreadable."""
        if field.type == "word":
            return word(text, field.words)
        found = self._ways[field.type](text)
        if field.least is not None and found < field.least:
            raise Unreadable(
                Message(N_("This is below %(least)s."), {"least": field.least}),
                Message(N_("Correct the cell.")),
            )
        return found

    @cached_property
    def _ways(self) -> dict[str, Callable[[str], Any]]:
        return {
            "text": plain_text,
            "reference": plain_text,
            "code": currency,
            "money": self.money,
            "number": self.number,
            "positive": self.positive,
            "share": self.share,
            "integer": self.integer,
            "boolean": yes_or_no,
            "date": self.day,
            "instant": self.instant,
            "members": members,
            "status": status,
            "scale": scale,
        }

    def number(self, text: str) -> Decimal:
        """Return a decimal number."""
        found = numbers.number(text, self.format.decimal, self.format.thousands)
        if found is None or abs(found.adjusted()) > _MOST_DIGITS:
            raise Unreadable(
                Message(N_("This is not a number.")),
                Message(N_("Correct the cell, or say how numbers are written (format.decimal).")),
            )
        return found

    def positive(self, text: str) -> Decimal:
        """Return a number above zero, which other numbers can be divided by."""
        found = self.number(text)
        if found <= 0:
            raise Unreadable(
                Message(N_("This is not above zero.")), Message(N_("Correct the cell."))
            )
        return found

    def money(self, text: str) -> Decimal:
        """Return an amount; currency signs and K, M, B behind it are understood."""
        found = numbers.number(text, self.format.decimal, self.format.thousands)
        if found is None or text.endswith("%"):
            raise Unreadable(
                Message(N_("This is not an amount of money.")),
                Message(N_("Correct the cell, or say how numbers are written (format.decimal).")),
            )
        if abs(found) > numbers.MOST_MONEY:
            raise Unreadable(
                Message(N_("This amount is too large.")), Message(N_("Correct the cell."))
            )
        return found

    def integer(self, text: str) -> int:
        """Return a whole number."""
        found = self.number(text)
        if found != int(found) or abs(found) >= 2**63:
            raise Unreadable(
                Message(N_("This is not a whole number.")), Message(N_("Correct the cell."))
            )
        return int(found)

    def share(self, text: str) -> float:
        """Return a fraction of one: 60% and 60 are 0.6."""
        found = self.number(text)
        if found > 1 and not text.endswith("%"):
            found /= 100
        if not 0 <= found <= 1:
            raise Unreadable(
                Message(N_("This is not between 0% and 100%.")), Message(N_("Correct the cell."))
            )
        return float(found)

    def moment(self, text: str) -> days.Moment:
        """Return a day and the time of day if there is one."""
        found = days.moment(text, self.format.date_order)
        if found is None:
            raise Unreadable(
                Message(N_("This is not a date.")),
                Message(
                    N_("Write it as %(example)s, or say the order of dates (format.date_order)."),
                    {"example": "2026-03-15"},
                ),
            )
        return found

    def day(self, text: str) -> date:
        """Return a business day."""
        return self.moment(text).on(self.zone)

    def instant(self, text: str) -> datetime:
        """Return an instant in UTC."""
        return self.moment(text).at(self.zone)


def plain_text(text: str) -> str:
    """Return a text; what no text may hold is a sign of a broken file."""
    if "\0" in text:
        raise Unreadable(
            Message(N_("This holds a character that no text has.")),
            Message(N_("Export the file again as CSV in UTF-8.")),
        )
    return text


def currency(text: str) -> str:
    """Return a currency's code."""
    code = text.upper()
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        raise Unreadable(
            Message(N_("This is not a currency's code.")),
            Message(
                N_("Write three letters such as USD, or name it under aliases in the mapping.")
            ),
        )
    return code


def yes_or_no(text: str) -> bool:
    """Return whether a cell says yes."""
    word = text.casefold()
    if word not in YES | NO:
        raise Unreadable(
            Message(N_("This is neither yes nor no.")), Message(N_("Write yes or no."))
        )
    return word in YES


def status(text: str) -> str:
    """Return open, won or lost."""
    found = _STATUS.get(" ".join(text.casefold().split()))
    if found is None:
        raise Unreadable(
            Message(N_("This is not open, won or lost.")),
            Message(N_("Write open, won or lost, or list it in the mapping's aliases.")),
        )
    return found


def word(text: str, words: Sequence[str]) -> str:
    """Return which of a few words a cell holds."""
    found = " ".join(text.casefold().split())
    found = OTHER_WORDS.get(found, found)
    if found not in words:
        raise Unreadable(
            Message(N_("This is none of the words that can stand here.")),
            Message(
                N_("Write one of %(words)s, or list it in the mapping's aliases."),
                {"words": list(words)},
            ),
        )
    return found


def scale(text: str) -> str:
    """Return a scale as its lowest and highest number: 1-5."""
    found = _SCALE.fullmatch(text.casefold())
    if found is None or int(found[1]) >= int(found[2]):
        raise Unreadable(
            Message(N_("This is not a scale.")),
            Message(
                N_(
                    "Write the lowest and the highest score that can be given, such as %(example)s."
                ),
                {"example": "0-10"},
            ),
        )
    return f"{int(found[1])}-{int(found[2])}"


def members(text: str) -> dict[str, str]:
    """Return dimensions and members: region=West; source=Web."""
    found = {}
    for part in text.split(";"):
        name, sign, value = part.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise Unreadable(
                Message(N_("This is not a dimension and its member.")),
                Message(N_("Write it as region=West, with a semicolon between several.")),
            )
        found[name.strip()] = value.strip()
    return found
