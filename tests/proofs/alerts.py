"""Alerts arrive once: workers killed and stopped, Slack losing, slowing down, away for hours."""

import os
import random
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from app import db
from goals.alerts import ruling
from goals.alerts.delivery import LONGEST_WAIT
from goals.alerts.drafts import Draft
from goals.alerts.outbox import SUMMARY, Outbox
from integrations.slack.blocks.alerts import REPEAT
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.world import Channel, Message
from tests.proofs import alert_clock, alert_worker
from tests.proofs.alert_worker import SharedClock
from tests.support import postgres
from tests.support.slack import NOW, Desk

SEEDS, WORKERS = 5, 2
#: Channels with three alerts each, and those that six alerts wait for in the outage.
QUIET, STORMY = 60, 20
#: The clock runs so many times as fast as time; a lease is then some seconds.
SPEED = 10
OUTAGE = timedelta(hours=6)
STEP = timedelta(minutes=15)
#: More than a lease is long, in seconds.
BEYOND_LEASE = 61
#: Seconds of real time that workers may take for what is left when nobody kills them any more.
PATIENCE = 120
_AWAY = ("lose_before", "http_503", "html_200", "lose_before", "http_500")


def run(*, seed: int = 1, seeds: int = SEEDS, quiet: int = QUIET, stormy: int = STORMY) -> bool:
    """Run everything and print what was seen; False if anything was lost or doubled."""
    fine = []
    with postgres.server(f"proof_{os.getpid()}") as lent:
        template = lent.template()
        for number in range(seed, seed + seeds):
            # Every other seed is on PostgreSQL.
            if number % 2:
                fine.append(deliveries(number, quiet, stormy))
                continue
            with lent.database(template, str(number)) as database:
                fine.append(deliveries(number, quiet, stormy, database.app_url))
    return all([*fine, alert_clock.zones(), alert_clock.jumps()])


@dataclass
class Scene:
    """A Headway, its Slack and its workers, with what happened to them."""

    desk: Desk
    clock: SharedClock
    chance: random.Random
    workers: list[BaseProcess] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def pass_time(self, seconds: float) -> None:
        """Let the clock go on."""
        with self.lock:
            self.clock.set(self.clock.seconds() + seconds)

    def harm(self) -> None:
        """Kill a worker and start another, or stop one for longer than its lease."""
        place = self.chance.randrange(len(self.workers))
        victim = self.workers[place]
        if self.chance.random() < 0.5:
            victim.kill()
            victim.join()
            self.happened["kills"] += 1
            # In the minute that passes, what it sent last is carried out, not after it.
            self.rest()
            self.workers[place] = alert_worker.start(self.desk.wiring.settings, self.clock)
            self.pass_time(BEYOND_LEASE)
            return
        _signal(victim, signal.SIGSTOP)
        self.pass_time(BEYOND_LEASE)
        # Time for the other to take over what the stopped one holds.
        time.sleep(self.chance.uniform(0.8, 2.0))
        _signal(victim, signal.SIGCONT)
        self.happened["stops"] += 1

    def rest(self) -> None:
        """Wait until Slack has nothing in hand, for two looks in a row."""
        still = 0
        while still < 2:
            time.sleep(0.1)
            still = still + 1 if self.desk.slack.in_hand == 0 else 0

    def waiting(self) -> int:
        """Return how many messages are not settled."""
        return sum(one.state in ("new", "sending") for one in self.desk.outbox().values())

    def settle(self, *, harms: int) -> None:
        """Harm workers so often, then leave them alone, until nothing waits."""
        for _ in range(harms):
            time.sleep(self.chance.uniform(0.1, 0.7))
            self.harm()
        deadline = time.monotonic() + PATIENCE
        while self.waiting() and time.monotonic() < deadline:
            time.sleep(0.3)


def _signal(process: BaseProcess, number: int) -> None:
    os.kill(process.pid or 0, number)


def deliveries(seed: int, quiet: int = QUIET, stormy: int = STORMY, url: str | None = None) -> bool:
    """Run one seed: alerts under faults, then an outage, and count what arrived.

    Without the address of a database it is an SQLite file.
    """
    with tempfile.TemporaryDirectory() as folder, _scene(Path(folder), seed, url) as scene:
        desk, slack = scene.desk, scene.desk.slack
        assert desk.deliver() == 0  # Whoever the token belongs to is asked while Slack answers.
        channels = [_channel(desk, f"quiet-{n}", n) for n in range(quiet)]
        storms = [_channel(desk, f"storm-{n}", n) for n in range(stormy)]
        names = [f"Goal {n:02} of them" for n in range(8)]
        goals = [desk.goal(name) for name in names]
        for channel in channels:
            for goal in goals[:3]:
                desk.message(goal, channel.id)
        _trouble(slack, seed)
        for _ in range(WORKERS):
            scene.workers.append(alert_worker.start(desk.wiring.settings, scene.clock))
        scene.settle(harms=max(2, quiet * 2 // 5))
        before = {one.ts for channel in storms for one in slack.messages(channel)}
        digests = _outage(scene, goals, storms, seed)
        scene.settle(harms=max(2, stormy // 3))
        rows = desk.outbox()
        found = _count(
            slack, rows, {str(goal): name for goal, name in zip(goals, names, strict=True)}
        )
        after = [
            [one for one in slack.messages(channel) if one.ts not in before] for channel in storms
        ]
        # A marked repeat of the same message is no second one.
        heard = [len({_key(one) for one in said if SUMMARY in _key(one)}) for said in after]
        others = sum(SUMMARY not in _key(one) for said in after for one in said)
        lost = sum(found.told[key] == 0 for key in found.told)
        one_each = heard.count(1) if others == 0 else 0
        faults = Counter(call.fault for call in slack.calls if call.fault)
        once = digests == stormy // 4
    happened = scene.happened
    print(
        f"  seed {seed}     {len(found.told)} alerts, {'SQLite' if url is None else 'PostgreSQL'},"
        f" {WORKERS} workers,"
        f" {happened['kills']} kills, {happened['stops']} stops beyond the lease,"
        f" {faults['lose_before'] + faults['lose_after']} requests lost,"
        f" {faults['error']} told to wait: {lost} lost, {found.doubled} doubled,"
        f" {found.marked} marked as possible repeats\n"
        f"             six hours without Slack: {one_each} of {stormy} channels got one message"
        f" of six alerts, {digests} digests were due there once",
        flush=True,
    )
    return lost == 0 and found.doubled == 0 and found.wrong == 0 and one_each == stormy and once


@contextmanager
def _scene(home: Path, seed: int, url: str | None) -> Iterator[Scene]:
    if url is None:
        url = f"sqlite:///{home / 'headway.db'}"
        db.upgrade(url)
    clock = SharedClock(home / "clock", NOW)
    clock.set(0)
    with FakeSlack() as slack:
        # Public channels may be looked through, private ones not.
        slack.grant("channels:history", "metadata.message:read")
        desk = Desk(slack, url)
        scene = Scene(desk, clock, random.Random(seed))
        ended = threading.Event()

        def run_on() -> None:
            last = time.monotonic()
            while not ended.wait(0.05):
                now = time.monotonic()
                scene.pass_time((now - last) * SPEED)
                desk.moment = clock()
                last = now

        ticking = threading.Thread(target=run_on)
        ticking.start()
        try:
            yield scene
        finally:
            ended.set()
            ticking.join()
            for process in scene.workers:
                process.kill()
                process.join()
            desk.wiring.close()


def _channel(desk: Desk, name: str, number: int) -> Channel:
    """Make a channel; of every fifth nobody may read the history."""
    channel = desk.slack.add_channel(name, private=number % 5 == 4)
    desk.switch_on(channel)
    return channel


def _trouble(slack: FakeSlack, seed: int) -> None:
    """Let requests be lost before and after they are carried out, and others be told to wait."""
    post = "chat.postMessage"
    slack.faults.add(post, "latency", seconds=0.05, probability=0.5, seed=seed)
    slack.faults.add(post, "lose_before", probability=0.05, seed=seed)
    slack.faults.add(post, "lose_after", probability=0.08, seed=seed + 1)
    slack.faults.add(
        post, "error", code="ratelimited", retry_after=20, probability=0.05, seed=seed + 2
    )
    slack.faults.add("conversations.history", "lose_before", probability=0.05, seed=seed + 3)


def _outage(scene: Scene, goals: list[int], storms: list[Channel], seed: int) -> int:
    """Let Slack be away for six hours in which six alerts for each channel are decided.

    Of five goals, one turns bad and well again meanwhile. For some channels a digest falls into
    this time. Returns how many digests were put in the queue.
    """
    desk, slack = scene.desk, scene.desk.slack
    away = slack.faults.add("*", _AWAY[seed % len(_AWAY)], times=1_000_000)
    slack.faults.script.insert(0, slack.faults.script.pop())
    opened: dict[str, str] = {}
    routes = [{"kind": "slack", "to": one.id} for one in storms[: len(storms) // 4]]
    with desk.session() as session:
        settings = {"every": 1, "weekday": 0, "hour": 12}
        draft = Draft(kind="digest", name="Noon", settings=settings, routes=routes)
        ruling.add(session, draft, by=None, now=scene.clock() - timedelta(days=1))
    steps = round(OUTAGE / STEP)
    for step in range(steps):
        scene.pass_time(STEP.total_seconds())
        time.sleep(2 * alert_worker.EVERY)
        if step % 4 == 1 and step // 4 < 5:
            number = step // 4
            goal = goals[3 + number]
            desk.evaluate(goal, "off_track" if number % 2 else "at_risk")
            for channel in storms:
                opened[channel.id] = desk.message(goal, channel.id)
        if step == steps - 2:
            desk.evaluate(goal, "on_track")
            for channel in storms:
                desk.message(goal, channel.id, "recovery", "at_risk", continues=opened[channel.id])
        if scene.chance.random() < 0.2:
            scene.harm()
    slack.faults.script.remove(away)
    # By then the next try of everything is due.
    for _ in range(4):
        scene.pass_time(LONGEST_WAIT.total_seconds() / 3)
        time.sleep(2 * alert_worker.EVERY)
    return sum(one.kind == "digest" for one in desk.outbox().values())


@dataclass
class Found:
    """How often each message was told; `wrong` counts those whose words were not found."""

    told: Counter[str]
    doubled: int
    marked: int
    wrong: int


def _key(message: Message) -> str:
    return str((message.metadata or {}).get("event_payload", {}).get("key"))


def _count(slack: FakeSlack, rows: dict[str, Outbox], names: dict[str, str]) -> Found:
    """Compare the outbox with what people see in Slack."""
    seen: dict[str, list[Message]] = {}
    for channel in list(slack.channels.values()):
        for message in slack.messages(channel):
            seen.setdefault(_key(message), []).append(message)
    by_id: dict[Any, Outbox] = {row.id: row for row in rows.values()}
    found = Found(Counter(), 0, 0, 0)
    for key, row in rows.items():
        if row.kind in (SUMMARY, "digest"):
            continue
        posts = list(seen.get(key, ()))
        if row.told_by is not None:
            posts += seen.get(by_id[row.told_by].dedupe_key, ())
        posts.sort(key=lambda one: one.ts)
        texts = [slack.screen_text(one, notification=False) for one in posts]
        found.told[key] = len(posts)
        found.wrong += sum(names[str(row.goal_id)] not in text for text in texts)
        repeats = [REPEAT in text for text in texts[1:]]
        found.doubled += repeats.count(False)
        found.marked += repeats.count(True)
        is_looked_at = slack.channels[row.destination].kind == "public"
        found.wrong += is_looked_at and any(REPEAT in text for text in texts)
    return found
