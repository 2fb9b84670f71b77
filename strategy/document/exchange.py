"""The answers for programs: out as JSON that another workspace takes in again.

Members are named by their address and teams, goals by their names, so that a file means the
same where the ids are others.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from goals.table import workspace_of
from goals.workspace import Member, Person
from strategy.worksheets import fields, library
from strategy.worksheets.approval import Approved
from strategy.worksheets.book import Book, Row
from strategy.worksheets.content import Field
from strategy.worksheets.setting import Setting

#: The form of the file; a later one has another number.
FORM = 1


@dataclass(frozen=True)
class Names:
    """What ids are called in a file, by kind of field."""

    by_kind: Mapping[str, Mapping[str, str]]

    def out(self, field: Field, value: Any) -> Any:
        """Return a value as the file holds it; an id that nobody has stays as it is."""
        known = self.by_kind.get(field.kind, {})
        return known.get(value, value) if isinstance(value, str) else value

    def back(self, field: Field, value: Any) -> Any:
        """Return a value of a file as this workspace keeps it."""
        if not isinstance(value, str) or field.kind not in self.by_kind:
            return value
        known = self.by_kind[field.kind]
        ids = [id for id, name in known.items() if name == value]
        return ids[0] if ids else value


def names(session: Session, about: Setting) -> Names:
    """Return what the ids of this workspace are called."""
    here = workspace_of(session)
    people = session.exec(
        select(Member.id, Person.email)
        .join(Person, col(Person.id) == col(Member.person_id))
        .where(col(Member.workspace_id) == here)
    )
    return Names(
        {
            "member": {str(id): email for id, email in people},
            "team": dict(about.teams),
            "goal": dict(about.goals),
        }
    )


def data(
    session: Session, book: Book, approved: Approved | None, about: Setting, *, now: datetime
) -> dict[str, Any]:
    """Return every answer with what it takes to read it again."""
    called = names(session, about)
    version = None
    if approved is not None:
        version = {
            "number": approved.number,
            "name": approved.name,
            "note": approved.note,
            "approved_by": called.by_kind["member"].get(str(approved.by)),
            "approved_at": approved.at,
        }
    return {
        "headway_strategy": FORM,
        "workspace": about.name,
        "currency": about.currency,
        "exported_at": now,
        "version": version,
        "answers": {
            store: [_row(row, known, called) for row in book.of(store)]
            for store, known in stores()
            if book.of(store)
        },
    }


def stores() -> Iterator[tuple[str, dict[str, Field]]]:
    """Yield each address under which answers are kept, in order, with all fields kept there."""
    found: dict[str, dict[str, Field]] = {}
    for asked in library.worksheets().asked.values():
        kept = found.setdefault(asked.store, {})
        kept.update({field.key: field for field in asked.question.typed})
    yield from found.items()


def _row(row: Row, known: Mapping[str, Field], called: Names) -> dict[str, Any]:
    values = {
        key: called.out(known[key], value) if key in known else value
        for key, value in row.value.items()
        if not fields.empty(value)
    }
    found: dict[str, Any] = {"item": row.item, "values": values}
    if row.examples:
        found["examples"] = sorted(row.examples)
    if row.skipped:
        found["skipped"] = sorted(row.skipped)
    return found
