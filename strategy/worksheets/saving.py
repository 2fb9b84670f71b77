"""Saving an answer: checked, merged with what others saved meanwhile, and never lost.

A save names the version that its writer saw. What others changed since in other fields is kept
beside the writer's changes; where both changed one field, the answer stays as it is, the
writer's text goes into the history, and the caller gets both texts to choose from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from goals.errors import Refusal
from goals.tracking.visibility import Audience
from goals.words import N_, Reader
from strategy.worksheets import book as books
from strategy.worksheets import (
    display,
    fields,
    keeping,
    library,
    merging,
    presets,
    progress,
    showing,
)
from strategy.worksheets import setting as settings
from strategy.worksheets.book import Book
from strategy.worksheets.content import SETS, Asked, Field
from strategy.worksheets.merging import Merged
from strategy.worksheets.outcomes import Clash, Conflict, FieldError, Invalid, Saved
from strategy.worksheets.setting import Setting
from strategy.worksheets.tables import Answer, AnswerVersion

__all__ = ["Clash", "Conflict", "FieldError", "Invalid", "Saved", "save_answer", "skip"]


@dataclass(frozen=True)
class _Attempt:
    """One save, with everything that it is looked at against."""

    session: Session
    asked: Asked
    item: str
    typed: Mapping[str, Any]
    by: int | None
    now: datetime
    autosave: bool
    alone: bool
    writer: str | None
    about: Setting
    book: Book
    reader: Reader | str

    @property
    def keys(self) -> list[str]:
        return [field.key for field in self.asked.question.typed]


def save_answer(
    session: Session,
    question: str,
    item: str,
    values: Mapping[str, Any],
    expected_version: int,
    *,
    by: int | None,
    now: datetime,
    autosave: bool = False,
    alone: bool = False,
    writer: str | None = None,
    who: Audience = settings.EVERYBODY,
    reader: Reader | str = "en",
) -> Saved | Conflict:
    """Save what was typed for a question ("section.question"), about a row if it repeats.

    `values` maps field keys to what was typed (a date as text or as day, month and year); a
    field that is not in it stays as it is. `expected_version` is the one the page was made
    with, 0 for none. An autosave accepts what is incomplete or not understood yet; `alone`
    asks only what was typed to be complete and right, for fields that are asked one by one.
    `writer` names the tab it comes from, `who` are the readers of what is shown in a conflict,
    and `reader` is whose language proposals are written in.
    Raises Invalid with the fields to mend, and Refusal for a question or a row that does not
    exist.
    """
    asked = library.worksheets().find(question)
    about, book = settings.of(session, who), books.load(session)
    one = _Attempt(
        session, asked, item, values, by, now, autosave, alone, writer, about, book, reader
    )
    answer = keeping.hold(session, asked, item)
    if answer is None and (asked.has_rows or item):
        raise Refusal("unknown_item", N_("This row does not exist."), field="item")
    base = _base(one, answer, expected_version)
    mine = _cleaned(one, base)
    base = _arrived(one, answer, expected_version, mine) or base
    merged = merging.merge(one.keys, base, mine, answer.value if answer is not None else {})
    if answer is not None and answer.removed_at is not None:
        changed = merged.clashing + merged.applied
        return _conflict(one, answer, base, mine, changed, saved=(), removed=True)
    _check(one, merged, mine)
    if answer is None:
        if not merged.values:
            return Saved(0, now, {}, changed=False)
        answer = keeping.create(session, asked, item, 0, now)
        merged = merging.merge(one.keys, base, mine, answer.value)
    return _keep(one, answer, base, mine, merged)


def _base(one: _Attempt, answer: Answer | None, expected: int) -> dict[str, Any]:
    """Return the values that the writer's page was made with.

    What the same tab saved by itself since then is the writer's own and no news: its answer may
    have been lost on the way, or others' changes came with it that the page does not show yet.
    """
    if answer is None:
        return {}
    if expected >= answer.version:
        return dict(answer.value)
    history = [v for v in keeping.versions(one.session, answer) if v.action != "set_aside"]
    seen = [v for v in history if v.version <= expected]
    before: Mapping[str, Any] = seen[-1].value if seen else {}
    base = dict(before)
    for later in history[len(seen) :]:
        if _is_own(one, later) and later.action == "autosaved":
            fresh = [key for key in one.keys if later.value.get(key) != before.get(key)]
            base |= {key: later.value.get(key) for key in fresh}
        before = later.value
    return base


def _arrived(
    one: _Attempt, answer: Answer | None, expected: int, mine: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return the values as this very text was saved before, None if it never was.

    A page that got no answer sends once more; others may have gone on from its text meanwhile.
    """
    if answer is None or not one.writer:
        return None
    for version in reversed(keeping.versions(one.session, answer)):
        if version.version <= expected:
            break
        if not _is_own(one, version) or version.action not in ("saved", "autosaved"):
            continue
        if all((version.value.get(key) or "") == (value or "") for key, value in mine.items()):
            return dict(version.value)
    return None


def _is_own(one: _Attempt, version: AnswerVersion) -> bool:
    """Tell whether a version came from the same tab."""
    return bool(one.writer) and (version.saved_by, version.writer) == (one.by, one.writer)


def _cleaned(one: _Attempt, base: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was typed in the form it is kept in; raises Invalid for what is too long."""
    mine: dict[str, Any] = {}
    errors = []
    rows = one.book.choosable(one.asked, one.item)
    for field in one.asked.question.typed:
        if field.key not in one.typed:
            continue
        context = {**base, **mine}
        found = fields.clean(field, one.typed[field.key], context, one.about, rows)
        mine[field.key] = _unmoved(field, base.get(field.key), found.value)
        if found.problem is not None and found.problem.code == "long":
            errors.append(FieldError(field.key, found.problem.message))
    if errors:
        raise Invalid(tuple(errors), one.typed)
    return mine


def _unmoved(field: Field, before: Any, value: Any) -> Any:
    """Return what was chosen as it stood before, where only the order of the list is new."""
    if field.kind in SETS and isinstance(before, list) and sorted(before) == sorted(value):
        return before
    return value


def _check(one: _Attempt, merged: Merged, mine: Mapping[str, Any]) -> None:
    """Raise Invalid for what a full save must not leave missing or wrong."""
    if one.autosave:
        return
    # In a clash the writer's own text is checked, for that is what the writer can mend.
    values = {**merged.values, **{key: mine[key] for key in merged.clashing}}
    problems = progress.check(one.asked, values, one.about, one.book, one.item)
    errors = tuple(
        FieldError(key, found.message)
        for key, found in problems.items()
        if not one.alone or key in one.typed
    )
    if errors:
        raise Invalid(errors, one.typed)


def _keep(
    one: _Attempt,
    answer: Answer,
    base: Mapping[str, Any],
    mine: Mapping[str, Any],
    merged: Merged,
) -> Saved | Conflict:
    changed = _put(one, answer, merged)
    if changed:
        action = "autosaved" if one.autosave else "saved"
        keeping.write(one.session, answer, action, by=one.by, now=one.now, writer=one.writer)
    if merged.clashing:
        return _conflict(one, answer, base, mine, merged.clashing, saved=merged.applied)
    return Saved(answer.version, answer.updated_at, dict(answer.value), changed, merged.taken)


def _put(one: _Attempt, answer: Answer, merged: Merged) -> bool:
    """Put the merged values into an answer, and tell whether anything is new."""
    key = one.asked.question.key
    filled = any(field in merged.values for field in one.keys)
    fresh = {field for field in one.keys if merged.values.get(field) != answer.value.get(field)}
    gone = {key, *(f"{key}.{field}" for field in fresh)} if filled else set()
    skipped = [other for other in answer.skipped if other not in gone]
    values = presets.filled(one.asked, answer.value, merged.values, one.reader)
    if values == answer.value and skipped == answer.skipped:
        return False
    answer.examples = [field for field in answer.examples if field not in fresh]
    answer.value, answer.skipped = values, skipped
    return True


def _conflict(
    one: _Attempt,
    answer: Answer,
    base: Mapping[str, Any],
    mine: Mapping[str, Any],
    clashing: tuple[str, ...],
    *,
    saved: tuple[str, ...],
    removed: bool = False,
) -> Conflict:
    by, at = answer.updated_by, answer.updated_at
    if not removed:
        by, at = _author(one, answer, clashing)
    theirs = dict(answer.value)
    own = {**theirs, **{key: mine[key] for key in clashing}}
    own = {key: value for key, value in own.items() if not fields.empty(value)}
    keeping.set_aside(one.session, answer, own, by=one.by, now=one.now, writer=one.writer)
    clashes = []
    for field in one.asked.question.typed:
        if field.key in clashing:
            texts = [
                display.shown(field, values.get(field.key), values, one.about, one.book)
                for values in (own, theirs, base)
            ]
            label = showing.text(field.label, one.book, one.asked, one.item, one.about)
            values = (own.get(field.key), theirs.get(field.key), base.get(field.key))
            clashes.append(Clash(field, label, *values, *texts))
    return Conflict(
        version=answer.version,
        clashes=tuple(clashes),
        by=by,
        by_name=one.about.who(by),
        at=at,
        saved=saved,
        removed=removed,
    )


def _author(
    one: _Attempt, answer: Answer, clashing: tuple[str, ...]
) -> tuple[int | None, datetime]:
    """Return who gave the clashing fields their present text, and when."""
    later: AnswerVersion | None = None
    for version in reversed(keeping.versions(one.session, answer)):
        if version.action == "set_aside":
            continue
        if later is not None and any(
            version.value.get(key) != later.value.get(key) for key in clashing
        ):
            break
        later = version
    if later is None:
        return answer.updated_by, answer.updated_at
    return later.saved_by, later.saved_at


def skip(
    session: Session,
    question: str,
    item: str,
    fields: Sequence[str] = (),
    *,
    by: int | None,
    now: datetime,
) -> int:
    """Leave a question for later, keeping what is written; return the answer's version.

    With `fields` only those of its fields are left.
    """
    asked = library.worksheets().find(question)
    answer = keeping.hold(session, asked, item)
    if answer is None:
        if asked.has_rows or item:
            raise Refusal("unknown_item", N_("This row does not exist."), field="item")
        answer = keeping.create(session, asked, item, 0, now)
    key = asked.question.key
    left = [f"{key}.{one}" for one in fields] or [key]
    fresh = [one for one in left if one not in answer.skipped]
    if fresh:
        answer.skipped = [*answer.skipped, *fresh]
        keeping.write(session, answer, "skipped", by=by, now=now)
    return answer.version
