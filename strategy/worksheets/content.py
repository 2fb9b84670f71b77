"""What the worksheets ask: sections, questions, fields and examples, read from data files (pure).

Texts in the files are English; each is a message id of the catalogues (`catalogue_id`). A text
may take up earlier answers: then it is a pair of a text with places, `%(name)s`, and of what to
say while there is no answer yet; `pipes` of the question says where each place comes from.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec

from goals.errors import Refusal
from goals.words import C_, N_

COMPANIES = ("retail", "saas", "services")
GROUPS = {
    "understand": N_("Understand"),
    "sell": N_("Sell"),
    "plan": N_("Choose and plan"),
    "measure": C_("heading of worksheets: to measure", "Measure"),
}
Typed = Literal["text", "long_text", "texts", "number", "money", "percent", "quantity", "date"]
Chosen = Literal["choice", "choices", "metric", "member", "team", "reference"]
Known = Literal["metrics", "references", "goal", "stages"]
Kind = Typed | Chosen | Known | Literal["computed"]
#: Kinds that hold words of the writer's own; in examples these are translated.
WORDY = frozenset({"text", "long_text", "texts", "stages"})
#: Kinds of which several are chosen; their order means nothing.
SETS = frozenset({"choices", "metrics", "references", "stages"})
LISTS = SETS | {"texts"}
#: Kinds that point at a row of a repeating question.
REFERRING = frozenset({"reference", "references"})
#: Kinds that only the company itself can answer, so that no example and no default row does.
OWN = REFERRING | {"goal", "member", "team", "computed"}


class ContentError(ValueError):
    """A file of the worksheets does not hold what it should; says which file and where."""


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Piped(_Part, frozen=True):
    """A text that takes up earlier answers, and what stands there as long as one is missing."""

    text: str
    otherwise: str


Text = str | Piped


class Condition(_Part, frozen=True):
    """Holds when a field of the same answer has (or has not) one of the values."""

    field: str
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()


class Option(_Part, frozen=True):
    """One of the values to choose from; in a long list, under the heading of its `group`."""

    value: str
    label: str
    hint: str | None = None
    group: str | None = None


class Proposal(_Part, frozen=True):
    """Lines to fill in for whoever chooses one of the values in another field of the answer."""

    field: str
    any_of: tuple[str, ...]
    entries: tuple[str, ...]


class Field(_Part, frozen=True):
    """One thing to fill in.

    `missing` is what a required field says when it is empty. `longest` limits the characters
    of a text, or of each entry of a list. `after` names the date field that this one must
    follow. `refers_to` is the address of the repeating question whose rows can be chosen; it
    may be the field's own question, of which a row never chooses itself. `default` "@end"
    proposes the last day of the strategy. A "computed" field is never typed. `proposals` are
    filled in when what they depend on is chosen.
    """

    key: str
    kind: Kind
    label: Text
    hint: Text | None = None
    required: bool = False
    missing: str | None = None
    longest: int | None = None
    options: tuple[Option, ...] = ()
    refers_to: str | None = None
    show_if: Condition | None = None
    after: str | None = None
    default: str | None = None
    proposals: tuple[Proposal, ...] = ()


class Example(_Part, frozen=True):
    """A worked answer of an invented company; its values can be taken as a starting point."""

    company: Literal["retail", "saas", "services"]
    about: str
    values: dict[str, str | tuple[str, ...]]


class Repeat(_Part, frozen=True):
    """How a question repeats: the words of its list, and how many rows make sense.

    `named_by` is the field that names a row; `one` names a row that has no name yet.
    `starters` are rows of ours, by field, that the list offers with a button that says
    `starter_label`. The rows of a `table` have no pages: all are filled in on that of the list.
    """

    title: str
    lede: str
    one: str
    add: str
    none: str
    named_by: str
    least: int = 0
    most: int = 20
    table: bool = False
    starter_label: str | None = None
    starters: tuple[dict[str, str | tuple[str, ...]], ...] = ()


class Question(_Part, frozen=True):
    """One page: a question, or a tight group of fields that belong together.

    A repeating question has rows. A question `of` another asks more about each of its rows
    and writes into the same answer. One that is `asked_on` the page of another, by its address,
    has none of its own. `recalls` lists earlier answers to show beside it.
    """

    key: str
    title: Text
    short: str
    lede: Text
    why: str
    fields: tuple[Field, ...]
    examples: tuple[Example, ...] = ()
    repeat: Repeat | None = None
    of: str | None = None
    asked_on: str | None = None
    show_if: Condition | None = None
    pipes: dict[str, str] = {}
    recalls: tuple[str, ...] = ()

    @property
    def typed(self) -> tuple[Field, ...]:
        """Return the fields that somebody fills in."""
        return tuple(one for one in self.fields if one.kind != "computed")


class Need(_Part, frozen=True):
    """The question that must have an answer before a section makes sense."""

    question: str
    text: str


class Section(_Part, frozen=True):
    """A part of the strategy that can be worked on by itself.

    One that is not `required` may stay away altogether; once begun it wants to be finished.
    """

    key: str
    group: Literal["understand", "sell", "plan", "measure"]
    position: int
    title: str
    hint: str
    minutes: int
    questions: tuple[Question, ...]
    required: bool = False
    needs: Need | None = None


@dataclass(frozen=True)
class Asked:
    """A question in its section."""

    section: Section
    question: Question

    @property
    def address(self) -> str:
        """Return "section.question"."""
        return f"{self.section.key}.{self.question.key}"

    @property
    def store(self) -> str:
        """Return the address under which its answers are kept."""
        return f"{self.section.key}.{self.question.of or self.question.key}"

    @property
    def has_rows(self) -> bool:
        """Tell whether it is answered once for each row."""
        return self.question.repeat is not None or self.question.of is not None

    @property
    def naming(self) -> tuple[Field, ...]:
        """Return the fields whose rows name its own, none where a row has a name of its own."""
        repeat = self.question.repeat
        if repeat is None or self.question.of is not None:
            return ()
        pointing = [one for one in self.question.fields if one.kind == "reference"]
        own = any(one.key == repeat.named_by for one in pointing)
        return tuple(pointing) if own else ()

    def field(self, key: str) -> Field | None:
        """Return one of its fields, None if it has no such one."""
        return next((one for one in self.question.fields if one.key == key), None)


@dataclass(frozen=True)
class Worksheets:
    """All sections in their order, with a look-up by address."""

    sections: tuple[Section, ...]
    asked: dict[str, Asked]

    def section(self, key: str) -> Section:
        """Return a section; raises Refusal `unknown_section`."""
        for one in self.sections:
            if one.key == key:
                return one
        raise Refusal("unknown_section", N_("There is no section %(name)s."), {"name": key})

    def find(self, address: str) -> Asked:
        """Return a question by "section.question"; raises Refusal `unknown_question`."""
        if address not in self.asked:
            text = N_("There is no question %(name)s.")
            raise Refusal("unknown_question", text, {"name": address})
        return self.asked[address]

    def of_section(self, key: str) -> list[Asked]:
        """Return the questions of a section in order."""
        return [self.asked[f"{key}.{one.key}"] for one in self.section(key).questions]

    def sharing(self, store: str) -> list[Asked]:
        """Return the questions whose answers are kept together, the repeating one first."""
        return [one for one in self.asked.values() if one.store == store]

    def field(self, path: str) -> tuple[Asked, Field]:
        """Return a field by "section.question.field"; raises KeyError."""
        address, _, key = path.rpartition(".")
        found = self.asked[address].field(key)
        if found is None:
            raise KeyError(path)
        return self.asked[address], found


def read(data: bytes, name: str) -> Section:
    """Read one file; raises ContentError with the path of what is wrong."""
    try:
        return msgspec.toml.decode(data, type=Section)
    except msgspec.DecodeError as error:
        raise ContentError(f"{name}: {error}") from error
    except UnicodeDecodeError as error:
        raise ContentError(f"{name}: not UTF-8: {error}") from error


def catalogue_id(text: str) -> str:
    """Return the message id of a text: its percent signs doubled, places left alone."""
    return text.replace("%", "%%").replace("%%(", "%(")


def texts(section: Section) -> Iterator[str]:
    """Yield every text of a section that a reader may see, as it stands in the file."""
    yield from (section.title, section.hint)
    if section.needs is not None:
        yield section.needs.text
    for question in section.questions:
        yield from _plain(question.title, question.short, question.lede, question.why)
        if question.repeat is not None:
            one = question.repeat
            yield from (one.title, one.lede, one.one, one.add, one.none)
            yield from _starter_texts(section, question, one)
        for field in question.fields:
            yield from _plain(field.label, field.hint, field.missing)
            for option in field.options:
                yield from _plain(option.group, option.label, option.hint)
            for proposal in field.proposals:
                yield from proposal.entries
        for example in question.examples:
            yield example.about
            yield from _example_texts(question, example)


def _plain(*parts: Text | None) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Piped):
            yield from (part.text, part.otherwise)
        elif part is not None:
            yield part


def _example_texts(question: Question, example: Example) -> Iterator[str]:
    wordy = {field.key for field in question.fields if field.kind in WORDY}
    yield from _wordy(wordy, example.values)


def _starter_texts(section: Section, question: Question, repeat: Repeat) -> Iterator[str]:
    yield from _plain(repeat.starter_label)
    about = [one for one in section.questions if question.key in (one.key, one.of)]
    wordy = {field.key for one in about for field in one.fields if field.kind in WORDY}
    for starter in repeat.starters:
        yield from _wordy(wordy, starter)


def _wordy(keys: set[str], values: Mapping[str, str | tuple[str, ...]]) -> Iterator[str]:
    for key, value in values.items():
        if key in keys:
            yield from [value] if isinstance(value, str) else value
