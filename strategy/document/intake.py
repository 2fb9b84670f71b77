"""A strategy from a JSON file, as `exchange` writes it, into the answers of a workspace."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlmodel import Session

from goals.errors import Refusal
from goals.tracking.visibility import Audience
from goals.words import N_
from strategy.document import exchange
from strategy.document.exchange import FORM, Names
from strategy.worksheets import approval, fields, library
from strategy.worksheets import setting as settings
from strategy.worksheets.book import Book, Row
from strategy.worksheets.content import Field

#: More than any strategy that can be written.
MOST_BYTES = 16 * 1024 * 1024
#: A score has the keys of its system and of its need, with a hyphen between them.
_ITEM = re.compile(r"[0-9a-z]+(?:-[0-9a-z]+)?")
LONGEST_ITEM = 64


class _Row(msgspec.Struct):
    item: str = ""
    values: dict[str, str | list[str]] = {}
    examples: list[str] = []
    skipped: list[str] = []


class _File(msgspec.Struct):
    headway_strategy: int
    answers: dict[str, list[_Row]]


@dataclass(frozen=True)
class Taken:
    """What came of a file: how many answers changed, and what in it is not asked here."""

    changed: int
    unknown: tuple[str, ...]


def take_in(
    session: Session,
    content: bytes,
    *,
    by: int | None,
    now: datetime,
    who: Audience = settings.EVERYBODY,
) -> Taken:
    """Make the answers those of a file; what was written before stays in the history.

    Questions and fields that this product does not ask are left out and named; goals are found
    by their names among those that `who` may see. Raises Refusal
    `not_a_strategy` or `strategy_too_long`, and then nothing has changed.
    """
    file = read(content)
    about = settings.of(session, who)
    called = exchange.names(session, about)
    known = dict(exchange.stores())
    unknown = [store for store in file.answers if store not in known]
    rows: dict[str, tuple[Row, ...]] = {}
    for store, given in file.answers.items():
        if store in known:
            _check_rows(store, given)
            unknown += _strange(store, given, known[store])
            rows[store] = tuple(_rows(store, given, known[store], called))
    wanted = Book(rows)
    wanted = Book({store: _cleaned(store, wanted, known[store], about) for store in rows})
    changed = approval.become(session, wanted, by=by, now=now)
    return Taken(changed, tuple(sorted(set(unknown))))


def read(content: bytes) -> _File:
    """Return what a file holds; raises Refusal `not_a_strategy`."""
    if len(content) > MOST_BYTES:
        raise Refusal(
            "strategy_too_long", N_("This file is too long for a strategy."), field="file"
        )
    try:
        file = msgspec.json.decode(content, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _not_a_strategy() from error
    if file.headway_strategy != FORM:
        raise Refusal(
            "not_a_strategy",
            N_("This file comes from another version of Headway that writes them differently."),
            field="file",
            misused=False,
        )
    return file


def _not_a_strategy() -> Refusal:
    return Refusal(
        "not_a_strategy",
        N_("This file is no strategy. Choose one that was downloaded here as JSON."),
        field="file",
        misused=False,
    )


def _check_rows(store: str, given: list[_Row]) -> None:
    repeat = library.worksheets().find(store).question.repeat
    items = [one.item for one in given]
    if repeat is None:
        fine = items == [""] or not items
    else:
        fine = len(items) <= repeat.most and all(_fits(one) for one in items)
    if not fine or len(set(items)) != len(items):
        raise _not_a_strategy()


def _fits(item: str) -> bool:
    return len(item) <= LONGEST_ITEM and _ITEM.fullmatch(item) is not None


def _strange(store: str, given: list[_Row], known: Mapping[str, Field]) -> Iterator[str]:
    for row in given:
        yield from (f"{store}.{key}" for key in row.values if key not in known)


def _rows(
    store: str, given: list[_Row], known: Mapping[str, Field], called: Names
) -> Iterator[Row]:
    sharing = [one.question for one in library.worksheets().sharing(store)]
    asked = {one.key for one in sharing} | {
        f"{one.key}.{field.key}" for one in sharing for field in one.typed
    }
    for position, one in enumerate(given):
        values = {
            key: called.back(known[key], value)
            for key, value in one.values.items()
            if key in known and not fields.empty(value)
        }
        yield Row(
            question=store,
            item=one.item,
            value=values,
            position=position,
            examples=frozenset(key for key in one.examples if key in values),
            skipped=frozenset(key for key in one.skipped if key in asked),
        )


def _cleaned(
    store: str, wanted: Book, known: Mapping[str, Field], about: settings.Setting
) -> tuple[Row, ...]:
    """Return the rows in the form in which answers are kept; raises Refusal for what is too long.

    A value that is not understood here stays as it is, as when it had been typed.
    """
    found = []
    for row in wanted.of(store):
        values: dict[str, Any] = {}
        for key, value in row.value.items():
            one = fields.clean(known[key], value, row.value, about, wanted.all_names)
            if one.problem is not None and one.problem.code == "long":
                raise Refusal(
                    "strategy_too_long",
                    N_("A text in this file is too long: %(place)s."),
                    {"place": f"{store}.{key}"},
                    field="file",
                    misused=False,
                )
            if not fields.empty(one.value):
                values[key] = one.value
        found.append(
            Row(
                question=store,
                item=row.item,
                value=values,
                position=row.position,
                examples=row.examples & values.keys(),
                skipped=row.skipped,
            )
        )
    return tuple(found)
