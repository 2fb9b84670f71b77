"""Taking a table as a source's rows: imported as if somebody had done it by hand each time."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from sqlmodel import Session

from goals.errors import Refusal, SourceError
from goals.records import mapping as mappings
from goals.records.connections import SyncRun
from goals.records.kind import Kind
from goals.records.source import Cursor
from goals.records.table_source import Taken
from goals.words import N_, Message
from integrations.files import clashing, said, whole
from integrations.files.importing import import_file, kind_of

#: What to do where a connection's columns are not known; there is no file to look at.
NAMED = N_(
    "Call the columns as the fields are called, or name a mapping file when connecting on the "
    "command line: --set mapping=FILE"
)
#: How tables that we write ourselves are written.
OURS = {"encoding": "utf-8", "delimiter": ","}


def take(
    session: Session,
    run: SyncRun,
    file: BinaryIO | bytes,
    record: str,
    mapping: Any,
    *,
    now: datetime,
    cursor: Cursor,
    is_in_order: bool = False,
    is_whole: bool = False,
    believe: bool = False,
) -> Taken:
    """Import a table and return what became of its rows.

    With `is_in_order` rows with one key are what became of one record, one after the other, and
    tell of what is gone. With `is_whole` what its connection brought before and it does not tell of
    is gone, with `believe` even if that is most of it.
    Raises SourceError for a table that cannot be imported or of which no row was kept.
    """
    try:
        result = import_file(
            *(session, file, record, mapping),
            now=now,
            run=run,
            is_in_order=is_in_order,
            is_whole=is_whole,
        )
    except Refusal as error:
        fix = Message(NAMED) if error.code == "mapping_needed" else error.fix
        raise SourceError(error.code, error.message, fix=fix, permanent=True) from error
    if result.failed:
        [first, *_] = result.problems.listed
        raise SourceError(
            "every_row_rejected",
            Message(N_("Every row was left out: %(reason)s"), {"reason": first.problem}),
            fix=first.fix,
            permanent=True,
        )
    gone, held = 0, None
    if result.there is not None:
        kind = kind_of(record)
        gone, held = whole.sweep(session, run, kind, result.there, now, believe=believe)
    return Taken(
        read=result.rows,
        created=result.created,
        updated=result.updated,
        unchanged=result.unchanged,
        rejected=result.rejected,
        cursor=cursor,
        deleted=result.deleted + gone,
        held=held,
        reasons=[
            *said.of_table(result.problems.repairs()),
            *clashing.overwritten(session, run, record),
        ],
    )


def mapping_file(path: Path | None) -> Any:
    """Return what a mapping file holds, None without one; raises SourceError."""
    if path is None:
        return None
    try:
        if path.exists() and not path.is_file():
            raise OSError
        with path.open("rb") as file:
            return json.load(file)
    except OSError as error:
        raise SourceError(
            "file_unreadable",
            Message(
                N_("%(path)s cannot be read: %(reason)s."),
                {"path": str(path), "reason": error.strerror or type(error).__name__},
            ),
            fix=Message(N_("Put the file there, or let the worker read it. It is tried again.")),
        ) from error
    except ValueError as error:
        raise SourceError(
            "bad_mapping",
            Message(N_("%(path)s is not JSON."), {"path": str(path)}),
            fix=Message(N_("Mend the file. The next sync reads it again.")),
            permanent=True,
        ) from error


def checked(told: Any, kind: Kind) -> dict[str, Any] | None:
    """Return a mapping for a table that we write; raises SourceError for one that is not right."""
    if told is None:
        return None
    try:
        mappings.read(told, kind.name, kind.all_fields())
    except Refusal as error:
        raise SourceError(error.code, error.message, fix=error.fix, permanent=True) from error
    return {**told, "format": {**(told.get("format") or {}), **OURS}}


def cells(values: Sequence[Any]) -> list[str]:
    """Return the values of a row as the texts that the file import reads."""
    return [cell(one) for one in values]


def cell(value: Any) -> str:
    """Return a value as a text that is read without doubt; nothing is an empty one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        # A column of ids in which some are missing holds 7.0, and means what is called 7.
        return _number(Decimal(int(value)))
    if isinstance(value, float | Decimal):
        return _number(Decimal(str(value)))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "replace").replace("\0", "")
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value).replace("\0", "")


def _number(value: Decimal) -> str:
    """Return a number written out; three digits behind a point could be taken for thousands."""
    if not value.is_finite() or abs(value.adjusted()) > 30:
        return str(value)
    written = f"{value:f}"
    whole, point, rest = written.partition(".")
    return f"{written}0" if point and len(rest) == 3 else written
