"""Stubs whose record arrives under another id: whatever referred to the stub is led to it.

Files refer by name. A deal that came before its owner refers to a stub under that name; when the
owner arrives with an id of its own, the outcome must be the same as the other way round.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlmodel import Session

from goals.records import bulk, deletes, kinds, ledger, stored
from goals.records.kind import Kind
from goals.records.stored import CONNECTION, DELETED, ID, RECORDED, RUN, STUB

#: Stubs whose references are led on in one go.
PORTION = 50


def adopt(
    session: Session,
    connection_id: int,
    run_id: int,
    record: str,
    names: Mapping[str, int],
    now: datetime,
) -> int:
    """Lead references from stubs to the records of that name and remove the stubs.

    `names` gives the ids of records that have just arrived; returns how many stubs went.
    """
    kind = kinds.KINDS[record]
    make_key = stored.key_maker(connection_id, record)
    heirs = {stub: id_ for name, id_ in names.items() if (stub := make_key(name)) != id_}
    rows = bulk.fetch(session, stored.shape(kind.table), heirs)
    stubs = sorted(
        row[ID]
        for row in rows
        if row[STUB] and row[DELETED] is None and row[CONNECTION] == connection_id
    )
    for start in range(0, len(stubs), PORTION):
        portion = stubs[start : start + PORTION]
        for child, column in kinds.referring(record):
            _lead_on(session, child, column, portion, heirs, run_id, now)
    if stubs:
        deletes.mark_deleted(session, connection_id, run_id, record, stubs, now)
    return len(stubs)


def _lead_on(
    session: Session,
    child: Kind,
    column: str,
    stubs: Collection[int],
    heirs: Mapping[int, int],
    run_id: int,
    now: datetime,
) -> None:
    of = stored.shape(child.table)
    place = of.place(column)
    pairs = []
    for row in bulk.fetch(session, of, stubs, by=column):
        if row[DELETED] is None:
            new = stored.changed(
                row, {place: heirs[row[place]], RECORDED: stored.instant(now), RUN: run_id}
            )
            pairs.append((row, new))
    ledger.keep(session, child, changed=pairs, run_id=run_id, now=now)
