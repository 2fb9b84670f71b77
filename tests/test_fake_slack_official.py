"""What Slack's libraries say of payloads, found by the fake; a strict fake fails at its end."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.fakes.slack import official, schema
from tests.fakes.slack.blockkit import FIELDS
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.world import Json

WORDS: Json = {"type": "plain_text", "text": "Press"}
BUTTON: Json = {"type": "button", "text": WORDS, "action_id": "press"}
SECTION: Json = {"type": "section", "text": {"type": "mrkdwn", "text": "Churn"}}
FORM: Json = {
    "type": "input",
    "label": WORDS,
    "element": {"type": "number_input", "is_decimal_allowed": True, "action_id": "value"},
}
MODAL: Json = {"type": "modal", "title": WORDS, "submit": WORDS, "blocks": [FORM, SECTION]}


def kinds(found: Any) -> set[str]:
    return {kind for kind, _ in found}


def test_the_libraries_say_nothing_against_what_is_right() -> None:
    blocks = [SECTION, {"type": "actions", "elements": [BUTTON]}, {"type": "divider"}]
    assert list(official.in_blocks(blocks)) == []
    assert list(official.in_view(MODAL)) == []
    assert list(official.in_view({"type": "home", "blocks": blocks})) == []
    assert list(official.in_card({"blocks": blocks, "color": "#123456"})) == []
    assert list(official.in_options([{"text": WORDS, "value": "1"}])) == []


@pytest.mark.parametrize(
    "block",
    [
        {**SECTION, "txt": "a field that does not exist"},
        {"type": "section", "text": {"type": "markdown", "text": "x"}},
        {"type": "actions", "elements": [{**BUTTON, "style": "green"}]},
        {"type": "actions", "elements": [{"type": "button", "text": "Press"}]},
        {"type": "actions", "elements": [SECTION]},
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        {"type": "divider", "block_id": 7},
        {"type": "input", "element": FORM["element"]},
    ],
    ids=[f"wrong-{number}" for number in range(8)],
)
def test_the_types_are_against_what_is_wrong(block: Json) -> None:
    assert "types" in kinds(official.in_blocks([block]))


@pytest.mark.parametrize(
    "block",
    [
        {"type": "actions", "elements": [{**BUTTON, "text": {**WORDS, "text": "x" * 76}}]},
        {"type": "actions", "elements": [BUTTON] * 26},
        {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}},
        {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}},
        {"type": "image", "alt_text": "x" * 2001, "image_url": "https://example.test/a.png"},
    ],
    ids=[f"long-{number}" for number in range(5)],
)
def test_the_validators_are_against_what_is_too_much(block: Json) -> None:
    assert "sdk" in kinds(official.in_blocks([block]))


@pytest.mark.parametrize(
    "view",
    [
        {**MODAL, "title": {"type": "plain_text", "text": "x" * 25}},
        {**MODAL, "colour": "red"},
        {**MODAL, "private_metadata": "x" * 3001},
        {"type": "modal", "blocks": [SECTION]},
        {"type": "home", "blocks": [SECTION], "submit": WORDS},
        {**MODAL, "blocks": [{"type": "actions", "elements": [{**BUTTON, "style": "green"}]}]},
    ],
    ids=[f"view-{number}" for number in range(6)],
)
def test_a_view_that_is_wrong_is_found(view: Json) -> None:
    assert list(official.in_view(view))


def test_every_kind_of_block_that_the_fake_takes_is_in_the_types_but_native_charts() -> None:
    assert set(FIELDS) - schema.block_types() == {"data_visualization"}


def test_what_slack_refuses_whoever_sends_it_fails_the_test_that_sent_it() -> None:
    with pytest.raises(AssertionError, match="refused: .*invalid_blocks"), FakeSlack() as slack:
        client = WebClient(slack.bot_token, base_url=slack.api_url)
        place = slack.add_channel("sales")
        with pytest.raises(SlackApiError):
            client.chat_postMessage(channel=place.id, text="x", blocks=[{"type": "banner"}])


def test_what_slack_refuses_because_of_the_place_fails_no_test() -> None:
    with FakeSlack() as slack:
        client = WebClient(slack.bot_token, base_url=slack.api_url)
        with pytest.raises(SlackApiError):
            client.chat_postMessage(channel="C404", text="x")


def test_a_ping_in_a_modal_or_on_the_card_of_a_link_is_found() -> None:
    slack = FakeSlack(strict=False)
    with slack:
        client = WebClient(slack.bot_token, base_url=slack.api_url)
        ann, place = slack.add_user("Ann"), slack.add_channel("sales")
        loud = {"type": "section", "text": {"type": "mrkdwn", "text": "<!channel> now"}}
        client.views_publish(user_id=ann.id, view={"type": "home", "blocks": [loud]})
        asked = client.chat_postMessage(channel=place.id, text="fine")
        client.chat_unfurl(
            unfurl_id=f"{place.id}.{asked['ts']}",
            source="conversations_history",
            unfurls={"https://127.0.0.1/goals/1": {"blocks": [loud]}},
        )
    assert [one.kind for one in slack.audit] == ["broadcast", "broadcast"]


def test_forgetting_does_not_forgive() -> None:
    with FakeSlack() as slack:
        client = WebClient(slack.bot_token, base_url=slack.api_url)
        client.chat_postMessage(channel=slack.add_channel("sales").id, text="<!here>")
        with pytest.raises(AssertionError, match="broadcast"):
            slack.reset()
        slack.audit.clear()
