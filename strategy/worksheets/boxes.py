"""The boxes of a question's page, each with what stands in it and what can be chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from goals import calendar
from goals.words import Message
from strategy.worksheets import display, examples, fields, showing
from strategy.worksheets.book import Book
from strategy.worksheets.content import Asked, Condition, Field, catalogue_id
from strategy.worksheets.rules import business
from strategy.worksheets.setting import Setting


@dataclass(frozen=True)
class Choice:
    """One thing that can be chosen in a field."""

    value: str
    label: Message
    hint: Message | None = None
    chosen: bool = False


@dataclass(frozen=True)
class PageField:
    """A field with what stands in it.

    `text` is for one box, `lines` for a list of lines, `parts` for day, month and year.
    `shown` is False while its condition does not hold; a page without scripts shows it only
    after the next save. `proposed` tells that the value is a proposal and not saved yet.
    `longest` is the most characters (of a line, in a list).
    """

    key: str
    kind: str
    label: Message
    hint: Message | None
    required: bool
    text: str
    lines: tuple[str, ...] = ()
    parts: tuple[str, str, str] = ("", "", "")
    choices: tuple[Choice, ...] = ()
    longest: int | None = None
    shown: bool = True
    condition: Condition | None = None
    is_example: bool = False
    proposed: bool = False
    error: Message | None = None


def boxes(
    asked: Asked,
    book: Book,
    item: str,
    about: Setting,
    *,
    typed: Mapping[str, Any] | None,
    errors: Mapping[str, Message],
    today: date | None,
) -> list[PageField]:
    """Return the fields of a question with what is saved, or with what was just typed."""
    row = book.row(asked, item)
    stored: Mapping[str, Any] = {} if row is None else row.value
    values = stored if typed is None else {**stored, **typed}
    shown = {one.key for one in showing.fields(asked, values)}
    marked = frozenset() if row is None else row.examples
    found = []
    for field in asked.question.fields:
        value = values.get(field.key)
        proposed, hint = None, field.hint
        if typed is None and fields.empty(value):
            proposed = _proposed(field, asked, book, about, today)
            value = proposed if proposed is not None else value
        found.append(
            PageField(
                key=field.key,
                kind=field.kind,
                label=showing.text(field.label, book, asked, item, about),
                hint=None if hint is None else showing.text(hint, book, asked, item, about),
                required=field.required,
                text=value if isinstance(value, str) else "",
                lines=_lines(value),
                parts=_parts(value),
                choices=tuple(_choices(field, value, about, book)),
                longest=field.longest or fields.LONGEST.get(field.kind, fields.LONGEST_TYPED),
                shown=field.key in shown,
                condition=field.show_if,
                is_example=field.key in marked,
                proposed=proposed is not None,
                error=errors.get(field.key),
            )
        )
    return found


def _proposed(
    field: Field, asked: Asked, book: Book, about: Setting, today: date | None
) -> str | None:
    """Return what an empty field proposes: the strategy's last day, or the coming year."""
    first, last = business.period(book)
    day = None
    if field.default == examples.END:
        day = last
    elif asked.address == business.PERIOD and today is not None and not (first or last):
        year = calendar.FiscalCalendar(about.fiscal_start).year(today)
        coming = calendar.previous(year, -1)
        day = {"first_day": coming.first, "last_day": coming.last}.get(field.key)
    return None if day is None else day.isoformat()


def _choices(field: Field, value: Any, about: Setting, book: Book) -> list[Choice]:
    chosen = value if isinstance(value, list | tuple) else (value,)
    if field.options:
        return [
            Choice(
                value=one.value,
                label=Message(catalogue_id(one.label)),
                hint=None if one.hint is None else Message(catalogue_id(one.hint)),
                chosen=one.value in chosen,
            )
            for one in field.options
        ]
    known = fields.choices(field, about, book.all_names)
    if field.kind == "metric":
        known = {key: one.name for key, one in about.metrics.items()}
    return [
        Choice(value=key, label=display.plain(label), chosen=key in chosen)
        for key, label in known.items()
    ]


def _lines(value: Any) -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        return tuple(str(one) for one in value)
    return tuple(value.splitlines()) if isinstance(value, str) else ()


def _parts(value: Any) -> tuple[str, str, str]:
    if isinstance(value, Mapping):
        day, month, year = (str(value.get(part) or "") for part in ("day", "month", "year"))
        return day, month, year
    return fields.day_parts(value) if isinstance(value, str) and value else ("", "", "")
