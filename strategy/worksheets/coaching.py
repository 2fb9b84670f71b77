"""What is said beside a question: which parts its sentence has, and what the rules notice."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from goals.words import N_, Day, Message
from strategy.worksheets import computed, display, fields, library, measured
from strategy.worksheets.book import Book, Row
from strategy.worksheets.content import Asked
from strategy.worksheets.flow import Place
from strategy.worksheets.progress import UNTOUCHED
from strategy.worksheets.rules import every, proposition
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.rules.proposition import Part
from strategy.worksheets.setting import Setting


@dataclass(frozen=True)
class Coach:
    """The parts that a sentence should have; those that it has quote the writer."""

    headline: Message
    parts: tuple[Part, ...]


_PARTS: Mapping[str, Callable[[proposition.Answers], list[Part]]] = {
    proposition.USP: proposition.usp_parts,
    proposition.SENTENCE: proposition.value_parts,
}
_SENTENCES = {proposition.USP: "usp_sentence", proposition.SENTENCE: "sentence"}


def coach(asked: Asked, book: Book) -> Coach | None:
    """Return which parts the sentence of a question has, None without such a sentence."""
    parts = _PARTS.get(asked.address)
    said = proposition.answers(book) if parts is not None else {}
    if parts is None or not said.get(_SENTENCES[asked.address]):
        return None
    found = parts(said)
    have = sum(part.evidence is not None for part in found)
    headline = Message(
        N_("Your sentence has %(have)s of the %(count)s parts"), {"have": have, "count": len(found)}
    )
    return Coach(headline, tuple(found))


def findings(
    asked: Asked, place: Place, state: str, book: Book, setting: Setting
) -> Iterator[Finding]:
    """Yield what the rules notice about one page.

    On a page that nobody has begun nothing is said about what is not there yet.
    """
    yield from among(every.findings(book, setting, asked.section.key), asked, place, state)


def among(found: Iterable[Finding], asked: Asked, place: Place, state: str) -> Iterator[Finding]:
    """Yield those of a section's findings that are said on one page."""
    for one in found:
        here = one.question == asked.address and one.item == place.item
        if here and (state != UNTOUCHED or one.evidence is not None):
            yield one


def summary(asked: Asked, row: Row, book: Book, setting: Setting) -> Iterator[Message]:
    """Yield what a list says about one of its rows: number, date, owner, as far as known."""
    said = measured.read(row.value, setting)
    if said.metric is not None and row.value.get("number"):
        fields_of_row = (one.field("number") for one in library.worksheets().sharing(asked.store))
        for field in (one for one in fields_of_row if one is not None):
            amount = display.shown(field, row.value["number"], row.value, setting, book)
            params = {"metric": said.metric.name, "amount": list(amount.lines)}
            yield Message(N_("%(metric)s: %(amount)s"), params)
    day = fields.day_of(row.value.get("deadline") or row.value.get("due"))
    if day is not None:
        yield Message(N_("by %(day)s"), {"day": Day(day)})
    owner = setting.names.get(str(row.value.get("owner") or row.value.get("trained_person")))
    if owner is not None:
        yield display.plain(owner)
    for one in library.worksheets().sharing(asked.store):
        for field in one.question.fields:
            if field.kind == "computed":
                yield from computed.shown(one, field, row.value, setting, book).lines
