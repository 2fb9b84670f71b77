"""What a talk about a section shows: everything said so far, and what is asked now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlmodel import Session

from goals.tracking.smart.lint import Lint
from goals.tracking.visibility import Audience
from goals.words import Message
from strategy.worksheets import book as books
from strategy.worksheets import (
    coaching,
    computed,
    display,
    library,
    listing,
    progress,
    showing,
    smart,
    talk,
)
from strategy.worksheets import setting as settings
from strategy.worksheets.book import Book
from strategy.worksheets.coaching import Coach
from strategy.worksheets.content import Asked, Section, catalogue_id
from strategy.worksheets.display import Shown
from strategy.worksheets.flow import Place
from strategy.worksheets.listing import ItemList
from strategy.worksheets.progress import Progress
from strategy.worksheets.rules import every
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting
from strategy.worksheets.talk import Step
from strategy.worksheets.won import Largest

#: So many answers stand before a question, and so many others behind a button.
RECENT, EARLIER = 6, 60


@dataclass(frozen=True)
class Reply:
    """What is said back to an answer, in short: what the rules and the coach make of it.

    `worked_out` are lines of label and text that follow from it.
    """

    findings: tuple[Finding, ...] = ()
    worked_out: tuple[tuple[Message, Shown], ...] = ()
    coach: Coach | None = None
    smart: Lint | None = None
    rewrite: str | None = None

    @property
    def remarks(self) -> int:
        """Return how many things are said, 0 for none."""
        single = (self.coach is not None) + (self.smart is not None)
        return len(self.findings) + len(self.worked_out) + single


@dataclass(frozen=True)
class Turn:
    """A question and what was said to it.

    `opens` is the heading of a page with several questions, before its first; `about` is the
    name of the row that a page is about, `version` that of the answer. `problem` says what is
    wrong with what was said.
    """

    step: Step
    asks: Message
    said: Shown
    version: int = 0
    opens: Message | None = None
    about: str | Message | None = None
    is_example: bool = False
    problem: Message | None = None
    reply: Reply = Reply()

    @property
    def name(self) -> str:
        """Return "question.field", "question" for a list."""
        if self.step.field is None:
            return str(self.step.place.question)
        return f"{self.step.place.question}.{self.step.field.key}"


@dataclass(frozen=True)
class Talk:
    """A section as a conversation.

    `turns` are in the order of the questions, `recent` those right before what is asked now and
    `earlier` others, of which `unseen` are left out of a long talk. `now` is what is asked,
    None once nothing is left. `items` are the rows of the list that may get another one, while
    that is asked. `rest` are the open steps about the same row, `is_new_row` tells that nothing
    is written in it yet.
    """

    section: Section
    title: Message
    hint: Message
    progress: Progress
    turns: tuple[Turn, ...]
    earlier: tuple[Turn, ...]
    recent: tuple[Turn, ...]
    unseen: int
    steps: tuple[Step, ...]
    now: Step | None
    items: ItemList | None
    rest: tuple[Step, ...]
    is_new_row: bool

    @property
    def goes_on(self) -> bool:
        """Tell whether something was said already on the page that is asked about."""
        return self.now is not None and any(one.step.place == self.now.place for one in self.turns)

    @property
    def left(self) -> list[Turn]:
        """Return the turns that were left for later."""
        return [one for one in self.turns if one.step.state == talk.SKIPPED]

    def turn(self, name: str, item: str) -> Turn | None:
        """Return the turn of a field (about a row), None if it is not among those so far."""
        found = (one for one in self.turns if one.name == name)
        return next((one for one in found if (one.step.place.item or "") == item), None)


def conversation(
    session: Session,
    section: str,
    *,
    last: Place | None = None,
    at: Place | None = None,
    today: date | None = None,
    who: Audience = settings.EVERYBODY,
    won: Largest | None = None,
) -> Talk:
    """Return the talk about a section, for these readers, on a day.

    `last` is the page that the reader looked at last, `at` the one to be asked about first.
    Raises Refusal for an unknown section.
    """
    found = library.worksheets().section(section)
    about = replace(settings.of(session, who, today=today), won=won)
    book = books.load(session)
    steps = talk.steps(book, section, about, last)
    now = talk.current(steps, at)
    items = None
    if now is not None and now.kind == "rows":
        items = listing.items(library.worksheets().find(now.place.address), book, about)
    told = _Teller(book, about, steps, section, today).turns()
    # A list that is asked about once more is no earlier turn; a field that collects is both.
    turns = tuple(one for one in told if one.step.field is not None or one.step != now)
    order = {_key(one): number for number, one in enumerate(steps)}
    here = len(steps) if now is None else order[_key(now)]
    before = [one for one in turns if order[_key(one.step)] <= here][-RECENT:]
    shown = {_key(one.step) for one in before}
    others = [one for one in turns if _key(one.step) not in shown]
    return Talk(
        section=found,
        title=Message(catalogue_id(found.title)),
        hint=Message(catalogue_id(found.hint)),
        progress=progress.of(book, found, about),
        turns=turns,
        earlier=tuple(others[-EARLIER:]),
        recent=tuple(before),
        unseen=max(0, len(others) - EARLIER),
        steps=tuple(steps),
        now=now,
        items=items,
        rest=tuple(talk.rest_of_row(steps, now)) if now is not None else (),
        is_new_row=_is_new_row(now, book),
    )


def asks(asked: Asked, step: Step, book: Book, about: Setting) -> Message:
    """Return the words of a question: a page's own where it asks one thing, else its label."""
    assert step.field is not None
    item = step.place.item or ""
    text = asked.question.title if len(asked.question.typed) == 1 else step.field.label
    return showing.text(text, book, asked, item, about)


@dataclass(frozen=True)
class _Teller:
    book: Book
    about: Setting
    steps: list[Step]
    section: str
    today: date | None

    def turns(self) -> Iterator[Turn]:
        findings = every.findings(self.book, self.about, self.section)
        passed = [one for one in self.steps if one.field is None and one.state == talk.SKIPPED]
        lists = {one.place: one for one in passed}
        told = [one for one in self.steps if one.field is not None or one in passed]
        for place in dict.fromkeys(one.place for one in told):
            if place in lists:
                repeat = library.worksheets().find(place.address).question.repeat
                assert repeat is not None
                yield Turn(lists[place], Message(catalogue_id(repeat.title)), Shown())
            else:
                yield from self._page(place, findings)

    def _page(self, place: Place, findings: list[Finding]) -> Iterator[Turn]:
        asked = library.worksheets().find(place.address)
        here = [one for one in self.steps if one.place == place and one.field is not None]
        settled = [one for one in here if one.state != talk.OPEN]
        replies = self._replies(asked, place, here, settled, findings)
        row = self.book.row(asked, place.item or "")
        values: Mapping[str, Any] = {} if row is None else row.value
        wrong = progress.problems(self.book, asked, place.item or "", self.about)
        for number, step in enumerate(settled):
            field = step.field
            assert field is not None
            first = number == 0 and len(asked.question.typed) > 1
            said = step.state != talk.SKIPPED
            yield Turn(
                step=step,
                asks=asks(asked, step, self.book, self.about),
                said=display.shown(field, values.get(field.key), values, self.about, self.book),
                version=0 if row is None else row.version,
                opens=self._title(asked, place) if first else None,
                about=self._name(asked, place) if number == 0 else None,
                is_example=row is not None and field.key in row.examples,
                problem=wrong[field.key].message if said and field.key in wrong else None,
                reply=replies.get(field.key, Reply()),
            )

    def _title(self, asked: Asked, place: Place) -> Message:
        text = asked.question.title
        return showing.text(text, self.book, asked, place.item or "", self.about)

    def _name(self, asked: Asked, place: Place) -> str | Message | None:
        names = self.book.all_names.get(asked.store, {}) if asked.has_rows else {}
        return names.get(place.item or "")

    def _replies(
        self,
        asked: Asked,
        place: Place,
        here: list[Step],
        settled: list[Step],
        findings: list[Finding],
    ) -> dict[str, Reply]:
        """Return what is said back on a page, by the field after which it is said.

        What a rule misses is said once the whole page has been asked, and not before.
        """
        said = [one.field.key for one in settled if one.field and one.state != talk.SKIPPED]
        if not said:
            return {}
        done = len(settled) == len(here)
        by_field: dict[str, list[Finding]] = {}
        state = progress.state(self.book, place, self.about)
        for one in coaching.among(findings, asked, place, state):
            known = one.field in said
            if known or one.evidence is not None or done:
                by_field.setdefault(str(one.field) if known else said[-1], []).append(one)
        replies = {key: Reply(findings=tuple(found)) for key, found in by_field.items()}
        if done:
            replies[said[-1]] = replace(
                replies.get(said[-1], Reply()),
                worked_out=tuple(self._worked_out(asked, place)),
                coach=coaching.coach(asked, self.book),
            )
        sentence = smart.SENTENCES.get(asked.address)
        if sentence is not None and sentence in said and self.today is not None:
            row = self.book.row(asked, place.item or "")
            lint = smart.lint(asked, row, self.book, self.about, self.today)
            rewrite = smart.rewrite(asked, lint)
            replies[sentence] = replace(replies.get(sentence, Reply()), smart=lint, rewrite=rewrite)
        return replies

    def _worked_out(self, asked: Asked, place: Place) -> Iterator[tuple[Message, Shown]]:
        row = self.book.row(asked, place.item or "")
        values: Mapping[str, Any] = {} if row is None else row.value
        for field in asked.question.fields:
            if field.kind == "computed":
                found = computed.shown(asked, field, values, self.about, self.book)
                if found.lines:
                    item = place.item or ""
                    yield showing.text(field.label, self.book, asked, item, self.about), found


def _key(step: Step) -> tuple[Place, str]:
    return step.place, "" if step.field is None else step.field.key


def _is_new_row(step: Step | None, book: Book) -> bool:
    if step is None or not step.place.item:
        return False
    row = book.row(library.worksheets().find(step.place.address), step.place.item)
    return row is not None and not row.value
