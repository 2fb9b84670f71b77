"""Getting to know a file before its first row is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from sqlmodel import Session

from goals import workspace
from goals.records import based
from goals.records.convert import Converter
from goals.records.kind import Shape
from goals.records.mapping import OWN_STAGE, FileMapping
from goals.words import N_, Message
from integrations.files import choosing, keys, reading, survey
from integrations.files.result import Problem
from integrations.files.sheet import Sheet


@dataclass(frozen=True)
class Plan:
    """What a file is read by, known before its first row is kept.

    `chosen` is the whole mapping that was given or found, None if the names of the columns
    were enough; `mapping` is what of it this file has columns for. `rows` is how many rows were
    gone through.
    """

    sheet: Sheet
    chosen: FileMapping | None
    mapping: FileMapping
    key: keys.Keys
    converter: Converter
    partial_events: bool
    problems: list[Problem]
    rows: int


def plan(
    session: Session,
    file: BinaryIO,
    kind: Shape,
    given: FileMapping | None,
    named: str | None = None,
    most: int | None = None,
    *,
    is_in_order: bool = False,
) -> Plan:
    """Go through a file and return what it is to be read by; `named` is the sheet of a workbook.

    `most` is how many of its rows are gone through, None for all. With `is_in_order` the last of
    the rows with one key is how the record is now.
    Raises NotImported if that is not certain or cannot be done.
    """
    told = given.format if given is not None else {}
    sheet = reading.open_sheet(file, {**told, "sheet": named} if named else told)
    chosen = given if given is not None else choosing.remembered(session, kind, sheet.header)
    whole = chosen if chosen is not None else choosing.suggested(session, kind, sheet)
    mapping, problems = choosing.fitted(whole, sheet)
    mapping = based.mapped(session, kind, mapping)
    key_fields = keys.key_fields(kind, mapping)
    places = {name: sheet.header.index(column) for name, column in mapping.columns.items()}
    types = {place: _type(kind, name) for name, place in places.items()}
    types |= {sheet.header.index(column): "date" for _, column in mapping.events}
    key_places = [places[name] for name in key_fields or places if name in places]
    found = survey.survey(sheet, survey.Columns(types, key_places), most)
    return Plan(
        sheet,
        chosen,
        mapping,
        keys.Keys(key_fields, key_places, found.repeated, is_in_order),
        Converter(survey.settle(sheet, mapping.format, found), workspace.of(session).zone),
        _is_partial(whole, mapping),
        [*problems, *_merged(sheet, places, mapping)],
        found.rows,
    )


def _merged(sheet: Sheet, places: Mapping[str, int], mapping: FileMapping) -> list[Problem]:
    """Return a problem for each cell of a mapped column that several rows share.

    Who looks at the sheet reads its value in all of them, and it is in the first alone; whether it
    belongs to each (an owner) or to them together (a sum) nobody but a person can tell.
    """
    read = {*places.values(), *(sheet.header.index(column) for _, column in mapping.events)}
    return [
        Problem(
            one.top,
            sheet.header[one.place],
            None,
            Message(N_("One merged cell stands for several rows; only the first has its value.")),
            Message(N_("If it is meant for each row, unmerge the cells and fill them down.")),
        )
        for one in sheet.merges()
        if one.place in read
    ]


def _is_partial(whole: FileMapping, mapping: FileMapping) -> bool:
    """Tell whether a file lacks columns that the mapping's stage events are made from."""
    own = any(stage == OWN_STAGE for stage, _ in whole.events)
    return len(mapping.events) < len(whole.events) or (own and "stage" not in mapping.fields())


def _type(kind: Shape, name: str) -> str:
    of = kind.field(name)
    return "text" if of is None else of.type
