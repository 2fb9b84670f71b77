"""The time machine: every zone's jumps of the clock, walked through; and clocks that are wrong."""

import io
import itertools
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import redirect_stdout
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from sqlmodel import col, select

from app import db, jobs
from goals.alerts import digests, ruling
from goals.alerts.drafts import Draft
from goals.alerts.outbox import Outbox
from goals.alerts.timing import Hours
from goals.workspace import Workspace
from tests.fakes.slack.server import FakeSlack
from tests.support.slack import Desk

YEARS = range(1970, 2038)
#: Days on both sides of a jump that are walked.
AROUND = timedelta(days=3)
STEP = timedelta(minutes=30)
#: Local hours of digests: in the morning, and those that clocks leave out or show twice.
AT = (9, 2, 0, 23)
NIGHT = (time(22), time(2, 30))

#: A zone's jump: when, and how far it is from UTC before and after.
Jump = tuple[datetime, timedelta, timedelta]


def transitions(zone: str, years: Iterable[int]) -> Iterator[Jump]:
    """Return the jumps of a zone's clocks in some years."""
    here = ZoneInfo(zone)
    found = list(years)
    at, end = datetime(found[0], 1, 1, tzinfo=UTC), datetime(found[-1] + 1, 1, 1, tzinfo=UTC)
    before = at.astimezone(here).utcoffset()
    while at < end:
        at += timedelta(days=1)
        after = at.astimezone(here).utcoffset()
        if after == before:
            continue
        low, high = at - timedelta(days=1), at
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) / 2
            if middle.astimezone(here).utcoffset() == before:
                low = middle
            else:
                high = middle
        assert before is not None and after is not None
        yield high.replace(microsecond=0), before, after
        before = after


def walk(zone: str, jump: Jump, hour: int) -> str | None:
    """Walk around a jump and make digests; returns what is wrong, None where nothing is."""
    here = ZoneInfo(zone)
    settings = {"every": digests.DAILY, "hour": hour, "weekday": 0}
    made: list[date] = []
    days: set[date] = set()
    now, end, far = jump[0] - AROUND, jump[0] + AROUND, abs(jump[2] - jump[1])
    last = now.astimezone(here).date()
    while now < end:
        local = now.astimezone(here)
        days.add(local.date())
        day = digests.due(settings, last, now, zone)
        if day is not None:
            made.append(day)
            last = day
            late = local.replace(tzinfo=None) - datetime.combine(day, time(hour))
            # Not before its hour and with the next look, but for what the clock jumped over.
            if not -far <= late < STEP + far:
                return f"{zone}: the digest of {day} at {hour} came at {local}"
        now += STEP
    first, final = min(days), max(days)
    wanted = {one for one in days if first < one < final}
    if len(set(made)) != len(made):
        return f"{zone}: a digest at {hour} came twice among {made}"
    if not wanted <= set(made) <= days:
        return f"{zone}: digests at {hour} on {made}, days {sorted(days)}"
    return None


def night(zone: str, jump: Jump) -> str | None:
    """Walk around a jump and let messages wait for the end of quiet hours."""
    here, hours = ZoneInfo(zone), Hours(zone, *NIGHT)
    # A night is four hours and a half long, and longer where the clocks go back in it.
    longest = timedelta(hours=4, minutes=30) + abs(jump[2] - jump[1])
    now, end = jump[0] - AROUND, jump[0] + AROUND
    while now < end:
        leaves = hours.earliest(now)
        wall = leaves.astimezone(here).time()
        if not now <= leaves <= now + longest or wall >= NIGHT[0] or wall < NIGHT[1]:
            return f"{zone}: what came at {now} leaves at {leaves}, which is {wall} there"
        now += STEP
    return None


def wrong(years: Iterable[int], at: Iterable[int] = AT) -> tuple[list[str], int, int]:
    """Return what is wrong around each jump in some years, how many zones and jumps there are.

    What several zones do at the same time in the same way is walked once.
    """
    seen: set[tuple[Jump, ...]] = set()
    walked: set[Jump] = set()
    found: list[str] = []
    zones = 0
    for zone in sorted(available_timezones()):
        jumps = tuple(transitions(zone, years))
        zones += bool(jumps)
        if jumps in seen:
            continue
        seen.add(jumps)
        for jump in jumps:
            if jump in walked:
                continue
            walked.add(jump)
            found += filter(None, [*(walk(zone, jump, hour) for hour in at), night(zone, jump)])
    return found, zones, len(walked)


def zones() -> bool:
    """Walk through every jump of every zone and print what was seen."""
    found, count, jumps = wrong(YEARS)
    hours = ", ".join(f"{hour:02}:00" for hour in AT)
    print(
        f"  zones      {count} zones, {jumps} jumps of the clock from {YEARS[0]} to {YEARS[-1]},"
        f" digests at {hours}, quiet 22:00 to 02:30: {len(found)} doubled, missing or at the"
        " wrong time",
        flush=True,
    )
    for line in found[:5]:
        print(f"             {line}")
    return not found


#: Zones with the local day on which a walk through a database begins.
NIGHTS = (
    ("America/New_York", date(2026, 3, 6)),
    ("America/New_York", date(2026, 10, 30)),
    ("Australia/Lord_Howe", date(2026, 4, 3)),
    ("Asia/Beirut", date(2026, 3, 27)),
    ("Africa/Cairo", date(2026, 10, 28)),
    ("Pacific/Apia", date(2011, 12, 28)),
)
#: Hours after which a clock is set wrong, by how much, and for how many hours.
WRONG = (
    (30, timedelta(hours=-1), 5),
    (60, timedelta(days=1), 5),
    (100, timedelta(days=-1), 6),
    (130, timedelta(days=366), 3),
    (160, timedelta(days=-9), 4),
)


def told(
    zone: str, first: date, days: int, *, errors: Iterable[tuple[int, timedelta, int]] = ()
) -> Counter[date]:
    """Let the program's clockwork run through some days and count the digests in Slack by day.

    The clock is wrong at times; the digest of a day that is not among the days is not counted.
    """
    here = ZoneInfo(zone)
    with tempfile.TemporaryDirectory() as folder, FakeSlack() as slack:
        url = f"sqlite:///{Path(folder) / 'headway.db'}"
        db.upgrade(url)
        desk = Desk(slack, url)
        start = datetime.combine(first, time(), here).astimezone(UTC)
        desk.moment = start
        desk.deliver()
        channel = slack.add_channel("sales")
        desk.switch_on(channel)
        with desk.wiring.database.system() as system:
            found = system.get(Workspace, desk.workspace_id)
            assert found is not None
            found.zone = zone
        with desk.session() as session:
            settings = {"every": 1, "weekday": 0, "hour": 2}
            routes = [{"kind": "slack", "to": channel.id}]
            draft = Draft(kind="digest", name="Daily", settings=settings, routes=routes)
            ruling.add(session, draft, by=None, now=start - timedelta(days=1))
        passed = itertools.count()
        watch = jobs.Watch(lambda: desk.moment, lambda: next(passed) * 1800.0)
        for step in range(days * 48):
            hours = step / 2
            error = sum((by for at, by, lasts in errors if at <= hours < at + lasts), timedelta())
            desk.moment = start + step * STEP + error
            desk.parts.recent.clear()
            # That the clock was set is logged, as it should be, and no line of the proof.
            with redirect_stdout(io.StringIO()):
                jobs.tick(desk.wiring, "deliver", "worker", watch)
        with desk.session() as session:
            mine = select(Outbox).where(
                col(Outbox.workspace_id) == desk.workspace_id, col(Outbox.kind) == digests.KIND
            )
            rows = {row.dedupe_key: row.facts["digest"]["day"] for row in session.exec(mine)}
        sent = Counter(
            date.fromisoformat(rows[one.metadata["event_payload"]["key"]])
            for one in slack.messages(channel)
            if one.metadata
        )
        desk.wiring.close()
    return sent


def days_of(zone: str, first: date, days: int) -> set[date]:
    """Return the local days that begin in some days' time, without the last."""
    start = datetime.combine(first, time(), ZoneInfo(zone)).astimezone(UTC)
    there = {(start + step * STEP).astimezone(ZoneInfo(zone)).date() for step in range(days * 48)}
    return there - {max(there)}


def jumps() -> bool:
    """Run the clockwork through nights on which clocks jump, and with clocks that are wrong."""
    doubled = missing = 0
    for zone, first in NIGHTS:
        sent = told(zone, first, 5)
        doubled += sum(sent.values()) - len(sent)
        missing += len(days_of(zone, first, 5) - set(sent))
        missing += len(set(sent) - days_of(zone, first, 5) - {max(sent)})
    print(
        f"  nights     {len(NIGHTS)} nights on which clocks jump, through the database to Slack:"
        f" {doubled} digests doubled, {missing} missing",
        flush=True,
    )
    first = date(2026, 11, 2)
    sent = told("Asia/Bangkok", first, 9, errors=WRONG)
    twice = sum(sent.values()) - len(sent)
    absent = len(days_of("Asia/Bangkok", first, 9) - set(sent))
    print(
        f"  clock      set back an hour, a day and nine days, ahead a day and a year, each time"
        f" for hours: {twice} digests doubled, {absent} missing",
        flush=True,
    )
    return not (doubled or missing or twice or absent)
