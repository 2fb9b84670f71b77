"""The journey map as a grid: a column for each stage, a row for each thing to know about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from goals.words import N_, Message
from strategy.worksheets import display, journey, library
from strategy.worksheets.book import Book, Row, short
from strategy.worksheets.flow import Place
from strategy.worksheets.setting import Setting

#: The rows in their order: what each is called.
ROWS = {
    "customer_goal": N_("Customer wants"),
    "customer_questions": N_("Customer asks"),
    "emotion": N_("Customer feels"),
    "touchpoints": N_("Touchpoints"),
    "content": N_("Content"),
    "buying_signals": N_("Signs of readiness"),
    "influencing_factors": N_("What sways them"),
    "deciders": N_("Who decides"),
    "obstacles": N_("In the way"),
    "actions": N_("What we do"),
    "metrics": N_("Measured by"),
}
#: What an empty cell asks for. The map is whole when the rows of `NEEDED` are filled.
ADD = {
    "customer_goal": N_("Write what the customer wants"),
    "customer_questions": N_("Write what the customer asks"),
    "emotion": N_("Write how the customer feels"),
    "touchpoints": N_("Add a touchpoint"),
    "content": N_("Plan content"),
    "buying_signals": N_("Write a sign that they are ready"),
    "influencing_factors": N_("Write what sways them"),
    "deciders": N_("Write who decides"),
    "obstacles": N_("Name an obstacle"),
    "actions": N_("Add an action"),
    "metrics": N_("Choose a number"),
}
NEEDED = ("customer_goal", "touchpoints", "content", "obstacles", "actions", "metrics")
#: On which question of a stage each of its own fields is written.
_PAGES = {
    "customer_goal": journey.CUSTOMER,
    "customer_questions": journey.CUSTOMER,
    "emotion": journey.CUSTOMER,
    "buying_signals": journey.DECISION,
    "influencing_factors": journey.DECISION,
    "deciders": journey.DECISION,
}


@dataclass(frozen=True)
class Entry:
    """Something that stands in a cell and the page where it is written.

    `notes` are what else is known of it, such as who and by when. `is_gap` tells that it
    says what is missing.
    """

    lines: tuple[Message, ...]
    place: Place
    field: str | None = None
    notes: tuple[Message, ...] = ()
    is_gap: bool = False


@dataclass(frozen=True)
class Cell:
    """One row of one stage; `add` is what an empty one asks for, and where that is written."""

    row: str
    label: Message
    entries: tuple[Entry, ...]
    add: Entry

    @property
    def is_gap(self) -> bool:
        """Tell whether the map is not whole without this cell."""
        lacking = not self.entries or any(one.is_gap for one in self.entries)
        return self.row in NEEDED and lacking


@dataclass(frozen=True)
class Stage:
    """A column of the map."""

    item: str
    number: int
    name: str
    hint: str
    place: Place
    cells: tuple[Cell, ...]
    can_move_back: bool
    can_move_on: bool

    @property
    def gaps(self) -> tuple[Cell, ...]:
        """Return the cells without which the map is not whole."""
        return tuple(one for one in self.cells if one.is_gap)


@dataclass(frozen=True)
class JourneyMap:
    """All stages beside each other, and the list in which they are added."""

    stages: tuple[Stage, ...]
    place: Place

    @property
    def with_gaps(self) -> tuple[Stage, ...]:
        """Return the stages that are not whole."""
        return tuple(one for one in self.stages if one.gaps)

    @property
    def rows(self) -> list[tuple[Message, list[Cell]]]:
        """Return the grid row by row, each with its name and a cell for each stage."""
        return [
            (Message(label), [stage.cells[place] for stage in self.stages])
            for place, label in enumerate(ROWS.values())
        ]


def journey_map(book: Book, setting: Setting) -> JourneyMap:
    """Return the map as the answers stand."""
    found = journey.stages(book)
    # A row without a name is not on the map, and still takes part in the order of the list.
    order = [row.item for row in book.of(journey.STAGES)]
    return JourneyMap(
        stages=tuple(
            Stage(
                item=row.item,
                number=number,
                name=short(row.value["name"]),
                hint=row.value.get("what_happens") or "",
                place=_at(journey.STAGES, row.item),
                cells=tuple(_cells(row, book, setting)),
                can_move_back=order[0] != row.item,
                can_move_on=order[-1] != row.item,
            )
            for number, row in enumerate(found, 1)
        ),
        place=_at(journey.STAGES, None),
    )


def _cells(stage: Row, book: Book, setting: Setting) -> Iterator[Cell]:
    for row, label in ROWS.items():
        entries = tuple(_entries(row, stage, book, setting))
        yield Cell(row, Message(label), entries, _add(row, stage, book))


def _entries(row: str, stage: Row, book: Book, setting: Setting) -> Iterator[Entry]:
    match row:
        case "touchpoints":
            for one in journey.touchpoints(book, stage.item):
                yield _row(one, journey.TOUCHPOINTS, "touchpoint", setting)
        case "obstacles":
            for one in journey.obstacles(book, stage.item):
                yield _row(one, journey.OBSTACLES, "obstacle", setting)
        case "content":
            yield from _content(stage, book, setting)
        case "actions":
            yield from _actions(stage, book, setting)
        case "metrics":
            yield from _metrics(stage, setting)
        case _:
            yield from _own(row, stage)


def _content(stage: Row, book: Book, setting: Setting) -> Iterator[Entry]:
    for one in journey.pieces(book, stage.item):
        yield _row(one, journey.PIECES, "title", setting)
    for one in journey.touchpoints(book, stage.item):
        if one.value.get("content"):
            place = _at(journey.TOUCHPOINTS, one.item)
            yield Entry((_line(one.value["content"]),), place, "content")


def _metrics(stage: Row, setting: Setting) -> Iterator[Entry]:
    lines = tuple(
        display.plain(setting.metrics[one].name if one in setting.metrics else one)
        for one in stage.value.get("metric_ids") or ()
    )
    if lines:
        yield Entry(lines, _at(journey.MEASURE, stage.item), "metric_ids")


def _own(field: str, stage: Row) -> Iterator[Entry]:
    """Yield what stands in a field of the stage itself."""
    value: Any = stage.value.get(field)
    if value:
        texts = value if isinstance(value, list) else [value]
        lines = tuple(_line(str(one)) for one in texts)
        yield Entry(lines, _at(_PAGES[field], stage.item), field)


def _actions(stage: Row, book: Book, setting: Setting) -> Iterator[Entry]:
    for obstacle in journey.obstacles(book, stage.item):
        found = journey.actions(book, obstacle.item)
        for one in found:
            yield _row(one, journey.ACTIONS, "action", setting)
        if not found:
            text = N_("Nothing yet about “%(obstacle)s”")
            said = Message(text, {"obstacle": short(obstacle.value["obstacle"])})
            yield Entry((said,), _at(journey.ACTIONS, None), is_gap=True)


def _row(row: Row, question: str, field: str, setting: Setting) -> Entry:
    """Return a row of a list, with who and by when as far as that is known."""
    notes = []
    owner = setting.names.get(str(row.value.get("owner")))
    if owner is not None:
        notes.append(display.plain(owner))
    asked = library.worksheets().find(question)
    for key in ("status", "due"):
        known = next((one for one in _fields(question) if one.key == key), None)
        if known is not None and row.value.get(key):
            shown = display.shown(known, row.value[key], row.value, setting, Book())
            notes += shown.lines
    place = Place(asked.section.key, asked.question.key, row.item)
    return Entry((_line(row.value[field]),), place, field, tuple(notes))


def _fields(store: str) -> list[Any]:
    asked = library.worksheets().sharing(library.worksheets().find(store).store)
    return [field for one in asked for field in one.question.fields]


def _add(row: str, stage: Row, book: Book) -> Entry:
    text = ADD[row]
    if row == "actions" and not journey.obstacles(book, stage.item):
        text = N_("Name an obstacle first")
        return Entry((Message(text),), _at(journey.OBSTACLES, None))
    if row in _PAGES:
        return Entry((Message(text),), _at(_PAGES[row], stage.item), row)
    if row == "metrics":
        return Entry((Message(text),), _at(journey.MEASURE, stage.item), "metric_ids")
    lists = {
        "touchpoints": journey.TOUCHPOINTS,
        "content": journey.PIECES,
        "obstacles": journey.OBSTACLES,
        "actions": journey.ACTIONS,
    }
    return Entry((Message(text),), _at(lists[row], None))


def _line(text: str) -> Message:
    return display.plain(short(text, 160))


def _at(question: str, item: str | None) -> Place:
    section, _, key = question.partition(".")
    return Place(section, key, item)
