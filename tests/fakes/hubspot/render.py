"""Records as the API shows them, as dicts and as bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from tests.fakes.hubspot import schema, stamps
from tests.fakes.hubspot.store import Change, Record, Table

Linked = Callable[[str, Record, str], list[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a request wants of each record."""

    names: tuple[str, ...]
    history: tuple[str, ...] = ()
    associations: tuple[str, ...] = ()


def shape(
    kind: schema.ObjectType,
    names: Iterable[str],
    history: Iterable[str] = (),
    associations: Iterable[str] = (),
) -> Shape:
    """What to show: the wanted properties that exist, or the type's default ones."""
    wanted = {name for name in names if name in kind.properties}
    past = tuple(sorted({name for name in history if name in kind.properties}))
    shown = {*wanted, *past, *kind.always} if wanted or past else set(kind.defaults)
    return Shape(tuple(sorted(shown)), past, tuple(associations))


def dump(value: Any) -> bytes:
    """Compact JSON."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


class PageCache:
    """Finished pages of the account's present state; any change empties it."""

    def __init__(self, most: int = 64_000_000) -> None:
        self._most = most
        self._version = -1
        self._size = 0
        self._pages: dict[Hashable, bytes] = {}

    def get(self, version: int, name: Hashable) -> bytes | None:
        """A page made before at this version of the account."""
        return self._pages.get(name) if version == self._version else None

    def put(self, version: int, name: Hashable, page: bytes) -> None:
        """Keep a page, as long as there is room."""
        if version != self._version:
            self._version, self._size, self._pages = version, 0, {}
        if self._size + len(page) <= self._most:
            self._size += len(page)
            self._pages[name] = page


class Renderer:
    """Turns records into rows; `linked` lists a record's associations to a type."""

    def __init__(self, portal: int, linked: Linked) -> None:
        self.portal = portal
        self._linked = linked
        self.keep: int | None = None

    def row(self, kind: schema.ObjectType, record: Record, want: Shape) -> dict[str, Any]:
        """One record as a dict."""
        row: dict[str, Any] = {
            "id": str(record.id),
            "properties": {name: record.values.get(name) for name in want.names},
            "createdAt": stamps.iso(record.created),
            "updatedAt": stamps.iso(record.updated),
            "archived": record.archived is not None,
            "url": f"https://app.hubspot.com/contacts/{self.portal}/record/"
            f"{kind.type_id}/{record.id}",
        }
        if record.archived is not None:
            row["archivedAt"] = stamps.iso(record.archived)
        if want.history:
            row["propertiesWithHistory"] = {
                name: self._history(record.changes.get(name, ())) for name in want.history
            }
        linked = {to: self._linked(kind.name, record, to) for to in want.associations}
        found = {to: {"results": results} for to, results in linked.items() if results}
        if found:
            row["associations"] = found
        return row

    def rows(
        self, kind: schema.ObjectType, table: Table, keys: Iterable[int], want: Shape
    ) -> list[bytes]:
        """Records by id as bytes; ids without a record are left out."""
        found = []
        for key in keys:
            if key in table.rows:
                found.append(dump(self.row(kind, table.rows[key], want)))
            elif table.bulk is not None and table.lives(key):
                found.append(table.bulk.row(key, want, self._template(kind)))
        return found

    def run(self, kind: schema.ObjectType, table: Table, run: range, want: Shape) -> bytes:
        """An untouched run of the range as comma-separated bytes."""
        assert table.bulk is not None
        return table.bulk.page(run, want, self._template(kind))

    def _template(self, kind: schema.ObjectType) -> Callable[[Record, Shape], bytes]:
        return lambda record, want: dump(self.row(kind, record, want))

    def _history(self, changes: Iterable[Change]) -> list[dict[str, Any]]:
        newest = [
            {
                "value": change.value or "",
                "timestamp": stamps.iso(change.at),
                "sourceType": change.source,
                **({} if change.user is None else _by(change.user)),
            }
            for change in reversed(list(changes))
        ]
        return newest[: self.keep]


def _by(user: int) -> dict[str, Any]:
    return {"sourceId": f"userId:{user}", "updatedByUserId": user}
