"""Doing something about an alert in Slack: once, by whoever may, and as the message then says."""

import pytest
from sqlmodel import col, select

from goals.alerts.outbox import Outbox
from tests.support.slack import Desk
from tests.support.slack_alerts import Alerted


@pytest.fixture
def alerted(slack_desk: Desk) -> Alerted:
    return Alerted(slack_desk)


def said(desk: Desk, reply) -> str:
    [note] = [one for one in reply.messages if one.shown_to]
    return desk.slack.screen_text(note)


def test_an_alert_offers_what_can_be_done_about_it(alerted: Alerted) -> None:
    assert alerted.labels == [
        "Check in",
        "Why",
        "Snooze: 1 day, 3 days, 1 week, 2 weeks",
        "Open",
        ": Acknowledge, Comment, Assign, Choose a remedy, Mute this goal here",
        "Useful",
        "Noise",
    ]
    assert alerted.desk.slack.audit == []


def test_an_alert_is_taken_on_once_and_its_message_says_by_whom(slack_desks: Desk) -> None:
    alerted = Alerted(slack_desks)
    ann, bob = alerted.member("Ann"), alerted.member("Bob")
    reply = ann.choose(alerted.card, "alert_more", "Acknowledge")
    # The message says it; nothing else has to.
    assert [one for one in reply.messages if one.shown_to] == []
    assert "Acknowledged by Ann, 22 Nov 2026 09:00" in alerted.shown
    assert alerted.story().state == "acknowledged"
    assert ": Comment, Assign, Choose a remedy, Mute this goal here" in alerted.labels
    ann.resend(reply, exactly=True)
    # Bob's screen is a moment behind.
    late = bob.choose(alerted.card, "alert_more", "Acknowledge", earlier=True)
    assert "Already taken on by Ann, 22 Nov 2026 09:00." in said(slack_desks, late)
    assert len(alerted.acts("acknowledged")) == 1
    assert slack_desks.slack.audit == []


def test_an_alert_is_put_off_to_a_morning_as_on_its_page(alerted: Alerted) -> None:
    ann = alerted.member("Ann")
    ann.choose(alerted.card, "Snooze", "1 week")
    assert "Snoozed by Ann until 29 Nov 2026 08:00" in alerted.shown
    assert alerted.story().snoozed_until.isoformat() == "2026-11-29T01:00:00+00:00"
    assert not any(label.startswith("Snooze") for label in alerted.labels)
    late = ann.choose(alerted.card, "Snooze", "1 day", earlier=True)
    assert "Already put off until 29 Nov 2026 08:00." in said(alerted.desk, late)
    assert len(alerted.acts("snoozed")) == 1
    # Somebody may take it on all the same.
    ann.choose(alerted.card, "alert_more", "Acknowledge")
    assert alerted.story().state == "acknowledged"
    assert alerted.desk.slack.audit == []


def test_a_strange_number_of_days_puts_nothing_off(alerted: Alerted) -> None:
    ann = alerted.member("Ann")
    for block in alerted.card.blocks:
        for one in block.get("elements", ()):
            if one.get("action_id") == "alert_snooze":
                one["options"][0]["value"] = f"{alerted.story_id}:900"
    ann.choose(alerted.card, "Snooze", f"{alerted.story_id}:900")
    assert alerted.story().state == "firing"


@pytest.mark.parametrize("option", ["Acknowledge", "Comment", "Assign", "Choose a remedy"])
def test_a_button_of_an_alert_that_is_over_says_so_and_the_message_is_mended(
    alerted: Alerted, option: str
) -> None:
    ann = alerted.member("Ann", "editor")
    alerted.end()
    reply = ann.choose(alerted.card, "alert_more", option)
    if option == "Acknowledge":
        assert "This alert is over." in said(alerted.desk, reply)
        assert alerted.labels == ["Check in", "Why", "Open", "Useful", "Noise"]
        assert "This alert is over." in alerted.shown
    assert alerted.story().state == "closed"
    assert alerted.desk.slack.audit == []


def test_an_archived_goal_leaves_nothing_to_do(alerted: Alerted) -> None:
    ann = alerted.member("Ann")
    alerted.change(archived_at=alerted.desk.moment)
    reply = ann.choose(alerted.card, "alert_more", "Acknowledge")
    assert "This alert is not there any more." in said(alerted.desk, reply)
    assert alerted.labels == ["Open", "Useful", "Noise"]
    assert alerted.story().state == "firing"


@pytest.mark.parametrize("option", ["Acknowledge", "Comment", "Assign", "Choose a remedy"])
def test_a_goal_that_became_private_is_named_to_nobody(alerted: Alerted, option: str) -> None:
    ann = alerted.member("Ann", "editor")
    alerted.change(visibility="private")
    reply = ann.choose(alerted.card, "alert_more", option)
    assert "This alert is not there any more." in said(alerted.desk, reply)
    assert "New business" not in said(alerted.desk, reply)
    assert alerted.desk.slack.modal(ann.user) is None
    # Nor does the message in the channel go on naming it.
    assert "New business" not in alerted.shown
    assert "What stood here is not shown here any more." in alerted.shown
    assert alerted.story().state == "firing"
    assert alerted.desk.slack.audit == []


@pytest.mark.parametrize("option", ["Acknowledge", "Comment", "Assign", "Choose a remedy"])
@pytest.mark.parametrize("who", ["reader", "stranger", "guest"])
def test_who_may_do_nothing_is_told_whom_to_ask(alerted: Alerted, option: str, who: str) -> None:
    if who == "reader":
        user = alerted.member("Ann", "viewer")
    else:
        user = alerted.stranger(guest="single" if who == "guest" else None)
    note = said(alerted.desk, user.choose(alerted.card, "alert_more", option))
    assert "Dana Keller" in note
    assert ("lets you read" if who == "reader" else "not linked to a member") in note
    assert alerted.desk.slack.modal(user.user) is None
    assert alerted.story().state == "firing" and alerted.acts("comment") == []


def test_a_commenter_gives_no_goal_to_anybody(alerted: Alerted) -> None:
    ann = alerted.member("Ann")
    note = said(alerted.desk, ann.choose(alerted.card, "alert_more", "Assign"))
    assert "Your role lets you read" in note
    assert alerted.desk.slack.modal(ann.user) is None


def test_an_id_of_another_workspace_names_nothing(alerted: Alerted) -> None:
    ann = alerted.member("Ann")
    card = alerted.card
    for block in card.blocks:
        for one in block.get("elements", ()):
            for option in one.get("options", ()):
                option["value"] = option["value"].replace(str(alerted.story_id), "12345")
    reply = ann.choose(card, "alert_more", "take:12345")
    assert "This alert is not there any more." in said(alerted.desk, reply)
    assert alerted.story().state == "firing"


def test_why_is_said_to_whoever_asks_alone(alerted: Alerted) -> None:
    ann = alerted.member("Ann", "viewer")
    note = said(alerted.desk, ann.click(alerted.card, "Why"))
    assert "New business" in note
    assert alerted.thread == []
    alerted.change(visibility="private")
    note = said(alerted.desk, ann.click(alerted.card, "Why"))
    assert "There is no such goal any more, or none that you may see." in note


def test_a_comment_is_kept_and_read_in_the_thread(alerted: Alerted) -> None:
    ann = alerted.member("Ann")
    ann.choose(alerted.card, "alert_more", "Comment")
    typed = "Two proposals moved <!channel> to December"
    reply = ann.submit(ann.modal, {"text": typed})
    assert alerted.desk.slack.modal(ann.user) is None
    assert alerted.acts("comment") == [typed]
    [line] = alerted.thread
    assert line.startswith("Ann: Two proposals moved <!channel> to December")
    ann.resend(reply)
    assert len(alerted.acts("comment")) == 1 and len(alerted.thread) == 1
    assert alerted.desk.slack.audit == []


def test_an_empty_comment_is_told_at_its_field_and_the_next_try_counts(alerted: Alerted) -> None:
    ann = alerted.member("Ann")
    ann.choose(alerted.card, "alert_more", "Comment")
    ann.submit(ann.modal, {"text": "  "})
    assert ann.modal.errors == {"text": "Write a comment."}
    ann.submit(ann.modal, {"text": "We call them"})
    assert alerted.acts("comment") == ["We call them"]


def test_a_form_that_comes_too_late_says_so(alerted: Alerted) -> None:
    ann = alerted.member("Ann")
    alerted.desk.slack.faults.add("views.open", "error", code="expired_trigger_id")
    note = said(alerted.desk, ann.choose(alerted.card, "alert_more", "Comment"))
    assert "Press once more." in note


def test_a_goal_is_given_to_a_member_found_by_their_name(alerted: Alerted) -> None:
    ann, bob = alerted.member("Ann", "editor"), alerted.member("Bob")
    ann.choose(alerted.card, "alert_more", "Assign")
    assert ann.suggest(ann.modal, "Owner", "bo") == ["Bob"]
    reply = ann.submit(ann.modal, {"Owner": "Bob"})
    assert alerted.desk.slack.modal(ann.user) is None
    given = alerted.owner()
    assert given is not None
    assert f"@{bob.user.name}" in alerted.shown or "Owner: @Bob" in alerted.shown
    assert ["Ann gave New business to Bob." in one for one in alerted.thread] == [True]
    ann.resend(reply)
    assert len(alerted.thread) == 1
    assert alerted.desk.slack.audit == []


def test_an_owner_who_was_chosen_meanwhile_is_not_lost_unseen(alerted: Alerted) -> None:
    ann, dan = alerted.member("Ann", "editor"), alerted.member("Dan", "editor")
    alerted.member("Bob")
    ann.choose(alerted.card, "alert_more", "Assign")
    dan.choose(alerted.card, "alert_more", "Assign")
    dan.suggest(dan.modal, "Owner", "")
    dan.submit(dan.modal, {"Owner": "Dan"})
    dans = alerted.owner()
    ann.suggest(ann.modal, "Owner", "")
    ann.submit(ann.modal, {"Owner": "Bob"})
    assert alerted.owner() == dans
    assert "Meanwhile it was given to Dan." in alerted.desk.slack.screen_text(ann.modal)
    ann.submit(ann.modal, {"Owner": "Bob"})
    assert alerted.owner() not in (None, dans)


def test_a_remedy_is_taken_on_with_who_and_until_when(alerted: Alerted) -> None:
    from goals.tracking.remedies import attempts

    ann = alerted.member("Ann")
    ann.choose(alerted.card, "alert_more", "Choose a remedy")
    form = ann.modal
    assert "What will be done" in alerted.desk.slack.screen_text(form)
    ann.submit(form, {"due": "2026-11-01", "text": "Call the ten largest"})
    assert form.errors == {"due": "Choose a day that is still to come."}
    ann.submit(form, {"due": "2026-12-06", "hoped": "much"})
    assert form.errors == {"hoped": "Write a number, such as 27 M or -5."}
    ann.submit(form, {"hoped": "2M"})
    assert alerted.desk.slack.modal(ann.user) is None
    with alerted.desk.session() as session:
        [tried] = attempts.of_goals(session, [alerted.goal_id])
    assert (tried.row.text, tried.owner) == ("Call the ten largest", "Ann")
    assert tried.row.hoped == 2_000_000
    [line] = alerted.thread
    assert "Ann chose for New business: Call the ten largest. Who: Ann." in line
    assert alerted.desk.slack.audit == []


def test_an_alert_that_may_be_a_repeat_says_so_after_it_was_taken_on(alerted: Alerted) -> None:
    ann = alerted.member("Ann")
    with alerted.desk.session() as session:
        row = session.exec(
            select(Outbox).where(
                col(Outbox.workspace_id) == alerted.desk.workspace_id,
                col(Outbox.story_id) == alerted.story_id,
            )
        ).one()
        row.is_repeat = True
        session.add(row)
    ann.choose(alerted.card, "alert_more", "Acknowledge")
    assert "Acknowledged by Ann" in alerted.shown
    shown = alerted.desk.slack.screen_text(alerted.card, notification=False)
    assert "may be a repeat" in shown
    assert "may be a repeat" in alerted.desk.slack.notification_text(alerted.card)
