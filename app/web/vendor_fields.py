"""The fields that a vendor has, as far as known: usual, chosen, and what stands in them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from app.web import frame, texts
from goals.errors import OutsideError
from goals.records import kinds
from goals.records.connections import Connection
from integrations import connections, crm, mapped

#: Newest rows of which the values are shown, and how much of a value.
ROWS, SHOWN = 200, 60
#: Values of a field that are shown.
SAMPLES = 3


def usual(connection: Connection) -> Mapping[str, Mapping[str, str]]:
    """Return the parts that fields come from unless chosen: record -> our field -> theirs."""
    told = getattr(crm.kind(connection.provider), "usual", None)
    found: Mapping[str, Mapping[str, str]] = told() if told is not None else {}
    return found


def chosen(connection: Connection) -> dict[str, dict[str, str]]:
    """Return the parts that were chosen by hand: record -> our field -> theirs."""
    given = connection.settings.get("fields") or {}
    try:
        read = json.loads(given) if isinstance(given, str) else given
        return {
            str(record): {str(ours): str(theirs) for ours, theirs in one.items()}
            for record, one in read.items()
        }
    except (ValueError, AttributeError):
        # What cannot be read is written anew.
        return {}


def own(session: Session, connection: Connection, record: str) -> dict[str, list[str]]:
    """Return the vendor's own fields with some of their values, from the newest records."""
    table = kinds.KINDS[record].table
    statement = (
        select(col(table.custom))
        .where(
            col(table.workspace_id) == frame.here().id,
            col(table.connection_id) == connection.id,
            col(table.deleted_at).is_(None),
            col(table.custom).is_not(None),
        )
        .order_by(col(table.recorded_at).desc(), col(table.id))
        .limit(ROWS)
    )
    found = [one for one in session.exec(statement) if one]
    told = [
        {name: [] if value in (None, "") else [str(value)[:SHOWN]] for name, value in one.items()}
        for one in found
    ]
    return mapped.together(told)


def stored(session: Session, connection: Connection, record: str) -> dict[str, list[str]]:
    """Return what stands in fields of ours in the newest records, as far as it is no reference."""
    table = kinds.KINDS[record].table
    statement = (
        select(table)
        .where(
            col(table.workspace_id) == frame.here().id,
            col(table.connection_id) == connection.id,
            col(table.deleted_at).is_(None),
        )
        .order_by(col(table.recorded_at).desc(), col(table.id))
        .limit(ROWS)
    )
    found: dict[str, dict[str, None]] = {}
    for row in session.exec(statement):
        for one in kinds.KINDS[record].all_fields():
            value = getattr(row, one.column, None)
            if one.type != "reference" and value not in (None, "", {}):
                found.setdefault(one.name, {})[texts.written(value)[:SHOWN]] = None
    return {name: list(values)[:SAMPLES] for name, values in found.items()}


def look(
    session: Session, connection: Connection, usual: Mapping[str, Any]
) -> dict[str, Mapping[str, Sequence[str]]]:
    """Ask a vendor for its fields with some of their values, of every record that it lets us see.

    Raises OutsideError or Refusal.
    """
    wiring = frame.wiring()
    terms = connections.terms(
        session,
        wiring.database.begin(frame.here().id),
        connection,
        vault=wiring.vault,
        clock=frame.now,
        allow_private=wiring.settings.allow_private_sources,
    )
    source: Any = crm.source(connection.provider, terms)
    found: dict[str, Mapping[str, Sequence[str]]] = {}
    try:
        for record in usual:
            try:
                seen = source.look(record)
            except OutsideError as error:
                if error.code not in ("forbidden", "not_allowed"):
                    raise
                continue
            found[record] = {name: [one[:SHOWN] for one in told] for name, told in seen.items()}
    finally:
        source.close()
    return found
