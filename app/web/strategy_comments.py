"""Comments on a question: written, answered, resolved, deleted and brought back."""

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.web import access, frame, strategy_matrix, strategy_show
from app.web.strategy_places import address, asked, item
from app.web.texts import gettext as _
from goals.errors import Refusal
from goals.table import id_from
from strategy.worksheets import commenting, flow, pages
from strategy.worksheets import setting as settings
from strategy.worksheets.rules import matrix
from strategy.worksheets.tables import Comment


@access.needs("commenter")
def comment(section: str, question: str) -> Response | tuple[str, int]:
    """Keep a comment on a question, or an answer to one."""
    session = frame.session()
    one, row = asked(section, question), item()
    # Nothing is said about a row that does not exist.
    shown = pages.page(session, section, question, row or None, who=frame.eyes())
    text, answered = request.form.get("comment", ""), request.form.get("parent")
    parent = id_from(answered)
    if answered and parent is None:
        abort(404)
    try:
        commenting.add(
            session,
            one.address,
            row,
            text,
            settings.of(session),
            parent_id=parent,
            by=frame.me().id,
            now=frame.now(),
        )
    except Refusal as error:
        if error.code.startswith("unknown_"):
            raise
        if one.address == matrix.SCORES:
            return strategy_matrix.remarked(text, error.message), 422
        return strategy_show.show(shown, shown.version, said=text, refused=error.message), 422
    return _back(section, question)


@access.needs("editor")
def resolve(section: str, question: str, comment_id: int) -> Response:
    """Settle a thread, or open it again."""
    session = frame.session()
    found = _here(section, question, comment_id)
    if request.form.get("do") == "reopen":
        commenting.reopen(session, found.id)
    else:
        commenting.resolve(session, found.id, by=frame.me().id, now=frame.now())
    return _back(section, question)


@access.needs("commenter")
def delete(section: str, question: str, comment_id: int) -> Response:
    """Take a comment away; one click brings it back."""
    found = _mine(section, question, comment_id)
    commenting.remove(frame.session(), found.id, now=frame.now())
    back = url_for(
        "strategy.bring_back_comment",
        section=section,
        question=question,
        comment_id=comment_id,
        item=item() or None,
    )
    flash(_("The comment is deleted."), f"undo:{back}")
    return _back(section, question)


@access.needs("commenter")
def bring_back(section: str, question: str, comment_id: int) -> Response:
    """Bring back a comment that was deleted."""
    found = _mine(section, question, comment_id)
    commenting.bring_back(frame.session(), found.id)
    flash(_("The comment is back."))
    return _back(section, question)


def _here(section: str, question: str, comment_id: int) -> Comment:
    """Return a comment that stands on this page."""
    found = commenting.find(frame.session(), comment_id)
    if (found.question, found.item) != (asked(section, question).address, item()):
        abort(404)
    return found


def _mine(section: str, question: str, comment_id: int) -> Comment:
    """Return a comment that the member wrote, or any of them for an editor."""
    found = _here(section, question, comment_id)
    if found.written_by != frame.me().id and not frame.may("editor"):
        abort(403)
    return found


def _back(section: str, question: str) -> Response:
    place = flow.place(asked(section, question), item() or None)
    one = asked(section, question)
    if not one.has_rows:
        place = flow.place(one, "")
    return redirect(f"{address(place)}#comments", 303)
