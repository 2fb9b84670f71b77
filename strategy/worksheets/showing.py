"""Which questions and fields show, and their texts with earlier answers in them."""

from collections.abc import Mapping
from typing import Any

from goals.words import Message
from strategy.worksheets import display, library
from strategy.worksheets.book import Book, short
from strategy.worksheets.content import Asked, Condition, Field, Piped, Text, catalogue_id
from strategy.worksheets.setting import Setting

#: An earlier answer inside a sentence is shortened to so many characters.
LONGEST_PIPED = 120


def holds(condition: Condition | None, values: Mapping[str, Any]) -> bool:
    """Tell whether a condition holds for an answer; without a condition it does."""
    if condition is None:
        return True
    value = values.get(condition.field)
    given = value if isinstance(value, list | tuple) else [value] if value else []
    if condition.any_of:
        return any(one in condition.any_of for one in given)
    return bool(given) and not any(one in condition.none_of for one in given)


def fields(asked: Asked, values: Mapping[str, Any]) -> list[Field]:
    """Return the fields of a question that show beside what the answer says.

    A field that depends on a hidden one is hidden too.
    """
    hidden: set[str] = set()
    shown = []
    for field in asked.question.fields:
        condition = field.show_if
        if condition is not None and condition.field in hidden or not holds(condition, values):
            hidden.add(field.key)
        else:
            shown.append(field)
    return shown


def asks(book: Book, asked: Asked, item: str) -> bool:
    """Tell whether a question is asked at all (about this row)."""
    row = book.row(asked, item)
    return holds(asked.question.show_if, row.value if row is not None else {})


def text(part: Text, book: Book, asked: Asked, item: str, setting: Setting) -> Message:
    """Return a text of a question as a message, with the answers that it takes up."""
    if isinstance(part, str):
        return Message(catalogue_id(part))
    params = {
        place: piped(path, book, item, setting)
        for place, path in asked.question.pipes.items()
        if f"%({place})s" in part.text
    }
    if any(value is None for value in params.values()):
        return Message(catalogue_id(part.otherwise))
    return Message(catalogue_id(part.text), params)


def piped(path: str, book: Book, item: str, setting: Setting) -> object:
    """Return an earlier answer to stand inside a sentence, None if it is empty."""
    _, field = library.worksheets().field(path)
    value = book.value(path, item)
    if not value:
        return None
    if field.kind in ("text", "long_text"):
        return short(value, LONGEST_PIPED).rstrip(".")
    found = display.shown(field, value, {}, setting, book)
    return list(found.lines)


def static(part: Text | None) -> Message | None:
    """Return a text without taking up answers: what stands there while there are none."""
    if part is None:
        return None
    return Message(catalogue_id(part.otherwise if isinstance(part, Piped) else part))
