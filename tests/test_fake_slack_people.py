"""SlackUser in front of an app made with the official framework: what people see and can do."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from tests.fakes.slack.answers import BadAnswer
from tests.fakes.slack.forms import CannotSubmit, NotVisible
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.user import SlackUser


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        yield fake


@pytest.fixture
def bolt(slack: FakeSlack) -> App:
    def authorize(enterprise_id: str | None, team_id: str) -> AuthorizeResult:
        team = slack.teams[team_id]
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team.id,
            bot_token=team.bot_token,
            bot_id=team.bot_id,
            bot_user_id=team.bot_user_id,
        )

    client = WebClient(base_url=slack.api_url, retry_handlers=[])
    return App(
        signing_secret=slack.signing_secret,
        client=client,
        authorize=authorize,
        process_before_response=True,
    )


@pytest.fixture
def app(bolt: App) -> Flask:
    flask, handler = Flask("tried"), SlackRequestHandler(bolt)
    flask.post("/slack/events")(lambda: handler.handle(request))
    return flask


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


def label(text: str) -> dict:
    return {"type": "plain_text", "text": text}


def option(text: str, value: str) -> dict:
    return {"text": label(text), "value": value}


CHECK_IN = {
    "type": "modal",
    "callback_id": "check_in",
    "title": label("Check in"),
    "submit": label("Save"),
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "value",
            "label": label("Value"),
            "element": {
                "type": "number_input",
                "action_id": "n",
                "is_decimal_allowed": True,
                "min_value": "0",
            },
        },
        {
            "type": "input",
            "block_id": "confidence",
            "label": label("Confidence"),
            "element": {
                "type": "radio_buttons",
                "action_id": "c",
                "options": [option("High", "3"), option("Low", "1")],
            },
        },
        {
            "type": "input",
            "block_id": "note",
            "optional": True,
            "label": label("Comment"),
            "element": {"type": "plain_text_input", "action_id": "t", "max_length": 20},
        },
    ],
}


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


def open_check_in(bolt: App) -> None:
    @bolt.command("/goals")
    def start(ack: Any, body: dict, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=CHECK_IN)


def test_a_form_is_filled_in_corrected_and_saved(
    bolt: App, slack: FakeSlack, ann: SlackUser
) -> None:
    open_check_in(bolt)
    saved = []

    @bolt.view("check_in")
    def save(ack: Any, view: dict) -> None:
        values = view["state"]["values"]
        value = values["value"]["n"]["value"]
        if float(value) > 100:
            ack(response_action="errors", errors={"value": "Must be a share"})
            return
        ack()
        option = values["confidence"]["c"]["selected_option"]["value"]
        saved.append((value, option, values["note"]["t"]["value"]))

    ann.slash("/goals", "check-in churn")
    modal = ann.modal
    reply = ann.submit(modal, {"Value": 420, "Confidence": "High"})
    assert reply.json["response_action"] == "errors"
    assert modal.errors == {"value": "Must be a share"}
    assert "Must be a share" in slack.screen_text(modal)
    ann.submit(modal, {"value": "4.2", "Comment": "Two left"})
    assert saved == [("4.2", "3", "Two left")]
    assert slack.modal(ann.user) is None
    with pytest.raises(NotVisible):
        ann.submit(modal)


def test_slack_itself_holds_back_a_form_that_is_not_complete(
    bolt: App, slack: FakeSlack, ann: SlackUser
) -> None:
    open_check_in(bolt)
    ann.slash("/goals", "check-in churn")
    modal = ann.modal
    for values, why in [
        ({}, "'Value' is required"),
        ({"Value": "many"}, "must be a number"),
        ({"Value": "-1"}, "at least 0"),
        ({"Value": "1"}, "'Confidence' is required"),
        ({"Confidence": "High", "Comment": "x" * 21}, "0 to 20"),
    ]:
        with pytest.raises(CannotSubmit, match=why):
            ann.submit(modal, values)
    with pytest.raises(NotVisible, match="no option 'Medium'"):
        ann.fill(modal, {"Confidence": "Medium"})


@pytest.mark.parametrize("action", ["update", "push", "clear"])
def test_a_submission_can_change_stack_and_clear_views(
    bolt: App, slack: FakeSlack, ann: SlackUser, action: str
) -> None:
    open_check_in(bolt)
    text = {"type": "mrkdwn", "text": "Really?"}
    second = {
        "type": "modal",
        "title": label("Sure"),
        "blocks": [{"type": "section", "text": text}],
    }

    @bolt.view("check_in")
    def save(ack: Any) -> None:
        if action == "clear":
            ack(response_action="clear")
        else:
            ack(response_action=action, view=second)

    ann.slash("/goals")
    first = ann.modal
    ann.submit(first, {"Value": 1, "Confidence": "Low"})
    titles = [view.body["title"]["text"] for view in slack.stack(ann.user)]
    assert titles == {"update": ["Sure"], "push": ["Check in", "Sure"], "clear": []}[action]
    if action == "push":
        with pytest.raises(NotVisible, match="on top"):
            ann.submit(first)


def test_errors_for_a_field_that_is_not_there_fail_the_test(
    bolt: App, slack: FakeSlack, ann: SlackUser
) -> None:
    open_check_in(bolt)

    @bolt.view("check_in")
    def save(ack: Any) -> None:
        ack(response_action="errors", errors={"valeu": "typo"})

    ann.slash("/goals")
    with pytest.raises(BadAnswer, match="valeu"):
        ann.submit(ann.modal, {"Value": 1, "Confidence": "Low"})


def test_menus_typeahead_and_closing_reach_the_app(
    bolt: App, slack: FakeSlack, ann: SlackUser
) -> None:
    heard: list[Any] = []
    menu = {"type": "overflow", "action_id": "more", "options": [option("3 days", "3")]}
    search = {"type": "external_select", "action_id": "goal"}

    @bolt.options("goal")
    def goals(ack: Any, payload: dict) -> None:
        ack(options=[option(f"Goal {payload['value']}", "g1")])

    @bolt.action("more")
    def more(ack: Any, action: dict) -> None:
        ack()
        heard.append(action["selected_option"]["value"])

    @bolt.view_closed("check_in")
    def closed(ack: Any) -> None:
        ack()
        heard.append("closed")

    @bolt.view("check_in")
    def save(ack: Any, view: dict) -> None:
        ack()
        heard.append(view["state"]["values"]["g"]["goal"]["selected_option"]["value"])

    client = WebClient(token=slack.bot_token, base_url=slack.api_url)
    block = {"type": "section", "text": label("Snooze"), "accessory": menu}
    client.views_publish(user_id=ann.id, view={"type": "home", "blocks": [block]})
    ann.choose(ann.home, "more", "3 days")
    field = {"type": "input", "block_id": "g", "label": label("Goal"), "element": search}
    view = CHECK_IN | {"blocks": [field]}
    client.views_open(trigger_id=slack.new_trigger(slack.team.id, ann.id), view=view)
    modal = ann.modal
    assert ann.suggest(modal, "Goal", "chu") == ["Goal chu"]
    ann.submit(modal, {"Goal": "Goal chu"})
    client.views_open(trigger_id=slack.new_trigger(slack.team.id, ann.id), view=view)
    ann.close(ann.modal)
    assert heard == ["3", "g1", "closed"]
    assert slack.modal(ann.user) is None


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
