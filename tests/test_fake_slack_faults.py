"""The fake's faults, rate limits, log and audit."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.world import Channel


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack(strict=False) as fake:
        yield fake


@pytest.fixture
def sales(slack: FakeSlack) -> Channel:
    return slack.add_channel("sales")


def web(slack: FakeSlack, **more) -> WebClient:
    settings = {"token": slack.bot_token, "base_url": slack.api_url, "retry_handlers": []}
    return WebClient(**(settings | more))


def test_a_call_lost_before_processing_leaves_no_message(slack: FakeSlack, sales: Channel) -> None:
    slack.faults.add("chat.postMessage", "lose_before")
    with pytest.raises(OSError):
        web(slack).chat_postMessage(channel=sales.id, text="x")
    assert slack.messages(sales) == []
    assert slack.calls[0].fault == "lose_before"
    assert web(slack).chat_postMessage(channel=sales.id, text="x")["ok"]


def test_a_call_lost_after_processing_leaves_a_message(slack: FakeSlack, sales: Channel) -> None:
    slack.faults.add("chat.postMessage", "lose_after")
    with pytest.raises(OSError):
        web(slack).chat_postMessage(channel=sales.id, text="x")
    assert len(slack.messages(sales)) == 1
    assert slack.calls[0].ok


def test_a_client_that_repeats_lost_calls_posts_twice(slack: FakeSlack, sales: Channel) -> None:
    slack.faults.add("chat.postMessage", "lose_after")
    # The client's own default: one more try when a connection breaks.
    careless = WebClient(token=slack.bot_token, base_url=slack.api_url)
    careless.chat_postMessage(channel=sales.id, text="x")
    assert len(slack.messages(sales)) == 2


@pytest.mark.parametrize(("kind", "status"), [("http_500", 500), ("http_503", 503)])
def test_server_errors_do_nothing(slack: FakeSlack, sales: Channel, kind: str, status: int) -> None:
    slack.faults.add("chat.postMessage", kind)
    with pytest.raises(SlackApiError) as caught:
        web(slack).chat_postMessage(channel=sales.id, text="x")
    assert caught.value.response.status_code == status
    assert slack.messages(sales) == []


def test_a_proxy_page_instead_of_json_is_an_error_to_the_client(
    slack: FakeSlack, sales: Channel
) -> None:
    slack.faults.add("chat.postMessage", "html_200")
    with pytest.raises(SlackApiError):
        web(slack).chat_postMessage(channel=sales.id, text="x")
    assert slack.messages(sales) == []


def test_a_truncated_answer_comes_after_the_deed(slack: FakeSlack, sales: Channel) -> None:
    slack.faults.add("chat.postMessage", "truncated_json")
    with pytest.raises(SlackApiError):
        web(slack).chat_postMessage(channel=sales.id, text="x")
    assert len(slack.messages(sales)) == 1


@pytest.mark.parametrize("code", ["token_revoked", "account_inactive", "is_archived"])
def test_an_error_by_script_hits_only_where_it_is_aimed(slack: FakeSlack, code: str) -> None:
    first, second = slack.add_channel("one"), slack.add_channel("two")
    slack.faults.add("chat.postMessage", "error", code=code, times=2, channel=first.id)
    client = web(slack)
    assert client.chat_postMessage(channel=second.id, text="x")["ok"]
    for _ in range(2):
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel=first.id, text="x")
        assert caught.value.response["error"] == code
    assert client.chat_postMessage(channel=first.id, text="x")["ok"]


def test_being_rate_limited_by_script_says_when_to_come_back(
    slack: FakeSlack, sales: Channel
) -> None:
    slack.faults.add("chat.postMessage", "error", code="ratelimited", retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        web(slack).chat_postMessage(channel=sales.id, text="x")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "7"


def test_latency_makes_a_client_give_up_though_the_deed_is_done(
    slack: FakeSlack, sales: Channel
) -> None:
    slack.faults.add("chat.postMessage", "latency", seconds=1.2)
    with pytest.raises(TimeoutError):
        web(slack, timeout=1).chat_postMessage(channel=sales.id, text="x")
    assert slack.wait_for(lambda: slack.messages(sales), timeout=3)


def test_chance_repeats_itself_from_its_seed(slack: FakeSlack, sales: Channel) -> None:
    def run() -> list[bool]:
        slack.faults.clear()
        slack.faults.add("auth.test", "http_500", probability=0.5, seed=3)
        client, lost = web(slack), []
        for _ in range(20):
            try:
                client.auth_test()
                lost.append(False)
            except SlackApiError:
                lost.append(True)
        return lost

    first = run()
    assert first == run()
    assert 0 < sum(first) < 20


def test_an_unknown_fault_is_a_mistake_in_the_test(slack: FakeSlack) -> None:
    with pytest.raises(ValueError, match="lose_before"):
        slack.faults.add("chat.postMessage", "explode")


def test_without_limits_posts_go_as_fast_as_they_come(slack: FakeSlack, sales: Channel) -> None:
    client = web(slack)
    for n in range(30):
        client.chat_postMessage(channel=sales.id, text=str(n))
    assert len(slack.messages(sales)) == 30


def test_with_limits_a_channel_takes_one_message_a_second() -> None:
    with FakeSlack(rate_limits=True, strict=False) as slack:
        one, two = slack.add_channel("one"), slack.add_channel("two")
        client = web(slack)
        client.chat_postMessage(channel=one.id, text="x")
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel=one.id, text="y")
        assert caught.value.response.status_code == 429
        assert caught.value.response["error"] == "ratelimited"
        assert client.chat_postMessage(channel=two.id, text="x")["ok"]
        time.sleep(int(caught.value.response.headers["Retry-After"]))
        assert client.chat_postMessage(channel=one.id, text="y")["ok"]


def test_with_limits_a_tier_is_counted_per_method_and_workspace() -> None:
    with FakeSlack(rate_limits={"users.info": 3}, strict=False) as slack:
        globex = slack.add_team("Globex")
        ann, zed = slack.add_user("Ann"), slack.add_user("Zed", team=globex)
        client = web(slack)
        for _ in range(3):
            client.users_info(user=ann.id)
        with pytest.raises(SlackApiError) as caught:
            client.users_info(user=ann.id)
        assert 1 <= int(caught.value.response.headers["Retry-After"]) <= 20
        assert client.auth_test()["ok"]
        assert web(slack, token=globex.bot_token).users_info(user=zed.id)["ok"]


def test_every_call_is_logged_without_a_secret(tmp_path: Path) -> None:
    log = tmp_path / "calls.jsonl"
    with FakeSlack(log_path=log, strict=False) as slack:
        sales = slack.add_channel("sales")
        web(slack).chat_postMessage(channel=sales.id, text="ลูกค้า")
        secret = slack.bot_token
        with pytest.raises(SlackApiError):
            web(slack).api_call("auth.tset", json={"token": secret, "client_secret": secret})
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [line["method"] for line in lines] == ["chat.postMessage", "auth.tset"]
    assert lines[0]["args"] == {"channel": sales.id, "text": "ลูกค้า"}
    assert lines[0]["token"] == f"bot:{slack.team.id}"
    assert lines[0]["result"]["ok"]
    assert secret not in log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Goal <!channel> is late", ["broadcast"]),
        ("<!here|here> and <!everyone>", ["broadcast", "broadcast"]),
        ("<https://evil.test|Click here>", ["disguised_link"]),
        ("<https://evil.test|https://headway.test>", ["disguised_link"]),
        ("<javascript:alert(1)|Open>", ["disguised_link"]),
        ("Owner <@U404>", ["unknown_mention"]),
        ("&lt;!channel&gt; &lt;https://evil.test|Click&gt;", []),
        ("<https://headway.test/goals/1|Open the goal>", []),
        ("<https://other.test/page>", []),
        ("63.2% <https://headway.test/r|63.2>", []),
    ],
)
def test_the_audit_finds_what_would_ping_or_mislead(
    slack: FakeSlack, sales: Channel, text: str, kinds: list[str]
) -> None:
    slack.trusted_hosts.add("headway.test")
    web(slack).chat_postMessage(channel=sales.id, text=text)
    assert [finding.kind for finding in slack.audit] == kinds
    slack.reset()
    again = slack.add_channel("sales")
    marked = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    web(slack).chat_postMessage(channel=again.id, text="x", blocks=[marked])
    assert [finding.kind for finding in slack.audit] == kinds
    slack.reset()
    again = slack.add_channel("sales")
    # Plain text is shown as it is, whatever it says.
    plain = {"type": "section", "text": {"type": "plain_text", "text": text}}
    web(slack).chat_postMessage(channel=again.id, text="x", blocks=[plain])
    assert slack.audit == []


def test_the_audit_finds_user_content_that_was_not_escaped(
    slack: FakeSlack, sales: Channel
) -> None:
    slack.watch("R&D <@U1>")
    client = web(slack)
    client.chat_postMessage(channel=sales.id, text="Goal R&amp;D &lt;@U1&gt;")
    assert slack.audit == []
    client.chat_postMessage(channel=sales.id, text="Goal R&D <@U1>")
    assert {finding.kind for finding in slack.audit} == {"raw_user_content", "unknown_mention"}


def test_the_audit_finds_pings_in_rich_text_and_messages_without_spoken_text(
    slack: FakeSlack, sales: Channel
) -> None:
    ping = {"type": "rich_text_section", "elements": [{"type": "broadcast", "range": "here"}]}
    blocks = [{"type": "rich_text", "elements": [ping]}]
    call = {"channel": sales.id, "blocks": blocks}
    web(slack).api_call("chat.postMessage", json=call)
    assert {finding.kind for finding in slack.audit} == {"broadcast", "no_notification_text"}


def test_what_is_on_the_screen_is_read_out_as_people_read_it(
    slack: FakeSlack, sales: Channel
) -> None:
    ann = slack.add_user("Ann Lee")
    blocks: list[dict] = [
        {"type": "header", "text": {"type": "plain_text", "text": "Churn <rate>"}},
        {
            "type": "section",
            "text": {
                "type": "mrkdwn",
                "text": f"*Off track*: 4.2% of <https://headway.test|R&amp;D>, says <@{ann.id}>",
            },
        },
        {
            "type": "image",
            "alt_text": "Line falling to 4.2%",
            "image_url": "https://headway.test/a.png",
        },
        {
            "type": "data_visualization",
            "title": "By month",
            "chart": {"type": "pie", "segments": [{"label": "Won", "value": 3}]},
        },
        {
            "type": "actions",
            "elements": [
                {"type": "button", "text": {"type": "plain_text", "text": "Snooze"}, "value": "s1"}
            ],
        },
    ]
    web(slack).chat_postMessage(channel=sales.id, text="Churn is _off track_", blocks=blocks)
    message = slack.one(sales, "off track")
    assert slack.screen_text(message).splitlines() == [
        "Churn is off track",
        "Churn <rate>",
        "Off track: 4.2% of R&D, says @ann.lee",
        "Line falling to 4.2%",
        "By month",
        "Won",
        "3",
        "Snooze",
    ]
    assert slack.find(sales, "LINE FALLING") == [message]
    assert slack.notification_text(message) == "Churn is off track"
    assert "off track" not in slack.screen_text(message, notification=False)
    with pytest.raises(AssertionError, match="Line falling"):
        slack.one(sales, "no such words")


def test_many_callers_at_once_lose_nothing(slack: FakeSlack, sales: Channel) -> None:
    def post(name: int) -> None:
        client = web(slack)
        for n in range(10):
            client.chat_postMessage(channel=sales.id, text=f"{name}-{n}")

    threads = [threading.Thread(target=post, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said = slack.messages(sales)
    assert len({m.text for m in said}) == 80
    assert [m.ts for m in said] == sorted({m.ts for m in said})


def test_waiting_may_ask_the_server_itself(slack: FakeSlack, sales: Channel) -> None:
    later = threading.Timer(0.05, lambda: web(slack).chat_postMessage(channel=sales.id, text="x"))
    later.start()
    slack.grant("channels:history")
    history = web(slack).conversations_history
    said = slack.wait_for(lambda: history(channel=sales.id)["messages"])
    later.join()
    assert [m["text"] for m in said] == ["x"]
    with pytest.raises(AssertionError, match="did not come about"):
        slack.wait_for(lambda: slack.find(sales, "y"), timeout=0.05)


def test_stopping_ends_a_call_that_hangs() -> None:
    slack = FakeSlack().start()
    slack.faults.add("auth.test", "latency", seconds=60)
    failures: list[BaseException] = []

    def call() -> None:
        try:
            web(slack).auth_test()
        except (OSError, SlackApiError) as error:
            failures.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    slack.wait_for(lambda: slack.faults.script[0].fired)
    start = time.monotonic()
    slack.stop()
    thread.join(30)
    assert not thread.is_alive()
    assert time.monotonic() - start < 30
