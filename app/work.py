"""The work itself: pull a source, review goals, deliver messages, each for one workspace."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlmodel import Session, col, select

from app import asides, file_work, leases, queue, rebuilding, workers
from app.queue import Claim
from app.wiring import Wiring
from goals import workspace
from goals.alerts import delivery, digests, keeping, renewing, sources, waking
from goals.alerts.whole import Whole
from goals.errors import Refusal
from goals.records.connections import Connection
from goals.table import workspace_of
from goals.tracking import status
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal
from integrations import removing, sync
from integrations.connections import Begin
from integrations.files import importing, worked
from integrations.runs import NEVER
from integrations.slack import backlog, home, links

log = structlog.get_logger()

#: One kind of work in a workspace, by a worker, at a clock (None: the real one).
Run = Callable[[Wiring, int, str, Callable[[], datetime] | None], int]

#: The day's review comes this long after local midnight, so that late syncs are in.
AFTER_MIDNIGHT = timedelta(minutes=10)
#: Nothing is put off for longer: a vendor's day, the next local day.
LONGEST_WAIT = timedelta(hours=26)


def plan(session: Session, now: datetime) -> None:
    """Make sure that everything recurring is on the list: each connection and the review."""
    here = workspace_of(session)
    statement = select(Connection).where(
        col(Connection.workspace_id) == here, col(Connection.interval).is_not(None)
    )
    for connection in session.exec(statement):
        if connection.is_paused or connection.needs_reconnect:
            # Records that are being brought back need no sign-in.
            if removing.going(session, connection.id) is None:
                queue.cancel(session, "sync", str(connection.id))
        else:
            wait = max(LONGEST_WAIT, timedelta(minutes=connection.interval or 0))
            queue.ensure(session, "sync", str(connection.id), now, now + 2 * wait)
    queue.ensure(session, "review", "", now, now + 2 * LONGEST_WAIT)


def latest(connection: Connection, now: datetime) -> datetime:
    """Return when a connection is due at the latest by its interval."""
    return now + timedelta(minutes=connection.interval or 0)


def next_review(session: Session, now: datetime) -> datetime:
    """Return when the review of the next local day is due."""
    here = workspace.of(session)
    tomorrow = here.local_day(now) + timedelta(days=1)
    midnight = datetime.combine(tomorrow, datetime.min.time(), ZoneInfo(here.zone))
    return midnight.astimezone(UTC) + AFTER_MIDNIGHT


def run_due(
    wiring: Wiring,
    worker: str,
    clock: Callable[[], datetime] | None = None,
    only: int | None = None,
) -> int:
    """Do everything that is due in every workspace (or in one), once; returns how much it was."""
    done = 0
    for workspace_id in wiring.database.workspaces() if only is None else [only]:
        done += run_files(wiring, workspace_id, worker, clock)
        done += run_syncs(wiring, workspace_id, worker, clock)
        done += run_reviews(wiring, workspace_id, worker, clock)
        done += run_deliveries(wiring, workspace_id, worker, clock)
        done += run_answers(wiring, workspace_id, worker, clock)
    return done


def run_syncs(
    wiring: Wiring, workspace_id: int, worker: str, clock: Callable[[], datetime] | None = None
) -> int:
    """Pull every connection of a workspace that is due, each once.

    With a clock of its own (a command that acts on another day) everything is due.
    """
    tell = clock or wiring.clock
    begin = wiring.database.begin(workspace_id)
    with begin() as session:
        plan(session, tell())
        files = queue.listed(session, "sync", str(importing.home(session) or ""))
    # What people sent in files has a tick of its own.
    others = [] if files is None else [files]
    done: list[int] = []
    while True:
        with begin() as session:
            due_by = datetime.max.replace(tzinfo=UTC) if clock is not None else tell()
            now, but = wiring.clock(), [*others, *done]
            claim = queue.claim(
                session, worker=worker, now=now, task="sync", due_by=due_by, but=but
            )
        if claim is None:
            return len(done)
        done.append(claim.id)
        with suppress(Exception):  # Logged and put off; the other connections go on.
            with begin() as session:
                is_going = removing.going(session, int(claim.subject)) is not None
            (_move if is_going else _sync)(wiring, workspace_id, claim, tell)


def run_files(
    wiring: Wiring, workspace_id: int, worker: str, clock: Callable[[], datetime] | None = None
) -> int:
    """Bring in the long files that people sent to a workspace, or take their records away."""
    tell = clock or wiring.clock
    begin = wiring.database.begin(workspace_id)
    with begin() as session:
        home = importing.home(session)
        if home is None or queue.listed(session, "sync", str(home)) is None:
            return 0
        if worked.waiting(session) is not None:
            queue.ensure(session, "sync", str(home), tell(), tell() + LONGEST_WAIT)
        due_by = datetime.max.replace(tzinfo=UTC) if clock is not None else tell()
        now = wiring.clock()
        claim = queue.claim(
            session, worker=worker, now=now, task="sync", subject=str(home), due_by=due_by
        )
        is_going = removing.going(session, home) is not None
    if claim is None:
        return 0
    if is_going:
        _move(wiring, workspace_id, claim, tell)
        return 1
    try:
        done = file_work.bring_all(
            wiring, workspace_id, claim, tell, leases.alive(wiring, begin, claim)
        )
        with begin() as session:
            # What was sent meanwhile is due at another instant, and stays so.
            queue.done(session, claim, tell() + NEVER)
    except leases.LeaseLost:
        log.warning("lease_lost", connection=claim.subject)
    except Exception as error:
        log.exception("import_stopped", connection=claim.subject)
        with begin() as session:
            queue.failed(session, claim, tell(), type(error).__name__)
    else:
        return done
    return 0


def sync_now(
    wiring: Wiring,
    workspace_id: int,
    connection_id: int,
    *,
    full: bool = False,
    believe: bool = False,
    clock: Callable[[], datetime] | None = None,
) -> sync.Run | None:
    """Pull one connection whether it is due or not; None while another worker pulls it."""
    tell = clock or wiring.clock
    begin = wiring.database.begin(workspace_id)
    with begin() as session:
        queue.ensure(session, "sync", str(connection_id), tell())
    with begin() as session:
        claim = queue.claim(
            session,
            worker=workers.name(),
            now=wiring.clock(),
            task="sync",
            subject=str(connection_id),
        )
    if claim is None:
        return None
    try:
        _moved(wiring, begin, claim, tell)
        return _sync(wiring, workspace_id, claim, tell, full=full, believe=believe)
    except leases.LeaseLost:
        return None


def _move(wiring: Wiring, workspace_id: int, claim: Claim, clock: Callable[[], datetime]) -> None:
    """Take the records of a removed connection away or bring them back; no more is due then."""
    begin = wiring.database.begin(workspace_id)
    try:
        _moved(wiring, begin, claim, clock)
        with begin() as session:
            if queue.keep(session, claim, wiring.clock()):
                queue.cancel(session, "sync", claim.subject)
            plan(session, clock())
    except leases.LeaseLost:
        log.warning("lease_lost", connection=claim.subject)
    except Exception as error:
        log.exception("removal_failed", connection=claim.subject)
        with begin() as session:
            queue.failed(session, claim, clock(), type(error).__name__)


def _moved(wiring: Wiring, begin: Begin, claim: Claim, clock: Callable[[], datetime]) -> None:
    """Do what is left of a removal or a return, and count and review anew where there was any."""
    with begin() as session:
        if removing.going(session, int(claim.subject)) is None:
            return
    alive = leases.alive(wiring, begin, claim)
    removing.go_on(begin, int(claim.subject), clock=clock, alive=alive)
    rebuilding.count_in_turns(begin, clock, alive)
    with begin() as session:
        queue.schedule(session, "review", "", clock())


def _sync(
    wiring: Wiring,
    workspace_id: int,
    claim: Claim,
    clock: Callable[[], datetime],
    *,
    full: bool = False,
    believe: bool = False,
) -> sync.Run:
    begin = wiring.database.begin(workspace_id)
    try:
        run = sync.pull(
            begin,
            int(claim.subject),
            vault=wiring.vault,
            clock=clock,
            alive=leases.alive(wiring, begin, claim),
            full=full,
            believe=believe,
            allow_private=wiring.settings.allow_private_sources,
            allow_commands=wiring.settings.allow_commands,
        )
        if run.changed_records:
            rebuilding.count_in_turns(begin, clock, leases.alive(wiring, begin, claim))
        else:
            rebuilding.count_marked(begin, leases.alive(wiring, begin, claim))
    except leases.LeaseLost:
        # Another worker took over and goes on from the last portion that was stored.
        log.warning("lease_lost", connection=claim.subject)
        raise
    except Exception as error:
        log.exception("sync_failed", connection=claim.subject)
        with begin() as session:
            queue.failed(session, claim, clock(), type(error).__name__)
        raise
    with begin() as session:
        now = clock()
        queue.done(session, claim, run.next_at(now))
        asides.beside(session, now, workspace.of(session).local_day(now), sources.check)
        if _calls_for_review(session, run, int(claim.subject)):
            queue.schedule(session, "review", "", now)
    return run


def _calls_for_review(session: Session, run: sync.Run, connection_id: int) -> bool:
    """Tell whether a pull may change a status: by its records, or by the state of its source."""
    if run.changed_records:
        return True
    if run.error is not None:
        pulled = session.get(Connection, (workspace_of(session), connection_id))
        return pulled is not None and pulled.needs_reconnect
    waiting = (
        select(Goal.id)
        .join(
            Evaluation,
            (col(Evaluation.workspace_id) == col(Goal.workspace_id))
            & (col(Evaluation.id) == col(Goal.evaluation_id)),
        )
        .where(
            col(Goal.workspace_id) == workspace_of(session),
            col(Goal.archived_at).is_(None),
            col(Evaluation.status).in_(status.PLUMBING),
        )
    )
    return session.exec(waiting.limit(1)).first() is not None


def run_reviews(
    wiring: Wiring, workspace_id: int, worker: str, clock: Callable[[], datetime] | None = None
) -> int:
    """Review a workspace's goals if that is due; what follows for a goal is one commit with it.

    What is marked is counted before. All is done in portions, so that nobody waits long for the
    database.
    """
    tell = clock or wiring.clock
    begin = wiring.database.begin(workspace_id)
    with begin() as session:
        due_by = datetime.max.replace(tzinfo=UTC) if clock is not None else tell()
        claim = queue.claim(
            session, worker=worker, now=wiring.clock(), task="review", due_by=due_by
        )
    if claim is None:
        return 0
    alive = leases.alive(wiring, begin, claim)
    try:
        now = tell()
        rebuilding.count_marked(begin, alive)
        with begin() as session:
            today = workspace.of(session).local_day(now)
            whole = Whole.begin(session, now=now, today=today)
        whole.go_on(begin, _not_reviewed, alive)
        with begin() as session:
            whole.end(session)
            asides.once_a_day(session, now, today)
            queue.done(session, claim, next_review(session, now))
    except leases.LeaseLost:
        log.warning("lease_lost", workspace=workspace_id)
    except Exception as error:
        log.exception("review_failed", workspace=workspace_id)
        with begin() as session:
            queue.failed(session, claim, tell(), type(error).__name__)
    return 1


def _not_reviewed(goal: Goal, error: Exception) -> None:
    if isinstance(error, Refusal):
        # Such as a goal that somebody reviewed for a later day: its time will come.
        log.warning("goal_not_reviewed", goal=goal.id, code=error.code)
    else:
        log.error("goal_not_reviewed", goal=goal.id, exc_info=error)


def run_deliveries(
    wiring: Wiring, workspace_id: int, worker: str, clock: Callable[[], datetime] | None = None
) -> int:
    """Send the messages of a workspace that are due, after those that become so by the clock."""
    tell = clock or wiring.clock
    begin = wiring.database.begin(workspace_id)
    with begin() as session:
        now = tell()
        if waking.is_due(session, now):
            waking.wake(session, now)
        digests.make(session, now)
        renewing.renew(session, now)
        keeping.keep(session, links.linked, now)
    with begin() as session:
        channel = wiring.alert_channel(session, tell)
    arrived = delivery.deliver(begin, channel, worker=worker, clock=tell)
    home.publish_due(replace(wiring.slack, clock=tell), workspace_id)
    return arrived


def run_answers(
    wiring: Wiring, workspace_id: int, worker: str, clock: Callable[[], datetime] | None = None
) -> int:
    """Answer in Slack what is owed there and no other process is at, whatever day is told."""
    if not backlog.is_any(wiring.slack):
        return 0
    return wiring.slack_bot.work_off(workspace_id)


#: The kinds of work that the clockwork looks for, in the order in which one leads to the next.
KINDS: dict[str, Run] = {
    "files": run_files,
    "sync": run_syncs,
    "review": run_reviews,
    "deliver": run_deliveries,
    "answer": run_answers,
}
