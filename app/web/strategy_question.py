"""The page of a question: shown, saved, and saved by itself while somebody writes."""

from typing import Any

from flask import Response as JsonResponse
from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.web import frame, strategy_conflict, strategy_show, texts
from app.web.strategy_places import address, asked, item, moment
from strategy.worksheets import book as books
from strategy.worksheets import examples, flow, forms, pages, saving, showing
from strategy.worksheets.saving import Conflict, Invalid, Saved

Answer = Response | str | tuple[str, int]


def question(section: str, question: str) -> str:
    """Show a question, or the list of its rows where it repeats."""
    row = item() or None
    page = pages.page(frame.session(), section, question, row, today=frame.today())
    return strategy_show.show(page, page.version)


def save(section: str, question: str) -> Answer:
    """Save what was typed and go on, or say at each box what is missing."""
    do = request.form.get("do", "continue")
    if do == "skip" or do.startswith("example:"):
        return _set_aside(section, question, do)
    try:
        result = _save(section, question, by_itself=do == "choose")
    except Invalid as error:
        return strategy_show.refused(section, question, error), 422
    if isinstance(result, Conflict):
        return strategy_conflict.page(section, question, item(), result), 409
    if result.merged:
        flash(_("Somebody changed other parts of this answer meanwhile. Both are kept."))
    place = flow.place(asked(section, question), item())
    if do == "choose" or _has_more(section, question, result):
        return redirect(address(place), 303)
    if do == "list":
        return redirect(url_for("strategy.hub"), 303)
    following = flow.around(books.load(frame.session()), place)[1]
    return redirect(address(following), 303)


def autosave(section: str, question: str) -> tuple[JsonResponse, int]:
    """Save while somebody writes; the answer says what stands beside the buttons."""
    try:
        result = _save(section, question, by_itself=True)
    except Invalid as error:
        said = [texts.say(one.message) for one in error.errors]
        return jsonify(said=_("Not saved: %(why)s", why=" ".join(said))), 422
    if isinstance(result, Conflict):
        who = result.by_name
        said_by = _("You and %(name)s both changed this.", name=who) if who else None
        return jsonify(said=said_by or _("Two people changed this."), choose=_("Compare")), 409
    page = pages.page(frame.session(), section, question, request.args.get("item"))
    return (
        jsonify(
            version=result.version,
            said=_("Saved %(time)s", time=moment(result.at)),
            coach=render_template("strategy/_coach.html", page=page),
            fill={
                name: values
                for field in page.fields
                if field.key in result.merged
                for name, values in strategy_show.boxes(field).items()
            },
        ),
        200,
    )


def _save(section: str, question: str, *, by_itself: bool) -> Saved | Conflict:
    # Two texts are kept although the response says 409, so this is a transaction of its own.
    with frame.wiring().database.session(frame.here().id) as session:
        return saving.save_answer(
            session,
            f"{section}.{question}",
            item(),
            forms.collect(asked(section, question), request.form.getlist),
            strategy_show.expected(),
            by=frame.me().id,
            now=frame.now(),
            autosave=by_itself,
            writer=request.form.get("writer", "")[:40] or None,
        )


def _has_more(section: str, question: str, result: Saved) -> bool:
    """Tell whether boxes belong to the answer that a page without scripts did not show."""
    seen = request.form.get("seen")
    shown = {field.key for field in showing.fields(asked(section, question), result.value)}
    return seen is not None and not shown <= set(seen.split())


def _set_aside(section: str, question: str, do: str) -> Answer:
    """Keep what was typed, then leave the question for later or fill in an example."""
    try:
        result = _save(section, question, by_itself=True)
    except Invalid as error:
        return strategy_show.refused(section, question, error), 422
    if isinstance(result, Conflict):
        return strategy_conflict.page(section, question, item(), result), 409
    session, place = frame.session(), flow.place(asked(section, question), item())
    who: dict[str, Any] = {"by": frame.me().id, "now": frame.now()}
    if do == "skip":
        saving.skip(session, place.address, item(), **who)
        following = flow.around(books.load(session), place)[1]
        return redirect(address(following), 303)
    number = int(do.partition(":")[2]) if do.partition(":")[2].isdecimal() else -1
    examples.use_example(session, place.address, item(), number, reader=frame.reader(), **who)
    flash(_("The example is filled in. Change it until it is yours."))
    return redirect(address(place), 303)
