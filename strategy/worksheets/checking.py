"""The answers of a section to be checked before approval, and what is still open anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session

from goals.words import N_, Message
from strategy.worksheets import book as books
from strategy.worksheets import display, flow, library, progress, showing
from strategy.worksheets import setting as settings
from strategy.worksheets.book import Book
from strategy.worksheets.content import Asked, Section, catalogue_id
from strategy.worksheets.display import Shown
from strategy.worksheets.flow import Place
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting


@dataclass(frozen=True)
class CheckRow:
    """A field with its answer; `place` is where Change leads, `field` the box there.

    `note` says what the answer still needs, None when nothing.
    """

    label: Message
    shown: Shown
    place: Place
    field: str
    note: Message | None
    is_example: bool


@dataclass(frozen=True)
class CheckGroup:
    """Answers that belong together: those to single questions, or those about one row."""

    title: Message | None
    place: Place | None
    rows: tuple[CheckRow, ...]


@dataclass(frozen=True)
class Open:
    """Something to settle before approval: what, in which section, and where."""

    section: str
    title: Message
    message: Message
    place: Place
    field: str | None = None
    finding: Finding | None = None


@dataclass(frozen=True)
class Check:
    """A section's answers for reading, with what the rules found in them."""

    section: Section
    title: Message
    state: str
    groups: tuple[CheckGroup, ...]
    findings: tuple[Finding, ...]
    open: tuple[Open, ...]
    back: Place | None


def check_answers(session: Session, section: str) -> Check:
    """Return the answers of a section to be checked."""
    found = library.worksheets().section(section)
    about, book = settings.of(session), books.load(session)
    how = progress.of(book, found, about)
    way = flow.places(book, section)
    return Check(
        section=found,
        title=Message(catalogue_id(found.title)),
        state=how.state,
        groups=tuple(_groups(book, section, about)),
        findings=how.findings,
        open=tuple(_open(book, found, about)),
        back=way[-1] if way else None,
    )


def open_points(book: Book, about: Setting) -> list[Open]:
    """Return what is missing or unsettled in the whole strategy, in its order."""
    sections = library.worksheets().sections
    return [one for section in sections for one in _open(book, section, about)]


def place_of(finding: Finding) -> Place:
    """Return the page on which a finding is mended."""
    section, _, question = finding.question.partition(".")
    return Place(section, question, finding.item)


def _groups(book: Book, section: str, about: Setting) -> Iterator[CheckGroup]:
    for asked in library.worksheets().of_section(section):
        if asked.question.of is not None:
            continue
        if asked.question.repeat is None:
            if showing.asks(book, asked, ""):
                rows = tuple(_rows(book, asked, "", about))
                yield CheckGroup(Message(catalogue_id(asked.question.short)), None, rows)
            continue
        if not book.of(asked.store):
            title = Message(catalogue_id(asked.question.repeat.title))
            yield CheckGroup(title, flow.place(asked, None), ())
        for item, name in book.names(asked.store).items():
            pages = flow.about_row(book, asked.store, item)
            rows = tuple(row for one in pages for row in _rows(book, one, item, about))
            yield CheckGroup(display.plain(name), flow.place(asked, item), rows)


def _rows(book: Book, asked: Asked, item: str, about: Setting) -> Iterator[CheckRow]:
    row = book.row(asked, item)
    values = dict(row.value) if row is not None else {}
    problems = progress.problems(book, asked, item, about)
    for field in showing.fields(asked, values):
        problem = problems.get(field.key)
        yield CheckRow(
            label=showing.text(field.label, book, asked, item, about),
            shown=display.shown(field, values.get(field.key), values, about, book),
            place=flow.place(asked, item),
            field=field.key,
            note=None if problem is None else problem.message,
            is_example=row is not None and field.key in row.examples,
        )


def _open(book: Book, section: Section, about: Setting) -> Iterator[Open]:
    title = Message(catalogue_id(section.title))
    how = progress.of(book, section, about)
    for place in how.open:
        for field, message in _missing(book, place, about):
            yield Open(section.key, title, message, place, field)
    for one in how.unsettled:
        yield Open(section.key, title, one.message, place_of(one), one.field, one)


def _missing(book: Book, place: Place, about: Setting) -> Iterator[tuple[str | None, Message]]:
    """Yield what a page still needs: field and words, field None for a whole list."""
    asked = library.worksheets().find(place.address)
    if place.item is None:
        repeat = asked.question.repeat
        if repeat is not None:
            yield None, Message(catalogue_id(repeat.none))
        return
    problems = progress.problems(book, asked, place.item, about)
    yield from ((key, problem.message) for key, problem in problems.items())
    row = book.row(asked, place.item)
    for field in asked.question.fields:
        if row is not None and field.key in row.examples and field.key not in problems:
            label = showing.text(field.label, book, asked, place.item, about)
            text = N_("%(field)s: this is still the text of an example.")
            yield field.key, Message(text, {"field": label})
