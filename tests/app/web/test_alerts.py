"""The pages of alert rules, their log, a story, and what reaches a member."""

import re

import pytest
from sqlmodel import col, select

from goals.alerts import review, ruling
from goals.alerts.outbox import Channel
from goals.alerts.rule import AlertRule, AlertStory, NoticeOff
from goals.tracking.goal import Goal
from tests.support import company
from tests.support.site import plain

RULES = "/alerts/rules"


@pytest.fixture
def off_track(site):
    """A site whose goal is off track, with an alert that was decided."""
    from datetime import timedelta

    with site.session() as session:
        company.revenue_goal(session, target=900_000, channel="C01")
        session.add(
            Channel(
                workspace_id=site.here, external_id="C01", name="sales", is_on=True,
                created_at=site.now,
            )
        )  # fmt: skip
        for back in (1, 0):
            day = site.now - timedelta(days=back)
            review.review(session, now=day, today=day.date())
    return site


def rules_of(site):
    with site.session() as session:
        return ruling.every(session, site.now)


def a_story(site):
    with site.session() as session:
        return session.exec(
            select(AlertStory).where(col(AlertStory.workspace_id) == site.here)
        ).one()


def test_the_rule_that_is_always_there_is_listed_and_switched(site):
    visitor = site.browser()
    page = plain(visitor.get(RULES))
    assert "1 alert rule is on" in page and "Changes of status" in page
    [rule] = rules_of(site)
    visitor.post(f"{RULES}/{rule.id}/switch", on="0")
    assert "0 alert rules are on" in plain(visitor.get(RULES))
    visitor.post(f"{RULES}/{rule.id}/archive")
    assert "always there" in plain(visitor.get(RULES))


def test_a_rule_is_made_changed_and_removed(site):
    visitor = site.browser()
    assert "Slow pace" in plain(visitor.get(f"{RULES}/new"))
    form = visitor.get(f"{RULES}/new/pace_gap")
    assert 'value="10"' in form and 'name="below"' not in form
    given = {
        "name": "ช้าเกินไป 太慢", "gap": "๑๕", "days": "5", "slack": "C0123", "direct": "owner",
        "email": "", "quiet_from": "20:00", "quiet_to": "08:00", "workdays_only": "y",
        "cool_down": "24", "weekly_most": "3", "hours_1": "24", "person_1": "owner",
        "to_goal": "y",
    }  # fmt: skip
    visitor.post(f"{RULES}/new/pace_gap", **given)
    _default, rule = rules_of(site)
    assert (rule.settings, rule.cool_down, rule.weekly_most) == ({"gap": 0.15, "days": 5}, 24, 3)
    assert rule.routes == [
        {"kind": "goal", "to": ""}, {"kind": "slack", "to": "C0123"},
        {"kind": "direct", "to": "owner"},
    ]  # fmt: skip
    assert rule.ladder == [{"hours": 24, "to": "owner"}]
    page = plain(visitor.get(RULES))
    assert "ช้าเกินไป 太慢" in page and "quiet 20:00 to 08:00, quiet on free days" in page
    shown = visitor.get(f"{RULES}/{rule.id}")
    assert 'value="15"' in shown and 'value="20:00"' in shown
    visitor.post(f"{RULES}/{rule.id}", **{**given, "name": "Slow", "gap": "20"})
    assert rules_of(site)[1].version == 2
    visitor.post(f"{RULES}/{rule.id}/archive")
    assert len(rules_of(site)) == 1


@pytest.mark.parametrize("kind", ["status_change", "recovery", "milestone", "chance_below"]
    + ["stale_data", "failing_source", "missed_checkin", "digest"])  # fmt: skip
def test_each_kind_can_be_made_as_it_is_offered(site, kind):
    visitor = site.browser()
    form = visitor.get(f"{RULES}/new/{kind}")
    fields = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', form))
    fields.pop("csrf_token", None)
    for name, inside in re.findall(
        r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.search(r'<option selected value="([^"]*)"', inside)
        fields[name] = chosen.group(1) if chosen else ""
    visitor.post(f"{RULES}/new/{kind}", **{**fields, "name": f"My {kind}"})
    assert rules_of(site)[1].kind == kind
    visitor.get(f"{RULES}/{rules_of(site)[1].id}")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": ""}, "Give the rule a name."),
        ({"gap": "300"}, "Write a number from 1 to 95."),
        ({"gap": "x"}, "Write a number from 1 to 95."),
        ({"days": "0"}, "Write a number from 1 to 45."),
        ({"quiet_from": "20:00"}, "Quiet hours need a beginning and an end."),
        ({"quiet_from": "noon", "quiet_to": "1"}, "Write times of the day such as 20:00."),
        ({"webhook": "https://127.0.0.1/x"}, "The address leads into a private network."),
        ({"webhook": "http://example.com/x"}, "Only https addresses may be read."),
        ({"slack": "#sales"}, "id"),
        ({"goal_id": "99"}, "Choose one of the list."),
        ({"hours_1": "24", "person_1": ""}, "There is no such member."),
        ({"weekly_most": "9" * 30}, "Write a number from 1 to 500."),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_kept(site, given, said):
    visitor = site.browser()
    sound = {"name": "Slow", "gap": "10", "days": "7", "to_goal": "y"}
    answer = visitor.post(f"{RULES}/new/pace_gap", status=422, **{**sound, **given})
    assert said in plain(answer.text)
    assert len(rules_of(site)) == 1


def test_a_rule_that_switched_itself_off_says_so(site):
    from goals.alerts import failing
    from goals.words import Message

    with site.session() as session:
        [rule] = ruling.every(session, site.now)
        failing.switch_off(session, rule, Message(failing.UNDELIVERED), site.now)
    page = plain(site.browser().get(RULES))
    assert "Changes of status switched itself off. Its last three messages" in page


def test_only_owners_make_rules_and_hidden_goals_are_not_named(site):
    site.add("Eva", "editor")
    with site.session() as session:
        goal = company.revenue_goal(session, name="Secret deal", visibility="private")
        session.add(
            AlertRule(
                workspace_id=site.here, name="One", kind="recovery", goal_id=goal.id,
                routes=[{"kind": "goal", "to": ""}], created_at=site.now, changed_at=site.now,
            )
        )  # fmt: skip
    eva = site.browser("eva@acme.example")
    page = eva.get(RULES)
    assert "Secret deal" not in page and "a goal you may not see" in plain(page)
    assert "Switch off" not in plain(page)
    eva.get(f"{RULES}/new", status=403)
    assert "Secret deal" in site.browser().get(RULES)


def test_the_log_says_what_was_sent_and_why_nothing_fired(off_track):
    visitor = off_track.browser()
    page = plain(visitor.get("/alerts/log"))
    assert "Alert: Sell more Changes of status" in page and "#sales Waiting" in page
    nothing = plain(visitor.get("/alerts/log?part=not"))
    assert "The status is still Off track." in nothing and "#sales" not in nothing
    assert "Every message arrived." in plain(visitor.get("/alerts/log?part=dead"))
    for odd in ("part=x", "page=0", "page=99999999", "page=x", "part=sent&page=3"):
        visitor.get(f"/alerts/log?{odd}")


def test_the_log_is_a_file_too_in_which_nothing_is_a_formula(off_track):
    with off_track.session() as session:
        [goal] = session.exec(select(Goal).where(col(Goal.workspace_id) == off_track.here))
        goal.name = "=HYPERLINK(1)"
        session.add(goal)
    answer = off_track.browser().client.get("/alerts/log.csv?part=waiting")
    assert answer.content_type == "text/csv; charset=utf-8"
    head, line, *rest = answer.get_data(as_text=True).splitlines()
    assert head.endswith("When,Message,About,Rule,To,What happened,Why")
    assert "Alert,'=HYPERLINK(1),Changes of status,#sales,Waiting" in line
    assert rest == []


def test_the_log_shows_each_message_that_was_told_with_others(off_track):
    from goals.alerts import gathering
    from goals.alerts.outbox import Outbox

    page = off_track.browser()
    with off_track.session() as session:
        [row] = session.exec(select(Outbox).where(col(Outbox.workspace_id) == off_track.here))
        more = Outbox(
            **{
                **row.model_dump(exclude={"id"}),
                "dedupe_key": "another",
                "created_at": off_track.now,
            }
        )
        session.add(more)
        session.flush()
        late = off_track.now + 2 * gathering.LATE
        summary = gathering.gather(session, row, unsure=False, now=late)
        assert summary is not None and summary is not row
    waiting = plain(page.get("/alerts/log?part=waiting"))
    assert waiting.count("told with others in one message") == 2
    assert "Several at once: 1 goal" in waiting
    with off_track.session() as session:
        kept = session.merge(summary)
        kept.state, kept.sent_at, kept.remote_id = "done", late, "1.2"
        session.add(kept)
    sent = plain(page.get("/alerts/log?part=sent"))
    assert sent.count("told with others in one message") == 2
    assert "No message waits." in plain(page.get("/alerts/log?part=waiting"))
    shown = plain(page.get("/slack"))
    assert shown.count("1 goal changed") == 1


def test_a_test_goes_to_one_place_of_a_rule_at_once(site):
    with site.session() as session:
        session.add(
            Channel(
                workspace_id=site.here, external_id="C01", name="sales", is_on=True,
                created_at=site.now,
            )
        )  # fmt: skip
    visitor = site.browser()
    given = {
        "name": "Slow", "gap": "15", "days": "5", "slack": "C01", "to_goal": "y",
        "quiet_from": "00:00", "quiet_to": "23:59",
    }  # fmt: skip
    visitor.post(f"{RULES}/new/pace_gap", **given)
    _default, rule = rules_of(site)
    form = visitor.get(f"{RULES}/{rule.id}")
    assert plain(form).count("Send a test : #sales") == 1
    visitor.post(f"{RULES}/{rule.id}/test", route="1")
    log = plain(visitor.get("/alerts/log?part=waiting"))
    assert "Test" in log and "#sales" in log and "quiet until" not in log
    assert "A test of the rule Slow" in plain(visitor.get("/slack"))
    visitor.post(f"{RULES}/{rule.id}/test", status=404, route="7")


def test_a_test_for_a_channel_that_is_off_says_so(site):
    visitor = site.browser()
    visitor.post(f"{RULES}/new/pace_gap", name="Slow", gap="15", days="5", slack="C01")
    visitor.post(f"{RULES}/{rules_of(site)[1].id}/test", route="0")
    page = visitor.get("/alerts/log?part=waiting")
    assert "The test is held." in page and "The channel is switched off." in plain(page)


def test_a_story_is_taken_on_put_off_and_commented(off_track):
    off_track.add("Cor", "commenter")
    off_track.add("Vic", "viewer")
    story = a_story(off_track)
    address = f"/alerts/stories/{story.id}"
    cor = off_track.browser("cor@acme.example")
    with off_track.session() as session:
        goal = session.exec(select(Goal).where(col(Goal.workspace_id) == off_track.here)).one()
    page = plain(cor.get(f"/goals/{goal.id}"))
    assert "Changes of status . Nobody has taken it on." in page.replace("status.", "status .")
    cor.post(f"{address}/acknowledge", back="goal")
    assert "Cor has taken it on." in plain(cor.get(f"/goals/{goal.id}"))
    cor.post(f"{address}/acknowledge")
    assert "Somebody has taken it on already." in cor.get(address)
    cor.post(f"{address}/snooze", days="3")
    assert "Put off" in plain(cor.get(address))
    cor.post(f"{address}/snooze", status=400, days="900")
    cor.post(f"{address}/comment", text="ลูกค้าเลื่อน <b>客户</b>")
    assert "ลูกค้าเลื่อน &lt;b&gt;客户&lt;/b&gt;" in cor.get(address)
    answer = cor.post(f"{address}/comment", status=422, text="  ")
    assert "Write a comment." in plain(answer.text)
    vic = off_track.browser("vic@acme.example")
    assert "Take it on" not in vic.get(address)
    vic.post(f"{address}/acknowledge", status=403)


def test_a_story_of_a_hidden_goal_is_not_there(off_track):
    off_track.add("Eva", "editor")
    with off_track.session() as session:
        goal = session.exec(select(Goal).where(col(Goal.workspace_id) == off_track.here)).one()
        goal.visibility = "private"
    eva = off_track.browser("eva@acme.example")
    story = a_story(off_track)
    eva.get(f"/alerts/stories/{story.id}", status=404)
    eva.post(f"/alerts/stories/{story.id}/acknowledge", status=404)
    assert "Sell more" not in eva.get("/alerts/log")


def test_a_member_chooses_what_reaches_them(site):
    visitor = site.browser()
    page = visitor.get("/account/notices")
    ticked = re.compile(r'name="wants"[^>]* checked')
    assert len(ticked.findall(page)) == 12 and "No mail server is set" in page
    visitor.post("/account/notices", wants=["alert:direct", "digest:email", "guess:fax"])
    page = visitor.get("/account/notices")
    assert len(ticked.findall(page)) == 2
    visitor.post("/account/notices")
    with site.session() as session:
        rows = session.exec(select(NoticeOff).where(NoticeOff.workspace_id == site.here)).all()
    assert len(rows) == 12
