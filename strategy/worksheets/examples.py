"""Worked examples: shown beside a question, and taken as a starting point."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from goals import words
from goals.errors import Refusal
from goals.words import N_, Message, Reader
from strategy.worksheets import book as books
from strategy.worksheets import display, fields, keeping, library, showing
from strategy.worksheets import setting as settings
from strategy.worksheets.book import Book
from strategy.worksheets.content import WORDY, Asked, Example, Field, catalogue_id
from strategy.worksheets.display import Shown
from strategy.worksheets.rules import business
from strategy.worksheets.setting import Setting

#: Stands in the files for the last day of the strategy.
END = "@end"

COMPANIES = {
    "retail": N_("Retail"),
    "saas": N_("Software for businesses"),
    "services": N_("Services"),
}


@dataclass(frozen=True)
class ShownExample:
    """An example for reading; `number` names it when it is taken as a starting point."""

    number: int
    company: Message
    about: Message
    lines: tuple[tuple[Message, Shown], ...]


def shown(asked: Asked, book: Book, setting: Setting) -> list[ShownExample]:
    """Return the examples of a question for reading."""
    found = []
    for number, example in enumerate(asked.question.examples):
        lines = []
        for field in asked.question.fields:
            if field.key in example.values:
                label = showing.static(field.label)
                assert label is not None
                lines.append((label, _line(field, example, book, setting)))
        found.append(
            ShownExample(
                number=number,
                company=Message(COMPANIES[example.company]),
                about=Message(catalogue_id(example.about)),
                lines=tuple(lines),
            )
        )
    return found


def _line(field: Field, example: Example, book: Book, setting: Setting) -> Shown:
    value = example.values[field.key]
    if value == END:
        return Shown((Message(N_("The last day of the strategy")),))
    if field.kind in WORDY:
        texts = (value,) if isinstance(value, str) else value
        lines = tuple(Message(catalogue_id(text)) for text in texts)
        return Shown(lines, is_list=not isinstance(value, str))
    listed = value if isinstance(value, str) else list(value)
    return display.shown(field, listed, example.values, setting, book)


def values(
    asked: Asked, example: Example, reader: Reader | str, book: Book, setting: Setting
) -> dict[str, Any]:
    """Return an example's values as answers, its texts in the reader's language."""
    found: dict[str, Any] = {}
    for field in asked.question.fields:
        if field.key in example.values:
            if field.kind == "stages" and setting.stages:
                # The stages of an invented company are none of the connected CRM's.
                continue
            value = _value(field, example.values[field.key], reader, book)
            cleaned = fields.clean(
                field, value, {**example.values, **found}, setting, book.all_names
            )
            if not fields.empty(cleaned.value):
                found[field.key] = cleaned.value
    return found


def _value(field: Field, value: str | tuple[str, ...], reader: Reader | str, book: Book) -> Any:
    if value == END:
        last = business.period(book)[1]
        return "" if last is None else last.isoformat()
    if field.kind in WORDY:
        texts = (value,) if isinstance(value, str) else value
        said = [words.render(Message(catalogue_id(text)), reader) for text in texts]
        return said[0] if isinstance(value, str) else said
    return value if isinstance(value, str) else list(value)


def use_example(
    session: Session,
    question: str,
    item: str,
    number: int,
    *,
    reader: Reader | str,
    by: int | None,
    now: datetime,
) -> int:
    """Fill a question with one of its examples, and return the answer's version.

    Its fields stay marked as an example until they are edited; what stood there before is in
    the history. Raises Refusal for an example that does not exist.
    """
    asked = library.worksheets().find(question)
    if not 0 <= number < len(asked.question.examples):
        raise Refusal("unknown_example", N_("There is no such example."), field="example")
    book, about = books.load(session), settings.of(session)
    taken = values(asked, asked.question.examples[number], reader, book, about)
    answer = keeping.hold(session, asked, item)
    if answer is None:
        if asked.has_rows or item:
            raise Refusal("unknown_item", N_("This row does not exist."), field="item")
        answer = keeping.create(session, asked, item, 0, now)
    value: Mapping[str, Any] = {**answer.value, **taken}
    # A choice or a day is no text of somebody else's; only words are marked.
    wordy = [one.key for one in asked.question.fields if one.kind in WORDY and one.key in taken]
    marked = sorted({*answer.examples, *wordy})
    skipped = [one for one in answer.skipped if one != asked.question.key]
    if value != answer.value or marked != answer.examples or skipped != answer.skipped:
        answer.value, answer.examples, answer.skipped = dict(value), marked, skipped
        keeping.write(session, answer, "example", by=by, now=now)
    return answer.version
