"""A CSV file as a source: read again whenever it has changed.

Its rows are kept among those of all files, as if somebody had imported it by hand each time, so
that a file of deals can name the owners of another file.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from io import BufferedReader
from pathlib import Path
from typing import Any

from sqlmodel import Session

from goals.errors import Refusal, SourceError
from goals.records import mapping as mappings
from goals.records.connections import SyncRun
from goals.records.source import Check, Cursor
from goals.records.table_source import Store, Taken
from goals.words import N_, Message
from integrations.files import reading, taking
from integrations.files.importing import kind_of
from integrations.terms import Terms


class Source:
    """The file that a connection names, with its mapping if it has one."""

    def __init__(self, terms: Terms) -> None:
        """Take a connection's terms; raises Refusal for a kind of record that there is not."""
        self._kind = kind_of(str(terms.settings["record"]))
        self._path = Path(str(terms.settings["path"]))
        mapping = terms.settings.get("mapping")
        self._mapping = Path(str(mapping)) if mapping else None
        self._clock: Callable[[], datetime] = terms.clock
        self.streams: Sequence[tuple[str, str]] = (("rows", self._kind.name),)

    def check(self) -> list[Check]:
        """Look whether the file and its mapping can be read."""
        return [
            _checked("file", self._head, N_("The file can be read.")),
            _checked("mapping", self._told, N_("The mapping can be read.")),
        ]

    def close(self) -> None:
        """Nothing stays open."""

    @contextmanager
    def reading(self, cursor: Cursor | None) -> Iterator[Store | None]:
        """Open the file unless it is the one that was imported last."""
        place: Cursor = {"digest": self._digest()}
        if cursor == place:
            yield None
            return

        def store(session: Session, run: SyncRun) -> Taken:
            record, told = self._kind.name, self._told()
            return taking.take(session, run, file, record, told, now=self._clock(), cursor=place)

        try:
            with _opened(self._path) as file:
                yield store
        except OSError as error:
            raise _unreadable(self._path, error) from error
        except Refusal as error:
            raise SourceError(error.code, error.message, fix=error.fix, permanent=True) from error

    def _digest(self) -> str:
        found = hashlib.sha256()
        for path in filter(None, (self._mapping, self._path)):
            try:
                with _opened(path) as file:
                    found.update(hashlib.file_digest(file, "sha256").digest())
            except OSError as error:
                raise _unreadable(path, error) from error
        return found.hexdigest()

    def _told(self) -> Any:
        """Return what the mapping file says, None without one."""
        if self._mapping is None:
            return None
        try:
            with _opened(self._mapping) as file:
                told = json.load(file)
        except OSError as error:
            raise _unreadable(self._mapping, error) from error
        except ValueError as error:
            raise SourceError(
                "bad_mapping",
                Message(N_("%(path)s is not JSON."), {"path": str(self._mapping)}),
                fix=Message(N_("Mend the file. The next sync reads it again.")),
                permanent=True,
            ) from error
        mappings.read(told, self._kind.name, self._kind.all_fields())
        return told

    def _head(self) -> None:
        told = self._told() or {}
        try:
            with _opened(self._path) as file:
                reading.open_sheet(file, told.get("format") or {})
        except OSError as error:
            raise _unreadable(self._path, error) from error


def _opened(path: Path) -> BufferedReader:
    """Open a file; a pipe or a device, which may keep a worker waiting for ever, is none."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise SourceError(
            "file_unreadable",
            Message(N_("%(path)s is a pipe or a device, not a file."), {"path": str(path)}),
            fix=Message(N_("Put the file there, or let the worker read it. It is tried again.")),
        )
    return path.open("rb")


def _checked(name: str, look: Callable[[], object], fine: str) -> Check:
    try:
        look()
    except (SourceError, Refusal) as error:
        return Check(name, False, error.message, error.fix)
    return Check(name, True, Message(fine))


def _unreadable(path: Path, error: OSError) -> SourceError:
    return SourceError(
        "file_unreadable",
        Message(
            N_("%(path)s cannot be read: %(reason)s."),
            {"path": str(path), "reason": error.strerror or type(error).__name__},
        ),
        fix=Message(N_("Put the file there, or let the worker read it. It is tried again.")),
    )
