"""When Slack was last heard of by each way in: what the set-up page goes by."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from app.accounts.tables import Setting
from app.wiring import Wiring

#: Ways in: requests that Slack signed, and the connection that we open.
SIGNED, SOCKET = "signed", "socket"
#: Seconds between two notes of one process.
EVERY = 30.0
#: A connection of which nothing was heard for longer is over.
QUIET = timedelta(seconds=100)


@dataclass(frozen=True)
class Heard:
    """When something last came by each way; None for never."""

    signed_at: datetime | None = None
    socket_at: datetime | None = None

    def is_connected(self, now: datetime) -> bool:
        """Tell whether a process holds a connection to Slack."""
        return self.socket_at is not None and now - self.socket_at < QUIET


def note(wiring: Wiring, way: str) -> None:
    """Take note that Slack was heard of by a way, now and then only."""
    recent, now = wiring.slack.recent, time.monotonic()
    if now - recent.get(f"heard:{way}", -EVERY) < EVERY:
        return
    recent[f"heard:{way}"] = now
    try:
        with wiring.database.system() as session:
            row = session.get(Setting, _name(way)) or Setting(name=_name(way))
            row.value = wiring.clock().isoformat()
            session.add(row)
    except IntegrityError:
        return  # Another process noted the first at the same moment.


def heard(wiring: Wiring) -> Heard:
    """Return when Slack was last heard of."""
    with wiring.database.system() as session:
        found = [session.get(Setting, _name(way)) for way in (SIGNED, SOCKET)]
        return Heard(*(datetime.fromisoformat(one.value) if one else None for one in found))


def _name(way: str) -> str:
    return f"slack_heard:{way}"
