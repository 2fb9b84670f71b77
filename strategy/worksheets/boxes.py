"""The boxes of a question's page, each with what stands in it and what can be chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from goals.metrics import groups
from goals.words import N_, Message
from strategy.worksheets import computed, display, examples, fields, presets, showing, starters
from strategy.worksheets.book import Book
from strategy.worksheets.content import REFERRING, SETS, Asked, Condition, Field, catalogue_id
from strategy.worksheets.display import Shown
from strategy.worksheets.rules import business
from strategy.worksheets.setting import BETWEEN, Setting

#: Kinds whose list may lose what was chosen from it.
CHOSEN = REFERRING | SETS | {"goal", "member", "metric", "team"}
#: A longer list to choose from is shown in groups.
MOST_AT_ONCE = 12


@dataclass(frozen=True)
class Choice:
    """One thing that can be chosen in a field, under the heading of its `group` if it has one."""

    value: str
    label: Message
    hint: Message | None = None
    chosen: bool = False
    group: Message | None = None


@dataclass(frozen=True)
class ChoiceGroup:
    """Things to choose that belong together, and how many of them are chosen."""

    title: Message
    choices: tuple[Choice, ...]

    @property
    def chosen(self) -> int:
        """Return how many are chosen."""
        return sum(one.chosen for one in self.choices)


@dataclass(frozen=True)
class PageField:
    """A field with what stands in it.

    `text` is for one box, `lines` for a list of lines, `parts` for day, month and year.
    `shown` is False while its condition does not hold; a page without scripts shows it only
    after the next save. `proposed` tells that the value is a proposal and not saved yet.
    Long lists to choose from come in `groups`, which then hold all of `choices`. `said` is the
    value for reading, of a computed field all that there is. `is_default` tells that the text is
    one of our default rows.
    """

    key: str
    kind: str
    label: Message
    hint: Message | None
    required: bool
    text: str
    lines: tuple[str, ...] = ()
    parts: tuple[str, str, str] = ("", "", "")
    choices: tuple[Choice, ...] = ()
    groups: tuple[ChoiceGroup, ...] = ()
    said: Shown = Shown()
    shown: bool = True
    condition: Condition | None = None
    is_example: bool = False
    is_default: bool = False
    proposed: bool = False
    error: Message | None = None


def boxes(
    asked: Asked,
    book: Book,
    item: str,
    about: Setting,
    *,
    typed: Mapping[str, Any] | None,
    errors: Mapping[str, Message],
    today: date | None,
) -> list[PageField]:
    """Return the fields of a question with what is saved, or with what was just typed."""
    row = book.row(asked, item)
    stored: Mapping[str, Any] = {} if row is None else row.value
    values = stored if typed is None else {**stored, **typed}
    shown = {one.key for one in showing.fields(asked, values)}
    marked = frozenset() if row is None else row.examples
    rows = book.choosable(asked, item)
    found = []
    for field in asked.question.fields:
        value = values.get(field.key)
        proposed, hint = None, field.hint
        if typed is None and fields.empty(value):
            proposed = _proposed(field, asked, book, about, today)
            value = proposed if proposed is not None else value
        choices = tuple(_choices(field, value, about, rows, book))
        found.append(
            PageField(
                key=field.key,
                kind="texts" if field.kind == "stages" and not choices else field.kind,
                label=showing.text(field.label, book, asked, item, about),
                hint=None if hint is None else showing.text(hint, book, asked, item, about),
                required=field.required,
                text=value if isinstance(value, str) else "",
                lines=_lines(value),
                parts=_parts(value),
                choices=choices,
                groups=tuple(_groups(field, choices)),
                said=computed.shown(asked, field, {**values, field.key: value}, about, book),
                shown=field.key in shown,
                condition=field.show_if,
                is_example=field.key in marked,
                is_default=starters.is_default(asked, field, value)
                or presets.is_proposal(field, value),
                proposed=proposed is not None,
                error=errors.get(field.key),
            )
        )
    return found


def _proposed(
    field: Field, asked: Asked, book: Book, about: Setting, today: date | None
) -> str | None:
    """Return what an empty field proposes: the strategy's last day, or the coming year."""
    first, last = business.period(book)
    day = None
    if field.default == examples.END:
        day = last
    elif asked.address == business.PERIOD and today is not None and not (first or last):
        coming = about.fiscal.year(about.fiscal.year(today).end)
        day = {"first_day": coming.first, "last_day": coming.last}.get(field.key)
    return None if day is None else day.isoformat()


def _choices(
    field: Field, value: Any, about: Setting, rows: fields.Rows, book: Book
) -> list[Choice]:
    chosen = value if isinstance(value, list | tuple) else (value,)
    if field.options:
        return [
            Choice(
                value=one.value,
                label=Message(catalogue_id(one.label)),
                hint=None if one.hint is None else Message(catalogue_id(one.hint)),
                chosen=one.value in chosen,
                group=None if one.group is None else Message(catalogue_id(one.group)),
            )
            for one in field.options
        ]
    known = fields.choices(field, about, rows)
    if field.kind == "stages" and not known:
        return []
    if field.kind in ("metric", "metrics"):
        known = {key: one.name for key, one in about.metrics.items()}
    gone = [] if field.kind not in CHOSEN else [one for one in chosen if one and one not in known]
    left = {one: label for one in gone for label in display.one(field, one, {}, about, book).lines}
    return [
        Choice(value=str(key), label=display.plain(label), chosen=key in chosen)
        for key, label in {**known, **left}.items()
    ]


def _groups(field: Field, choices: tuple[Choice, ...]) -> list[ChoiceGroup]:
    """Return a long list in parts: metrics by their subject, stages by their pipeline."""
    if len(choices) <= MOST_AT_ONCE or field.kind not in ("metrics", "stages"):
        return []
    by_value = {one.value: one for one in choices}
    if field.kind == "metrics":
        return [
            ChoiceGroup(title, tuple(by_value[key] for key in members))
            for title, members in groups.grouped(by_value)
        ]
    pipelines: dict[str, list[Choice]] = {}
    for one in choices:
        name, between, _ = one.value.rpartition(BETWEEN)
        pipelines.setdefault(name if between else "", []).append(one)
    if len(pipelines) == 1:
        return []
    return [
        ChoiceGroup(display.plain(name) if name else Message(N_("Other stages")), tuple(members))
        for name, members in pipelines.items()
    ]


def _lines(value: Any) -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        return tuple(str(one) for one in value)
    return tuple(value.splitlines()) if isinstance(value, str) else ()


def _parts(value: Any) -> tuple[str, str, str]:
    if isinstance(value, Mapping):
        day, month, year = (str(value.get(part) or "") for part in ("day", "month", "year"))
        return day, month, year
    return fields.day_parts(value) if isinstance(value, str) and value else ("", "", "")
