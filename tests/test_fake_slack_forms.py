"""SlackUser and forms: modals filled in, corrected, stacked and closed, menus and typeahead."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from slack_bolt import App
from slack_sdk import WebClient

from tests.fakes.bolt_app import make_bolt, make_flask
from tests.fakes.slack.answers import BadAnswer
from tests.fakes.slack.forms import CannotSubmit, NotVisible
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
