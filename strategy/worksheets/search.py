"""Looking for words in the strategy: in its sections and questions, in answers and comments.

Case and width of letters make no difference. A word is looked for anywhere, for Thai and Chinese
part no words; of several words each must be there.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from goals import words
from goals.words import Message, Reader
from strategy.worksheets import computed, flow, library, showing
from strategy.worksheets.book import Book
from strategy.worksheets.content import Asked, Section, catalogue_id
from strategy.worksheets.flow import Place
from strategy.worksheets.setting import Setting
from strategy.worksheets.tables import Comment

LONGEST = 100
#: What can be found, in the order in which it is shown.
KINDS = ("section", "question", "answer", "comment")
#: So many results are shown, and so many characters beside a word that was found.
MOST = 50
BESIDE = 60
_SCRIPT_OF_THAI = range(0x0E00, 0x0E80)


@dataclass(frozen=True)
class Run:
    """A part of a text; `found` marks what was looked for."""

    text: str
    found: bool = False


#: Looks into the texts that stand together.
Look = Callable[..., tuple[Run, ...] | None]


@dataclass(frozen=True)
class Hit:
    """Something that was found: `kind` is one of KINDS.

    `title` says what it is and `runs` are the text around the words; `name` is the row, `field`
    the box on the page and `comment` the comment, each None where there is none.
    """

    kind: str
    section: Message
    title: Message
    name: str | Message | None
    runs: tuple[Run, ...]
    place: Place
    field: str | None = None
    comment: int | None = None


@dataclass(frozen=True)
class Results:
    """What was found for a query, as it was understood, and how much more there is."""

    query: str
    hits: tuple[Hit, ...]
    more: int


def search(
    book: Book, setting: Setting, query: str, reader: Reader, comments: Sequence[Comment] = ()
) -> Results:
    """Return what holds all words of a query, in the reader's language: sections first."""
    text = " ".join(unicodedata.normalize("NFC", query).split())[:LONGEST].strip()
    wanted = ["".join(_folded(one)) for one in text.split()]
    found = list(_hits(book, setting, wanted, reader)) if wanted else []
    found += list(_comments(book, setting, wanted, comments)) if wanted else []
    ranked = sorted(found, key=lambda one: KINDS.index(one.kind))
    return Results(text, tuple(ranked[:MOST]), max(0, len(ranked) - MOST))


def _hits(book: Book, setting: Setting, wanted: list[str], reader: Reader) -> Iterator[Hit]:
    def runs(*parts: Message) -> tuple[Run, ...] | None:
        return around(" ".join(words.render(one, reader) for one in parts), wanted)

    for section in library.worksheets().sections:
        title = Message(catalogue_id(section.title))
        hint = Message(catalogue_id(section.hint))
        if runs(title, hint):
            shown = runs(hint) or (Run(words.render(hint, reader)),)
            yield Hit("section", title, title, None, shown, Place(section.key))
        for asked in library.worksheets().of_section(section.key):
            asks = list(_asks(asked))
            place = _page(book, asked)
            if place is not None and runs(*asks):
                shown = runs(asks[0]) or runs(*asks) or ()
                short = Message(catalogue_id(asked.question.short))
                yield Hit("question", title, short, None, shown, place)
            yield from _answers(book, setting, section, asked, runs)


def _asks(asked: Asked) -> Iterator[Message]:
    question = asked.question
    for part in (question.title, question.short, question.lede):
        text = showing.static(part)
        if text is not None:
            yield text
    if question.repeat is not None:
        yield Message(catalogue_id(question.repeat.title))
    for field in question.fields:
        label = showing.static(field.label)
        if label is not None:
            yield label


def _page(book: Book, asked: Asked) -> Place | None:
    """Return the page of a question: for one that is asked about rows, their list."""
    if asked.has_rows:
        section, _, question = asked.store.partition(".")
        return Place(section, question)
    return flow.place(asked, "") if showing.asks(book, asked, "") else None


def _answers(
    book: Book, setting: Setting, section: Section, asked: Asked, runs: Look
) -> Iterator[Hit]:
    names = book.names(asked.store) if asked.has_rows else {}
    for row in book.of(asked.store):
        if not showing.asks(book, asked, row.item):
            continue
        for field in showing.fields(asked, row.value):
            lines = computed.shown(asked, field, row.value, setting, book).lines
            found = runs(*lines) if lines else None
            if found:
                yield Hit(
                    "answer",
                    Message(catalogue_id(section.title)),
                    showing.text(field.label, book, asked, row.item, setting),
                    names.get(row.item),
                    found,
                    flow.place(asked, row.item),
                    field.key,
                )


def _comments(
    book: Book, setting: Setting, wanted: list[str], comments: Sequence[Comment]
) -> Iterator[Hit]:
    for one in comments:
        asked = library.worksheets().asked.get(one.question)
        if asked is None or (one.item and book.row(asked, one.item) is None):
            continue
        found = around(one.text, wanted)
        if found:
            yield Hit(
                "comment",
                Message(catalogue_id(asked.section.title)),
                Message(catalogue_id(asked.question.short)),
                book.names(asked.store).get(one.item) if one.item else None,
                found,
                flow.place(asked, one.item or (None if asked.has_rows else "")),
                comment=one.id,
            )


# --- Words in a text -----------------------------------------------------------------------------


def around(text: str, wanted: list[str]) -> tuple[Run, ...] | None:
    """Return a text around the words that it holds, None unless it holds all of them."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    letters = _folded(line)
    whole, places = "".join(letters), [at for at, one in enumerate(letters) for _ in one]
    spans = []
    for word in wanted:
        start = whole.find(word)
        if start < 0:
            return None
        spans.append((places[start], places[start + len(word) - 1] + 1))
    first = min(spans)[0]
    low = _edge(line, max(0, first - BESIDE), first)
    high = min(len(line), max(first + 2 * BESIDE, min(spans)[1]))
    runs = [Run("\u2026")] if low else []
    for start, end in _joined(spans, high):
        runs += [Run(line[low:start]), Run(line[start:end], True)]
        low = end
    runs.append(Run(line[low:high] + ("\u2026" if high < len(line) else "")))
    return tuple(one for one in runs if one.text)


def _folded(text: str) -> list[str]:
    """Return each letter as it is compared, so that places in the text stay known."""
    return [
        one if ord(one) in _SCRIPT_OF_THAI else unicodedata.normalize("NFKC", one).casefold()
        for one in text
    ]


def _joined(spans: list[tuple[int, int]], high: int) -> list[tuple[int, int]]:
    """Return the places of words in order, those that overlap made one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(set(spans)):
        if start >= high:
            continue
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _edge(line: str, low: int, first: int) -> int:
    """Return where a text begins to be shown: at a word, where words are parted."""
    if low == 0:
        return 0
    gap = line.find(" ", low, first)
    return low if gap < 0 else gap + 1
