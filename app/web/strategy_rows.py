"""The rows of a repeating question: added, moved, removed and brought back."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.web import frame, strategy_journey, texts
from app.web.strategy_places import address, asked, item
from app.web.texts import gettext as _
from app.web.texts import ngettext
from goals.errors import Refusal
from strategy.worksheets import book as books
from strategy.worksheets import flow, items, starters


def add(section: str, question: str) -> Response:
    """Add a row and show its first question."""
    one = asked(section, question)
    try:
        made = items.add_item(frame.session(), one.address, by=frame.me().id, now=frame.now())
    except Refusal as error:
        if error.code != "too_many_items":
            raise
        flash(texts.say(error.message))
        return redirect(address(flow.place(one, None)), 303)
    return redirect(address(flow.place(one, made)), 303)


def start(section: str, question: str) -> Response:
    """Add our default rows that are not in the list yet; one click takes them out again."""
    one = asked(section, question)
    taken = starters.take(
        frame.session(),
        one.address,
        reader=frame.reader(),
        by=frame.me().id,
        now=frame.now(),
    )
    back = url_for("strategy.take_back", section=section, question=question, item=taken)
    said = ngettext(
        "%(num)d row of ours is added. Change it, or remove it if it does not fit.",
        "%(num)d rows of ours are added. Change them, and remove what does not fit.",
        len(taken),
    )
    flash(said, f"undo:{back}")
    return redirect(address(flow.place(one, None)), 303)


def take_back(section: str, question: str) -> Response:
    """Remove the default rows that were just added, as far as nobody changed them."""
    one = asked(section, question)
    count = starters.take_back(
        frame.session(),
        one.address,
        request.args.getlist("item"),
        by=frame.me().id,
        now=frame.now(),
    )
    flash(ngettext("%(num)d row is removed.", "%(num)d rows are removed.", count))
    return redirect(address(flow.place(one, None)), 303)


def move(section: str, question: str) -> Response:
    """Move a row up or down by one place, and go back to where the button was pressed."""
    one = asked(section, question)
    step = -1 if request.form.get("do") == "up" else 1
    items.move_item(frame.session(), one.address, item(), step, by=frame.me().id, now=frame.now())
    if request.form.get("back") == "map":
        return redirect(strategy_journey.address_of(item()), 303)
    place = flow.place(one, None)
    return redirect(f"{address(place)}#row-{item()}", 303)


def remove(section: str, question: str) -> Response:
    """Take a row out of the list; one click brings it back."""
    one = asked(section, question)
    session = frame.session()
    name = books.load(session).names(one.store).get(item(), "")
    items.remove_item(session, one.address, item(), by=frame.me().id, now=frame.now())
    back = url_for("strategy.bring_back_row", section=section, question=question, item=item())
    flash(_("“%(name)s” is removed.", name=texts.say(name)), f"undo:{back}")
    return redirect(address(flow.place(one, None)), 303)


def bring_back(section: str, question: str) -> Response:
    """Bring a removed row back to its place."""
    one = asked(section, question)
    session = frame.session()
    items.restore_item(session, one.address, item(), by=frame.me().id, now=frame.now())
    name = books.load(session).names(one.store).get(item(), "")
    flash(_("“%(name)s” is back.", name=texts.say(name)))
    return redirect(address(flow.place(one, None)), 303)
