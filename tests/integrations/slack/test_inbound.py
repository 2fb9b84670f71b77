"""What reaches the program from outside: only what Slack signed just now, and each thing once."""

import json
import logging
import time
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlmodel import select

from integrations.slack import inbound
from integrations.slack.tables import SlackInbound
from tests.fakes.slack.delivery import sign
from tests.support.slack import Desk


def rows(desk: Desk) -> list[SlackInbound]:
    with desk.wiring.database.system() as session:
        return list(session.exec(select(SlackInbound)))


@pytest.mark.parametrize(
    "how",
    [
        {"secret": "another team's secret"},
        {"age": 301},
        {"age": -301},
        {"signature": "v0=ไทย"},
        {"signature": b"v0=\xff\xfe"},
        {"signature": ""},
        {"signature": "v0="},
        {"timestamp": "abc"},
        {"timestamp": ""},
        {"timestamp": "١٢٣"},
        {"timestamp": "9" * 400},
        {"timestamp": "-1"},
        {"timestamp": "1e9"},
    ],
    ids=str,
)
def test_what_slack_did_not_sign_just_now_is_refused(slack_desk: Desk, how: Any) -> None:
    ann = slack_desk.user(slack_desk.person("Ann"))
    reply = ann.slash("/goals", "help", **how)
    assert reply.status == 401
    assert rows(slack_desk) == []


@pytest.mark.parametrize("age", [299, -290])
def test_a_signature_holds_for_five_minutes(slack_desk: Desk, age: float) -> None:
    ann = slack_desk.user(slack_desk.person("Ann"))
    assert ann.slash("/goals", "help", age=age).status == 200


def test_without_a_signing_secret_nothing_is_taken(slack_desk: Desk) -> None:
    object.__setattr__(slack_desk.wiring.slack.config, "signing_secret", "")
    ann = slack_desk.user(slack_desk.person("Ann"))
    assert ann.slash("/goals", "help").status == 401


def test_a_body_that_breaks_off_is_refused(slack_desk: Desk) -> None:
    ann = slack_desk.user(slack_desk.person("Ann"))
    assert ann.say("help", truncate=10).status == 400
    channel = slack_desk.slack.add_channel("sales", members=[ann.user])
    slack_desk.goal("Churn")
    card = ann.slash("/goals", "help", channel).messages[0]
    assert ann.click(card, "Churn", truncate=40).status == 400


def test_a_body_that_is_too_large_is_refused(slack_desk: Desk) -> None:
    ann = slack_desk.user(slack_desk.person("Ann"))
    assert ann.slash("/goals", "help", pad=1_100_000).status == 413
    assert ann.say("help", pad=1_100_000).status == 413


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"[]", "application/json"),
        (b"null", "application/json"),
        (b'{"type":"event_callback"}', "application/json"),
        (b'{"type":"event_callback","event_id":5,"team_id":{}}', "application/json"),
        (b'{"type":"event_callback","event_id":"Ev1","team_id":"T\\u0000"}', "application/json"),
        (b'{"type":"event_callback","event_id":"' + b"E" * 500 + b'"}', "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"\xff\xfe\x00", "application/json"),
        (b"payload=%7B", "application/x-www-form-urlencoded"),
        (b"payload=%FF", "application/x-www-form-urlencoded"),
        (b"a=b", "application/x-www-form-urlencoded"),
        (b"", "application/x-www-form-urlencoded"),
        (b"&".join(b"a=1" for _ in range(5000)), "application/x-www-form-urlencoded"),
        (b"<xml/>", "text/xml"),
    ],
    ids=[f"nonsense-{number}" for number in range(14)],
)
def test_nonsense_that_is_signed_is_refused_and_breaks_nothing(
    slack_desk: Desk, body: bytes, kind: str
) -> None:
    assert post(slack_desk, body, kind).status_code == 400


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "event_callback", "event_id": "Ev1"},
        {"type": "event_callback", "event_id": "Ev1", "team_id": "T00000001"},
        {"type": "event_callback", "event_id": "Ev1", "team_id": "T00000001", "event": {}},
        {"type": "event_callback", "event_id": "Ev1", "team_id": "T00000001", "event": None},
        {
            "type": "event_callback",
            "event_id": "Ev1",
            "team_id": "T00000001",
            "event": {"type": "app_mention", "user": ["U1"], "channel": {}, "text": 5},
        },
        {
            "type": "event_callback",
            "event_id": "Ev1",
            "team_id": "T00000001",
            "event": {"type": "message", "channel_type": "im", "text": "\ud800", "ts": 5},
        },
        {"type": "block_actions", "trigger_id": "1.2", "team": {"id": "T00000001"}, "actions": []},
        {"type": "block_actions", "trigger_id": "1.2", "team": "T00000001"},
        {"type": "something_new", "team_id": "T00000001"},
        {"command": "/goals", "trigger_id": "1.2", "team_id": "T00000001"},
        {"command": "/goals", "trigger_id": "1.2", "team_id": "T99999999"},
    ],
    ids=[f"strange-{number}" for number in range(11)],
)
def test_strange_deliveries_are_taken_note_of_and_break_nothing(
    slack_desk: Desk, payload: dict[str, Any]
) -> None:
    body = json.dumps(payload).encode()
    assert post(slack_desk, body, "application/json").status_code in (200, 400, 404)


def post(desk: Desk, body: bytes, kind: str) -> Any:
    stamp = str(int(desk.slack.now()))
    return (
        desk.application()
        .test_client()
        .post(
            "/slack/events",
            data=body,
            headers={
                "Content-Type": kind,
                "X-Slack-Request-Timestamp": stamp,
                "X-Slack-Signature": sign(desk.slack.signing_secret, stamp, body),
            },
        )
    )


def test_slack_can_check_the_address(slack_desk: Desk) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()
    reply = post(slack_desk, body, "application/json")
    assert reply.json == {"challenge": "abc"}


def test_an_unsigned_check_of_the_address_is_refused(slack_desk: Desk) -> None:
    client = slack_desk.application().test_client()
    reply = client.post("/slack/events", json={"type": "url_verification", "challenge": "abc"})
    assert reply.status_code == 401


def test_a_command_sent_again_gets_the_same_answer_and_is_kept_once(slack_desks: Desk) -> None:
    slack_desks.goal("Churn rate")
    ann = slack_desks.user(slack_desks.person("Ann"))
    reply = ann.slash("/goals", "status of churn rate", duplicate=3)
    assert {copy.body for copy in reply.copies} == {reply.body}
    [row] = rows(slack_desks)
    assert row.state == "done"
    assert row.answer is not None
    assert row.done_at is not None


def test_a_mention_sent_again_is_answered_once(slack_desks: Desk) -> None:
    slack_desks.goal("Churn rate")
    ann = slack_desks.user(slack_desks.person("Ann"))
    channel = slack_desks.slack.add_channel("sales", members=[ann.user])
    slack_desks.switch_on(channel)
    reply = ann.mention(channel, "status of churn rate", duplicate=2)
    ann.resend(reply, retry_num=1)
    ann.resend(reply, exactly=True)
    assert len(slack_desks.slack.find(channel, "at risk")) == 1


def test_the_same_delivery_many_times_at_one_moment_is_answered_once(slack_desks: Desk) -> None:
    slack_desks.goal("Churn rate")
    ann = slack_desks.user(slack_desks.person("Ann"))
    reply = ann.say("status of churn rate", duplicate=5, at_once=True)
    assert {one.status for one in (reply, *reply.copies)} == {200}
    slack_desks.catch_up()
    said = [m for m in slack_desks.slack.messages(slack_desks.slack.im(ann.user)) if m.bot_id]
    assert len(said) == 1


def test_a_first_delivery_that_carries_slacks_retry_header_is_not_dropped(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    ann = slack_desk.user(slack_desk.person("Ann"))
    reply = ann.say("status of churn rate", retry_num=2)
    assert len(reply.messages) == 1


def test_a_delivery_whose_handler_is_gone_is_handled_again(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    ann = slack_desk.user(slack_desk.person("Ann"))
    slack_desk.slack.faults.add("chat.postMessage", "http_503")
    lost = ann.say("status of churn rate")
    assert lost.status == 503
    assert [row.state for row in rows(slack_desk)] == ["new"]
    again = ann.resend(lost, retry_num=1)
    assert again.status == 200
    assert len(slack_desk.slack.find(slack_desk.slack.im(ann.user), "at risk")) == 1


def test_an_answer_that_arrived_without_slack_saying_so_is_not_posted_again(
    slack_desk: Desk,
) -> None:
    slack_desk.slack.grant("metadata.message:read")
    slack_desk.goal("Churn rate")
    ann = slack_desk.user(slack_desk.person("Ann"))
    slack_desk.slack.faults.add("chat.postMessage", "lose_after")
    lost = ann.say("status of churn rate")
    assert lost.status == 503
    assert ann.resend(lost, retry_num=1).status == 200
    assert len(slack_desk.slack.find(slack_desk.slack.im(ann.user), "at risk")) == 1


def test_a_repeat_while_the_first_is_being_answered_is_put_off(slack_desk: Desk) -> None:
    ann = slack_desk.user(slack_desk.person("Ann"))
    reply = ann.say("help")
    with slack_desk.wiring.database.system() as session:
        row = session.exec(select(SlackInbound)).one()
        row.state, row.claimed_until = "new", slack_desk.moment.replace(year=2030)
        session.add(row)
    assert ann.resend(reply, retry_num=1).status == 503
    slack_desk.moment = slack_desk.moment.replace(year=2031)
    assert ann.resend(reply, retry_num=2).status == 200


def test_nothing_that_people_wrote_gets_into_the_log(
    slack_desk: Desk, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    ann = slack_desk.user(slack_desk.person("Ann"))
    ann.slash("/goals", "secret-word", secret="wrong")
    ann.say("secret-word")
    ann.event({"type": "something_else", "user": ann.id, "text": "secret-word"})
    ann.slash("/other", "secret-word")
    printed = capsys.readouterr()
    assert all("secret-word" not in record.getMessage() for record in caplog.records)
    assert "secret-word" not in printed.out + printed.err


@pytest.mark.parametrize(
    "event",
    [
        {"type": "reaction_added", "user": "U1", "reaction": "eyes"},
        {"type": "user_change", "user": {"id": "U1"}},
        {"type": "message", "subtype": "channel_join", "channel": "C1", "channel_type": "channel"},
        {"type": "team_rename", "name": "x"},
    ],
    ids=lambda value: value["type"],
)
def test_events_that_nobody_handles_are_acknowledged(
    slack_desk: Desk, event: dict[str, Any]
) -> None:
    ann = slack_desk.user(slack_desk.person("Ann"))
    assert ann.event(event).status == 200


def test_commands_and_shortcuts_that_nobody_handles_are_acknowledged(slack_desk: Desk) -> None:
    ann = slack_desk.user(slack_desk.person("Ann"))
    assert ann.slash("/other", "x").status == 200
    assert ann.shortcut("unknown").status == 200


def test_old_deliveries_are_forgotten(slack_desk: Desk) -> None:
    ann = slack_desk.user(slack_desk.person("Ann"))
    ann.say("help")
    slack_desk.later(days=4)
    ann.say("help")
    assert inbound.tidy(slack_desk.parts) == 1
    assert len(rows(slack_desk)) == 1


STRANGE: list[object] = [1, 1.5, True, [], [1], {}, {"a": 1}, "", "x" * 5000, "\x00", "\ud800"]


def strange_payloads(user: str, channel: str) -> list[dict[str, Any]]:
    """What Slack never sends, in every place where it sends something else."""
    event = {"type": "app_mention", "user": user, "channel": channel, "ts": "1.1", "text": "x"}
    press = {
        "type": "block_actions",
        "user": {"id": user},
        "channel": {"id": channel},
        "container": {"message_ts": "1.1"},
        "actions": [{"action_id": "ask_1", "block_id": "b", "type": "button", "value": "help"}],
    }
    made: list[dict[str, Any]] = [{"type": "event_callback", "event_id": "Ev0"}]
    for number, odd in enumerate([None, *STRANGE]):
        for name in event:
            key = f"Ev{name}{number}"
            made.append({"type": "event_callback", "event_id": key, "event": {**event, name: odd}})
        made.append({"type": "event_callback", "event_id": f"Ev{number}", "event": odd})
        for name in press:
            made.append({**press, "trigger_id": f"t{name}{number}", name: odd})
        made.append({**press, "trigger_id": f"ta{number}", "actions": [odd]})
        view = {"id": f"V{number}", "hash": "1", "type": "modal", "callback_id": odd}
        made.append({"type": "view_submission", "user": {"id": user}, "view": view})
        for kind in ("shortcut", "message_action", "workflow_step_edit", "nobody_knows"):
            made.append({"type": kind, "callback_id": odd, "trigger_id": f"{kind}{number}"})
    return made


def test_no_strange_payload_breaks_anything(slack_desk: Desk) -> None:
    ann = slack_desk.person("Ann")
    channel = slack_desk.slack.add_channel("sales", members=[ann])
    client = slack_desk.application().test_client()
    for payload in strange_payloads(ann.id, channel.id):
        team = slack_desk.slack.team.id
        given = {"team_id": team, "team": {"id": team}, **payload}
        if payload["type"] == "event_callback":
            body, kind = json.dumps(given), "application/json"
        else:
            kind = "application/x-www-form-urlencoded"
            body = urlencode({"payload": json.dumps(given)})
        stamp = str(int(time.time()))
        headers = {
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": sign(slack_desk.slack.signing_secret, stamp, body.encode()),
        }
        reply = client.post("/slack/events", data=body, content_type=kind, headers=headers)
        assert reply.status_code in (200, 400), payload
