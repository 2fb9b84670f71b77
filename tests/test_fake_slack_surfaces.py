"""The fake's modals, App Home, agent view, uploads, installation, by the official client."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.world import User, View


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack(strict=False) as fake:
        yield fake


@pytest.fixture
def ann(slack: FakeSlack) -> User:
    return slack.add_user("Ann")


@pytest.fixture
def client(slack: FakeSlack) -> WebClient:
    return WebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])


def error(call, *args, **kwargs) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(*args, **kwargs)
    return str(caught.value.response["error"])


def modal(title: str = "Check in", **more) -> dict:
    text = {"type": "plain_text", "text": "How is it going?"}
    blocks = [{"type": "section", "block_id": "q", "text": text}]
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": title},
        "blocks": blocks,
    } | more


def on_screen(slack: FakeSlack, view: View | None) -> list[str]:
    return slack.screen_text(view).splitlines() if view else []


def test_a_trigger_opens_one_view_within_three_seconds(
    slack: FakeSlack, ann: User, client: WebClient
) -> None:
    trigger = slack.new_trigger(slack.team.id, ann.id)
    assert client.views_open(trigger_id=trigger, view=modal())["view"]["id"]
    assert on_screen(slack, slack.modal(ann)) == ["Check in", "How is it going?"]
    assert error(client.views_open, trigger_id=trigger, view=modal()) == "exchanged_trigger_id"
    late = slack.new_trigger(slack.team.id, ann.id)
    slack.forward(3.1)
    assert error(client.views_open, trigger_id=late, view=modal()) == "expired_trigger_id"
    assert error(client.views_open, trigger_id="1.2.3", view=modal()) == "invalid_trigger_id"


def test_a_trigger_of_another_workspace_opens_nothing(slack: FakeSlack, client: WebClient) -> None:
    globex = slack.add_team("Globex")
    zed = slack.add_user("Zed", team=globex)
    trigger = slack.new_trigger(globex.id, zed.id)
    assert error(client.views_open, trigger_id=trigger, view=modal()) == "invalid_trigger_id"


def test_a_bad_view_is_refused_with_its_reasons(
    slack: FakeSlack, ann: User, client: WebClient
) -> None:
    with pytest.raises(SlackApiError) as caught:
        client.views_open(trigger_id=slack.new_trigger(slack.team.id, ann.id), view=modal("x" * 25))
    assert caught.value.response["error"] == "invalid_arguments"
    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    assert slack.modal(ann) is None


def test_an_update_with_an_old_hash_conflicts(
    slack: FakeSlack, ann: User, client: WebClient
) -> None:
    opened = client.views_open(
        trigger_id=slack.new_trigger(slack.team.id, ann.id), view=modal(external_id="goal-7")
    )["view"]
    client.views_update(view_id=opened["id"], hash=opened["hash"], view=modal("Second"))
    code = error(
        client.views_update, view_id=opened["id"], hash=opened["hash"], view=modal("Third")
    )
    assert code == "hash_conflict"
    assert error(client.views_update, view_id="V404", view=modal()) == "not_found"
    assert on_screen(slack, slack.modal(ann))[0] == "Second"


def test_an_external_id_belongs_to_one_view(slack: FakeSlack, ann: User, client: WebClient) -> None:
    bob = slack.add_user("Bob")
    client.views_open(
        trigger_id=slack.new_trigger(slack.team.id, ann.id), view=modal(external_id="goal-7")
    )
    second = slack.new_trigger(slack.team.id, bob.id)
    code = error(client.views_open, trigger_id=second, view=modal(external_id="goal-7"))
    assert code == "duplicate_external_id"
    assert client.views_update(external_id="goal-7", view=modal("Found"))["ok"]


def test_three_modals_lie_on_each_other_and_no_fourth(
    slack: FakeSlack, ann: User, client: WebClient
) -> None:
    first = client.views_open(trigger_id=slack.new_trigger(slack.team.id, ann.id), view=modal())
    below = first["view"]["id"]
    for _ in range(2):
        trigger = slack.new_trigger(slack.team.id, ann.id, below)
        pushed = client.views_push(trigger_id=trigger, view=modal())["view"]
        assert pushed["previous_view_id"] == below
        assert pushed["root_view_id"] == first["view"]["id"]
        below = pushed["id"]
    trigger = slack.new_trigger(slack.team.id, ann.id, below)
    assert error(client.views_push, trigger_id=trigger, view=modal()) == "push_limit_reached"


def test_app_home_is_for_one_person_and_guards_its_hash(
    slack: FakeSlack, ann: User, client: WebClient
) -> None:
    bob = slack.add_user("Bob")
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "*Churn rate*"}}
    home = {"type": "home", "blocks": [block]}
    shown = client.views_publish(user_id=ann.id, view=home)["view"]
    assert on_screen(slack, slack.home(ann)) == ["Churn rate"]
    assert slack.home(bob) is None
    assert client.views_publish(user_id=ann.id, view=home, hash=shown["hash"])["ok"]
    assert error(client.views_publish, user_id=ann.id, view=home, hash=shown["hash"]) == (
        "hash_conflict"
    )
    assert error(client.views_publish, user_id=ann.id, view=modal()) == "invalid_arguments"
    slack.team.home_tab = False
    assert error(client.views_publish, user_id=ann.id, view=home) == "not_enabled"


def test_prompts_are_one_to_four_and_for_agents(
    slack: FakeSlack, ann: User, client: WebClient
) -> None:
    place = slack.im(ann).id
    prompts = [{"title": "Churn", "message": "How is churn?"}] * 4
    client.assistant_threads_setSuggestedPrompts(channel_id=place, prompts=prompts)
    assert slack.prompts[place] == prompts
    five = [*prompts, prompts[0]]
    suggest = client.assistant_threads_setSuggestedPrompts
    assert error(suggest, channel_id=place, prompts=five) == "invalid_arguments"
    slack.team.agent = False
    assert error(suggest, channel_id=place, prompts=prompts) == "not_agent_app"


def test_a_status_stays_until_the_bot_posts_in_the_thread(
    slack: FakeSlack, ann: User, client: WebClient
) -> None:
    place = slack.im(ann).id
    ts = client.chat_postMessage(channel=place, text="hi")["ts"]
    client.assistant_threads_setStatus(channel_id=place, thread_ts=ts, status="Reading churn…")
    assert slack.statuses == {(place, ts): "Reading churn…"}
    client.chat_postMessage(channel=place, text="4.2%", thread_ts=ts)
    assert slack.statuses == {}


def test_an_upload_is_posted_with_its_alt_text(
    slack: FakeSlack, ann: User, client: WebClient
) -> None:
    sales = slack.add_channel("sales", members=[ann])
    client.files_upload_v2(
        channel=sales.id,
        content=b"\x89PNG",
        filename="churn.png",
        title="Churn rate",
        alt_txt="Churn rate fell from 5% to 4.2%",
        initial_comment="This quarter",
    )
    (message,) = slack.messages(sales)
    assert slack.screen_text(message).splitlines() == [
        "This quarter",
        "Churn rate",
        "Churn rate fell from 5% to 4.2%",
    ]
    (file,) = slack.files.values()
    assert file.content == b"\x89PNG"


def test_a_file_must_arrive_whole_before_it_is_shown(slack: FakeSlack, client: WebClient) -> None:
    sales = slack.add_channel("sales")
    promised = client.files_getUploadURLExternal(filename="a.png", length=10)
    files = [{"id": promised["file_id"], "title": "A"}]
    complete = client.files_completeUploadExternal
    assert error(complete, files=files, channel_id=sales.id) == "file_update_failed"
    assert error(complete, files=[{"id": "F404"}]) == "file_not_found"
    slack.withdraw("files:write")
    assert error(client.files_getUploadURLExternal, filename="a", length=1) == "missing_scope"


def test_an_image_block_waits_for_its_file_to_be_processed(
    slack: FakeSlack, client: WebClient
) -> None:
    sales = slack.add_channel("sales")
    slack.files_ready_after = 2.0
    done = client.files_upload_v2(content=b"\x89PNG", filename="a.png")
    image = {"type": "image", "alt_text": "A", "slack_file": {"id": done["file"]["id"]}}
    post = client.chat_postMessage
    assert error(post, channel=sales.id, text="A", blocks=[image]) == "invalid_blocks"
    slack.forward(2.1)
    assert post(channel=sales.id, text="A", blocks=[image])["ok"]


def test_installing_gives_a_token_once_for_a_code(slack: FakeSlack, ann: User) -> None:
    client = WebClient(base_url=slack.api_url, retry_handlers=[])
    redirect = "https://headway.test/slack/oauth_redirect"
    asked = {
        "client_id": slack.client_id,
        "scope": "chat:write,commands",
        "state": "s-1",
        "redirect_uri": redirect,
    }
    page = f"https://slack.com/oauth/v2/authorize?{urlencode(asked)}"
    back = urlsplit(slack.consent(page, ann))
    answer = parse_qs(back.query)
    assert (back.path, answer["state"]) == ("/slack/oauth_redirect", ["s-1"])
    exchange = {
        "client_id": slack.client_id,
        "client_secret": slack.client_secret,
        "code": answer["code"][0],
        "redirect_uri": redirect,
    }
    wrong = exchange | {"client_secret": "guess"}
    assert error(client.oauth_v2_access, **wrong) == "bad_client_secret"
    elsewhere = exchange | {"redirect_uri": "https://evil.test/"}
    assert error(client.oauth_v2_access, **elsewhere) == "bad_redirect_uri"
    installed = client.oauth_v2_access(**exchange)
    assert installed["team"]["id"] == slack.team.id
    assert installed["scope"] == "chat:write,commands"
    assert WebClient(token=installed["access_token"], base_url=slack.api_url).auth_test()["ok"]
    assert error(client.oauth_v2_access, **exchange) == "invalid_code"
    assert "error=access_denied" in slack.consent(page, ann, deny=True)


def test_rotated_tokens_expire_and_refresh_tokens_work_once(slack: FakeSlack, ann: User) -> None:
    slack.token_rotation = True
    client = WebClient(base_url=slack.api_url, retry_handlers=[])
    page = f"https://x/?{urlencode({'client_id': slack.client_id, 'scope': 'chat:write'})}"
    code = parse_qs(urlsplit(slack.consent(page, ann)).query)["code"][0]
    keys = {"client_id": slack.client_id, "client_secret": slack.client_secret}
    first = client.oauth_v2_access(code=code, **keys)
    assert first["expires_in"] == 43_200
    again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"], **keys}
    second = client.oauth_v2_access(**again)
    assert error(client.oauth_v2_access, **again) == "invalid_refresh_token"
    slack.forward(43_201)
    client.token = first["access_token"]
    assert error(client.auth_test) == "token_expired"
    assert second["access_token"] != first["access_token"]


def test_a_response_url_takes_five_answers_within_half_an_hour(
    slack: FakeSlack, ann: User, client: WebClient
) -> None:
    sales = slack.add_channel("sales", members=[ann])
    hook = slack.new_response_url(slack.team.id, sales.id, ann.id)
    webhook = WebhookClient(f"{slack.url}/hooks/response/{hook.id}", retry_handlers=[])
    assert webhook.send(text="for you").body == "ok"
    assert webhook.send(text="for all", response_type="in_channel").status_code == 200
    assert [m.text for m in slack.ephemerals(ann)] == ["for you"]
    assert [m.text for m in slack.messages(sales)] == ["for all"]
    bad = webhook.send(blocks=[{"type": "nonsense"}])
    assert (bad.status_code, bad.body) == (400, "invalid_blocks")
    statuses = [webhook.send(text="x").status_code for _ in range(3)]
    assert statuses == [200, 200, 404]
    late = slack.new_response_url(slack.team.id, sales.id, ann.id)
    slack.forward(1801)
    late_hook = WebhookClient(f"{slack.url}/hooks/response/{late.id}", retry_handlers=[])
    assert late_hook.send(text="x").body == "expired_url"
