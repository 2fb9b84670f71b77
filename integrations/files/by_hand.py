"""Readings that a person enters: the rows of a small file, so that either can correct the other."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from goals.metrics import catalogue
from goals.records.connections import SyncRun
from goals.table import workspace_of
from integrations.files.importing import import_file
from integrations.files.result import ImportResult

_COLUMNS = ("metric", "on", "value", "evidence")
_MAPPING = {
    "columns": {name: name for name in _COLUMNS},
    "format": {
        "encoding": "utf-8",
        "delimiter": ",",
        "date_order": "ymd",
        "decimal": ".",
        "thousands": "",
    },
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
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(_COLUMNS)
    for one in entries:
        rows.writerow((found.id, one.day.isoformat(), format(one.value, "f"), one.evidence))
    result = import_file(
        session, written.getvalue().encode(), "reading", _MAPPING, now=now, label=found.id
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
