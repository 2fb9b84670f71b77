"""The rows of a repeating question as a list: named, in order, with how far each is."""

from dataclasses import dataclass

from goals.words import Message
from strategy.worksheets import book as books
from strategy.worksheets import coaching, flow, progress, showing, starters
from strategy.worksheets.book import Book, Row
from strategy.worksheets.content import Asked, catalogue_id
from strategy.worksheets.flow import Place
from strategy.worksheets.setting import Setting


@dataclass(frozen=True)
class ItemRow:
    """A row in the list of a repeating question."""

    item: str
    name: str | Message
    state: str
    place: Place
    lines: tuple[Message, ...]
    can_move_up: bool
    can_move_down: bool


@dataclass(frozen=True)
class ItemList:
    """The rows of a repeating question, and what can be done with them.

    `starters` says how many of our default rows are not in the list and fit into it,
    `starter_label` what the button says that adds them (None without such rows).
    """

    rows: tuple[ItemRow, ...]
    removed: tuple[ItemRow, ...]
    add: Message
    none: Message
    can_add: bool
    starters: int = 0
    starter_label: Message | None = None


def items(asked: Asked, book: Book, about: Setting) -> ItemList | None:
    """Return the rows of a question, None for one that does not repeat."""
    repeat = asked.question.repeat
    if repeat is None:
        return None
    rows = book.of(asked.store)
    removed = book.removed.get(asked.store, ())
    return ItemList(
        rows=tuple(
            _row(asked, book, about, row, place, len(rows)) for place, row in enumerate(rows)
        ),
        removed=tuple(_row(asked, book, about, row, -1, 0) for row in removed if row.value),
        add=Message(catalogue_id(repeat.add)),
        none=Message(catalogue_id(repeat.none)),
        can_add=len(rows) < repeat.most,
        starters=min(len(starters.missing(asked, book)), max(0, repeat.most - len(rows))),
        starter_label=showing.static(repeat.starter_label),
    )


def _row(asked: Asked, book: Book, about: Setting, row: Row, place: int, count: int) -> ItemRow:
    return ItemRow(
        item=row.item,
        name=_name(asked, book, row, place),
        state=progress.row_state(book, asked, row.item, about),
        place=flow.place(asked, row.item),
        lines=tuple(coaching.summary(asked, row, book, about)),
        can_move_up=place > 0,
        can_move_down=0 <= place < count - 1,
    )


def _name(asked: Asked, book: Book, row: Row, place: int) -> str | Message:
    known = book.all_names.get(asked.store, {}).get(row.item)
    return known or book.gone(asked.store, row.item) or books.name(asked.store, row, place + 1)
