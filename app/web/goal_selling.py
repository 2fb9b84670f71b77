"""Who sells how much of a goal, how far its open deals reach, and which would close its gap."""

from dataclasses import dataclass
from decimal import Decimal

from flask import Response, render_template, request
from sqlmodel import Session

from app.web import downloads, frame, quota, texts
from app.web.texts import gettext as _
from goals import words
from goals.errors import Refusal
from goals.tracking import goals as use_cases
from goals.tracking import standing
from goals.tracking.selling import pipeline, reaching, team
from goals.tracking.selling.pipeline import ADDED_TO, Candidate, Reach
from goals.tracking.selling.team import Board
from goals.tracking.standing import Standing

#: Deals and people on the page of the goal, and deals on the page of their own.
SHORT, LONG = 7, 25


#: Notes that the sentences say already, or that tell a reader of the deals nothing.
_SAID = ("past_due", "slow")


@dataclass(frozen=True)
class Figure:
    """A figure with the line under it and its receipt (None: it has none of its own)."""

    name: str
    value: str
    note: str
    receipt: str | None


@dataclass(frozen=True)
class Reached:
    """How far the open deals reach, in words and figures, or why that cannot be said."""

    reach: Reach | None
    said: list[str]
    figures: list[Figure]
    notes: list[str]


def fits(one: Standing) -> bool:
    """Tell whether a goal's page has something to say of who sells, or of open deals."""
    return one.goal.metric in (*team.METRICS, *ADDED_TO)


def page(goal_id: int) -> str:
    """Show it all; `short` asks for as much as the goal's own page shows."""
    session = frame.session()
    goal = use_cases.find(session, str(goal_id), frame.eyes())
    one = standing.one(session, goal, frame.eyes())
    is_short = "short" in request.args
    board = _board(session, one)
    return render_template(
        "goals/selling.html",
        one=one,
        goal=goal,
        board=board,
        teams=team.folded(board.lines, "team") if board and not is_short else [],
        over=_over(board),
        reached=_reached(session, one),
        most=SHORT if is_short else LONG,
        is_short=is_short,
        chance=chance,
    )


def _board(session: Session, one: Standing) -> Board | None:
    if one.goal.metric not in team.METRICS:
        return None
    return team.of_goal(session, one, today=frame.today(), now=frame.now())


def _over(board: Board | None) -> str:
    """Return how the quotas compare to the goal's target, "" where they cannot be compared."""
    if board is None or board.over is None:
        return ""
    said = {
        "assigned": texts.compact(board.assigned, "money", board.currency),
        "target": texts.compact(board.target, "money", board.currency),
        "more": texts.compact(abs(board.over), "money", board.currency),
    }
    if board.over < 0:
        return _("Quotas of %(assigned)s are %(more)s less than the target of %(target)s.", **said)
    if board.over > 0:
        return _("Quotas of %(assigned)s are %(more)s more than the target of %(target)s.", **said)
    return _("Quotas add up to the target of %(target)s.", **said)


def _reached(session: Session, one: Standing) -> Reached:
    try:
        with session.begin_nested():
            reach = pipeline.of(session, one, today=frame.today(), now=frame.now())
    except Refusal as error:
        return Reached(None, [texts.say(error.message)], [], [])
    notes = [texts.say(one.message) for one in reach.notes if one.code not in _SAID]
    return Reached(reach, list(map(texts.say, reaching.sentences(reach))), _figures(reach), notes)


def _figures(reach: Reach) -> list[Figure]:
    def amount(value: Decimal | None) -> str:
        return texts.compact(value, reach.unit, reach.currency)

    needed = _("needed: not known yet")
    if reach.needed is not None:
        times = texts.written(team.times_of(reach.needed))
        needed = _("needed: %(times)s×, 1 ÷ win rate", times=times)
    covered = "–"
    if reach.coverage is not None:
        covered = _("%(times)s×", times=texts.written(team.times_of(reach.coverage)))
    open_ = _("%(n)s due in the rest of the window", n=reach.open.figure.n)
    found = [
        Figure(_("Missing"), amount(reach.gap), _("to the target, today"), reach.won.receipt),
        Figure(_("Open deals"), amount(reach.worth), open_, reach.open.receipt),
        Figure(_("Coverage"), covered, needed, reach.rate.receipt),
    ]
    if reach.weighted is not None:
        weighted = amount(reach.weighted.value)
        note = _("open deals × win rate of their stage")
        found.append(Figure(_("Weighted"), weighted, note, reach.weighted.receipt))
    if reach.commit is not None:
        note = _("won, and open deals of this category")
        found.append(Figure(_("Commit (CRM)"), amount(reach.committed), note, reach.commit.receipt))
    else:
        found.append(Figure(_("Commit (CRM)"), "–", _("no forecast category on open deals"), None))
    return found


def deals_csv(goal_id: int) -> Response:
    """Return the open deals as a file, all of them."""
    session = frame.session()
    goal = use_cases.find(session, str(goal_id), frame.eyes())
    one = standing.one(session, goal, frame.eyes())
    reach = pipeline.of(session, one, today=frame.today(), now=frame.now())
    columns = (
        "name account owner stage age closes_on amount chance expected is_late is_stale is_commit"
        " is_fewest is_likeliest url"
    ).split()
    lines = ([getattr(deal, column) for column in columns] for deal in reach.candidates)
    return downloads.as_csv(f"goal-{goal.id}-deals.csv", columns, lines)


def people_csv(goal_id: int) -> Response:
    """Return who sells how much of the goal as a file."""
    session = frame.session()
    goal = use_cases.find(session, str(goal_id), frame.eyes())
    board = _board(session, standing.one(session, goal, frame.eyes()))
    if board is None:
        raise Refusal("team_unfit", words.N_("This goal is not told by person."))
    return quota.lines_csv(board, f"goal-{goal.id}-people.csv")


def chance(deal: Candidate) -> str:
    """Return how often such deals were won, a dash for too few."""
    return "–" if deal.chance is None else texts.written(words.Rate(Decimal(str(deal.chance)), 0))
