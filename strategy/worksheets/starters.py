"""Rows of our own that a list can begin with: taken with one click, changed like any other.

They are defaults and no examples: nothing is asked of whoever leaves them as they are.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlmodel import Session

from goals import words
from goals.errors import Refusal
from goals.table import new_id
from goals.words import N_, Message, Reader
from strategy.worksheets import book as books
from strategy.worksheets import fields, items, keeping, library
from strategy.worksheets import setting as settings
from strategy.worksheets.book import Book
from strategy.worksheets.content import WORDY, Asked, Field, catalogue_id
from strategy.worksheets.rules import marks
from strategy.worksheets.setting import Setting

LANGUAGES = ("en", "th", "zh_Hans")
Values = Mapping[str, str | tuple[str, ...]]


def missing(asked: Asked, book: Book) -> list[Values]:
    """Return the default rows of a question whose names are not in its list, in any language."""
    repeat = asked.question.repeat
    if repeat is None:
        return []
    there = {marks.plain(str(row.value.get(repeat.named_by) or "")) for row in book.of(asked.store)}
    found: list[Values] = []
    for starter in repeat.starters:
        name = starter[repeat.named_by]
        field = asked.field(repeat.named_by)
        said = _said(name) if field is not None and field.kind in WORDY else {str(name)}
        if not there & {marks.plain(one) for one in said}:
            found.append(starter)
    return found


def take(
    session: Session, question: str, *, reader: Reader | str, by: int | None, now: datetime
) -> list[str]:
    """Add the default rows that are missing, in the reader's language; return their keys.

    As many are added as the list has room for. Raises Refusal when there is nothing to add.
    """
    asked = library.worksheets().find(question)
    present = items.hold_rows(session, asked)
    book, about = books.load(session), settings.of(session)
    repeat = asked.question.repeat
    wanted = missing(asked, book)
    if repeat is None or not wanted:
        raise Refusal("no_starters", N_("Our rows are all in the list already."), misused=False)
    first = keeping.next_position(session, asked)
    made = []
    for place, starter in enumerate(wanted[: max(0, repeat.most - len(present))]):
        answer = keeping.create(session, asked, format(new_id(), "x"), first + place, now)
        answer.value = values(asked, starter, reader, about, book)
        keeping.write(session, answer, "saved", by=by, now=now)
        made.append(answer.item)
    return made


def take_back(
    session: Session, question: str, taken: list[str], *, by: int | None, now: datetime
) -> int:
    """Remove rows that were just taken, but those that somebody changed; return how many went."""
    asked = library.worksheets().find(question)
    count = 0
    for answer in items.hold_rows(session, asked):
        if answer.item in taken and answer.version == 1:
            items.remove_item(session, question, answer.item, by=by, now=now)
            count += 1
    return count


def values(
    asked: Asked, starter: Values, reader: Reader | str, setting: Setting, book: Book
) -> dict[str, Any]:
    """Return a default row's values as answers, its texts in the reader's language."""
    found: dict[str, Any] = {}
    for one in library.worksheets().sharing(asked.store):
        for field in one.question.typed:
            if field.key in starter:
                raw = _written(field, starter[field.key], reader)
                cleaned = fields.clean(field, raw, {**starter, **found}, setting, book.all_names)
                if cleaned.problem is None and not fields.empty(cleaned.value):
                    found[field.key] = cleaned.value
    return found


def is_default(asked: Asked, field: Field, value: object) -> bool:
    """Tell whether a text is that of one of our default rows, in any language."""
    if not value or field.kind not in WORDY:
        return False
    text = "\n".join(value) if isinstance(value, list) else str(value)
    return text in _defaults(asked.store, field.key)


@lru_cache(maxsize=256)
def _defaults(store: str, key: str) -> frozenset[str]:
    asked = library.worksheets().asked.get(store)
    if asked is None or asked.question.repeat is None:
        return frozenset()
    starters = asked.question.repeat.starters
    return frozenset(text for one in starters if key in one for text in _said(one[key]))


def _said(value: str | tuple[str, ...]) -> set[str]:
    """Return a text of the files in all languages."""
    lines = (value,) if isinstance(value, str) else value
    return {
        "\n".join(words.render(Message(catalogue_id(one)), language) for one in lines)
        for language in LANGUAGES
    }


def _written(field: Field, value: str | tuple[str, ...], reader: Reader | str) -> Any:
    if field.kind not in WORDY:
        return value if isinstance(value, str) else list(value)
    lines = (value,) if isinstance(value, str) else value
    said = [words.render(Message(catalogue_id(one)), reader) for one in lines]
    return said[0] if isinstance(value, str) else said
