"""Stubs: rows that stand in for records that are referred to before they arrive."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from goals.records import bulk, ledger, stored
from goals.records.kind import Kind
from goals.records.stored import CONNECTION, CONTENT, ID, RUN, Row
from goals.table import workspace_of


def ensure(
    session: Session,
    connection_id: int,
    run_id: int,
    kind: Kind,
    wanted: Mapping[int, str],
    now: datetime,
) -> int:
    """Make a stub for each id that no row has; return how many were made.

    A stub that was deleted comes back; any other deleted row is still what was referred to.
    `wanted` gives the reference as the source wrote it, which becomes the stub's external id
    and its name.
    """
    here = workspace_of(session)
    of = stored.shape(kind.table)
    known = bulk.present(session, of, wanted)
    missing = {id_: text for id_, text in wanted.items() if id_ not in known}
    deleted = {row[ID]: row for row in bulk.fetch(session, of, missing)}
    made: list[Row] = []
    back: list[tuple[Row, Row]] = []
    for id_, text in missing.items():
        stub = _stub(kind, (here, id_, connection_id), text, run_id, now)
        if id_ in deleted:
            back.append((deleted[id_], stub))
        else:
            made.append(stub)
    ledger.keep(session, kind, created=made, changed=back, run_id=run_id, now=now)
    return len(missing)


def of_row(kind: Kind, row: Row, now: datetime) -> Row:
    """Return the stub that stands in for a row once nothing is known of it any more."""
    text = row[stored.shape(kind.table).place("external_id")]
    return _stub(kind, row[: CONNECTION + 1], text, row[RUN], now)


def _stub(kind: Kind, front: Row, reference: str, run_id: int, now: datetime) -> Row:
    of = stored.shape(kind.table)
    content = list(stored.defaults(kind.table))
    for name in {"external_id", "name"} & set(of.columns):
        content[of.place(name) - CONTENT] = reference
    return (*front, 1, stored.instant(now), run_id, None, *content)
