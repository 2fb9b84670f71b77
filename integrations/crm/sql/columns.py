"""Which columns of a query are which fields of a record, shown before the first sync."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from goals.records import kinds, stages
from goals.records import mapping as mappings
from goals.records.kind import Kind
from goals.records.mapping import FileMapping
from goals.records.source import Check
from goals.words import N_, Message
from integrations.files import choosing, importing, keys, reading, taking
from integrations.files.meanings import SAY_THERE, Meanings
from integrations.files.result import NotImported

#: Rows of a query that are looked at, and characters of a value that are shown.
SAMPLE, SHOWN = 50, 24


def matched(
    session: Session, sample: Sequence[Sequence[Any]], kind: Kind, told: Any
) -> list[Check]:
    """Return in words what becomes of each column, with a value of it, and of unknown stages.

    `sample` holds the names of the columns, then some rows; `told` is a mapping, None without.
    Raises Refusal, in the words of a query, where a sync would not know the columns either.
    """
    names = list(sample[0])
    file = io.BytesIO(_written(sample))
    given = None if told is None else mappings.read(told, kind.name, kind.all_fields())
    try:
        sheet = reading.open_sheet(file, taking.OURS)
        known = given or choosing.remembered(session, kind, sheet.header)
        mapping, _ = choosing.fitted(known or choosing.suggested(session, kind, sheet), sheet)
        keys.key_fields(kind, mapping)
    except NotImported as error:
        raise _in_words(error, kind) from None
    values = {name: _value(name, place, sample) for place, name in enumerate(names)}
    pairs = [f"{field} ← {column}{values[column]}" for field, column in mapping.columns.items()]
    used = {*mapping.columns.values(), *(column for _, column in mapping.events)}
    left = [one for one in names if one not in used]
    text = N_("The fields are: %(fields)s. Left out are the columns: %(names)s.")
    if not left:
        text = N_("The fields are: %(fields)s.")
    fine = Check("columns", True, Message(text, {"fields": pairs, "names": left}))
    return [fine, *_stages(session, sample, kind, mapping)]


def _stages(
    session: Session, sample: Sequence[Sequence[Any]], kind: Kind, mapping: FileMapping
) -> list[Check]:
    """Return what is said of stages whose rows would be left out, because nobody knows them."""
    column = mapping.columns.get("stage")
    if kind is not kinds.DEAL or column is None or "status" in mapping.fields():
        return []
    home = importing.home(session)
    known = stages.meanings(session, home) if home is not None else {}
    meanings = Meanings(mapping.stages, known)
    place = list(sample[0]).index(column)
    found = dict.fromkeys(text for row in sample[1:] if (text := taking.cell(row[place]).strip()))
    unknown = [one for one in found if meanings.of(one) is None]
    if not unknown:
        return []
    text = N_(
        "Nobody has said whether these stages are open, won or lost, so their deals would be left "
        "out: %(names)s."
    )
    example = json.dumps({"stages": dict.fromkeys(unknown, "open")}, ensure_ascii=False)[1:-1]
    fix = Message(SAY_THERE, {"example": example})
    return [Check("stages", False, Message(text, {"names": unknown}), fix, needed=False)]


def _written(sample: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(taking.cells(one) for one in sample)
    return text.getvalue().encode("utf-8", "replace")


def _value(name: str, place: int, sample: Sequence[Sequence[Any]]) -> str:
    """Return a column's first value, in brackets; "" where all that were looked at are empty."""
    for row in sample[1:]:
        text = " ".join(taking.cell(row[place]).split())
        if text:
            return f" ({text if len(text) <= SHOWN else f'{text[:SHOWN]}…'})"
    return ""


def _in_words(error: NotImported, kind: Kind) -> NotImported:
    """Return why columns cannot be told, as somebody mends it who writes a query."""
    if error.code == "duplicate_column":
        text, params = (
            N_("The query has more than one column named %(names)s."),
            error.message.params,
        )
        fix = Message(N_("Give each a name of its own, with AS."))
        return NotImported(error.code, text, dict(params), fix=fix, field="query")
    if error.code != "mapping_needed":
        return error
    suggested = dict(error.extra["suggested"].get("columns", {}))
    missing = list(error.message.params.get("names") or ())  # type: ignore[call-overload]
    written = [_named(column, field) for field, column in suggested.items()]
    written += [_named("...", field) for field in missing]
    text = N_("It is not certain which columns of the query are which fields.")
    if missing:
        text = N_("No column of the query is named %(names)s, which a %(record)s needs.")
    fields = [one.name for one in kind.all_fields()]
    return NotImported(
        error.code,
        text,
        dict(error.message.params),
        fix=Message(
            N_("Name them: SELECT %(columns)s. The fields of a %(record)s are: %(fields)s."),
            {"columns": written, "fields": fields, "record": kind.name},
        ),
        field="query",
    )


def _named(column: str, field: str) -> str:
    plain = column.isidentifier() and column.isascii()
    quoted = column if plain or column == "..." else '"{}"'.format(column.replace('"', '""'))
    return quoted if quoted == field else f"{quoted} AS {field}"
