"""The files that were sent, each as a source of its own: its last import, its age, its undo."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath

from sqlmodel import Session, col, select

from app.web import frame, vocabulary
from goals.records import kinds, synonyms
from goals.records.connections import SyncRun
from goals.tracking import freshness
from integrations.files import importing

#: Imports that are looked at; what lies behind them is history.
MOST = 500
#: What tells one sending of a file from the next: dates and numbers of copies, and such words.
_NUMBERS = re.compile(r"[\d_]+")
_SENDING = frozenset(("copy", "final", "new", "latest", "export"))
#: A file is called stale where the goals of a quarter would call its records so.
RHYTHM = timedelta(weeks=1)


@dataclass(frozen=True)
class FileLine:
    """A file as a source: all imports of one kind of record under one name, the newest first."""

    record: str
    imports: Sequence[SyncRun]

    @property
    def last(self) -> SyncRun:
        """Return its latest import that counts."""
        return self.imports[0]

    @property
    def name(self) -> str:
        """Return what the file was called the last time, else what was in it."""
        return self.last.label or vocabulary.records(self.record)

    @property
    def title(self) -> str:
        """Return what its rows are."""
        return vocabulary.records(self.record)

    @property
    def rows(self) -> int:
        """Return how many rows the last import kept."""
        told = self.last.result or {}
        return int(told.get("rows", 0)) - int(told.get("rejected", 0))

    @property
    def is_stale(self) -> bool:
        """Tell whether nothing came for so long that what happens must be missing by now."""
        kind = kinds.KINDS.get(self.record)
        if kind is None or not kind.happens or self.last.finished_at is None:
            return False
        return freshness.is_old(frame.now() - self.last.finished_at, RHYTHM)


def lines(session: Session) -> list[FileLine]:
    """Return the files that count, the latest first."""
    home = importing.home(session)
    if home is None:
        return []
    statement = (
        select(SyncRun)
        .where(
            col(SyncRun.workspace_id) == frame.here().id,
            col(SyncRun.connection_id) == home,
            col(SyncRun.kind) == "import",
            col(SyncRun.status) == "done",
            col(SyncRun.undone_at).is_(None),
        )
        .order_by(col(SyncRun.started_at).desc(), col(SyncRun.id).desc())
        .limit(MOST)
    )
    found: dict[tuple[str, str], list[SyncRun]] = {}
    for run in session.exec(statement):
        found.setdefault((_record(run), stem(run.label or "")), []).append(run)
    return [FileLine(record, runs) for (record, _stem), runs in found.items()]


def line_of(session: Session, run_id: int) -> FileLine | None:
    """Return the file that an import belongs to, None where it does not count."""
    return next(
        (one for one in lines(session) if any(run.id == run_id for run in one.imports)), None
    )


def stem(label: str) -> str:
    """Return what a file is called every time: deals-2026-11 (1).csv is deals."""
    name = PurePath(label.replace("\\", "/")).stem.casefold()
    words = _NUMBERS.sub(" ", synonyms.plain(name)).split()
    return " ".join(one for one in words if one not in _SENDING) or name


def _record(run: SyncRun) -> str:
    return str((run.result or {}).get("record", ""))
