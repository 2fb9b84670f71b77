"""Metrics: metric list, metric show ID, metric value ID, metric reconcile ID --from D --to D."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from app.cli import common, reconcile
from app.cli.common import CommandError
from app.cli.context import Context, opened
from app.cli.goal import pairs
from goals import words
from goals.metrics import catalogue, readings
from goals.metrics.catalogue import Metric
from goals.metrics.query import Query


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True)
    listing = actions.add_parser("list", help="list the metrics")
    show = actions.add_parser("show", help="say what a metric means")
    value = actions.add_parser("value", help="read a metric")
    compare = actions.add_parser("reconcile", help="say why the CRM's report shows another number")
    for one in (show, value, compare):
        one.add_argument("metric", metavar="ID")
    for one in (value, compare):
        one.add_argument("--from", type=common.day, dest="first", metavar="D")
        one.add_argument("--to", type=common.day, dest="last", metavar="D")
        one.add_argument("--at", type=common.day, metavar="D", help="a window of this one day")
        one.add_argument("--where", action="append", default=[], metavar="DIM=V")
        one.add_argument("--set", action="append", default=[], metavar="PARAM=V", dest="params")
    reconcile.add_arguments(compare)
    value.add_argument("--by", metavar="DIM")
    value.add_argument("--matured", type=common.day, metavar="D")
    value.add_argument("--as-of", metavar="D", help="what was known by then")
    for one in (listing, show, value, compare):
        common.add_workspace(one)
        common.add_lang(one)
        common.add_json(one)
    for one in (value, compare):
        common.add_today(one)


def run(args: Namespace) -> int:
    """Do what the action says."""
    with opened(args) as context, context.session() as session:
        if args.action == "list":
            there = readings.available(session)
            found = [describe(one, context, there) for one in catalogue.METRICS.values()]
            lines = [f"{one['id']:<26}{one['name']}" for one in found]
            common.show(args, {"metrics": found}, "\n".join(lines))
            return 0
        if args.action == "show":
            there = readings.available(session)
            metric, params = catalogue.resolve(args.metric, {})
            document = {**describe(metric, context, there), **_more(metric, params, context)}
            common.show(args, document, f"{document['name']}: {document['formula']}")
            return 0
        first, last = _window(args)
        asked = Query(
            metric=args.metric,
            first_day=first,
            last_day=last,
            params=pairs("set", args.params),
            where=pairs("where", args.where),
        )
        if args.action == "reconcile":
            return reconcile.run(args, context, session, asked)
        return _value(args, context, session, asked)


def describe(metric: Metric, context: Context, there: set[str]) -> dict[str, Any]:
    """Return a metric in the contract's shape."""
    return {
        "id": metric.id,
        "name": words.render(metric.name, context.reader),
        "unit": metric.unit,
        "direction": metric.direction,
        "kind": metric.kind,
        "params": {one.name: list(one.words) or one.default for one in metric.params},
        "needs": list(metric.needs),
        "available": metric.id in there,
    }


def _more(metric: Metric, params: dict[str, str], context: Context) -> dict[str, Any]:
    low, high = metric.limits
    formula = words.Message(metric.formula.id, params)
    return {
        "version": metric.version,
        "formula": words.render(formula, context.reader),
        "note": None if metric.note is None else words.render(metric.note, context.reader),
        "set": params,
        "limits": [low, high],
        "counted": metric.is_counted,
        "aliases": {name: dict(implied) for name, implied in metric.aliases.items()},
    }


def _value(args: Namespace, context: Context, session: Session, asked: Query) -> int:
    known_at = _instant(args.as_of, context)
    query = replace(asked, by=args.by, matured=args.matured, known_at=known_at)
    result = readings.read(session, query, today=context.today, now=context.now())
    document = result.to_json(context.reader)
    amount = words.amount(result.value, result.unit, result.currency)
    lines = [words.format_value(amount, context.reader)]
    for key, figure in result.segments or ():
        shown = words.amount(figure.value, result.unit, result.currency)
        lines.append(f"  {key:<28}{words.format_value(shown, context.reader)}")
    lines += [f"  {words.render(one.message, context.reader)}" for one in result.notes]
    common.show(args, document, "\n".join(lines))
    return 0


def _window(args: Namespace) -> tuple[date, date]:
    if args.at is not None:
        if args.first is not None or args.last is not None:
            raise _usage("Say either --at or --from and --to.", "at")
        return args.at, args.at
    if args.last is None:
        raise _usage("Say until which day with --to, or which day with --at.", "to")
    first = args.first or args.last
    if first > args.last:
        raise _usage("The first day is after the last.", "from")
    return first, args.last


def _instant(text: str | None, context: Context) -> datetime | None:
    """Return the end of a day, or an instant as it was written."""
    if text is None:
        return None
    try:
        day = common.day(text[:10])
        if len(text) == 10:
            return context.workspace.end_of(day)
        at = datetime.fromisoformat(text)
    except (ValueError, ArgumentTypeError) as error:
        raise _usage(f"{text!r} is not a day or an instant.", "as-of") from error
    if at.tzinfo is None:
        raise _usage("An instant needs its zone, such as 2026-11-22T09:00:00Z.", "as-of")
    return at


def _usage(message: str, field: str) -> CommandError:
    return CommandError(
        "usage", message, "metric --help lists the options.", field=field, exit_code=2
    )
