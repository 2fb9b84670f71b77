"""Comments on questions: threads of plain text that name members, are resolved, and can be undone.

A comment stands beside the answer and is no part of the strategy: no version, no document and no
link to it holds one. Whoever tells members of comments reads `Comment.mentions`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from goals.errors import Refusal
from goals.table import workspace_of
from goals.words import N_
from strategy.worksheets import fields, library
from strategy.worksheets.book import Book
from strategy.worksheets.setting import Setting
from strategy.worksheets.tables import Comment

LONGEST = 2000


@dataclass(frozen=True)
class Part:
    """A run of a comment's text; `mention` marks the name of a member."""

    text: str
    mention: bool = False


@dataclass(frozen=True)
class Said:
    """A comment for reading; `by` is None where nobody is known."""

    id: int
    parts: tuple[Part, ...]
    by: int | None
    by_name: str | None
    at: datetime


@dataclass(frozen=True)
class Thread:
    """A comment with the answers to it."""

    first: Said
    replies: tuple[Said, ...]
    resolved_at: datetime | None
    resolved_by: str | None


@dataclass(frozen=True)
class Threads:
    """The comments on a question, those that are open first."""

    open: tuple[Thread, ...] = ()
    resolved: tuple[Thread, ...] = ()


# --- Read ----------------------------------------------------------------------------------------


def threads(session: Session, question: str, item: str, setting: Setting) -> Threads:
    """Return the comments on a question, about one row of it where it has rows."""
    statement = (
        select(Comment)
        .where(
            col(Comment.workspace_id) == workspace_of(session),
            col(Comment.question) == question,
            col(Comment.item) == item,
            col(Comment.removed_at).is_(None),
        )
        .order_by(col(Comment.written_at), col(Comment.id))
    )
    comments = session.exec(statement).all()
    answers: dict[int, list[Said]] = {}
    for one in comments:
        if one.parent_id is not None:
            answers.setdefault(one.parent_id, []).append(_said(one, setting))
    found = [
        Thread(
            first=_said(one, setting),
            replies=tuple(answers.get(one.id, ())),
            resolved_at=one.resolved_at,
            resolved_by=setting.who(one.resolved_by),
        )
        for one in comments
        if one.parent_id is None
    ]
    return Threads(
        open=tuple(one for one in found if one.resolved_at is None),
        resolved=tuple(one for one in found if one.resolved_at is not None),
    )


def every(session: Session) -> list[Comment]:
    """Return all comments that were not deleted, the newest first."""
    return list(
        session.exec(
            select(Comment)
            .where(
                col(Comment.workspace_id) == workspace_of(session),
                col(Comment.removed_at).is_(None),
            )
            .order_by(col(Comment.written_at).desc(), col(Comment.id).desc())
        ).all()
    )


def open_threads(session: Session, book: Book) -> dict[str, int]:
    """Return how many threads are open in each section, those about removed rows left out."""
    statement = select(Comment.question, Comment.item).where(
        col(Comment.workspace_id) == workspace_of(session),
        col(Comment.parent_id).is_(None),
        col(Comment.resolved_at).is_(None),
        col(Comment.removed_at).is_(None),
    )
    asked = library.worksheets().asked
    found: Counter[str] = Counter()
    for question, item in session.exec(statement):
        one = asked.get(question)
        if one is not None and (not item or book.row(one, item) is not None):
            found[one.section.key] += 1
    return dict(found)


def _said(comment: Comment, setting: Setting) -> Said:
    return Said(
        id=comment.id,
        parts=tuple(parts(comment.text, setting.names)),
        by=comment.written_by,
        by_name=setting.who(comment.written_by),
        at=comment.written_at,
    )


def parts(text: str, names: Mapping[str, str]) -> Iterator[Part]:
    """Yield a text in runs, each name of a member after an @ by itself."""
    begun = 0
    for start, end, _ in _mentions(text, names):
        if start > begun:
            yield Part(text[begun:start])
        yield Part(text[start:end], mention=True)
        begun = end
    if begun < len(text):
        yield Part(text[begun:])


def mentioned(text: str, names: Mapping[str, str]) -> list[str]:
    """Return the ids of the members that a text names: all who bear a name that several bear."""
    return list(dict.fromkeys(id for _, _, ids in _mentions(text, names) for id in ids))


def _mentions(text: str, names: Mapping[str, str]) -> Iterator[tuple[int, int, list[str]]]:
    """Yield where names stand, and whose they are; of two that fit the longer one counts."""
    known: dict[str, list[str]] = {}
    for id, name in names.items():
        for form in {name.casefold(), name.split(" ")[0].casefold()} - {""}:
            known.setdefault(form, []).append(id)
    longest_first = sorted(known, key=len, reverse=True)
    at = text.find("@")
    while at >= 0:
        rest = text[at + 1 :]
        # A letter before the sign makes it an e-mail address.
        alone = at == 0 or not (text[at - 1].isascii() and text[at - 1].isalnum())
        for form in longest_first if alone else ():
            if rest[: len(form)].casefold() == form and not _goes_on(rest, len(form)):
                yield at, at + 1 + len(form), known[form]
                at += len(form)
                break
        at = text.find("@", at + 1)


def _goes_on(text: str, end: int) -> bool:
    """Tell whether a word goes on: in scripts that part words, one letter follows another."""
    if end >= len(text):
        return False
    before, after = text[end - 1], text[end]
    return after.isalnum() and before.isascii() and after.isascii()


# --- Written -------------------------------------------------------------------------------------


def add(
    session: Session,
    question: str,
    item: str,
    text: str,
    setting: Setting,
    *,
    parent_id: int | None = None,
    by: int | None,
    now: datetime,
) -> Comment:
    """Comment on a question, or answer the first comment of a thread.

    Raises Refusal for a text that is empty or too long, and for what does not exist.
    """
    library.worksheets().find(question)
    plain = fields.tidy(text)
    if not plain:
        raise Refusal("comment_empty", N_("Write what you want to say."), field="comment")
    if len(plain) > LONGEST:
        raise Refusal(
            "comment_long",
            N_("Shorten this to %(most)s characters. It has %(length)s now."),
            {"most": LONGEST, "length": len(plain)},
            field="comment",
        )
    if parent_id is not None:
        parent = find(session, parent_id)
        if (parent.question, parent.item) != (question, item) or parent.removed_at is not None:
            raise _unknown()
        # A thread has one level; whoever speaks up again opens it again.
        parent_id = parent.parent_id or parent.id
        _reopen(session, find(session, parent_id))
    made = Comment(
        workspace_id=workspace_of(session),
        question=question,
        item=item,
        parent_id=parent_id,
        text=plain,
        mentions=mentioned(plain, setting.members),
        written_by=by,
        written_at=now,
    )
    session.add(made)
    session.flush()
    return made


def find(session: Session, comment_id: int) -> Comment:
    """Return a comment, removed or not; raises Refusal `unknown_comment`."""
    found = session.exec(
        select(Comment).where(
            col(Comment.workspace_id) == workspace_of(session), col(Comment.id) == comment_id
        )
    ).first()
    if found is None:
        raise _unknown()
    return found


def resolve(session: Session, comment_id: int, *, by: int | None, now: datetime) -> None:
    """Settle a thread."""
    found = _first(session, comment_id)
    if found.resolved_at is None:
        found.resolved_by, found.resolved_at = by, now


def reopen(session: Session, comment_id: int) -> None:
    """Open a thread again."""
    _reopen(session, _first(session, comment_id))


def remove(session: Session, comment_id: int, *, now: datetime) -> None:
    """Take a comment away, its thread with the first one; it can be brought back."""
    found = find(session, comment_id)
    if found.removed_at is None:
        found.removed_at = now


def bring_back(session: Session, comment_id: int) -> None:
    """Bring back a comment that was taken away."""
    find(session, comment_id).removed_at = None


def _first(session: Session, comment_id: int) -> Comment:
    found = find(session, comment_id)
    if found.parent_id is not None:
        raise _unknown()
    return found


def _reopen(session: Session, comment: Comment) -> None:
    comment.resolved_by = comment.resolved_at = None
    session.add(comment)


def _unknown() -> Refusal:
    return Refusal("unknown_comment", N_("There is no such comment."), field="comment")
