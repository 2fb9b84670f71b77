"""How sound the records are, on the command line: all of them, or those behind a metric."""

from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import Any

from sqlmodel import Session

from app.cli import common
from app.cli.context import Context
from goals import words
from goals.metrics import quality, receipts, soundness
from goals.metrics.quality import Fault, Score
from goals.metrics.result import Result

Changes = dict[tuple[str, str], int]
Read = Callable[[Namespace, Context, Session], Result]


def show(args: Namespace, context: Context, session: Session, read: Read) -> int:
    """Print the share of records that pass, and each check with what to do."""
    if args.metric is None:
        scores = quality.of_all(session, context.today)
        whole = quality.together(scores)
        changes = quality.changes(session)
        found = [
            {"record": one.records[0], **_json(one, context.reader, changes)} for one in scores
        ]
        document = {**_counts(whole), "records": found}
        lines = [f"{_share(whole, context.reader)} of {whole.n} records pass every check."]
        lines += _lines(scores, context.reader)
    else:
        result = read(args, context, session)
        assert result.receipt is not None
        reading = receipts.find(session, result.receipt)
        score = soundness.of_reading(session, reading, context.today)
        document = {
            "metric": result.metric.id,
            "params": dict(result.params),
            "from": result.query.first_day,
            "to": result.query.last_day,
            "where": dict(result.query.where),
            **(_json(score, context.reader) if score is not None else _NOTHING),
            "receipt": result.receipt,
        }
        lines = [words.render((score or quality.NO_RECORDS).message, context.reader)]
    common.show(args, document, "\n".join(lines))
    return 0


#: What is said of a number behind which no records are checked.
_NOTHING: dict[str, Any] = {"score": None, "n": 0, "sound": 0, "checks": []}


def _counts(score: Score) -> dict[str, Any]:
    return {"score": score.share, "n": score.n, "sound": score.sound}


def _json(score: Score, reader: words.Reader, changes: Changes | None = None) -> dict[str, Any]:
    found = [_check(one, reader) for one in score.faults]
    for one in found if changes is not None else ():
        # What the last sync or import added, None where records were counted once only.
        one["change"] = (changes or {}).get((one["record"], one["check"]))
    return {**_counts(score), "checks": found}


def _check(fault: Fault, reader: words.Reader) -> dict[str, Any]:
    return {
        "record": fault.check.record,
        "check": fault.check.name,
        "n": fault.n,
        "message": words.render(fault.message, reader),
        "fix": words.render(fault.check.fix, reader),
    }


def _share(score: Score, reader: words.Reader) -> str:
    return words.format_value(words.amount(score.share, "rate", None), reader)


def _lines(scores: Sequence[Score], reader: words.Reader) -> list[str]:
    found = []
    for score in scores:
        found.append(f"{score.records[0]:<14}{_share(score, reader)} of {score.n}")
        for fault in score.found:
            found.append(f"  {words.render(fault.message, reader)}")
            found.append(f"    {words.render(fault.check.fix, reader)}")
    return found
