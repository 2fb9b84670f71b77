"""An answer in Slack beside a delivery that asks nothing, a question beside reading the goals.

E1 and E2 are over fifty goals; E3 and E4, in three languages, over two hundred.
"""

import gc
import json
import secrets
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode

from flask import Flask, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk import WebClient

from benchmarks import measuring
from goals.questions import ask
from goals.tracking import standing, visibility
from tests.fakes.slack.delivery import sign
from tests.fakes.slack.server import FakeSlack
from tests.support.slack import Desk

GOALS, MANY_GOALS = 50, 200
QUESTION = "what is off track?"
#: Names are found in them, a metric, a list, and nothing at all.
QUESTIONS = (
    "how is Goal 007 doing this quarter?",
    "Goal 008 เป็นยังไงบ้างครับ",
    "Goal 009 怎么样",
    "what is off track?",
    "won revenue France",
)
STATUSES = ("off_track", "at_risk", "on_track")


def rows(*, small: bool = False) -> Iterator[dict[str, Any]]:
    """Yield E1 to E4 on both databases."""
    goals, times = (5, 20) if small else (GOALS, 500)
    with measuring.databases() as kinds:
        for name, make in kinds:
            database = make()
            url = database.engine.url.render_as_string(hide_password=False)
            with FakeSlack() as slack:
                desk = Desk(slack, url)
                took = _measure(desk, goals, times)
                desk.wiring.close()
            what = f"/goals over {goals} goals against"
            for ack, said in (
                ("kept", "an empty ack kept the same way"),
                ("bare", "an empty ack that nothing keeps"),
            ):
                ratio = median(took["answer"]) / median(took[ack])
                yield measuring.row("E1", f"{what} {said}", name, ratio, "5x", "2x")
            yield from _asked(make().engine.url.render_as_string(hide_password=False), name, small)
            worst = quantiles(took["answer"], n=100)[-1] * 1000
            what = f"/goals over {goals} goals, 99 of 100 answered within so many ms"
            yield measuring.row("E2", what, name, worst, "100", "5")


def _asked(url: str, name: str, small: bool) -> Iterator[dict[str, Any]]:
    """Yield what questions take over many goals, beside reading those, without rendering."""
    goals, times = (10, 4) if small else (MANY_GOALS, 60)
    with FakeSlack() as slack:
        desk = Desk(slack, url)
        for number in range(goals):
            desk.goal(f"Goal {number:03}", STATUSES[number % len(STATUSES)])
        with desk.session() as session:
            who, now = visibility.OWNER, desk.wiring.clock()
            ask.ask(session, "help", who, now=now)
            # The heap of the fakes and of the measuring is not walked in the midst of an answer.
            gc.collect()
            gc.freeze()
            took = [
                measuring.seconds(partial(ask.ask, session, question, who, now=now))
                for question in QUESTIONS * times
            ]
            read = [
                measuring.seconds(partial(standing.board, session, who)) for _ in range(5 * times)
            ]
        gc.unfreeze()
        desk.wiring.close()
    what = f"a question over {goals} goals"
    ratio = median(took) / median(read)
    yield measuring.row("E3", f"{what} against reading them", name, ratio, "2x", "1.2x")
    worst = quantiles(took, n=20)[-1] * 1000
    yield measuring.row("E4", f"{what}, 95 of 100 within so many ms", name, worst, "50", "20")


def _measure(desk: Desk, goals: int, times: int) -> dict[str, list[float]]:
    """Return the seconds of each kind of delivery, made in turn."""
    for number in range(goals):
        desk.goal(f"Goal {number:02}", STATUSES[number % len(STATUSES)])
    user = desk.person("Ann")
    channel = desk.slack.im(user).id
    signed = partial(_signed, desk.slack)
    ours, bare = desk.application().test_client(), _bare(desk.slack).test_client()
    answer = partial(signed, ours, partial(_command, desk.slack, user.id, channel))
    kinds: dict[str, Callable[[], bytes]] = {
        "answer": answer,
        "kept": partial(signed, ours, partial(_event, desk.slack)),
        "bare": partial(signed, bare, partial(_command, desk.slack, user.id, channel)),
    }
    assert b"Goal 00" in answer()
    for each in kinds.values():
        each()
    took: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(times):
        for kind, each in kinds.items():
            took[kind].append(measuring.seconds(each))
    return took


def _signed(slack: FakeSlack, client: Any, made: Callable[[], tuple[bytes, str]]) -> bytes:
    """Send a delivery as Slack does and return the answer's body."""
    body, content_type = made()
    stamp = str(int(slack.now()))
    answer = client.post(
        "/slack/events",
        data=body,
        content_type=content_type,
        headers={
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": sign(slack.signing_secret, stamp, body),
        },
    )
    assert answer.status_code == 200, answer.data[:300]
    return bytes(answer.data)


def _command(slack: FakeSlack, user: str, channel: str) -> tuple[bytes, str]:
    """Return the question as a slash command, each time a new one."""
    fields = {
        "command": "/goals",
        "text": QUESTION,
        "team_id": slack.team.id,
        "user_id": user,
        "channel_id": channel,
        "trigger_id": secrets.token_hex(12),
        "response_url": f"{slack.url}/hooks/response/none",
    }
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def _event(slack: FakeSlack) -> tuple[bytes, str]:
    """Return an event that is of no concern and is only acknowledged."""
    payload = {
        "type": "event_callback",
        "team_id": slack.team.id,
        "event_id": f"Ev{secrets.token_hex(10)}",
        "event": {"type": "emoji_changed", "subtype": "add"},
    }
    return json.dumps(payload).encode(), "application/json"


def _bare(slack: FakeSlack) -> Flask:
    """Return the framework alone with a command that only acknowledges."""
    bolt = App(
        signing_secret=slack.signing_secret,
        client=WebClient(token=slack.bot_token, base_url=slack.api_url),
        token=slack.bot_token,
        token_verification_enabled=False,
        process_before_response=True,
    )
    bolt.command("/goals")(lambda ack: ack())
    handler = SlackRequestHandler(bolt)
    app = Flask("bare")
    app.add_url_rule("/slack/events", methods=["POST"], view_func=lambda: handler.handle(request))
    return app
