"""Two people changed one answer: both texts side by side, and what is to be kept."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.web import frame, strategy_show
from app.web.strategy_places import address, asked, item
from app.web.texts import gettext as _
from strategy.worksheets import book as books
from strategy.worksheets import differences, flow, forms, items, pages, saving
from strategy.worksheets.differences import Piece
from strategy.worksheets.saving import Clash, Conflict, Invalid

#: Fields whose difference can be shown word by word.
WORDY = ("text", "long_text")


def page(section: str, question: str, row: str, conflict: Conflict, *, back: str = "") -> str:
    """Return the page that shows both texts and asks which one is to be kept.

    `back` is "chat" where the talk goes on afterwards.
    """
    place = flow.place(asked(section, question), row)
    here = {"section": section, "question": question}
    if row:
        here["item"] = row
    boxes: dict[str, Any] = {}
    title = None
    if not conflict.removed:
        mine = {one.field.key: one.mine for one in conflict.clashes}
        shown = pages.page(
            frame.session(), section, question, row or None, typed=mine, who=frame.eyes()
        )
        boxes = {field.key: field for field in shown.fields}
        title = shown.title
    return render_template(
        "strategy/conflict.html",
        conflict=conflict,
        is_mine=is_mine(conflict),
        writer=request.form.get("writer", ""),
        place=place,
        here=here,
        back=back,
        title=title,
        boxes=boxes,
        changes={
            one.field.key: (_marked(one, one.mine), _marked(one, one.theirs))
            for one in conflict.clashes
        },
        currency=frame.here().currency,
    )


def is_mine(conflict: Conflict) -> bool:
    """Tell whether both texts are the reader's own, written in two windows."""
    return conflict.by is not None and conflict.by == frame.me().id


def _marked(clash: Clash, value: object) -> list[Piece]:
    """Return a text with what it changed marked, nothing for what is no text."""
    if clash.field.kind not in WORDY or not value:
        return []
    found = differences.pieces(str(clash.base or ""), str(value))
    return [one for one in found if one.kind != "gone"]


def resolve(section: str, question: str) -> Response | tuple[str, int]:
    """Save what was chosen; the other text stays in the history."""
    one, row = asked(section, question), item()
    place = flow.place(one, row)
    do = request.form.get("do", "both")
    if do == "theirs":
        flash(_("Kept as it is. Your text stays in the history."))
        return redirect(_after(place if not request.form.get("removed") else _list(place)), 303)
    sent = request.form
    prefix = "mine." if do == "mine" else ""
    typed = forms.collect(one, lambda name: sent.getlist(f"{prefix}{name}"))
    typed = {key: value for key, value in typed.items() if key in sent.getlist("field")}
    version = sent.get("version", default=0, type=int)
    try:
        with frame.wiring().database.session(frame.here().id) as session:
            if sent.get("removed"):
                items.restore_item(session, _owner(place), row, by=frame.me().id, now=frame.now())
                back = books.load(session).row(one, row)
                version = back.version if back is not None else version
            result = saving.save_answer(
                session,
                place.address,
                row,
                typed,
                version,
                by=frame.me().id,
                now=frame.now(),
                who=frame.eyes(),
            )
    except Invalid as error:
        return strategy_show.refused(section, question, error), 422
    if isinstance(result, Conflict):
        return page(section, question, row, result, back=request.form.get("back", "")), 409
    flash(_("Saved. The other text stays in the history."))
    return redirect(_after(place), 303)


def _after(place: flow.Place) -> str:
    """Return where it goes on: in the talk for whoever came from there."""
    if request.form.get("back") == "chat":
        return url_for("strategy.chat", section=place.section)
    return address(place)


def _owner(place: flow.Place) -> str:
    """Return the repeating question whose row a page is about."""
    return asked(place.section, place.question or "").store


def _list(place: flow.Place) -> flow.Place:
    section, _sign, question = _owner(place).partition(".")
    return flow.Place(section, question)
