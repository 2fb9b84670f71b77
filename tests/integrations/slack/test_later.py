"""More questions than can be answered at once: each is heard at once, and answered after that."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlmodel import col, select

from app import work
from app.wiring import Wiring
from integrations.slack import backlog, inbound
from integrations.slack.blocks import alerts
from integrations.slack.tables import SlackInbound
from tests.fakes.slack.user import SlackUser
from tests.support.slack import Desk

#: Seconds for which Slack may keep one waiting: no delivery waits for longer.
SLOW = 2.5


def asker(desk: Desk, name: str = "Ann") -> SlackUser:
    return desk.user(desk.person(name))


def told(desk: Desk, user: SlackUser) -> list[str]:
    """What the app said in the direct messages of somebody, in order."""
    said = desk.slack.messages(desk.slack.im(user.user))
    return [desk.slack.screen_text(one) for one in said if one.bot_id]


def answered(desk: Desk, user: SlackUser) -> list[str]:
    """What came through the addresses of somebody's commands and clicks."""
    hooks = desk.slack.response_urls.values()
    return [one.text for hook in hooks if hook.user_id == user.id for one in hook.said]


def claimed(desk: Desk) -> bool:
    statement = select(SlackInbound).where(
        col(SlackInbound.state) == "new", col(SlackInbound.claimed_until).is_not(None)
    )
    with desk.wiring.database.system() as session:
        return session.exec(statement).first() is not None


@contextmanager
def busy(desk: Desk) -> Iterator[None]:
    """Let a question be answered meanwhile whose answer Slack takes long to take."""
    zoe = asker(desk, "Zoe")
    slow = desk.slack.faults.add("chat.postMessage", "latency", seconds=SLOW)
    first = threading.Thread(target=lambda: zoe.say("help"))
    first.start()
    while not claimed(desk):
        time.sleep(0.01)
    yield
    assert first.is_alive(), "the first answer came too early for this test"
    slow.over.set()
    first.join()


@contextmanager
def killed(desk: Desk) -> Iterator[None]:
    """Take questions in a process that ends before it answers one."""
    desk.wiring.slack_bot.close()
    with busy(desk):
        yield


def test_a_burst_is_acknowledged_before_it_is_answered(slack_desks: Desk) -> None:
    desk = slack_desks
    desk.goal("Churn rate")
    ann = asker(desk)
    channel = desk.slack.add_channel("sales", members=[ann.user])
    desk.switch_on(channel)
    with busy(desk):
        replies = [
            ann.slash("/goals", "status of churn rate", channel),
            ann.mention(channel, "status of churn rate"),
            ann.say("status of churn rate"),
        ]
    assert [(one.status, one.body) for one in replies] == [(200, b"")] * 3
    desk.catch_up()
    [alone] = answered(desk, ann)
    assert "Churn rate" in alone
    assert len(desk.slack.find(channel, "at risk")) == 1
    assert [("At risk" in one) for one in told(desk, ann)] == [True]
    with desk.wiring.database.system() as session:
        rows = session.exec(select(SlackInbound)).all()
    assert {(row.state, row.owed_since) for row in rows} == {("done", None)}


def test_a_conversation_is_answered_in_the_order_in_which_it_was_written(slack_desks: Desk) -> None:
    desk = slack_desks
    desk.goal("Churn rate")
    desk.goal("Win rate")
    ann = asker(desk)
    with busy(desk):
        for question in ("status of churn rate", "and win rate?", "who owns it?"):
            assert ann.say(question).status == 200
    desk.catch_up()
    first, second, third = told(desk, ann)
    assert "Churn rate" in first and "Win rate" in second and "Win rate" in third


@pytest.mark.parametrize("text", ["", '{"payload": {"type', "[]", '{"payload": {}}'])
def test_a_damaged_file_holds_nothing_up(slack_desk: Desk, text: str) -> None:
    slack_desk.goal("Churn rate")
    folder, ann = slack_desk.parts.spool, asker(slack_desk)
    assert folder is not None
    with busy(slack_desk):
        ann.say("status of churn rate")
        folder.mkdir(exist_ok=True)
        damaged = folder / "damaged.json"
        damaged.write_text(text)
    slack_desk.catch_up()
    assert ["At risk" in one for one in told(slack_desk, ann)] == [True]
    # It is kept for people who look for trouble, where nobody takes it for a delivery.
    assert not damaged.exists() and damaged.with_suffix(".damaged").read_text() == text


def test_a_question_waits_for_the_one_before_it_that_is_still_owed(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    ann, bob = asker(slack_desk), asker(slack_desk, "Bob")
    with killed(slack_desk):
        ann.say("status of churn rate")
    # Somebody is at it, so that only the same conversation waits for it.
    inbound.admit(slack_desk.parts)
    assert backlog.claim(slack_desk.parts) is not None
    bob.say("help")
    ann.say("who owns it?")
    assert told(slack_desk, ann) == [] and len(told(slack_desk, bob)) == 1


def test_what_a_killed_process_owed_is_answered_once_by_the_next(slack_desks: Desk) -> None:
    desk = slack_desks
    desk.goal("Churn rate")
    ann = asker(desk)
    channel = desk.slack.add_channel("sales", members=[ann.user])
    desk.switch_on(channel)
    with killed(desk):
        ann.slash("/goals", "status of churn rate", channel)
        ann.say("status of churn rate")
    assert told(desk, ann) == [] and answered(desk, ann) == []
    again = Wiring(desk.wiring.settings, clock=desk.wiring.clock)
    again.slack_bot.resume()
    desk.catch_up()
    again.close()
    assert len(told(desk, ann)) == 1 and len(answered(desk, ann)) == 1


def test_what_nobody_else_answers_the_worker_does_after_a_while(slack_desks: Desk) -> None:
    desk = slack_desks
    desk.goal("Churn rate")
    ann = asker(desk)
    with killed(desk):
        ann.say("status of churn rate")
    again = Wiring(desk.wiring.settings, clock=desk.wiring.clock)
    assert work.run_answers(again, desk.workspace_id, "worker") == 0
    desk.later(seconds=11)
    assert work.run_answers(again, desk.workspace_id, "worker") == 1
    again.close()
    assert len(told(desk, ann)) == 1


def test_an_answer_that_was_posted_before_its_process_died_is_not_posted_again(
    slack_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack_desk.slack.grant("metadata.message:read")
    slack_desk.goal("Churn rate")
    ann = asker(slack_desk)
    with killed(slack_desk):
        ann.say("status of churn rate")

    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    again = Wiring(slack_desk.wiring.settings, clock=slack_desk.wiring.clock)
    slack_desk.later(seconds=11)
    with monkeypatch.context() as patched:
        patched.setattr(inbound, "_carry_out", die)
        with pytest.raises(Killed):
            work.run_answers(again, slack_desk.workspace_id, "worker")
    assert len(told(slack_desk, ann)) == 1 and backlog.is_any(slack_desk.parts)
    assert work.run_answers(again, slack_desk.workspace_id, "worker") == 0
    slack_desk.later(seconds=31)
    assert work.run_answers(again, slack_desk.workspace_id, "worker") == 1
    again.close()
    assert len(told(slack_desk, ann)) == 1 and not backlog.is_any(slack_desk.parts)


def test_an_answer_to_a_command_that_slack_did_not_take_comes_again_and_says_so(
    slack_desk: Desk,
) -> None:
    slack_desk.goal("Churn rate")
    ann = asker(slack_desk)
    channel = slack_desk.slack.add_channel("sales", members=[ann.user])
    fault = slack_desk.slack.faults.add("hooks.response", "http_503")
    with busy(slack_desk):
        ann.slash("/goals", "status of churn rate", channel)
    end = time.monotonic() + 10
    while not fault.fired and time.monotonic() < end:
        time.sleep(0.02)
    assert answered(slack_desk, ann) == []
    time.sleep(0.2)
    slack_desk.later(seconds=40)
    slack_desk.catch_up()
    [said] = answered(slack_desk, ann)
    assert alerts.REPEAT in said


def test_an_answer_to_a_click_that_slack_did_not_take_comes_again_and_says_so(
    slack_desk: Desk,
) -> None:
    desk = slack_desk
    ann = desk.user(desk.person("Ann", "editor"))
    channel = desk.slack.add_channel("sales", members=[ann.user])
    desk.switch_on(channel)
    desk.message(desk.goal("Churn rate"), channel.id)
    assert desk.deliver() == 1
    [card] = desk.slack.messages(channel)
    fault = desk.slack.faults.add("hooks.response", "http_503")
    with busy(desk):
        ann.click(card, "Why")
    end = time.monotonic() + 10
    while not fault.fired and time.monotonic() < end:
        time.sleep(0.02)
    assert answered(desk, ann) == []
    time.sleep(0.2)
    desk.later(seconds=40)
    desk.catch_up()
    [said] = answered(desk, ann)
    assert alerts.REPEAT in said


def test_what_can_never_be_said_is_given_up(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    ann = asker(slack_desk)
    channel = slack_desk.slack.add_channel("sales", members=[ann.user])
    slack_desk.slack.faults.add("hooks.response", "http_503", probability=1.0)
    with killed(slack_desk):
        ann.slash("/goals", "status of churn rate", channel)
    slack_desk.later(minutes=31)
    again = Wiring(slack_desk.wiring.settings, clock=slack_desk.wiring.clock)
    assert work.run_answers(again, slack_desk.workspace_id, "worker") == 1
    again.close()
    assert not backlog.is_any(slack_desk.parts)


def test_a_repeat_of_what_is_owed_is_acknowledged_and_answered_once(slack_desks: Desk) -> None:
    desk = slack_desks
    desk.goal("Churn rate")
    ann = asker(desk)
    with busy(desk):
        reply = ann.say("status of churn rate")
        assert ann.resend(reply, retry_num=1).status == 200
    desk.catch_up()
    assert ann.resend(reply, retry_num=2).status == 200
    assert len(told(desk, ann)) == 1


def test_a_command_that_opens_a_form_is_not_put_off(slack_desk: Desk) -> None:
    ann = slack_desk.user(slack_desk.person("Ann", "editor"))
    channel = slack_desk.slack.add_channel("sales", members=[ann.user])
    with busy(slack_desk):
        ann.slash("/goals", "new", channel)
        assert ann.modal is not None


def test_a_click_goes_before_questions(slack_desks: Desk) -> None:
    desk = slack_desks
    desk.goal("Churn rate")
    eve = desk.user(desk.person("Eve", "editor"))
    channel = desk.slack.add_channel("sales", members=[eve.user])
    desk.switch_on(channel)
    eve.mention(channel, "help")
    card = desk.slack.messages(channel)[-1]
    desk.wiring.slack_bot.close()
    ann = asker(desk)
    with busy(desk):
        ann.say("status of churn rate")
        press(eve, card)
    inbound.admit(desk.parts)
    found = backlog.claim(desk.parts)
    assert found is not None and found.envelope.payload["type"] == "block_actions"


def press(user: SlackUser, card: Any) -> None:
    button = next(
        one
        for block in card.blocks
        for one in block.get("elements", ())
        if one.get("action_id") == "goal_new"
    )
    assert user.click(card, button["text"]["text"]).status == 200


def test_an_idle_process_answers_in_the_request(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    reply = asker(slack_desk).slash("/goals", "status of churn rate")
    assert "Churn rate" in json.dumps(reply.json)
