"""The journey map for rules and pages: what belongs to a stage, what is done about an obstacle."""

from collections.abc import Mapping
from typing import Any

from goals.words import Message
from strategy.worksheets.book import Book, Row, short
from strategy.worksheets.setting import Setting

SECTION = "journey"
STAGES = f"{SECTION}.stages"
CUSTOMER = f"{SECTION}.customer"
DECISION = f"{SECTION}.decision"
MEASURE = f"{SECTION}.measure"
TOUCHPOINTS = f"{SECTION}.touchpoints"
CARE = f"{SECTION}.care"
OBSTACLES = f"{SECTION}.obstacles"
ACTIONS = f"{SECTION}.actions"
#: The pieces of the content plan; each belongs to a stage.
PIECES = "content_plan.items"

#: Pieces in this state meet nobody any more.
RETIRED = "retired"
#: What a stage has before anybody has thought about it.
_BARE = frozenset({"name", "what_happens"})


def stages(book: Book) -> list[Row]:
    """Return the stages that have a name, in order."""
    return [row for row in book.of(STAGES) if row.value.get("name")]


def touchpoints(book: Book, stage: str) -> list[Row]:
    """Return the touchpoints of a stage."""
    return _named(book, TOUCHPOINTS, "touchpoint", stage=stage)


def obstacles(book: Book, stage: str) -> list[Row]:
    """Return what is in the way at a stage."""
    return _named(book, OBSTACLES, "obstacle", stage=stage)


def actions(book: Book, obstacle: str) -> list[Row]:
    """Return what is done about an obstacle."""
    return _named(book, ACTIONS, "action", obstacle=obstacle)


def actions_at(book: Book, stage: str) -> list[Row]:
    """Return what is done about all obstacles of a stage."""
    return [row for one in obstacles(book, stage) for row in actions(book, one.item)]


def pieces(book: Book, stage: str) -> list[Row]:
    """Return the planned and published pieces of content of a stage, without retired ones."""
    found = _named(book, PIECES, "title", stage=stage)
    return [row for row in found if row.value.get("status") != RETIRED]


def has_content(book: Book, stage: str) -> bool:
    """Tell whether a customer finds anything at a stage: a piece, or what a touchpoint holds."""
    held = any(row.value.get("content") for row in touchpoints(book, stage))
    return held or bool(pieces(book, stage))


def is_bare(book: Book, stage: Row) -> bool:
    """Tell whether nothing but its name is known about a stage."""
    thought = any(value for key, value in stage.value.items() if key not in _BARE)
    return not (
        thought
        or touchpoints(book, stage.item)
        or obstacles(book, stage.item)
        or pieces(book, stage.item)
    )


def metrics(book: Book, stage: Row) -> list[str]:
    """Return the numbers that show how a stage does, those of its touchpoints last."""
    held = [row.value.get("metric") for row in touchpoints(book, stage.item)]
    every = [*(stage.value.get("metric_ids") or ()), *(one for one in held if one)]
    return list(dict.fromkeys(str(one) for one in every))


def _named(book: Book, store: str, named_by: str, **by: str) -> list[Row]:
    return [
        row
        for row in book.of(store)
        if row.value.get(named_by) and all(row.value.get(key) == value for key, value in by.items())
    ]


# --- What the map holds for a stage, shown on the stage's own page -----------------------------

Values = Mapping[str, Any]


def touchpoints_said(values: Values, setting: Setting, book: Book) -> Message | None:
    """Return the touchpoints of the stage that has these values, None without any."""
    return _said(
        [row.value["touchpoint"] for one in _same(values, book) for row in touchpoints(book, one)]
    )


def obstacles_said(values: Values, setting: Setting, book: Book) -> Message | None:
    """Return what is in the way at the stage that has these values, None for nothing."""
    return _said(
        [row.value["obstacle"] for one in _same(values, book) for row in obstacles(book, one)]
    )


def actions_said(values: Values, setting: Setting, book: Book) -> Message | None:
    """Return what is done at the stage that has these values, None for nothing."""
    return _said(
        [row.value["action"] for one in _same(values, book) for row in actions_at(book, one)]
    )


def _same(values: Values, book: Book) -> list[str]:
    """Return the stages of this name; two of one name show what belongs to either."""
    name = values.get("name")
    return [row.item for row in stages(book) if row.value["name"] == name]


def _said(texts: list[str]) -> Message | None:
    if not texts:
        return None
    return Message("%(value)s", {"value": "\n".join(short(one) for one in texts)})
