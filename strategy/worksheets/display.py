"""Answers as people read them: on summaries, in comparisons and in the rows of a list."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from goals import words
from goals.words import N_, Message
from strategy.worksheets import fields, figures, measured
from strategy.worksheets.book import Book
from strategy.worksheets.content import LISTS, SETS, Field, catalogue_id
from strategy.worksheets.setting import Setting


@dataclass(frozen=True)
class Shown:
    """An answer for reading; no line when it is empty. `is_list` asks for one mark per line."""

    lines: tuple[Message, ...] = ()
    is_list: bool = False


def plain(value: object) -> Message:
    """Return a value as a message that needs no translation."""
    return value if isinstance(value, Message) else Message("%(value)s", {"value": value})


def shown(
    field: Field, value: object, values: Mapping[str, Any], setting: Setting, book: Book
) -> Shown:
    """Return one field's value for reading; what was not understood stands as it was typed."""
    if fields.empty(value):
        return Shown()
    if field.kind in LISTS:
        entries = value if isinstance(value, list) else [value]
        if field.kind in SETS:
            entries = _in_order(field, entries, setting, book)
        lines = (plain(_one(field, one, values, setting, book)) for one in entries)
        return Shown(tuple(lines), is_list=True)
    return Shown((plain(_one(field, value, values, setting, book)),))


def one(
    field: Field, value: object, values: Mapping[str, Any], setting: Setting, book: Book
) -> Shown:
    """Return one entry of a field's value for reading, be it a list or not."""
    return Shown((plain(_one(field, value, values, setting, book)),))


def _one(
    field: Field, value: object, values: Mapping[str, Any], setting: Setting, book: Book
) -> object:
    match field.kind:
        case "choice" | "choices":
            return _option(field, value)
        case "metric" | "metrics":
            found = setting.metrics.get(str(value))
            return value if found is None else found.name
        case "member":
            return setting.names.get(str(value), value)
        case "team":
            return setting.teams.get(str(value), value)
        case "reference" | "references":
            return _row(field, str(value), book)
        case "goal":
            return _goal(str(value), setting)
        case "date":
            day = fields.day_of(value)
            return value if day is None else words.Day(day)
        case "number" | "money" | "percent" | "quantity":
            return _amount(field, value, values, setting)
    return value


def _in_order(field: Field, entries: list[Any], setting: Setting, book: Book) -> list[Any]:
    """Return what was chosen in the order of the list, what is gone from it at the end."""
    known = list(fields.choices(field, setting, book.all_names))
    kept = [one for one in known if one in entries]
    return [*kept, *(one for one in entries if one not in known)]


def _row(field: Field, item: str, book: Book) -> str | Message:
    """Return the name of a row, or that it is gone."""
    store = field.refers_to or ""
    found = book.all_names.get(store, {}).get(item)
    if found is not None:
        return found
    gone = book.gone(store, item)
    if gone is None:
        return Message(N_("Gone from the list"))
    return Message(N_("%(name)s (gone from the list)"), {"name": gone})


def _goal(id: str, setting: Setting) -> str | Message:
    if id in setting.goals:
        return setting.goals[id]
    if id in setting.hidden_goals:
        return Message(N_("A goal that not everybody may see"))
    return Message(N_("A goal that is gone"))


def _option(field: Field, value: object) -> object:
    labels = {one.value: one.label for one in field.options}
    label = labels.get(str(value))
    return value if label is None else Message(catalogue_id(label))


def _amount(field: Field, value: object, values: Mapping[str, Any], setting: Setting) -> object:
    figure = figures.parse(str(value))
    if figure is None:
        return value
    if field.kind == "quantity":
        return _quantity(field, value, values, setting)
    if field.kind == "money":
        return words.Money(figure.value, setting.currency)
    if field.kind == "percent":
        return measured.rate(figure.value / 100)
    return words.Number(figure.value)


def _quantity(field: Field, value: object, values: Mapping[str, Any], setting: Setting) -> object:
    said = measured.read(values, setting)
    # Only the number of a goal may be a change; any other states what is or shall be.
    states = field.key != "number"
    number = measured.stated(value, values, setting) if states else said.number
    if number is None or said.metric is None:
        return value
    if states or said.change == "target":
        return measured.amount(number, said.metric.unit, setting.currency)
    sign = -1 if said.direction in measured.LOWERING else 1
    if said.change == "relative":
        return words.Signed(measured.rate(sign * number))
    if said.change == "points":
        return words.Signed(words.RatePoints(sign * number))
    return words.Signed(measured.amount(sign * number, said.metric.unit, setting.currency))
