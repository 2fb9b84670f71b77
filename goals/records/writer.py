"""Writing neutral rows: told apart into new, changed and unchanged, and kept as such."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from goals.records import bulk, kinds, ledger, stored, stubs
from goals.records.kinds import Kind
from goals.records.sales import DEAL_STATUSES
from goals.records.stored import CONTENT, DELETED, FINGERPRINT, ID, STUB, Row
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
    """What became of the rows of one call; every row is counted once, stubs apart."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    stubs: int = 0
    deleted: int = 0
    rejected: list[Rejected] = field(default_factory=list)


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
    incoming = batch.by_id(rows)
    bulk.lock(session, connection_id)
    known = {row[ID]: row for row in bulk.fetch(session, batch.shape, incoming)}
    created: list[Row] = []
    changed: list[tuple[Row, Row]] = []
    for id_, (place, given) in incoming.items():
        old = known.get(id_)
        new = batch.row(id_, place, given, old)
        if new is None:
            continue
        if old is None:
            created.append(new)
        elif old[FINGERPRINT] == new[FINGERPRINT] and old[DELETED] is None:
            counts.unchanged += 1
        else:
            changed.append((old, new))
    written = [*created, *(new for _, new in changed)]
    counts.stubs = batch.make_stubs(written, incoming)
    ledger.keep(session, kind, created=created, changed=changed, run_id=run_id, now=now)
    back = sum(1 for old, _ in changed if old[DELETED] is not None)
    counts.created = len(created) + back
    counts.updated = len(changed) - back
    return counts


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
            if one.type == "status":
                self.columns[one.column] = (self.columns[one.column][0], _status)
        self.required = [self.columns[one.column][0] for one in kind.all_fields() if one.required]
        self.references = {
            name: (column, _Reference(connection_id, to))
            for column, to in kind.references().items()
            for name in (column, column.removesuffix("_id"))
        }
        self.layouts: dict[tuple[str, ...], list[_Step]] = {}
        self.front = (workspace_of(session),)
        self.middle = (connection_id, 0)
        self.back = (stored.instant(now), run_id, None)

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

    def row(self, id_: int, place: int, given: Fields, old: Row | None) -> Row | None:
        """Return a row in stored form, None if it had to be rejected."""
        # Nothing of a stub is known, so a record looks the same whether or not it had one.
        content = list(self.blank if old is None or old[STUB] else old[CONTENT:])
        names = tuple(given)
        layout = self.layouts.get(names)
        if layout is None:
            layout = self.layouts[names] = [self.step(name) for name in names]
        name, text = "", stored.text
        try:
            for name, at, encode, blank in layout:
                value = given[name]
                if value is None:
                    value = blank
                # Most values are plain texts, for which a call would cost more than the work.
                elif encode is not text or type(value) is not str or not value or "\0" in value:
                    value = encode(value)
                content[at] = value
            if "custom" in given:
                self.merge_custom(content, given["custom"], old)
        except (ValueError, TypeError, ArithmeticError):
            self.counts.rejected.append(Rejected(place, name, False))
            return None
        for at in self.required:
            if content[at] is None:
                column = self.shape.columns[CONTENT + at]
                self.counts.rejected.append(Rejected(place, column, True))
                return None
        mark = stored.fingerprint(content)
        return (*self.front, id_, *self.middle, mark, *self.back, *content)

    def step(self, name: str) -> "_Step":
        """Return what is done with a given name; raises KeyError for one that is unknown."""
        if name in self.references:
            column, reference = self.references[name]
            return name, self.columns[column][0], reference, None
        at, encode = self.columns[name]
        return name, at, encode, self.blank[at]

    def merge_custom(self, content: list[Any], given: Fields | None, old: Row | None) -> None:
        """Lay given custom fields over those that a row has; None takes one away."""
        at = self.columns["custom"][0]
        before: Fields = {}
        if given is not None and old is not None and not old[STUB]:
            before = stored.read_json(old[CONTENT + at]) or {}
        merged = {**before, **(given or {})}
        kept = {name: value for name, value in merged.items() if value is not None}
        content[at] = stored.json_text(kept) if kept else None

    def make_stubs(self, written: Sequence[Row], incoming: Mapping[int, object]) -> int:
        """Make stubs for what these rows refer to and nothing answers to; return how many."""
        wanted: dict[str, dict[int, str]] = {}
        for column, reference in self.references.values():
            at = CONTENT + self.columns[column][0]
            texts = reference.texts
            ids = {row[at] for row in written} & texts.keys() if texts else set()
            if reference.record == self.kind.name:
                ids -= incoming.keys()
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


def _status(value: Any) -> str:
    if value not in DEAL_STATUSES:
        raise ValueError("not open, won or lost")
    return str(value)


_Step = tuple[str, int, Callable[[Any], Any], Any]
