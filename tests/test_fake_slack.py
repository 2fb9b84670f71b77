"""The fake's Web API, seen by the official client: tokens, scopes, arguments, messages."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.world import MANIFEST_SCOPES


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack(strict=False) as fake:
        yield fake


def web(slack: FakeSlack, token: str | None = None) -> WebClient:
    return WebClient(token=token or slack.bot_token, base_url=slack.api_url, retry_handlers=[])


def error(call, *args, **kwargs) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(*args, **kwargs)
    return str(caught.value.response["error"])


def test_the_bot_token_tells_who_it_is(slack: FakeSlack) -> None:
    answer = web(slack).auth_test()
    assert answer["team_id"] == slack.team.id
    assert answer["user_id"] == slack.team.bot_user_id
    assert answer["bot_id"] == slack.team.bot_id


@pytest.mark.parametrize(
    ("token", "code"),
    [("", "not_authed"), ("xoxb-nobody", "invalid_auth"), ("xapp", "not_allowed_token_type")],
)
def test_a_wrong_token_is_refused(slack: FakeSlack, token: str, code: str) -> None:
    client = web(slack)
    client.token = slack.app_token if token == "xapp" else token
    assert error(client.auth_test) == code


def test_a_revoked_token_and_a_removed_app_are_refused(slack: FakeSlack) -> None:
    slack.team.active = False
    assert error(web(slack).auth_test) == "account_inactive"
    slack.revoke()
    assert error(web(slack).auth_test) == "token_revoked"


def test_a_missing_scope_names_what_is_needed_and_what_is_there(slack: FakeSlack) -> None:
    sales = slack.add_channel("sales")
    with pytest.raises(SlackApiError) as caught:
        web(slack).conversations_history(channel=sales.id)
    answer = caught.value.response
    assert answer["error"] == "missing_scope"
    assert answer["needed"] == "channels:history"
    assert set(answer["provided"].split(",")) == MANIFEST_SCOPES


def test_each_kind_of_conversation_needs_its_own_scope(slack: FakeSlack) -> None:
    ann = slack.add_user("Ann")
    private = slack.add_channel("board", private=True)
    client = web(slack)
    assert error(client.conversations_info, channel=private.id) == "missing_scope"
    assert error(client.conversations_info, channel=slack.im(ann).id) == "missing_scope"
    assert error(client.conversations_list, types="public_channel,private_channel") == (
        "missing_scope"
    )
    slack.grant("groups:read")
    assert client.conversations_info(channel=private.id)["channel"]["is_private"]
    slack.withdraw("groups:read")
    assert error(client.conversations_info, channel=private.id) == "missing_scope"


def test_required_unknown_and_mistyped_arguments_are_refused(slack: FakeSlack) -> None:
    client = web(slack)
    assert error(client.api_call, "chat.postMessage", json={"text": "x"}) == "invalid_arguments"
    wrong = {"channel": "C1", "text": "x", "colour": "red"}
    assert error(client.api_call, "chat.postMessage", json=wrong) == "invalid_arg_name"
    mistyped = {"channel": "C1", "text": 5}
    assert error(client.api_call, "chat.postMessage", json=mistyped) == "invalid_arguments"
    assert error(client.api_call, "chat.postMassage") == "unknown_method"


def test_arguments_may_come_as_form_query_or_json(slack: FakeSlack) -> None:
    sales = slack.add_channel("sales")
    client = web(slack)
    blocks = '[{"type": "divider"}]'
    client.api_call("chat.postMessage", params={"channel": sales.id, "blocks": blocks, "text": "a"})
    client.api_call("chat.postMessage", json={"channel": sales.id, "text": "b"})
    found = client.api_call("conversations.info", http_verb="GET", params={"channel": sales.id})
    assert found["channel"]["name"] == "sales"
    assert [m.text for m in slack.messages(sales)] == ["a", "b"]
    assert slack.messages(sales)[0].blocks[0]["type"] == "divider"


def test_posting_needs_a_channel_that_is_known_open_and_joined(slack: FakeSlack) -> None:
    client = web(slack)
    outside = slack.add_channel("outside", bot=False)
    hidden = slack.add_channel("hidden", private=True, bot=False)
    old = slack.add_channel("old", archived=True)
    closed = slack.add_channel("closed", restricted="restricted_action_read_only_channel")
    other = slack.add_channel("theirs", team=slack.add_team("Globex"))
    cases = {
        "C404": "channel_not_found",
        outside.id: "not_in_channel",
        hidden.id: "channel_not_found",
        old.id: "is_archived",
        closed.id: "restricted_action_read_only_channel",
        other.id: "channel_not_found",
    }
    for channel, code in cases.items():
        assert error(client.chat_postMessage, channel=channel, text="x") == code
    slack.grant("chat:write.public")
    assert client.chat_postMessage(channel=outside.id, text="x")["ok"]


def test_the_bot_joins_public_channels_only(slack: FakeSlack) -> None:
    client = web(slack)
    public = slack.add_channel("public", bot=False)
    private = slack.add_channel("private", private=True)
    assert client.conversations_join(channel=public.id)["channel"]["is_member"]
    assert client.chat_postMessage(channel=public.id, text="x")["ok"]
    code = error(client.conversations_join, channel=private.id)
    assert code == "method_not_supported_for_channel_type"


def test_posting_to_a_person_opens_the_direct_message(slack: FakeSlack) -> None:
    ann = slack.add_user("Ann")
    client = web(slack)
    opened = client.conversations_open(users=ann.id)["channel"]["id"]
    assert client.chat_postMessage(channel=ann.id, text="hello")["channel"] == opened
    assert slack.messages(opened)[0].text == "hello"
    assert error(client.conversations_open, users="U404") == "user_not_found"


def test_timestamps_rise_even_within_one_microsecond() -> None:
    with FakeSlack(now=lambda: 1_700_000_000.0) as slack:
        sales = slack.add_channel("sales")
        posted = [web(slack).chat_postMessage(channel=sales.id, text="x")["ts"] for _ in range(3)]
    assert posted == ["1700000000.000000", "1700000000.000001", "1700000000.000002"]


def test_a_message_needs_something_to_say_and_an_end(slack: FakeSlack) -> None:
    sales = slack.add_channel("sales")
    client = web(slack)
    empty = {"channel": sales.id, "text": " "}
    assert error(client.api_call, "chat.postMessage", json=empty) == "no_text"
    assert client.chat_postMessage(channel=sales.id, text="x" * 40_000)["ok"]
    assert error(client.chat_postMessage, channel=sales.id, text="x" * 40_001) == "msg_too_long"
    ts = client.chat_postMessage(channel=sales.id, text="x")["ts"]
    assert client.chat_update(channel=sales.id, ts=ts, text="y" * 4_000)["ok"]
    assert error(client.chat_update, channel=sales.id, ts=ts, text="y" * 4_001) == "msg_too_long"


def test_only_own_messages_can_be_changed_and_within_the_window(slack: FakeSlack) -> None:
    sales = slack.add_channel("sales")
    client = web(slack)
    ts = client.chat_postMessage(channel=sales.id, text="one")["ts"]
    client.chat_update(channel=sales.id, ts=ts, text="two")
    assert [m.text for m in slack.messages(sales)] == ["two"]
    assert error(client.chat_update, channel=sales.id, ts="1.000001", text="x") == (
        "message_not_found"
    )
    other = slack.messages(sales)[0]
    other.bot_id = "B404"
    assert error(client.chat_update, channel=sales.id, ts=ts, text="x") == "cant_update_message"
    other.bot_id = slack.team.bot_id
    slack.edit_window = 60
    slack.forward(61)
    assert error(client.chat_update, channel=sales.id, ts=ts, text="x") == "edit_window_closed"
    client.chat_delete(channel=sales.id, ts=ts)
    assert slack.messages(sales) == []


def test_an_update_with_text_alone_leaves_the_blocks_and_is_noted(slack: FakeSlack) -> None:
    sales = slack.add_channel("sales")
    client = web(slack)
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": "Old"}}]
    ts = client.chat_postMessage(channel=sales.id, text="old", blocks=blocks)["ts"]
    client.chat_update(channel=sales.id, ts=ts, text="new")
    assert slack.screen_text(slack.messages(sales)[0]).splitlines() == ["new", "Old"]
    assert [finding.kind for finding in slack.audit] == ["update_without_blocks"]
    client.chat_update(channel=sales.id, ts=ts, text="new", blocks=[])
    assert slack.messages(sales)[0].blocks == []


def test_threads_keep_replies_out_of_the_channel(slack: FakeSlack) -> None:
    slack.grant("channels:history")
    sales = slack.add_channel("sales")
    client = web(slack)
    parent = client.chat_postMessage(channel=sales.id, text="alert")["ts"]
    reply = client.chat_postMessage(channel=sales.id, text="still", thread_ts=parent)["ts"]
    client.chat_postMessage(channel=sales.id, text="better", thread_ts=parent, reply_broadcast=True)
    history = client.conversations_history(channel=sales.id)["messages"]
    assert [m["text"] for m in history] == ["better", "alert"]
    assert history[1]["reply_count"] == 2
    thread = client.conversations_replies(channel=sales.id, ts=parent)["messages"]
    assert [m["text"] for m in thread] == ["alert", "still", "better"]
    for wrong in ("1.000001", reply):
        code = error(client.chat_postMessage, channel=sales.id, text="x", thread_ts=wrong)
        assert code == "cannot_reply_to_message"
    assert error(client.conversations_replies, channel=sales.id, ts="1.000001") == (
        "thread_not_found"
    )


def test_history_pages_and_windows(slack: FakeSlack) -> None:
    slack.grant("channels:history")
    sales = slack.add_channel("sales")
    client = web(slack)
    stamps = [client.chat_postMessage(channel=sales.id, text=str(n))["ts"] for n in range(5)]
    pages = [
        [m["text"] for m in page["messages"]]
        for page in client.conversations_history(channel=sales.id, limit=2)
    ]
    assert pages == [["4", "3"], ["2", "1"], ["0"]]
    inner = client.conversations_history(channel=sales.id, oldest=stamps[1], latest=stamps[3])
    assert [m["text"] for m in inner["messages"]] == ["2"]
    whole = client.conversations_history(
        channel=sales.id, oldest=stamps[1], latest=stamps[3], inclusive=True
    )
    assert [m["text"] for m in whole["messages"]] == ["3", "2", "1"]
    outside = slack.add_channel("outside", bot=False)
    assert error(client.conversations_history, channel=outside.id) == "not_in_channel"


def test_metadata_comes_back_only_with_its_scope_and_when_asked_for(slack: FakeSlack) -> None:
    slack.grant("channels:history")
    sales = slack.add_channel("sales")
    client = web(slack)
    key = {"event_type": "alert", "event_payload": {"key": "t1:g1"}}
    client.chat_postMessage(channel=sales.id, text="x", metadata=key)

    def seen(**wanted):
        answer = client.conversations_history(channel=sales.id, **wanted)
        return answer["messages"][0].get("metadata")

    assert seen(include_all_metadata=True) is None
    slack.grant("metadata.message:read")
    assert seen() is None
    assert seen(include_all_metadata=True) == key
    wrong = {"event_type": "alert", "event_payload": "t1"}
    call = {"channel": sales.id, "text": "x", "metadata": wrong}
    assert error(client.api_call, "chat.postMessage", json=call) == "invalid_metadata_format"


def test_a_repeated_client_msg_id_is_one_message_only_where_that_is_set(slack: FakeSlack) -> None:
    sales = slack.add_channel("sales")
    client = web(slack)
    for _ in range(2):
        client.chat_postMessage(channel=sales.id, text="x", client_msg_id="a-1")
    assert len(slack.messages(sales)) == 2
    slack.dedupe_client_msg_id = True
    first = client.chat_postMessage(channel=sales.id, text="y", client_msg_id="a-2")["ts"]
    assert client.chat_postMessage(channel=sales.id, text="y", client_msg_id="a-2")["ts"] == first


def test_an_ephemeral_message_is_for_one_member_alone(slack: FakeSlack) -> None:
    slack.grant("channels:history")
    ann, bob = slack.add_user("Ann"), slack.add_user("Bob")
    sales = slack.add_channel("sales", members=[ann])
    client = web(slack)
    client.chat_postEphemeral(channel=sales.id, user=ann.id, text="psst")
    assert [m.text for m in slack.ephemerals(ann)] == ["psst"]
    assert slack.ephemerals(bob) == []
    assert slack.messages(sales) == []
    assert client.conversations_history(channel=sales.id)["messages"] == []
    code = error(client.chat_postEphemeral, channel=sales.id, user=bob.id, text="psst")
    assert code == "user_not_in_channel"


def test_people_are_described_with_zone_locale_and_guest_marks(slack: FakeSlack) -> None:
    ann = slack.add_user("Ann Lee", locale="th-TH", tz="Asia/Bangkok")
    guest = slack.add_user("Gus", guest="single")
    client = web(slack)
    shown = client.users_info(user=ann.id, include_locale=True)["user"]
    assert (shown["locale"], shown["tz"], shown["tz_offset"]) == ("th-TH", "Asia/Bangkok", 25_200)
    assert "email" not in shown["profile"]
    assert "locale" not in client.users_info(user=ann.id)["user"]
    assert client.users_info(user=guest.id)["user"]["is_ultra_restricted"]
    assert error(client.users_lookupByEmail, email=ann.email) == "missing_scope"
    slack.grant("users:read.email")
    assert client.users_lookupByEmail(email=ann.email.upper())["user"]["id"] == ann.id
    assert client.users_info(user=ann.id)["user"]["profile"]["email"] == ann.email
    stranger = slack.add_user("Zed", team=slack.add_team("Globex"))
    assert error(client.users_info, user=stranger.id) == "user_not_found"
    assert {u["id"] for u in client.users_list()["members"]} == {
        ann.id,
        guest.id,
        slack.team.bot_user_id,
    }


def test_members_and_channels_are_listed_by_page(slack: FakeSlack) -> None:
    people = [slack.add_user(f"P{n}") for n in range(4)]
    sales = slack.add_channel("sales", members=people)
    slack.add_channel("old", archived=True)
    client = web(slack)
    pages = [page["members"] for page in client.conversations_members(channel=sales.id, limit=2)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert {member for page in pages for member in page} == sales.members
    names = [c["name"] for c in client.conversations_list(exclude_archived=True)["channels"]]
    assert names == ["sales"]
    assert error(client.conversations_list, cursor="dGVhbTpD") == "invalid_cursor"


def test_permalinks_and_reactions_need_the_message(slack: FakeSlack) -> None:
    sales = slack.add_channel("sales")
    client = web(slack)
    ts = client.chat_postMessage(channel=sales.id, text="x")["ts"]
    link = client.chat_getPermalink(channel=sales.id, message_ts=ts)["permalink"]
    assert link == f"https://acme.slack.com/archives/{sales.id}/p{ts.replace('.', '')}"
    assert error(client.reactions_add, channel=sales.id, timestamp=ts, name="eyes") == (
        "missing_scope"
    )
    slack.grant("reactions:write")
    client.reactions_add(channel=sales.id, timestamp=ts, name="eyes")
    assert error(client.reactions_add, channel=sales.id, timestamp=ts, name="eyes") == (
        "already_reacted"
    )


def test_a_reset_gives_the_same_ids_again_and_nothing_else(slack: FakeSlack) -> None:
    before = (slack.team.id, slack.bot_token, slack.app_token, slack.url)
    first = slack.add_channel("sales").id
    slack.faults.add("*", "http_500", times=9)
    web(slack)
    slack.reset()
    assert (slack.team.id, slack.bot_token, slack.app_token, slack.url) == before
    assert slack.add_channel("sales").id == first
    assert slack.calls == []
    assert web(slack).auth_test()["ok"]
