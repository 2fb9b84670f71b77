"""What a program told in one run: records by stream, the last state and what went wrong."""

import csv
import io
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from goals.errors import SourceError
from integrations.crm.singer import messages
from integrations.files import taking


@dataclass
class Stream:
    """The records of one stream as JSON lines in a file, and the names that they have."""

    file: BinaryIO
    names: dict[str, None] = field(default_factory=dict)
    rows: int = 0
    #: The versions that its records have, and the one that the stream is now; None: not told.
    versions: set[int | str | None] = field(default_factory=set)
    active: int | str | None = None

    def add(self, values: dict[str, Any], version: int | str | None) -> None:
        """Keep a record."""
        self.names |= dict.fromkeys(values)
        self.versions.add(version)
        self.rows += 1
        self.file.write(json.dumps(values).encode() + b"\n")

    def told(self) -> list[int | str]:
        """Return the versions that are told of, of records or of the stream."""
        return [one for one in {*self.versions, self.active} if one is not None]

    def is_whole(self) -> bool:
        """Tell whether it has become a version and every record is of that."""
        return self.active is not None and self.versions <= {self.active}

    def write(self, target: BinaryIO) -> None:
        """Write the records as a table of text."""
        names = list(self.names)
        text = io.TextIOWrapper(target, "utf-8", newline="", write_through=True)
        writer = csv.writer(text)
        writer.writerow(names)
        self.file.seek(0)
        for line in self.file:
            values = json.loads(line)
            writer.writerow(taking.cells([values.get(one) for one in names]))
        text.detach()
        target.seek(0)


@dataclass
class Told:
    """What a program wrote."""

    streams: dict[str, Stream] = field(default_factory=dict)
    state: Any = None
    parts: dict[str, Any] = field(default_factory=dict)
    rejected: int = 0
    #: The first line that is no message, None while all are.
    unlike: bytes | None = None
    is_told: bool = False
    #: Why it did not come to its end, None where it did.
    cut: SourceError | None = None

    def place(self, before: Any) -> Any:
        """Return where to go on from, None for the beginning; `before` is where it began."""
        return messages.together(before, self.parts) if self.parts else self.state

    def versions(self, before: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """Return the versions that each stream was last told of; None where none ever were.

        `before` is what an earlier run returned.
        """
        found = {name: one.told() for name, one in self.streams.items()}
        return {**(before or {}), **found} if before is not None or any(found.values()) else None

    def stream(self, name: str, stack: ExitStack) -> Stream:
        """Return a stream, which is begun when it is told of first."""
        if name not in self.streams:
            self.streams[name] = Stream(stack.enter_context(spool()))
        return self.streams[name]


@contextmanager
def spool() -> Iterator[BinaryIO]:
    """Open a file that is gone when the block ends."""
    with tempfile.TemporaryFile() as file:
        yield file
