"""Files that people sent: where they wait, who takes them, and what is left of them.

A file is a name of its own with a note beside it. Whoever imports it renames it, so that nobody
else does: to `.taken` for the length of a request, to `.queued` until a worker has done it.
"""

import json
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Seconds for which a file waits to be imported.
KEPT_FOR = 2 * 24 * 3600
#: Seconds for which the rows that an import left out can be fetched, and how their files begin.
REJECTS_KEPT_FOR = 30 * 24 * 3600
_REJECTS = "rejects-"
#: How the name of a file ends while it is imported, and seconds after which nobody does any more.
_TAKEN, _TAKEN_FOR = ".taken", 15 * 60
_QUEUED = ".queued"


@dataclass(frozen=True)
class Uploads:
    """The files of one workspace."""

    folder: Path

    @classmethod
    def of(cls, data_dir: Path, workspace_id: int) -> "Uploads":
        """Return the files of a workspace; their folder is made."""
        folder = data_dir / "uploads" / str(workspace_id)
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder)

    def find(self, token: str) -> Path | None:
        """Return a file that waits; the token never leads out of the folder."""
        path = self.folder / token
        return path if re.fullmatch(r"[0-9a-f]{32}", token) and path.exists() else None

    def note(self, token: str, about: dict[str, Any]) -> None:
        """Write down what is known of a file."""
        (self.folder / f"{token}.json").write_text(json.dumps(about))

    def about(self, token: str) -> dict[str, Any]:
        """Return what is known of a file."""
        found: dict[str, Any] = json.loads((self.folder / f"{token}.json").read_text())
        return found

    def state(self, token: str) -> str:
        """Return where a file is: here, taken, abandoned, queued or gone."""
        if re.fullmatch(r"[0-9a-f]{32}", token) is None:
            return "gone"
        if (self.folder / token).exists():
            return "here"
        if self.queued(token).exists():
            return "queued"
        try:
            changed = (self.folder / f"{token}{_TAKEN}").stat().st_mtime
        except FileNotFoundError:
            return "gone"
        return "taken" if changed > time.time() - _TAKEN_FOR else "abandoned"

    def queued(self, token: str) -> Path:
        """Return where a file is while a worker is to import it."""
        return self.folder / f"{token}{_QUEUED}"

    def take(self, token: str, *, queue: bool = False) -> Path | None:
        """Take a file to import it; None where another does, so that none is imported twice."""
        taken = self.folder / f"{token}{_QUEUED if queue else _TAKEN}"
        try:
            (self.folder / token).rename(taken)
        except FileNotFoundError:
            return None
        taken.touch()
        return taken

    def give_back(self, token: str) -> Path:
        """Let a file be looked at and imported again."""
        path = self.folder / token
        for ending in (_TAKEN, _QUEUED):
            with suppress(FileNotFoundError):
                path.with_name(f"{token}{ending}").rename(path)
        return path

    def forget(self, token: str) -> None:
        """Remove a file and all that is beside it."""
        for path in self.folder.glob(f"{token}*"):
            path.unlink(missing_ok=True)

    def forget_old(self) -> None:
        """Remove what was sent and never imported, and rows that were left out long ago."""
        now = time.time()
        queued = {path.stem for path in self.folder.glob(f"*{_QUEUED}")}
        for path in self.folder.iterdir():
            kept_for = REJECTS_KEPT_FOR if path.name.startswith(_REJECTS) else KEPT_FOR
            with suppress(FileNotFoundError):
                if path.stem not in queued and path.stat().st_mtime < now - kept_for:
                    path.unlink(missing_ok=True)

    def keep_rejects(self, path: Path | None, run_id: int) -> None:
        """Keep the rows that an import left out beside its run."""
        if path is not None:
            with suppress(FileNotFoundError):
                path.rename(path.with_name(f"{_REJECTS}{run_id}{path.suffix}"))

    def rejects(self, run_id: int) -> Path | None:
        """Return the file of the rows that a run left out, None where none is kept."""
        return next(self.folder.glob(f"{_REJECTS}{run_id}.*"), None)
