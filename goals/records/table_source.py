"""The port for a source that is one table: its rows refer to each other and come in together."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from sqlmodel import Session

from goals.records.connections import SyncRun
from goals.records.source import Check, Cursor
from goals.words import Message


@dataclass(frozen=True)
class Taken:
    """What became of the rows of a table, and how to know that table again.

    `reasons` says why rows were left out, or what is in doubt; `held` why rows that are not told of
    any more were kept all the same, None: none were.
    """

    read: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    cursor: Cursor
    reasons: Sequence[Message] = field(default=())
    deleted: int = 0
    held: Message | None = None


#: Stores the rows of a table that was read, for a run.
Store = Callable[[Session, SyncRun], Taken]


@runtime_checkable
class TableSource(Protocol):
    """A system that is one table, whose rows are taken in one transaction or not at all."""

    #: The one stream and the kind of record that it delivers.
    streams: Sequence[tuple[str, str]]

    def check(self) -> list[Check]:
        """Look at everything a sync needs; never raises for what it finds."""

    def reading(self, cursor: Cursor | None) -> AbstractContextManager[Store | None]:
        """Read the table, and give what stores its rows; None when it is as the cursor knows it.

        Reading may take long and touches nothing of ours, so nothing of ours is held meanwhile.
        Reading and storing raise goals.errors.SourceError, and then nothing is to be kept. Where
        reading ended early and can go on from there, that is raised when the block ends.
        """

    def close(self) -> None:
        """Let go of what was opened."""
