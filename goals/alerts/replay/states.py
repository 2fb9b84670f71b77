"""The past of rules about a state: sources that fail, old data, check-ins that nobody made.

A state begins and is over; whether telling of it was right has no label. What is looked at is what
is kept of each time: pulls as they ended, statuses as they were said, check-ins by when they were
written. Each moment is judged by the step by which it is judged live.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlmodel import Session, col, select

from goals import workspace
from goals.alerts import course, missed, sources
from goals.alerts.conditions import Decision
from goals.alerts.replay.walk import Look, Sent, Stories
from goals.alerts.rules import Telling
from goals.alerts.sources import Source
from goals.calendar import DAY
from goals.metrics import library
from goals.records.connections import SIGNED_OUT, Connection, SyncRun
from goals.table import workspace_of
from goals.tracking import cadence, rhythm
from goals.tracking.checkins.reading import LATEST
from goals.tracking.checkins.table import Checkin
from goals.tracking.past_days import Past
from goals.workspace import Workspace

#: Kinds of rule that look at a state, and what they look at.
KINDS = frozenset(("stale_data", "failing_source", "missed_checkin"))
#: The next instant after the end of a day begins the next one.
TICK = timedelta(microseconds=1)

Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Moment:
    """An instant at which a subject is looked at.

    `word` tells one state from the next; `decide` is what a rule makes of it, given whether a
    story runs and what that told last. It returns None where there is nothing to look at.
    """

    at: datetime
    day: date
    word: str
    decide: Callable[[bool, str], Decision | None]

    @property
    def holds(self) -> bool:
        """Tell whether what the rule looks for is so, or may be: what is not known ends nothing."""
        found = self.decide(True, self.word)
        return found is not None and found.holds is not False


@dataclass(frozen=True)
class Subject:
    """What a rule looks at, by its key: its name, its goal (None: none), its past in order."""

    key: str
    name: str
    goal_id: int | None
    moments: Sequence[Moment]

    def looks(self) -> Iterator[Look]:
        """Yield the looks of a rule at this subject."""
        for moment in self.moments:
            yield Look(moment.at, self.key, partial(self._tells, moment))

    def _tells(self, moment: Moment, book: Stories) -> Telling | None:
        story = book.running.get(self.key)
        is_open = story is not None and story.state != "waiting"
        decision = moment.decide(is_open, story.word if story is not None else "")
        if decision is None:
            if story is not None:
                book.close(story, moment.at)
            return None
        done = course.follow(
            book, decision, story, self.key, word=moment.word, now=moment.at, today=moment.day
        )
        return done.telling

    def ended(self, sent: Sent) -> date | None:
        """Return the day on which what a message told of was over, None where it was not."""
        after = [one for one in self.moments if one.at > sent.decided]
        word = next(one.word for one in reversed(self.moments) if one.at <= sent.decided)
        return next((one.day for one in after if not one.holds or one.word != word), None)


def subjects(
    session: Session, kind: str, settings: Settings, pasts: Sequence[Past], until: datetime
) -> list[Subject]:
    """Return all that a rule of a kind looks at, with its past up to an instant."""
    here = workspace.of(session)
    if kind == "failing_source":
        return [_source(session, one, settings, here, until) for one in _pulled(session)]
    if kind == "stale_data":
        return _stale(session, settings, pasts, here, until)
    checkins = _checkins(session)
    return [
        _owed(one, checkins.get(one.goal.id, ()), here, until)
        for one in pasts
        if one.goal.cadence != "none"
    ]


def _pulled(session: Session) -> list[Connection]:
    statement = select(Connection).where(
        col(Connection.workspace_id) == workspace_of(session), col(Connection.interval).is_not(None)
    )
    return sorted(session.exec(statement), key=lambda one: one.name)


def _source(
    session: Session, source: Connection, settings: Settings, here: Workspace, until: datetime
) -> Subject:
    """Return a source with its pulls as they ended, and the instant at which each lasted enough."""
    statement = (
        select(SyncRun)
        .where(
            col(SyncRun.workspace_id) == source.workspace_id,
            col(SyncRun.connection_id) == source.id,
            col(SyncRun.kind) == "sync",
            col(SyncRun.status).in_(sources.FINISHED),
            col(SyncRun.finished_at).is_not(None),
        )
        .order_by(col(SyncRun.finished_at), col(SyncRun.id))
    )
    runs = list(session.exec(statement))
    ends = [run.finished_at or until for run in runs[1:]] + [until]
    heard, moments = source.created_at, []
    wanted = timedelta(hours=int(settings["hours"]))
    must = False
    for run, following in zip(runs, ends, strict=True):
        at, bad = run.finished_at, "" if run.error is None else str(run.error.get("code"))
        if at is None or at > until:
            continue
        if run.status == "done":
            heard, must = at, False
        elif bad in SIGNED_OUT or (bad == "forbidden" and run.status == "failed"):
            must = True
        known = Source(must, run.status == "failed", heard)
        for when in (at, heard + wanted) if at < heard + wanted < following else (at,):
            decide = partial(_fails, settings, known, when)
            moments.append(Moment(when, here.local_day(when), "", decide))
    return Subject(f"source:{source.id}", source.name, None, moments)


def _fails(settings: Settings, known: Source, at: datetime, is_open: bool, _: str) -> Decision:
    return sources.failing(settings, known, at, is_open=is_open)


def _stale(
    session: Session,
    settings: Settings,
    pasts: Sequence[Past],
    here: Workspace,
    until: datetime,
) -> list[Subject]:
    """Return what goals rest on, with what was said of these goals at the end of each day."""
    statement = select(Connection).where(col(Connection.workspace_id) == workspace_of(session))
    known = sorted(session.exec(statement), key=lambda one: one.name)
    groups: dict[str, list[Past]] = {}
    for past in pasts:
        metric = library.find(session, past.goal.metric)
        groups.setdefault(sources.rests_on(metric, known), []).append(past)
    found = []
    for key, inside in sorted(groups.items()):
        days: dict[date, dict[int, tuple[str, date]]] = {}
        for past in inside:
            for said in past.said:
                if said.at <= until:
                    days.setdefault(said.day, {})[past.goal.id] = (said.status, said.since)
        for last in sorted(days):
            # Goals that are over rest on nothing any more.
            days.setdefault(last + DAY, {})
        moments = [
            Moment(here.end_of(day), day, "", partial(_is_old, settings, [*said.values()], day))
            for day, said in sorted(days.items())
            if here.end_of(day) <= until
        ]
        found.append(Subject(key, key.removeprefix("stale:"), None, moments))
    return found


def _is_old(
    settings: Settings, said: Sequence[tuple[str, date]], day: date, is_open: bool, _: str
) -> Decision:
    bad = [one for one in said if one[0] in ("stale", "source_broken")]
    old = [since for word, since in bad if word == "stale"]
    return sources.staleness(settings, old, len(bad), day, is_open=is_open)


def _checkins(session: Session) -> Mapping[int, Sequence[Checkin]]:
    statement = select(Checkin).where(col(Checkin.workspace_id) == workspace_of(session))
    found: dict[int, list[Checkin]] = {}
    for one in session.exec(statement):
        found.setdefault(one.goal_id, []).append(one)
    return found


def _owed(past: Past, checkins: Sequence[Checkin], here: Workspace, until: datetime) -> Subject:
    """Return a goal with the instants at which it becomes owed, or is not any more."""
    goal, terms = past.goal, past.terms
    days = rhythm.of(goal, terms)
    over = next((one.at for one in past.said if one.final), None)
    last = [here.end_of(terms.last_day + LATEST) + TICK, *([] if over is None else [over])]
    last += [] if goal.archived_at is None else [goal.archived_at]
    end = min(last)
    due = list(cadence.due_days(goal.cadence, days.first, days.last))
    whens = {here.end_of(one + late) + TICK for one in due for late in (-DAY, cadence.GRACE)}
    for one in checkins:
        whens |= {one.made_at} | ({one.removed_at} if one.removed_at is not None else set())
    moments = []
    for at in sorted({min(one, end) for one in whens} | {end}):
        if at > until:
            break
        day = here.local_day(at)
        answered = {
            one.due_on: one
            for one in checkins
            if one.due_on is not None
            and one.made_at <= at
            and (one.removed_at is None or at < one.removed_at)
        }
        wanted = days.open(day, answered) if at < end else None
        word = (
            wanted.on.isoformat() if wanted is not None and wanted.state == cadence.MISSED else ""
        )
        moments.append(Moment(at, day, word, partial(_was_missed, word)))
    return Subject(str(goal.id), goal.name, goal.id, moments)


def _was_missed(due_on: str, is_open: bool, told: str) -> Decision | None:
    if not due_on:
        return None
    return missed.decision(date.fromisoformat(due_on), is_told=is_open and told == due_on)
