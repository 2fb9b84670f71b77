"""Everything that the page of a question shows, and the page of a list of rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from goals.errors import Refusal
from goals.tracking.smart.lint import Lint
from goals.tracking.visibility import Audience
from goals.words import N_, Message
from strategy.worksheets import book as books
from strategy.worksheets import (
    boxes,
    coaching,
    computed,
    display,
    examples,
    flow,
    library,
    listing,
    progress,
    showing,
    smart,
)
from strategy.worksheets import setting as settings
from strategy.worksheets.book import Book
from strategy.worksheets.boxes import PageField
from strategy.worksheets.coaching import Coach
from strategy.worksheets.content import Asked, Field, Section, catalogue_id
from strategy.worksheets.display import Shown
from strategy.worksheets.examples import ShownExample
from strategy.worksheets.flow import Place
from strategy.worksheets.listing import ItemList
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting
from strategy.worksheets.won import Largest


@dataclass(frozen=True)
class OutlineRow:
    """A question in the outline of its section."""

    place: Place
    label: Message
    state: str
    current: bool


#: Somebody who changes one answer may have pages open that it makes needless.
_NOT_ASKED = Message(
    N_("This is not asked beside your other answers. What is written here is kept all the same.")
)


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
    back with the save. `smart` is what the coach says of a goal in one sentence, and `rewrite`
    how it could read. `reason` says why the section cannot be worked on yet. `whole` leads from a
    row to the list that it stands in.
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
    smart: Lint | None
    rewrite: str | None
    findings: tuple[Finding, ...]
    reason: Message | None
    won: Largest | None = None
    whole: OutlineRow | None = None


def page(
    session: Session,
    section: str,
    question: str,
    item: str | None = None,
    *,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, Message] | None = None,
    today: date | None = None,
    who: Audience = settings.EVERYBODY,
    won: Largest | None = None,
) -> Page:
    """Return the page of a question: of the list of its rows when it repeats and `item` is None.

    `typed` are values to show instead of what is saved, with the `errors` of each field, after
    a save that was refused. `today` lets the period of a new strategy be proposed, old answers
    be noticed and the sentence of a goal be looked at; `who` are the readers. `won` are the
    largest won deals, for a section that says something of them. Raises Refusal for what does
    not exist, a removed row included.
    """
    asked = library.worksheets().find(f"{section}.{question}")
    about = replace(settings.of(session, who, today=today), won=won)
    book = books.load(session)
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
        lint = None
        if not is_list and self.today is not None:
            lint = smart.lint(self.asked, row, self.book, self.about, self.today)
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
            recalls=tuple(one for path in question.recalls for one in self._recalls(path)),
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
            smart=lint,
            rewrite=smart.rewrite(self.asked, lint),
            findings=tuple(coaching.findings(self.asked, self.place, state, self.book, self.about)),
            reason=self._reason(),
            won=self.about.won,
            whole=self._whole(),
        )

    def _text(self, text: Any) -> Message:
        return showing.text(text, self.book, self.asked, self.place.item or "", self.about)

    def _reason(self) -> Message | None:
        if not self.asked.has_rows and not showing.asks(self.book, self.asked, ""):
            return _NOT_ASKED
        if self.place.item and not showing.asks(self.book, self.asked, self.place.item):
            return _NOT_ASKED
        return progress.of(self.book, self.asked.section, self.about).reason

    def _caption(self) -> Message:
        title = _plain(self.asked.section.title)
        if self.place.item is None or self.asked.question.asked_on is not None:
            return title
        which = flow.number(self.book, self.place)
        if which is None:
            return title
        params: dict[str, object] = {"section": title, "number": which[0], "count": which[1]}
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

    def _recalls(self, path: str) -> Iterator[Recall]:
        """Yield an earlier answer; of the rows of another question each that has one."""
        source, field = library.worksheets().field(path)
        if not source.has_rows or source.store == self.asked.store:
            yield self._recall(source, field)
            return
        repeat, names = source.question.repeat, self.book.all_names[source.store]
        if repeat is not None and repeat.named_by == field.key:
            # The names of the rows make one list.
            lines = tuple(display.plain(one) for one in names.values())
            yield Recall(_plain(repeat.title), Shown(lines, is_list=True), flow.place(source, None))
            return
        for row in self.book.of(source.store):
            said = computed.shown(source, field, row.value, self.about, self.book)
            if said.lines:
                place = flow.place(source, row.item)
                yield Recall(display.plain(names[row.item]), said, place)

    def _recall(self, source: Asked, field: Field) -> Recall:
        item = (self.place.item or "") if source.has_rows else ""
        row = self.book.row(source, item)
        values: Mapping[str, Any] = row.value if row is not None else {}
        return Recall(
            label=showing.text(field.label, self.book, source, item, self.about),
            shown=computed.shown(source, field, values, self.about, self.book),
            place=flow.place(source, item),
        )

    def _outline(self) -> list[OutlineRow]:
        way = flow.outline(self.book, self.asked.section.key, self.place)
        return [self._outlined(one) for one in way]

    def _whole(self) -> OutlineRow | None:
        if self.place.item is None or not self.asked.has_rows:
            return None
        return self._outlined(flow.place(library.worksheets().find(self.asked.store), None))

    def _outlined(self, place: Place) -> OutlineRow:
        return OutlineRow(
            place=place,
            label=_outline_label(place),
            state=progress.state(self.book, place, self.about),
            current=place == self.place,
        )


def _plain(text: str) -> Message:
    return Message(catalogue_id(text))


def _outline_label(place: Place) -> Message:
    asked = library.worksheets().find(place.address)
    repeat = asked.question.repeat
    if place.item is None and repeat is not None:
        return _plain(repeat.title)
    return _plain(asked.question.short)
