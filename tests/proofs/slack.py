"""Slack under load and through dishonest hands: quick, whole, and nothing given away."""

import time
from collections import Counter

from benchmarks import measuring
from tests.fakes.slack.server import FakeSlack
from tests.proofs import slack_load
from tests.support.leaks.stage import Stage
from tests.support.leaks.verbs import VERBS
from tests.support.slack import Desk

WORLDS, ACTS = 20, 250


def run(*, seed: int = 1) -> bool:
    """Run both parts and print what was seen; False if anything was slow, lost or given away."""
    return all([leaks(seed), slack_load.run(seed)])


def leaks(seed: int, worlds: int = WORLDS, acts: int = ACTS) -> bool:
    """Let people do thousands of things in many workspaces and look at all that they got."""
    done: Counter[str] = Counter()
    given_away = said = 0
    started = time.monotonic()
    with measuring.databases() as kinds:
        make = dict(kinds)["sqlite"]
        for number in range(worlds):
            url = make().engine.url.render_as_string(hide_password=False)
            with FakeSlack() as slack:
                desk = Desk(slack, url)
                try:
                    stage = Stage(desk, 1000 * seed + number)
                    for _ in range(acts):
                        stage.act(VERBS)
                    done.update(stage.done)
                except AssertionError as error:
                    given_away += 1
                    print(f"  world {number}: {error}")
                said += sum(message.bot_id is not None for _, message in slack.timeline)
                desk.wiring.close()
    counts = ", ".join(f"{count} {verb}" for verb, count in done.most_common())
    print(
        f"  leaks      {worlds} workspaces, {done.total()} acts ({counts}), {said} messages,"
        f" {time.monotonic() - started:.0f} s: {given_away} worlds with something given away"
    )
    return given_away == 0
