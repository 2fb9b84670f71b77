"""How far an answer, a page and a section are; always worked out, never stored."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from goals.words import P_, Message
from strategy.worksheets import fields, flow, library, showing
from strategy.worksheets.book import Book, Row
from strategy.worksheets.content import Asked, Section, catalogue_id
from strategy.worksheets.fields import Problem
from strategy.worksheets.flow import Place
from strategy.worksheets.rules import every
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting

#: States of a page, in the words of a task list: nothing yet, begun, left for later,
#: complete, to be looked at again.
UNTOUCHED, DOING, SKIPPED, DONE, LOOK = "todo", "doing", "skipped", "done", "look"
SECTION_STATES = ("not_started", "in_progress", "needs_attention", "complete", "cannot_start")


@dataclass(frozen=True)
class Progress:
    """How far a section is.

    `open` are the pages that still need something, in order. `reason` says why it cannot
    start. `minutes` is a rough estimate of what is left, 0 when nothing is.
    """

    state: str
    open: tuple[Place, ...]
    findings: tuple[Finding, ...]
    minutes: int
    changed_at: datetime | None
    reason: Message | None = None

    @property
    def unsettled(self) -> tuple[Finding, ...]:
        """Return the findings that are more than a warning."""
        return tuple(one for one in self.findings if one.open)


def problems(book: Book, asked: Asked, item: str, setting: Setting) -> dict[str, Problem]:
    """Return what is missing or wrong in the fields of a page, by field."""
    row = book.row(asked, item)
    values: Mapping[str, Any] = {} if row is None else row.value
    return check(asked, values, setting, book, item)


def check(
    asked: Asked, values: Mapping[str, Any], setting: Setting, book: Book, item: str
) -> dict[str, Problem]:
    """Return what is missing or wrong in values for a page, by field, in its order."""
    rows = book.choosable(asked, item)
    found = {}
    for field in showing.fields(asked, values):
        value = values.get(field.key)
        problem = fields.missing(field, value, setting, rows)
        if problem is None and not fields.empty(value):
            problem = fields.clean(field, value, values, setting, rows).problem
        if problem is not None:
            found[field.key] = problem
    return found


def state(book: Book, place: Place, setting: Setting) -> str:
    """Return how far a page is."""
    asked = library.worksheets().find(place.address)
    if place.item is None:
        return _list_state(book, asked)
    row = book.row(asked, place.item)
    if row is None or not _content(asked, row):
        skipped = row is not None and asked.question.key in row.skipped
        return SKIPPED if skipped else UNTOUCHED
    found = problems(book, asked, place.item, setting)
    if any(one.code != "missing" for one in found.values()):
        return LOOK
    if found:
        return DOING
    return LOOK if row.examples & {field.key for field in asked.question.fields} else DONE


def row_state(book: Book, asked: Asked, item: str, setting: Setting) -> str:
    """Return how far a row is, over all questions that are asked about it."""
    pages = [flow.place(one, item) for one in flow.about_row(book, asked.store, item)]
    states = {state(book, one, setting) for one in pages}
    if LOOK in states:
        return LOOK
    if not any(needed(book, one, setting) for one in pages):
        return DONE
    return UNTOUCHED if states <= {UNTOUCHED, SKIPPED} else DOING


def needed(book: Book, place: Place, setting: Setting) -> bool:
    """Tell whether a page still needs something before its section is complete.

    A page without required fields may stay empty, and so may a list that needs no row.
    """
    how = state(book, place, setting)
    if how not in (UNTOUCHED, SKIPPED):
        return how != DONE
    asked = library.worksheets().find(place.address)
    if place.item is None:
        repeat = asked.question.repeat
        return repeat is None or repeat.least > 0
    return bool(problems(book, asked, place.item, setting))


def of(book: Book, section: Section, setting: Setting) -> Progress:
    """Return how far a section is."""
    rows = [
        row
        for asked in library.worksheets().of_section(section.key)
        for row in book.of(asked.store)
    ]
    begun = any(row.value or row.skipped for row in rows)
    way = flow.places(book, section.key)
    asks = begun or section.required
    waiting = tuple(one for one in way if asks and needed(book, one, setting))
    found = tuple(every.findings(book, setting, section.key))
    times = [row.updated_at for row in rows if row.updated_at is not None]
    minutes = _minutes(section, way, waiting)
    return Progress(
        state=_section_state(book, section, begun, waiting, found),
        open=waiting,
        findings=found,
        minutes=minutes,
        changed_at=max(times, default=None),
        reason=_reason(book, section),
    )


def _section_state(
    book: Book,
    section: Section,
    begun: bool,
    waiting: tuple[Place, ...],
    found: tuple[Finding, ...],
) -> str:
    if not begun:
        return "not_started" if _reason(book, section) is None else "cannot_start"
    if waiting:
        return "in_progress"
    return "needs_attention" if any(one.open for one in found) else "complete"


def _reason(book: Book, section: Section) -> Message | None:
    need = section.needs
    if need is None:
        return None
    asked = library.worksheets().find(need.question)
    if any(_content(asked, row) for row in book.of(asked.store)):
        return None
    return Message(catalogue_id(need.text))


def _list_state(book: Book, asked: Asked) -> str:
    repeat = asked.question.repeat
    count = len(book.of(asked.store))
    if repeat is None or count >= max(repeat.least, 1):
        return DONE
    return DOING if count else UNTOUCHED


def _content(asked: Asked, row: Row) -> bool:
    return any(not fields.empty(row.value.get(field.key)) for field in asked.question.fields)


def _minutes(section: Section, way: list[Place], waiting: tuple[Place, ...]) -> int:
    """Share a section's minutes evenly over its questions, and each over its rows."""
    if not waiting:
        return 0
    rest = 0.0
    for question in section.questions:
        pages = [one for one in way if one.question == question.key and one.item is not None]
        if pages:
            rest += sum(one in waiting for one in pages) / len(pages)
        elif any(one.question == (question.of or question.key) for one in waiting):
            # Nothing of a repeating question has been written yet.
            rest += 1
    return max(1, math.ceil(section.minutes * rest / len(section.questions)))


def note(progress: Progress, section: Section) -> Message | None:
    """Return the one fact that a task list says about a section, None for a complete one."""
    if progress.state == "cannot_start":
        return progress.reason
    if progress.state == "needs_attention":
        return progress.unsettled[0].message
    if progress.state == "not_started":
        return Message.counted(ABOUT, section.minutes)
    if progress.state == "in_progress":
        return Message.counted(LEFT, progress.minutes)
    return None


ABOUT = P_("About %(n)s minute", "About %(n)s minutes")
LEFT = P_("%(n)s minute left", "%(n)s minutes left")
