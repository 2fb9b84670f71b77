"""Goals: goal add, list, show, lint, export, and roll-over and copy for the next period."""

from argparse import ArgumentParser, Namespace
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlmodel import Session

from app.accounts import people
from app.cli import common, goal_carry
from app.cli.common import CommandError
from app.cli.context import Context, opened
from goals.metrics import catalogue
from goals.tracking import description, drafts, goals, plan_file, standing, typed, visibility
from goals.tracking.goal import DIRECTIONS, KINDS, PERIODS, ROLLUPS, VISIBILITIES, Goal
from goals.tracking.smart import check
from integrations.files.goals import exporting


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
    export = actions.add_parser("export", help="write the goals to a file that can be imported")
    export.add_argument("file", type=Path, metavar="FILE", help="ends in .csv or .xlsx")
    export.add_argument(
        "--next", action="store_true", help="the goals that would continue them, to be typed over"
    )
    for one in (add, listing, show, lint, export, *goal_carry.add_arguments(actions)):
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
    target.add_argument("--change", metavar="KIND=N", help=", ".join(typed.WAYS))
    add.add_argument("--commit", metavar="N", help="what is promised at least")
    add.add_argument("--stretch", metavar="N", help="what would be great")
    add.add_argument("--low", metavar="N")
    add.add_argument("--high", metavar="N")
    add.add_argument("--baseline", metavar="N")
    add.add_argument("--from", required=True, type=common.day, dest="first", metavar="D")
    add.add_argument("--to", type=common.day, dest="last", metavar="D")
    add.add_argument(
        "--every", choices=PERIODS, help="no end: judged anew in each period, instead of --to"
    )
    add.add_argument("--owner", required=True, metavar="EMAIL")
    add.add_argument("--team", metavar="T")
    add.add_argument("--channel", metavar="C0..")
    add.add_argument("--plan", default="linear", metavar=f"{'|'.join(plan_file.WORDS)}|FILE.csv")
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
    add.add_argument("--rollup", default="own", choices=ROLLUPS, help="what the parts come to")
    add.add_argument("--weight", metavar="N", help="among the parts of the parent; default 1")
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
        elif args.action in ("roll-over", "copy"):
            made = goal_carry.run(args, context, session)
            document = {"goals": [_shown(context, session, one) for one in made]}
        elif args.action == "export":
            return _export(args, session)
        else:
            found = standing.board(session, visibility.OWNER)
            document = {"goals": [_shown(context, session, one.goal) for one in found]}
    common.show(args, document, _text(document))
    return 0


def _add(args: Namespace, context: Context, session: Session) -> dict[str, Any]:
    _complete(args)
    kind, given = _target(args)
    given_plan = plan_file.read(args.plan, Path.read_bytes)
    team = people.team_named(session, args.team) if args.team else None
    parent = goals.find(session, args.parent, field="parent") if args.parent else None
    draft = drafts.Draft(
        name=args.name,
        metric=args.metric,
        params=typed.pairs("set", args.params),
        segment=typed.pairs("where", args.where),
        kind=args.kind,
        direction=args.direction,
        target_kind=kind,
        target_input=given,
        commit=_number(args, "commit"),
        stretch=_number(args, "stretch"),
        low=_number(args, "low"),
        high=_number(args, "high"),
        baseline=_number(args, "baseline"),
        first_day=args.first,
        last_day=args.last,
        owner_id=people.with_email(session, args.owner).id,
        team_id=team.id if team is not None else None,
        channel=args.channel,
        visibility=args.visibility,
        plan=given_plan.plan,
        plan_points=given_plan.points,
        plan_total=given_plan.total,
        judge=args.judge,
        why=args.why,
        actions=tuple(args.actions),
        done_when=args.done_when,
        steps=tuple(map(typed.step, args.steps)),
        parent_id=parent.id if parent is not None else None,
        rollup=args.rollup,
        weight=_number(args, "weight"),
        every=args.every,
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


def _export(args: Namespace, session: Session) -> int:
    write = {".csv": exporting.as_csv, ".xlsx": exporting.as_workbook}.get(args.file.suffix.lower())
    if write is None:
        raise CommandError(
            "usage",
            f"{args.file} is neither a CSV file nor an Excel workbook.",
            "Give it a name that ends in .csv or .xlsx.",
            field="file",
            exit_code=2,
        )
    found = exporting.rows(session, visibility.OWNER, ahead=args.next)
    try:
        args.file.write_bytes(write(found))
    except OSError as error:
        raise CommandError(
            "unwritable_file",
            f"{args.file} cannot be written: {error.strerror}.",
            "Name a folder that is there and that you may write to.",
            field="file",
        ) from error
    document = {"file": str(args.file), "goals": len(found)}
    common.show(args, document, f"{len(found)} goals are in {args.file}.")
    return 0


def _complete(args: Namespace) -> None:
    """Raise CommandError where a word is missing that this kind of goal needs."""
    missing = [] if args.last is not None or args.every is not None else ["--to or --every"]
    if args.kind != "milestone":
        missing += [f"--{name}" for name in ("metric", "direction") if getattr(args, name) is None]
    is_done = args.kind == "milestone" and args.metric in (None, catalogue.MILESTONE.id)
    if args.target is None and args.change is None and not is_done and args.direction != "band":
        missing.append("--target or --change")
    typed.check_milestone(args.kind, steps=args.steps, done_when=args.done_when)
    if missing:
        raise CommandError(
            "usage",
            f"A goal of the kind {args.kind} needs {', '.join(missing)}.",
            "See the words with: goal add --help",
            exit_code=2,
        )


def _target(args: Namespace) -> tuple[str, Decimal | None]:
    if args.change is not None:
        return typed.change(args.change)
    return "target", _number(args, "target")


def _number(args: Namespace, field: str) -> Decimal | None:
    text = getattr(args, field)
    return None if text is None else typed.number(field, text)


def _text(document: dict[str, Any]) -> str:
    if "goals" in document:
        return "\n".join(map(_text, document["goals"])) or "There are no goals yet."
    head = f"{document['id']}  {document['name']}:"
    until = document["to"]
    if document["every"] is not None:
        until = f"{until}, and every {document['every']} after it"
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
