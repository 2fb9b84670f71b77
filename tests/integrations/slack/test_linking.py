"""Who is whom: by a button that asks once, by an address that Slack vouches for, by an owner."""

from urllib.parse import parse_qs, urlsplit

import pytest
from sqlmodel import select

from app.accounts import people, workspaces
from goals.workspace import Person
from integrations.slack import links, offers, teams
from integrations.slack.tables import SlackLink
from tests.fakes.slack.world import User
from tests.support.site import Visitor, plain
from tests.support.slack import NOW, Desk


def offered(desk: Desk, user: User, question: str = "help") -> str:
    """The address of the button that the bot shows somebody who asks."""
    [card] = desk.user(user).say(question).messages
    found = button_of(card)
    assert found is not None
    return found


def button_of(card) -> str | None:
    urls = [
        element["url"]
        for block in card.blocks
        for element in block.get("elements", ())
        if element.get("action_id") == offers.ACTION
    ]
    if not urls:
        return None
    parts = urlsplit(urls[0])
    assert parts.path == "/slack/link"
    return f"{parts.path}?{parts.query}"


def ticket_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["ticket"][0]


def linked(desk: Desk) -> dict[str, int]:
    with desk.session() as session:
        return {user: viewer.member_id for user, viewer in links.linked(session).items()}


def member(desk: Desk, name: str = "Vic", role: str = "viewer") -> tuple[int, Visitor]:
    made = desk.add_member(f"{name.lower()}@acme.test", name, role)
    return made, desk.browser(f"{name.lower()}@acme.test")


def test_a_stranger_is_offered_a_button_that_links_them_once(slack_desks: Desk) -> None:
    desk = slack_desks
    desk.goal("Churn rate")
    eve = desk.slack.add_user("Eve Long")
    url = offered(desk, eve, "churn rate")
    vic, browser = member(desk)
    text = plain(browser.get(url))
    assert "Are you Eve Long in Slack?" in text
    assert "You are signed in as Vic." in text
    assert linked(desk) == {}
    browser.post("/slack/link", ticket=ticket_of(url))
    assert linked(desk) == {eve.id: vic}
    [card] = desk.user(eve).say("churn rate").messages
    assert "At risk" in desk.slack.screen_text(card)
    assert button_of(card) is None
    browser.post("/slack/unlink", team=eve.team_id, user=eve.id)
    browser.post("/slack/link", status=400, ticket=ticket_of(url))
    assert linked(desk) == {}


def test_the_button_is_on_a_commands_answer_and_beside_a_mention(slack_desk: Desk) -> None:
    desk = slack_desk
    desk.goal("Churn rate")
    eve = desk.user(desk.slack.add_user("Eve"))
    channel = desk.slack.add_channel("sales", members=[eve.user])
    desk.switch_on(channel, clearance="workspace")
    assert button_of(eve.slash("/goals", "churn rate", channel).messages[0])
    public, private = eve.mention(channel, "churn rate").messages
    shown = [one for one in (public, private) if one.shown_to]
    assert [bool(button_of(one)) for one in shown] == [True]
    assert [button_of(one) for one in (public, private) if not one.shown_to] == [None]


def test_a_button_is_good_for_a_quarter_of_an_hour(slack_desk: Desk) -> None:
    desk = slack_desk
    url = offered(desk, desk.slack.add_user("Eve"))
    _, browser = member(desk)
    desk.later(minutes=14)
    browser.get(url)
    desk.later(minutes=2)
    assert "too old" in plain(browser.get(url, status=400))
    browser.post("/slack/link", status=400, ticket=ticket_of(url))
    assert linked(desk) == {}


@pytest.mark.parametrize("ticket", ["", "x", "ไทย", "gAAAAA==", "\x00"])
def test_a_forged_ticket_links_nobody(slack_desk: Desk, ticket: str) -> None:
    _, browser = member(slack_desk)
    browser.post("/slack/link", status=400, ticket=ticket)
    assert linked(slack_desk) == {}


def test_what_was_sealed_for_something_else_is_no_ticket(slack_desk: Desk) -> None:
    sealed = slack_desk.parts.vault.seal({"bot_token": "xoxb"})
    _, browser = member(slack_desk)
    browser.post("/slack/link", status=400, ticket=sealed)


def test_nobody_is_linked_before_they_signed_in(slack_desk: Desk) -> None:
    url = offered(slack_desk, slack_desk.slack.add_user("Eve"))
    client = slack_desk.application().test_client()
    answer = client.get(url)
    assert answer.status_code == 303
    location = urlsplit(answer.headers["Location"])
    assert location.path == "/sign-in"
    assert parse_qs(location.query)["next"] == [url]


def test_somebody_elses_slack_user_is_never_taken_over(slack_desk: Desk) -> None:
    desk = slack_desk
    eve = desk.slack.add_user("Eve")
    url = offered(desk, eve)
    vic, browser = member(desk)
    desk.link(eve, vic)
    _, other = member(desk, "Pat")
    assert "linked to another member" in plain(other.get(url, status=400))
    other.post("/slack/link", status=400, ticket=ticket_of(url))
    assert linked(desk) == {eve.id: vic}


def test_a_second_slack_user_takes_the_place_of_the_first_after_being_asked(
    slack_desk: Desk,
) -> None:
    desk = slack_desk
    old, new = desk.slack.add_user("Old"), desk.slack.add_user("New")
    vic, browser = member(desk)
    desk.link(old, vic)
    url = offered(desk, new)
    assert f"another Slack account there ({old.id})" in plain(browser.get(url))
    browser.post("/slack/link", ticket=ticket_of(url))
    assert linked(desk) == {new.id: vic}


def test_a_ticket_of_another_workspace_names_it_only_to_its_members(slack_desk: Desk) -> None:
    desk = slack_desk
    url = offered(desk, desk.slack.add_user("Eve"))
    with desk.wiring.database.system() as system:
        made = workspaces.create(
            system, "Elsewhere", now=NOW, zone="UTC", currency="USD", is_sample=False
        )
    with desk.wiring.database.session(made.id) as session:
        people.add(session, email="kim@else.test", name="Kim", role="owner", team=None, now=NOW)
    home, desk.workspace_id = desk.workspace_id, made.id
    kim = desk.browser("kim@else.test")
    assert "not connected here" in plain(kim.get(url, status=400))
    with desk.wiring.database.session(home) as session:
        people.add(session, email="kim@else.test", name="Kim", role="viewer", team=None, now=NOW)
    assert "belongs to Acme. Switch to it" in plain(kim.get(url, status=400))


def test_a_link_that_was_ended_is_not_made_again_by_an_address(slack_desk: Desk) -> None:
    desk = slack_desk
    desk.slack.grant("users:read.email")
    eve = desk.slack.add_user("Eve", email="vic@acme.test")
    vic, browser = member(desk)
    desk.user(eve).say("help")
    assert linked(desk) == {eve.id: vic}
    assert f"You are {eve.id} in Acme" in plain(browser.get("/account"))
    browser.post("/slack/unlink", team=eve.team_id, user=eve.id)
    assert "not linked to a Slack account" in plain(browser.get("/account"))
    url = offered(desk, eve)
    assert linked(desk) == {}
    browser.post("/slack/link", ticket=ticket_of(url))
    assert linked(desk) == {eve.id: vic}


def test_nobody_ends_the_link_of_another_member(slack_desk: Desk) -> None:
    desk = slack_desk
    eve = desk.slack.add_user("Eve")
    vic, _ = member(desk)
    desk.link(eve, vic)
    _, other = member(desk, "Pat")
    other.post("/slack/unlink", team=eve.team_id, user=eve.id)
    other.post("/slack/people/end", status=403, team=eve.team_id, user=eve.id)
    assert linked(desk) == {eve.id: vic}


@pytest.mark.parametrize("guest", ["multi", "single"])
def test_guests_are_not_linked_by_their_address(slack_desk: Desk, guest: str) -> None:
    desk = slack_desk
    desk.slack.grant("users:read.email")
    member(desk)
    eve = desk.slack.add_user("Eve", email="vic@acme.test", guest=guest)
    assert offered(desk, eve)
    assert linked(desk) == {}


def test_an_owner_sees_who_is_linked_and_links_and_ends(slack_desk: Desk) -> None:
    desk = slack_desk
    eve = desk.slack.add_user("Eve")
    vic, browser = member(desk)
    owner = desk.browser()
    assert "Vic vic@acme.test Not linked" in plain(owner.get("/slack/people"))
    html = owner.post("/slack/people", status=422, member_id=str(vic), user="eve").text
    assert "Give the member" in plain(html)
    assert 'value="eve"' in html
    html = owner.post("/slack/people", status=422, member_id=str(vic), user="U0NOBODY").text
    assert "Slack does not know this person." in plain(html)
    owner.post("/slack/people", member_id=str(vic), user=f" {eve.id} ", team=eve.team_id)
    assert linked(desk) == {eve.id: vic}
    assert f"{eve.id} Acme" in plain(owner.get("/slack/people"))
    pat, _ = member(desk, "Pat")
    text = owner.post("/slack/people", status=422, member_id=str(pat), user=eve.id).text
    assert "This is Vic by now" in plain(text)
    owner.post("/slack/people/end", team=eve.team_id, user=eve.id)
    assert linked(desk) == {}
    browser.get("/slack/people", status=403)
    browser.post("/slack/people", status=403, member_id=str(vic), user=eve.id)


def test_an_installation_writes_to_nobody(slack_desk: Desk) -> None:
    desk = slack_desk
    desk.slack.grant("users:read.email")
    member(desk)
    users = [desk.slack.add_user(f"User {number}") for number in range(5)]
    desk.slack.add_user("Vic", email="vic@acme.test")
    channel = desk.slack.add_channel("sales", members=users)
    owner = desk.browser()
    owner.post("/slack/setup/bind")
    owner.post("/slack/channels", channel=channel.id)
    owner.post(f"/slack/channels/{channel.id}", on="1")
    desk.deliver()
    assert desk.slack.calls_to("chat.postMessage") == []
    assert desk.slack.calls_to("conversations.open") == []


# --- The language of linked people ---------------------------------------------------------------


def spoken(desk: Desk, user: User) -> str:
    [card] = desk.user(user).say("help").messages
    return desk.slack.screen_text(card)


def test_who_has_chosen_no_language_reads_in_that_of_their_slack(slack_desk: Desk) -> None:
    desk = slack_desk
    nok = desk.person("Nok", locale="th-TH")
    first = spoken(desk, nok)
    assert any("฀" <= letter <= "๿" for letter in first)
    calls = len(desk.slack.calls_to("users.info"))
    assert spoken(desk, nok) == first
    assert len(desk.slack.calls_to("users.info")) == calls
    nok.locale = "zh-CN"
    assert spoken(desk, nok) == first
    desk.later(hours=25)
    assert any("一" <= letter <= "鿿" for letter in spoken(desk, nok))


def test_a_choice_made_here_wins_over_slacks_language(slack_desk: Desk) -> None:
    desk = slack_desk
    nok = desk.person("Nok", locale="th-TH")
    with desk.wiring.database.system() as session:
        person = session.exec(select(Person).where(Person.name == "Nok")).one()
        person.locale = "en"
        session.add(person)
    assert not any("฀" <= letter <= "๿" for letter in spoken(desk, nok))
    assert desk.slack.calls_to("users.info") == []


@pytest.mark.parametrize("tells", [True, False])
def test_a_change_in_slack_is_heard_at_once(slack_desk: Desk, tells: bool) -> None:
    desk = slack_desk
    nok = desk.person("Nok", locale="en-US")
    assert not any("฀" <= letter <= "๿" for letter in spoken(desk, nok))
    nok.locale = "th-TH"
    told = {"id": nok.id, "team_id": nok.team_id, **({"locale": "th-TH"} if tells else {})}
    assert desk.user(nok).event({"type": "user_change", "user": told}).status == 200
    assert any("฀" <= letter <= "๿" for letter in spoken(desk, nok))


def test_a_language_without_texts_is_the_workspaces(slack_desk: Desk) -> None:
    desk = slack_desk
    kei = desk.person("Kei", locale="ja-JP")
    spoken(desk, kei)
    with desk.session() as session:
        row = session.get(SlackLink, (kei.team_id, kei.id))
        assert row is not None
        assert row.locale is None


def test_without_an_answer_from_slack_the_question_is_answered_all_the_same(
    slack_desk: Desk,
) -> None:
    desk = slack_desk
    nok = desk.person("Nok", locale="th-TH")
    desk.slack.faults.add("users.info", "http_503")
    assert not any("฀" <= letter <= "๿" for letter in spoken(desk, nok))
    spoken(desk, nok)
    assert len(desk.slack.calls_to("users.info")) == 1
    desk.later(minutes=61)
    assert any("฀" <= letter <= "๿" for letter in spoken(desk, nok))


# --- Organisations -------------------------------------------------------------------------------


def test_an_installation_in_a_whole_organisation_is_refused_in_words(
    slack_desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = slack_desk
    desk.goal("Churn rate")
    ann = desk.user(desk.person("Ann"))
    team = desk.slack.team.id
    event = {"type": "app_mention", "user": ann.id, "channel": "C1", "ts": "1.1", "text": "goals"}
    granted = [{"enterprise_id": "E1", "team_id": None, "is_enterprise_install": True}]
    import json

    from tests.integrations.slack.test_inbound import post

    payload = {
        "type": "event_callback",
        "event_id": "Ev1",
        "team_id": team,
        "authorizations": granted,
        "event": event,
    }
    assert post(desk, json.dumps(payload).encode(), "application/json").status_code == 200
    assert "single workspaces" in capsys.readouterr().err
    assert desk.slack.calls_to("chat.postMessage") == []
    form = (
        f"command=%2Fgoals&text=churn&trigger_id=1.2&team_id={team}&user_id={ann.id}"
        "&channel_id=C1&enterprise_id=E1&is_enterprise_install=true"
    )
    said = post(desk, form.encode(), "application/x-www-form-urlencoded").get_json()
    assert "whole Enterprise organisation" in said["text"]


def test_who_is_linked_in_two_slack_workspaces_stands_there_with_both(slack_desk: Desk) -> None:
    desk = slack_desk
    other = desk.slack.add_team("Partner")
    ids = {desk.slack.team.id: "Acme", other.id: "Partner"}
    for team_id, name in ids.items():
        granted = {"access_token": f"xoxb-{name}", "team": {"id": team_id, "name": name}}
        teams.install(desk.parts, desk.workspace_id, granted)
    vic, _ = member(desk)
    users = [desk.slack.add_user("Vic"), desk.slack.add_user("Vic Too", team=other)]
    for user in users:
        desk.link(user, vic)
    owner = desk.browser()
    text = plain(owner.get("/slack/people"))
    for user in users:
        assert f"{user.id} {ids[user.team_id]}" in text
        assert f"End the link : Vic, {ids[user.team_id]}" in text
    owner.post("/slack/people/end", team=other.id, user=users[1].id)
    text = plain(owner.get("/slack/people"))
    assert users[0].id in text
    assert users[1].id not in text
