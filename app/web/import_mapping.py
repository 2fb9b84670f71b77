"""What the columns of a sent file are: proposed by their names, then chosen on the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

from sqlmodel import Session

from goals.records.kind import Shape
from integrations.files import choosing, reading
from integrations.files.sheet import Tab, letters

#: Rows shown beside the columns, and different words looked for in one.
SAMPLES, MOST_WORDS = 3, 40
MEANINGS = ("open", "won", "lost")
#: What may be said of a file's format here, with the words that are understood.
FORMATS = {"date_order": ("ymd", "mdy", "dmy"), "decimal": (".", ",")}
#: What else a proposal knows of a file, which the page does not ask.
FURTHER = ("events", "constants", "aliases")


@dataclass(frozen=True)
class Sheet:
    """The names of a file's columns, its first rows, and where they stand in a workbook."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    tab: Tab | None = None
    header_line: int = 1

    def columns(self, chosen: Mapping[str, str]) -> list[tuple[str, list[str], str]]:
        """Return each named column, its first values and the field chosen for it, "" for none."""
        fields = {column: field for field, column in chosen.items()}
        return [
            (name, [row[place] for row in self.rows if place < len(row)], fields.get(name, ""))
            for place, name in enumerate(self.header)
            if name
        ]

    def nameless(self) -> list[str]:
        """Return the letters of columns that hold something under no name."""
        return [
            letters(place)
            for place, name in enumerate(self.header)
            if not name and any(row[place : place + 1] not in ([], [""]) for row in self.rows)
        ]


def look(file: BinaryIO, told: Mapping[str, str]) -> Sheet:
    """Return the head of a file; raises NotImported where it is no table."""
    sheet = reading.open_sheet(file, told)
    rows = []
    for line in sheet.rows():
        rows.append(list(line.cells))
        if len(rows) == SAMPLES:
            break
    return Sheet(list(sheet.header), rows, sheet.tab, sheet.header_line)


def proposed(
    session: Session, file: BinaryIO, shape: Shape, told: Mapping[str, Any]
) -> tuple[dict[str, Any], bool]:
    """Return what a file's columns seem to be, and whether that is sure."""
    format = told.get("format") or {}
    sheet = reading.open_sheet(file, format)
    found, is_sure = choosing.proposed(session, shape, sheet)
    mapping = found.to_json()
    mapping["format"] = {**(mapping.get("format") or {}), **format}
    return mapping, is_sure


def told(form: Mapping[str, str]) -> dict[str, str]:
    """Return what was said of a file's format."""
    found = {name: form.get(name, "") for name, known in FORMATS.items() if form.get(name) in known}
    return found | {name: form[name] for name in ("encoding", "sheet") if form.get(name)}


def is_other_sheet(form: Mapping[str, str]) -> bool:
    """Tell whether another sheet was chosen than the one whose columns the page showed."""
    return form.get("sheet") != form.get("shown_sheet")


def chosen(form: Mapping[str, str], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the mapping that the page says; what it does not ask is as proposed."""
    if not any(name.startswith("column:") for name in form):
        return dict(known)
    columns: dict[str, str] = {}
    stages: dict[str, str] = {}
    for name, value in form.items():
        if name.startswith("column:") and value:
            columns[value] = name.removeprefix("column:")
        elif name.startswith("stage:") and value in MEANINGS:
            stages[name.removeprefix("stage:")] = value
    further = {name: known[name] for name in FURTHER if known.get(name)}
    mapping: dict[str, Any] = {**further, "columns": columns, "format": known.get("format") or {}}
    return mapping | ({"stages": stages} if stages else {})


def words_of(file: BinaryIO, column: str, told: Mapping[str, str], most: int) -> list[str]:
    """Return the different words of a column in the first rows, as many as can be asked about."""
    sheet = reading.open_sheet(file, told)
    if column not in sheet.header:
        return []
    place = sheet.header.index(column)
    found: dict[str, None] = {}
    for line in islice(sheet.rows(), most):
        if place < len(line.cells) and line.cells[place].strip():
            found[line.cells[place].strip()] = None
        if len(found) > MOST_WORDS:
            break
    return list(found)
