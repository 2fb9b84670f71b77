"""What people get to hear in Slack: the answers of everywhere else, to the right readers."""

from decimal import Decimal
from typing import Any

import pytest

from app.accounts import people
from goals import words
from goals.questions import aliases, ask
from goals.records.connections import Connection
from goals.tracking.visibility import Viewer, audience
from tests.support.site import counted
from tests.support.slack import Desk


def own_answer(desk: Desk, question: str, role: str = "viewer") -> dict[str, object]:
    with desk.session() as session:
        found = ask.ask(session, question, audience([Viewer(1, role)]))
        return found.to_json(words.Reader(zone="Asia/Bangkok", currency="THB"))


def test_a_command_answers_the_asker_alone_with_the_numbers_of_ask(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    ann = slack_desk.user(slack_desk.person("Ann Lee"))
    channel = slack_desk.slack.add_channel("sales", members=[ann.user])
    reply = ann.slash("/goals", "status of churn rate", channel)
    assert reply.status == 200
    [card] = reply.messages
    assert card.shown_to == ann.id
    said = own_answer(slack_desk, "status of churn rate")
    assert said["value"] == Decimal(16_200_000)
    assert slack_desk.slack.notification_text(card) == said["text"]
    text = slack_desk.slack.screen_text(card, notification=False)
    assert "▲ At risk" in text
    assert "฿16,200,000" in text
    assert "฿17,900,000" in text
    assert slack_desk.slack.messages(channel) == []
    assert slack_desk.slack.audit == []


@pytest.mark.parametrize("text", ["churn rate", "Churn", "status of churn rate?", "chrun rate"])
def test_a_name_alone_is_a_question_too(slack_desk: Desk, text: str) -> None:
    slack_desk.goal("Churn rate")
    ann = slack_desk.user(slack_desk.person("Ann"))
    [card] = ann.slash("/goals", text).messages
    assert "Churn rate" in slack_desk.slack.screen_text(card)
    assert "At risk" in slack_desk.slack.screen_text(card)


def test_an_answer_says_when_the_source_has_fallen_silent_since_the_review(
    slack_desk: Desk,
) -> None:
    slack_desk.goal("Churn rate")
    with slack_desk.session() as session:
        session.add(
            Connection(
                workspace_id=slack_desk.workspace_id,
                name="CRM",
                provider="hubspot",
                records=["deal"],
                last_success_at=slack_desk.moment,
                created_at=slack_desk.moment,
            )
        )
    ann = slack_desk.user(slack_desk.person("Ann"))
    for hours, said in ((24, False), (2, True)):
        slack_desk.later(hours=hours)
        for question in ("churn rate", "goals"):
            [card] = ann.slash("/goals", question).messages
            text = slack_desk.slack.screen_text(card)
            assert ("Last synced 26 hours ago: stale." in text) is said
            assert ("stale" in text) is said


def test_a_name_that_was_guessed_is_said(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    ann = slack_desk.user(slack_desk.person("Ann"))
    [card] = ann.slash("/goals", "chrun rate").messages
    assert "I read this as Churn rate." in slack_desk.slack.screen_text(card)


def test_what_is_off_track_is_listed_worst_first(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate", "at_risk")
    slack_desk.goal("New business", "off_track")
    slack_desk.goal("Win rate", "on_track")
    ann = slack_desk.user(slack_desk.person("Ann"))
    [card] = ann.slash("/goals", "what is off track").messages
    text = slack_desk.slack.screen_text(card, notification=False)
    assert text.index("◆ Off track") < text.index("▲ At risk")
    assert "2 goals need attention" in text
    assert "Win rate" not in text


def test_an_empty_command_helps_and_its_buttons_ask(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    ann = slack_desk.user(slack_desk.person("Ann"))
    channel = slack_desk.slack.add_channel("sales", members=[ann.user])
    [card] = ann.slash("/goals", "", channel).messages
    reply = ann.click(card, "What is off track?")
    assert reply.status == 200
    [answer] = reply.messages
    assert answer.shown_to == ann.id
    assert "Churn rate" in slack_desk.slack.screen_text(answer)


def test_the_link_buttons_are_acknowledged(slack_desk: Desk) -> None:
    goal = slack_desk.goal("Churn rate")
    ann = slack_desk.user(slack_desk.person("Ann"))
    [card] = ann.slash("/goals", "churn rate").messages
    assert ann.click(card, "Open").status == 200
    rows = [block["elements"] for block in card.blocks if block["type"] == "actions"]
    urls = [one["url"] for row in rows for one in row if "url" in one]
    assert urls == [f"http://127.0.0.1:8000/goals/{goal}"]


def test_a_direct_message_is_answered_there(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    ann = slack_desk.user(slack_desk.person("Ann"))
    reply = ann.say("How is churn rate doing?")
    [card] = reply.messages
    assert card.channel == slack_desk.slack.im(ann.user).id
    assert card.shown_to is None
    assert "At risk" in slack_desk.slack.screen_text(card)


def test_a_button_in_a_direct_message_is_answered_there(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    ann = slack_desk.user(slack_desk.person("Ann"))
    [card] = ann.say("help").messages
    [answer] = ann.click(card, "Churn rate").messages
    assert answer.channel == card.channel
    assert "At risk" in slack_desk.slack.screen_text(answer)


def test_a_thread_in_a_direct_message_stays_a_thread(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    ann = slack_desk.user(slack_desk.person("Ann"))
    [card] = ann.say("help").messages
    [answer] = ann.say("churn rate", thread=card).messages
    assert answer.thread_ts == card.ts


def test_a_mention_is_answered_in_its_thread(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    ann = slack_desk.user(slack_desk.person("Ann"))
    bob = slack_desk.user(slack_desk.person("Bob"))
    channel = slack_desk.slack.add_channel("sales", members=[ann.user, bob.user])
    slack_desk.switch_on(channel)
    ann.mention(channel, "status of churn rate")
    question, answer = slack_desk.slack.messages(channel)
    assert answer.thread_ts == question.ts
    assert "At risk" in slack_desk.slack.screen_text(answer)
    assert slack_desk.slack.ephemerals(ann.id) == []
    [posted] = slack_desk.slack.calls_to("chat.postMessage")
    assert posted.args["unfurl_links"] is False


def test_a_button_under_a_public_answer_is_answered_for_everybody(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    ann = slack_desk.user(slack_desk.person("Ann"))
    channel = slack_desk.slack.add_channel("sales", members=[ann.user])
    slack_desk.switch_on(channel)
    ann.mention(channel, "help")
    question, helped = slack_desk.slack.messages(channel)
    ann.click(helped, "Churn rate")
    answer = slack_desk.slack.messages(channel)[-1]
    assert answer.thread_ts == question.ts
    assert "At risk" in slack_desk.slack.screen_text(answer)


def test_a_channel_that_no_owner_switched_on_gets_nothing(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    ann = slack_desk.user(slack_desk.person("Ann"))
    channel = slack_desk.slack.add_channel("sales", members=[ann.user])
    ann.mention(channel, "status of churn rate")
    assert [m for m in slack_desk.slack.messages(channel) if m.bot_id] == []
    [card] = slack_desk.slack.ephemerals(ann.id)
    text = slack_desk.slack.screen_text(card)
    assert "At risk" in text
    assert "switched this channel on" in text


def test_edited_messages_and_other_bots_are_not_answered(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    ann = slack_desk.user(slack_desk.person("Ann"))
    ann.say("hello there")
    mine = slack_desk.slack.messages(slack_desk.slack.im(ann.user))[0]
    before = len(slack_desk.slack.calls_to("chat.postMessage"))
    assert ann.edit(mine, "status of churn rate").status == 200
    place = slack_desk.slack.im(ann.user).id
    for extra in ({"bot_id": "B999"}, {"subtype": "bot_message"}, {"edited": {"user": ann.id}}):
        event = {
            "type": "message",
            "channel": place,
            "channel_type": "im",
            "user": ann.id,
            "ts": "1.2",
            "text": "status of churn rate",
        }
        assert ann.event({**event, **extra}).status == 200
    assert len(slack_desk.slack.calls_to("chat.postMessage")) == before


def test_the_messages_tab_offers_questions(slack_desk: Desk) -> None:
    ann = slack_desk.user(slack_desk.person("Ann"))
    ann.open_home("messages")
    [prompts] = slack_desk.slack.prompts.values()
    assert prompts[0] == {"title": "What is off track?", "message": "What is off track?"}


def test_what_slack_makes_of_typed_words_is_undone(slack_desk: Desk) -> None:
    slack_desk.goal("R&D spend")
    slack_desk.goal("Leads from northbay.com")
    ann = slack_desk.user(slack_desk.person("Ann"))
    assert "R&D spend" in slack_desk.slack.screen_text(ann.say("status of R&D spend").messages[0])
    event = {
        "type": "message",
        "channel": slack_desk.slack.im(ann.user).id,
        "channel_type": "im",
        "user": ann.id,
        "ts": "1.2",
        "text": "status of Leads from <http://northbay.com|northbay.com>",
    }
    [card] = ann.event(event).messages
    assert "At risk" in slack_desk.slack.screen_text(card)


@pytest.mark.parametrize(
    "name",
    [
        "<!channel>",
        "<!here> *wins* & `code`",
        "<https://evil.example|Click me>",
        "https://evil.example",
        "evil.example/path",
        "<@U0001BOT>",
        "*bold* _it_ ~no~",
        "A" * 200,
        "ที่ประชุมใหญ่" * 15,
        "👨‍👩‍👧‍👦" * 24,
        "line\nbreak\u202etxt",
    ],
    ids=[f"name-{number}" for number in range(11)],
)
def test_a_name_can_neither_ping_nor_mislead(slack_desk: Desk, name: str) -> None:
    slack_desk.slack.watch(name)
    goal = slack_desk.goal(name)
    ann = slack_desk.user(slack_desk.person("Ann"))
    channel = slack_desk.slack.add_channel("sales", members=[ann.user])
    slack_desk.switch_on(channel)
    for question in (f"status of {goal}", "what is off track", "help", "goals", "nonsense"):
        assert ann.slash("/goals", question, channel).messages
        assert ann.mention(channel, question).status == 200
        assert ann.say(question).messages
    slack_desk.message(goal, channel.id)
    # The alert, and the charts that follow the answers in the channel and to Ann alone.
    assert slack_desk.deliver() == 3
    assert slack_desk.slack.audit == []


def test_a_question_that_fits_several_goals_offers_them(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate north")
    slack_desk.goal("Churn rate south")
    ann = slack_desk.user(slack_desk.person("Ann"))
    [card] = ann.slash("/goals", "churn rate").messages
    [answer] = ann.click(card, "Churn rate south").messages
    assert "Churn rate south" in slack_desk.slack.screen_text(answer)
    assert "Churn rate north" not in slack_desk.slack.screen_text(answer)


def test_an_answer_comes_in_the_askers_language(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    user = slack_desk.person("Nok")
    with slack_desk.session() as session:
        from sqlmodel import select

        from goals.workspace import Person

        nok = session.exec(select(Person).where(Person.name == "Nok")).one()
        nok.locale = "th"
        session.add(nok)
    [card] = slack_desk.user(user).slash("/goals", "churn rate").messages
    assert "มีความเสี่ยง" in slack_desk.slack.screen_text(card)


@pytest.mark.parametrize("question", ["goals", "what is off track"])
def test_an_answer_over_many_goals_asks_no_more_than_one_over_few(
    slack_desk: Desk, question: str
) -> None:
    ann = slack_desk.user(slack_desk.person("Ann"))

    def asked() -> tuple[int, int]:
        calls = len(slack_desk.slack.calls)
        with counted(slack_desk.wiring.database) as statements:
            assert ann.slash("/goals", question).status == 200
            assert ann.say(question).status == 200
        return len(statements), len(slack_desk.slack.calls) - calls

    for number in range(2):
        slack_desk.goal(f"Goal {number}")
    asked()
    few = asked()
    for number in range(2, 40):
        slack_desk.goal(f"Goal {number}")
    assert asked() == few


def test_a_short_question_goes_on_from_the_one_before_in_the_same_conversation(
    slack_desk: Desk,
) -> None:
    slack_desk.goal("Churn rate")
    ann = slack_desk.user(slack_desk.person("Ann"))
    bob = slack_desk.user(slack_desk.person("Bob"))

    def heard(reply: Any) -> str:
        [card] = reply.messages
        return slack_desk.slack.notification_text(card)

    assert "I cannot answer that" in heard(ann.say("why?"))
    assert "Churn rate: At risk" in heard(ann.say("churn rate"))
    assert "Churn rate is due on" in heard(ann.say("when is it due?"))
    assert "Churn rate is due on" not in heard(bob.say("when is it due?"))
    with slack_desk.session() as session:
        [kept] = aliases.waiting(session)
        assert (kept.question, kept.count) == ("why?", 1)


@pytest.mark.parametrize("locale", ["en", "th", "zh_Hans"])
def test_the_questions_that_are_offered_are_in_the_readers_language_and_understood(
    slack_desk: Desk, locale: str
) -> None:
    desk = slack_desk
    desk.goal("Churn rate", "off_track")
    user = desk.person("Ann")
    with desk.wiring.database.system() as session:
        person = people.person_with(session, f"{user.name}@headway.test")
        assert person is not None
        person.locale = locale
        session.add(person)
    ann, reader = desk.user(user), words.Reader(locale=locale)
    ann.open_home("messages")
    [prompts] = desk.slack.prompts.values()
    title, every = (
        words.render(words.Message(one), reader) for one in ("What is off track?", "All goals")
    )
    assert prompts[0] == {"title": title, "message": title}
    for one, said in zip(prompts, ("Churn rate", "Churn rate", every), strict=True):
        [card] = ann.say(one["message"]).messages
        assert said in desk.slack.screen_text(card), one
    assert desk.slack.audit == []
