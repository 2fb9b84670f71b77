"""The fake's Block Kit rules: every limit at its edge, through the official client."""

import copy
from collections.abc import Iterator

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.fakes.slack.blockkit import block_problems, view_problems
from tests.fakes.slack.server import FakeSlack


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack(strict=False) as fake:
        yield fake


def plain(text: str = "x") -> dict:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x") -> dict:
    return {"type": "mrkdwn", "text": text}


def section(**more) -> dict:
    return {"type": "section", "text": mrkdwn()} | more


def button(**more) -> dict:
    return {"type": "button", "text": plain(), "action_id": "a"} | more


def actions(*elements: dict) -> dict:
    return {"type": "actions", "elements": list(elements)}


def option(text: str = "x", value: str = "v", **more) -> dict:
    return {"text": plain(text), "value": value} | more


def select(kind: str = "static_select", n: int = 1, **more) -> dict:
    options = [option(value=f"v{i}") for i in range(n)]
    return {"type": kind, "action_id": "s", "options": options} | more


def confirm(**more) -> dict:
    return {"title": plain(), "text": mrkdwn(), "confirm": plain(), "deny": plain()} | more


def image(**more) -> dict:
    return {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "x"} | more


def context(n: int) -> dict:
    return {"type": "context", "elements": [mrkdwn() for _ in range(n)]}


def table(rows: int = 2, columns: int = 2, **more) -> dict:
    cells = [[{"type": "raw_text", "text": "x"}] * columns] * rows
    return {"type": "data_table", "caption": "x", "rows": cells} | more


def chart(lines: int = 1, points: int = 2, **more) -> dict:
    names = [f"c{i}" for i in range(points)]
    data = [{"label": name, "value": 1.5} for name in names]
    series = [{"name": f"s{i}", "data": data} for i in range(lines)]
    axis = {"categories": names}
    drawn = {"type": "line", "series": series, "axis_config": axis} | more
    return {"type": "data_visualization", "title": "x", "chart": drawn}


def field(element: dict, **more) -> dict:
    return {"type": "input", "label": plain(), "element": element} | more


def numbered(n: int) -> dict:
    return actions(*[button(action_id=f"a{i}") for i in range(n)])


# What fits at its limit, then the same one step beyond it.
LIMITS = {
    "blocks": ([{"type": "divider"}] * 50, [{"type": "divider"}] * 51),
    "section text": ([section(text=mrkdwn("x" * 3000))], [section(text=mrkdwn("x" * 3001))]),
    "fields": ([section(fields=[mrkdwn()] * 10)], [section(fields=[mrkdwn()] * 11)]),
    "field text": (
        [section(fields=[mrkdwn("x" * 2000)])],
        [section(fields=[mrkdwn("x" * 2001)])],
    ),
    "header": (
        [{"type": "header", "text": plain("x" * 150)}],
        [{"type": "header", "text": plain("x" * 151)}],
    ),
    "actions": ([numbered(25)], [numbered(26)]),
    "context": ([context(10)], [context(11)]),
    "button text": (
        [actions(button(text=plain("x" * 75)))],
        [actions(button(text=plain("x" * 76)))],
    ),
    "button value": (
        [actions(button(value="x" * 2000))],
        [actions(button(value="x" * 2001))],
    ),
    "button url": ([actions(button(url="x" * 3000))], [actions(button(url="x" * 3001))]),
    "action_id": (
        [actions(button(action_id="x" * 255))],
        [actions(button(action_id="x" * 256))],
    ),
    "block_id": ([section(block_id="x" * 255)], [section(block_id="x" * 256)]),
    "alt text": ([image(alt_text="x" * 2000)], [image(alt_text="x" * 2001)]),
    "options": ([actions(select(n=100))], [actions(select(n=101))]),
    "overflow": ([actions(select("overflow", 5))], [actions(select("overflow", 6))]),
    "radio buttons": (
        [actions(select("radio_buttons", 10))],
        [actions(select("radio_buttons", 11))],
    ),
    "option text": (
        [actions(select(options=[option("x" * 75)]))],
        [actions(select(options=[option("x" * 76)]))],
    ),
    "option value": (
        [actions(select(options=[option(value="x" * 150)]))],
        [actions(select(options=[option(value="x" * 151)]))],
    ),
    "placeholder": (
        [actions(select(placeholder=plain("x" * 150)))],
        [actions(select(placeholder=plain("x" * 151)))],
    ),
    "confirm title": (
        [actions(button(confirm=confirm(title=plain("x" * 100))))],
        [actions(button(confirm=confirm(title=plain("x" * 101))))],
    ),
    "confirm text": (
        [actions(button(confirm=confirm(text=mrkdwn("x" * 300))))],
        [actions(button(confirm=confirm(text=mrkdwn("x" * 301))))],
    ),
    "confirm deny": (
        [actions(button(confirm=confirm(deny=plain("x" * 30))))],
        [actions(button(confirm=confirm(deny=plain("x" * 31))))],
    ),
    "markdown": (
        [{"type": "markdown", "text": "x" * 12_000}],
        [{"type": "markdown", "text": "x" * 6_001}] * 2,
    ),
    "label": (
        [field({"type": "datepicker"}, label=plain("x" * 2000))],
        [field({"type": "datepicker"}, label=plain("x" * 2001))],
    ),
    "data table rows": ([table(101)], [table(102)]),
    "data table columns": ([table(columns=20)], [table(columns=21)]),
    "data table page": ([table(page_size=100)], [table(page_size=101)]),
    "charts": ([chart()] * 2, [chart()] * 3),
    "chart series": ([chart(lines=6)], [chart(lines=7)]),
    "chart points": ([chart(points=20)], [chart(points=21)]),
    "tables": (
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}],
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}] * 2,
    ),
}


@pytest.mark.parametrize("name", LIMITS)
def test_a_message_may_reach_each_limit_and_not_pass_it(slack: FakeSlack, name: str) -> None:
    fits, exceeds = copy.deepcopy(LIMITS[name])
    sales = slack.add_channel("sales")
    client = WebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    assert client.chat_postMessage(channel=sales.id, text="x", blocks=fits)["ok"]
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=sales.id, text="x", blocks=exceeds)
    answer = caught.value.response
    assert answer["error"] == "invalid_blocks"
    assert "[json-pointer:/blocks" in answer["errors"][0]
    assert len(slack.messages(sales)) == 1


MALFORMED = {
    "an unknown type": [{"type": "sektion"}],
    "a typo in a field": [section(txet=mrkdwn())],
    "a section with nothing": [{"type": "section"}],
    "an empty text": [section(text=mrkdwn(""))],
    "a header in mrkdwn": [{"type": "header", "text": mrkdwn()}],
    "a button in mrkdwn": [actions(button(text=mrkdwn()))],
    "a strange style": [actions(button(style="warning"))],
    "two equal action ids": [actions(button(), button())],
    "two equal block ids": [section(block_id="b"), section(block_id="b")],
    "an input element among actions": [actions({"type": "plain_text_input"})],
    "a button in an input": [field(button())],
    "an image without alt text": [{"type": "image", "image_url": "https://example.com/a.png"}],
    "an image from this machine": [image(image_url="http://127.0.0.1/a.png")],
    "an image from a private network": [image(image_url="https://10.0.0.7/a.png")],
    "two sources of one image": [image(slack_file={"id": "F1"})],
    "an initial option that is none": [actions(select(initial_option=option(value="z")))],
    "options and groups": [actions(select(option_groups=[]))],
    "a date that is none": [actions({"type": "datepicker", "initial_date": "2026-02-32"})],
    "a number that is none": [
        field({"type": "number_input", "is_decimal_allowed": False, "initial_value": "1.5"})
    ],
    "a file input in a message": [field({"type": "file_input"})],
    "a chart without its numbers": [chart(axis_config={"categories": ["other"]})],
    "a chart with no end": [
        chart(series=[{"name": "s", "data": [{"label": "c0", "value": float("inf")}]}])
    ],
    "a chart that is none": [{"type": "data_visualization", "title": "x", "chart": "line"}],
    "a table without a caption": [table(caption="")],
    "a ragged table": [
        {
            "type": "data_table",
            "caption": "x",
            "rows": [[{"type": "raw_text", "text": "x"}] * n for n in (2, 3)],
        }
    ],
    "a string among blocks": ["section"],
    "no blocks but a string": "section",
    "an alert in a message": [{"type": "alert", "text": plain()}],
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_blocks_are_refused(name: str) -> None:
    assert block_problems(copy.deepcopy(MALFORMED[name]), "message")


def modal(*blocks: dict, **more) -> dict:
    return {"type": "modal", "title": plain(), "blocks": list(blocks) or [section()]} | more


VIEW_LIMITS = {
    "title": (modal(title=plain("x" * 24)), modal(title=plain("x" * 25))),
    "submit": (modal(submit=plain("x" * 24)), modal(submit=plain("x" * 25))),
    "close": (modal(close=plain("x" * 24)), modal(close=plain("x" * 25))),
    "private_metadata": (
        modal(private_metadata="x" * 3000),
        modal(private_metadata="x" * 3001),
    ),
    "callback_id": (modal(callback_id="x" * 255), modal(callback_id="x" * 256)),
    "external_id": (modal(external_id="x" * 255), modal(external_id="x" * 256)),
    "blocks": (modal(*[section()] * 100), modal(*[section()] * 101)),
    "an input needs a submit button": (
        modal(field({"type": "datepicker"}), submit=plain()),
        modal(field({"type": "datepicker"})),
    ),
    "a home has no title": (
        {"type": "home", "blocks": []},
        {"type": "home", "blocks": [], "title": plain()},
    ),
    "a modal has no markdown": (modal(), modal({"type": "markdown", "text": "x"})),
    "a modal has no table": (modal(), modal(table())),
    "a modal has no chart": (modal(), modal(chart())),
    "a home has no markdown": (
        {"type": "home", "blocks": [section()]},
        {"type": "home", "blocks": [{"type": "markdown", "text": "x"}]},
    ),
    "one focus": (
        modal(field({"type": "datepicker", "focus_on_load": True}), submit=plain()),
        modal(*[field({"type": "datepicker", "focus_on_load": True})] * 2, submit=plain()),
    ),
}


@pytest.mark.parametrize("name", VIEW_LIMITS)
def test_a_view_may_reach_each_limit_and_not_pass_it(name: str) -> None:
    fits, exceeds = VIEW_LIMITS[name]
    assert view_problems(fits) == []
    assert view_problems(exceeds)


def test_a_view_over_250_kb_is_too_large(slack: FakeSlack) -> None:
    ann = slack.add_user("Ann")
    client = WebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    heavy = {"type": "home", "blocks": [section(text=mrkdwn("ก" * 3000)) for _ in range(30)]}
    with pytest.raises(SlackApiError) as caught:
        client.views_publish(user_id=ann.id, view=heavy)
    assert caught.value.response["error"] == "view_too_large"


def test_blocks_can_be_validated_without_a_token(slack: FakeSlack) -> None:
    client = WebClient(base_url=slack.api_url, retry_handlers=[])
    assert client.api_call("blocks.validate", json={"blocks": [section()]})["ok"]
    with pytest.raises(SlackApiError) as caught:
        client.api_call("blocks.validate", json={"blocks": [section(text=mrkdwn("x" * 3001))]})
    assert caught.value.response["errors"] == [
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]


def test_unfinished_json_in_a_form_is_refused(slack: FakeSlack) -> None:
    sales = slack.add_channel("sales")
    client = WebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    with pytest.raises(SlackApiError) as caught:
        client.api_call("chat.postMessage", params={"channel": sales.id, "blocks": "[{"})
    assert caught.value.response["error"] == "invalid_blocks_format"
