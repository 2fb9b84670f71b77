"""Messages attached to goals: their address always, their words where all readers may see them."""

import pytest
from sqlmodel import col, select

from goals.tracking.mentions import Mention
from tests.support.slack import Desk


def attached(desk: Desk) -> list[Mention]:
    with desk.session() as session:
        statement = select(Mention).where(col(Mention.workspace_id) == desk.workspace_id)
        return list(session.exec(statement))


def begun(desk: Desk, ann, message):
    """Somebody with the form before them, for a message."""
    ann.shortcut("link_message", message)
    return ann.modal


def room(desk: Desk, *people, **also):
    """A channel with a message in it, by the first of the people."""
    channel = desk.slack.add_channel("deals", members=[one.user for one in people], **also)
    return channel, people[0].write(channel, "Acme signs <tomorrow> *for sure*")


def test_a_message_of_an_open_channel_is_quoted_on_the_goals_page(slack_desks: Desk) -> None:
    desk = slack_desks
    goal = desk.goal("New business")
    ann = desk.user(desk.person("Ann Lee", "commenter"))
    channel, message = room(desk, ann)
    view = begun(desk, ann, message)
    assert ann.suggest(view, "goal_typed", "new b") == ["New business"]
    reply = ann.submit(view, {"goal": "New business", "comment": "Watch <this> & learn"})
    assert desk.slack.modal(ann.user) is None
    assert any("Attached to “New business”." in note.text for note in reply.messages)
    [row] = attached(desk)
    assert row.url == (
        f"https://acme.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    )
    assert (row.goal_id, row.author, row.place) == (goal, "Ann Lee", "deals")
    page = desk.browser().get(f"/goals/{goal}")
    assert "Acme signs" in page
    assert "Watch &lt;this&gt; &amp; learn" in page
    assert f'href="{row.url}"' in page
    assert desk.slack.audit == []


def test_attaching_twice_keeps_one_and_the_words_of_the_last(slack_desk: Desk) -> None:
    slack_desk.goal("New business")
    ann = slack_desk.user(slack_desk.person("Ann", "commenter"))
    _, message = room(slack_desk, ann)
    for comment in ("First", "Second", ""):
        view = begun(slack_desk, ann, message)
        ann.suggest(view, "goal_typed", "")
        reply = ann.submit(view, {"goal": "New business", "comment": comment})
        ann.resend(reply)
    [row] = attached(slack_desk)
    assert row.comment == "Second"


def test_a_private_channel_leaves_the_link_alone(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    ann = slack_desk.user(slack_desk.person("Ann", "commenter"))
    _, message = room(slack_desk, ann, private=True)
    view = begun(slack_desk, ann, message)
    ann.suggest(view, "goal_typed", "")
    reply = ann.submit(view, {"goal": "New business"})
    assert any("as a link" in note.text for note in reply.messages)
    [row] = attached(slack_desk)
    assert (row.excerpt, row.author, row.place) == (None, None, None)
    page = slack_desk.browser().get(f"/goals/{goal}")
    assert "signs" not in page
    assert "Its words are not shown here" in page


def test_a_private_channel_is_quoted_as_long_as_all_readers_of_the_goal_are_in_it(
    slack_desk: Desk,
) -> None:
    slack_desk.slack.grant("groups:read")
    goal = slack_desk.goal("New business")
    dana = slack_desk.slack.add_user("Dana Keller", email="dana@acme.test")
    with slack_desk.session() as session:
        from integrations.slack import links

        member = links.with_email(session, "dana@acme.test")
        assert member is not None
        links.link(session, dana.team_id, dana.id, member, slack_desk.moment)
    ann = slack_desk.user(slack_desk.person("Ann", "commenter"))
    _, message = room(slack_desk, ann, slack_desk.user(dana), private=True)
    view = begun(slack_desk, ann, message)
    ann.suggest(view, "goal_typed", "")
    ann.submit(view, {"goal": "New business"})
    [row] = attached(slack_desk)
    assert row.excerpt is not None
    assert "Acme signs" in row.excerpt
    browser = slack_desk.browser()
    page = browser.get(f"/goals/{goal}")
    assert "Acme signs" in page
    assert "#deals" in page
    slack_desk.add_member("vic@headway.test", "Vic", "viewer")
    page = browser.get(f"/goals/{goal}")
    assert "Acme signs" not in page
    assert "#deals" not in page
    assert "Its words are not shown here" in page


@pytest.mark.parametrize("kind", ["channel without the app", "direct message"])
def test_where_the_app_cannot_look_the_link_is_kept_alone(slack_desk: Desk, kind: str) -> None:
    slack_desk.goal("New business")
    ann = slack_desk.user(slack_desk.person("Ann", "commenter"))
    if kind == "direct message":
        message = ann.write(slack_desk.slack.im(ann.user), "Acme signs")
    else:
        _, message = room(slack_desk, ann, private=True, bot=False)
    view = begun(slack_desk, ann, message)
    ann.suggest(view, "goal_typed", "")
    ann.submit(view, {"goal": "New business"})
    [row] = attached(slack_desk)
    assert row.url.startswith("https://acme.slack.com/archives/")
    assert row.excerpt is None


def test_a_goal_that_is_hidden_is_neither_offered_nor_taken(slack_desk: Desk) -> None:
    secret = slack_desk.goal("Secret margin", visibility="private")
    slack_desk.goal("Open margin")
    ann = slack_desk.user(slack_desk.person("Ann", "commenter"))
    _, message = room(slack_desk, ann)
    view = begun(slack_desk, ann, message)
    assert ann.suggest(view, "goal_typed", "secret") == []
    assert ann.suggest(view, "goal_typed", "") == ["Open margin"]
    view.values["goal"] = {
        "goal_typed": {
            "type": "external_select",
            "selected_option": {
                "text": {"type": "plain_text", "text": "?"},
                "value": str(secret),
            },
        }
    }
    ann.submit(view)
    assert "no such goal any more" in view.errors["goal"]
    assert attached(slack_desk) == []


@pytest.mark.parametrize("who", ["viewer", "stranger"])
def test_whoever_may_not_speak_is_told_whom_to_ask(slack_desk: Desk, who: str) -> None:
    slack_desk.goal("New business")
    user = slack_desk.slack.add_user("Eve") if who == "stranger" else slack_desk.person("Eve")
    eve = slack_desk.user(user)
    _, message = room(slack_desk, eve)
    reply = eve.shortcut("link_message", message)
    [note] = reply.messages
    assert "Dana Keller" in slack_desk.slack.screen_text(note)
    assert note.shown_to == eve.id
    assert slack_desk.slack.modal(eve.user) is None


def test_thai_and_chinese_words_are_kept_whole(slack_desk: Desk) -> None:
    slack_desk.goal("ธุรกิจใหม่")
    ann = slack_desk.user(slack_desk.person("Ann", "commenter"))
    channel = slack_desk.slack.add_channel("deals", members=[ann.user])
    message = ann.write(channel, "ลูกค้าใหม่ 👨‍👩‍👧 " * 60)
    view = begun(slack_desk, ann, message)
    assert ann.suggest(view, "goal_typed", "ธุรกิจ") == ["ธุรกิจใหม่"]
    ann.submit(view, {"goal": "ธุรกิจใหม่", "comment": "看看这个"})
    [row] = attached(slack_desk)
    assert row.comment == "看看这个"
    assert row.excerpt.startswith("ลูกค้าใหม่")
    assert row.excerpt.endswith("…")


def test_a_message_is_removed_and_brought_back_on_the_page(slack_desk: Desk) -> None:
    goal = slack_desk.goal("New business")
    ann = slack_desk.user(slack_desk.person("Ann", "commenter"))
    slack_desk.add_member("vic@headway.test", "Vic", "viewer")
    _, message = room(slack_desk, ann)
    view = begun(slack_desk, ann, message)
    ann.suggest(view, "goal_typed", "")
    ann.submit(view, {"goal": "New business"})
    [row] = attached(slack_desk)
    reader = slack_desk.browser("vic@headway.test")
    reader.post(f"/goals/{goal}/messages/{row.id}/remove", status=403)
    browser = slack_desk.browser("ann@headway.test")
    browser.post(f"/goals/{goal}/messages/{row.id}/remove")
    assert "Acme signs" not in browser.get(f"/goals/{goal}")
    browser.post(f"/goals/{goal}/messages/{row.id}/restore")
    assert "Acme signs" in browser.get(f"/goals/{goal}")
