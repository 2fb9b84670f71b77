"""How sound the records behind readings are, counted together for readings that differ in members.

A hundred goals of as many people look at the same records, each at its own: one statement counts
them for all.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import literal, select, union
from sqlmodel import Session, col

from goals.metrics import amounts, drill, keeping, quality, receipts, recipes
from goals.metrics import refresh as rollups
from goals.metrics.ahead import Ahead
from goals.metrics.checks import every
from goals.metrics.evidence import Reading
from goals.metrics.measures import Measure
from goals.metrics.quality import Score
from goals.metrics.recipes import RECIPES
from goals.metrics.result import Result
from goals.metrics.scope import Scope, scope_of
from goals.records import kinds


def of_reading(session: Session, reading: Reading, today: date) -> Score | None:
    """Return how sound the records are that a reading looks at, by the checks that matter to it.

    None for a number that is not counted from records, or from none that are checked.
    """
    return of_readings(session, [reading], today)[0]


def of_readings(
    session: Session, asked: Sequence[Reading], today: date, ahead: Ahead | None = None
) -> list[Score | None]:
    """Return that for each of several readings; `ahead` holds what was looked up for them."""
    return _of(session, [(one, receipts.counted(session, one)) for one in asked], today, ahead)


def of_results(
    session: Session, asked: Sequence[Result], today: date, ahead: Ahead | None = None
) -> list[Score | None]:
    """Return that for each of several readings that need not be kept."""

    def row(one: Result) -> Reading:
        return keeping.unkept(session, one, now=one.as_of)

    return _of(session, [(row(one), [*map(row, _counted(one))]) for one in asked], today, ahead)


def _counted(result: Result) -> Iterator[Result]:
    """Yield what is counted from records of a reading: itself, or what it is made of."""
    for one in result.parts.values():
        yield from _counted(one)
    if not result.parts and result.metric.is_counted and result.metric.id in RECIPES:
        yield result


def _of(
    session: Session,
    asked: Sequence[tuple[Reading, Sequence[Reading]]],
    today: date,
    ahead: Ahead | None,
) -> list[Score | None]:
    """Return the scores of readings, each with those counted from records that it is made of."""
    ahead = ahead or Ahead(session)
    found: list[Score | None] = [None] * len(asked)
    alike: dict[Hashable, list[tuple[int, _Looked]]] = {}
    for place, (reading, parts) in enumerate(asked):
        looked = _looked(ahead, parts)
        if looked is not None:
            key = (place,) if looked.dim is None else _but_members(reading, looked.dim)
            alike.setdefault(key, []).append((place, looked))
    for those in alike.values():
        first, _ = asked[those[0][0]]
        day = min(first.matured or first.last_day, today)
        scores = _scores(session, [looked for _, looked in those], day)
        for (place, _), score in zip(those, scores, strict=True):
            found[place] = score
    return found


@dataclass
class _Looked:
    """The records that a reading looks at: statements and what they stand on, by kind of record.

    `dim` is the one dimension that it is narrowed by where another reading may differ in its
    `keys` alone; the statements then are not narrowed yet, and tell each record's key.
    """

    kinds: dict[str, tuple[set[str], list[Any]]] = field(default_factory=dict)
    dim: str | None = None
    keys: frozenset[str] = frozenset()


def _but_members(reading: Reading, dim: str) -> Hashable:
    params = tuple(sorted(reading.params.items()))
    window = reading.first_day, reading.last_day, reading.matured, reading.known_at
    return reading.metric, reading.version, params, window, dim


def _looked(ahead: Ahead, parts: Sequence[Reading]) -> _Looked | None:
    found = _Looked()
    for part in parts:
        recipe = recipes.of(part.metric, part.params)
        scope = scope_of(ahead.session, ahead.base, part.where, None, recipe.subjects, ahead)
        stands: set[str] = {"standing"} if recipe.stands is not None else set()
        names = {name for names in recipe.parts(part.params) for name in names}
        is_plain = not scope.custom and names.isdisjoint(recipe.special)
        if len(parts) == 1 and len(scope.where) == 1 and is_plain:
            [(found.dim, keys)] = scope.where.items()
            found.keys = frozenset(keys)
        for measure, statement in drill.behind(scope, part, found.dim):
            tokens, statements = found.kinds.setdefault(measure.subject, (set(), []))
            tokens |= _tokens(measure, scope) | stands
            statements.append(statement)
    return found if found.kinds else None


def _scores(session: Session, alike: Sequence[_Looked], day: date) -> list[Score | None]:
    """Return the scores of readings that look at the same records but for their members."""
    base, first = rollups.base_of(session), alike[0]
    each: list[list[Score]] = [[] for _ in alike]
    for record, (tokens, statements) in first.kinds.items():
        checks = [
            one for one in every.of(session, record) if "faults" in tokens or one.touches & tokens
        ]
        if not checks:
            continue
        table: Any = kinds.KINDS[record].table
        looked = _together(statements, frozenset().union(*(one.keys for one in alike)), first.dim)
        statement = (
            select(looked.c.key, *quality.counts(base, checks, day))
            .select_from(table)
            .join(looked, col(table.id) == looked.c.id)
            .where(*quality.living(session, table))
            .group_by(looked.c.key)
        )
        by_key = {str(key): tuple(map(int, counts)) for key, *counts in session.execute(statement)}
        nothing = (0,) * (2 + len(checks))
        for one, scores in zip(alike, each, strict=True):
            wanted = one.keys if one.dim is not None else by_key
            rows: Iterable[tuple[int, ...]] = [by_key.get(key, nothing) for key in wanted]
            added = [sum(column) for column in zip(nothing, *rows, strict=True)]
            scores.append(quality.score(record, checks, added))
    return [quality.together(scores) if scores else None for scores in each]


def _together(statements: Sequence[Any], keys: frozenset[str], dim: str | None) -> Any:
    """Return the ids that statements list, each once, with the member each belongs to."""
    listed = []
    for statement in statements:
        rows = statement.subquery()
        if dim is None:
            listed.append(select(rows.c.id, literal("").label("key")))
        else:
            listed.append(select(rows.c.id, rows.c.key).where(rows.c.key.in_(sorted(keys))))
    # A record that a measure lists twice counts once as well.
    return (listed[0].distinct() if len(listed) == 1 else union(*listed)).subquery()


def _tokens(measure: Measure, scope: Scope) -> set[str]:
    """Return what a measure stands on, in the words of `Check.touches`."""
    days = [measure.day, *([measure.turns[0]] if measure.turns is not None else [])]
    unit = "list_price" if measure.value is amounts.list_price else measure.unit
    columns = {str(one.key) for one in days if getattr(one, "key", None)}
    custom = {f"custom.{name}" for name in scope.custom}
    return {"count", unit, *columns, *scope.where, *custom}
