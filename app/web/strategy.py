"""The strategy: its sections, the answers of each to be checked, and the goals they ask for."""

from collections import Counter

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.web import (
    access,
    frame,
    strategy_conflict,
    strategy_places,
    strategy_question,
    strategy_rows,
    strategy_versions,
    texts,
)
from strategy import proposals
from strategy.proposals import Made, Proposal
from strategy.worksheets import book as books
from strategy.worksheets import checking
from strategy.worksheets import hub as hubs

blueprint = Blueprint("strategy", __name__)
strategy_places.install(blueprint)

_AT = "/strategy/<section>/<question>"
_VERSION = "/strategy/versions/<int(max=999999):number>"
for path, name, view, method in (
    (_AT, "question", strategy_question.question, "GET"),
    (_AT, "save", strategy_question.save, "POST"),
    (f"{_AT}/autosave", "autosave", strategy_question.autosave, "POST"),
    (f"{_AT}/resolve", "resolve", strategy_conflict.resolve, "POST"),
    (f"{_AT}/add", "add", strategy_rows.add, "POST"),
    (f"{_AT}/move", "move", strategy_rows.move, "POST"),
    (f"{_AT}/remove", "remove", strategy_rows.remove, "POST"),
    (f"{_AT}/return", "bring_back_row", strategy_rows.bring_back, "POST"),
    (f"{_AT}/history", "history", strategy_versions.history, "GET"),
    (f"{_AT}/history", "bring_back_answer", strategy_versions.bring_back_answer, "POST"),
    ("/strategy/approve", "approval", strategy_versions.approval_page, "GET"),
    ("/strategy/approve", "approve", strategy_versions.approve, "POST"),
    ("/strategy/versions", "versions", strategy_versions.versions, "GET"),
    (f"{_VERSION}/return", "bring_back", strategy_versions.bring_back, "POST"),
):
    blueprint.add_url_rule(path, name, view, methods=[method])


@blueprint.get("/strategy")
def hub() -> str:
    """List the sections with how far each is, and what is open before approval."""
    offered = _offered()
    found = hubs.hub(frame.session())
    return render_template(
        "strategy/hub.html",
        hub=found,
        open=list(Counter(texts.say(one) for one in found.open).items()),
        could=len(offered),
        made=sum(one.goal is not None for one in offered),
    )


@blueprint.get("/strategy/<section>")
def check(section: str) -> str:
    """Show the answers of a section for checking, with the goals that follow from them."""
    session = frame.session()
    found = checking.check_answers(session, section)
    offered = [one for one in _offered() if one.question.startswith(f"{section}.")]
    groups = hubs.hub(session).groups
    return render_template(
        "strategy/check.html",
        check=found,
        offered=offered,
        named=strategy_places.naming(books.load(session)),
        sections=[one for group in groups for one in group.sections],
    )


@blueprint.get("/strategy/goals")
def goals() -> str:
    """Show which goals follow from the strategy, and which were made already."""
    return render_template("strategy/goals.html", offered=_offered(), reasons={}, picked=())


@blueprint.post("/strategy/goals")
@access.needs("editor")
def make_goals() -> Response | tuple[str, int]:
    """Make the picked goals; those that cannot be made say why, the others are made."""
    picked = [_pair(one) for one in request.form.getlist("goal")]
    with frame.wiring().database.session(frame.here().id) as session:
        made = proposals.make(
            session, picked, by=frame.me().id, today=frame.today(), now=frame.now()
        )
        count = len(made.goals)
    if count:
        flash(ngettext("%(num)d goal is made.", "%(num)d goals are made.", count))
    if count and not made.refused:
        return redirect(url_for("strategy.goals"), 303)
    return _told(made, picked), 422


def _told(made: Made, picked: list[tuple[str, str]]) -> str:
    reasons = {(one.proposal.question, one.proposal.item): one.reason for one in made.refused}
    empty = _("Choose the goals to make.") if not made.goals and not reasons else None
    return render_template(
        "strategy/goals.html", offered=_offered(), reasons=reasons, picked=picked, empty=empty
    )


def _offered() -> list[Proposal]:
    return proposals.proposals(frame.session(), today=frame.today())


def _pair(text: str) -> tuple[str, str]:
    question, _sign, item = text.partition("/")
    return question, item
