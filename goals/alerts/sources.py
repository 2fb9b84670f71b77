"""Rules about sources: one that fails, and data that have become old; told once for each source.

Not for each goal: a CRM that is down makes many goals stale, and that is one piece of news.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from sqlmodel import Session, col, select

from goals import words, workspace
from goals.alerts import checking, conditions, ruling, stories
from goals.alerts.checking import Subject
from goals.alerts.conditions import Decision
from goals.alerts.rule import AlertRule, AlertStory
from goals.metrics.catalogue import Metric
from goals.records.connections import Connection, SyncRun
from goals.table import workspace_of
from goals.tracking import standing, visibility
from goals.tracking.standing import Standing
from goals.words import N_, Message

SOURCE_KINDS = (("alert", "source"), ("recovery", "source_over"))
STALE_KINDS = (("alert", "stale"), ("recovery", "stale_over"))
#: How a pull may have ended.
FINISHED = ("done", "partial", "failed")


@dataclass(frozen=True)
class Source:
    """What is known of a source: its newest success, and whether its last pull failed.

    `has_failed` is None while no pull is over.
    """

    needs_reconnect: bool
    has_failed: bool | None
    heard_at: datetime


def failing(
    settings: Mapping[str, Any], known: Source, now: datetime, *, is_open: bool
) -> Decision:
    """Return what a rule about failing sources makes of one (pure)."""
    wanted = int(settings["hours"])
    silent = (now - known.heard_at) // timedelta(hours=1)
    facts = {"hours": silent, "wanted": wanted, "heard_at": known.heard_at.isoformat()}
    said = {"hours": words.Hours(Decimal(silent)), "wanted": words.Hours(Decimal(wanted))}
    if known.needs_reconnect:
        why = Message(N_("It must be connected again."))
        return conditions.state("reconnect", why, holds=True, is_open=is_open, **facts)
    if known.has_failed is None:
        return Decision("never_pulled", Message(N_("It has not been pulled yet.")), None, None)
    if not known.has_failed:
        why = Message(N_("Its last pull went well."))
        return conditions.state("well", why, holds=False, is_open=is_open, **facts)
    if silent < wanted and not is_open:
        text = N_("It has failed for %(hours)s; %(wanted)s are needed.")
        return Decision("not_long_enough", Message(text, said), None, False, facts)
    why = Message(N_("It has failed for %(hours)s."), said)
    return conditions.state("failing", why, holds=True, is_open=is_open, **facts)


def check(session: Session, *, now: datetime, today: date) -> int:
    """Evaluate the rules about sources; returns how many messages will be sent.

    The caller commits.
    """
    rules = ruling.active(session, ("failing_source", "stale_data"), now)
    if not rules:
        return 0
    workspace.hold(session)
    queued = 0
    board = standing.board(session, visibility.OWNER)
    sources = _sources(session)
    for rule in rules:
        if rule.kind == "failing_source":
            for one in sources:
                queued += _failing(session, rule, one, board, now, today)
        else:
            queued += _stale(session, rule, sources, board, now, today)
    return queued


def _sources(session: Session) -> list[Connection]:
    statement = select(Connection).where(
        col(Connection.workspace_id) == workspace_of(session),
        col(Connection.removed_at).is_(None),
        col(Connection.is_paused).is_(False),
    )
    return sorted(session.exec(statement), key=lambda one: one.name)


def _failing(
    session: Session,
    rule: AlertRule,
    source: Connection,
    board: list[Standing],
    now: datetime,
    today: date,
) -> int:
    if source.interval is None:
        return 0  # Nobody pulls it, so that it cannot fail.
    subject = Subject(f"source:{source.id}", today, kinds=SOURCE_KINDS)
    story = stories.running(session, rule, subject.key)
    run = _last_run(session, source)
    known = Source(
        source.needs_reconnect,
        None if run is None else run.status == "failed",
        source.last_success_at or source.created_at,
    )
    is_open = story is not None and story.state != "waiting"
    decision = failing(rule.settings, known, now, is_open=is_open)
    error = None if run is None or run.error is None else run.error.get("message")

    def content() -> dict[str, Any]:
        heard = source.last_success_at
        return {
            "source": {
                "id": str(source.id),
                "name": source.name,
                "provider": source.provider,
                "heard_at": None if heard is None else heard.isoformat(),
                "needs_reconnect": source.needs_reconnect,
                "error": error,
                "goals": _resting(board, source),
            }
        }

    return _follow(session, rule, subject, decision, content, story, now)


def _last_run(session: Session, source: Connection) -> SyncRun | None:
    statement = (
        select(SyncRun)
        .where(
            col(SyncRun.workspace_id) == source.workspace_id,
            col(SyncRun.connection_id) == source.id,
            col(SyncRun.kind) == "sync",
            col(SyncRun.status).in_(FINISHED),
        )
        .order_by(col(SyncRun.started_at).desc(), col(SyncRun.id).desc())
    )
    return session.exec(statement).first()


def _resting(board: list[Standing], source: Connection) -> int:
    """Return how many goals rest on a source."""
    return sum(bool(set(one.metric.needs) & set(source.records)) for one in board)


def _stale(
    session: Session,
    rule: AlertRule,
    sources: list[Connection],
    board: list[Standing],
    now: datetime,
    today: date,
) -> int:
    groups: dict[str, list[Standing]] = {}
    for one in board:
        if one.status in ("stale", "source_broken"):
            groups.setdefault(rests_on(one.metric, sources), []).append(one)
    running = {one.subject: one for one in stories.all_running(session, rule)}
    queued = 0
    for key in sorted({*groups, *running}):
        story = running.get(key)
        subject = Subject(key, today, kinds=STALE_KINDS)
        is_open = story is not None and story.state != "waiting"
        found = groups.get(key, [])
        old = [one.evaluation.since for one in found if one.evaluation and one.status == "stale"]
        decision = staleness(rule.settings, old, len(found), today, is_open=is_open)
        names = key.removeprefix("stale:").split(", ")
        since = min((one.evaluation.since for one in found if one.evaluation), default=today)
        content = {
            "stale": {"names": names, "since": since.isoformat(), "goals": len(found)},
        }
        queued += _follow(session, rule, subject, decision, partial(dict, content), story, now)
    return queued


def staleness(
    settings: Mapping[str, Any], old: Sequence[date], goals: int, today: date, *, is_open: bool
) -> Decision:
    """Return what a rule about old data makes of what `goals` rest on (pure).

    `old` has the day since which each of them has been stale; the others' source is broken.
    """
    wanted = int(settings["days"])
    if goals and not old:
        # A broken source says nothing of how old its data are.
        return Decision("broken", Message(N_("The source is broken.")), None, None)
    days = (today - min(old)).days + 1 if old else 0
    facts = {"days": days, "wanted": wanted, "goals": goals}
    said = {"days": words.Days(Decimal(days)), "wanted": words.Days(Decimal(wanted))}
    if not old:
        why = Message(N_("The data are fresh again."))
        return conditions.state("fresh", why, holds=False, is_open=is_open, **facts)
    if days < wanted and not is_open:
        text = N_("The data have been old for %(days)s; %(wanted)s are needed.")
        return Decision("not_long_enough", Message(text, said), None, False, facts)
    why = Message(N_("The data have been old for %(days)s."), said)
    return conditions.state("stale", why, holds=True, is_open=is_open, **facts)


def rests_on(metric: Metric, sources: Sequence[Connection]) -> str:
    """Return the key of what a metric's number comes from: its sources, else its name."""
    needed = set(metric.needs)
    names = [source.name for source in sources if needed & set(source.records)]
    return f"stale:{', '.join(names) or words.render(metric.name, 'en')}"


def _follow(
    session: Session,
    rule: AlertRule,
    subject: Subject,
    decision: Decision,
    content: Callable[[], dict[str, Any]],
    story: AlertStory | None,
    now: datetime,
) -> int:
    # One message for each beginning and end: their instant makes the key of a kind.
    ref = f"r{rule.id}:{subject.key}:{now.isoformat()}"
    return checking.follow(session, rule, subject, decision, content, ref, now=now, story=story)
