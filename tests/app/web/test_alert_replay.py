"""What a rule would have said, on its page: before it is switched on, beside others, and tuned."""

import re
from datetime import date, timedelta
from threading import Lock

import pytest
from sqlmodel import col, select

from goals.alerts import review, ruling, verdicts
from goals.alerts.drafts import Draft
from goals.alerts.rule import AlertStory, AlertVerdict
from tests.support import company
from tests.support.forms import sent
from tests.support.site import plain

RULES = "/alerts/rules"
#: Twelve weeks, one after the other.
WEEKS = [date(2025, 9, 1) + timedelta(weeks=n) for n in range(12)]
#: What a week sells, day by day: 700 are wanted.
SLUMP, DIP = (100, 100, 100, 20, 20, 20, 20), (100, 100, 65, 85, 100, 110, 150)


@pytest.fixture
def weeks(site):
    """A site with a goal for each of twelve weeks: every third is missed, and all have a dip."""
    wins = []
    for number, monday in enumerate(WEEKS):
        is_missed = number % 3 == 0
        amounts = (
            (100, 100, 100, 20, 20, 20, 20) if is_missed else (100, 100, 65, 85, 100, 110, 150)
        )
        wins += [(monday + timedelta(days=n), amount) for n, amount in enumerate(amounts)]
    company.win(site.database, site.here, wins)
    with site.session() as session:
        for number, monday in enumerate(WEEKS):
            company.revenue_goal(
                session, 700, name=f"Week {number}", first_day=monday,
                last_day=monday + timedelta(days=6), judge="pace",
            )  # fmt: skip
        ruling.add(
            session,
            Draft(name="Slow", kind="pace_gap", settings={"gap": "0.1", "days": "1"}),
            by=None,
            now=site.now,
        )
    return site


def slow(site):
    with site.session() as session:
        return ruling.find(session, "Slow", site.now)


def test_a_rule_says_what_it_would_have_said_beside_two_others(weeks):
    visitor = weeks.browser()
    address = f"{RULES}/{slow(weeks).id}"
    asked = visitor.get(address)
    assert "are being replayed" in asked and f'data-hx-get="{address}?replay=1"' in asked
    page = plain(visitor.get(f"{address}?replay=1"))
    assert "it would have fired" in page
    assert "Of 4 goals that were missed it would have warned of 4 before their last day." in page
    for row in ("10% behind for 1 day", "5% behind for 1 day", "15% behind for 1 day"):
        assert row.replace("1 day", "1\u00a0day") in page or row in page
    assert "No day was judged at the time" in page
    assert "Week 9 , missed" in page


def test_a_proposal_is_used_with_one_click_and_undone_with_another(weeks):
    visitor = weeks.browser()
    address = f"{RULES}/{slow(weeks).id}"
    page = plain(visitor.get(f"{address}?replay=1"))
    assert "Clearly better: With “" in page and "Use this" in page
    assert "it would have caught as many missed goals (4 of 4)" in page
    before = slow(weeks).settings
    visitor.post(f"{address}/tune")
    after = slow(weeks)
    assert after.settings != before and after.version == 2
    page = plain(visitor.get(address))
    assert "Proposals that were taken" in page and "Olga Owner" in page
    visitor.post(f"{address}/untune")
    assert (slow(weeks).settings, slow(weeks).version) == (before, 3)
    assert "Undone on" in plain(visitor.get(address))
    visitor.post(f"{address}/untune")
    assert slow(weeks).version == 3


def test_nothing_is_tuned_where_nothing_is_proposed(site):
    visitor = site.browser()
    with site.session() as session:
        [rule] = ruling.every(session, site.now)
    visitor.post(f"{RULES}/{rule.id}/tune")
    visitor.post(f"{RULES}/{rule.id}/untune")
    assert "There is nothing to undo." in visitor.get(RULES)
    with site.session() as session:
        assert ruling.every(session, site.now)[0].version == 1


def test_a_rule_is_tried_before_it_is_made(weeks):
    visitor = weeks.browser()
    given = {"name": "Tried", "gap": "30", "days": "1", "to_goal": "y", "do": "replay"}
    answer = visitor.post(f"{RULES}/new/pace_gap", status=200, **given)
    page = plain(answer.text)
    assert "30% behind" in page and "it would have fired" in page and "Use this" not in page
    assert 'value="30"' in answer.text
    with weeks.session() as session:
        assert [one.name for one in ruling.every(session, weeks.now)] == ["", "Slow"]
    wrong = visitor.post(f"{RULES}/new/pace_gap", status=422, **{**given, "gap": "300"})
    assert "First mend what is marked above" in plain(wrong.text)
    changed = visitor.post(f"{RULES}/{slow(weeks).id}", status=200, **given)
    assert "30% behind" in plain(changed.text) and slow(weeks).settings["gap"] == 0.1


def test_without_a_past_the_page_says_so(site):
    visitor = site.browser()
    with site.session() as session:
        [rule] = ruling.every(session, site.now)
    page = plain(visitor.get(f"{RULES}/{rule.id}?replay=1"))
    assert "There is no past to look at" in page
    assert "What would this have said?" not in visitor.get(f"{RULES}/new/digest")


def test_members_say_what_they_think_of_an_alert_and_the_list_counts_it(site):
    site.add("Cor", "commenter")
    site.add("Vic", "viewer")
    with site.session() as session:
        company.revenue_goal(session, target=900_000)
        for back in (1, 0):
            day = site.now - timedelta(days=back)
            review.review(session, now=day, today=day.date())
    with site.session() as session:
        story = session.exec(
            select(AlertStory).where(col(AlertStory.workspace_id) == site.here)
        ).one()
    address = f"/alerts/stories/{story.id}"
    cor, owner = site.browser("cor@acme.example"), site.browser()
    assert "Nobody has said so far." in cor.get(address)
    shown = cor.get("/slack")
    assert re.search(rf'href="{address}"[^>]*>Useful<', shown) and "Noise" in shown
    cor.post(f"{address}/verdict", said="useful")
    cor.post(f"{address}/verdict", said="useful")
    owner.post(f"{address}/verdict", said="noise")
    page = plain(cor.get(address))
    assert "1 of 2 members found it useful. You said: useful." in page
    cor.post(f"{address}/verdict", said="noise")
    assert "0 of 2 members found it useful. You said: noise." in plain(cor.get(address))
    cor.post(f"{address}/verdict", said="")
    cor.post(f"{address}/verdict", status=400, said="great")
    with site.session() as session:
        rows = session.exec(
            select(AlertVerdict).where(col(AlertVerdict.workspace_id) == site.here)
        ).all()
        assert [row.is_useful for row in rows] == [False]
    vic = site.browser("vic@acme.example")
    assert "Was this alert useful?" in vic.get(address) and "Noise" not in vic.get(address)
    vic.post(f"{address}/verdict", status=403, said="useful")
    page = plain(owner.get(RULES))
    assert "1 verdict, not enough yet" in page
    for number in range(verdicts.FLOOR - 1):
        site.browser(site.add(f"M{number}", "commenter")).post(f"{address}/verdict", said="useful")
    assert "80% useful, of 5 verdicts" in plain(owner.get(RULES))


def test_one_replay_runs_at_a_time_and_the_next_page_waits_for_its_turn(weeks):
    visitor = weeks.browser()
    address = f"{RULES}/{re.search(r'/alerts/rules/([0-9]+)', visitor.get(RULES)).group(1)}"
    turns = weeks.app.extensions.setdefault("headway_replays", {})
    turns[weeks.here] = Lock()
    with turns[weeks.here]:
        waits = visitor.get(f"{address}?replay=1")
        assert "are being replayed" in waits and 'data-hx-trigger="load delay:3s"' in waits
        fields = {**sent(visitor.get(address)), "do": "replay"}
        answer = visitor.post(address, status=200, **fields)
        assert "Another replay is still running here." in answer.text
        section = re.search(r'<section[^>]*id="replay"[^>]*>', answer.text)
        assert section is not None and "data-hx-get" not in section[0]
    assert "are being replayed" not in visitor.get(f"{address}?replay=1")
