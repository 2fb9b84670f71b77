"""What an answer was before: every version with what changed in it, and the way back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from goals.errors import Refusal
from goals.tracking.visibility import Audience
from goals.words import N_, Message
from strategy.worksheets import book as books
from strategy.worksheets import display, fields, keeping, library, showing
from strategy.worksheets import setting as settings
from strategy.worksheets.book import Book
from strategy.worksheets.content import Asked, Field
from strategy.worksheets.differences import Piece, pieces
from strategy.worksheets.display import Shown
from strategy.worksheets.setting import Setting
from strategy.worksheets.tables import Answer, AnswerVersion

#: What somebody types without a longer pause than this is one step of the history.
PAUSE = timedelta(minutes=10)
#: So many steps of a whole table are shown.
MOST = 100


@dataclass(frozen=True)
class FieldChange:
    """What changed in one field, of texts both as they were typed."""

    field: str
    label: Message
    before: Shown
    after: Shown
    texts: tuple[str, str] | None = None

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Return the words that went and came, none for what is no text."""
        return () if self.texts is None else tuple(pieces(*self.texts))


@dataclass(frozen=True)
class Entry:
    """One step of an answer's history; `version` brings it back.

    In the history of a table, `item` is the row and `name` what it is called.
    `action` is one of tables.ACTIONS. For a text that was set aside, `changes` tell how it
    differs from the answer at that time.
    """

    version: int
    action: str
    by: int | None
    by_name: str | None
    at: datetime
    changes: tuple[FieldChange, ...]
    is_current: bool = False
    item: str = ""
    name: str | Message | None = None


def history(
    session: Session, question: str, item: str = "", *, who: Audience = settings.EVERYBODY
) -> list[Entry]:
    """Return the steps of a question's answer as these readers may see them, the latest first.

    Steps that changed only other questions about the same row are left out, and what one
    person typed without a pause is one step. Empty for an answer that does not exist.
    """
    asked = library.worksheets().find(question)
    answer = keeping.find(session, asked, item)
    if answer is None:
        return []
    about, book = settings.of(session, who), books.load(session)
    return _entries(asked, keeping.versions(session, answer), about, book)


def of_table(session: Session, question: str, *, who: Audience = settings.EVERYBODY) -> list[Entry]:
    """Return the latest steps of all rows of a question that is answered as one table."""
    asked = library.worksheets().find(question)
    about, book = settings.of(session, who), books.load(session)
    versions = keeping.versions_of_rows(session, asked)
    found = [
        replace(entry, item=item, name=name)
        for item, name in book.names(asked.store).items()
        for entry in _entries(asked, versions.get(item, []), about, book)
        if entry.changes
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)[:MOST]


def _entries(
    asked: Asked, versions: list[AnswerVersion], about: Setting, book: Book
) -> list[Entry]:
    entries: list[Entry] = []
    last: Mapping[str, Any] = {}
    for group in _steps(versions):
        version = group[-1]
        changes = tuple(field_changes(asked, last, version.value, about, book))
        if changes or version.action not in ("saved", "autosaved", "example"):
            entries.append(
                Entry(
                    version=version.version,
                    action=version.action,
                    by=version.saved_by,
                    by_name=about.who(version.saved_by),
                    at=version.saved_at,
                    changes=changes,
                )
            )
        if version.action != "set_aside":
            last = version.value
    return [_marked(one, number == 0) for number, one in enumerate(reversed(entries))]


def _marked(entry: Entry, latest: bool) -> Entry:
    if not latest or entry.action == "set_aside":
        return entry
    return replace(entry, is_current=True)


def _steps(versions: list[AnswerVersion]) -> list[list[AnswerVersion]]:
    """Group the autosaves that one person made in one go, with the save that ends them."""
    found: list[list[AnswerVersion]] = []
    for one in versions:
        before = found[-1][-1] if found else None
        goes_on = (
            before is not None
            and before.action == "autosaved"
            and one.action in ("autosaved", "saved")
            and one.saved_by == before.saved_by
            and one.saved_at - before.saved_at <= PAUSE
        )
        if goes_on:
            found[-1].append(one)
        else:
            found.append([one])
    return found


def field_changes(
    asked: Asked,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    about: Setting,
    book: Book,
    *,
    earlier: Book | None = None,
) -> list[FieldChange]:
    """Return what changed between two values in the fields of a question.

    `earlier` is the book that `before` belongs to, where it is another one.
    """
    found = []
    for field in asked.question.fields:
        old, new = before.get(field.key), after.get(field.key)
        if (old or None) != (new or None):
            shown_old = display.shown(field, old, before, about, earlier or book)
            shown_new = display.shown(field, new, after, about, book)
            found.append(
                FieldChange(
                    field=field.key,
                    label=_label(field),
                    before=shown_old,
                    after=shown_new,
                    texts=_texts(field, old, new),
                )
            )
    return found


def _label(field: Field) -> Message:
    label = showing.static(field.label)
    assert label is not None
    return label


def _texts(field: Field, old: Any, new: Any) -> tuple[str, str] | None:
    if field.kind not in ("text", "long_text"):
        return None
    return str(old or ""), str(new or "")


def restore_version(
    session: Session, question: str, item: str, version: int, *, by: int | None, now: datetime
) -> int:
    """Bring back what a question said in an earlier version, as a new one; return its number.

    Other questions about the same row keep their answers. Raises Refusal `unknown_version`.
    """
    asked = library.worksheets().find(question)
    answer = keeping.hold_row(session, asked, item)
    wanted = [v for v in keeping.versions(session, answer) if v.version == version]
    if not wanted:
        raise Refusal("unknown_version", N_("There is no such version."), field="version")
    put_back(answer, asked, wanted[0].value, wanted[0].examples)
    return keeping.write(session, answer, "restored", by=by, now=now).version


def put_back(answer: Answer, asked: Asked, value: Mapping[str, Any], examples: list[str]) -> None:
    """Give an answer the values of a question from an earlier version."""
    keys = {field.key for field in asked.question.fields}
    kept = {key: one for key, one in answer.value.items() if key not in keys}
    back = {key: one for key, one in value.items() if key in keys and not fields.empty(one)}
    answer.value = {**kept, **back}
    others = [key for key in answer.examples if key not in keys]
    answer.examples = sorted({*others, *(key for key in examples if key in back)})
