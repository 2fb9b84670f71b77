"""Checks of the business goals: each with a reason, steps, an owner and a date in the period."""

from collections.abc import Iterator
from datetime import date

from goals.words import N_, Day, Message
from strategy.worksheets import fields
from strategy.worksheets.book import Book, Row, short
from strategy.worksheets.rules import marks, measures
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting

SECTION = "business_goals"
GOALS = f"{SECTION}.goals"
PERIOD = f"{SECTION}.period"
MEASURE = f"{SECTION}.measure"
DEADLINE = f"{SECTION}.deadline"
REASON = f"{SECTION}.reason"


def findings(book: Book, setting: Setting) -> list[Finding]:
    """Return what there is to say about the section's answers."""
    found: list[Finding] = []
    seen: dict[str, str] = {}
    for row in book.of(GOALS):
        statement = row.value.get("statement")
        if not statement:
            continue
        found += _twice(row, statement, seen)
        if row.value.get("kind") != "milestone":
            found += measures.findings("business", MEASURE, row, setting)
        found += _date(row, book)
        found += _plan(row)
    return found


def period(book: Book) -> tuple[date | None, date | None]:
    """Return the first and the last day of the strategy, None where not written yet."""
    return (
        fields.day_of(book.value(f"{PERIOD}.first_day")),
        fields.day_of(book.value(f"{PERIOD}.last_day")),
    )


def _twice(row: Row, statement: str, seen: dict[str, str]) -> Iterator[Finding]:
    plain = marks.plain(statement)
    if plain in seen:
        yield Finding(
            rule="business-twice",
            severity="weak",
            message=Message(N_("This goal stands in the list twice.")),
            fix=Message(N_("Remove one, or say what makes them different.")),
            question=GOALS,
            item=row.item,
            field="statement",
            evidence=short(statement),
        )
    seen[plain] = row.item


def _date(row: Row, book: Book) -> Iterator[Finding]:
    deadline = fields.day_of(row.value.get("deadline"))
    first, last = period(book)
    if deadline is None:
        return
    if first is not None and deadline <= first:
        yield Finding(
            rule="business-early",
            severity="fail",
            message=Message(
                N_("The goal ends before the strategy has begun, on %(day)s."), {"day": Day(first)}
            ),
            fix=Message(N_("Choose a later day, or an earlier start of the strategy.")),
            question=DEADLINE,
            item=row.item,
            field="deadline",
            evidence=deadline.isoformat(),
        )
    elif last is not None and deadline > last:
        yield Finding(
            rule="business-late",
            severity="weak",
            message=Message(
                N_("The goal ends after the strategy does, on %(day)s."), {"day": Day(last)}
            ),
            fix=Message(N_("Choose a day within the period, or a part that can be reached in it.")),
            question=DEADLINE,
            item=row.item,
            field="deadline",
            evidence=deadline.isoformat(),
        )


def _plan(row: Row) -> Iterator[Finding]:
    if not row.value.get("owner"):
        yield Finding(
            rule="business-owner",
            severity="warn",
            message=Message(N_("Nobody answers for this goal yet.")),
            fix=Message(N_("Choose an owner.")),
            question=DEADLINE,
            item=row.item,
            field="owner",
        )
    if not row.value.get("why"):
        yield Finding(
            rule="business-why",
            severity="weak",
            message=Message(N_("The goal does not say why it matters.")),
            fix=Message(N_("Write the reason: because of what, or so that what becomes possible.")),
            question=REASON,
            item=row.item,
            field="why",
        )
    if not row.value.get("actions"):
        yield Finding(
            rule="business-how",
            severity="weak",
            message=Message(N_("The goal has no steps yet.")),
            fix=Message(N_("Write at least one thing that you will do for it.")),
            question=REASON,
            item=row.item,
            field="actions",
        )
