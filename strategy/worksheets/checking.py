"""The answers of a section to be checked before approval, and what is still open anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from goals.tracking.visibility import Audience
from goals.words import N_, Message
from strategy.worksheets import book as books
from strategy.worksheets import computed, display, flow, library, progress, showing
from strategy.worksheets import setting as settings
from strategy.worksheets.book import Book, Row
from strategy.worksheets.content import Asked, Field, Repeat, Section, catalogue_id
from strategy.worksheets.display import Shown
from strategy.worksheets.flow import Place
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting
from strategy.worksheets.won import Largest

NAMED = N_("%(first)s: %(others)s")


@dataclass(frozen=True)
class CheckRow:
    """A field with its answer; `place` is where Change leads, `field` the box there.

    `note` says what the answer still needs, None when nothing; what is worked out is not
    changed by hand.
    """

    label: Message
    shown: Shown
    place: Place
    field: str
    note: Message | None
    is_example: bool
    is_computed: bool = False


@dataclass(frozen=True)
class CheckGroup:
    """Answers that belong together: those to single questions, or those about one row.

    After the last row of a list, `whole` is the list itself and `add` what it says to add one.
    """

    title: Message | None
    place: Place | None
    rows: tuple[CheckRow, ...]
    whole: Place | None = None
    add: Message | None = None


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


def check_answers(
    session: Session,
    section: str,
    *,
    who: Audience = settings.EVERYBODY,
    today: date | None = None,
    won: Largest | None = None,
) -> Check:
    """Return the answers of a section to be checked on a day, as these readers may see them.

    `won` are the largest won deals, for a section that says something of them.
    """
    found = library.worksheets().section(section)
    about = replace(settings.of(session, who, today=today), won=won)
    book = books.load(session)
    how = progress.of(book, found, about)
    way = flow.places(book, section)
    return Check(
        section=found,
        title=Message(catalogue_id(found.title)),
        state=how.state,
        groups=tuple(groups(book, section, about)),
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


def groups(book: Book, section: str, about: Setting) -> Iterator[CheckGroup]:
    """Yield the answers of a section in groups, empty ones too."""
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
        if asked.question.repeat.table:
            yield _table(asked, book, about)
            continue
        yield from _list(asked, asked.question.repeat, book, about)


def _list(asked: Asked, repeat: Repeat, book: Book, about: Setting) -> Iterator[CheckGroup]:
    names = book.names(asked.store)
    for number, (item, name) in enumerate(names.items(), 1):
        pages = flow.all_about(book, asked.store, item)
        rows = tuple(row for one in pages for row in _rows(book, one, item, about))
        group = CheckGroup(display.plain(name), flow.place(asked, item), rows)
        if number == len(names):
            add = Message(catalogue_id(repeat.add))
            group = replace(group, whole=flow.place(asked, None), add=add)
        yield group


def _table(asked: Asked, book: Book, about: Setting) -> CheckGroup:
    """Return the rows of a table by what names them first, each as one line."""
    repeat, place = asked.question.repeat, flow.place(asked, None)
    assert repeat is not None
    first, *others = asked.naming
    rows = []
    for item, name in book.names(first.refers_to or "").items():
        own = [row for row in book.of(asked.store) if row.value.get(first.key) == item]
        lines = tuple(line for row in own for line in _line(asked, others, row, book, about))
        if lines:
            shown = Shown(lines, is_list=True)
            rows.append(CheckRow(display.plain(name), shown, place, "", None, is_example=False))
    return CheckGroup(Message(catalogue_id(repeat.title)), place, tuple(rows))


def _line(
    asked: Asked, naming: list[Field], row: Row, book: Book, about: Setting
) -> Iterator[Message]:
    """Yield a row of a table as "name: all that it says", nothing where it says nothing."""
    name = [
        book.names(field.refers_to or "").get(str(row.value.get(field.key))) for field in naming
    ]
    told = [one for one in asked.question.typed if one not in asked.naming]
    said = [
        line
        for field in told
        for line in display.shown(field, row.value.get(field.key), row.value, about, book).lines
    ]
    if said and None not in name:
        yield Message(NAMED, {"first": name, "others": said})


def _rows(book: Book, asked: Asked, item: str, about: Setting) -> Iterator[CheckRow]:
    row = book.row(asked, item)
    values = dict(row.value) if row is not None else {}
    problems = progress.problems(book, asked, item, about)
    for field in showing.fields(asked, values):
        problem = problems.get(field.key)
        yield CheckRow(
            label=showing.text(field.label, book, asked, item, about),
            shown=computed.shown(asked, field, values, about, book),
            place=flow.place(asked, item),
            field=field.key,
            note=None if problem is None else problem.message,
            is_example=row is not None and field.key in row.examples,
            is_computed=field.kind == "computed",
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
