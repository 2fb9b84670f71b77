"""What arrived while the database was held: files beside it, until somebody puts them in.

SQLite has one writer at a time, and a sync or a review may hold it for longer than Slack should
wait. A file is there at once, and stays when the process is killed, like what SQLite commits.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import structlog

from goals.table import new_id
from integrations.slack import envelope
from integrations.slack.envelope import Envelope
from integrations.slack.turns import Turn

log = structlog.get_logger()

_DONE, _DAMAGED = ".json", ".damaged"


@dataclass(frozen=True)
class Spooled:
    """A delivery that arrived at an instant, when it has its turn, and its file.

    `number` grows with each that arrives.
    """

    envelope: Envelope
    turn: Turn
    at: datetime
    number: int
    file: Path


def put(folder: Path, arrived: Envelope, turn: Turn, at: datetime) -> None:
    """Keep a delivery; once more is the same as once. Raises OSError where it cannot be kept."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = hashlib.sha256((arrived.key or "").encode()).hexdigest()
    text = json.dumps(
        {"payload": arrived.kept, "turn": asdict(turn), "at": at.isoformat(), "number": new_id()}
    )
    part = folder / f"{name}.{secrets.token_hex(8)}.part"
    part.touch(mode=0o600)
    part.write_text(text)
    part.replace(folder / f"{name}{_DONE}")


def is_any(folder: Path | None) -> bool:
    """Tell whether a delivery waits to be put into the database."""
    return next(iter(_files(folder)), None) is not None


def found(folder: Path | None) -> list[Spooled]:
    """Return the deliveries that wait, the oldest first."""
    waiting = []
    for file in _files(folder):
        try:
            waiting.append(_read(file))
        except FileNotFoundError:
            continue  # Another process has put it in.
        except (ValueError, KeyError, TypeError, AttributeError):
            # As a power cut leaves them: what cannot be read must not keep others waiting.
            log.warning("slack_delivery_damaged", file=file.name)
            with suppress(FileNotFoundError):
                file.replace(file.with_suffix(_DAMAGED))
    return sorted(waiting, key=lambda one: (one.at, one.number))


def _read(file: Path) -> Spooled:
    told = json.loads(file.read_text())
    arrived = envelope.envelope(told["payload"])
    at = datetime.fromisoformat(told["at"])
    return Spooled(arrived, Turn(**told["turn"]), at, told["number"], file)


def drop(waiting: Iterable[Spooled]) -> None:
    """Forget deliveries that are in the database."""
    for one in waiting:
        one.file.unlink(missing_ok=True)


def _files(folder: Path | None) -> Iterable[Path]:
    return () if folder is None or not folder.is_dir() else folder.glob(f"*{_DONE}")
