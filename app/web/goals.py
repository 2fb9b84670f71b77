"""Goals: the list by objective, each goal's page, and what can be done with a goal."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response as AnyResponse

from app.web import (
    downloads,
    frame,
    goal_alerts,
    goal_alignment,
    goal_carry,
    goal_closed,
    goal_done,
    goal_edit,
    goal_mentions,
    goal_new,
    goal_page,
    goal_plan,
    goal_retrospective,
    goal_selling,
    goal_whatif,
    goal_why,
    rows,
)
from app.web.texts import gettext as _
from goals.table import workspace_of
from goals.tracking import archive, silence, standing, status
from goals.tracking.evaluation import STATUSES
from goals.tracking.goal import Objective
from goals.tracking.standing import Standing
from integrations.files.goals import exporting

blueprint = Blueprint("goals", __name__)
blueprint.add_url_rule("/goals/new", "new", goal_new.page, methods=["GET", "POST"])
blueprint.add_url_rule("/goals/preview", "preview", goal_new.preview, methods=["POST"])
blueprint.add_url_rule("/goals/<int:goal_id>", "goal", goal_page.page)
blueprint.add_url_rule("/goals/<int:goal_id>.csv", "chart_csv", goal_page.chart_csv)
blueprint.add_url_rule("/goals/<int:goal_id>/done", "done", goal_done.milestone, methods=["POST"])
blueprint.add_url_rule(
    "/goals/<int:goal_id>/steps/<int:step_id>", "step", goal_done.step, methods=["POST"]
)
blueprint.add_url_rule("/goals/<int:goal_id>/plan", "plan", goal_plan.page, methods=["GET", "POST"])
blueprint.add_url_rule(
    "/goals/<int:goal_id>/plan/<int:number>",
    "restore_plan",
    goal_plan.restore,
    methods=["POST"],
)
blueprint.add_url_rule("/goals/<int:goal_id>/why", "why", goal_why.page)
blueprint.add_url_rule("/goals/<int:goal_id>/alerts", "alerts", goal_alerts.page)
blueprint.add_url_rule("/goals/<int:goal_id>/selling", "selling", goal_selling.page)
blueprint.add_url_rule("/goals/<int:goal_id>/deals.csv", "deals_csv", goal_selling.deals_csv)
blueprint.add_url_rule("/goals/<int:goal_id>/people.csv", "people_csv", goal_selling.people_csv)
blueprint.add_url_rule("/goals/<int:goal_id>/whatif", "whatif", goal_whatif.page)
blueprint.add_url_rule(
    "/goals/<int:goal_id>/scenarios", "save_scenario", goal_whatif.save, methods=["POST"]
)
blueprint.add_url_rule(
    "/goals/<int:goal_id>/scenarios/<int:scenario_id>/remove",
    "remove_scenario",
    goal_whatif.remove,
    methods=["POST"],
)
blueprint.add_url_rule(
    "/goals/<int:goal_id>/scenarios/<int:scenario_id>/restore",
    "bring_back_scenario",
    goal_whatif.bring_back,
    methods=["POST"],
)
blueprint.add_url_rule(
    "/goals/<int:goal_id>/messages/<int:mention_id>/remove",
    "remove_mention",
    goal_mentions.remove,
    methods=["POST"],
)
blueprint.add_url_rule(
    "/goals/<int:goal_id>/messages/<int:mention_id>/restore",
    "bring_back_mention",
    goal_mentions.bring_back,
    methods=["POST"],
)
blueprint.add_url_rule("/goals/roll-over", "carry", goal_carry.page, methods=["GET", "POST"])
blueprint.add_url_rule(
    "/goals/roll-over/<int:at>/undo", "take_back", goal_carry.take_back, methods=["POST"]
)
blueprint.add_url_rule("/goals/closed", "closed", goal_closed.page)
blueprint.add_url_rule("/goals/closed.csv", "closed_csv", goal_closed.as_csv)
blueprint.add_url_rule(
    "/goals/<int:goal_id>/retrospective",
    "retrospective",
    goal_retrospective.page,
    methods=["GET", "POST"],
)
blueprint.add_url_rule("/goals/alignment", "alignment", goal_alignment.page)
blueprint.add_url_rule("/goals/<int:goal_id>/edit", "edit", goal_edit.page, methods=["GET", "POST"])

#: The statuses of the filter in their order; "missed" stands with the closed goals.
PICKS = tuple(one for one in status.WORST_FIRST if one != "missed")


@dataclass(frozen=True)
class Filter:
    """What the reader wants to see, as it stands in the address."""

    status: str
    owner: int | None
    team: int | None
    words: str
    window: str
    is_list: bool

    @classmethod
    def asked(cls) -> "Filter":
        """Return the filter of this request; what is unknown filters nothing."""
        given = request.args
        wanted = given.get("status", "")
        return cls(
            status=wanted if wanted in STATUSES else "",
            owner=given.get("owner", type=int),
            team=given.get("team", type=int),
            words=given.get("q", "").strip()[:200],
            window=given.get("window", "") if given.get("window") in ("closed", "running") else "",
            is_list=given.get("view") == "list",
        )

    def keeps(self, one: Standing) -> bool:
        """Tell whether a goal passes all but the status."""
        if self.owner is not None and one.goal.owner_id != self.owner:
            return False
        if self.team is not None and one.goal.team_id != self.team:
            return False
        return self.words.casefold() in one.goal.name.casefold()

    def address(self, **changed: object) -> str:
        """Return the address of the list with some of the filter changed."""
        kept: dict[str, Any] = {
            "status": self.status,
            "owner": self.owner,
            "team": self.team,
            "q": self.words,
            "window": self.window,
            "view": "list" if self.is_list else None,
            **changed,
        }
        return url_for("goals.page", **{key: value for key, value in kept.items() if value})


@blueprint.get("/goals")
def page() -> str:
    """List the goals under their objectives, and the closed ones with their results."""
    session = frame.session()
    every = standing.board(session, frame.eyes())
    wanted = Filter.asked()
    kept = [one for one in every if wanted.keeps(one)]
    running = [one for one in kept if not one.is_over]
    closed = sorted(
        (one for one in kept if one.is_over),
        key=lambda one: one.terms.last_day,
        reverse=True,
    )
    counts = standing.tally(running)
    chosen = [one for one in running if not wanted.status or one.status == wanted.status]
    groups = _groups(session, chosen, flat=wanted.is_list)
    return render_template(
        "goals/page.html",
        every=every,
        running=running,
        needing=sum(one.status in status.BAD for one in running),
        loose=sum(one.goal.origin_question is None for one in running),
        objectives=len({one.goal.objective_id for one in running} - {None}),
        counts=counts,
        picks=PICKS,
        wanted=wanted,
        owners=_named((one.goal.owner_id, one.owner_name) for one in every),
        teams=_named((one.goal.team_id, one.team_name) for one in every),
        groups=groups if wanted.window != "closed" else [],
        results=rows.closed(closed) if wanted.window != "running" and not wanted.status else "",
        tally=standing.tally(closed),
        evaluated=max(
            (one.evaluation.evaluated_at for one in every if one.evaluation), default=None
        ),
        silent=silence.of_goals(session, running, frame.now()),
    )


@dataclass(frozen=True)
class Group:
    """An objective with its goals as rows; no name for goals under none."""

    name: str | None
    counts: dict[str, int]
    total: int
    rows: str


def _groups(session: Session, standings: list[Standing], *, flat: bool) -> list[Group]:
    if flat:
        return [Group(None, {}, len(standings), rows.lines(standings))] if standings else []
    statement = (
        select(Objective.id, Objective.name)
        .where(col(Objective.workspace_id) == workspace_of(session))
        .order_by(col(Objective.position), col(Objective.name))
    )
    found = []
    named: list[tuple[int | None, str | None]] = [*session.exec(statement), (None, None)]
    for objective_id, name in named:
        inside = [one for one in standings if one.goal.objective_id == objective_id]
        if not inside:
            continue
        ordered, kids = _tree(inside)
        counts = {
            token: count
            for token, count in standing.tally(inside).items()
            if token not in ("on_track", "ahead", "achieved")
        }
        found.append(Group(name, counts, len(inside), rows.lines(ordered, kids=kids)))
    return found


def _tree(standings: list[Standing]) -> tuple[list[Standing], frozenset[int]]:
    """Return goals with part goals right after the goal that they are part of."""
    here = {one.goal.id for one in standings}
    parts: dict[int, list[Standing]] = {}
    tops = []
    for one in standings:
        parent = one.goal.parent_id
        if parent is not None and parent in here and parent != one.goal.id:
            parts.setdefault(parent, []).append(one)
        else:
            tops.append(one)
    ordered: list[Standing] = []

    def put(one: Standing) -> None:
        ordered.append(one)
        for part in parts.pop(one.goal.id, ()):
            put(part)

    for one in tops:
        put(one)
    # Goals that are part of each other in a circle still are shown.
    shown = {one.goal.id for one in ordered}
    ordered += [one for one in standings if one.goal.id not in shown]
    kids = frozenset(one.goal.id for one in ordered if one.goal.parent_id in here)
    return ordered, kids


def _named(pairs: Iterable[tuple[int | None, str | None]]) -> list[tuple[int, str]]:
    found = {key: name for key, name in pairs if key is not None and name is not None}
    return sorted(found.items(), key=lambda item: item[1].casefold())


@blueprint.get("/goals.csv")
def listing_csv() -> Response:
    """Return all goals that the reader may see with their numbers, unrounded."""
    found = standing.board(frame.session(), frame.eyes())
    reader = frame.reader()
    documents = [one.to_json(reader) for one in found]
    columns = (
        "id name metric status since actual expected target original_target original_share share"
        " expected_share pace projection required_rate unit currency from to owner data_to reason"
    ).split()
    return downloads.as_csv(
        "goals.csv", columns, ([one[key] for key in columns] for one in documents)
    )


@blueprint.get("/goals.xlsx")
def workbook() -> Response:
    """Return the goals that the reader may see as a workbook that can be imported again.

    With `next=1` it holds those that would continue them in the next period.
    """
    ahead = request.args.get("next") == "1"
    found = exporting.rows(frame.session(), frame.eyes(), ahead=ahead)
    return downloads.as_workbook("goals.xlsx", exporting.as_workbook(found))


@blueprint.post("/goals/<int:goal_id>/archive")
def put_away(goal_id: int) -> AnyResponse:
    """Take a goal out of sight; its history stays and it can be brought back."""
    session = frame.session()
    goal = archive.find(session, goal_id, frame.eyes())
    if goal.archived_at is None:
        archive.archive(session, goal, frame.now())
    flash(
        _("“%(name)s” is archived.", name=goal.name),
        f"undo:{url_for('goals.bring_back', goal_id=goal.id)}",
    )
    return redirect(url_for("goals.page"), 303)


@blueprint.post("/goals/<int:goal_id>/restore")
def bring_back(goal_id: int) -> AnyResponse:
    """Bring an archived goal back."""
    session = frame.session()
    goal = archive.restore(session, goal_id, frame.eyes())
    flash(_("“%(name)s” is back.", name=goal.name))
    return redirect(url_for("goals.goal", goal_id=goal.id), 303)
