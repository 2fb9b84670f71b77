"""A section as a conversation: what is asked, in which order, and where the talk stands.

Where the talk stands follows from the answers and from what was skipped in them, a list that
gets no (other) row included; for lists also from the page looked at last.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from strategy.worksheets import fields, flow, library, progress, showing
from strategy.worksheets.book import Book
from strategy.worksheets.content import Asked, Field
from strategy.worksheets.flow import Place
from strategy.worksheets.setting import Setting

#: How far a step is. One that collects has entries and takes more of them.
OPEN, COLLECTING, ANSWERED, SKIPPED = "open", "collecting", "answered", "skipped"


@dataclass(frozen=True)
class Step:
    """One thing that is asked.

    `kind` is "field" for a field of a page, "rows" for whether a list gets another row, and
    "page" for what a talk cannot ask and its page can.
    """

    kind: str
    place: Place
    field: Field | None = None
    state: str = OPEN

    @property
    def is_open(self) -> bool:
        """Tell whether it is still to be asked."""
        return self.state in (OPEN, COLLECTING)


def mark(asked: Asked, field: Field) -> str:
    """Return what stands among an answer's `skipped` once a field is not asked any more."""
    return f"{asked.question.key}.{field.key}"


def steps(book: Book, section: str, about: Setting, last: Place | None = None) -> list[Step]:
    """Return everything that a section asks in a talk, in order.

    `last` is the page that the reader looked at last: lists before it have been passed.
    """
    found = list(_all(book, section, about, last))
    order = {one.place: number for number, one in reversed(list(enumerate(found)))}
    reached = order.get(last, -1) if last is not None else -1
    if last == Place(section):
        reached = len(found)
    return [
        one if one.kind == "field" else replace(one, state=_listed(found, number, book, reached))
        for number, one in enumerate(found)
    ]


def current(found: list[Step], at: Place | None = None) -> Step | None:
    """Return what is asked now: the first open step (of a page, if it has one); None at the end.

    A list that was passed over is asked about once more where it is named as the page.
    """
    still = [one for one in found if one.is_open]
    passed = [one for one in found if one.field is None and one.state == SKIPPED]
    here = [one for one in [*still, *passed] if one.place == at]
    return next(iter(here or still), None)


def rest_of_row(found: list[Step], step: Step) -> list[Step]:
    """Return the open steps about the row that a step is about, itself included."""
    if not step.place.item:
        return []
    store = library.worksheets().find(step.place.address).store
    return [
        one
        for one in found
        if one.kind == "field"
        and one.is_open
        and one.place.item == step.place.item
        and library.worksheets().find(one.place.address).store == store
    ]


def is_list(field: Field, about: Setting) -> bool:
    """Tell whether a field is answered one entry after the other."""
    return field.kind == "texts" or (field.kind == "stages" and not about.stages)


def _all(book: Book, section: str, about: Setting, last: Place | None) -> Iterator[Step]:
    for asked in library.worksheets().of_section(section):
        if asked.question.of is not None or asked.question.asked_on is not None:
            continue
        if asked.question.repeat is None:
            if showing.asks(book, asked, ""):
                yield from _fields(book, asked, "", about, last)
            continue
        if asked.question.repeat.table:
            yield Step("page", flow.place(asked, None))
            continue
        for row in book.of(asked.store):
            for one in flow.about_row(book, asked.store, row.item):
                yield from _fields(book, one, row.item, about, last)
        yield Step("rows", flow.place(asked, None))


def _fields(
    book: Book, asked: Asked, item: str, about: Setting, last: Place | None
) -> Iterator[Step]:
    row, place = book.row(asked, item), flow.place(asked, item)
    values = {} if row is None else row.value
    skipped = frozenset() if row is None else row.skipped
    shown = [one for one in showing.fields(asked, values) if one.kind != "computed"]
    untouched = all(fields.empty(values.get(one.key)) for one in asked.question.fields)
    whole = asked.question.key in skipped and untouched
    rows = book.choosable(asked, item)
    states: list[tuple[Field, str]] = []
    for field in shown:
        if not fields.empty(values.get(field.key)):
            states.append((field, ANSWERED))
        elif whole or mark(asked, field) in skipped:
            states.append((field, SKIPPED))
        elif fields.askable(field, about, rows):
            states.append((field, OPEN))
    for number, (field, state) in enumerate(states):
        front = place == last and all(other == OPEN for _, other in states[number + 1 :])
        goes_on = is_list(field, about) and mark(asked, field) not in skipped
        collects = state == ANSWERED and front and goes_on
        yield Step("field", place, field, COLLECTING if collects else state)


def _listed(found: list[Step], number: int, book: Book, reached: int) -> str:
    """Return how far a list, or a page that is filled in by itself, is."""
    step = found[number]
    asked = library.worksheets().find(step.place.address)
    repeat, count = asked.question.repeat, len(book.of(asked.store))
    assert repeat is not None
    if step.kind == "page":
        done = count >= max(repeat.least, 1)
    else:
        later = any(one.state in (ANSWERED, SKIPPED) for one in found[number + 1 :] if one.field)
        done = count >= repeat.most or (count > 0 and later)
    if not done and book.closed(asked):
        return ANSWERED if count else SKIPPED
    return ANSWERED if done or reached > number else OPEN


def waiting(book: Book, section: str, about: Setting, last: Place | None = None) -> bool:
    """Tell whether a section can be talked about and has something left to ask."""
    one = library.worksheets().section(section)
    if progress.of(book, one, about).reason is not None:
        return False
    return current(steps(book, section, about, last)) is not None


def where(book: Book, about: Setting, last: Place | None) -> str:
    """Return the section in which the talk goes on: that of the page looked at last, as a rule.

    Without such a page it is the first with something left to ask, else the first of all.
    """
    sections = [one.key for one in library.worksheets().sections]
    if last is not None and last.section in sections:
        return last.section
    return next((one for one in sections if waiting(book, one, about)), sections[0])


def following(book: Book, section: str, about: Setting) -> str | None:
    """Return the section after one that has something left to ask, None where none has."""
    sections = [one.key for one in library.worksheets().sections]
    here = sections.index(section)
    others = [*sections[here + 1 :], *sections[:here]]
    return next((one for one in others if waiting(book, one, about)), None)
