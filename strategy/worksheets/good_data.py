"""What good data looks like: the rules of each field as sentences, to be printed and pinned up."""

from collections.abc import Iterator
from dataclasses import dataclass

from goals import words
from goals.words import N_, P_, Message
from strategy.worksheets import flow, library
from strategy.worksheets.book import Book
from strategy.worksheets.flow import Place
from strategy.worksheets.rules import policy
from strategy.worksheets.rules.policy import FieldPolicy
from strategy.worksheets.setting import Setting

RECORDS = {
    "deal": N_("Deals"),
    "contact": N_("Contacts"),
    "account": N_("Accounts"),
    "lead": N_("Leads"),
}
TOO_OLD = P_("Not older than %(n)s day.", "Not older than %(n)s days.")
_DUPLICATES = {
    "unique": N_("No two records have the same."),
    "alike": N_("No two records have nearly the same."),
}


@dataclass(frozen=True)
class GoodField:
    """A field with its rules: those that are checked, and those said in words."""

    name: str
    owner: str | None
    required: bool
    rules: tuple[Message, ...]
    words: tuple[str, ...]
    good: str
    bad: str
    place: Place


@dataclass(frozen=True)
class GoodRecord:
    """The fields of one kind of record."""

    title: Message
    fields: tuple[GoodField, ...]


def of(book: Book, about: Setting) -> list[GoodRecord]:
    """Return the fields by kind of record; kinds without fields are left out."""
    every = policy.policies(book)
    found = []
    for record, title in RECORDS.items():
        fields = tuple(_field(one, about) for one in every if one.record == record)
        if fields:
            found.append(GoodRecord(Message(title), fields))
    return found


def _field(one: FieldPolicy, about: Setting) -> GoodField:
    return GoodField(
        name=one.field,
        owner=about.names.get(str(one.owner)),
        required=one.required,
        rules=tuple(rules(one)),
        words=tuple(one.words[key] for key in policy.WORDS if key in one.words),
        good=one.good,
        bad=one.bad,
        place=flow.place(library.worksheets().find(policy.FIELDS), one.item),
    )


def rules(one: FieldPolicy) -> Iterator[Message]:
    """Yield the rules of a field that can be checked, as sentences."""
    if one.required:
        yield Message(N_("Always filled in."))
    if one.kind == "one_of" and one.values:
        yield Message(N_("One of: %(values)s."), {"values": list(one.values)})
    if one.kind == "number":
        yield _number(one)
    if one.duplicates in _DUPLICATES:
        yield Message(_DUPLICATES[one.duplicates])
    if one.fresh_days is not None:
        yield Message.counted(TOO_OLD, one.fresh_days)


def _number(one: FieldPolicy) -> Message:
    params: dict[str, object] = {}
    if one.low is not None:
        params["low"] = words.Number(one.low)
    if one.high is not None:
        params["high"] = words.Number(one.high)
    if len(params) == 2:
        return Message(N_("A number from %(low)s to %(high)s."), params)
    if one.low is not None:
        return Message(N_("A number of at least %(low)s."), params)
    if one.high is not None:
        return Message(N_("A number of at most %(high)s."), params)
    return Message(N_("A number."))
