"""The base currency that an exchange rate is for: the workspace's when it came in.

Another base currency makes no other number of a rate. So each keeps the one that it was brought
for, and converts again when that is the workspace's once more.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from goals import workspace
from goals.records import stored
from goals.records.kind import Kind, Shape
from goals.records.kinds import RATE
from goals.records.mapping import FileMapping
from goals.records.stored import Row

BASE = "base"


def fill(session: Session, kind: Kind, rows: Sequence[Row]) -> Sequence[Row]:
    """Return rows of which no rate is without its base."""
    if kind is not RATE or not rows:
        return rows
    place = stored.shape(kind.table).place(BASE)
    currency = workspace.of(session).currency
    return [row if row[place] else stored.changed(row, {place: currency}) for row in rows]


def mapped(session: Session, kind: Shape, mapping: FileMapping) -> FileMapping:
    """Return a mapping by which a file's rates say what they are for, as their keys do."""
    if kind is not RATE or BASE in mapping.fields():
        return mapping
    constants = {**mapping.constants, BASE: workspace.of(session).currency}
    return replace(mapping, constants=constants)
