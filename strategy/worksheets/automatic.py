"""Versions that nobody has to make: the strategy as it stood after each spell of work.

They are read from the history of the answers, in which every step stands for good; nothing
else is stored. A spell ends when nobody writes for a while, before another person joins in,
before something is removed or brought back, and with an approval.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from goals.table import workspace_of
from strategy.worksheets.book import Book, Row
from strategy.worksheets.tables import Answer, AnswerVersion, StrategyVersion

#: Nobody has written for so long: the spell of work is over.
QUIET = timedelta(minutes=30)
#: Of so many days every spell is a version, up to so many; of the year before, one a month.
RECENT, LONGEST = timedelta(days=30), timedelta(days=365)
MOST = 100
#: Steps before which the strategy is worth keeping as it stood.
UNDOING = ("removed", "restored")
#: Steps that leave the answers as they are.
WORDLESS = ("set_aside", "skipped")


@dataclass(frozen=True)
class Automatic:
    """A version that was kept by itself: all answers as they stood at an instant.

    `people` are the members who wrote in the spell that it ends, None for a program.
    """

    at: datetime
    people: tuple[int | None, ...] = ()


@dataclass(frozen=True)
class Change:
    """A step in the history of any answer."""

    at: datetime
    by: int | None
    action: str = "saved"


@dataclass
class _Spell:
    begin: datetime
    at: datetime
    action: str = ""
    people: list[int | None] = field(default_factory=list)


def versions(
    session: Session, approved: Iterable[StrategyVersion], *, now: datetime, zone: str
) -> list[Automatic]:
    """Return the automatic versions, the latest first.

    The present answers are not among them, nor is what was approved and so has a name.
    """
    statement = (
        select(AnswerVersion.saved_at, AnswerVersion.saved_by, AnswerVersion.action)
        .where(
            col(AnswerVersion.workspace_id) == workspace_of(session),
            col(AnswerVersion.action).not_in(WORDLESS),
            col(AnswerVersion.saved_at) > now - LONGEST,
        )
        .order_by(col(AnswerVersion.saved_at), col(AnswerVersion.id))
    )
    changes = [Change(at, by, action) for at, by, action in session.exec(statement)]
    found = spells(changes, sorted(one.approved_at for one in approved))
    return list(thinned(found, now, ZoneInfo(zone)))


def spells(changes: Sequence[Change], approved: Sequence[datetime]) -> list[Automatic]:
    """Return what each spell of work but the last came to, the earliest first (pure).

    The changes are in order. The last spell is how things stand now.
    """
    found: list[_Spell] = []
    known: set[int | None] = set()
    for one in changes:
        spell = found[-1] if found else None
        if spell is None or one.at - spell.at > QUIET:
            known = set()
        if spell is None or _begins(one, spell, known, approved):
            spell = _Spell(one.at, one.at)
            found.append(spell)
        spell.at, spell.action = one.at, one.action
        if one.by not in spell.people:
            spell.people.append(one.by)
        known.add(one.by)
    return [
        Automatic(spell.at, tuple(spell.people))
        for spell, after in pairwise(found)
        if not any(spell.at <= at < after.begin for at in approved)
    ]


def _begins(
    one: Change, spell: _Spell, known: set[int | None], approved: Sequence[datetime]
) -> bool:
    """Tell whether a change begins another spell; what is done at once stays together."""
    if one.at == spell.at:
        return False
    undoes = one.action in UNDOING and spell.action not in UNDOING
    was_approved = any(spell.at <= at < one.at for at in approved)
    return one.by not in known or undoes or was_approved


def thinned(found: Sequence[Automatic], now: datetime, zone: ZoneInfo) -> Iterator[Automatic]:
    """Yield the versions that are kept apart, the latest first: fewer the older they are (pure)."""
    seen: set[tuple[int, int]] = set()
    recent = 0
    for one in reversed(found):
        if now - one.at <= RECENT:
            recent += 1
            if recent <= MOST:
                yield one
            continue
        day = one.at.astimezone(zone)
        if (day.year, day.month) not in seen:
            seen.add((day.year, day.month))
            yield one


def at(session: Session, instant: datetime) -> Book:
    """Return all answers as they stood at an instant."""
    here = workspace_of(session)
    latest = (
        select(
            col(AnswerVersion.answer_id).label("answer_id"),
            func.max(col(AnswerVersion.version)).label("version"),
        )
        .where(
            col(AnswerVersion.workspace_id) == here,
            col(AnswerVersion.action) != "set_aside",
            col(AnswerVersion.saved_at) <= instant,
        )
        .group_by(col(AnswerVersion.answer_id))
        .subquery()
    )
    statement = (
        select(Answer.question, Answer.item, AnswerVersion)
        .join(Answer, col(Answer.id) == col(AnswerVersion.answer_id))
        .join(
            latest,
            (latest.c.answer_id == col(AnswerVersion.answer_id))
            & (latest.c.version == col(AnswerVersion.version)),
        )
        .where(col(AnswerVersion.workspace_id) == here, col(Answer.workspace_id) == here)
        .order_by(col(Answer.question), col(AnswerVersion.position), col(Answer.item))
    )
    rows: dict[str, list[Row]] = {}
    removed: dict[str, list[Row]] = {}
    for question, item, version in session.exec(statement):
        kept = removed if version.removed else rows
        kept.setdefault(question, []).append(_row(question, item, version))
    return Book(
        rows={question: tuple(some) for question, some in rows.items()},
        removed={question: tuple(some) for question, some in removed.items()},
    )


def _row(question: str, item: str, version: AnswerVersion) -> Row:
    return Row(
        question=question,
        item=item,
        value=version.value,
        version=version.version,
        position=version.position,
        examples=frozenset(version.examples),
        skipped=frozenset(version.skipped),
        updated_by=version.saved_by,
        updated_at=version.saved_at,
    )
