"""What waits for one place is told as one message: once, as things stand, the worst first."""

import pytest

from goals.alerts import delivery, gathering, telling
from goals.alerts.routing import Place
from goals.tracking import facts, standing
from goals.tracking.goal import Goal
from tests.fakes.slack.world import Channel
from tests.support.slack import Desk


def place(desk: Desk, name: str = "sales") -> Channel:
    channel = desk.slack.add_channel(name, members=[desk.slack.add_user("Ann")])
    desk.switch_on(channel)
    # Whoever the token belongs to is asked once, while Slack answers.
    assert desk.deliver() == 0
    return channel


def goals(desk: Desk, count: int) -> list[int]:
    return [desk.goal(f"Goal {number:02}") for number in range(count)]


def down(desk: Desk, hours: float) -> None:
    """Let Slack be away for some hours in which the worker tries on."""
    fault = desk.slack.faults.add("*", "lose_before", times=10_000)
    for _ in range(round(hours * 4)):
        assert desk.deliver() == 0
        desk.later(minutes=15)
    desk.slack.faults.script.remove(fault)
    desk.later(minutes=15)


def texts(desk: Desk, channel: Channel) -> list[str]:
    found = desk.slack.messages(channel)
    return [desk.slack.screen_text(one, notification=False) for one in found]


def test_after_an_outage_what_waits_is_one_message(slack_desks: Desk) -> None:
    desk = slack_desks
    desk.slack.grant("channels:history", "metadata.message:read")
    channel = place(desk)
    keys = [desk.message(goal, channel.id) for goal in goals(desk, 4)]
    worst = desk.goal("Zero", "off_track")
    keys.append(desk.message(worst, channel.id, before="at_risk"))
    down(desk, 6)
    assert desk.deliver() == 1
    [text] = texts(desk, channel)
    assert "While Slack could not be reached: 5 goals changed" in text
    assert text.index("◆ Off track: Zero") < text.index("▲ At risk: Goal 00")
    assert all(text.count(f"Goal {number:02}") == 1 for number in range(4))
    assert "was: On track" in text
    [card] = desk.slack.messages(channel)
    assert f"http://127.0.0.1:8000/goals/{worst}" in str(card.blocks)
    found = desk.outbox()
    assert {found[key].state for key in keys} == {"told"}
    [summary] = [row for row in found.values() if row.kind == "summary"]
    assert {found[key].told_by for key in keys} == {summary.id}
    assert (summary.state, summary.remote_id, summary.is_repeat) == ("done", card.ts, False)
    assert desk.deliver() == 0
    assert desk.slack.audit == []


def test_many_alerts_of_one_review_are_one_message_and_a_few_are_not(slack_desk: Desk) -> None:
    few, many = place(slack_desk, "few"), place(slack_desk, "many")
    made = goals(slack_desk, gathering.MOST + 1)
    for goal in made:
        slack_desk.message(goal, many.id)
    for goal in made[:2]:
        slack_desk.message(goal, few.id)
    slack_desk.deliver()
    [text] = texts(slack_desk, many)
    assert text.startswith(f"{gathering.MOST + 1} goals changed")
    assert len(texts(slack_desk, few)) == 2


def test_what_turned_bad_and_well_again_during_an_outage_is_one_line(slack_desk: Desk) -> None:
    channel = place(slack_desk)
    goal = slack_desk.goal("New business")
    root = slack_desk.message(goal, channel.id)
    slack_desk.evaluate(goal, "off_track")
    slack_desk.message(goal, channel.id, "worse", "at_risk", continues=root)
    slack_desk.evaluate(goal, "on_track")
    slack_desk.message(goal, channel.id, "recovery", "off_track", continues=root)
    down(slack_desk, 1)
    assert slack_desk.deliver() == 1
    [text] = texts(slack_desk, channel)
    assert "1 goal changed" in text
    assert "● On track: New business" in text and "meanwhile: Off track" in text
    assert "▲" not in text and "◆" not in text


def test_it_says_how_things_stand_when_it_leaves_and_takes_up_what_came_since(
    slack_desk: Desk,
) -> None:
    desk = slack_desk
    desk.slack.grant("channels:history", "metadata.message:read")
    channel = place(desk)
    made = goals(desk, gathering.MOST + 1)
    for goal in made:
        desk.message(goal, channel.id)
    down(desk, 2)
    desk.evaluate(made[0], "on_track")
    late = desk.message(desk.goal("Late", "off_track"), channel.id)
    assert desk.deliver() == 1
    [text] = texts(desk, channel)
    assert "● On track: Goal 00" in text and "◆ Off track: Late" in text
    assert f"{gathering.MOST + 2} goals changed" in text
    assert desk.outbox()[late].state == "told"


@pytest.mark.parametrize("fault", ["lose_after", "lose_before", "truncated_json"])
def test_a_summary_whose_answer_was_lost_arrives_once_and_news_after_it_too(
    slack_desk: Desk, fault: str
) -> None:
    desk = slack_desk
    desk.slack.grant("channels:history", "metadata.message:read")
    channel = place(desk)
    for goal in goals(desk, gathering.MOST + 1):
        desk.message(goal, channel.id)
    desk.slack.faults.add("chat.postMessage", fault)
    assert desk.deliver() == 0
    desk.message(desk.goal("Later", "off_track"), channel.id)
    desk.later(seconds=6)
    desk.deliver()
    shown = "\n".join(texts(desk, channel))
    names = [f"Goal {number:02}" for number in range(gathering.MOST + 1)] + ["Later"]
    assert all(shown.count(name) == 1 for name in names)


def test_a_message_that_arrived_before_the_outage_is_not_told_again(slack_desk: Desk) -> None:
    desk = slack_desk
    desk.slack.grant("channels:history", "metadata.message:read")
    channel = place(desk)
    first, *rest = goals(desk, 3)
    desk.message(first, channel.id)
    desk.slack.faults.add("chat.postMessage", "lose_after")
    assert desk.deliver() == 0
    for goal in rest:
        desk.message(goal, channel.id)
    down(desk, 3)
    assert desk.deliver() == 2
    alone, together = texts(desk, channel)
    assert "Goal 00" in alone and "Goal 00" not in together
    assert "Goal 01" in together and "Goal 02" in together


def test_without_the_right_to_look_the_summary_says_that_it_may_repeat(slack_desk: Desk) -> None:
    channel = place(slack_desk)
    for goal in goals(slack_desk, 2):
        slack_desk.message(goal, channel.id)
    down(slack_desk, 2)
    assert slack_desk.deliver() == 1
    [text] = texts(slack_desk, channel)
    assert "may be a repeat" in text
    assert [row.is_repeat for row in slack_desk.outbox().values() if row.kind == "summary"] == [
        True
    ]


def test_threads_that_a_summary_tells_of_show_the_present_state(slack_desk: Desk) -> None:
    desk = slack_desk
    channel = place(desk)
    made = goals(desk, gathering.MOST + 1)
    roots = {goal: desk.message(goal, channel.id) for goal in made[:1]}
    desk.deliver()
    for goal in made:
        desk.evaluate(goal, "on_track")
        desk.message(goal, channel.id, "recovery", "at_risk", continues=roots.get(goal))
    desk.deliver()
    root, summary = texts(desk, channel)
    assert "● On track: Goal 00" in root
    assert summary.startswith(f"{gathering.MOST + 1} goals changed")


def test_what_continues_a_story_that_was_told_among_others_stands_alone(slack_desk: Desk) -> None:
    desk = slack_desk
    channel = place(desk)
    made = goals(desk, gathering.MOST + 1)
    root = [desk.message(goal, channel.id) for goal in made][0]
    desk.deliver()
    desk.evaluate(made[0], "off_track")
    desk.message(made[0], channel.id, "worse", "at_risk", continues=root)
    desk.deliver()
    summary, alone = desk.slack.messages(channel)
    assert alone.thread_ts is None
    assert "◆ Off track: Goal 00" in desk.slack.screen_text(alone)
    assert "Goal 00" in desk.slack.screen_text(summary)


def test_a_goal_that_became_private_meanwhile_is_left_out_and_the_others_are_told(
    slack_desk: Desk,
) -> None:
    from goals.tracking.goal import Goal

    desk = slack_desk
    channel = place(desk)
    made = goals(desk, gathering.MOST + 1)
    keys = [desk.message(goal, channel.id) for goal in made]
    down(desk, 1)
    with desk.session() as session:
        goal = session.get(Goal, (desk.workspace_id, made[0]))
        goal.visibility = "private"
        session.add(goal)
    assert desk.deliver() == 1
    [text] = texts(desk, channel)
    assert "Goal 00" not in text and f"{gathering.MOST} goals changed" in text
    row = desk.outbox()[keys[0]]
    assert (row.state, row.error, row.told_by) == ("held", {"code": "goal_private"}, None)


def test_a_message_that_cannot_be_read_spoils_no_summary(slack_desk: Desk) -> None:
    desk = slack_desk
    channel = place(desk)
    made = goals(desk, gathering.MOST + 2)
    keys = [desk.message(goal, channel.id) for goal in made]
    with desk.session() as session:
        row = session.merge(desk.outbox()[keys[3]])
        row.facts = {"goal": {}}
        session.add(row)
    desk.deliver()
    assert desk.outbox()[keys[3]].error == {"code": "unreadable"}
    [text] = texts(desk, channel)
    assert f"{gathering.MOST + 1} goals changed" in text


def test_a_summary_that_its_channel_does_not_take_is_sent_again_by_a_person(
    slack_desk: Desk,
) -> None:
    desk = slack_desk
    channel = place(desk)
    for goal in goals(desk, gathering.MOST + 1):
        desk.message(goal, channel.id)
    desk.slack.faults.add("chat.postMessage", "error", code="not_in_channel")
    desk.deliver()
    [summary] = [row for row in desk.outbox().values() if row.kind == "summary"]
    assert summary.state == "dead"
    with desk.session() as session:
        assert delivery.retry(session, summary.id, desk.moment)
    assert desk.deliver() == 1
    assert len(texts(desk, channel)) == 1


def test_blocks_that_slack_refuses_leave_the_names_of_all_goals(slack_desk: Desk) -> None:
    desk = slack_desk
    channel = place(desk)
    for goal in goals(desk, gathering.MOST + 1):
        desk.message(goal, channel.id)
    desk.slack.faults.add("chat.postMessage", "error", code="invalid_blocks")
    assert desk.deliver() == 1
    [card] = desk.slack.messages(channel)
    assert all(f"Goal {number:02}" in card.text for number in range(gathering.MOST + 1))


def test_three_hundred_goals_fit_into_one_message_that_leads_to_all(slack_desk: Desk) -> None:
    desk = slack_desk
    channel = place(desk)
    for goal in [desk.goal(f"A goal with a *long* name {'x' * 150} {n}") for n in range(60)]:
        desk.message(goal, channel.id)
    assert desk.deliver() == 1
    [card], [text] = desk.slack.messages(channel), texts(desk, channel)
    assert "60 goals changed" in text and "and 30 more" in text
    assert text.count("A goal with") == 30
    assert "/alerts/log" in str(card.blocks)


def test_a_worker_that_slept_through_its_lease_sends_nothing(slack_desk: Desk) -> None:
    from dataclasses import replace

    from goals.alerts.channel import TooLate

    desk = slack_desk
    channel = place(desk)
    desk.message(desk.goal("New business"), channel.id)
    with desk.session() as session:
        leased = delivery.lease(session, worker="slow", now=desk.moment)
        slack = desk.wiring.alert_channel(session)
    assert leased is not None
    desk.later(seconds=45)
    with pytest.raises(TooLate):
        slack.send(leased.message)
    assert texts(desk, channel) == []
    assert slack.send(replace(leased.message, until=None))


def test_check_ins_that_are_asked_for_together_are_each_made_with_one_click(
    slack_desk: Desk,
) -> None:
    desk = slack_desk
    ann = desk.user(desk.person("Ann", "commenter"))
    channel = place(desk)
    channel.members.add(ann.id)
    made = goals(desk, 7)
    for goal in made[:6]:
        reminded(desk, goal, channel)
    desk.message(made[6], channel.id)
    down(desk, 2)
    assert desk.deliver() == 1
    [card] = desk.slack.messages(channel)
    buttons = [
        one["text"]["text"] for block in card.blocks for one in block.get("elements", ())
        if str(one.get("action_id")).startswith("checkin_open")
    ]  # fmt: skip
    assert buttons == [f"Check in: Goal {number:02}" for number in range(5)]
    ann.click(card, "Check in: Goal 03")
    assert "Goal 03" in desk.slack.screen_text(ann.modal)
    assert desk.slack.audit == []


def reminded(desk: Desk, goal_id: int, channel: Channel) -> None:
    """Let a reminder of a goal's check-in wait for a channel."""
    with desk.session() as session:
        goal = session.get_one(Goal, (desk.workspace_id, goal_id))
        asked = {"due_on": "2026-11-22", "cadence": "weekly", "last_on": None, "confidence": None}
        content = {"goal": facts.of_standing(standing.one(session, goal)), "checkin": asked}
        at = Place("slack", channel.id)
        key = f"checkin:{goal_id}"
        telling.queue(session, goal, "checkin", key, content, desk.moment, place=at)
