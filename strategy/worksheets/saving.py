"""Saving an answer: checked, merged with what others saved meanwhile, and never lost.

A save names the version that its writer saw. What others changed since in other fields is kept
beside the writer's changes; where both changed one field, the answer stays as it is, the
writer's text goes into the history, and the caller gets both texts to choose from.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from goals.errors import Refusal
from goals.words import N_
from strategy.worksheets import book as books
from strategy.worksheets import display, fields, keeping, library, merging, progress, showing
from strategy.worksheets import setting as settings
from strategy.worksheets.book import Book
from strategy.worksheets.content import Asked
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
    writer: str | None
    about: Setting
    book: Book

    @property
    def keys(self) -> list[str]:
        return [field.key for field in self.asked.question.fields]


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
    writer: str | None = None,
) -> Saved | Conflict:
    """Save what was typed for a question ("section.question"), about a row if it repeats.

    `values` maps field keys to what was typed (a date as text or as day, month and year); a
    field that is not in it stays as it is. `expected_version` is the one the page was made
    with, 0 for none. An autosave accepts what is incomplete or not understood yet; `writer`
    names the tab it comes from. Raises Invalid with the fields to mend, and Refusal for a
    question or a row that does not exist.
    """
    asked = library.worksheets().find(question)
    about, book = settings.of(session), books.load(session)
    one = _Attempt(session, asked, item, values, by, now, autosave, writer, about, book)
    answer = keeping.hold(session, asked, item)
    if answer is None and (asked.has_rows or item):
        raise Refusal("unknown_item", N_("This row does not exist."), field="item")
    base = _base(one, answer, expected_version)
    mine = _cleaned(one, base)
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

    What the same tab saved by itself since then is the writer's own and no news.
    """
    if answer is None:
        return {}
    if expected >= answer.version:
        return dict(answer.value)
    history = [v for v in keeping.versions(one.session, answer) if v.action != "set_aside"]
    since = [v for v in history if v.version > expected]
    own = (one.by, one.writer, "autosaved")
    if one.writer and all((v.saved_by, v.writer, v.action) == own for v in since):
        return dict(answer.value)
    seen = [v for v in history if v.version <= expected]
    return dict(seen[-1].value) if seen else {}


def _cleaned(one: _Attempt, base: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was typed in the form it is kept in; raises Invalid for what is too long."""
    mine: dict[str, Any] = {}
    errors = []
    for field in one.asked.question.fields:
        if field.key not in one.typed:
            continue
        context = {**base, **mine}
        found = fields.clean(field, one.typed[field.key], context, one.about, one.book.all_names)
        mine[field.key] = found.value
        if found.problem is not None and found.problem.code == "long":
            errors.append(FieldError(field.key, found.problem.message))
    if errors:
        raise Invalid(tuple(errors), one.typed)
    return mine


def _check(one: _Attempt, merged: Merged, mine: Mapping[str, Any]) -> None:
    """Raise Invalid for what a full save must not leave missing or wrong."""
    if one.autosave:
        return
    # In a clash the writer's own text is checked, for that is what the writer can mend.
    values = {**merged.values, **{key: mine[key] for key in merged.clashing}}
    problems = progress.check(one.asked, values, one.about, one.book)
    if problems:
        errors = tuple(FieldError(key, found.message) for key, found in problems.items())
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
    skipped = [other for other in answer.skipped if other != key or not filled]
    if merged.values == answer.value and skipped == answer.skipped:
        return False
    fresh = {field for field in one.keys if merged.values.get(field) != answer.value.get(field)}
    answer.examples = [field for field in answer.examples if field not in fresh]
    answer.value, answer.skipped = merged.values, skipped
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
    by, at = _author(one, answer, clashing)
    theirs = dict(answer.value)
    own = {**theirs, **{key: mine[key] for key in clashing}}
    own = {key: value for key, value in own.items() if not fields.empty(value)}
    keeping.set_aside(one.session, answer, own, by=one.by, now=one.now, writer=one.writer)
    clashes = []
    for field in one.asked.question.fields:
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


def skip(session: Session, question: str, item: str, *, by: int | None, now: datetime) -> int:
    """Leave a question for later, keeping what is written; return the answer's version."""
    asked = library.worksheets().find(question)
    answer = keeping.hold(session, asked, item)
    if answer is None:
        if asked.has_rows or item:
            raise Refusal("unknown_item", N_("This row does not exist."), field="item")
        answer = keeping.create(session, asked, item, 0, now)
    if asked.question.key not in answer.skipped:
        answer.skipped = [*answer.skipped, asked.question.key]
        keeping.write(session, answer, "skipped", by=by, now=now)
    return answer.version
