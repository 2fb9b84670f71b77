"""Fifty signed requests a second while the worker is busy, and the web process killed in between.

Each database is tried twice over the same goals: once for the time that acknowledgements take, once
with `kill -9` of all web processes in the middle. After both, nothing that was taken may be missing
or be there twice, wherever it was said: in the answer to a request, as a message, or through the
address that came with a command or a click. What was only acknowledged has PATIENCE seconds to
come, while the syncs go on and nobody sends anything again.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks import measuring
from integrations.slack import backlog
from integrations.slack.blocks import alerts
from tests.fakes.hubspot.process import running
from tests.fakes.slack import payloads
from tests.fakes.slack.delivery import encode
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.user import SlackUser
from tests.fakes.slack.world import Channel, Json, ResponseUrl, User
from tests.support.slack import Desk

ROOT = Path(__file__).resolve().parents[2]
A_SECOND, SECONDS, KILL_SECONDS = 50, 60, 40
GOALS, CHANNELS, DEALS = 50, 10, 20_000
#: Milliseconds within which ninety-nine of a hundred requests are acknowledged.
BOUND = 500.0
#: Seconds after the last request within which everything that was acknowledged is answered.
PATIENCE = 300
#: How often each kind is sent, of twenty.
MIX = ("command",) * 8 + ("mention",) * 5 + ("direct",) * 3 + ("button",) * 4
QUESTIONS = ("what is off track?", "status of Goal 007", "why is Goal 008 behind?", "goals", "help")
STATUSES = ("off_track", "at_risk", "on_track")
_OURS = "import sys; from app.cli.main import main; sys.exit(main(sys.argv[1:]))"


def run(seed: int = 1) -> bool:
    """Try both databases and print what was seen; False if a bound or a promise was broken."""
    print(f"  load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    held = True
    with measuring.databases() as kinds:
        for name, make in kinds:
            url = make().engine.url.render_as_string(hide_password=False)
            with FakeSlack() as slack, tempfile.TemporaryDirectory() as folder:
                slack.grant("channels:history", "groups:read", "metadata.message:read")
                load = Load(name, Desk(slack, url), Path(folder), random.Random(seed))
                held &= load.quick()
                held &= load.killed()
                load.desk.wiring.close()
    return held


class Load:
    """One installation under load."""

    def __init__(self, name: str, desk: Desk, home: Path, dice: random.Random) -> None:
        self.name, self.desk, self.home, self.dice = name, desk, home, dice
        self.slack, self.served = desk.slack, 0
        desk.moment = datetime.now(UTC)
        for number in range(GOALS):
            desk.goal(f"Goal {number:03}", STATUSES[number % len(STATUSES)])
        self.people = [desk.person(f"Person {number}") for number in range(10)]
        self.channels = [
            self.slack.add_channel(f"load-{number}", members=self.people)
            for number in range(CHANNELS)
        ]
        for channel in self.channels:
            desk.switch_on(channel)
        #: The address for answers of each command and click, by the name of the request.
        self.hooks: dict[str, ResponseUrl] = {}
        self.answers = [self._answer_in(channel) for channel in self.channels]

    def _answer_in(self, channel: Channel) -> Any:
        """Return an answer in a channel, with buttons under it."""
        self.desk.user(self.people[0]).mention(channel, "help")
        return self.slack.messages(channel)[-1]

    # The two trials

    def quick(self) -> bool:
        """Send for a minute and print how long acknowledgements took."""
        with self._serving() as (port, _), self._busy() as work:
            before = _worked(self.served)
            found = self._send(port, SECONDS)
            waited = self._owed()
            each = (_worked(self.served) - before) / sum(len(one["tries"]) for one in found)
        milliseconds = {
            kind: [try_[1] * 1000 for one in found if one["kind"] == kind for try_ in one["tries"]]
            for kind in sorted(set(MIX))
        }
        milliseconds["all"] = [one for each in list(milliseconds.values()) for one in each]
        for kind, took in milliseconds.items():
            cut = quantiles(took, n=100)
            print(
                f"  {self.name:11}{kind:9}{len(took):5} requests  p50 {cut[49]:6.0f} ms"
                f"  p95 {cut[94]:6.0f} ms  p99 {cut[98]:6.0f} ms  most {max(took):6.0f} ms"
            )
        refused = [one for one in found if one["tries"][0][0] != 200]
        p99 = quantiles(milliseconds["all"], n=100)[98]
        busy = ", ".join(f"{count} {word}" for word, count in sorted(work.items()))
        print(
            f"  {self.name:11}{len(refused)} not taken at once; meanwhile {busy};"
            f" load {os.getloadavg()[0]:.1f}; {each * 1000:.0f} ms of processor time a request,"
            f" p99 {p99:.0f} ms of {BOUND:.0f}"
        )
        is_whole = self._whole(found, "in a minute", waited)
        return p99 < BOUND and not refused and is_whole

    def killed(self) -> bool:
        """Kill every web process in the middle, start anew, and look what came of each request."""
        with self._serving() as (port, restart), self._busy():
            timer = threading.Timer(KILL_SECONDS / 2, restart)
            timer.start()
            found = self._send(port, KILL_SECONDS)
            timer.join()
            waited = self._owed()
        return self._whole(found, "with kill -9", waited)

    def _owed(self) -> float | None:
        """Return after how many seconds nobody waited for an answer any more; None for too long."""
        begun = time.monotonic()
        while time.monotonic() - begun < PATIENCE:
            if not backlog.is_any(self.desk.parts):
                return time.monotonic() - begun
            time.sleep(0.2)
        return None

    def _whole(self, found: list[Json], when: str, waited: float | None) -> bool:
        """Tell whether all that was taken was answered once; events must have been taken.

        What only the asker sees cannot be looked up in Slack: where it came again it must say so.
        """
        said = Counter(
            (message.metadata or {}).get("event_payload", {}).get("key", "").split(":", 1)[-1]
            for channel in self.slack.channels.values()
            for message in self.slack.messages(channel)
            if message.bot_id
        )
        taken = [one for one in found if one["tries"][-1][0] == 200]
        marked = 0
        for name, hook in self.hooks.items():
            repeats = sum(alerts.REPEAT in one.text for one in hook.said)
            marked += repeats
            said[name] += max(len(hook.said) - repeats, bool(hook.said))
        for one in found:
            said[one["name"]] += one["kind"] == "command" and one["tries"][-1][2] >= 50
        lost = [one for one in taken if said[one["name"]] == 0]
        doubled = [one for one in found if said[one["name"]] > 1]
        never = [one for one in found if one not in taken and one["kind"] in ("mention", "direct")]
        again = [one for one in taken if len(one["tries"]) > 1]
        came = f"the last {waited:.0f} s later" if waited is not None else "NOT ALL IN TIME"
        print(
            f"  {self.name:11}{when}: {len(found)} requests, {len(taken)} taken,"
            f" {len(again)} of them when Slack sent them again, {len(lost)} of them lost,"
            f" {len(doubled)} doubled, {len(never)} events never taken; answers: {came},"
            f" {marked} marked as possible repeats"
        )
        return waited is not None and not (lost or doubled or never)

    # What is sent

    def _send(self, port: int, seconds: int) -> list[Json]:
        plan = {
            "url": f"http://127.0.0.1:{port}",
            "secret": self.slack.signing_secret,
            "a_second": A_SECOND,
            "deliveries": [self._delivery() for _ in range(A_SECOND * seconds)],
        }
        files = self.home / "plan.json", self.home / "out.json"
        files[0].write_text(json.dumps(plan))
        command = [sys.executable, "-m", "tests.proofs.slack_sender", *map(str, files)]
        subprocess.run(command, cwd=ROOT, check=True)
        found: list[Json] = json.loads(files[1].read_text())
        return found

    def _delivery(self) -> Json:
        kind, user = self.dice.choice(MIX), self.dice.choice(self.people)
        name, made = getattr(self, f"_{kind}")(user)
        body, headers = encode("events_api" if "event_id" in made else made["_kind"], _plain(made))
        return {
            "kind": kind,
            "name": name,
            "body": body.decode(),
            "type": str(headers["Content-Type"]),
        }

    def _at(self, user: User) -> SlackUser:
        return SlackUser(self.slack, user, "http://127.0.0.1:9")

    def _command(self, user: User) -> tuple[str, Json]:
        channel = self.dice.choice(self.channels)
        hook = self.slack.new_response_url(user.team_id, channel.id, user.id)
        words = self.dice.choice(QUESTIONS)
        made = payloads.slash(self.slack, user, "/goals", words, channel, hook)
        self.hooks[made["trigger_id"]] = hook
        return made["trigger_id"], made | {"_kind": "slash_commands"}

    def _mention(self, user: User) -> tuple[str, Json]:
        bot = self.slack.team.bot_user_id
        channel = self.dice.choice(self.channels)
        written = self._at(user).write(channel, self.dice.choice(QUESTIONS), prefix=f"<@{bot}> ")
        inner = payloads.message_event(self.slack, written, "channel") | {"type": "app_mention"}
        made = payloads.event(self.slack, user, inner)
        return made["event_id"], made

    def _direct(self, user: User) -> tuple[str, Json]:
        written = self._at(user).write(self.slack.im(user), self.dice.choice(QUESTIONS))
        inner = payloads.message_event(self.slack, written, "im")
        made = payloads.event(self.slack, user, inner)
        return made["event_id"], made

    def _button(self, user: User) -> tuple[str, Json]:
        message = self.dice.choice(self.answers)
        buttons = [
            (block, one)
            for block in message.blocks
            for one in block.get("elements", ())
            if one.get("type") == "button" and "value" in one and "url" not in one
        ]
        block, button = self.dice.choice(buttons)
        action = {key: button[key] for key in ("action_id", "type", "text", "value")}
        action["block_id"] = block["block_id"]
        made = payloads.block_action(self.slack, user, message, action, {})
        hook = self.slack.response_urls[made["response_url"].rpartition("/")[2]]
        self.hooks[made["trigger_id"]] = hook
        return made["trigger_id"], made | {"_kind": "interactive"}

    # The processes

    def _start(self, *words: str) -> "subprocess.Popen[bytes]":
        given = self.desk.wiring.settings
        assert given.secret_key is not None and given.encryption_keys is not None
        environment = {
            **os.environ,
            "HEADWAY_DATA_DIR": str(self.home),
            "HEADWAY_DATABASE_URL": given.database,
            "HEADWAY_SECRET_KEY": given.secret_key.get_secret_value(),
            "HEADWAY_ENCRYPTION_KEYS": given.encryption_keys.get_secret_value(),
            "HEADWAY_ALLOW_PRIVATE_SOURCES": "1",
            "HEADWAY_SLACK_API_URL": self.slack.api_url,
            "HEADWAY_SLACK_BOT_TOKEN": self.slack.bot_token,
            "HEADWAY_SLACK_SIGNING_SECRET": self.slack.signing_secret,
        }
        return subprocess.Popen(
            [sys.executable, "-c", _OURS, *words],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=(self.home / "log").open("ab"),
            start_new_session=True,
        )

    @contextmanager
    def _serving(self) -> Iterator[tuple[int, Any]]:
        """Run the web process as in production; what is lent kills it and starts it anew."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        processes = [self._start("serve", "--port", str(port))]
        self.served = processes[0].pid
        _wait_for(port)

        def restart() -> None:
            os.killpg(processes[-1].pid, signal.SIGKILL)
            processes[-1].wait()
            processes.append(self._start("serve", "--port", str(port)))

        try:
            yield port, restart
        finally:
            os.killpg(processes[-1].pid, signal.SIGKILL)
            processes[-1].wait()

    @contextmanager
    def _busy(self) -> Iterator[Counter[str]]:
        """Let a worker and syncs of many deals run meanwhile; counts what they got done."""
        done: Counter[str] = Counter()
        over = threading.Event()
        with running("--deals", str(DEALS)) as hub:
            os.environ["PROOF_TOKEN"] = hub.token
            name = f"HubSpot {time.monotonic_ns()}"
            words = ("--set", f"base_url={hub.url}", "--secret", "token=PROOF_TOKEN")
            assert self._start("connection", "add", "hubspot", name, *words).wait() == 0
            worker = self._start("worker")

            def work() -> None:
                while not over.is_set():
                    for word in (("sync", name, "--full"), ("review",)):
                        process = self._start(*word)
                        while process.poll() is None and not over.wait(0.2):
                            pass
                        if process.poll() is None:
                            process.kill()
                            process.wait()
                        elif process.returncode == 0:
                            done[f"{word[0]}s"] += 1

            thread = threading.Thread(target=work)
            thread.start()
            try:
                yield done
            finally:
                over.set()
                thread.join()
                worker.kill()
                worker.wait()


def _worked(group: int) -> float:
    """Return the seconds of processor time that a group of processes has had (on Linux)."""
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _plain(made: Json) -> Json:
    return {key: value for key, value in made.items() if key != "_kind"}


def _wait_for(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError("the web process does not come up")
