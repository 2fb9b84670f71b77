"""How rows of a kind come into stored form, as far as nothing that is stored has to be known.

That is most of the work of writing, and may be done ahead, by whoever reads the rows: meanwhile
the database is busy with those before them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from goals.records import kinds, stored
from goals.records.columns import Columns, Ready, Stored
from goals.records.sales import DEAL_STATUSES
from goals.records.stored import CONTENT


class Reference:
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


class Form:
    """The columns of a kind's rows from a connection: where each stands and how it is stored."""

    def __init__(self, connection_id: int, record: str) -> None:
        kind = kinds.KINDS[record]
        self.shape = stored.shape(kind.table)
        self.make_key = stored.key_maker(connection_id, record)
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
        self._connection_id = connection_id
        self._refers = [
            (one.column, one.refers_to, {one.name, one.column, one.column.removesuffix("_id")})
            for one in kind.fields
            if one.refers_to
        ]

    def references(self) -> dict[str, tuple[str, Reference]]:
        """Return under every name of a reference its column and what turns ids into ours."""
        found: dict[str, tuple[str, Reference]] = {}
        for column, record, names in self._refers:
            reference = Reference(self._connection_id, record)
            found |= dict.fromkeys(names, (column, reference))
        return found

    def ready(self, rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        """Return rows with what they hold in stored form beside it; only columns are made so.

        Custom fields are left, because they are laid over those that a row has.
        """
        if not isinstance(rows, Columns) or "external_id" not in rows.columns:
            return rows
        references = self.references()
        found = {}
        for name, values in rows.columns.items():
            if name == "custom":
                continue
            column, encode = references.get(name) or (name, self.columns[name][1])
            told = stored.column(encode, values, self.blank[self.columns[column][0]])
            texts = encode.texts if isinstance(encode, Reference) else {}
            found[name] = Stored(*told, texts)
        return Ready([rows.columns], list(map(self.make_key, rows.columns["external_id"])), found)


@lru_cache(maxsize=64)
def form(connection_id: int, record: str) -> Form:
    """Return the form of a kind's rows; raises KeyError for a kind that does not exist."""
    return Form(connection_id, record)


def _one_of(words: Collection[str]) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if value not in words:
            raise ValueError(f"none of {', '.join(words)}")
        return str(value)

    return check
