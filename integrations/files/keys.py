"""What tells the rows of a file apart, and the external ids that follow from it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any

import msgspec

from goals.records.kind import Shape
from goals.records.mapping import FileMapping
from goals.words import N_, Message
from integrations.files import survey
from integrations.files.result import NotImported, Problem
from integrations.files.rows import Parsed

_BETWEEN = " | "


def key_fields(kind: Shape, mapping: FileMapping) -> tuple[str, ...]:
    """Return the fields that make a row's external id; none stand for all that are mapped.

    Raises NotImported `missing_key` for a key that has no column.
    """
    fields = mapping.fields()
    named = tuple(mapping.key)
    if not named and "external_id" in fields:
        named = ("external_id",)
    if not named and kind.key and kind.key[0] in fields:
        named = tuple(name for name in kind.key if name in fields)
    own = kind.field("external_id")
    absent = [name for name in named if name not in fields]
    if not named and own is not None and own.required:
        absent = ["external_id"]
    if absent:
        raise NotImported(
            "missing_key",
            N_("The rows cannot be told apart: %(names)s has no column in this file."),
            {"names": absent},
            fix=Message(N_("Give it a column in the mapping, or name other fields under key.")),
            field="key",
        )
    return named


@dataclass
class Keys:
    """Gives rows their external ids and watches over those that occur more than once.

    Rows that are told apart by all they hold may be alike: the second of them is another
    record. Where a key was named, it is the same record, and says the same or is rejected; where
    the rows come in the order of what happened (`is_in_order`), the last of them is how it is now.
    """

    fields: tuple[str, ...]
    places: Sequence[int]
    repeated: Mapping[int, int]
    is_in_order: bool = False
    first: dict[int, tuple[int, int]] = field(default_factory=dict)
    times: dict[int, int] = field(default_factory=dict)
    passed: Counter[int] = field(default_factory=Counter)

    def name(self, row: Parsed) -> str:
        """Return the external id of a row."""
        if len(self.fields) == 1:
            return text_of(row.values[self.fields[0]])
        if self.fields:
            return _BETWEEN.join(text_of(row.values[one]) for one in self.fields)
        told = {
            name: text_of(value)
            for name, value in [*row.values.items(), *row.custom.items()]
            if value is not None
        }
        digest = blake2b(msgspec.json.encode(told, order="sorted"), digest_size=16).hexdigest()
        mark = survey.key_of(row.cells, self.places)
        if mark not in self.repeated:
            return digest
        self.times[mark] = self.times.get(mark, 0) + 1
        return digest if self.times[mark] == 1 else f"{digest}#{self.times[mark]}"

    def is_old(self, cells: Sequence[str]) -> bool:
        """Tell whether a later row says how this record is now; asked once of each row."""
        if not self.is_in_order or not self.fields or not self.repeated:
            return False
        mark = survey.key_of(cells, self.places)
        times = self.repeated.get(mark)
        if times is None:
            return False
        self.passed[mark] += 1
        return self.passed[mark] < times

    def again(self, row: Parsed, column: str | None) -> Problem | bool:
        """Tell whether an earlier row said the same; a problem if it said otherwise."""
        if not self.fields:
            return False
        mark = survey.key_of(row.cells, self.places)
        if mark not in self.repeated:
            return False
        content = survey.key_of(row.cells, ())
        line, before = self.first.setdefault(mark, (row.line, content))
        if line == row.line:
            return False
        if before == content:
            return True
        return Problem(
            row.line,
            column,
            row.external_id,
            Message(N_("Line %(line)s has the same key with other values."), {"line": line}),
            Message(N_("Remove one of the two, or name the fields that tell them apart as key.")),
        )


def text_of(value: Any) -> str:
    """Return a value as a text that does not depend on how the file wrote it."""
    match value:
        case None:
            return ""
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return format(value.normalize(), "f")
        case dict():
            return ", ".join(f"{name}={value[name]}" for name in sorted(value))
    return str(value)
