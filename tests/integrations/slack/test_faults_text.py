"""Questions that are meant to hurt: long, deep, full of marks or of nothing that can be kept."""

import json
import time
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.fakes.slack.delivery import sign
from tests.fakes.slack.user import SlackUser
from tests.fakes.slack.world import Channel
from tests.support.leaks.stage import Stage
from tests.support.leaks.verbs import VERBS
from tests.support.slack import Desk

HOSTILE = {
    "40 kB": "status of churn rate " * 2000,
    "one word of 40 kB": "a" * 40_000,
    "10,000 mentions": "<@U0001BOT> " * 10_000 + "churn rate",
    "10,000 open brackets": "<" * 10_000,
    "10,000 entities": "&lt;" * 10_000,
    "backtracking": "churn " + "rate rate " * 900 + "!",
    "zalgo": "c\u0351\u0342\u0301\u0300\u0315\u0336h" * 300,
    "right to left": "\u202e" + "status of churn rate" + "\u2066" * 200,
    "homoglyphs": "st\u0430tus of \u0441hurn r\u0430te",
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 500,
    "NUL": "status\x00 of churn\x00rate",
    "only NUL": "\x00" * 600,
    "controls": "".join(map(chr, range(32))) + "\x7f\x85\u2028\u2029",
    "surrogates": "churn \ud800 rate \udfff",
    "no characters": "\ufffe\uffff\U0010ffff",
    "digits": "9" * 5000,
    "percents": "%s %(name)s {0} {name} %n" * 20,
    "sql": "'; DROP TABLE goal; --",
    "nothing": " \u3000\u200b\ufeff ",
}
#: Seconds of this process's own time that an answer may take, many times what one takes.
MOST = 1.0


def asker(desk: Desk) -> tuple[SlackUser, Channel]:
    for number in range(20):
        desk.goal(f"Churn rate {number}")
    ann = desk.user(desk.person("Ann"))
    channel = desk.slack.add_channel("sales", members=[ann.user])
    desk.switch_on(channel)
    return ann, channel


def post(desk: Desk, body: bytes, kind: str) -> int:
    stamp = str(int(desk.slack.now()))
    headers = {
        "Content-Type": kind,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": sign(desk.slack.signing_secret, stamp, body),
    }
    client = desk.application().test_client()
    return client.post("/slack/events", data=body, headers=headers).status_code


def deliveries(desk: Desk, ann: SlackUser, channel: Channel, text: str) -> list[Any]:
    """A text wherever Slack may bring one, past what it makes of typed words."""
    event = {"user": ann.id, "channel": channel.id, "ts": "1.1", "text": text}
    team = {"team_id": ann.user.team_id}
    press = {
        "type": "block_actions",
        "user": {"id": ann.id},
        "team": {"id": ann.user.team_id},
        "channel": {"id": channel.id},
        "container": {"message_ts": "1.1", "channel_id": channel.id},
    }
    element = {"action_id": "ask_1", "block_id": "b", "type": "button", "value": text}
    typed = {**press, "type": "block_suggestion", "action_id": "goal_typed", "value": text}
    command = {
        **team,
        "command": "/goals",
        "text": text,
        "user_id": ann.id,
        "channel_id": channel.id,
        "trigger_id": "1.c",
        "response_url": "http://127.0.0.1:9/x",
    }
    events = [{**event, "type": "app_mention"}, {**event, "type": "message", "channel_type": "im"}]
    made = [
        (json.dumps({"type": "event_callback", "event_id": f"Ev{number}", **team, "event": one}),
         "application/json")
        for number, one in enumerate(events)
    ]  # fmt: skip
    forms = [
        command,
        {"payload": json.dumps({**press, "trigger_id": "1.p", "actions": [element]})},
        {"payload": json.dumps({**typed, "block_id": "b"})},
    ]
    encoded = [urlencode(one, errors="surrogatepass") for one in forms]
    return made + [(one, "application/x-www-form-urlencoded") for one in encoded]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_text_that_is_meant_to_hurt_is_answered_soon_or_refused_and_breaks_nothing(
    slack_desks: Desk, name: str
) -> None:
    ann, channel = asker(slack_desks)
    ann.say("help")
    for body, kind in deliveries(slack_desks, ann, channel, HOSTILE[name]):
        started = time.thread_time()
        assert post(slack_desks, body.encode(), kind) in (200, 400), (name, body[:200])
        assert time.thread_time() - started < MOST, (name, body[:200])
    assert ann.say("status of churn rate 7").status == 200


@pytest.mark.parametrize("depth", [50, 500, 5_000, 100_000])
def test_json_that_is_deep_is_refused_or_ignored_and_breaks_nothing(
    slack_desk: Desk, depth: int
) -> None:
    team = slack_desk.slack.team.id
    for left, right in (("[", "]"), ('{"a":', "}")):
        deep = left * depth + "1" + right * depth
        body = (
            f'{{"type":"event_callback","event_id":"Ev1","team_id":"{team}",'
            f'"event":{{"type":"app_mention","deep":{deep}}}}}'
        )
        assert post(slack_desk, body.encode(), "application/json") in (200, 400)
        form = urlencode({"payload": body})
        kind = "application/x-www-form-urlencoded"
        assert post(slack_desk, form.encode(), kind) in (200, 400, 413)


def test_what_no_database_keeps_may_be_typed_into_every_field(slack_desks: Desk) -> None:
    typed = [
        text[:3000] for text in HOSTILE.values() if not any("\ud800" <= c < "\ue000" for c in text)
    ]
    stage = Stage(slack_desks, 1)
    stage.dressing = typed
    for _ in range(120):
        stage.act(VERBS)
