"""What is filled in as soon as another field is chosen, for the writer to keep or to change.

Only an empty field is filled, or one that still holds what was proposed for another choice; and
only by the save that changes the choice, so that what somebody deletes stays deleted.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from goals import words
from goals.words import Message, Reader
from strategy.worksheets import fields, library
from strategy.worksheets.content import Asked, Field, Proposal, catalogue_id

LANGUAGES = ("en", "th", "zh_Hans")


def filled(
    asked: Asked, before: Mapping[str, Any], after: Mapping[str, Any], reader: Reader | str
) -> dict[str, Any]:
    """Return the values of an answer with what its changed choices propose."""
    values = dict(after)
    for one in library.worksheets().sharing(asked.store):
        for field in one.question.fields:
            if not _due(field, before, after):
                continue
            chosen = next((each for each in field.proposals if _holds(each, after)), None)
            values.pop(field.key, None)
            if chosen is not None:
                values[field.key] = _said(chosen.entries, reader)
    return values


def is_proposal(field: Field, value: object) -> bool:
    """Tell whether a field holds what one of its choices proposes, in any language."""
    if not field.proposals or not isinstance(value, list):
        return False
    return tuple(value) in _every(tuple(one.entries for one in field.proposals))


def _due(field: Field, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    keys = {one.field for one in field.proposals}
    if not any(before.get(key) != after.get(key) for key in keys):
        return False
    value = after.get(field.key)
    untouched = value == before.get(field.key)
    return untouched and (fields.empty(value) or is_proposal(field, value))


def _holds(proposal: Proposal, values: Mapping[str, Any]) -> bool:
    return values.get(proposal.field) in proposal.any_of


def _said(entries: Iterable[str], reader: Reader | str) -> list[str]:
    return [words.render(Message(catalogue_id(one)), reader) for one in entries]


@lru_cache(maxsize=64)
def _every(proposed: tuple[tuple[str, ...], ...]) -> frozenset[tuple[str, ...]]:
    return frozenset(
        tuple(_said(entries, language)) for entries in proposed for language in LANGUAGES
    )
