"""Alert rules: rule add --name T --kind KIND, rule list."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from app.accounts import people
from app.cli import common
from app.cli.common import CommandError
from app.cli.context import Context, opened
from goals.alerts import drafts, ruling, verdicts
from goals.alerts.drafts import Draft
from goals.alerts.rule import KINDS, AlertRule
from goals.tracking import goals
from goals.tracking.typed import pairs
from integrations import webhook


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="add a rule")
    add.add_argument("--name", required=True, metavar="T")
    add.add_argument("--kind", required=True, choices=KINDS)
    add.add_argument(
        "--set", action="append", default=[], metavar="N=V", dest="settings", help=_settings()
    )
    add.add_argument("--goal", metavar="GOAL", help="only this goal")
    add.add_argument("--team", metavar="T", help="only goals of this team")
    add.add_argument("--owner", metavar="EMAIL", help="only goals of this member")
    add.add_argument("--metric", metavar="ID", help="only goals of this metric")
    add.add_argument(
        "--to",
        action="append",
        default=[],
        dest="routes",
        metavar="ROUTE",
        help="goal (its channel, as without), C0.., direct:EMAIL, email:EMAIL or an https address;"
        " owner in place of EMAIL is the goal's owner",
    )
    add.add_argument("--quiet", type=quiet, metavar="HH:MM-HH:MM", help="when nothing is sent")
    add.add_argument("--workdays", action="store_true", help="nothing is sent on free days")
    add.add_argument("--cool-down", type=int, default=0, metavar="HOURS")
    add.add_argument("--weekly", type=int, metavar="N", help="begin at most N stories in a week")
    add.add_argument(
        "--escalate",
        action="append",
        default=[],
        dest="ladder",
        metavar="HOURS=EMAIL",
        help="who hears of an alert that nobody took on for so long; owner is the goal's owner",
    )
    add.add_argument("--off", action="store_true", help="leave it switched off for now")
    listing = actions.add_parser("list", help="list the rules")
    for one in (add, listing):
        common.add_workspace(one)
        common.add_lang(one)
        common.add_json(one)


def _settings() -> str:
    """Return which kinds of rule have settings, and what they are without one."""
    kinds = (
        f"{kind}: {', '.join(f'{name}={number.usual:g}' for name, number in known.items())}"
        for kind, known in drafts.SETTINGS.items()
        if known
    )
    return "; ".join(kinds)


def quiet(text: str) -> tuple[str, str]:
    """Return the beginning and the end of quiet hours as given."""
    start, gap, end = text.partition("-")
    if not gap:
        raise ArgumentTypeError(f"{text!r} is not a time and a time such as 20:00-08:00")
    return start, end


def run(args: Namespace) -> int:
    """Do what the action says."""
    with opened(args) as context, context.session() as session:
        if args.action == "add":
            document = _add(args, context, session)
            text = _line(document)
        else:
            found = ruling.every(session, context.now())
            listed = _listed(session, context, found)
            document, text = {"rules": listed}, "\n".join(map(_line, listed))
    common.show(args, document, text)
    return 0


def _listed(session: Session, context: Context, rules: Sequence[AlertRule]) -> list[dict[str, Any]]:
    """Return rules with how right each was."""
    right = verdicts.precision(session, rules)
    return [
        {**ruling.to_json(one, context.reader), "precision": right[one.id].to_json()}
        for one in rules
    ]


def _line(rule: dict[str, Any]) -> str:
    where = ", ".join(" ".join(filter(None, (one["kind"], one["to"]))) for one in rule["routes"])
    line = f"{'on ' if rule['on'] else 'off'} {rule['kind']:<15} {rule['name']} -> {where}"
    right = rule.get("precision") or {}
    said = [
        f"{one['part']} of {one['n']} {word}"
        for word, one in (("useful", right.get("useful")), ("came true", right.get("came_true")))
        if one and one["n"]
    ]
    return f"{line} ({', '.join(said)})" if said else line


def _add(args: Namespace, context: Context, session: Session) -> dict[str, Any]:
    goal = goals.find(session, args.goal) if args.goal else None
    team = people.team_named(session, args.team) if args.team else None
    start, end = args.quiet or (None, None)
    routes = [_route(session, one) for one in args.routes]
    draft = Draft(
        name=args.name,
        kind=args.kind,
        settings=pairs("set", args.settings),
        goal_id=None if goal is None else goal.id,
        team_id=None if team is None else team.id,
        owner_id=people.with_email(session, args.owner).id if args.owner else None,
        metric=args.metric,
        routes=routes,
        quiet_from=start,
        quiet_to=end,
        workdays_only=args.workdays,
        cool_down=args.cool_down,
        weekly_most=args.weekly,
        ladder=[_step(session, one) for one in args.ladder],
    )
    secret = webhook.prepared(routes, allow_private=context.wiring.settings.allow_private_sources)
    rule = ruling.add(
        session,
        draft,
        by=None,
        now=context.now(),
        is_on=not args.off,
        secrets=None if secret is None else context.wiring.vault.seal({"webhook": secret}),
    )
    [document] = _listed(session, context, [rule])
    # It is shown this once: what is sent to the address is signed with it.
    return document if secret is None else {**document, "secret": secret}


def _route(session: Session, text: str) -> dict[str, str]:
    way, gap, to = text.partition(":")
    if gap and way in ("direct", "email"):
        return {"kind": way, "to": _person(session, to)}
    if text.startswith(("https://", "http://")):
        return {"kind": "webhook", "to": text}
    return {"kind": "goal"} if text == "goal" else {"kind": "slack", "to": text}


def _step(session: Session, text: str) -> dict[str, object]:
    hours, gap, to = text.partition("=")
    if not gap or not hours.strip().isdecimal():
        raise CommandError(
            "usage",
            f"{text!r} is not a number of hours and who hears of it.",
            "Write it as 24=owner or 72=ann@example.com.",
            field="escalate",
            exit_code=2,
        )
    return {"hours": int(hours), "to": _person(session, to)}


def _person(session: Session, text: str) -> str:
    return text if text == drafts.OWNER else str(people.with_email(session, text).id)
