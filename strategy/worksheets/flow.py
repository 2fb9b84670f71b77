"""The way through a section: which page follows which, and which one comes before."""

from dataclasses import dataclass

from strategy.worksheets import library, showing
from strategy.worksheets.book import Book
from strategy.worksheets.content import Asked


@dataclass(frozen=True)
class Place:
    """A page of the strategy.

    With a question and an item ("" where it does not repeat) it asks; without an item it
    lists the rows of a repeating question; without a question it shows the answers of a
    section to be checked.
    """

    section: str
    question: str | None = None
    item: str | None = None

    @property
    def kind(self) -> str:
        """Return "question", "list" or "check"."""
        if self.question is None:
            return "check"
        return "question" if self.item is not None else "list"

    @property
    def address(self) -> str:
        """Return "section.question"; raises ValueError for a page without a question."""
        if self.question is None:
            raise ValueError(f"no question stands on the last page of {self.section}")
        return f"{self.section}.{self.question}"


def place(asked: Asked, item: str | None) -> Place:
    """Return the page of a question: for a repeating one without a row, its list."""
    return Place(asked.section.key, asked.question.key, item)


def places(book: Book, section: str) -> list[Place]:
    """Return the pages of a section in order: a list, then all questions of each of its rows."""
    found: list[Place] = []
    for asked in library.worksheets().of_section(section):
        if asked.question.of is not None or asked.question.asked_on is not None:
            continue
        if asked.question.repeat is None:
            if showing.asks(book, asked, ""):
                found.append(place(asked, ""))
            continue
        found.append(place(asked, None))
        if asked.question.repeat.table:
            continue
        for row in book.of(asked.store):
            found += [place(one, row.item) for one in about_row(book, asked.store, row.item)]
    return found


def about_row(book: Book, store: str, item: str) -> list[Asked]:
    """Return the questions that are asked about one row on pages of their own, in order."""
    return [one for one in all_about(book, store, item) if one.question.asked_on is None]


def all_about(book: Book, store: str, item: str) -> list[Asked]:
    """Return all questions that are asked about one row, wherever, in order."""
    asked = library.worksheets().sharing(store)
    return [one for one in asked if showing.asks(book, one, item)]


def outline(book: Book, section: str, current: Place) -> list[Place]:
    """Return one page for each question of a section, those of the row that is being looked at.

    Questions about rows that are not being looked at are left out; their list stands for them.
    """
    found: list[Place] = []
    for asked in library.worksheets().of_section(section):
        if asked.question.asked_on is not None:
            continue
        if not asked.has_rows:
            if showing.asks(book, asked, ""):
                found.append(place(asked, ""))
            continue
        here = current.question is not None and current.item is not None
        here = here and library.worksheets().find(current.address).store == asked.store
        if not here:
            if asked.question.repeat is not None:
                found.append(place(asked, None))
        elif showing.asks(book, asked, current.item or ""):
            found.append(place(asked, current.item))
    return found


def around(book: Book, current: Place) -> tuple[Place | None, Place]:
    """Return the pages before and after one: None before the first, the check after the last."""
    way = places(book, current.section)
    if current not in way:
        return None, Place(current.section)
    index = way.index(current)
    before = way[index - 1] if index else None
    return before, way[index + 1] if index + 1 < len(way) else Place(current.section)


def number(book: Book, current: Place) -> tuple[int, int] | None:
    """Return which question of how many a page is, counting the questions about one row.

    None for one that is not asked (any more), whose page somebody may still have open.
    """
    shown = [one.question for one in outline(book, current.section, current)]
    if current.question not in shown:
        return None
    return shown.index(current.question) + 1, len(shown)
