"""The page of a question: shown, saved, and saved by itself while somebody writes."""

from typing import Any

from flask import Response as JsonResponse
from flask import flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.web import frame, strategy_conflict, strategy_show, texts
from app.web.strategy_places import address, asked, item, moment
from app.web.texts import gettext as _
from strategy.worksheets import book as books
from strategy.worksheets import examples, flow, forms, pages, resuming, saving, showing, smart
from strategy.worksheets.content import Asked
from strategy.worksheets.saving import Conflict, Invalid, Saved

Answer = Response | str | tuple[str, int]


def question(section: str, question: str) -> str | Response:
    """Show a question, or the list of its rows where it repeats."""
    row = item() or None
    removed = _removed(section, question, row)
    if removed is not None:
        return removed
    shown_on = asked(section, question).question.asked_on
    if shown_on is not None:
        where, _dot, which = shown_on.partition(".")
        return redirect(address(flow.Place(where, which)), 303)
    session = frame.session()
    page = pages.page(
        session,
        section,
        question,
        row,
        today=frame.today(),
        who=frame.eyes(),
        won=strategy_show.won(section),
    )
    if request.method == "GET" and frame.may("editor"):
        resuming.remember(session, page.place, frame.me().id, now=frame.now())
    return strategy_show.show(page, page.version)


def _removed(section: str, question: str, row: str | None) -> Response | None:
    """Return the way to the list for a row that was removed, with the button that undoes it."""
    one = asked(section, question)
    book = books.load(frame.session()) if row and one.has_rows else None
    name = None if book is None else book.gone(one.store, row or "")
    if name is None:
        return None
    where, _dot, which = one.store.partition(".")
    back = url_for("strategy.bring_back_row", section=where, question=which, item=row)
    undo = f"undo:{back}" if frame.may("editor") else "message"
    flash(_("“%(name)s” was removed.", name=texts.say(name)), undo)
    return redirect(address(flow.Place(where, which)), 303)


def save(section: str, question: str) -> Answer:
    """Save what was typed and go on, or say at each box what is missing."""
    do = request.form.get("do", "continue")
    if do in ("skip", "rewrite") or do.startswith("example:"):
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
        return jsonify(said=_clash(result), choose=_("Compare")), 409
    page = pages.page(
        frame.session(),
        section,
        question,
        request.args.get("item"),
        today=frame.today(),
        who=frame.eyes(),
        won=strategy_show.won(section),
    )
    return (
        jsonify(
            version=result.version,
            said=_("Saved %(time)s", time=moment(result.at)),
            coach=render_template("strategy/_coach.html", page=page),
            computed={
                one.key: [texts.say(line) for line in one.said.lines]
                for one in page.fields
                if one.kind == "computed"
            },
            fill={
                name: values
                for field in page.fields
                if field.key in result.merged
                for name, values in strategy_show.boxes(field).items()
            },
        ),
        200,
    )


def _clash(conflict: Conflict) -> str:
    if conflict.removed and conflict.by_name is not None:
        return texts.gettext("%(name)s removed this while you were writing", name=conflict.by_name)
    if conflict.removed:
        return texts.gettext("This was removed while you were writing")
    if strategy_conflict.is_mine(conflict):
        return texts.gettext("You changed this in two places.")
    if conflict.by_name is None:
        return texts.gettext("Two people changed this.")
    return texts.gettext("You and %(name)s both changed this.", name=conflict.by_name)


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
            who=frame.eyes(),
            reader=frame.reader(),
        )


def _has_more(section: str, question: str, result: Saved) -> bool:
    """Tell whether boxes belong to the answer that a page without scripts did not show."""
    seen = request.form.get("seen")
    shown = {field.key for field in showing.fields(asked(section, question), result.value)}
    return seen is not None and not shown <= set(seen.split())


def _set_aside(section: str, question: str, do: str) -> Answer:
    """Keep what was typed, then leave the question for later or fill in other words."""
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
    if do == "rewrite":
        take_over(asked(section, question), item(), result.version)
        return redirect(address(place), 303)
    number = int(do.partition(":")[2]) if do.partition(":")[2].isdecimal() else -1
    examples.use_example(session, place.address, item(), number, reader=frame.reader(), **who)
    flash(_("The example is filled in. Change it until it is yours."))
    return redirect(address(place), 303)


def take_over(one: Asked, row: str, version: int) -> None:
    """Put the coach's wording in the place of the sentence that it was offered for."""
    session, section, question = frame.session(), one.section.key, one.question.key
    page = pages.page(session, section, question, row or None, today=frame.today())
    if page.rewrite is None:
        flash(_("There is no other wording to offer any more."))
        return
    saving.save_answer(
        session,
        page.place.address,
        row,
        {smart.SENTENCES[page.place.address]: page.rewrite},
        version,
        by=frame.me().id,
        now=frame.now(),
        autosave=True,
    )
    flash(_("The wording is taken over. Change it until it is yours."))
