"""From the cells of a row to the values of a record, by the mapping."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from goals.records import mapping as mappings
from goals.records import sense
from goals.records.convert import Converter, Unreadable, plain_text
from goals.records.field import Field
from goals.records.kind import Shape
from goals.records.mapping import FileMapping
from goals.words import N_, Message
from integrations.files import defusing
from integrations.files.result import Problem
from integrations.files.sheet import Line


@dataclass
class Parsed:
    """A row as values by the names of fields; custom ones stand apart.

    `cells` are those of the file, for the list of rejected rows.
    """

    line: int
    cells: list[str]
    values: dict[str, Any] = field(default_factory=dict)
    custom: dict[str, Any] = field(default_factory=dict)
    external_id: str = ""


@dataclass(frozen=True)
class _Cell:
    """Where a field's text comes from: a place in the row, or one text for all rows."""

    name: str
    field: Field | None
    column: str | None
    place: int | None
    constant: str
    aliases: Mapping[str, str]


class RowReader:
    """Reads rows of one kind by a mapping."""

    def __init__(
        self, kind: Shape, mapping: FileMapping, header: Sequence[str], converter: Converter
    ) -> None:
        self.kind = kind
        self.mapping = mapping
        self.converter = converter
        # However the texts of a workbook write numbers, its own have a point.
        plain = replace(converter.format, decimal=".", thousands="")
        self.figures = replace(converter, format=plain)
        self.header = header
        places = {name: place for place, name in reversed(list(enumerate(header)))}
        self.cells = [
            self._cell(name, column, places[column], "") for name, column in mapping.columns.items()
        ]
        self.cells += [
            self._cell(name, None, None, text)
            for name, text in mapping.constants.items()
            if name not in mapping.columns
        ]
        self.events = [(stage, column, places[column]) for stage, column in mapping.events]
        self.used = {places[one]: one for one in mapping.columns.values()}
        self.used |= {place: column for _, column, place in self.events}

    def _cell(self, name: str, column: str | None, place: int | None, constant: str) -> _Cell:
        of = None if mappings.is_custom(name) else self.kind.field(name)
        return _Cell(name, of, column, place, constant, self.mapping.aliases.get(name, {}))

    def read(self, line: Line) -> tuple[Parsed, list[Problem]]:
        """Return a row's values and what is wrong with it; a blank cell is None."""
        row = Parsed(line.number, line.cells)
        problems = list(self._faults(line))
        for cell in self.cells:
            if cell.place in line.faults:
                continue
            text = cell.constant if cell.place is None else line.cells[cell.place]
            text = defusing.original(text.strip())
            text = cell.aliases.get(text, text)
            value: Any = None
            if text:
                try:
                    value = self._value(cell, text, line)
                except Unreadable as error:
                    problems.append(
                        Problem(line.number, cell.column, text, error.problem, error.fix)
                    )
                    continue
            elif cell.field is not None and cell.field.required:
                problems.append(missing(line.number, cell.column, cell.name))
                continue
            if cell.field is None:
                row.custom[mappings.custom_name(cell.name)] = value
            else:
                row.values[cell.name] = value
        wrong = None if problems else sense.look(self.kind.name, row.values)
        if wrong is not None:
            column = self.column_of(wrong.field)
            shown = line.cells[self.header.index(column)].strip() if column else None
            problems.append(Problem(line.number, column, shown, wrong.problem, wrong.fix))
        return row, problems

    def _faults(self, line: Line) -> Iterator[Problem]:
        for place, (problem, fix) in line.faults.items():
            if place in self.used:
                yield Problem(line.number, self.used[place], line.cells[place], problem, fix)

    def _value(self, cell: _Cell, text: str, line: Line) -> Any:
        if cell.field is None:
            return plain_text(text)
        converter = self.figures if cell.place in line.figures else self.converter
        return converter.convert(cell.field, text)

    def column_of(self, name: str) -> str | None:
        """Return the column that a field is read from, None if it has none."""
        return self.mapping.columns.get(name)


def missing(line: int, column: str | None, name: str) -> Problem:
    """Return the problem of a row that lacks what its record needs."""
    return Problem(
        line,
        column,
        None,
        Message(N_("A new record needs %(field)s."), {"field": name}),
        Message(N_("Fill the cell, or give %(field)s a column or constant."), {"field": name}),
    )
