"""Say who sold how much of their quota, and what would close a goal's gap: quota [GOAL]."""

from argparse import ArgumentParser, Namespace
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from app.cli import common
from app.cli.common import CommandError
from app.cli.context import Context, opened
from goals import words, workspace
from goals.calendar import Period
from goals.tracking import goals, standing
from goals.tracking.selling import pipeline, reaching, team
from goals.tracking.selling.team import Board
from goals.tracking.standing import Standing


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "goal", nargs="?", metavar="GOAL", help="an id or a name: its window, part and open deals"
    )
    parser.add_argument("--from", type=common.day, dest="first", metavar="D")
    parser.add_argument(
        "--to", type=common.day, dest="last", metavar="D", help="this quarter without"
    )
    parser.add_argument(
        "--by", choices=("owner", "team", "manager"), default="owner", help="whose lines"
    )
    common.add_workspace(parser)
    common.add_today(parser)
    common.add_lang(parser)
    common.add_json(parser)


def run(args: Namespace) -> int:
    """Print the lines, those who lack most first."""
    with opened(args) as context, context.session() as session:
        when: dict[str, Any] = {"today": context.today, "now": context.now()}
        if args.goal is None:
            period = _period(args, context, session)
            document = _document(args, session, team.of(session, period, **when), when)
        else:
            one = standing.one(session, goals.find(session, args.goal))
            document = {"goal": {"id": str(one.goal.id), "name": one.goal.name}}
            if one.goal.metric in team.METRICS:
                board = team.of_goal(session, one, **when)
                document.update(_document(args, session, board, when))
            document.update(_pipeline(session, one, context, when))
    common.show(args, document, "\n".join(_text(document)))
    return 0


def _period(args: Namespace, context: Context, session: Session) -> Period:
    quarter = workspace.of(session).fiscal.quarter(context.today)
    first, last = args.first or quarter.first, args.last or quarter.last
    if last < first:
        raise CommandError(
            "usage",
            "The last day lies before the first.",
            "Give --from and --to, or neither for the present quarter.",
            field="to",
            exit_code=2,
        )
    return Period.of(first, last)


def _document(
    args: Namespace, session: Session, board: Board, when: dict[str, Any]
) -> dict[str, Any]:
    read = board.attainment
    if args.by == "owner":
        shown = [
            {**one.to_json(), "receipt": team.receipt(session, board, one.name, **when)}
            for one in board.lines
        ]
    else:
        shown = [one.to_json() for one in team.folded(board.lines, args.by)]
    return {
        "from": board.period.first,
        "to": board.period.last,
        "by": args.by,
        "currency": board.currency,
        "value": None if read is None else read.value,
        "numerator": None if read is None else read.figure.numerator,
        "denominator": None if read is None else read.figure.denominator,
        "receipt": None if read is None else read.receipt,
        "with_quota": board.with_quota,
        "at_or_over": board.met,
        "target": board.target,
        "assigned_less_target": board.over,
        "lines": shown,
    }


def _pipeline(
    session: Session, one: Standing, context: Context, when: dict[str, Any]
) -> dict[str, Any]:
    why_not = pipeline.unfit(one)
    if why_not is not None:
        return {"pipeline": None, "said": [words.render(why_not, context.reader)]}
    reach = pipeline.of(session, one, **when)
    said = [words.render(text, context.reader) for text in reaching.sentences(reach)]
    return {"pipeline": reach.to_json(), "said": said}


def _text(document: dict[str, Any]) -> list[str]:
    found: list[str] = []
    if "lines" in document:
        found.append(
            f"{document['from']} to {document['to']}: {_share(document['value'])} of"
            f" {_number(document['denominator'])} {document['currency']}"
        )
        for one in document["lines"]:
            quota = "no quota" if one["quota"] is None else f"of {_number(one['quota'])}"
            found.append(
                f"{_share(one['attainment']):>7}  {one['name']}: {_number(one['actual'])} {quota}"
            )
        if not document["lines"]:
            found.append("Nobody has a quota, sold anything or has an open deal due in these days.")
    return [*found, *document.get("said", [])]


def _share(value: Decimal | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _number(value: Decimal | None) -> str:
    return "-" if value is None else f"{value:,.0f}"
