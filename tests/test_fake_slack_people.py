"""SlackUser in front of an app made with the official framework: what people see and can do."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from slack_bolt import App
from slack_sdk import WebClient

from tests.fakes.bolt_app import make_bolt, make_flask
from tests.fakes.slack.answers import BadAnswer
from tests.fakes.slack.forms import NotVisible
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.user import SlackUser


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack(strict=False) as fake:
        yield fake


@pytest.fixture
def bolt(slack: FakeSlack) -> App:
    return make_bolt(slack)


@pytest.fixture
def app(bolt: App) -> Flask:
    return make_flask(bolt)


@pytest.fixture
def ann(slack: FakeSlack, app: Flask) -> SlackUser:
    return SlackUser(slack, slack.add_user("Ann Lee"), app)


@pytest.fixture
def bob(slack: FakeSlack, app: Flask) -> SlackUser:
    return SlackUser(slack, slack.add_user("Bob"), app)


def button(label: str, action: str, **more) -> dict:
    text = {"type": "plain_text", "text": label}
    return {"type": "button", "text": text, "action_id": action, "value": "v"} | more


def card(title: str, *buttons: dict) -> list[dict]:
    text = {"type": "mrkdwn", "text": title}
    return [
        {"type": "section", "text": text},
        {"type": "actions", "elements": list(buttons)},
    ]


def test_a_direct_message_arrives_and_its_answer_is_seen(bolt: App, ann: SlackUser) -> None:
    @bolt.event("message")
    def answer(event: dict, say: Any) -> None:
        assert (event["channel_type"], "subtype" in event) == ("im", False)
        say(f"You said: {event['text']}", thread_ts=event["ts"])

    reply = ann.say("How is R&D <doing>?")
    assert reply.status == 200
    assert [m.text for m in reply.messages] == ["You said: How is R&amp;D &lt;doing&gt;?"]
    assert ann.slack.screen_text(reply.messages[0]) == "You said: How is R&D <doing>?"
    assert len(ann.slack.messages(ann.slack.im(ann.user))) == 2


def test_a_mention_needs_the_bot_in_the_channel(
    bolt: App, slack: FakeSlack, ann: SlackUser, bob: SlackUser
) -> None:
    @bolt.event("app_mention")
    def answer(event: dict, say: Any) -> None:
        say("In the thread", thread_ts=event.get("thread_ts") or event["ts"])

    sales = slack.add_channel("sales", members=[ann.user])
    assert ann.mention(sales, "churn?").messages[0].text == "In the thread"
    asked = slack.one(sales, "churn?")
    assert asked.text == f"<@{slack.team.bot_user_id}> churn?"
    assert [m.text for m in slack.messages(sales, thread=asked.ts)][1:] == ["In the thread"]
    with pytest.raises(NotVisible):
        bob.mention(sales, "me too")
    with pytest.raises(NotVisible):
        ann.mention(slack.add_channel("quiet", members=[ann.user], bot=False), "hello?")


@pytest.mark.parametrize("form", ["text", "blocks", "public"])
def test_an_immediate_answer_to_a_command_is_shown(
    bolt: App, slack: FakeSlack, ann: SlackUser, bob: SlackUser, form: str
) -> None:
    @bolt.command("/goals")
    def answer(ack: Any, command: dict) -> None:
        said = f"Goals for {command['text']}"
        if form == "text":
            ack(said)
        elif form == "blocks":
            ack(text="x", blocks=card(said, button("Open", "open")))
        else:
            ack(text=said, response_type="in_channel")

    sales = slack.add_channel("sales", members=[ann.user, bob.user])
    reply = ann.slash("/goals", "#sales @bob", sales)
    (message,) = reply.messages
    assert slack.screen_text(message).splitlines()[-1 if form != "blocks" else 1] == (
        "Goals for #sales @bob"
    )
    assert message.ephemeral is (form != "public")
    assert (message in slack.visible_to(bob.user)) is (form == "public")


def test_answers_through_the_response_url_are_shown(
    bolt: App, slack: FakeSlack, ann: SlackUser
) -> None:
    @bolt.command("/goals")
    def answer(ack: Any, respond: Any) -> None:
        ack()
        respond("first")
        respond("second", response_type="in_channel")

    reply = ann.slash("/goals", "status")
    assert [(m.text, m.ephemeral) for m in reply.messages] == [("first", True), ("second", False)]


def test_a_failing_command_is_told_by_slackbot(slack: FakeSlack, ann: SlackUser) -> None:
    reply = ann.slash("/unknown")
    assert reply.status == 404
    assert "/unknown failed" in slack.screen_text(reply.messages[0])


def test_an_answer_that_slack_would_refuse_fails_the_test(bolt: App, ann: SlackUser) -> None:
    @bolt.command("/goals")
    def answer(ack: Any) -> None:
        ack(text="x", blocks=[{"type": "section"}])

    with pytest.raises(BadAnswer, match="invalid_blocks"):
        ann.slash("/goals")


def test_only_a_visible_button_can_be_clicked(
    bolt: App, slack: FakeSlack, ann: SlackUser, bob: SlackUser
) -> None:
    @bolt.action("ack")
    def acknowledge(ack: Any, body: dict, client: WebClient) -> None:
        ack()
        client.chat_update(
            channel=body["channel"]["id"],
            ts=body["message"]["ts"],
            text=f"Acknowledged by <@{body['user']['id']}>",
            blocks=[],
        )

    sales = slack.add_channel("sales", members=[ann.user])
    client = WebClient(token=slack.bot_token, base_url=slack.api_url)
    client.chat_postMessage(
        channel=sales.id, text="Churn", blocks=card("Churn", button("Acknowledge", "ack"))
    )
    (alert,) = slack.messages(sales)
    guest = SlackUser(slack, slack.add_user("Gus", guest="single"), bob._sender)
    with pytest.raises(NotVisible):
        guest.click(alert, "Acknowledge")
    with pytest.raises(NotVisible, match="Snooze"):
        ann.click(alert, "Snooze")
    reply = ann.click(alert, "Acknowledge")
    assert [m.text for m in reply.messages] == [f"Acknowledged by <@{ann.id}>"]
    with pytest.raises(NotVisible):
        ann.click(alert, "ack")
    assert ann.click(alert, "ack", earlier=True).status == 200
    alert.deleted = True
    with pytest.raises(NotVisible):
        ann.click(alert, "ack", earlier=True)


def test_an_ephemeral_button_is_its_readers_alone_and_can_be_replaced(
    bolt: App, slack: FakeSlack, ann: SlackUser, bob: SlackUser
) -> None:
    @bolt.command("/goals")
    def offer(ack: Any) -> None:
        ack(text="Snooze?", blocks=card("Snooze?", button("One day", "snooze")))

    @bolt.action("snooze")
    def snooze(ack: Any, body: dict, respond: Any) -> None:
        ack()
        assert "message" not in body
        respond(text="Snoozed", replace_original=True, blocks=[])

    sales = slack.add_channel("sales", members=[ann.user, bob.user])
    (shown,) = ann.slash("/goals", channel=sales).messages
    with pytest.raises(NotVisible):
        bob.click(shown, "One day")
    assert [m.text for m in ann.click(shown, "One day").messages] == ["Snoozed"]
    assert [m.text for m in slack.ephemerals(ann.user)] == ["Snoozed"]


def test_equal_buttons_are_told_apart_by_their_text(
    bolt: App, slack: FakeSlack, ann: SlackUser
) -> None:
    pressed = []

    @bolt.action("open")
    def opened(ack: Any, action: dict) -> None:
        ack()
        pressed.append(action["value"])

    blocks = [
        *card("Churn rate", button("Open", "open", value="1")),
        *card("Win rate", button("Open", "open", value="2")),
    ]
    client = WebClient(token=slack.bot_token, base_url=slack.api_url)
    client.views_publish(user_id=ann.id, view={"type": "home", "blocks": blocks})
    home = ann.home
    with pytest.raises(NotVisible, match="2 elements"):
        ann.click(home, "Open")
    ann.click(home, "Open", within="Win rate")
    ann.click(home, "Open", value="1")
    assert pressed == ["2", "1"]


def test_opening_the_app_joining_and_shortcuts_are_events(
    bolt: App, slack: FakeSlack, ann: SlackUser, bob: SlackUser
) -> None:
    heard: list[Any] = []

    @bolt.event("app_home_opened")
    def home(event: dict) -> None:
        heard.append((event["tab"], event["user"]))

    @bolt.event("member_joined_channel")
    def joined(event: dict) -> None:
        heard.append((event["channel"], event["user"]))

    @bolt.shortcut("checkin_global")
    def shortcut(ack: Any, body: dict) -> None:
        ack()
        heard.append(body["callback_id"])

    @bolt.shortcut("link_message")
    def link(ack: Any, body: dict) -> None:
        ack()
        heard.append(body["message"]["text"])

    @bolt.event("link_shared")
    def links(event: dict) -> None:
        heard.append(event["links"][0]["domain"])

    sales = slack.add_channel("sales", members=[ann.user])
    quiet = slack.add_channel("quiet", members=[ann.user], bot=False)
    ann.open_home("messages")
    bob.join(sales)
    assert bob.join(quiet) is None
    ann.invite_bot(quiet)
    ann.shortcut("checkin_global")
    ann.shortcut("link_message", ann.write(sales, "we lost two"))
    ann.paste_link(sales, "https://headway.test/goals/1")
    assert heard == [
        ("messages", ann.id),
        (sales.id, bob.id),
        (quiet.id, slack.team.bot_user_id),
        "checkin_global",
        "we lost two",
        "headway.test",
    ]
    with pytest.raises(NotVisible):
        bob.join(slack.add_channel("board", private=True))
