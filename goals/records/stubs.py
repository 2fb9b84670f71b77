"""Stubs: rows that stand in for records that are referred to before they arrive."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from goals.records import bulk, ledger, stored
from goals.records.kinds import Kind
from goals.records.stored import CONTENT, Row
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

    `wanted` gives the reference as the source wrote it, which becomes the stub's external id
    and its name.
    """
    of = stored.shape(kind.table)
    known = bulk.present(session, of, wanted)
    missing = [(id_, text) for id_, text in wanted.items() if id_ not in known]
    made = [stub(session, connection_id, run_id, kind, id_, text, now) for id_, text in missing]
    ledger.keep(session, kind, created=made, run_id=run_id, now=now)
    return len(made)


def stub(
    session: Session,
    connection_id: int,
    run_id: int,
    kind: Kind,
    id_: int,
    reference: str,
    now: datetime,
) -> Row:
    """Return the stored row of a stub."""
    of = stored.shape(kind.table)
    content = list(stored.defaults(kind.table))
    content[of.place("external_id") - CONTENT] = reference
    if "name" in of.columns:
        content[of.place("name") - CONTENT] = reference
    book = (workspace_of(session), id_, connection_id, 1, 0, stored.instant(now), run_id, None)
    return (*book, *content)
