"""Goals for the next period: goal roll-over GOAL.., goal copy GOAL."""

from argparse import ArgumentParser, Namespace
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from app.accounts import people
from app.cli import common
from app.cli.common import CommandError
from app.cli.context import Context
from goals import workspace
from goals.alerts import carrying as use_cases
from goals.calendar import Period
from goals.table import workspace_of
from goals.tracking import carrying, goals, standing, typed, visibility
from goals.tracking.carrying import Uncarried, Wanted
from goals.tracking.goal import Goal, Objective


def add_arguments(actions: Any) -> list[ArgumentParser]:
    """Say what the two actions take."""
    over: ArgumentParser = actions.add_parser(
        "roll-over", help="go on with goals in the next period, linked to the old ones"
    )
    over.add_argument("goals", nargs="*", metavar="GOAL", help="ids or names")
    over.add_argument("--team", metavar="T", help="all goals of a team that end on the same day")
    over.add_argument("--objective", metavar="O", help="all goals under an objective")
    copy: ArgumentParser = actions.add_parser("copy", help="add a goal like another one")
    copy.add_argument("goals", nargs=1, metavar="GOAL", help="an id or a name")
    for one in (over, copy):
        how = one.add_mutually_exclusive_group()
        how.add_argument("--target", metavar="N", help="for one goal")
        how.add_argument("--change", metavar="relative=N", help="of each target, such as 0.1")
        how.add_argument("--result", action="store_true", help="the last result is the new target")
        one.add_argument("--name", metavar="T", help="for one goal")
        one.add_argument("--from", type=common.day, dest="first", metavar="D")
        one.add_argument("--to", type=common.day, dest="last", metavar="D")
        one.add_argument("--owner", metavar="EMAIL")
    return [over, copy]


def run(args: Namespace, context: Context, session: Session) -> list[Goal]:
    """Go on with goals, or copy one; returns the new goals."""
    chosen = _chosen(args, session)
    if len(chosen) > 1 and (args.target is not None or args.name is not None):
        raise CommandError(
            "usage",
            "A target or a name fits one goal.",
            "Name one goal, or use --change or --result.",
            field="target" if args.target is not None else "name",
            exit_code=2,
        )
    wanted = [_wanted(args, session, one) for one in chosen]
    today, now = context.today, context.now()
    if args.action == "copy":
        draft = carrying.draft(session, wanted[0], continues=False)
        draft = replace(draft, every=wanted[0].goal.every)
        return [goals.add(session, draft, by=None, today=today, now=now)]
    try:
        made = use_cases.carry(session, wanted, by=None, today=today, now=now)
    except Uncarried as error:
        raise error.refusal from error
    return [new for _old, new in made]


def _chosen(args: Namespace, session: Session) -> list[Goal]:
    found = [goals.find(session, one) for one in args.goals]
    team, objective = (getattr(args, one, None) for one in ("team", "objective"))
    if team or objective:
        board = standing.board(session, visibility.OWNER)
        ids = {
            "team_id": people.team_named(session, team).id if team else None,
            "objective_id": _objective(session, objective) if objective else None,
        }
        under = [
            one
            for one in board
            if one.goal.every is None
            and all(id is None or getattr(one.goal, key) == id for key, id in ids.items())
        ]
        # Those of the latest period: earlier ones went on already, or were let go.
        last = max((one.terms.last_day for one in under), default=None)
        found += [one.goal for one in under if one.terms.last_day == last]
    if not found:
        raise CommandError(
            "usage",
            "No goal is named.",
            "Name goals, or a team or an objective that has some.",
            exit_code=2,
        )
    return list({one.id: one for one in found}.values())


def _objective(session: Session, name: str) -> int:
    statement = select(Objective.id).where(
        col(Objective.workspace_id) == workspace_of(session), col(Objective.name) == name
    )
    found = session.exec(statement).first()
    if found is None:
        raise CommandError(
            "unknown_objective",
            f"There is no objective {name}.",
            "See their names on the page of the goals.",
            field="objective",
            exit_code=2,
        )
    return found


def _wanted(args: Namespace, session: Session, goal: Goal) -> Wanted:
    one = standing.one(session, goal)
    before = Period.of(one.terms.first_day, one.terms.last_day)
    after = carrying.following(session, one.terms)
    first, last = args.first or after.first, args.last or after.last
    target = carrying.proposed(one, "same")
    if args.target is not None:
        target = typed.number("target", args.target)
    elif args.result:
        target = carrying.proposed(one, "result")
    elif args.change is not None:
        target = carrying.proposed(one, "change", _change(args.change))
    name = args.name
    if name is None:
        window = Period.of(first, max(first, last))
        name = carrying.called(workspace.of(session).fiscal, goal.name, before, window)
    owner = people.with_email(session, args.owner).id if args.owner else goal.owner_id
    return Wanted(goal, name, target, first, last, owner)


def _change(text: str) -> Decimal:
    kind, amount = typed.change(text)
    if kind != "relative":
        raise CommandError(
            "usage",
            "Targets of several kinds change by a share alone.",
            "Write one such as relative=0.1.",
            field="change",
            exit_code=2,
        )
    return amount
