"""Saving the table of scores: each cell and each weight by itself, so that two can fill it in.

Only what was typed is saved. What somebody else changed since is kept, and where both changed
one cell, neither text is lost: the writer sees both and saves again to keep the own one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from goals.tracking.visibility import Audience
from strategy.worksheets import book as books
from strategy.worksheets import keeping, library, saving
from strategy.worksheets import setting as settings
from strategy.worksheets.outcomes import Conflict
from strategy.worksheets.rules import matrix
from strategy.worksheets.rules.matrix import EASE_KEY, Matrix


@dataclass(frozen=True)
class TypedCell:
    """What stands in a cell of the page: score and what was seen, and the version it began with."""

    vendor: str
    need: str
    score: str
    evidence: str
    version: int


@dataclass(frozen=True)
class TypedWeight:
    """A weight as it stands in the page, and the version of the answer that it is kept in."""

    need: str
    weight: str
    version: int


@dataclass(frozen=True)
class Kept:
    """What came of saving: the present versions by vendor and need (None: of its weight).

    `conflicts` have the same keys.
    """

    versions: dict[tuple[str | None, str], int]
    conflicts: dict[tuple[str | None, str], Conflict]
    changed: bool


def save(
    session: Session,
    cells: Sequence[TypedCell],
    weights: Sequence[TypedWeight],
    *,
    by: int | None,
    now: datetime,
    autosave: bool = False,
    writer: str | None = None,
    who: Audience = settings.EVERYBODY,
) -> Kept:
    """Save what differs from the answers. Cells of vendors or needs that are gone are left out."""
    grid = matrix.of(books.load(session))
    kept = Kept({}, {}, False)
    changed = False
    for place, question, item, values, version in _news(grid, cells, weights):
        if question == matrix.SCORES:
            _open(session, item, now)
        result = saving.save_answer(
            session,
            question,
            item,
            values,
            version,
            by=by,
            now=now,
            autosave=autosave,
            writer=writer,
            who=who,
        )
        kept.versions[place] = result.version
        if isinstance(result, Conflict):
            kept.conflicts[place] = result
        else:
            changed = changed or result.changed
    return Kept(kept.versions, kept.conflicts, changed)


News = tuple[tuple[str | None, str], str, str, dict[str, str], int]


def _news(grid: Matrix, cells: Sequence[TypedCell], weights: Sequence[TypedWeight]) -> list[News]:
    """Return what stands in the page and not in the answers: where it goes, and what it is."""
    found: list[News] = []
    lines = {one.need.key: one for one in grid.criteria}
    for typed in weights:
        line = lines.get(typed.need)
        if line is not None and typed.weight != line.chosen:
            values = {"weight": typed.weight}
            place = (None, typed.need)
            found.append((place, line.weighed_in, line.weighed_at, values, typed.version))
    for one in cells:
        cell = grid.cells.get((one.vendor, one.need))
        if cell is None:
            continue
        was = ("" if cell.score is None else str(cell.score), cell.evidence)
        if (one.score, " ".join(one.evidence.split())) != was:
            values = {"score": one.score, "evidence": one.evidence}
            if one.need != EASE_KEY:
                values |= {"vendor": one.vendor, "requirement": one.need}
            found.append(((one.vendor, one.need), cell.question, cell.item, values, one.version))
    return found


def _open(session: Session, item: str, now: datetime) -> None:
    """Make the row of a score where there is none yet, and bring back one that was removed."""
    asked = library.worksheets().find(matrix.SCORES)
    answer = keeping.hold(session, asked, item)
    if answer is None:
        keeping.create(session, asked, item, keeping.next_position(session, asked), now)
    elif answer.removed_at is not None:
        answer.removed_at = None
        session.add(answer)
