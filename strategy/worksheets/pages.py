"""Everything that the page of a question shows, and the page of a list of rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from goals.errors import Refusal
from goals.words import N_, Message
from strategy.worksheets import book as books
from strategy.worksheets import (
    boxes,
    coaching,
    display,
    examples,
    flow,
    library,
    listing,
    progress,
    showing,
)
from strategy.worksheets import setting as settings
from strategy.worksheets.book import Book
from strategy.worksheets.boxes import PageField
from strategy.worksheets.coaching import Coach
from strategy.worksheets.content import Asked, Section, catalogue_id
from strategy.worksheets.display import Shown
from strategy.worksheets.examples import ShownExample
from strategy.worksheets.flow import Place
from strategy.worksheets.listing import ItemList
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting


@dataclass(frozen=True)
class OutlineRow:
    """A question in the outline of its section."""

    place: Place
    label: Message
    state: str
    current: bool


@dataclass(frozen=True)
class Recall:
    """An earlier answer, shown beside a question."""

    label: Message
    shown: Shown
    place: Place


@dataclass(frozen=True)
class Page:
    """A question (or the list of its rows) with everything around it.

    `items` is None on the page of a question, and the only content on the page of a list.
    `back` is None on the first page of a section. `version` goes into the form and comes
    back with the save. `reason` says why the section cannot be worked on yet.
    """

    place: Place
    section: Section
    section_title: Message
    caption: Message
    title: Message
    lede: Message
    why: Message
    fields: tuple[PageField, ...]
    examples: tuple[ShownExample, ...]
    recalls: tuple[Recall, ...]
    items: ItemList | None
    version: int
    state: str
    is_example: bool
    saved_at: datetime | None
    saved_by: str | None
    back: Place | None
    next: Place
    outline: tuple[OutlineRow, ...]
    coach: Coach | None
    findings: tuple[Finding, ...]
    reason: Message | None


def page(
    session: Session,
    section: str,
    question: str,
    item: str | None = None,
    *,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, Message] | None = None,
    today: date | None = None,
) -> Page:
    """Return the page of a question: of the list of its rows when it repeats and `item` is None.

    `typed` are values to show instead of what is saved, with the `errors` of each field, after
    a save that was refused. `today` lets the period of a new strategy be proposed. Raises
    Refusal for what does not exist, a removed row included.
    """
    asked = library.worksheets().find(f"{section}.{question}")
    about, book = settings.of(session), books.load(session)
    place = flow.place(asked, _item(asked, item))
    if place.item is not None and asked.has_rows and book.row(asked, place.item) is None:
        raise Refusal("unknown_item", N_("This row does not exist."), field="item")
    return _Maker(asked, place, book, about, typed, errors or {}, today).page()


def _item(asked: Asked, item: str | None) -> str | None:
    if not asked.has_rows:
        return ""
    if not item and asked.question.repeat is None:
        raise Refusal("unknown_item", N_("This row does not exist."), field="item")
    return item or None


@dataclass(frozen=True)
class _Maker:
    asked: Asked
    place: Place
    book: Book
    about: Setting
    typed: Mapping[str, Any] | None
    errors: Mapping[str, Message]
    today: date | None

    def page(self) -> Page:
        question, section = self.asked.question, self.asked.section
        item, repeat = self.place.item, self.asked.question.repeat
        row = self.book.row(self.asked, item or "")
        is_list = item is None and repeat is not None
        back, following = flow.around(self.book, self.place)
        title, lede = self._text(question.title), self._text(question.lede)
        if is_list and repeat is not None:
            title, lede = _plain(repeat.title), _plain(repeat.lede)
        keys = {field.key for field in question.fields}
        state = progress.state(self.book, self.place, self.about)
        return Page(
            place=self.place,
            section=section,
            section_title=_plain(section.title),
            caption=self._caption(),
            title=title,
            lede=lede,
            why=_plain(question.why),
            fields=() if is_list else tuple(self._boxes()),
            examples=() if is_list else tuple(examples.shown(self.asked, self.book, self.about)),
            recalls=tuple(self._recall(path) for path in question.recalls),
            items=listing.items(self.asked, self.book, self.about) if is_list else None,
            version=row.version if row is not None else 0,
            state=state,
            is_example=row is not None and bool(row.examples & keys),
            saved_at=row.updated_at if row is not None else None,
            saved_by=self.about.who(row.updated_by) if row is not None else None,
            back=back,
            next=following,
            outline=tuple(self._outline()),
            coach=None if is_list else coaching.coach(self.asked, self.book),
            findings=tuple(coaching.findings(self.asked, self.place, state, self.book, self.about)),
            reason=progress.of(self.book, section, self.about).reason,
        )

    def _text(self, text: Any) -> Message:
        return showing.text(text, self.book, self.asked, self.place.item or "", self.about)

    def _caption(self) -> Message:
        title = _plain(self.asked.section.title)
        if self.place.item is None:
            return title
        number, count = flow.number(self.book, self.place)
        params: dict[str, object] = {"section": title, "number": number, "count": count}
        name = self.book.names(self.asked.store).get(self.place.item)
        if not name:
            return Message(N_("%(section)s, question %(number)s of %(count)s"), params)
        params["name"] = name
        return Message(N_("%(section)s, question %(number)s of %(count)s: %(name)s"), params)

    def _boxes(self) -> list[PageField]:
        return boxes.boxes(
            self.asked,
            self.book,
            self.place.item or "",
            self.about,
            typed=self.typed,
            errors=self.errors,
            today=self.today,
        )

    def _recall(self, path: str) -> Recall:
        source, field = library.worksheets().field(path)
        item = (self.place.item or "") if source.has_rows else ""
        row = self.book.row(source, item)
        values: Mapping[str, Any] = row.value if row is not None else {}
        return Recall(
            label=showing.text(field.label, self.book, source, item, self.about),
            shown=display.shown(field, values.get(field.key), values, self.about, self.book),
            place=flow.place(source, item),
        )

    def _outline(self) -> list[OutlineRow]:
        return [
            OutlineRow(
                place=one,
                label=_outline_label(one),
                state=progress.state(self.book, one, self.about),
                current=one == self.place,
            )
            for one in flow.outline(self.book, self.asked.section.key, self.place)
        ]


def _plain(text: str) -> Message:
    return Message(catalogue_id(text))


def _outline_label(place: Place) -> Message:
    asked = library.worksheets().find(place.address)
    repeat = asked.question.repeat
    if place.item is None and repeat is not None:
        return _plain(repeat.title)
    return _plain(asked.question.short)
