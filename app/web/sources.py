"""How a connection does, as its page and the list of them show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from app import queue
from app.due import Due
from app.web import frame, texts, vocabulary
from app.web.texts import gettext as _
from goals import words
from goals.metrics import catalogue
from goals.records import undo
from goals.records.connections import Connection, SyncRun
from goals.tracking import freshness
from integrations import crm, removing
from integrations import runs as syncs

#: Runs shown on a page.
LATEST = 25
#: A file that was begun so long ago is not brought in any more.
DEAD = timedelta(days=1)


@dataclass(frozen=True)
class Progress:
    """How far a run is: what it reads, how many so far, of how many (None: nobody knows)."""

    record: str
    read: int
    total: int | None

    @property
    def share(self) -> int | None:
        """Return how much of the stream is read, in percent."""
        return min(self.read * 100 // self.total, 100) if self.total else None

    @property
    def text(self) -> str:
        """Return how far it is in words."""
        names = {"read": texts.written(self.read), "records": self.record}
        if self.total is not None and self.total >= self.read:
            return _(
                "%(read)s of about %(total)s %(records)s",
                total=texts.written(self.total),
                **names,
            )
        return _("%(read)s %(records)s so far", **names)


@dataclass(frozen=True)
class Card:
    """A connection with its last finished run, the running one and when it is due next.

    `is_due` tells that it is due and no worker has come to it yet, `failed` how many pulls in a
    row failed by now. `moving` is the run that takes its records away or brings them back, None
    when none does. `before` are the runs before the running one, the newest first.
    """

    connection: Connection
    title: str
    last: SyncRun | None
    running: SyncRun | None
    next_at: datetime | None
    is_due: bool = False
    failed: int = 0
    moving: SyncRun | None = None
    before: Sequence[SyncRun] = ()

    @property
    def told(self) -> list[str]:
        """Return what was not read, kept or taken away, and why it is tried less often."""
        slow = syncs.slower(self.failed)
        found = notes(self.last) if self.last is not None else []
        return list(dict.fromkeys([*found, *([texts.say(slow)] if slow else [])]))

    @property
    def state(self) -> str:
        """Return one of never, working, failing, reconnect, waiting, off, removed."""
        if self.connection.removed_at is not None:
            return "removed"
        if self.connection.is_paused:
            return "off"
        if self.connection.needs_reconnect:
            return "reconnect"
        if self.last is None:
            # What came in by hand or in files was no run of its own.
            return "never" if self.connection.last_success_at is None else "working"
        if self.last.status == "waiting":
            return "waiting"
        if self.last.status in ("failed", "partial"):
            return "failing"
        return "working"

    @property
    def is_stale(self) -> bool:
        """Tell whether a source that is read by itself has been silent for too long."""
        connection = self.connection
        if connection.interval is None or connection.last_success_at is None:
            return False
        return frame.now() - connection.last_success_at > freshness.patience(connection.interval)

    @property
    def changes_soon(self) -> bool:
        """Tell whether the page should look again soon by itself."""
        if self.running is not None or self.moving is not None:
            return True
        return self.is_due and self.state not in ("off", "removed")

    @property
    def moved(self) -> tuple[str, int] | None:
        """Return how far records are taken away, or brought back, in words and in percent.

        None when nothing of that is under way.
        """
        if self.moving is None:
            return None
        total = (self.moving.result or {}).get("total", 0)
        done = sum(one["read"] for one in self.moving.streams)
        total = max(total, done)
        far = {"done": texts.written(done), "total": texts.written(total)}
        if self.moving.label == removing.BACK:
            text = _("%(done)s of about %(total)s records are brought back", **far)
        else:
            text = _("%(done)s of about %(total)s records are taken away", **far)
        return text, done * 100 // total if total else 100

    @property
    def progress(self) -> Progress | None:
        """Return how far the running run is, None while it has said nothing."""
        if self.running is None or not self.running.streams:
            return None
        back = (self.running.result or {}).get(undo.UNDOING)
        if back is not None:
            return Progress(_("rows taken back"), back["seen"], back["total"])
        last: dict[str, Any] = self.running.streams[-1]
        read, total = last["read"], last.get("total")
        if total is None:
            read, total = _together(last, self.before)
        return Progress(vocabulary.records(last["record"]), read, total)


def card(session: Session, connection: Connection) -> Card:
    """Return how a connection does."""
    found = runs(session, connection.id)
    pulls = [one for one in found if one.label is None or one.kind != "manual"]
    due = session.exec(
        select(Due).where(
            col(Due.workspace_id) == frame.here().id,
            col(Due.task) == "sync",
            col(Due.subject) == str(connection.id),
        )
    ).first()
    running = pulls[0] if pulls and pulls[0].status == "running" else None
    if running is not None and not _is_alive(running, due):
        running = None
    provider = crm.PROVIDERS.get(connection.provider)
    pulled = due is not None and connection.interval is not None
    next_at = due.due_at if due is not None and pulled else None
    return Card(
        connection,
        _(provider.title) if provider is not None else _("Files"),
        _last(connection, pulls, running),
        running,
        next_at,
        is_due=next_at is not None and next_at <= frame.now() and running is None,
        failed=syncs.failed_in_row(session, connection.id),
        moving=removing.going(session, connection.id),
        before=pulls[1:],
    )


def _is_alive(run: SyncRun, due: Due | None) -> bool:
    """Tell whether a worker is at a run that has not ended; what waits in a file has time."""
    if run.kind == "sync":
        return queue.is_held(due, frame.now())
    return frame.now() - run.started_at <= DEAD


def _last(
    connection: Connection, pulls: Sequence[SyncRun], running: SyncRun | None
) -> SyncRun | None:
    """Return the last run that ended and still says something.

    One that was killed says nothing once another goes on; two that were killed in a row do, for
    something kills them. One that was not let in says nothing once somebody has signed in anew, one
    that ended with its connection nothing once that is back.
    """
    ended = [one for one in pulls if one.status != "running"]
    codes = [_code(one) for one in ended[:2]]
    if running is not None and codes[:1] == ["interrupted"] and codes[1:] != ["interrupted"]:
        ended = ended[1:]
    if ended and syncs.is_signed_out(ended[0]) and not connection.needs_reconnect:
        ended = ended[1:]
    if ended and _code(ended[0]) == "removed" and connection.removed_at is None:
        ended = ended[1:]
    return ended[0] if ended else None


def _code(run: SyncRun) -> str | None:
    return (run.error or {}).get("code")


def _together(stream: dict[str, Any], before: Sequence[SyncRun]) -> tuple[int, int | None]:
    """Return how far a stream is with the runs that it goes on from, and of how many rows.

    Where it goes on, a source does not say again how many there are in all.
    """
    read, total = stream["read"], None
    for run in before:
        if run.kind != "sync" or run.status == "done":
            break
        if not run.streams:
            continue
        last = run.streams[-1]
        if last.get("stream") != stream.get("stream"):
            break
        read += last["read"]
        total = last.get("total")
        if total is not None:
            break
    return (stream["read"], None) if total is None else (read, total)


def runs(session: Session, connection_id: int | None = None) -> list[SyncRun]:
    """Return the latest runs, of one connection or of all, the newest first."""
    statement = (
        select(SyncRun)
        .where(col(SyncRun.workspace_id) == frame.here().id)
        .order_by(col(SyncRun.started_at).desc(), col(SyncRun.id).desc())
        .limit(LATEST)
    )
    if connection_id is not None:
        statement = statement.where(col(SyncRun.connection_id) == connection_id)
    return list(session.exec(statement))


def notes(run: SyncRun) -> list[str]:
    """Return what a run did not read, keep or take away, and why, each once."""
    kept = [one[name] for one in run.streams for name in syncs.NOTES if one.get(name)]
    kept += [reason for one in run.streams for reason in one.get("reasons", ())]
    return list(dict.fromkeys(texts.say(words.from_json(one)) for one in kept))


def named(run: SyncRun) -> str:
    """Return what a run is called beside its connection: its file, or the number entered."""
    label = run.label or ""
    if run.kind != "manual":
        return label
    record = (run.result or {}).get("record")
    if record == "stage":
        return _("What stages mean")
    if record == removing.RUN:
        return _("Removed with its records")
    if record == removing.BACK:
        return _("Records brought back")
    if record == "rate":
        return _("Rate of %(currency)s", currency=label)
    if record == "holiday":
        return _("Holidays: %(name)s", name=label)
    metric = catalogue.METRICS.get(label)
    return label if metric is None else texts.say(metric.name)


def said(run: SyncRun) -> str:
    """Return a run's error in words with what to do, "" where there was none."""
    if not run.error:
        return ""
    message = texts.say(words.from_json(run.error["message"]))
    fix = run.error.get("fix")
    told = [message, texts.say(words.from_json(fix)) if fix else ""]
    if run.status == "waiting" and run.resume_after is not None:
        told.append(_("It goes on at %(at)s.", at=texts.instant(run.resume_after)))
    return " ".join(filter(None, told))
