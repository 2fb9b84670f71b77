"""metric reconcile ID --from D --to D: from what a CRM's report should show to our number."""

from argparse import ArgumentParser, Namespace
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from app.cli import common
from app.cli.common import CommandError
from app.cli.context import Context
from goals import words
from goals.metrics import readings, receipts
from goals.metrics.query import Query
from goals.metrics.reconcile import bridge, comparing, saying
from goals.metrics.reconcile.bridge import Asked, Bridge, Total
from goals.metrics.reconcile.report import CHOICES, Report
from goals.records import numbers
from goals.records.connections import Connection
from integrations import connections
from integrations.crm import reports


def add_arguments(parser: ArgumentParser) -> None:
    """Say how a report can be described."""
    parser.add_argument("--connection", metavar="NAME", help="the source whose report it is")
    parser.add_argument("--part", choices=("numerator", "denominator"))
    parser.add_argument("--shows", metavar="N", help="the number that the report shows")
    for name, listed in CHOICES.items():
        parser.add_argument(f"--{name}", choices=listed)
    parser.add_argument("--zone", metavar="Z", help="the time zone of the report's days")
    parser.add_argument("--archived", action="store_true", help="it counts archived records")
    parser.add_argument("--narrowed", action="store_true", help="it is narrowed as --where says")


def run(args: Namespace, context: Context, session: Session, query: Query) -> int:
    """Compare a number with the report of a connection."""
    result = readings.read(session, query, today=context.today, now=context.now())
    reading = receipts.find(session, result.receipt or "")
    asked = Asked(session, reading, 0, context.today)
    wanted = [one for one in asked.parts if args.part in (None, one.name)]
    if not wanted:
        raise CommandError(
            "no_report",
            "No report of a CRM shows this number as it is.",
            "metric value gives its receipt, which lists the records that were counted.",
        )
    source = _source(args, session, asked)
    report = _report(args, source)
    asked = replace(asked, connection_id=source.id)
    found = [asked.bridge(one, report) for one in wanted]
    shows = _number(args.shows)
    document = {
        "metric": reading.metric,
        "params": dict(reading.params),
        "from": reading.first_day,
        "to": reading.last_day,
        "where": dict(reading.where),
        "connection": {"id": str(source.id), "name": source.name, "provider": source.provider},
        "report": asdict(report),
        "currency": context.workspace.currency,
        "receipt": reading.receipt,
        # A number that was read belongs to the part asked for, else to the first.
        "parts": [
            _described(asked, one, source, context, shows if place == 0 else None)
            for place, one in enumerate(found)
        ],
    }
    text = "\n".join(_lines(asked, found[0], source, context, shows))
    common.show(args, document, text)
    return 0


def _source(args: Namespace, session: Session, asked: Asked) -> Connection:
    if args.connection is not None:
        return connections.find(session, args.connection)
    there = bridge.connections(session, asked.part(args.part))
    if len(there) == 1:
        return there[0]
    names = ", ".join(one.name for one in there)
    raise CommandError(
        "connection_not_named" if there else "no_records",
        "Several sources have such records." if there else "No source has such records yet.",
        f"Say which one with --connection NAME: {names}." if there else "Run sync or import first.",
        field="connection",
        exit_code=2 if there else 1,
    )


def _report(args: Namespace, source: Connection) -> Report:
    given = {name: getattr(args, name) for name in CHOICES if getattr(args, name) is not None}
    return replace(
        reports.of(source.provider).usual,
        **given,
        zone=args.zone,
        archived=args.archived,
        narrowed=args.narrowed,
    )


def _number(text: str | None) -> Decimal | None:
    if text is None:
        return None
    found = numbers.number(text)
    if found is None or abs(found) > numbers.MOST_MONEY:
        raise CommandError(
            "usage",
            f"{text!r} is not a number.",
            "Write the number alone, such as 412.",
            field="shows",
            exit_code=2,
        )
    return found


def _described(
    asked: Asked, found: Bridge, source: Connection, context: Context, shows: Decimal | None
) -> dict[str, Any]:
    compared = None if shows is None else comparing.compare(found, shows)
    return {
        "part": found.part.name,
        "record": found.part.record,
        "theirs": _total(found.theirs),
        "steps": [
            {
                "step": one.key,
                "title": words.render(saying.title(one.key), context.reader),
                "why": words.render(
                    saying.step(asked, found, one.key, source.name), context.reader
                ),
                "left": one.left,
                "came": one.came,
                "changed": one.changed,
                **_total(one.total),
            }
            for one in found.steps
        ],
        "ours": _total(found.ours),
        "neither": found.aside,
        "shows": None if compared is None else asdict(compared),
    }


def _total(total: Total) -> dict[str, Any]:
    return {"n": total.n, "amount": total.amount}


def _lines(
    asked: Asked, found: Bridge, source: Connection, context: Context, shows: Decimal | None
) -> list[str]:
    def written(value: Decimal, *, signed: bool = False) -> str:
        unit = "money" if found.part.is_money else "count"
        amount = words.amount(value, unit, context.workspace.currency)
        assert amount is not None
        shown = words.Signed(amount) if signed else amount
        return words.format_value(shown, context.reader)

    lines = [f"{source.name:<28}{written(found.theirs.figure):>16}"]
    for one in found.steps:
        if one.records:
            title = words.render(saying.title(one.key), context.reader)
            lines.append(f"  {title:<26}{written(one.total.figure, signed=True):>16}")
    lines.append(f"{'Headway':<28}{written(found.ours.figure):>16}")
    if shows is not None:
        compared = comparing.compare(found, shows)
        lines.append(f"{'unexplained':<28}{written(compared.unexplained, signed=True):>16}")
    return lines
