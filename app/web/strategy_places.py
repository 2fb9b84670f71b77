"""Where the pages of the strategy are, and the small words that all of them use."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, request, url_for

from app.web import frame, texts
from app.web.texts import gettext as _
from goals import formatting
from goals.words import N_, Message
from strategy.worksheets import library
from strategy.worksheets.book import Book
from strategy.worksheets.content import Asked
from strategy.worksheets.flow import Place

#: State of a page or a section -> (class, symbol).
LOOKS = {
    "not_started": ("todo", "i-ring"),
    "todo": ("todo", "i-ring"),
    "skipped": ("todo", "i-next"),
    "in_progress": ("do", "i-half"),
    "doing": ("do", "i-half"),
    "needs_attention": ("look", "i-warn"),
    "look": ("look", "i-warn"),
    "complete": ("done", "i-check"),
    "done": ("done", "i-check"),
    "cannot_start": ("todo", "i-lock"),
}


#: Pages that show the answers of a whole section at once: address and what a link says.
VIEWS = {
    "crm_selection": ("strategy.matrix", N_("See the scores")),
    "data_governance": ("strategy.good_data", N_("See what good data looks like")),
    "implementation": ("strategy.plan", N_("See the plan")),
    "journey": ("strategy.journey_map", N_("See the map")),
    "team_goals": ("strategy.tree", N_("See the tree of goals")),
}


def install(blueprint: Blueprint) -> None:
    """Give the templates of the strategy what they share."""

    @blueprint.app_context_processor
    def offer() -> dict[str, Any]:
        if request.blueprint != "strategy":
            return {}
        shared = {"address": address, "state": state, "looks": LOOKS, "moment": moment}
        return {**shared, "view_of": VIEWS.get}


def address(place: Place, field: str | None = None) -> str:
    """Return where a page is, at one of its boxes if named."""
    anchor = None if field is None else f"f-{field}"
    if place.question is None:
        return url_for("strategy.check", section=place.section)
    return url_for(
        "strategy.question",
        section=place.section,
        question=place.question,
        item=place.item or None,
        _anchor=anchor,
    )


def naming(book: Book) -> Callable[[Place], str | Message | None]:
    """Return how a page says which row it is about; None for one that is about no row."""

    def named(place: Place) -> str | Message | None:
        if not place.item or place.question is None:
            return None
        store = library.worksheets().find(place.address).store
        return book.all_names.get(store, {}).get(place.item)

    return named


def asked(section: str, question: str) -> Asked:
    """Return the question of this address; raises Refusal for an unknown one."""
    return library.worksheets().find(f"{section}.{question}")


def item() -> str:
    """Return the row that the address names, "" for none."""
    given = request.args.get("item", "")
    # No database looks for what cannot stand in a text.
    return given if given.isprintable() else abort(404)


def state(token: str) -> str:
    """Return the word for how far a page or a section is."""
    words: dict[str, str] = {
        "not_started": _("Not started"),
        "todo": _("Not started"),
        "skipped": _("Left for later"),
        "in_progress": _("In progress"),
        "doing": _("In progress"),
        "needs_attention": _("Needs attention"),
        "look": _("Needs attention"),
        "complete": _("Complete"),
        "done": _("Complete"),
        "cannot_start": _("Cannot start yet"),
    }
    return words[token]


def moment(at: datetime | None, *, brief: bool = False) -> str:
    """Return when something was saved: the time of day, with the day unless it is today.

    In brief another day stands for itself, without its time.
    """
    if at is None:
        return ""
    local = at.astimezone(ZoneInfo(frame.here().zone))
    if local.date() == frame.today():
        return formatting.time_of_day(local)
    return texts.day(local.date()) if brief else texts.instant(at)
