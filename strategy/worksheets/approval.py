"""Versions of the strategy: approved and frozen, compared, and brought back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from goals import calendar, workspace
from goals.errors import Refusal
from goals.table import workspace_of
from goals.tracking.visibility import Audience
from goals.words import N_, Message
from strategy.worksheets import agreed, automatic, checking, fields, history, keeping, library
from strategy.worksheets import book as books
from strategy.worksheets import setting as settings
from strategy.worksheets.automatic import Automatic
from strategy.worksheets.book import Book, Row
from strategy.worksheets.checking import Open
from strategy.worksheets.content import Asked, catalogue_id
from strategy.worksheets.history import FieldChange
from strategy.worksheets.setting import Setting
from strategy.worksheets.tables import Answer, StrategyVersion

#: What can be compared and brought back.
Version = StrategyVersion | Automatic

LONGEST_NAME = 100
LONGEST_NOTE = 1000


class NotReady(Refusal):
    """The strategy cannot be approved yet; `open` lists what is missing or unsettled."""

    def __init__(self, found: list[Open]) -> None:
        super().__init__(
            "not_ready",
            N_("Settle what is open, or approve the strategy with it."),
            misused=False,
        )
        self.open = tuple(found)


@dataclass(frozen=True)
class Approved:
    """An approved version for reading; `name` is "" where none was given."""

    number: int
    name: str
    note: str | None
    by: int | None
    by_name: str | None
    at: datetime


@dataclass(frozen=True)
class AnswerChange:
    """An answer that differs between two versions.

    `kind` is "added", "changed" or "removed"; `title` names the question, `name` the row.
    `by_name` and `at` tell who wrote the later one, and when.
    """

    kind: str
    section: str
    question: str
    item: str
    title: Message
    name: str | Message
    fields: tuple[FieldChange, ...]
    by_name: str | None
    at: datetime | None


def approve(
    session: Session,
    name: str,
    note: str | None,
    *,
    by: int | None,
    now: datetime,
    allow_open: bool = False,
) -> StrategyVersion:
    """Freeze all answers as the next version.

    Raises NotReady with what is missing or unsettled, unless `allow_open`; Refusal when
    nothing was written, nothing has changed since the last version, or a text is too long.
    Of two approvals at once the second waits, and then finds what the first one made.
    """
    workspace.hold(session)
    today = calendar.local_date(now, workspace.of(session).zone)
    about, book = settings.of(session, today=today), books.load(session)
    name, remark = fields.tidy(name), fields.tidy(note or "")
    _short(name, LONGEST_NAME, "name")
    _short(remark, LONGEST_NOTE, "note")
    if not any(row.value for rows in book.rows.values() for row in rows):
        raise Refusal("nothing_written", N_("There is nothing to approve yet."), misused=False)
    before = latest(session)
    if before is not None and not changes_since(book, before, about):
        raise Refusal(
            "nothing_changed",
            N_("Nothing has changed since version %(number)s."),
            {"number": before.number},
            misused=False,
        )
    found = checking.open_points(book, about)
    if found and not allow_open:
        raise NotReady(found)
    made = StrategyVersion(
        workspace_id=workspace_of(session),
        number=next_number(session),
        name=" ".join(name.split()),
        note=remark or None,
        answers=books.freeze(book),
        approved_by=by,
        approved_at=now,
    )
    session.add(made)
    session.flush()
    agreed.hand_over(session, book)
    return made


def _short(text: str, most: int, field: str) -> None:
    if len(text) > most:
        raise Refusal(
            f"{field}_long",
            N_("Shorten this to %(most)s characters. It has %(length)s now."),
            {"most": most, "length": len(text)},
            field=field,
        )


def versions(session: Session) -> list[StrategyVersion]:
    """Return the approved versions, the latest first."""
    statement = (
        select(StrategyVersion)
        .where(col(StrategyVersion.workspace_id) == workspace_of(session))
        .order_by(col(StrategyVersion.number).desc())
    )
    return list(session.exec(statement))


def find(session: Session, number: int) -> StrategyVersion:
    """Return an approved version; raises Refusal `unknown_version`."""
    statement = select(StrategyVersion).where(
        col(StrategyVersion.workspace_id) == workspace_of(session),
        col(StrategyVersion.number) == number,
    )
    found = session.exec(statement).first()
    if found is None:
        raise Refusal("unknown_version", N_("There is no such version."), field="version")
    return found


def latest(session: Session) -> StrategyVersion | None:
    """Return the version that was approved last, None before the first."""
    return next(iter(versions(session)), None)


def next_number(session: Session) -> int:
    """Return the number of the version that is being worked on."""
    statement = select(func.max(col(StrategyVersion.number))).where(
        col(StrategyVersion.workspace_id) == workspace_of(session)
    )
    return (session.exec(statement).first() or 0) + 1


def approved(version: StrategyVersion, about: Setting) -> Approved:
    """Return a version for reading."""
    return Approved(
        number=version.number,
        name=version.name,
        note=version.note,
        by=version.approved_by,
        by_name=about.who(version.approved_by),
        at=version.approved_at,
    )


# --- Compared ----------------------------------------------------------------------------------


def diff(
    session: Session,
    before: Version | None,
    after: Version | None,
    *,
    who: Audience = settings.EVERYBODY,
) -> list[AnswerChange]:
    """Return what changed between two versions, field by field, in the order of the strategy.

    `before` None is the empty strategy, `after` None the answers as they stand now; `who` are
    the readers.
    """
    about = settings.of(session, who)
    later = books.load(session) if after is None else answers(session, after)
    earlier = Book() if before is None else answers(session, before)
    return list(_changes(earlier, later, about))


def answers(session: Session, version: Version) -> Book:
    """Return the answers of a version, be it approved or kept by itself."""
    if isinstance(version, Automatic):
        return automatic.at(session, version.at)
    return books.thaw(version.answers)


def changes_since(book: Book, before: StrategyVersion | None, about: Setting) -> list[AnswerChange]:
    """Return what has changed in the present answers since a version (None: all of them)."""
    earlier = Book() if before is None else books.thaw(before.answers)
    return list(_changes(earlier, book, about))


def _changes(before: Book, after: Book, about: Setting) -> Iterator[AnswerChange]:
    for asked in library.worksheets().asked.values():
        old = {row.item: row for row in before.of(asked.store)}
        new = {row.item: row for row in after.of(asked.store)}
        for item in [*new, *(one for one in old if one not in new)]:
            was, is_now = old.get(item), new.get(item)
            was_value: Mapping[str, Any] = {} if was is None else was.value
            value: Mapping[str, Any] = {} if is_now is None else is_now.value
            found = tuple(
                history.field_changes(asked, was_value, value, about, after, earlier=before)
            )
            if found:
                yield AnswerChange(
                    kind=_kind(asked, was_value, value),
                    section=asked.section.key,
                    question=asked.question.key,
                    item=item,
                    title=Message(catalogue_id(asked.question.short)),
                    name=_name(asked, after if is_now is not None else before, item),
                    fields=found,
                    by_name=about.who(is_now.updated_by) if is_now is not None else None,
                    at=is_now.updated_at if is_now is not None else None,
                )


def _kind(asked: Asked, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    keys = [field.key for field in asked.question.fields]
    if not any(old.get(key) for key in keys):
        return "added"
    return "changed" if any(new.get(key) for key in keys) else "removed"


def _name(asked: Asked, book: Book, item: str) -> str | Message:
    return book.names(asked.store).get(item, "") if asked.has_rows else ""


# --- Brought back ------------------------------------------------------------------------------


def bring_back(session: Session, version: Version, *, by: int | None, now: datetime) -> int:
    """Make the answers what they were in a version; return how many answers changed.

    Each change is a new version of its answer, so that nothing written since is lost.
    """
    return become(session, answers(session, version), by=by, now=now)


def become(session: Session, wanted: Book, *, by: int | None, now: datetime) -> int:
    """Make the answers those of a book, as new versions; return how many answers changed."""
    changed, here = 0, books.load(session)
    for store in {one.store for one in library.worksheets().asked.values()}:
        asked = library.worksheets().find(store)
        rows = {row.item: row for row in wanted.of(store)}
        present = {row.item for row in here.of(store)}
        for item in [*rows, *sorted(present - rows.keys())]:
            changed += _bring_back(session, asked, item, rows.get(item), by=by, now=now)
    return changed


def _bring_back(
    session: Session, asked: Asked, item: str, row: Row | None, *, by: int | None, now: datetime
) -> bool:
    answer = keeping.hold(session, asked, item)
    if answer is None:
        position = 0 if row is None else row.position
        answer = keeping.create(session, asked, item, position, now)
    if row is None:
        if not asked.has_rows:
            value: dict[str, Any] = {}
            gone = None
        else:
            value, gone = dict(answer.value), answer.removed_at or now
        position = answer.position
    else:
        value, gone, position = dict(row.value), None, row.position
    if (answer.value, answer.removed_at, answer.position) == (value, gone, position):
        return False
    answer.value, answer.removed_at, answer.position = value, gone, position
    answer.examples = sorted(row.examples) if row is not None else list(answer.examples)
    answer.skipped = sorted(row.skipped) if row is not None else list(answer.skipped)
    keeping.write(session, answer, _action(answer), by=by, now=now)
    return True


def _action(answer: Answer) -> str:
    """Return what is said of an answer's new version; one that was never there is just saved."""
    if answer.removed_at is not None:
        return "removed"
    return "restored" if answer.version else "saved"
