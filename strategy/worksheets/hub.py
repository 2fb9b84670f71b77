"""The home of the strategy: its sections in groups, how far each is, and what is still open."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from goals.words import N_, Message
from strategy.worksheets import approval, library, progress
from strategy.worksheets import book as books
from strategy.worksheets import setting as settings
from strategy.worksheets.approval import Approved
from strategy.worksheets.content import GROUPS, catalogue_id
from strategy.worksheets.flow import Place
from strategy.worksheets.progress import Progress
from strategy.worksheets.rules import business


@dataclass(frozen=True)
class SectionRow:
    """A section in the list.

    `place` is where to go on: the first page that needs something, or the answers to check
    once there is none. `note` is one fact, such as the minutes left; `done_at` is when the
    last answer was written, of a complete section only.
    """

    key: str
    title: Message
    hint: Message
    state: str
    note: Message | None
    minutes: int
    done_at: datetime | None
    comments: int
    place: Place


@dataclass(frozen=True)
class Group:
    """Sections that belong together."""

    key: str
    title: Message
    sections: tuple[SectionRow, ...]


@dataclass(frozen=True)
class Hub:
    """The strategy at a glance.

    `title` is the name that was given to it. `number` is the version being worked on,
    `approved` the latest one that was approved, `changed` how many answers differ from it
    (all that exist, before the first). `open` says what should be settled before approval.
    """

    title: Message
    number: int
    approved: Approved | None
    changed: int
    groups: tuple[Group, ...]
    complete: int
    total: int
    minutes: int
    open: tuple[Message, ...]


def hub(session: Session) -> Hub:
    """Return the home of the strategy."""
    about, book = settings.of(session), books.load(session)
    latest = approval.latest(session)
    found = {one.key: progress.of(book, one, about) for one in library.worksheets().sections}
    groups = []
    for key, title in GROUPS.items():
        rows = [
            _row(section.key, found[section.key])
            for section in library.worksheets().sections
            if section.group == key
        ]
        if rows:
            groups.append(Group(key, Message(title), tuple(rows)))
    name = book.value(f"{business.PERIOD}.name")
    return Hub(
        title=Message(N_("Strategy")) if not name else Message("%(value)s", {"value": name}),
        number=approval.next_number(session),
        approved=None if latest is None else approval.approved(latest, about),
        changed=len(approval.changes_since(book, latest, about)),
        groups=tuple(groups),
        complete=sum(one.state == "complete" for one in found.values()),
        total=len(found),
        minutes=sum(one.minutes for one in found.values()),
        open=tuple(one.message for progress_ in found.values() for one in progress_.unsettled),
    )


def _row(key: str, how: Progress) -> SectionRow:
    section = library.worksheets().section(key)
    return SectionRow(
        key=key,
        title=Message(catalogue_id(section.title)),
        hint=Message(catalogue_id(section.hint)),
        state=how.state,
        note=progress.note(how, section),
        minutes=how.minutes,
        done_at=how.changed_at if how.state == "complete" else None,
        comments=0,
        place=how.open[0] if how.open else Place(key),
    )
