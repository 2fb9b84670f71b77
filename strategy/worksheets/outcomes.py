"""What saving an answer can come to: saved, in conflict with somebody, or not valid yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from goals.words import Message
from strategy.worksheets.content import Field
from strategy.worksheets.display import Shown


@dataclass(frozen=True)
class Saved:
    """What a save came to.

    `changed` is False when the content was the same, which makes no version. `merged` are
    the fields that somebody else had changed and that were kept.
    """

    version: int
    at: datetime
    value: dict[str, Any]
    changed: bool
    merged: tuple[str, ...] = ()


@dataclass(frozen=True)
class Clash:
    """A field that two people changed: both values, and the one that both started from."""

    field: Field
    label: Message
    mine: Any
    theirs: Any
    base: Any
    shown_mine: Shown
    shown_theirs: Shown
    shown_base: Shown


@dataclass(frozen=True)
class Conflict:
    """A save that met another one: nothing is lost, and nothing is decided.

    `version` is the one to name when choosing; saving one's own values with it replaces
    theirs. `saved` are the fields without a clash, which are kept already. `removed` tells
    that the row was removed meanwhile: restore it before saving.
    """

    version: int
    clashes: tuple[Clash, ...]
    by: int | None
    by_name: str | None
    at: datetime
    saved: tuple[str, ...] = ()
    removed: bool = False


@dataclass(frozen=True)
class FieldError:
    """A field that cannot be saved as it is, and what to do about it."""

    field: str
    message: Message


class Invalid(Exception):
    """What was typed cannot be saved; `typed` is all of it, to be shown again."""

    def __init__(self, errors: tuple[FieldError, ...], typed: Mapping[str, Any]) -> None:
        super().__init__(", ".join(one.field for one in errors))
        self.errors = errors
        self.typed = typed

    @property
    def by_field(self) -> dict[str, Message]:
        """Return the messages by field."""
        return {one.field: one.message for one in self.errors}
