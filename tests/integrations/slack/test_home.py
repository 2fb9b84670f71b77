"""The Home tab: each member's own, made when they open it and after what they did themselves."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from app.accounts import people
from goals.alerts import ruling, stories
from goals.tracking.goal import Goal
from goals.words import Reader
from goals.workspace import Member, Person
from integrations.slack import home, links
from integrations.slack.blocks import homes
from integrations.slack.blocks.homes import Home
from integrations.slack.tables import SlackLink
from tests.fakes.slack.user import SlackUser
from tests.fakes.slack.world import User
from tests.support.slack import Desk


def member_of(desk: Desk, user: User) -> int:
    with desk.session() as session:
        return links.linked(session)[user.id].member_id


def opened(desk: Desk, user: User) -> tuple[SlackUser, str]:
    person = desk.user(user)
    assert person.open_home().status == 200
    return person, desk.slack.screen_text(person.home)


def change(desk: Desk, goal: int, **also: Any) -> None:
    with desk.session() as session:
        row = session.get_one(Goal, (desk.workspace_id, goal))
        for name, value in also.items():
            setattr(row, name, value)
        session.add(row)


def link_of(desk: Desk, user: User) -> SlackLink:
    with desk.session() as session:
        return session.get_one(SlackLink, (user.team_id, user.id))


def due(desk: Desk, user: User) -> None:
    with desk.session() as session:
        row = session.get_one(SlackLink, (user.team_id, user.id))
        row.home_due = desk.moment
        session.add(row)


def test_a_member_sees_their_own_goals_first_and_the_worst_of_them_on_top(
    slack_desks: Desk,
) -> None:
    ann = slack_desks.person("Ann", "editor", "Sales")
    mine = member_of(slack_desks, ann)
    team = slack_desks.teams["Sales"]
    slack_desks.goal("Fine", "on_track", owner_id=mine)
    bad = slack_desks.goal("Bad <one> *now*", "off_track", owner_id=mine)
    slack_desks.goal("Of the team", "at_risk", team_id=team)
    slack_desks.goal("Of somebody", "off_track")
    slack_desks.goal("Secret", "off_track", visibility="private", team_id=team)
    person, text = opened(slack_desks, ann)
    places = [text.index(name) for name in ("Bad <one> *now*", "Fine", "Of the team")]
    assert places == sorted(places)
    for part in ("One goal of yours needs attention", "฿16.2", "฿42", "You are Ann in Headway"):
        assert part in text
    assert "Of somebody" not in text
    assert "Secret" not in text
    assert person.click(person.home, "New goal").status == 200
    assert "The goal in one sentence" in slack_desks.slack.screen_text(person.modal)
    whys = [
        one
        for block in person.home.blocks
        for one in [block.get("accessory"), *block.get("elements", [])]
        if one and one.get("action_id") == homes.WHY
    ]
    assert whys[0]["value"] == str(bad)
    assert slack_desks.slack.audit == []


def test_why_is_answered_in_the_direct_messages_of_whoever_asks_there(slack_desk: Desk) -> None:
    ann, bob = slack_desk.person("Ann"), slack_desk.person("Bob")
    slack_desk.goal("Churn rate", "off_track", owner_id=member_of(slack_desk, ann))
    person, _ = opened(slack_desk, ann)
    reply = person.click(person.home, "Why", within="Churn rate")
    [answer] = reply.messages
    assert "Churn rate" in slack_desk.slack.screen_text(answer)
    assert slack_desk.slack.messages(slack_desk.slack.im(ann)) == [answer]
    person.resend(reply)
    assert slack_desk.slack.messages(slack_desk.slack.im(ann)) == [answer]
    assert slack_desk.slack.messages(slack_desk.slack.im(bob)) == []


def test_a_check_in_that_is_due_can_be_made_from_there(slack_desk: Desk) -> None:
    ann = slack_desk.person("Ann", "editor")
    vic = slack_desk.person("Vic", "viewer")
    for user in (ann, vic):
        goal = slack_desk.goal(f"Of {user.real_name}", owner_id=member_of(slack_desk, user))
        change(slack_desk, goal, cadence="weekly", cadence_since=date(2026, 11, 1))
    person, text = opened(slack_desk, ann)
    assert "check-in of yours is due" in text
    reply = person.click(person.home, homes.CHECK_IN)
    assert reply.status == 200
    assert "Of Ann" in slack_desk.slack.screen_text(person.modal)
    _, text = opened(slack_desk, vic)
    assert "due on" in text
    assert homes.CHECK_IN not in json.dumps(slack_desk.slack.home(vic).body)


def test_who_is_not_linked_reads_in_one_sentence_whom_to_ask(slack_desk: Desk) -> None:
    slack_desk.goal("New business")
    eve = slack_desk.slack.add_user("Eve", email="eve@else.test")
    _, text = opened(slack_desk, eve)
    assert "Ask Dana Keller to link you" in text
    assert "New business" not in text


def test_who_owns_no_goal_reads_what_will_stand_there(slack_desk: Desk) -> None:
    _, text = opened(slack_desk, slack_desk.person("Ann", "editor"))
    assert "No goal is yours yet." in text
    assert "New goal" in text
    _, text = opened(slack_desk, slack_desk.person("Vic", "viewer"))
    assert "New goal" not in text
    assert "Open Headway" in text


def test_what_is_put_off_and_followed_stands_there_in_the_members_zone(slack_desk: Desk) -> None:
    ann = slack_desk.person("Ann", "editor")
    mine = member_of(slack_desk, ann)
    goal = slack_desk.goal("Put off", owner_id=mine)
    other = slack_desk.goal("Followed")
    hidden = slack_desk.goal("Hidden", visibility="private")
    with slack_desk.session() as session:
        [rule] = ruling.every(session, slack_desk.moment)
        now = slack_desk.moment
        story = stories.begin(session, rule, str(goal), goal_id=goal, now=now, today=now.date())
        stories.told(session, story, "at_risk", now)
        stories.snooze(session, story, now + timedelta(hours=5), by=mine, now=now)
        for number, about in enumerate((other, hidden)):
            session.add(
                type(rule)(
                    **rule.model_dump(exclude={"id", "is_default", "name", "routes", "goal_id"}),
                    id=number + 1,
                    name=f"Rule {number}",
                    goal_id=about,
                    routes=[{"kind": "direct", "to": str(mine)}],
                )
            )
        person = session.exec(
            select(Person)
            .join(Member, col(Member.person_id) == col(Person.id))
            .where(col(Member.workspace_id) == slack_desk.workspace_id, col(Member.id) == mine)
        ).one()
        person.zone = "America/New_York"
        session.add(person)
    _, text = opened(slack_desk, ann)
    assert "Snoozed alerts" in text
    # 02:00 UTC and five hours are two at night in New York.
    assert "2:00" in text
    assert "Followed" in text
    assert "Hidden" not in text


@pytest.mark.parametrize("locale", ["th", "zh_Hans"])
def test_the_tab_speaks_the_members_language(slack_desk: Desk, locale: str) -> None:
    ann = slack_desk.person("Ann", "editor")
    slack_desk.goal("New business", owner_id=member_of(slack_desk, ann))
    with slack_desk.wiring.database.system() as session:
        person = people.person_with(session, f"{ann.name}@headway.test")
        person.locale = locale
        session.add(person)
    _, text = opened(slack_desk, ann)
    assert "At risk" not in text
    assert "Why" not in text


def goal_facts(number: int, status: str = "on_track") -> dict[str, object]:
    # A name of many marks makes each line the largest that there is.
    return {
        "id": str(number),
        "name": f"*{number}* " + "ก" * 190,
        "status": status,
        "unit": "money",
        "currency": "THB",
        "actual": "16200000",
        "expected": "17900000",
        "target": "42000000",
        "last_day": "2026-12-31",
        "data_to": "2026-11-22",
        "kind": "cumulative",
    }


@pytest.mark.parametrize("locale", ["en", "th", "zh_Hans"])
def test_five_hundred_goals_fit_and_the_rest_is_a_link(locale: str) -> None:
    many = [goal_facts(number) for number in range(500)]
    full = Home(
        member_id=7,
        name="Ann",
        may_act=True,
        may_add=True,
        mine=many,
        due=[homes.Due(one, date(2026, 11, 22)) for one in many],
        snoozed=[homes.Snoozed(one, None) for one in many],
        back=many,
        followed=many,
        team="Sales",
        team_id=3,
        teams=many,
    )
    made = homes.blocks(full, Reader(locale=locale), "https://hw.example")
    assert len(made) <= 100
    assert len(json.dumps(made)) < 250_000
    told = json.dumps(made, ensure_ascii=False)
    assert "480" in told
    assert "goals?owner=7" in told
    assert "490" in told


def test_a_tab_that_shows_the_same_is_not_sent_again(slack_desk: Desk) -> None:
    ann = slack_desk.person("Ann", "editor")
    goal = slack_desk.goal("New business", owner_id=member_of(slack_desk, ann))
    person, _ = opened(slack_desk, ann)
    person.open_home()
    assert len(slack_desk.slack.calls_to("views.publish")) == 1
    change(slack_desk, goal, name="Other name")
    person.open_home()
    assert "Other name" in slack_desk.slack.screen_text(person.home)


def test_what_a_member_does_is_seen_in_their_tab_and_in_nobody_elses(slack_desks: Desk) -> None:
    ann, bob = slack_desks.person("Ann", "editor"), slack_desks.person("Bob", "editor")
    goal = slack_desks.goal("New business", owner_id=member_of(slack_desks, ann))
    person, _ = opened(slack_desks, ann)
    opened(slack_desks, bob)
    person.click(person.home, "Why")
    assert link_of(slack_desks, ann).home_due is not None
    assert link_of(slack_desks, bob).home_due is None
    change(slack_desks, goal, name="Newer business")
    before = len(slack_desks.slack.calls_to("views.publish"))
    slack_desks.deliver()
    assert "Newer business" in slack_desks.slack.screen_text(person.home)
    person.click(person.home, "Why")
    slack_desks.deliver()
    assert len(slack_desks.slack.calls_to("views.publish")) == before + 1


def test_nobody_who_never_opened_it_gets_a_tab(slack_desk: Desk) -> None:
    ann = slack_desk.person("Ann", "editor")
    slack_desk.user(ann).slash("/goals", "what is off track?")
    slack_desk.deliver()
    assert slack_desk.slack.calls_to("views.publish") == []


def test_two_workers_send_a_tab_once(slack_desk: Desk) -> None:
    ann = slack_desk.person("Ann", "editor")
    goal = slack_desk.goal("New business", owner_id=member_of(slack_desk, ann))
    opened(slack_desk, ann)
    change(slack_desk, goal, name="Other")
    due(slack_desk, ann)
    sent = [home.publish_due(slack_desk.parts, slack_desk.workspace_id) for _ in range(2)]
    assert sent == [1, 0]


@pytest.mark.parametrize("kind", ["ratelimited", "http_503", "lose_after"])
def test_a_slack_that_cannot_show_it_now_is_asked_again(slack_desk: Desk, kind: str) -> None:
    ann = slack_desk.person("Ann", "editor")
    goal = slack_desk.goal("New business", owner_id=member_of(slack_desk, ann))
    person, _ = opened(slack_desk, ann)
    change(slack_desk, goal, name="Other")
    due(slack_desk, ann)
    if kind == "ratelimited":
        slack_desk.slack.faults.add("views.publish", "error", code=kind, retry_after=30)
    else:
        slack_desk.slack.faults.add("views.publish", kind)
    slack_desk.deliver()
    assert link_of(slack_desk, ann).home_due is not None
    slack_desk.later(minutes=2)
    slack_desk.deliver()
    assert "Other" in slack_desk.slack.screen_text(person.home)
    assert link_of(slack_desk, ann).home_due is None


def test_a_tab_that_changed_meanwhile_or_is_switched_off_does_no_harm(slack_desk: Desk) -> None:
    ann = slack_desk.person("Ann", "editor")
    goal = slack_desk.goal("New business", owner_id=member_of(slack_desk, ann))
    person, _ = opened(slack_desk, ann)
    change(slack_desk, goal, name="Other")
    slack_desk.slack.faults.add("views.publish", "error", code="hash_conflict")
    assert person.open_home().status == 200
    slack_desk.slack.team.home_tab = False
    assert person.open_home().status == 200


def test_a_member_who_left_has_no_goals_there(slack_desk: Desk) -> None:
    ann = slack_desk.person("Ann", "editor")
    slack_desk.goal("New business", owner_id=member_of(slack_desk, ann))
    opened(slack_desk, ann)
    with slack_desk.wiring.database.system() as session:
        person = people.person_with(session, f"{ann.name}@headway.test")
        person.disabled_at = slack_desk.moment
        session.add(person)
    _, text = opened(slack_desk, ann)
    assert "New business" not in text
    assert "Ask Dana Keller to link you" in text


def test_who_is_linked_no_more_is_not_left_with_goals_on_their_tab(slack_desk: Desk) -> None:
    ann = slack_desk.person("Ann", "editor")
    slack_desk.goal("New business", owner_id=member_of(slack_desk, ann))
    person, text = opened(slack_desk, ann)
    assert "New business" in text
    with slack_desk.session() as session:
        links.end(session, ann.team_id, ann.id, slack_desk.moment)
    home.publish_due(slack_desk.parts, slack_desk.workspace_id)
    shown = slack_desk.slack.screen_text(person.home)
    assert "New business" not in shown
    assert "Ask Dana Keller to link you" in shown
    assert home.publish_due(slack_desk.parts, slack_desk.workspace_id) == 0


def test_a_session_keeps_what_a_tab_shows_by_its_hash(slack_desk: Desk) -> None:
    ann = slack_desk.person("Ann", "editor")
    person, _ = opened(slack_desk, ann)
    assert link_of(slack_desk, ann).home_hash == person.home.body["private_metadata"]
