"""Writing neutral rows: told apart into new, changed and unchanged, and kept as such."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import compress, repeat
from typing import Any, NamedTuple

from sqlmodel import Session

from goals.records import bulk, columns, kinds, ledger, stored, stubs
from goals.records.columns import Columns
from goals.records.emptied import Emptied
from goals.records.kind import Kind
from goals.records.sales import DEAL_STATUSES
from goals.records.stored import CONTENT, DELETED, ID, STUB, Row
from goals.table import workspace_of

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Rejected:
    """A row that could not be kept: its place among those given and the column at fault.

    `missing` tells a value that a new record must have from one that is no such value.
    """

    place: int
    column: str
    missing: bool


@dataclass
class Counts:
    """What became of the rows of one call; every row is counted once, stubs apart.

    `emptied` tells of fields that lost their values.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    stubs: int = 0
    deleted: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    emptied: Emptied = field(default_factory=Emptied)


def write(
    session: Session,
    connection_id: int,
    run_id: int,
    record: str,
    rows: Iterable[Fields],
    now: datetime,
) -> Counts:
    """Write rows of one kind by their external ids; only those that differ are written.

    A row maps columns to values (dates, aware datetimes, Decimals ...) and has an
    `external_id`. A column that is absent keeps its value, None clears it; `custom` is merged
    name by name. A reference stands under its field or its column (`owner`, `owner_id`): a
    text is the source's own id, of which a stub is made if it is unknown, a number is ours. A
    stub that arrives for real counts as updated, a deleted row that is back as created; of
    two rows with one id the later values win and the earlier row counts as unchanged.
    Raises KeyError for a kind or a column that does not exist.
    """
    kind = kinds.KINDS[record]
    batch = _Batch(session, connection_id, run_id, kind, now)
    counts = batch.counts
    portions = batch.portions(rows)
    incoming = {id_ for portion in portions for id_ in portion.ids}
    bulk.lock(session, connection_id)
    known = {row[ID]: row for row in bulk.fetch(session, batch.shape, incoming)}
    created: list[Row] = []
    changed: list[tuple[Row, Row]] = []
    unchanged: list[Row] = []
    for portion in portions:
        made = batch.rows(portion, known)
        if not known:
            created += made
            continue
        for new in made:
            old = known.get(new[ID])
            if old is None:
                created.append(new)
            elif not (old[STUB] or old[DELETED]) and old[CONTENT:] == new[CONTENT:]:
                counts.unchanged += 1
                unchanged.append(old)
            else:
                changed.append((old, new))
    counts.emptied.look(kind, batch.shape.columns[CONTENT:], changed, unchanged)
    written = [*created, *(new for _, new in changed)]
    counts.stubs = batch.make_stubs(written, incoming)
    ledger.keep(session, kind, created=created, changed=changed, run_id=run_id, now=now)
    back = sum(1 for old, _ in changed if old[DELETED] is not None)
    counts.created = len(created) + back
    counts.updated = len(changed) - back
    return counts


class _Portion(NamedTuple):
    """Rows of one layout with their ids and their places among those given."""

    places: Sequence[int]
    ids: Sequence[int]
    rows: Columns


class _Batch:
    """The rows of one call on their way into stored form."""

    def __init__(
        self, session: Session, connection_id: int, run_id: int, kind: Kind, now: datetime
    ) -> None:
        self.session = session
        self.connection_id = connection_id
        self.run_id = run_id
        self.kind = kind
        self.now = now
        self.counts = Counts()
        self.shape = stored.shape(kind.table)
        self.make_key = stored.key_maker(connection_id, kind.name)
        self.blank = stored.defaults(kind.table)
        self.columns = {
            name: (place, stored.ENCODE[type_])
            for place, (name, type_) in enumerate(
                zip(self.shape.columns[CONTENT:], self.shape.types[CONTENT:], strict=True)
            )
        }
        for one in kind.fields:
            words = DEAL_STATUSES if one.type == "status" else one.words
            if words:
                self.columns[one.column] = (self.columns[one.column][0], _one_of(words))
        self.required = [self.columns[one.column][0] for one in kind.all_fields() if one.required]
        self.references = {
            name: (one.column, _Reference(connection_id, one.refers_to))
            for one in kind.fields
            if one.refers_to
            for name in (one.name, one.column, one.column.removesuffix("_id"))
        }
        self.front = (workspace_of(session),)
        self.middle = (connection_id, 0)
        self.back = (stored.instant(now), run_id, None)

    def portions(self, rows: Iterable[Fields]) -> list[_Portion]:
        """Return the rows by their layouts, one row for each id."""
        if isinstance(rows, Columns):
            externals = rows.columns.get("external_id", ())
            ids = list(map(self.make_key, externals))
            if all(externals) and len(set(ids)) == len(rows):
                return [_Portion(range(len(ids)), ids, rows)]
        found = self.by_id(rows)
        ids, places = list(found), [place for place, _ in found.values()]
        return [
            _Portion([places[at] for at in some], [ids[at] for at in some], part)
            for some, part in columns.by_layout([given for _, given in found.values()])
        ]

    def by_id(self, rows: Iterable[Fields]) -> dict[int, tuple[int, Fields]]:
        """Return the rows under their ids, one for each, with their places."""
        found: dict[int, tuple[int, Fields]] = {}
        make = self.make_key
        for place, given in enumerate(rows):
            external_id = given.get("external_id")
            if not external_id:
                self.counts.rejected.append(Rejected(place, "external_id", True))
                continue
            id_ = make(external_id)
            earlier = found.get(id_)
            if earlier is not None:
                self.counts.unchanged += 1
                given = {**earlier[1], **given}
            found[id_] = (place, given)
        return found

    def rows(self, portion: _Portion, known: Mapping[int, Row]) -> Iterable[Row]:
        """Return rows in stored form, without those that had to be rejected."""
        size = len(portion.ids)
        # Nothing of a stub is known, so a record looks the same whether or not it had one.
        before: list[Row | None] = [None] * size
        if known:
            olds = (known.get(id_) for id_ in portion.ids)
            before = [None if old is None or old[STUB] else old for old in olds]
        wrong: dict[int, Rejected] = {}
        content: list[Sequence[Any] | None] = [None] * len(self.blank)
        for name, values in portion.rows.columns.items():
            at, encode = self.step(name)
            if name == "custom" and values.count(None) < size:
                values, encode = list(zip(values, before, strict=True)), self.custom
            content[at], refused = stored.column(encode, values, self.blank[at])
            for place in refused:
                wrong.setdefault(place, Rejected(portion.places[place], name, False))
        has_known = any(before)
        whole: list[Sequence[Any]] = []
        for at, column in enumerate(content):
            blank = self.blank[at]
            if column is not None:
                whole.append(column)
            elif has_known:
                whole.append([blank if old is None else old[CONTENT + at] for old in before])
            else:
                whole.append([blank] * size)
        for at in self.required:
            for place in _places_of_none(whole[at]):
                name = self.shape.columns[CONTENT + at]
                wrong.setdefault(place, Rejected(portion.places[place], name, True))
        self.counts.rejected += [wrong[place] for place in sorted(wrong)]
        book = (*map(repeat, self.front), portion.ids, *map(repeat, self.middle))
        # Not strict, because what is the same in all rows is repeated without an end.
        made = zip(*book, *map(repeat, self.back), *whole, strict=False)
        return compress(made, [place not in wrong for place in range(size)]) if wrong else made

    def step(self, name: str) -> tuple[int, Callable[[Any], Any]]:
        """Return where a given name is kept and how; raises KeyError for one that is unknown."""
        if name in self.references:
            column, reference = self.references[name]
            return self.columns[column][0], reference
        return self.columns[name]

    def custom(self, given_and_old: tuple[Fields | None, Row | None]) -> str | None:
        """Lay given custom fields over those that a row has; None takes one away."""
        given, old = given_and_old
        if given is None:
            return None
        before: Fields = {}
        if old is not None:
            before = stored.read_json(old[CONTENT + self.columns["custom"][0]]) or {}
            self.counts.emptied.look_at_own(before, given)
        merged = {**before, **given}
        kept = {name: value for name, value in merged.items() if value is not None}
        return stored.json_text(kept) if kept else None

    def make_stubs(self, written: Sequence[Row], incoming: set[int]) -> int:
        """Make stubs for what these rows refer to and nothing answers to; return how many."""
        wanted: dict[str, dict[int, str]] = {}
        for column, reference in self.references.values():
            at = CONTENT + self.columns[column][0]
            texts = reference.texts
            ids = {row[at] for row in written} & texts.keys() if texts else set()
            if reference.record == self.kind.name:
                ids -= incoming
            wanted.setdefault(reference.record, {}).update((id_, texts[id_]) for id_ in ids)
        return sum(
            stubs.ensure(
                self.session, self.connection_id, self.run_id, kinds.KINDS[record], found, self.now
            )
            for record, found in wanted.items()
        )


class _Reference:
    """Turns a source's own id into ours, and remembers what it was."""

    def __init__(self, connection_id: int, record: str) -> None:
        self.record = record
        self.make_key = stored.key_maker(connection_id, record)
        self.ids: dict[str, int] = {}
        self.texts: dict[int, str] = {}

    def __call__(self, value: str | int) -> int | None:
        if isinstance(value, int):
            return value
        if not value:
            return None
        found = self.ids.get(value)
        if found is None:
            found = self.ids[value] = self.make_key(value)
            self.texts[found] = value
        return found


def _one_of(words: Collection[str]) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if value not in words:
            raise ValueError(f"none of {', '.join(words)}")
        return str(value)

    return check


def _places_of_none(values: Sequence[Any]) -> list[int]:
    return [place for place, one in enumerate(values) if one is None] if None in values else []
