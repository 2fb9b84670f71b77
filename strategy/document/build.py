"""From answers and goals to the document: which version, which sections, and what is left out."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from goals import words, workspace
from goals.tracking import visibility
from goals.tracking.visibility import Audience
from goals.words import N_, P_, Message, Reader
from strategy import won_deals
from strategy.document import cells, exchange, kpis
from strategy.document.model import Answer, Block, Cell, Document, Listing, Part, Row, Section
from strategy.worksheets import approval, computed, fields, library, showing
from strategy.worksheets import book as books
from strategy.worksheets import content as contents
from strategy.worksheets import setting as settings
from strategy.worksheets.approval import Approved
from strategy.worksheets.book import Book
from strategy.worksheets.content import Asked, Field, catalogue_id
from strategy.worksheets.rules import best_customers, business
from strategy.worksheets.setting import Setting

#: Asks for the answers as they stand now.
DRAFT = 0
LONGEST_SLUG = 60

CHANGED = P_("%(n)s answer has changed since.", "%(n)s answers have changed since.")


@dataclass(frozen=True)
class Edition:
    """The answers that are shown: of which version (None: as they stand now), and what is new."""

    book: Book
    approved: Approved | None
    number: int
    changed: int


def edition(
    session: Session, about: Setting, *, now: datetime, version: int | None = None
) -> Edition:
    """Return the answers to show: those approved last by `now`, else the draft.

    `version` asks for another: its number, or DRAFT. Raises Refusal `unknown_version`.
    """
    book = books.load(session)
    every = [one for one in approval.versions(session) if one.approved_at <= now]
    latest = every[0] if every else None
    number = 1 if latest is None else latest.number + 1
    if version:
        chosen = approval.find(session, version)
    elif version == DRAFT or latest is None:
        changed = len(approval.changes_since(book, latest, about)) if latest is not None else 0
        return Edition(book, None, number, changed)
    else:
        chosen = latest
    changed = len(approval.changes_since(book, chosen, about))
    return Edition(
        books.thaw(chosen.answers), approval.approved(chosen, about), chosen.number, changed
    )


def build(
    session: Session,
    reader: Reader,
    *,
    now: datetime,
    who: Audience = visibility.OWNER,
    on: date | None = None,
    version: int | None = None,
) -> Document:
    """Return the document for a reader.

    `who` are those who will read it: goals that they may not see are left out, and for
    strangers what is counted from records. `on` is a day
    to look back to, `version` as for `edition`.
    """
    place = workspace.of(session)
    about = settings.of(session, who, today=place.local_day(now))
    shown = edition(session, about, now=now, version=version)
    if who.clearance != "none" and any(
        shown.book.of(store) for store in _stores(best_customers.SECTION)
    ):
        about = replace(about, won=won_deals.of(session, today=place.local_day(now), now=now))
    writer = _Writer(shown.book, about, reader)
    found = [writer.section(one) for one in library.worksheets().sections]
    goals = kpis.of(session, who, reader, on)
    name = str(shown.book.value(f"{business.PERIOD}.name") or "")
    return Document(
        company=cells.say(place.name, reader),
        title=cells.say(name, reader) or words.translate(reader.locale, N_("Strategy")),
        period=writer.period(),
        edition=words.render(_edition(shown), reader),
        note=cells.say(shown.approved.note, reader) or None if shown.approved else None,
        news=_news(shown, reader),
        as_of=words.render(
            Message(N_("Numbers as of %(time)s."), {"time": words.Instant(now, named=True)}),
            reader,
        ),
        sections=tuple(one for one in found if one.parts),
        unwritten=tuple(one.title for one in found if not one.parts),
        kpis=goals,
        standing=kpis.summary(goals, reader),
        slug=slug(place.name, "draft" if shown.approved is None else "v", shown.number),
        author=cells.say(shown.approved.by_name, reader) if shown.approved else "",
        made_at=now,
        reader=reader,
        data=exchange.data(session, shown.book, shown.approved, about, now=now)
        | {"goals": kpis.facts(session, who, reader, on)},
    )


def _stores(section: str) -> set[str]:
    return {asked.store for asked in library.worksheets().of_section(section)}


def slug(company: str, kind: str, number: int) -> str:
    """Return the beginning of a file's name that is safe on every system."""
    text = unicodedata.normalize("NFC", company).casefold()
    # Marks belong to the letters of Thai; everything else that is no letter goes.
    kept = "".join(
        one if unicodedata.category(one)[0] in "LMN" else "-" for one in text[:LONGEST_SLUG]
    )
    plain = re.sub(r"-+", "-", kept).strip("-") or "headway"
    return f"{plain}-strategy-{kind}{number}"


def _edition(shown: Edition) -> Message:
    made = shown.approved
    if made is None:
        return Message(N_("Draft of version %(number)s, not approved."), {"number": shown.number})
    params: dict[str, object] = {
        "number": made.number,
        "time": words.Instant(made.at),
        "name": made.by_name or "",
        "called": made.name,
    }
    if made.by_name and made.name:
        text = N_("Version %(number)s, %(called)s, approved %(time)s by %(name)s.")
        return Message(text, params)
    if made.by_name:
        return Message(N_("Version %(number)s, approved %(time)s by %(name)s."), params)
    if made.name:
        return Message(N_("Version %(number)s, %(called)s, approved %(time)s."), params)
    return Message(N_("Version %(number)s, approved %(time)s."), params)


def _news(shown: Edition, reader: Reader) -> str | None:
    if not shown.changed or shown.approved is None:
        return None
    return words.render(Message.counted(CHANGED, shown.changed), reader)


@dataclass(frozen=True)
class _Writer:
    """Writes answers as parts of the document."""

    book: Book
    about: Setting
    reader: Reader

    def say(self, message: Message | str | None) -> str:
        return cells.say(message, self.reader)

    def period(self) -> str:
        ends = [
            fields.day_of(self.book.value(f"{business.PERIOD}.{key}"))
            for key in ("first_day", "last_day")
        ]
        if ends[0] is None or ends[1] is None:
            return ""
        return words.DayRange(ends[0], ends[1]).format(self.reader)

    def section(self, section: contents.Section) -> Section:
        return Section(
            key=section.key,
            title=self.say(showing.static(section.title)),
            hint=self.say(showing.static(section.hint)),
            parts=tuple(self._parts(section.key)),
        )

    def _parts(self, section: str) -> Iterator[Part]:
        for asked in library.worksheets().of_section(section):
            if asked.question.of is not None:
                continue
            part: Part | None
            if asked.question.repeat is not None:
                part = self._listing(asked)
            else:
                part = self._block(asked)
            if part is not None:
                yield part

    def _block(self, asked: Asked) -> Block | None:
        if not showing.asks(self.book, asked, ""):
            return None
        answers = []
        values = self._values(asked, "")
        if not _typed(asked, values):
            return None
        for field in showing.fields(asked, values):
            cell = self._cell(asked, field, values)
            if cell:
                label = showing.text(field.label, self.book, asked, "", self.about)
                answers.append(Answer(self.say(label), cell))
        if not answers:
            return None
        title = self.say(catalogue_message(asked.question.short))
        if len(answers) == 1 and answers[0].label == title:
            answers = [Answer("", answers[0].cell)]
        return Block(title, tuple(answers))

    def _listing(self, asked: Asked) -> Listing | None:
        rows = [row for row in self.book.of(asked.store) if row.value]
        about_rows = library.worksheets().sharing(asked.store)
        every = [(one, field) for one in about_rows for field in one.question.fields]
        names = self.book.names(asked.store)
        table = [self._row(row.item, about_rows) for row in rows]
        used = [
            place
            for place, (one, field) in enumerate(every)
            if any((one.address, field.key) in cells_ for cells_ in table)
        ]
        if not used:
            return None
        repeat = asked.question.repeat
        keys = [every[place][1].key for place in used if every[place][0] is asked]
        assert repeat is not None
        return Listing(
            key=asked.address,
            title=self.say(catalogue_message(repeat.title)),
            columns=tuple(self.say(showing.static(every[place][1].label)) for place in used),
            rows=tuple(
                Row(
                    self.say(names[row.item]),
                    tuple(
                        found.get((every[place][0].address, every[place][1].key), Cell())
                        for place in used
                    ),
                )
                for row, found in zip(rows, table, strict=True)
            ),
            named_by=keys.index(repeat.named_by) if repeat.named_by in keys else None,
        )

    def _row(self, item: str, about_rows: list[Asked]) -> dict[tuple[str, str], Cell]:
        """Return the filled cells of a row, by question and field."""
        found = {}
        for asked in about_rows:
            if not showing.asks(self.book, asked, item):
                continue
            values = self._values(asked, item)
            if not _typed(asked, values):
                continue
            for field in showing.fields(asked, values):
                cell = self._cell(asked, field, values)
                if cell:
                    found[asked.address, field.key] = cell
        return found

    def _values(self, asked: Asked, item: str) -> Mapping[str, Any]:
        row = self.book.row(asked, item)
        return {} if row is None else row.value

    def _cell(self, asked: Asked, field: Field, values: Mapping[str, Any]) -> Cell:
        shown = computed.shown(asked, field, values, self.about, self.book)
        return cells.of_shown(shown, self.reader)


def _typed(asked: Asked, values: Mapping[str, Any]) -> bool:
    """Tell whether anything was typed: what is worked out alone is no answer."""
    return any(not fields.empty(values.get(field.key)) for field in asked.question.typed)


def catalogue_message(text: str) -> Message:
    """Return a text of the worksheets as a message."""
    return Message(catalogue_id(text))
