"""Which mapping a file is read by: the one given, one that worked before, or a suggested one."""

import itertools
from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any

import msgspec
from sqlmodel import Session, col, select

from goals.records import convert
from goals.records import mapping as mappings
from goals.records.connections import SavedMapping
from goals.records.kind import Shape
from goals.records.mapping import FileMapping
from goals.table import workspace_of
from goals.words import N_, Message
from integrations.files.result import NotImported, Problem
from integrations.files.sheet import Sheet

#: What is remembered of a format: the rest a file shows itself, and may be different next time.
_REMEMBERED = ("encoding",)
#: Rows by which a column is looked at before it is suggested for something.
_SAMPLE = 50


def remembered(session: Session, kind: Shape, header: Sequence[str]) -> FileMapping | None:
    """Return the mapping that worked for a file with the same columns, None without one."""
    row = _saved(session, kind, header)
    return None if row is None else mappings.read(row.mapping, kind.name, kind.all_fields())


def remember(
    session: Session, kind: Shape, header: Sequence[str], mapping: FileMapping, now: datetime
) -> None:
    """Keep a mapping that worked for files with the same columns."""
    told = mapping.to_json()
    told["format"] = {name: value for name, value in mapping.format.items() if name in _REMEMBERED}
    row = _saved(session, kind, header)
    if row is None:
        row = SavedMapping(
            workspace_id=workspace_of(session),
            record=kind.name,
            columns=_signature(header),
            mapping=told,
            updated_at=now,
        )
    row.mapping, row.updated_at = told, now
    session.add(row)


def proposed(session: Session, kind: Shape, sheet: Sheet) -> tuple[FileMapping, bool]:
    """Return the mapping to begin with, and whether it is sure enough to import by."""
    known = remembered(session, kind, sheet.header)
    if known is not None:
        return known, True
    found = _suggestion(session, kind, sheet)
    return found.mapping, found.sure


def suggested(session: Session, kind: Shape, sheet: Sheet) -> FileMapping:
    """Return the mapping that the names of the columns suggest.

    Raises NotImported `mapping_needed`, with the suggestion, if it is not sure enough.
    """
    found = _suggestion(session, kind, sheet)
    if found.sure:
        return found.mapping
    if found.missing:
        text = N_("No column of this file is named %(names)s, which a %(record)s needs.")
    else:
        text = N_("It is not certain which columns are which; the suggestion needs a look.")
    raise NotImported(
        "mapping_needed",
        text,
        {"names": list(found.missing), "record": kind.name},
        fix=Message(N_("Check the suggested mapping, save it as a file and give it as --mapping.")),
        field="mapping",
        extra={"suggested": found.mapping.to_json()},
    )


def _suggestion(session: Session, kind: Shape, sheet: Sheet) -> mappings.Suggestion:
    known = _names(session, kind)
    return mappings.suggest(sheet.header, kind.name, kind.all_fields(), known, _flags(sheet))


def _flags(sheet: Sheet) -> set[str]:
    """Return the columns whose first values are all yes or no."""
    seen: dict[str, bool] = {}
    for line in itertools.islice(sheet.rows(), _SAMPLE):
        for name, value in zip(sheet.header, line.cells, strict=False):
            if value.strip():
                is_flag = value.strip().casefold() in convert.YES | convert.NO
                seen[name] = is_flag and seen.get(name, True)
    return {name for name, is_flag in seen.items() if is_flag}


def fitted(mapping: FileMapping, sheet: Sheet) -> tuple[FileMapping, list[Problem]]:
    """Return a mapping without the columns that the file does not have, and say which.

    Raises NotImported `duplicate_column` for a column whose name the file has twice, and
    `missing_columns` if it has none of those that are mapped.
    """
    wanted = dict.fromkeys([*mapping.columns.values(), *(one for _, one in mapping.events)])
    twice = [name for name in wanted if sheet.header.count(name) > 1]
    if twice:
        raise NotImported(
            "duplicate_column",
            N_("The file has more than one column named %(names)s."),
            {"names": twice},
            fix=Message(N_("Give each column a name of its own.")),
            field=twice[0],
        )
    absent = [name for name in wanted if name not in sheet.header]
    if len(absent) == len(wanted):
        raise NotImported(
            "missing_columns",
            N_("The file has none of the mapped columns. Its columns are: %(names)s."),
            {"names": sheet.header},
            fix=Message(N_("Check that it is the right file, and the names in the mapping.")),
            field="mapping",
        )
    problems = [
        Problem(
            sheet.tab.header_row if sheet.tab is not None else sheet.header_line,
            name,
            None,
            Message(N_("The file has no such column; what it is mapped to is left as it is.")),
            Message(N_("Add the column, or take it out of the mapping.")),
        )
        for name in absent
    ]
    return mappings.without(mapping, absent), problems


def read_json(data: bytes) -> Any:
    """Return the content of a mapping file; raises NotImported `bad_mapping`."""
    try:
        return msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NotImported(
            "bad_mapping",
            N_("The mapping file is not JSON."),
            fix=Message(N_("Correct the mapping file.")),
            field="mapping",
        ) from None


def _saved(session: Session, kind: Shape, header: Sequence[str]) -> SavedMapping | None:
    statement = select(SavedMapping).where(
        col(SavedMapping.workspace_id) == workspace_of(session),
        col(SavedMapping.record) == kind.name,
        col(SavedMapping.columns) == _signature(header),
    )
    return session.exec(statement).first()


def _names(session: Session, kind: Shape) -> dict[str, str]:
    """Return which field each column was mapped to before, the latest mapping first."""
    statement = (
        select(SavedMapping)
        .where(
            col(SavedMapping.workspace_id) == workspace_of(session),
            col(SavedMapping.record) == kind.name,
        )
        .order_by(col(SavedMapping.updated_at).desc())
    )
    found: dict[str, str] = {}
    for row in session.exec(statement):
        for name, column in row.mapping.get("columns", {}).items():
            found.setdefault(column, name)
    return found


def _signature(header: Sequence[str]) -> str:
    # A digest, because an index does not take names of any length.
    return blake2b("\x1f".join(header).encode(), digest_size=16).hexdigest()
