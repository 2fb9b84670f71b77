"""connection overlap OLD NEW, connection cut-over OLD NEW DAY: one source in another's place."""

from argparse import ArgumentParser, Namespace
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from app import queue
from app.cli import common
from app.cli.common import CommandError
from app.cli.context import Context
from goals import words
from goals.calendar import add_months
from goals.metrics import cut_overs
from goals.metrics.formulas import Figure
from goals.metrics.overlap import report
from goals.metrics.overlap.report import Compared, Overlap
from goals.records.connections import Connection
from integrations import connections
from integrations.holding import holder

#: The months that are looked at unless days are given.
MONTHS = 12


def add_arguments(overlap: ArgumentParser, cut_over: ArgumentParser) -> None:
    """Say what the two actions take."""
    for one in (overlap, cut_over):
        one.add_argument("old", metavar="OLD", help="the source that is left")
        one.add_argument("new", metavar="NEW", help="the source that takes its place")
        common.add_today(one)
    overlap.add_argument("--from", type=common.day, dest="first", metavar="D")
    overlap.add_argument("--to", type=common.day, dest="last", metavar="D")
    when = cut_over.add_mutually_exclusive_group(required=True)
    when.add_argument("--on", type=common.day, metavar="D", help="the first day of the new source")
    when.add_argument("--none", action="store_true", help="take the cut-over back")


def overlap(args: Namespace, context: Context, session: Session) -> int:
    """Tell what two sources hold alike, what each lacks, and what metrics say by each."""
    old, new = _pair(args, session)
    last = args.last or context.today
    first = args.first or add_months(last.replace(day=1), -MONTHS)
    if last < first:
        raise CommandError(
            "window", "The last day lies before the first.", "Give --from and --to in order.",
            field="to", exit_code=2,
        )  # fmt: skip
    found = [
        report.of_kind(session, old, new, one, first, last)
        for one in report.kinds(session, old, new)
    ]
    compared = report.by_source(session, old, new, first, last, today=context.today)
    holding = cut_overs.of_pair(session, old.id, new.id)
    day = None if holding is None else holding.day
    document = {
        "old": _named(old),
        "new": _named(new),
        "from": first,
        "to": last,
        "cut_over": day,
        "records": [_kind(one, context) for one in found],
        "metrics": [_metric(one) for one in compared],
    }
    common.show(args, document, "\n".join(_lines(found, compared, old, new)))
    return 0


def cut_over(args: Namespace, context: Context, session: Session) -> int:
    """Let the new source count from a day on, or take that back."""
    old, new = _pair(args, session)
    now = context.now()
    day = None if args.none else args.on
    if cut_overs.set_day(session, old, new, day, by=None, now=now):
        queue.schedule(session, "review", "", now)
    until = None if day is None else day - timedelta(days=1)
    text = (
        f"{old.name} and {new.name} count on every day."
        if day is None
        else f"{old.name} counts until {until}, {new.name} from {day} on."
    )
    document = {"old": _named(old), "new": _named(new), "cut_over": day}
    common.show(args, document, text)
    return 0


def _pair(args: Namespace, session: Session) -> tuple[Connection, Connection]:
    """Return the two sources; what a file, a query or a tap brings is held by all of them."""
    old, new = (holder(session, connections.find(session, one)) for one in (args.old, args.new))
    if old.id == new.id:
        together = f"What files, queries and taps bring is kept together under {old.name}."
        raise CommandError(
            "cut_over_same",
            "One source cannot be compared with itself.",
            together if args.old != args.new else "Name two connections that differ.",
            field="new",
            exit_code=2,
        )
    return old, new


def _named(connection: Connection) -> dict[str, str]:
    return {"id": str(connection.id), "name": connection.name}


def _kind(one: Overlap, context: Context) -> dict[str, Any]:
    keys = [{"key": words.render(by, context.reader), "n": n} for by, n in one.keys]
    return {"record": one.record, **one.counts, "keys": keys}


def _metric(one: Compared) -> dict[str, Any]:
    def value(figure: Figure) -> Any:
        return {"value": figure.value, "n": figure.n}

    return {
        "metric": one.metric.id,
        "params": dict(one.params),
        "old": value(one.before),
        "new": value(one.after),
    }


def _lines(
    found: list[Overlap], compared: list[Compared], old: Connection, new: Connection
) -> list[str]:
    lines = [f"{'':<22}{'both':>10}{'different':>12}{'only old':>12}{'only new':>12}"]
    for one in found:
        counts = one.counts
        lines.append(
            f"{one.record:<22}{counts['both']:>10}{counts['different']:>12}"
            f"{counts['only_old']:>12}{counts['only_new']:>12}"
        )
    lines.append(f"{'':<22}{old.name[:18]:>20}{new.name[:18]:>20}")
    lines += [
        f"{one.metric.id:<22}{_short(one.before):>20}{_short(one.after):>20}" for one in compared
    ]
    return lines


def _short(figure: Figure) -> str:
    return "-" if figure.value is None else f"{figure.value:.4f}".rstrip("0").rstrip(".")
