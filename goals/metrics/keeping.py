"""Keeping readings: a receipt for every answer, and a word when an answer changed since."""

import hashlib
import json
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from goals import words
from goals.metrics import limits, notes
from goals.metrics.custom.metric import Custom
from goals.metrics.evidence import Reading
from goals.metrics.notes import Note
from goals.metrics.result import Result
from goals.records.connections import SyncRun
from goals.table import workspace_of

#: The length of each half of a receipt: what was asked, and what was answered.
HALF = 12


def keep(session: Session, result: Result, *, now: datetime) -> Result:
    """Store a reading and return it with its receipt.

    The same question answered alike keeps its first row; an answer that changed since says
    what it was before. What a custom metric is made of is kept with it.
    """
    here = workspace_of(session)
    parts = {key: keep(session, one, now=now) for key, one in result.parts.items()}
    result = replace(result, parts=parts)
    asked = _hash(_question(result))
    answered = _hash(_answer(result))
    receipt = f"rcp_{asked}{answered}"
    earlier = session.exec(
        select(Reading)
        .where(
            col(Reading.workspace_id) == here,
            col(Reading.receipt) >= f"rcp_{asked}",
            col(Reading.receipt) < f"rcp_{asked}g",
        )
        .order_by(col(Reading.id).desc())
    ).first()
    if earlier is not None and earlier.receipt == receipt:
        return replace(
            result,
            receipt=receipt,
            as_of=earlier.as_of,
            notes=tuple(notes.stored(one) for one in earlier.notes),
        )
    if earlier is not None:
        result = replace(result, notes=(*result.notes, *_restated(session, earlier, result)))
    again = session.exec(
        select(Reading).where(col(Reading.workspace_id) == here, col(Reading.receipt) == receipt)
    ).first()
    if again is None:
        # Somebody else may keep the same answer at the same moment; one row is enough.
        with suppress(IntegrityError), session.begin_nested():
            row = unkept(session, result, now=now)
            row.receipt, row.runs = receipt, _runs(session)
            session.add(row)
    return replace(result, receipt=receipt)


def _restated(session: Session, earlier: Reading, result: Result) -> list[Note]:
    """Return what to say of an earlier answer that was another one."""
    before = words.amount(earlier.value, earlier.unit, earlier.currency)
    if None not in (earlier.currency, result.currency) and earlier.currency != result.currency:
        return [notes.restated_in(before, str(earlier.currency))]
    if earlier.value == result.figure.value:
        return []
    since = limits.latest(session, earlier.computed_at)
    return [notes.restated(before) if since is None else notes.cut_over(before, since.day)]


def _question(result: Result) -> dict[str, Any]:
    query = result.query
    asked = {
        "metric": query.metric,
        "version": result.metric.version,
        "params": dict(query.params),
        "where": dict(query.where),
        "by": query.by,
        "first": query.first_day,
        "last": query.last_day,
        "matured": query.matured,
        "known": query.known_at,
    }
    if isinstance(result.metric, Custom):
        asked["versions"] = dict(result.metric.versions)
    return asked


def _answer(result: Result) -> dict[str, Any]:
    figure = result.figure
    answer: dict[str, Any] = {
        "value": figure.value,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "n": figure.n,
        "segments": [
            (key, one.value, one.numerator, one.denominator, one.n)
            for key, one in result.segments or ()
        ],
        "notes": [(one.code, one.n) for one in result.notes],
    }
    if result.currency is not None:
        # As many of another currency are another answer.
        answer["currency"] = result.currency
    if result.parts:
        answer["parts"] = _receipts(result)
    return answer


def _receipts(result: Result) -> dict[str, str | None]:
    return {key: one.receipt for key, one in result.parts.items()}


def _hash(parts: dict[str, Any]) -> str:
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=HALF // 2).hexdigest()


def unkept(session: Session, result: Result, *, now: datetime) -> Reading:
    """Return a reading as it would be kept, but for its receipt and where the rows came from."""
    query, figure = result.query, result.figure
    segments = None
    if result.segments is not None:
        segments = [
            {
                "key": key,
                "value": _text(one.value),
                "numerator": _text(one.numerator),
                "denominator": _text(one.denominator),
                "n": one.n,
            }
            for key, one in result.segments
        ]
    return Reading(
        workspace_id=workspace_of(session),
        receipt="",
        metric=result.metric.id,
        version=result.metric.version,
        params=dict(result.params),
        where=dict(query.where),
        by=query.by,
        first_day=query.first_day,
        last_day=query.last_day,
        matured=query.matured,
        known_at=query.known_at,
        value=figure.value,
        numerator=figure.numerator,
        denominator=figure.denominator,
        n=figure.n,
        unit=result.unit,
        currency=result.currency,
        complete=result.complete,
        notes=[one.kept() for one in result.notes],
        segments=segments,
        made_of=_made_of(result),
        data_to=result.data_to,
        as_of=result.as_of,
        computed_at=now,
    )


def _made_of(result: Result) -> dict[str, Any] | None:
    if not isinstance(result.metric, Custom):
        return None
    return {"parts": _receipts(result), "versions": dict(result.metric.versions)}


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _runs(session: Session) -> list[str]:
    """Return the latest finished run of each connection: where the rows came from."""
    statement = (
        select(SyncRun.connection_id, SyncRun.id)
        .where(
            col(SyncRun.workspace_id) == workspace_of(session),
            col(SyncRun.status).in_(("done", "partial")),
        )
        .order_by(col(SyncRun.id).desc())
        .limit(50)
    )
    latest: dict[int, int] = {}
    for connection, run in session.exec(statement):
        latest.setdefault(connection, run)
    return [str(run) for run in latest.values()]
