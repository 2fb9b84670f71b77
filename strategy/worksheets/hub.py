"""The home of the strategy: its sections in groups, how far each is, and what is still open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session

from goals.words import N_, Message
from strategy.worksheets import approval, assigning, commenting, flow, library, progress, resuming
from strategy.worksheets import book as books
from strategy.worksheets import setting as settings
from strategy.worksheets.approval import Approved
from strategy.worksheets.book import Book
from strategy.worksheets.content import GROUPS, catalogue_id
from strategy.worksheets.flow import Place
from strategy.worksheets.progress import Progress
from strategy.worksheets.resuming import Resume
from strategy.worksheets.rules import business
from strategy.worksheets.setting import Setting


@dataclass(frozen=True)
class SectionRow:
    """A section in the list.

    `place` is where to go on: the first page that needs something (of a section that may stay
    empty simply the first), or the answers to check once there is none. `note` is one fact,
    such as the minutes left; `done_at` is when the last answer was written, of a complete
    section only. `comments` counts the threads that are open; `assignee` is the name of who
    works on it, and `assignee_id` who that is while still a member.
    """

    key: str
    title: Message
    hint: Message
    state: str
    note: Message | None
    minutes: int
    done_at: datetime | None
    comments: int
    assignee: str | None
    assignee_id: str | None
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
    (all that exist, before the first). `waiting` counts the sections that still need an answer,
    `open` says what should be settled before approval, `attention` the same by section.
    `resume` is where the reader goes on, None for one who has looked at nothing yet. `members`
    are those who can be given a section.
    """

    title: Message
    number: int
    approved: Approved | None
    changed: int
    groups: tuple[Group, ...]
    complete: int
    waiting: int
    total: int
    minutes: int
    open: tuple[Message, ...]
    attention: Mapping[str, tuple[Message, ...]] = field(default_factory=dict)
    comments: int = 0
    resume: Resume | None = None
    members: Mapping[str, str] = field(default_factory=dict)


def hub(session: Session, member_id: int | None = None, *, today: date | None = None) -> Hub:
    """Return the home of the strategy, for a member, on a day."""
    about, book = settings.of(session, today=today), books.load(session)
    latest = approval.latest(session)
    found = {one.key: progress.of(book, one, about) for one in library.worksheets().sections}
    workers, threads = assigning.assigned(session), commenting.open_threads(session, book)
    groups = []
    for key, title in GROUPS.items():
        rows = [
            _row(
                book,
                section.key,
                found[section.key],
                threads.get(section.key, 0),
                workers.get(section.key),
                about,
            )
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
        waiting=sum(bool(one.open) for one in found.values()),
        total=len(found),
        minutes=sum(one.minutes for one in found.values()),
        open=tuple(one.message for progress_ in found.values() for one in progress_.unsettled),
        attention={
            key: tuple(one.message for one in progress_.unsettled)
            for key, progress_ in found.items()
            if progress_.unsettled
        },
        comments=sum(threads.values()),
        resume=None if member_id is None else resuming.resume(session, book, member_id),
        members=about.members,
    )


def _row(
    book: Book, key: str, how: Progress, comments: int, worker: int | None, about: Setting
) -> SectionRow:
    section = library.worksheets().section(key)
    way = how.open or (flow.places(book, key) if how.state == "not_started" else ())
    return SectionRow(
        key=key,
        title=Message(catalogue_id(section.title)),
        hint=Message(catalogue_id(section.hint)),
        state=how.state,
        note=progress.note(how, section),
        minutes=how.minutes,
        done_at=how.changed_at if how.state == "complete" else None,
        comments=comments,
        assignee=about.who(worker),
        assignee_id=str(worker) if str(worker) in about.members else None,
        place=way[0] if way else Place(key),
    )
