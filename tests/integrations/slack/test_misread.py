"""Not this: the other readings of a question for whoever says so, and the question kept."""

import pytest
from sqlmodel import col, select

from goals.questions.aliases import Unanswered
from tests.support.slack import Desk


def waiting(desk: Desk) -> list[tuple[str, int]]:
    with desk.session() as session:
        statement = select(Unanswered).where(col(Unanswered.workspace_id) == desk.workspace_id)
        return [(row.question, row.count) for row in session.exec(statement)]


def labels(message) -> list[str]:
    return [
        one["text"]["text"]
        for block in message.blocks
        if block["type"] == "actions"
        for one in block["elements"]
    ]


def test_the_asker_alone_gets_other_readings_and_the_question_is_kept(slack_desks: Desk) -> None:
    desk = slack_desks
    desk.goal("Revenue North")
    desk.goal("Revenue South")
    ann = desk.user(desk.person("Ann"))
    bob = desk.user(desk.person("Bob"))
    channel = desk.slack.add_channel("sales", members=[ann.user, bob.user])
    desk.switch_on(channel)
    [card] = ann.mention(channel, "revenue nort").messages
    assert "I read this as Revenue North." in desk.slack.screen_text(card)
    [note] = ann.click(card, "Not this").messages
    assert note.shown_to == ann.id
    assert labels(note) == [
        "Revenue South", "Why it stands so", "Who owns it", "When it is due", "What can I ask?",
    ]  # fmt: skip
    assert waiting(desk) == [("revenue nort", 1)]
    assert "revenue nort" in desk.browser().get("/ask/words")
    [answer] = ann.click(note, "Revenue South").messages
    assert "Revenue South" in desk.slack.screen_text(answer)
    assert answer.shown_to == ann.id
    assert desk.slack.audit == []


def test_a_direct_answer_carries_the_button_too_and_each_press_counts_once(
    slack_desk: Desk,
) -> None:
    slack_desk.goal("New business")
    ann = slack_desk.user(slack_desk.person("Ann"))
    [card] = ann.say("new business").messages
    reply = ann.click(card, "Not this")
    ann.resend(reply)
    assert waiting(slack_desk) == [("new business", 1)]
    [note] = reply.messages
    assert "Did you mean this?" in slack_desk.slack.screen_text(note)


def test_other_readings_name_no_hidden_goal(slack_desk: Desk) -> None:
    slack_desk.goal("Revenue North")
    slack_desk.goal("Revenue Secret", visibility="private")
    ann = slack_desk.user(slack_desk.person("Ann"))
    [card] = ann.say("revenue north").messages
    [note] = ann.click(card, "Not this").messages
    assert "Secret" not in str(note.blocks) + note.text


def test_a_stranger_in_the_channel_sees_what_the_channel_may_see(slack_desk: Desk) -> None:
    slack_desk.goal("Revenue North")
    slack_desk.goal("Revenue South")
    ann = slack_desk.user(slack_desk.person("Ann"))
    channel = slack_desk.slack.add_channel("sales", members=[ann.user])
    slack_desk.switch_on(channel)
    [card] = ann.mention(channel, "revenue north").messages
    eve = slack_desk.user(slack_desk.slack.add_user("Eve"))
    eve.join(channel)
    [note] = eve.click(card, "Not this").messages
    assert "Revenue" not in str(note.blocks) + note.text
    assert labels(note) == ["What can I ask?", "Link my account"]


@pytest.mark.parametrize(
    ("question", "name", "other"),
    [("ยอดขายภาคเหนือ", "ยอดขายภาคเหนือ", "ยอดขายภาคใต้"), ("北区销售额", "北区销售额", "南区销售额")],
)
def test_thai_and_chinese_questions_are_kept_in_their_words(
    slack_desk: Desk, question: str, name: str, other: str
) -> None:
    slack_desk.goal(name)
    slack_desk.goal(other)
    ann = slack_desk.user(slack_desk.person("Ann"))
    [card] = ann.say(question).messages
    ann.click(card, "Not this")
    assert waiting(slack_desk) == [(question, 1)]


def test_lists_and_help_carry_no_such_button(slack_desk: Desk) -> None:
    slack_desk.goal("Revenue North", "off_track")
    ann = slack_desk.user(slack_desk.person("Ann"))
    for question in ("help", "what is off track"):
        [card] = ann.say(question).messages
        assert "Not this" not in labels(card)
