"""What a vendor lists, as data: how a page is asked for and what becomes of its objects."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from goals.records.source import Entry
from integrations.rest import fields, values
from integrations.rest.fields import Item, Take

#: A row of ours on its way to the writer.
Row = dict[str, Any]
DAY = timedelta(days=1)


class Asked(NamedTuple):
    """A page to ask for: what changed from `since` on (None: everything), beginning at `after`.

    `after` is what the page before gave (None: the first page). `limit` 1 only looks whether
    anything can be read.
    """

    since: datetime | None = None
    after: str | None = None
    limit: int | None = None


class Batch(NamedTuple):
    """A page: its objects, where the next begins (None: this is the last), how many there are.

    `total` is what the vendor says all pages together hold, None where it does not say.
    """

    items: Sequence[Item]
    after: str | None = None
    total: int | None = None


def as_it_is(source: Any, row: Row, item: Item) -> Row | None:
    """Leave a row as its fields made it."""
    return row


def stays(item: Item) -> bool:
    """Tell that an object is there."""
    return False


@dataclass(frozen=True)
class Stream:
    """One list of a vendor, pulled after those that stand before it in the source's table.

    `ask(source, asked)` returns a page. `fields` make a row of an object, which `finish` may
    complete from what the source knows (None: the object is no record of ours). `id` and `stamp`
    name the parts that hold the object's id and when it was last changed; without a stamp all is
    listed each time. `prefix` goes before the ids where several lists are of one record. `gone`
    tells an object that the vendor marks as deleted, and `merged` the
    ids that went up in one. `custom` returns the account's own fields of an object.

    `histories(source, items)` returns the complete stage histories of deals by their ids.
    Where a vendor keeps none, `stands(source, row, item)` returns the stage in which a deal
    stands and since when as far as the vendor says, and what moves between two pulls becomes
    its history.

    `more` asks for what a listing does not tell of its objects, and returns them with it; a
    sweep then looks at the ids alone, so that it costs no more than the listing.

    `sweep` is how often all is listed again to see what is gone; None where changes tell.
    `every` is how often a list without stamps is read, None for each time.
    Without something that is not `needed` the account still has all its numbers.
    """

    name: str
    record: str
    ask: Callable[[Any, Asked], Batch]
    fields: Mapping[str, Take]
    id: str = "id"
    stamp: str | None = None
    prefix: str = ""
    finish: Callable[[Any, Row, Item], Row | None] = as_it_is
    gone: Callable[[Item], bool] = stays
    merged: Callable[[Item], Sequence[str]] | None = None
    custom: Callable[[Any, Item], Mapping[str, Any]] | None = None
    more: Callable[[Any, Sequence[Item]], Sequence[Item]] | None = None
    histories: Callable[[Any, Sequence[Item]], Mapping[str, Sequence[Entry]]] | None = None
    stands: Callable[[Any, Row, Item], Entry | None] | None = None
    sweep: timedelta | None = DAY
    every: timedelta | None = None
    needed: bool = True

    def id_of(self, item: Item) -> str | None:
        """Return an object's id as ours has it, None for an object without one."""
        found = values.text(fields.part(item, self.id))
        return None if found is None else self.prefix + found
