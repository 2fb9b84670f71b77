"""Metrics: list, show, value, quality, reconcile; add, change, archive and restore one's own."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from app.cli import common, quality_report, reconcile
from app.cli.common import CommandError
from app.cli.context import Context, opened
from goals import words
from goals.metrics import authoring, brought, comparing, library, readings, receipts
from goals.metrics.authoring import Draft
from goals.metrics.catalogue import Metric
from goals.metrics.comparing import Comparison
from goals.metrics.custom.metric import Custom
from goals.metrics.custom.table import DIRECTIONS
from goals.metrics.query import Query
from goals.metrics.result import Result
from goals.tracking import metric_use, visibility
from goals.tracking.typed import pairs


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True)
    listing = actions.add_parser("list", help="list the metrics")
    show = actions.add_parser("show", help="say what a metric means")
    value = actions.add_parser("value", help="read a metric")
    sound = actions.add_parser("quality", help="say how sound the records are")
    sound.add_argument(
        "metric", nargs="?", metavar="ID", help="those behind a metric; all records without"
    )
    compare = actions.add_parser("reconcile", help="say why the CRM's report shows another number")
    for one in (show, value, compare):
        one.add_argument("metric", metavar="ID")
    for one in (value, sound, compare):
        _add_question(one)
    reconcile.add_arguments(compare)
    value.add_argument("--by", metavar="DIM")
    value.add_argument(
        "--compare", choices=comparing.AGAINST, help="put an earlier period beside it"
    )
    value.add_argument("--as-of", metavar="D", help="what was known by then")
    for one in (sound, compare):
        one.set_defaults(by=None, as_of=None)
    add = actions.add_parser("add", help="make a metric of others")
    change = actions.add_parser("change", help="change a metric that was made here")
    away = actions.add_parser("archive", help="take such a metric out of the lists")
    back = actions.add_parser("restore", help="bring it back to them")
    for one in (add, change, away, back):
        one.add_argument("metric", metavar="ID")
    for one, needed in ((add, True), (change, False)):
        one.add_argument("--name", required=needed, metavar="T")
        one.add_argument("--expression", required=needed, metavar="F", help="revenue / leads_new")
        one.add_argument("--description", metavar="T")
        one.add_argument("--direction", choices=DIRECTIONS, help="the better side")
        one.add_argument("--unit", metavar="U", help="rate or number, of what has no unit")
    for one in (listing, show, value, sound, compare, add, change, away, back):
        common.add_workspace(one)
        common.add_lang(one)
        common.add_json(one)
    for one in (value, sound, compare):
        common.add_today(one)


def _add_question(parser: ArgumentParser) -> None:
    """Let a command ask for a window, a part and a variant of a metric."""
    parser.add_argument("--from", type=common.day, dest="first", metavar="D")
    parser.add_argument("--to", type=common.day, dest="last", metavar="D")
    parser.add_argument("--at", type=common.day, metavar="D", help="a window of this one day")
    parser.add_argument("--where", action="append", default=[], metavar="DIM=V")
    parser.add_argument("--set", action="append", default=[], metavar="PARAM=V", dest="params")
    parser.add_argument("--matured", type=common.day, metavar="D")


def run(args: Namespace) -> int:
    """Do what the action says."""
    with opened(args) as context, context.session() as session:
        if args.action == "list":
            there = readings.available(session)
            found = [describe(one, context, there) for one in library.every(session).values()]
            lines = [f"{one['id']:<26}{one['name']}" for one in found]
            common.show(args, {"metrics": found}, "\n".join(lines))
            return 0
        if args.action == "show":
            return _show(args, context, session)
        if args.action == "value":
            return _value(args, context, session)
        if args.action == "quality":
            return quality_report.show(args, context, session, _read)
        if args.action == "reconcile":
            return reconcile.run(args, context, session, _query(args, context))
        _write(args, context, session)
        return _show(args, context, session)


def _show(args: Namespace, context: Context, session: Session) -> int:
    there = readings.available(session)
    metric, params = library.resolve(session, args.metric, {})
    document = {**describe(metric, context, there), **_more(metric, params, context)}
    if isinstance(metric, Custom):
        document |= _own(metric)
    common.show(args, document, f"{document['name']}: {document['formula']}")
    return 0


def _write(args: Namespace, context: Context, session: Session) -> None:
    """Make or change a metric of the workspace's own, put it away or bring it back."""
    now = context.now()
    if args.action == "archive":
        metric_use.archive(session, args.metric, visibility.OWNER, now)
    elif args.action == "restore":
        authoring.restore(session, args.metric)
    elif args.action == "add":
        authoring.add(session, _draft(args, Draft(args.metric, "", "")), by=None, now=now)
    else:
        known = authoring.own(session, args.metric)
        before = Draft(
            known.id, known.title, known.expression.text, known.description, known.direction
        )
        authoring.change(session, _draft(args, before), by=None, now=now)


def _draft(args: Namespace, before: Draft) -> Draft:
    """Return a draft with what was said changed."""
    parts = ("name", "expression", "description", "direction", "unit")
    said = {one: getattr(args, one) for one in parts if getattr(args, one) is not None}
    return replace(before, **said)


def _own(metric: Custom) -> dict[str, Any]:
    return {
        "expression": metric.expression.text,
        "made_of": [
            {"metric": one.metric.id, "params": dict(one.params)}
            for one in metric.expression.parts.values()
        ],
        "archived": metric.archived_at is not None,
    }


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
    formula = words.Message(metric.formula.id, {**metric.formula.params, **params})
    return {
        "version": metric.version,
        "formula": words.render(formula, context.reader),
        "note": None if metric.note is None else words.render(metric.note, context.reader),
        "set": params,
        "limits": [low, high],
        "counted": metric.is_counted,
        "aliases": {name: dict(implied) for name, implied in metric.aliases.items()},
    }


def _value(args: Namespace, context: Context, session: Session) -> int:
    result = _read(args, context, session)
    document = result.to_json(context.reader)
    if result.receipt is not None:
        reading = receipts.find(session, result.receipt)
        document["runs"] = brought.runs_to_json(session, reading)
    compared = _compared(args, context, session, _query(args, context))
    if compared is not None and args.compare is not None:
        document["compared"] = comparing.to_json(compared, args.compare)
    amount = words.amount(result.value, result.unit, result.currency)
    lines = [words.format_value(amount, context.reader)]
    for key, figure in result.segments or ():
        shown = words.amount(figure.value, result.unit, result.currency)
        lines.append(f"  {key:<28}{words.format_value(shown, context.reader)}")
    lines += [f"  {words.render(one.message, context.reader)}" for one in result.notes]
    lines += _lines(compared, context) if compared is not None else []
    common.show(args, document, "\n".join(lines))
    return 0


def _read(args: Namespace, context: Context, session: Session) -> Result:
    """Answer the question that the arguments ask."""
    return readings.read(session, _query(args, context), today=context.today, now=context.now())


def _query(args: Namespace, context: Context) -> Query:
    first, last = _window(args)
    return Query(
        metric=args.metric,
        first_day=first,
        last_day=last,
        params=pairs("set", args.params),
        where=pairs("where", args.where),
        by=args.by,
        matured=args.matured,
        known_at=_instant(args.as_of, context),
    )


def _compared(
    args: Namespace, context: Context, session: Session, query: Query
) -> Comparison | None:
    """Return the earlier periods that are asked for, all of them for a text to read."""
    if args.compare is None and args.json:
        return None
    against = comparing.AGAINST if args.compare is None else (args.compare,)
    return comparing.compare(
        session, query, today=context.today, now=context.now(), against=against
    )


def _lines(found: Comparison, context: Context) -> list[str]:
    """Return a comparison as lines: what it is with, its value, by how much, and the days."""

    def say(value: object) -> str:
        return words.format_value(value, context.reader)

    lines = [f"  {say(comparing.lengths(found.now))}"]
    for one in found.pairs:
        days = words.DayRange(one.then.period.first, one.then.period.last)
        value = say(words.amount(one.then.value, found.unit, found.currency))
        grown = say(comparing.by_how_much(one, found.unit, found.currency))
        share = comparing.share_of(one)
        grown += f" ({say(share)})" if share is not None else ""
        named = f"{say(comparing.name_of(one))}, {say(days)}"
        lines.append(f"  {named}: {value}; {grown}; {say(comparing.lengths(one.then))}")
    return lines + [f"  {words.render(one, context.reader)}" for one in found.notes]


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
