"""Going on where one left off: the last page of the strategy that each member looked at."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from goals.table import workspace_of
from goals.words import N_, Message
from strategy.worksheets import library, showing
from strategy.worksheets.book import Book
from strategy.worksheets.content import catalogue_id
from strategy.worksheets.flow import Place
from strategy.worksheets.tables import LastPlace


@dataclass(frozen=True)
class Resume:
    """Where somebody goes on; `name` is the row it is about, None where there is none."""

    place: Place
    section: Message
    title: Message
    name: str | Message | None
    at: datetime


def remember(session: Session, place: Place, member_id: int, *, now: datetime) -> None:
    """Keep the page of a question as the one that a member looked at last."""
    found = _last(session, member_id)
    if found is not None:
        if _place(found) != place:
            found.section, found.question = place.section, place.question or ""
            found.item, found.seen_at = place.item, now
        return
    made = LastPlace(
        workspace_id=workspace_of(session),
        member_id=member_id,
        section=place.section,
        question=place.question or "",
        item=place.item,
        seen_at=now,
    )
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError:
        # Two pages were opened at once; either will do.
        return


def resume(session: Session, book: Book, member_id: int) -> Resume | None:
    """Return where a member goes on, None where nothing was looked at that is still there."""
    found = _last(session, member_id)
    if found is None:
        return None
    place = _place(found)
    if place.question is None:
        return _at_the_end(place, found.seen_at)
    asked = library.worksheets().asked.get(place.address)
    if asked is None:
        return None
    title, name = asked.question.short, None
    if asked.has_rows:
        names = book.names(asked.store)
        if place.item is not None:
            name = names.get(place.item)
        elif asked.question.repeat is not None:
            title = asked.question.repeat.title
        if name is None and (place.item is not None or asked.question.repeat is None):
            return None
    if place.item is not None and not showing.asks(book, asked, place.item):
        return None
    return Resume(
        place=place,
        section=Message(catalogue_id(asked.section.title)),
        title=Message(catalogue_id(title)),
        name=name,
        at=found.seen_at,
    )


def last(session: Session, member_id: int) -> Place | None:
    """Return the page that a member looked at last, None for none."""
    found = _last(session, member_id)
    return None if found is None else _place(found)


def _at_the_end(place: Place, at: datetime) -> Resume | None:
    """Return the last page of a section, where its answers are checked."""
    found = next((one for one in library.worksheets().sections if one.key == place.section), None)
    if found is None:
        return None
    title = Message(catalogue_id(found.title))
    return Resume(place, title, Message(N_("Check your answers")), None, at)


def _last(session: Session, member_id: int) -> LastPlace | None:
    statement = select(LastPlace).where(
        col(LastPlace.workspace_id) == workspace_of(session),
        col(LastPlace.member_id) == member_id,
    )
    return session.exec(statement).first()


def _place(row: LastPlace) -> Place:
    return Place(row.section, row.question or None, row.item)
