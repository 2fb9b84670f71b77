"""The strategy: its sections, the answers of each to be checked, and the goals they ask for."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import queue
from app.web import (
    access,
    frame,
    security,
    strategy_chat,
    strategy_comments,
    strategy_conflict,
    strategy_coverage,
    strategy_document,
    strategy_journey,
    strategy_matrix,
    strategy_places,
    strategy_question,
    strategy_rows,
    strategy_share,
    strategy_show,
    strategy_versions,
    strategy_views,
    texts,
)
from app.web.texts import gettext as _
from app.web.texts import ngettext
from strategy import proposals
from strategy.proposals import Made, Proposal
from strategy.worksheets import assigning, checking, commenting, suggested
from strategy.worksheets import book as books
from strategy.worksheets import hub as hubs
from strategy.worksheets import search as searching
from strategy.worksheets import setting as settings

blueprint = Blueprint("strategy", __name__)
strategy_places.install(blueprint)

_AT = "/strategy/<section>/<question>"
_COMMENT = f"{_AT}/comments/<int:comment_id>"
_MATRIX = "/strategy/crm_selection/scores"
_VERSION = "/strategy/versions/<int(max=999999):number>"
for path, name, view, method in (
    (_AT, "question", strategy_question.question, "GET"),
    (_AT, "save", strategy_question.save, "POST"),
    (f"{_AT}/autosave", "autosave", strategy_question.autosave, "POST"),
    (f"{_AT}/resolve", "resolve", strategy_conflict.resolve, "POST"),
    (f"{_AT}/add", "add", strategy_rows.add, "POST"),
    (f"{_AT}/start", "start", strategy_rows.start, "POST"),
    (f"{_AT}/start/undo", "take_back", strategy_rows.take_back, "POST"),
    (f"{_AT}/move", "move", strategy_rows.move, "POST"),
    (f"{_AT}/remove", "remove", strategy_rows.remove, "POST"),
    (f"{_AT}/return", "bring_back_row", strategy_rows.bring_back, "POST"),
    (f"{_AT}/history", "history", strategy_versions.history, "GET"),
    (f"{_AT}/history", "bring_back_answer", strategy_versions.bring_back_answer, "POST"),
    (f"{_AT}/comments", "comment", strategy_comments.comment, "POST"),
    (f"{_COMMENT}/resolve", "resolve_comment", strategy_comments.resolve, "POST"),
    (f"{_COMMENT}/delete", "delete_comment", strategy_comments.delete, "POST"),
    (f"{_COMMENT}/return", "bring_back_comment", strategy_comments.bring_back, "POST"),
    ("/strategy/chat", "chat_anywhere", strategy_chat.anywhere, "GET"),
    ("/strategy/chat/<section>", "chat", strategy_chat.chat, "GET"),
    ("/strategy/chat/<section>", "reply", strategy_chat.reply, "POST"),
    ("/strategy/coverage", "coverage", strategy_coverage.page, "GET"),
    ("/strategy/journey/map", "journey_map", strategy_journey.page, "GET"),
    ("/strategy/journey/map.csv", "journey_csv", strategy_journey.as_csv, "GET"),
    (_MATRIX, "matrix", strategy_matrix.page, "GET"),
    (_MATRIX, "save_matrix", strategy_matrix.save, "POST"),
    (f"{_MATRIX}/autosave", "autosave_matrix", strategy_matrix.autosave, "POST"),
    ("/strategy/implementation/plan", "plan", strategy_views.implementation_plan, "GET"),
    ("/strategy/team_goals/tree", "tree", strategy_views.goal_tree, "GET"),
    ("/strategy/data_governance/good", "good_data", strategy_views.good_data_page, "GET"),
    ("/strategy/approve", "approval", strategy_versions.approval_page, "GET"),
    ("/strategy/approve", "approve", strategy_versions.approve, "POST"),
    ("/strategy/share", "share", strategy_share.share, "GET"),
    ("/strategy/share", "make_link", strategy_share.make, "POST"),
    ("/strategy/share/<int:link_id>/revoke", "revoke_link", strategy_share.revoke, "POST"),
    ("/strategy/shared/<token>", "shared", strategy_share.shared, "GET"),
    ("/strategy/document", "document", strategy_document.document, "GET"),
    ("/strategy/document/<ending>", "send", strategy_document.send, "GET"),
    ("/strategy/import", "take_in_page", strategy_document.take_in_page, "GET"),
    ("/strategy/import", "take_in", strategy_document.take_in, "POST"),
    ("/strategy/versions", "versions", strategy_versions.versions, "GET"),
    (
        "/strategy/versions/return",
        "bring_back_kept",
        strategy_versions.bring_back_automatic,
        "POST",
    ),
    (f"{_VERSION}/return", "bring_back", strategy_versions.bring_back, "POST"),
):
    if method == "POST" and view is not strategy_document.take_in:
        security.takes_texts(view)
    blueprint.add_url_rule(path, name, view, methods=[method])


@blueprint.get("/strategy")
def hub() -> str:
    """List the sections with how far each is, or where words are found in the strategy."""
    session = frame.session()
    offered = _offered()
    found = hubs.hub(session, frame.me().id, today=frame.today())
    query = request.args.get("q", "")
    results = None
    if query.strip():
        about = settings.of(session, frame.eyes())
        results = searching.search(
            books.load(session), about, query, frame.reader(), commenting.every(session)
        )
    return render_template(
        "strategy/hub.html",
        hub=found,
        results=results,
        query=query,
        open=_open(found),
        could=len(offered),
        made=sum(one.goal is not None for one in offered),
    )


def _open(found: hubs.Hub) -> list[dict[str, Any]]:
    """Return the sections with something to settle before approval, and what it is, each once."""
    return [
        {
            "key": row.key,
            "title": row.title,
            "texts": list(dict.fromkeys(texts.say(one) for one in found.attention[row.key])),
        }
        for group in found.groups
        for row in group.sections
        if row.key in found.attention
    ]


@blueprint.get("/strategy/<section>")
def check(section: str) -> str:
    """Show the answers of a section for checking, with the goals that follow from them."""
    session = frame.session()
    found = checking.check_answers(
        session,
        section,
        who=frame.eyes(),
        today=frame.today(),
        won=strategy_show.won(section),
    )
    offered = [one for one in _offered() if one.question.startswith(f"{section}.")]
    about, book = settings.of(session), books.load(session)
    aims = suggested.of_book(book, about) if section == suggested.SECTION else ()
    groups = hubs.hub(session, today=frame.today()).groups
    return render_template(
        "strategy/check.html",
        check=found,
        members=about.members,
        worker=assigning.assigned(session).get(section),
        names=about.names,
        offered=offered,
        aims=aims,
        named=strategy_places.naming(book),
        sections=[one for group in groups for one in group.sections],
    )


@blueprint.post("/strategy/<section>/assignee")
@access.needs("editor")
def assign(section: str) -> Response:
    """Say who works on a section."""
    session = frame.session()
    about = settings.of(session)
    member = request.form.get("member", "")
    assigning.assign(session, section, member, about, by=frame.me().id, now=frame.now())
    if member:
        flash(_("%(name)s works on this section.", name=about.members[member]))
    else:
        flash(_("Nobody works on this section."))
    if request.form.get("back") == "hub":
        return redirect(url_for("strategy.hub", _anchor=f"section-{section}"), 303)
    return redirect(url_for("strategy.check", section=section), 303)


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
            queue.schedule(session, "review", "", frame.now())
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
