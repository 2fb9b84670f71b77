"""Goals: goal add, goal list, goal show GOAL, goal lint GOAL."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from sqlmodel import Session

from app.accounts import people
from app.cli import common
from app.cli.common import CommandError
from app.cli.context import Context, opened
from goals.metrics import catalogue
from goals.tracking import description, drafts, goals, plan_file, standing, visibility
from goals.tracking.goal import DIRECTIONS, KINDS, VISIBILITIES, Goal
from goals.tracking.smart import check

CHANGES = ("absolute", "relative", "points", "delta")


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="add a goal")
    _terms(add)
    listing = actions.add_parser("list", help="list the goals")
    show = actions.add_parser("show", help="show a goal")
    lint = actions.add_parser("lint", help="check a goal against the SMART rules")
    for one in (show, lint):
        one.add_argument("goal", metavar="GOAL", help="an id or a name")
    for one in (add, listing, show, lint):
        common.add_workspace(one)
        common.add_today(one)
        common.add_lang(one)
        common.add_json(one)


def _terms(add: ArgumentParser) -> None:
    add.add_argument("--name", required=True, metavar="T")
    add.add_argument("--metric", metavar="ID", help="not needed for a milestone")
    add.add_argument("--set", action="append", default=[], metavar="P=V", dest="params")
    add.add_argument("--where", action="append", default=[], metavar="DIM=V")
    add.add_argument("--kind", required=True, choices=KINDS)
    add.add_argument("--direction", choices=DIRECTIONS, help="not needed for a milestone")
    target = add.add_mutually_exclusive_group()
    target.add_argument("--target", metavar="N")
    target.add_argument("--change", metavar="KIND=N", help=", ".join(CHANGES))
    add.add_argument("--low", metavar="N")
    add.add_argument("--high", metavar="N")
    add.add_argument("--baseline", metavar="N")
    add.add_argument("--from", required=True, type=common.day, dest="first", metavar="D")
    add.add_argument("--to", required=True, type=common.day, dest="last", metavar="D")
    add.add_argument("--owner", required=True, metavar="EMAIL")
    add.add_argument("--team", metavar="T")
    add.add_argument("--channel", metavar="C0..")
    add.add_argument("--plan", default="linear", metavar="linear|seasonal|FILE.csv")
    add.add_argument("--judge", default="auto", choices=("auto", "pace", "chance"))
    add.add_argument("--why", metavar="T")
    add.add_argument("--action", action="append", default=[], dest="actions", metavar="T")
    add.add_argument("--done-when", metavar="T", help="the sign that a milestone is done")
    add.add_argument(
        "--step",
        action="append",
        default=[],
        dest="steps",
        metavar="D=T",
        help="what is done by a day on the way to a milestone; once for each step",
    )
    add.add_argument("--parent", metavar="GOAL")
    add.add_argument("--visibility", default="workspace", choices=VISIBILITIES)


def run(args: Namespace) -> int:
    """Do what the action says."""
    with opened(args) as context, context.session() as session:
        if args.action == "add":
            document = _add(args, context, session)
        elif args.action == "show":
            document = _shown(context, session, goals.find(session, args.goal))
        elif args.action == "lint":
            return _lint(args, context, session)
        else:
            found = standing.board(session, visibility.OWNER)
            document = {"goals": [_shown(context, session, one.goal) for one in found]}
    common.show(args, document, _text(document))
    return 0


def _add(args: Namespace, context: Context, session: Session) -> dict[str, Any]:
    _complete(args)
    kind, given = _target(args)
    plan, points = plan_file.read(args.plan, Path.read_bytes)
    team = people.team_named(session, args.team) if args.team else None
    parent = goals.find(session, args.parent, field="parent") if args.parent else None
    draft = drafts.Draft(
        name=args.name,
        metric=args.metric,
        params=pairs("set", args.params),
        segment=pairs("where", args.where),
        kind=args.kind,
        direction=args.direction,
        target_kind=kind,
        target_input=given,
        low=number("low", args.low),
        high=number("high", args.high),
        baseline=number("baseline", args.baseline),
        first_day=args.first,
        last_day=args.last,
        owner_id=people.with_email(session, args.owner).id,
        team_id=team.id if team is not None else None,
        channel=args.channel,
        visibility=args.visibility,
        plan=plan,
        plan_points=points,
        judge=args.judge,
        why=args.why,
        actions=tuple(args.actions),
        done_when=args.done_when,
        steps=tuple(map(step, args.steps)),
        parent_id=parent.id if parent is not None else None,
    )
    goal = goals.add(session, draft, by=None, today=context.today, now=context.now())
    return _shown(context, session, goal)


def _shown(context: Context, session: Session, goal: Goal) -> dict[str, Any]:
    return description.describe(
        session, goal, reader=context.reader, today=context.today, now=context.now()
    )


def _lint(args: Namespace, context: Context, session: Session) -> int:
    goal = goals.find(session, args.goal)
    found = check.goal(session, goal, today=context.today, now=context.now())
    document = found.to_json(context.reader)
    common.show(args, document, found.to_text(context.reader))
    return 1 if found.has_failed else 0


def _complete(args: Namespace) -> None:
    """Raise CommandError where a word is missing that this kind of goal needs."""
    missing = []
    if args.kind != "milestone":
        missing += [f"--{name}" for name in ("metric", "direction") if getattr(args, name) is None]
    is_done = args.kind == "milestone" and args.metric in (None, catalogue.MILESTONE.id)
    if args.target is None and args.change is None and not is_done and args.direction != "band":
        missing.append("--target or --change")
    given = [name for name in ("steps", "done_when") if getattr(args, name)]
    if given and args.kind != "milestone":
        raise CommandError(
            "usage",
            "Only a milestone is done in steps and by a sign.",
            "Add the goal with --kind milestone, or leave --step and --done-when out.",
            field=given[0],
            exit_code=2,
        )
    if missing:
        raise CommandError(
            "usage",
            f"A goal of the kind {args.kind} needs {', '.join(missing)}.",
            "See the words with: goal add --help",
            exit_code=2,
        )


def step(text: str) -> tuple[date, str]:
    """Return the day and the words of a step from an argument."""
    day, _, name = text.partition("=")
    try:
        return common.day(day.strip()), name
    except ArgumentTypeError as error:
        raise CommandError(
            "usage",
            f"{text!r} does not say what is done by which day.",
            "Write it as DAY=WORDS, such as 2026-09-30='Contract signed'.",
            field="steps",
            exit_code=2,
        ) from error


def _target(args: Namespace) -> tuple[str, Decimal | None]:
    if args.change is None and args.target is None:
        return "target", None
    if args.target is not None:
        return "target", number("target", args.target)
    kind, _, text = args.change.partition("=")
    if kind not in CHANGES or not text:
        raise CommandError(
            "usage",
            f"{args.change!r} is not a change.",
            "Write one such as absolute=500, relative=-0.25, points=-0.02 or delta=-35.",
            field="change",
            exit_code=2,
        )
    return kind, number("change", text)


def number(field: str, text: str | None) -> Decimal | None:
    """Return a number from an argument, None where none was given."""
    if text is None:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise CommandError(
            "usage",
            f"{text!r} is not a number.",
            "Write plain digits with a point, such as 0.25 or 2800000.",
            field=field,
            exit_code=2,
        )
    return value


def pairs(field: str, given: list[str]) -> dict[str, str]:
    """Return NAME=VALUE arguments as a dictionary."""
    found: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise CommandError(
                "usage",
                f"{text!r} does not say what is what.",
                "Write it as NAME=VALUE.",
                field=field,
                exit_code=2,
            )
        if found.setdefault(name, value) != value:
            raise CommandError(
                "usage",
                f"{name} is given twice.",
                "Give each name one value.",
                field=field,
                exit_code=2,
            )
    return found


def _text(document: dict[str, Any]) -> str:
    if "goals" in document:
        return "\n".join(map(_text, document["goals"])) or "There are no goals yet."
    head = f"{document['id']}  {document['name']}:"
    until = document["to"]
    if document["metric"] == catalogue.MILESTONE.id:
        steps = [f"  {_step_line(one)}" for one in document["done"]["steps"]]
        return "\n".join([f"{head} done by {until}", *steps])
    target = document["target"]["value"]
    shown = "-" if target is None else f"{target:f}"
    if document["direction"] == "band":
        shown = f"{document['low']:f} to {document['high']:f}"
    if document["kind"] == "maintain":
        return f"{head} {document['metric']} {document['direction']} {shown} until {until}"
    return f"{head} {document['metric']} to {shown} by {until}"


def _step_line(step: dict[str, Any]) -> str:
    done = "" if step["done"] is None else f" (done on {step['done']})"
    return f"{step['due']}  {step['name']}{done}"
