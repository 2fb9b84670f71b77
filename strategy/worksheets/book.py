"""All answers of a workspace, read at once: every page and every check looks them up here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlmodel import Session, col, select

from goals.metrics import catalogue
from goals.table import workspace_of
from goals.words import N_, Message
from strategy.worksheets import library
from strategy.worksheets.content import Asked, catalogue_id
from strategy.worksheets.tables import Answer

#: A row is named by the beginning of its text.
LONGEST_NAME = 80


@dataclass(frozen=True)
class Row:
    """One answer: its values by field, and where it stands in its history."""

    question: str
    item: str
    value: Mapping[str, Any]
    version: int = 0
    position: int = 0
    examples: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
    updated_by: int | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True)
class Book:
    """Answers by the address they are kept under, rows in their order; removed ones apart."""

    rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    removed: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)

    def of(self, store: str) -> tuple[Row, ...]:
        """Return the rows kept under an address."""
        return self.rows.get(store, ())

    def row(self, asked: Asked, item: str = "") -> Row | None:
        """Return the answer to a question (about one row), None if there is none."""
        return self._by_item.get((asked.store, item))

    @cached_property
    def _by_item(self) -> dict[tuple[str, str], Row]:
        every = self.rows.items()
        return {(store, row.item): row for store, rows in every for row in reversed(rows)}

    def value(self, path: str, item: str = "") -> Any:
        """Return the value of a field by "section.question.field", None if it is empty."""
        asked, field = library.worksheets().field(path)
        row = self.row(asked, item if asked.has_rows else "")
        return None if row is None else row.value.get(field.key)

    def names(self, store: str) -> dict[str, str | Message]:
        """Return the names of the rows kept under an address, by item, in order."""
        if store not in self._known_names:
            rows = enumerate(self.of(store), start=1)
            pointed = self._pointed(store)
            named = {row.item: _named(store, row, number, pointed) for number, row in rows}
            self._known_names[store] = named
        return self._known_names[store]

    @cached_property
    def _known_names(self) -> dict[str, dict[str, str | Message]]:
        return {}

    def gone(self, store: str, item: str) -> str | Message | None:
        """Return the name of a row that was removed, None for one that never was."""
        row = next((one for one in self.removed.get(store, ()) if one.item == item), None)
        if row is None:
            return None
        return _named(store, row, row.position + 1, self._pointed(store))

    def closed(self, asked: Asked) -> bool:
        """Tell whether somebody said in a talk that a list gets no (other) row."""
        own = (one for one in self.removed.get(asked.store, ()) if not one.item)
        return any(asked.question.key in one.skipped for one in own)

    def _pointed(self, store: str) -> dict[str, dict[str, str | Message]]:
        """Return the names of what a question's rows are named by, if they point at others."""
        return {
            field.key: self.names(field.refers_to)
            for field in library.worksheets().find(store).naming
            if field.refers_to is not None
        }

    def choosable(self, asked: Asked, item: str) -> Mapping[str, Mapping[str, str | Message]]:
        """Return the names of all rows that an answer can choose: never the row it is about."""
        if not item or item not in self.all_names.get(asked.store, {}):
            return self.all_names
        own = {key: one for key, one in self.all_names[asked.store].items() if key != item}
        return {**self.all_names, asked.store: own}

    @cached_property
    def all_names(self) -> dict[str, dict[str, str | Message]]:
        """Return the names of all rows of all repeating questions."""
        asked = library.worksheets().asked.values()
        return {one.store: self.names(one.store) for one in asked if one.question.repeat}


def _named(
    store: str, row: Row, number: int, pointed: Mapping[str, Mapping[str, str | Message]]
) -> str | Message:
    """Return what a row is called; one that is named by others has their names."""
    found = [names.get(str(row.value.get(key))) for key, names in pointed.items()]
    known = [one for one in found if one is not None]
    if not known:
        return name(store, row, number)
    first, *others = known
    if not others:
        return first
    return Message(N_("%(first)s: %(others)s"), {"first": first, "others": others})


def name(store: str, row: Row, number: int) -> str | Message:
    """Return what a row is called: the beginning of what names it, else its number."""
    asked = library.worksheets().find(store)
    repeat = asked.question.repeat
    if repeat is None:
        return ""
    text = row.value.get(repeat.named_by)
    if not isinstance(text, str) or not text or asked.naming:
        return Message(catalogue_id(repeat.one), {"number": number})
    field = asked.field(repeat.named_by)
    if field is not None and field.kind == "metric" and text in catalogue.METRICS:
        return catalogue.METRICS[text].name
    for option in field.options if field is not None else ():
        if option.value == text:
            return Message(catalogue_id(option.label))
    return short(text)


def short(text: str, most: int = LONGEST_NAME) -> str:
    """Return a text in one line, its end left out where it is long."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > most // 2 else cut).rstrip(" ,;:.") + "\u2026"


def load(session: Session) -> Book:
    """Read the answers of the workspace that a Session is bound to."""
    statement = (
        select(Answer)
        .where(col(Answer.workspace_id) == workspace_of(session))
        .order_by(col(Answer.question), col(Answer.position), col(Answer.item))
        .execution_options(populate_existing=True)
    )
    answers = session.exec(statement).all()
    return Book(
        rows=_grouped(one for one in answers if one.removed_at is None),
        removed=_grouped(one for one in answers if one.removed_at is not None),
    )


def row_of(answer: Answer) -> Row:
    """Return a stored answer as a row."""
    return Row(
        question=answer.question,
        item=answer.item,
        value=answer.value,
        version=answer.version,
        position=answer.position,
        examples=frozenset(answer.examples),
        skipped=frozenset(answer.skipped),
        updated_by=answer.updated_by,
        updated_at=answer.updated_at,
    )


def _grouped(answers: Iterable[Answer]) -> dict[str, tuple[Row, ...]]:
    found: dict[str, list[Row]] = {}
    for answer in answers:
        found.setdefault(answer.question, []).append(row_of(answer))
    return {question: tuple(rows) for question, rows in found.items()}


# --- Frozen ----------------------------------------------------------------------------------


def freeze(book: Book) -> dict[str, Any]:
    """Return all answers as JSON, for an approved version."""
    return {
        question: [
            {
                "item": row.item,
                "position": row.position,
                "value": dict(row.value),
                "version": row.version,
                "examples": sorted(row.examples),
                "skipped": sorted(row.skipped),
                "by": None if row.updated_by is None else str(row.updated_by),
                "at": None if row.updated_at is None else row.updated_at.isoformat(),
            }
            for row in rows
        ]
        for question, rows in book.rows.items()
    }


def thaw(frozen: Mapping[str, Any]) -> Book:
    """Return the answers of an approved version."""
    return Book(
        rows={
            question: tuple(
                Row(
                    question=question,
                    item=one["item"],
                    value=one["value"],
                    version=one["version"],
                    position=one["position"],
                    examples=frozenset(one["examples"]),
                    skipped=frozenset(one["skipped"]),
                    updated_by=None if one["by"] is None else int(one["by"]),
                    updated_at=None if one["at"] is None else datetime.fromisoformat(one["at"]),
                )
                for one in rows
            )
            for question, rows in frozen.items()
        }
    )
