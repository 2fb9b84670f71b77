"""What a person enters: the rows of a small file, so that either can correct the other."""

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from goals.metrics import catalogue
from goals.records import deletes
from goals.records.company import Holiday
from goals.records.connections import SyncRun
from goals.table import new_id, workspace_of
from integrations.files.importing import import_file
from integrations.files.references import Known
from integrations.files.result import ImportResult

_FORMAT = {
    "encoding": "utf-8",
    "delimiter": ",",
    "date_order": "ymd",
    "decimal": ".",
    "thousands": "",
}


@dataclass(frozen=True)
class Entry:
    """A value of a metric on a day; for a period its last day. Evidence "" for none."""

    day: date
    value: Decimal
    evidence: str = ""


def enter(
    session: Session,
    metric: str,
    entries: Sequence[Entry],
    *,
    by: int | None,
    now: datetime,
) -> ImportResult:
    """Keep readings of a metric that is delivered; the caller commits.

    A value for a day that has one already replaces it, and the earlier one stays as evidence.
    What was entered together is undone together. Raises Refusal for a metric that does not
    exist.
    """
    found = catalogue.find(metric)
    rows = [
        (found.id, one.day.isoformat(), format(one.value, "f"), one.evidence) for one in entries
    ]
    return write(
        session,
        "reading",
        ("metric", "on", "value", "evidence"),
        rows,
        label=found.id,
        by=by,
        now=now,
    )


def write(
    session: Session,
    record: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    label: str,
    by: int | None,
    now: datetime,
    known: Known | None = None,
) -> ImportResult:
    """Keep rows of a kind of record that a member entered together; the caller commits.

    `columns` are the contract's words, days ISO and numbers plain. `label` is what the run is
    about. `known` gives the records that were chosen to be referred to, of whatever connection.
    What was entered together is undone together.
    """
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(columns)
    table.writerows(rows)
    mapping = {"columns": {name: name for name in columns}, "format": _FORMAT}
    result = import_file(
        session, written.getvalue().encode(), record, mapping, now=now, label=label, known=known
    )
    run = session.exec(
        select(SyncRun).where(
            col(SyncRun.workspace_id) == workspace_of(session),
            col(SyncRun.id) == result.import_id,
        )
    ).one()
    run.kind = "manual"
    run.result = {**(run.result or {}), "by": by}
    session.add(run)
    session.flush()
    return result


def remove_holidays(
    session: Session, found: Collection[Holiday], *, label: str, by: int | None, now: datetime
) -> int | None:
    """Take holidays out that a member does not want; the caller commits.

    Returns the run under which they went, which brings them back when it is undone; None where
    there was nothing to take out. All of them belong to one connection, that of files.
    """
    if not found:
        return None
    connection_id = next(iter(found)).connection_id
    run = SyncRun(
        id=new_id(),
        workspace_id=workspace_of(session),
        connection_id=connection_id,
        kind="manual",
        status="done",
        started_at=now,
        finished_at=now,
        label=label,
        result={"record": "holiday", "by": by},
    )
    ids = [one.id for one in found]
    gone = deletes.mark_deleted(session, connection_id, run.id, "holiday", ids, now)
    run.streams = [{"record": "holiday", "read": gone, "created": 0, "updated": gone}]
    session.add(run)
    session.flush()
    return run.id
