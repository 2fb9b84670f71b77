"""The small Slack of the sample company: the bot's calls, people's deeds, and who sees what."""

import base64
import urllib.request

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from app.cli import demo
from app.demo.slack import company, elements
from app.demo.slack.stage import Failed, Stage
from tests.support import site
from tests.support.site import plain
from tests.support.small import LEADERS, SALES

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
MODAL = {
    "type": "modal",
    "callback_id": "nobody_listens",
    "title": {"type": "plain_text", "text": "How sure?"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "note",
            "label": {"type": "plain_text", "text": "Note"},
            "element": {"type": "plain_text_input", "action_id": "v", "max_length": 5},
        },
        {
            "type": "input",
            "block_id": "sure",
            "optional": True,
            "label": {"type": "plain_text", "text": "Sure"},
            "element": {"type": "number_input", "action_id": "v", "is_decimal_allowed": False},
        },
    ],
}


def test_an_alert_and_its_recovery_arrive_by_the_ordinary_delivery(small_slack):
    goal = small_slack.goal("Sell more", "off_track")
    root = small_slack.message(goal, SALES)
    assert small_slack.deliver() == 1
    small_slack.later(days=2)
    small_slack.evaluate(goal, "on_track")
    small_slack.message(goal, SALES, "recovery", "off_track", continues=root)
    assert small_slack.deliver() == 1
    first, second = small_slack.said(SALES)
    assert second["thread_ts"] == first["ts"]
    assert "On track" in first["text"] and "Back on track" in str(second["blocks"])
    assert {row.state for row in small_slack.outbox().values()} == {"done"}


def test_the_set_up_says_whose_slack_this_is_and_how_ones_own_takes_its_place(small_slack):
    owner = small_slack.browser()
    for way in ("socket", "http", "oauth"):
        text = plain(owner.get(f"/slack/setup?way={way}"))
        assert "This is the small Slack of the sample company." in text
        assert "sends nothing anywhere, and there is nothing to set up for it." in text
        assert "To connect a Slack of your own in its place, take the steps below" in text
        assert "start the demo again" in text
        assert "Connected to" not in text
        assert "Done" not in text


def test_a_real_slack_in_its_place_finds_nothing_of_the_small_one(small_slack):
    company.leave(small_slack.wiring, small_slack.workspace_id)
    application = small_slack.application()
    application.extensions["small_slack"] = None
    client = application.test_client()
    client.set_cookie("headway", small_slack.cookie("dana@acme.test"))
    owner = site.Visitor(client)
    assert "removed in Slack" not in plain(owner.get("/slack/setup"))
    assert company.TEAM not in owner.get("/slack/people")
    small_slack.settle()
    assert company.TEAM in small_slack.browser().get("/slack/people")


def test_a_message_stands_on_the_day_on_which_it_was_sent(small_slack):
    with small_slack.stage.at(small_slack.moment):
        small_slack.later(days=30)
        made = small_slack.client.chat_postMessage(channel=SALES, text="Then")
    assert float(made["ts"]) < small_slack.moment.timestamp() - 29 * 86_400


def test_a_question_in_a_channel_is_answered_in_its_thread(small_slack):
    small_slack.goal("Sell more", "off_track")
    small_slack.actor("eva").say(SALES, "@Headway how is sell more?")
    asked, answer = small_slack.said(SALES)
    assert asked["text"].startswith(f"<@{small_slack.stage.data['team']['bot_user_id']}>")
    assert answer["thread_ts"] == asked["ts"] and "Sell more" in str(answer["blocks"])


def test_a_command_is_answered_to_the_asker_alone(small_slack):
    small_slack.goal("Sell more", "off_track")
    small_slack.actor("eva").say(SALES, "/goals sell more")
    [answer] = small_slack.said(SALES)
    assert answer["only"] == small_slack.user_named("eva") and "Sell more" in answer["text"]
    with pytest.raises(Failed):
        small_slack.actor("dana").message(SALES, answer["ts"])


def test_what_slack_itself_says_is_told_to_one_person(small_slack):
    eva = small_slack.actor("eva")
    eva.say(SALES, "/remind me")
    eva.say(SALES, "Only talk")
    ts = small_slack.said(SALES)[-1]["ts"]
    eva.say(SALES, "/goals help", ts)
    notes = [(one["note"], one["only"]) for one in small_slack.said(SALES) if one.get("note")]
    assert notes == [("unknown_command", eva.user), ("not_in_threads", eva.user)]


def test_a_direct_message_is_answered_and_a_language_follows_its_person(small_slack):
    small_slack.goal("Sell more", "off_track")
    with small_slack.wiring.database.system() as session:
        from app.accounts import people

        people.person_with(session, "eva@acme.test").locale = "th"
    small_slack.actor("eva").say(f"D{small_slack.user_named('eva')[1:]}", "sell more")
    small_slack.actor("dana").say(f"D{small_slack.user_named('dana')[1:]}", "sell more")
    thai, english = (
        small_slack.said(f"D{small_slack.user_named(name)[1:]}")[-1] for name in ("eva", "dana")
    )
    assert "Off track" in str(english["blocks"]) and "Off track" not in str(thai["blocks"])


def test_a_choice_among_goals_is_pressed(small_slack):
    small_slack.goal("Sell more north", "off_track")
    small_slack.goal("Sell more south", "on_track")
    eva = small_slack.actor("eva")
    eva.say(SALES, "@Headway sell more")
    question = small_slack.said(SALES)[-1]
    [*_, (block, button)] = elements.every(question["blocks"])
    eva.press(SALES, question["ts"], elements.key(block, button), [])
    assert button["text"]["text"] in small_slack.said(SALES)[-1]["text"]
    # What stands there no more is pressed in vain.
    before = len(small_slack.said(SALES))
    eva.press(SALES, question["ts"], "gone:gone", [])
    assert len(small_slack.said(SALES)) == before


def test_nobody_is_let_into_a_channel_that_is_not_theirs(small_slack):
    small_slack.client.chat_postMessage(channel=LEADERS, text="Between us")
    ts = small_slack.said(LEADERS)[0]["ts"]
    vic = small_slack.actor("vic")
    for deed in (
        lambda: vic.say(LEADERS, "Hello"),
        lambda: vic.press(LEADERS, ts, "a:b", []),
        lambda: vic.shortcut("any", (LEADERS, ts)),
        lambda: vic.suggest("a:b", "x", channel=LEADERS, ts=ts),
    ):
        with pytest.raises(Failed):
            deed()


def test_a_call_without_the_token_or_of_no_method_is_refused(small_slack):
    stranger = WebClient(token="xoxb-other", base_url=small_slack.parts.config.api_url)
    for call, code in (
        (stranger.auth_test, "invalid_auth"),
        (lambda: small_slack.client.api_call("pins.add"), "unknown_method"),
        (lambda: small_slack.client.chat_postMessage(channel="C0NONE", text="x"),
         "channel_not_found"),
        (lambda: small_slack.client.api_call("chat.postMessage", json={"channel": SALES}),
         "no_text"),
        (lambda: small_slack.client.views_open(trigger_id="1", view=MODAL), "invalid_trigger_id"),
    ):  # fmt: skip
        with pytest.raises(SlackApiError) as refused:
            call()
        assert refused.value.response["error"] == code


def test_a_repeated_message_stands_once_and_can_be_changed_and_taken_back(small_slack):
    call, once = small_slack.client, "6f1b1f3e-6a52-5d0e-9c52-8c7b9f4f4a10"
    sent = [
        call.chat_postMessage(channel=SALES, text="One", client_msg_id=once)["ts"] for _ in "12"
    ]
    assert len(set(sent)) == len(small_slack.said(SALES)) == 1
    call.chat_update(channel=SALES, ts=sent[0], text="Two")
    assert small_slack.said(SALES)[0]["text"] == "Two"
    found = call.chat_getPermalink(channel=SALES, message_ts=sent[0])["permalink"]
    assert found.endswith(f"/slack?in={SALES}&thread={sent[0]}")
    assert call.conversations_history(channel=SALES)["messages"][0]["ts"] == sent[0]
    assert call.conversations_replies(channel=SALES, ts=sent[0])["messages"][0]["text"] == "Two"
    call.chat_delete(channel=SALES, ts=sent[0])
    assert small_slack.said(SALES) == []


def test_an_address_for_answers_is_good_for_five(small_slack):
    user = small_slack.user_named("eva")
    url = small_slack.stage.hook(SALES, user, None)
    codes = [WebhookClient(url).send(text=f"{n}").status_code for n in range(6)]
    assert codes == [200] * 5 + [404]
    assert {one["only"] for one in small_slack.said(SALES)} == {user}


def test_a_picture_is_brought_and_shown(small_slack):
    call = small_slack.client
    told = call.files_getUploadURLExternal(filename="a.png", length=len(PIXEL), alt_txt="A dot")
    urllib.request.urlopen(urllib.request.Request(told["upload_url"], data=PIXEL))
    given = [{"id": told["file_id"], "title": "A"}]
    call.files_completeUploadExternal(files=given, channel_id=SALES)
    [message] = small_slack.said(SALES)
    assert message["blocks"][0]["alt_text"] == "A dot"
    visitor = small_slack.browser()
    assert visitor.client.get(f"/slack/small/files/{told['file_id']}").data == PIXEL
    page = visitor.get(f"/slack?in={SALES}")
    assert f'src="/slack/small/files/{told["file_id"]}" alt="A dot"' in page


def test_what_stands_behind_a_link_is_shown_and_can_be_pressed(small_slack):
    eva = small_slack.actor("eva")
    eva.say(SALES, "See https://headway.test/goals/1")
    ts = small_slack.said(SALES)[0]["ts"]
    button = {
        "type": "button",
        "action_id": "nobody_listens",
        "value": "1",
        "text": {"type": "plain_text", "text": "Press"},
    }
    blocks = [{"type": "actions", "elements": [button]}]
    link = "https://headway.test/goals/1"
    small_slack.client.chat_unfurl(channel=SALES, ts=ts, unfurls={link: {"blocks": blocks}})
    page = small_slack.browser().get(f"/slack?in={SALES}")
    assert 'value="u.b0:nobody_listens"' in page
    eva.press(SALES, ts, "u.b0:nobody_listens", [])
    assert not any(one.get("note") for one in small_slack.said(SALES))


def test_a_modal_says_at_its_fields_what_keeps_it_and_forgets_nothing(small_slack):
    eva, stage = small_slack.actor("eva"), small_slack.stage
    small_slack.client.views_open(trigger_id=stage.trigger(eva.user), view=MODAL)
    [view_id] = stage.data["open"][eva.user]
    form = {"h:note:v": ["1"], "f:note:v": ["too long"], "h:sure:v": ["1"], "f:sure:v": ["so"]}
    eva.submit(view_id, form)
    view = eva.view(view_id)
    assert view["errors"] == {
        "note": {"code": "length", "least": 0, "most": 5},
        "sure": {"code": "number"},
    }
    assert view["values"]["note"]["v"]["value"] == "too long"
    eva.submit(view_id, {**form, "f:note:v": [""], "f:sure:v": [""]})
    assert eva.view(view_id)["errors"] == {"note": {"code": "required"}}
    # Nobody listens for it, so it is taken and closes.
    eva.submit(view_id, {**form, "f:note:v": ["ok"], "f:sure:v": ["7"]})
    assert stage.data["open"][eva.user] == []
    with pytest.raises(Failed):
        small_slack.actor("dana").view(view_id)


def test_modals_lie_on_each_other_and_one_that_closes_takes_what_lies_on_it(small_slack):
    eva, stage = small_slack.actor("eva"), small_slack.stage
    call = small_slack.client
    first = call.views_open(trigger_id=stage.trigger(eva.user), view=MODAL)["view"]
    second = call.views_push(trigger_id=stage.trigger(eva.user, first["id"]), view=MODAL)["view"]
    assert second["previous_view_id"] == first["id"]
    changed = {**MODAL, "title": {"type": "plain_text", "text": "Now"}}
    call.views_update(view_id=second["id"], hash=second["hash"], view=changed)
    with pytest.raises(SlackApiError):
        call.views_update(view_id=second["id"], hash=second["hash"], view=MODAL)
    eva.dismiss(first["id"])
    assert stage.data["open"][eva.user] == []


def test_it_remembers_what_was_said_and_begins_anew_after_a_broken_file(small_slack, tmp_path):
    file = tmp_path / "slack.json"
    stage = Stage(small_slack.stage.clock, file)
    with stage.changing() as data:
        data["channels"]["C1"] = {"id": "C1"}
        stage.put("C1", {"text": "Here"})
    assert file.stat().st_mode & 0o077 == 0
    assert Stage(stage.clock, file).data["messages"]["C1"][0]["text"] == "Here"
    file.write_text("{")
    assert Stage(stage.clock, file).data["messages"] == {}


def test_who_is_not_the_owner_sees_with_their_own_eyes_alone(small_slack):
    vic, dana = small_slack.user_named("vic"), small_slack.user_named("dana")
    owner, viewer = small_slack.browser(), small_slack.browser("vic@acme.test")
    assert "leadership" in owner.get("/slack")
    assert "leadership" not in owner.get(f"/slack?as={vic}")
    assert "leadership" not in viewer.get("/slack")
    viewer.get(f"/slack?as={dana}", 404)
    viewer.get("/slack?as=nobody", 404)


def test_without_a_small_slack_nothing_of_it_is_there(slack_desk):
    visitor = slack_desk.browser()
    assert "Try a question" in visitor.get("/slack")
    for path in ("/slack/small/now", "/slack/small/offer", "/slack/small/files/F1"):
        visitor.get(path, 404)
    visitor.post("/slack/small", 404, act="say", text="x")


def test_another_workspace_of_the_same_program_has_none(small_slack):
    from app.accounts import people, workspaces

    with small_slack.wiring.database.system() as system:
        other = workspaces.create(
            system, "Other", now=small_slack.moment, zone="UTC", currency="USD", is_sample=False
        ).id
    with small_slack.wiring.database.session(other) as session:
        people.add(
            session, email="o@o.test", name="O", role="owner", team=None, now=small_slack.moment
        )
    with small_slack.wiring.database.system() as system:
        from app.accounts import sign_in

        person = people.person_with(system, "o@o.test")
        assert person is not None
        cookie = sign_in.start(
            system, person, workspace_id=other, device="test", now=small_slack.moment
        )
    client = small_slack.application().test_client()
    client.set_cookie("headway", cookie)
    visitor = site.Visitor(client)
    visitor.get("/slack/small/now", 404)
    assert "Try a question" in visitor.get("/slack")


@pytest.mark.parametrize(
    "given",
    [
        {"slack_bot_token": "xoxb-1"},
        {"slack_client_id": "1.2"},
        {"slack_api_url": "https://x.test"},
    ],
)
def test_a_slack_in_the_environment_takes_its_place(small_slack, given):
    assert not demo._has_slack(
        small_slack.wiring.settings.model_copy(update={"slack_api_url": "https://slack.com/api/"})
    )
    own = {"slack_api_url": "https://slack.com/api/", **given}
    assert demo._has_slack(small_slack.wiring.settings.model_copy(update=own))
