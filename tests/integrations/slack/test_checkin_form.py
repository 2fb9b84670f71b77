"""A check-in made in Slack: opened from messages and words, kept once, checked at its fields."""

from typing import Any

import pytest

from goals.tracking.remedies import attempts
from integrations.slack import inbound
from tests.support.slack import Desk
from tests.support.slack_alerts import Alerted

SAID = {"confidence": "70", "What changed?": "Two proposals moved"}


@pytest.fixture
def alerted(slack_desk: Desk) -> Alerted:
    return Alerted(slack_desk)


def said(desk: Desk, reply) -> str:
    [note] = [one for one in reply.messages if one.shown_to]
    return desk.slack.screen_text(note)


def test_a_check_in_is_made_from_an_alert_and_kept_once(slack_desks: Desk) -> None:
    alerted = Alerted(slack_desks)
    ann = alerted.member("Ann")
    ann.click(alerted.card, "Check in")
    form = ann.modal
    shown = slack_desks.slack.screen_text(form).replace("\u00a0", " ")
    assert "Now ฿16.2 M · plan today ฿17.9 M" in shown
    assert "Read on 22 Nov 2026 09:00. You need not type it." in shown
    reply = ann.submit(form, {**SAID, "next_action": "Call them", "next_due": "2026-12-01"})
    assert slack_desks.slack.modal(ann.user) is None
    [row] = alerted.checkins()
    assert (row.confidence, row.note, row.next_action) == ("70", SAID["What changed?"], "Call them")
    assert row.next_due.isoformat() == "2026-12-01"
    note = said(slack_desks, reply)
    assert "Your check-in for New business is kept: Likely (70%)." in note
    assert "the numbers say At risk" in note
    again = ann.resend(reply)
    assert (again.status, again.body) == (reply.status, reply.body)
    assert [one for one in again.messages if one.shown_to] == []
    assert len(alerted.checkins()) == 1
    assert slack_desks.slack.audit == []


def test_two_people_may_both_check_in(alerted: Alerted) -> None:
    ann, bob = alerted.member("Ann"), alerted.member("Bob")
    ann.click(alerted.card, "Check in")
    bob.click(alerted.card, "Check in")
    ann.submit(ann.modal, SAID)
    bob.submit(bob.modal, {**SAID, "confidence": "30"})
    assert [one.confidence for one in alerted.checkins()] == ["70", "30"]


def test_what_is_wrong_is_told_at_its_field_and_what_was_typed_stays(alerted: Alerted) -> None:
    ann = alerted.member("Ann")
    ann.click(alerted.card, "Check in")
    form = ann.modal
    ann.submit(form, {**SAID, "next_due": "2026-12-01"})
    assert form.errors == {"next_action": "Say what is to be done by then."}
    assert form.open and form.values["note"]["v"]["value"] == SAID["What changed?"]
    ann.submit(form, {"What changed?": "  "})
    assert form.errors == {"note": "Say what changed, in a sentence."}
    assert alerted.checkins() == []
    ann.submit(form, {"What changed?": "All of it", "next_action": "Call"})
    assert [one.note for one in alerted.checkins()] == ["All of it"]


def test_a_check_in_that_two_change_shows_both_values(alerted: Alerted) -> None:
    ann, bob = alerted.member("Ann", "editor"), alerted.member("Bob", "editor")
    ann.click(alerted.card, "Check in")
    reply = ann.submit(ann.modal, SAID)
    [note] = [one for one in reply.messages if one.shown_to]
    ann.click(note, "Change it")
    mine = ann.modal
    [row] = alerted.checkins()
    ann.click(note, "Change it")
    other = ann.modal
    ann.submit(other, {"What changed?": "It is worse", "confidence": "30"})
    assert [(one.note, one.version) for one in alerted.checkins()] == [("It is worse", 2)]
    # The first form is still open on another screen.
    mine.open = True
    ann.submit(mine, {"What changed?": "It is better"})
    shown = alerted.desk.slack.screen_text(mine)
    assert "Now it says: Unlikely (30%) · It is worse." in shown
    assert mine.values["note"]["v"]["value"] == "It is better"
    assert [(one.note, one.version) for one in alerted.checkins()] == [("It is worse", 2)]
    ann.submit(mine, {})
    assert [(one.note, one.version) for one in alerted.checkins()] == [("It is better", 3)]
    assert bob.user.id and row.id == alerted.checkins()[0].id
    assert alerted.desk.slack.audit == []


def test_only_whoever_made_a_check_in_or_an_editor_changes_it(alerted: Alerted) -> None:
    ann, bob = alerted.member("Ann"), alerted.member("Bob")
    ann.click(alerted.card, "Check in")
    reply = ann.submit(ann.modal, SAID)
    [note] = [one for one in reply.messages if one.shown_to]
    note.shown_to = bob.id
    [refused] = [one for one in bob.click(note, "Change it").messages if one is not note]
    assert "Only whoever made a check-in, or an editor, may change it." in (
        alerted.desk.slack.screen_text(refused)
    )
    assert alerted.desk.slack.modal(bob.user) is None


def test_a_reminder_says_who_checked_in(alerted: Alerted) -> None:
    ann = alerted.member("Ann")
    card = alerted.remind()
    assert "Check-in due: New business" in alerted.desk.slack.screen_text(card)
    ann.click(card, "Check in")
    ann.submit(ann.modal, SAID)
    shown = alerted.desk.slack.screen_text(card)
    assert "Checked in: New business" in shown
    assert "Ann checked in on 22 Nov 2026: Likely (70%)" in shown
    ann.click(card, "Check in")
    ann.submit(ann.modal, {**SAID, "confidence": "90"})
    shown = alerted.desk.slack.screen_text(card)
    assert "Sure (90%)" in shown and "Likely (70%)" in shown
    assert alerted.desk.slack.audit == []


@pytest.mark.parametrize("who", ["reader", "stranger", "hidden", "hidden later"])
def test_who_may_not_check_in_changes_nothing_and_learns_nothing(
    alerted: Alerted, who: str
) -> None:
    user = alerted.stranger() if who == "stranger" else alerted.member("Ann", "viewer")
    if who.startswith("hidden"):
        user = alerted.member("Bob")
    if who == "hidden":
        alerted.change(visibility="private")
    reply = user.click(alerted.card, "Check in")
    if who == "hidden later":
        alerted.change(visibility="private", name="Secret")
        user.submit(user.modal, SAID)
        assert list(user.modal.errors) == ["confidence"]
        assert "no such goal any more" in user.modal.errors["confidence"]
        assert "Secret" not in str(user.modal.errors)
    else:
        words = {"reader": "lets you read", "stranger": "not linked", "hidden": "no such goal"}
        note = said(alerted.desk, reply)
        assert words[who] in note and "New business" not in note
        assert alerted.desk.slack.modal(user.user) is None
    assert alerted.checkins() == []


def test_a_form_that_names_the_goal_of_others_is_refused(alerted: Alerted) -> None:
    ann = alerted.member("Ann")
    ann.click(alerted.card, "Check in")
    form = ann.modal
    form.body["private_metadata"] = '{"goal":"77","begun":"5"}'
    ann.submit(form, SAID)
    assert list(form.errors) == ["confidence"]
    form.body["private_metadata"] = "no json"
    ann.submit(form, {**SAID, "confidence": "90"})
    assert list(form.errors) == ["confidence"]
    assert alerted.checkins() == []


@pytest.mark.parametrize(
    "text", ["check-in new business", "Check in for New business", "汇报 new business"]
)
def test_the_command_opens_the_form(alerted: Alerted, text: str) -> None:
    ann = alerted.member("Ann")
    # The first question of a process takes longer than others, and a form has three seconds.
    ann.slash("/goals", "status new business")
    reply = ann.slash("/goals", text, alerted.channel)
    assert reply.messages == []
    assert "New business" in alerted.desk.slack.screen_text(ann.modal)
    noted = ann.submit(ann.modal, SAID)
    assert "is kept" in said(alerted.desk, noted)
    assert len(alerted.checkins()) == 1


def test_the_command_asks_which_goal_is_meant(alerted: Alerted) -> None:
    alerted.desk.goal("New customers")
    ann = alerted.member("Ann")
    ann.slash("/goals", "status new business")
    [card] = ann.slash("/goals", "check-in new").messages
    assert alerted.desk.slack.modal(ann.user) is None
    ann.click(card, "New customers")
    assert "New customers" in alerted.desk.slack.screen_text(ann.modal)
    [card] = ann.slash("/goals", "check-in zebra").messages
    assert "I know no goal of that name" in alerted.desk.slack.screen_text(card)
    [card] = ann.slash("/goals", "check-in").messages
    assert "No goal waits for your check-in." in alerted.desk.slack.screen_text(card)


def test_a_direct_message_offers_the_form_by_a_button(alerted: Alerted) -> None:
    ann = alerted.member("Ann")
    [card] = ann.say("check in new business").messages
    assert "Check in on New business?" in alerted.desk.slack.screen_text(card)
    ann.click(card, "New business")
    ann.submit(ann.modal, SAID)
    newest = alerted.desk.slack.messages(alerted.desk.slack.im(ann.user))[-1]
    assert "is kept" in alerted.desk.slack.screen_text(newest)
    assert alerted.desk.slack.audit == []


def test_an_answer_offers_a_check_in_to_those_who_may(alerted: Alerted) -> None:
    ann, eve = alerted.member("Ann"), alerted.member("Vera", "viewer")
    [card] = ann.slash("/goals", "status new business").messages
    ann.click(card, "Check in")
    assert "New business" in alerted.desk.slack.screen_text(ann.modal)
    [card] = eve.slash("/goals", "status new business").messages
    rows = [block["elements"] for block in card.blocks if block["type"] == "actions"]
    labels = [one["text"]["text"] for one in rows[0]]
    assert labels == ["Why", "Open"]
    assert "New business" in said(alerted.desk, eve.click(card, "Why"))


@pytest.mark.parametrize("locale", ["th-TH", "zh-CN"])
def test_the_form_speaks_the_language_of_whoever_fills_it_in(alerted: Alerted, locale: str) -> None:
    ann = alerted.member("Ann")
    with alerted.desk.wiring.database.system() as session:
        from sqlmodel import col, select

        from goals.workspace import Person

        person = session.exec(select(Person).where(col(Person.name) == "Ann")).one()
        person.locale = {"th-TH": "th", "zh-CN": "zh_Hans"}[locale]
        session.add(person)
    ann.click(alerted.card, "Check in")
    title = ann.modal.body["title"]["text"]
    assert title == {"th-TH": "รายงานความคืบหน้า", "zh-CN": "提交汇报"}[locale]
    ann.submit(ann.modal, {"confidence": "50", "note": "x", "next_due": "2026-12-01"})
    assert list(ann.modal.errors) == ["next_action"]
    assert not ann.modal.errors["next_action"].isascii()
    ann.submit(ann.modal, {"next_due": None})
    assert len(alerted.checkins()) == 1
    assert alerted.desk.slack.audit == []


class Killed(BaseException):
    """The process ends here."""


def test_a_handler_that_dies_before_the_commit_has_done_nothing(
    alerted: Alerted, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = alerted.member("Ann")
    ann.click(alerted.card, "Check in")

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(inbound, "_done", die)
        patched.setattr(inbound, "_carry_out", die)
        with pytest.raises(Killed):
            ann.submit(ann.modal, SAID)
    assert alerted.checkins() == []


def cut_short(user, monkeypatch: pytest.MonkeyPatch, form, said) -> tuple[Any, Any]:
    """Submit a form whose handler dies right after the commit; returns what Slack sent."""

    def die(*_: object) -> None:
        raise Killed

    sent = []
    send = user._sender.send

    def noted(kind, payload, how):
        sent.append((kind, payload))
        return send(kind, payload, how)

    with monkeypatch.context() as patched:
        patched.setattr(user._sender, "send", noted)
        patched.setattr(inbound, "_follow_up", die)
        with pytest.raises(Killed):
            user.submit(form, said)
    return sent[-1]


def test_a_handler_that_dies_after_the_commit_is_followed_by_one_that_tells_of_it(
    alerted: Alerted, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = alerted.member("Ann")
    ann.choose(alerted.card, "alert_more", "Comment")
    sent = cut_short(ann, monkeypatch, ann.modal, {"text": "We call them"})
    assert alerted.acts("comment") == ["We call them"] and alerted.thread == []
    alerted.desk.later(seconds=31)
    for _ in range(2):
        ann._send(*sent, {})
    assert alerted.acts("comment") == ["We call them"]
    assert ["We call them" in one for one in alerted.thread] == [True]
    with alerted.desk.session() as session:
        assert attempts.of_goals(session, [alerted.goal_id]) == []


def test_a_goal_given_by_a_handler_that_died_is_told_in_the_thread_all_the_same(
    alerted: Alerted, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = alerted.member("Ann", "editor")
    bob = alerted.member("Bob")
    ann.choose(alerted.card, "alert_more", "Assign")
    ann.suggest(ann.modal, "Owner", "bo")
    sent = cut_short(ann, monkeypatch, ann.modal, {"Owner": "Bob"})
    assert alerted.owner() is not None and alerted.thread == []
    alerted.desk.later(seconds=31)
    for _ in range(2):
        ann._send(*sent, {})
    assert ["Ann gave New business to Bob." in one for one in alerted.thread] == [True]
    assert f"@{bob.user.name}" in alerted.shown


def test_a_check_in_changed_by_a_handler_that_died_is_confirmed_all_the_same(
    alerted: Alerted, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = alerted.member("Ann")
    ann.click(alerted.card, "Check in")
    [kept] = [one for one in ann.submit(ann.modal, SAID).messages if one.shown_to]
    ann.click(kept, "Change it")
    sent = cut_short(ann, monkeypatch, ann.modal, {"note": "Otherwise"})
    assert [one.note for one in alerted.checkins()] == ["Otherwise"]
    alerted.desk.later(seconds=31)
    reply = ann._send(*sent, {})
    assert "Your check-in for New business is kept" in said(alerted.desk, reply)
    assert [one.version for one in alerted.checkins()] == [2]
