"""The journey map: all stages in a grid, one at a time on narrow screens, and as a table."""

from flask import Response, render_template, request, url_for

from app.web import downloads, frame, texts
from app.web.texts import gettext as _
from strategy.worksheets import book as books
from strategy.worksheets import journey_map
from strategy.worksheets import setting as settings
from strategy.worksheets.journey_map import JourneyMap, Stage


def page() -> str:
    """Show the map; `stage` in the address says which one a narrow screen shows."""
    found = _map()
    shown = _shown(found)
    at = 0 if shown is None else found.stages.index(shown)
    return render_template(
        "strategy/journey.html",
        map=found,
        shown=shown,
        before=found.stages[at - 1] if at else None,
        after=next(iter(found.stages[at + 1 : at + 2]), None),
    )


def as_csv() -> Response:
    """Return the map as a table: a line for each row, a column for each stage."""
    found = _map()
    lines = [
        [
            texts.say(label),
            *(
                "; ".join(texts.say(line) for entry in cell.entries for line in entry.lines)
                for cell in cells
            ),
        ]
        for label, cells in found.rows
    ]
    return downloads.as_csv("journey.csv", [_("Stage"), *(one.name for one in found.stages)], lines)


def address_of(item: str) -> str:
    """Return where a stage stands on the map."""
    number = next((one.number for one in _map().stages if one.item == item), None)
    return url_for("strategy.journey_map", stage=number, _anchor=f"stage-{item}")


def _map() -> JourneyMap:
    session = frame.session()
    return journey_map.journey_map(books.load(session), settings.of(session))


def _shown(found: JourneyMap) -> Stage | None:
    wanted = request.args.get("stage", default=1, type=int)
    first = next(iter(found.stages), None)
    return next((one for one in found.stages if one.number == wanted), first)
