"""Milestones, goals that are kept, easier targets and parents, as people meet them on pages."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import col, select

from goals import workspace
from goals.alerts import review
from goals.tracking import goals as use_cases
from goals.tracking import milestones
from goals.tracking.goal import Goal, Objective
from tests.support import company
from tests.support.forms import sent
from tests.support.site import plain

TODAY = date(2026, 8, 14)
DAYS = {"first": "1 Jul 2026", "last": "30 Sep 2026", "visibility": "workspace", "do": "save"}
MILESTONE = {**DAYS, "kind": "milestone", "name": "A department for marketing"}
KEPT = {**DAYS, "kind": "maintain", "metric": "csat", "change": "target"}


def only_goal(site):
    """Return the goal that there is, with its terms and its steps."""
    with site.session() as session:
        goal = session.exec(select(Goal).where(col(Goal.workspace_id) == site.here)).one()
        steps = [(one.due_on, one.name) for one in milestones.steps(session, goal)]
        return goal, use_cases.current(session, goal), steps


def set_up(site, **fields):
    site.browser().post("/goals/new", **fields)
    return only_goal(site)


def status_of(site):
    text = plain(site.browser().get(f"/goals/{only_goal(site)[0].id}"))
    return text


def test_a_milestone_needs_a_name_and_days_and_nothing_else(site):
    goal, terms, steps = set_up(site, **MILESTONE, done_when="A head is in post")
    assert (goal.kind, goal.metric, goal.done_when) == (
        "milestone",
        "milestone",
        "A head is in post",
    )
    assert (terms.target_value, terms.baseline_value, steps) == (1, None, [])
    text = status_of(site)
    assert "Is it done?" in text and "A head is in post" in text
    assert "A person's word and its day, nothing else" in text


def test_steps_are_written_one_a_line_with_their_days(site):
    typed = "15 Jul 2026: Budget released\n\n2026-09-01： Head hired"
    steps = set_up(site, **MILESTONE, steps=typed)[2]
    assert steps == [(date(2026, 7, 15), "Budget released"), (date(2026, 9, 1), "Head hired")]


@pytest.mark.parametrize("typed", ["Budget released", "15 Jul 2026", "15 Jul 2026: ", "soon: x"])
def test_a_step_that_cannot_be_read_is_told_at_its_field_and_kept(site, typed):
    answer = site.browser().post("/goals/new", status=422, **MILESTONE, steps=typed)
    assert "Write each step as a day and what is done by then" in plain(answer.text)
    assert typed.strip() in answer.text


def test_a_step_outside_of_the_goals_days_is_told_at_its_field(site):
    answer = site.browser().post("/goals/new", status=422, **MILESTONE, steps="1 Jan 2026: Early")
    assert 'href="#steps">1 Jan 2026 does not lie between' in answer.text


def test_a_milestone_is_said_to_be_done_and_taken_back(site):
    goal = set_up(site, **MILESTONE)[0]
    visitor = site.browser()
    visitor.post(f"/goals/{goal.id}/done", on="13 Aug 2026", note="Signed by the board")
    text = plain(visitor.get(f"/goals/{goal.id}"))
    assert "Achieved Done on 13 Aug 2026; it was due on 30 Sep 2026." in text
    assert "Olga Owner said so. Signed by the board" in text
    visitor.post(f"/goals/{goal.id}/done?do=undo")
    text = plain(visitor.get(f"/goals/{goal.id}"))
    assert "Not done yet, due in 47 days, on 30 Sep 2026." in text
    assert only_goal(site)[0].done_on is None
    log = text.partition("Changes of the goal")[2].partition("What was said")[0]
    undone, done, begun = (
        log.index("Not done after all"),
        log.index("Said to be done"),
        log.index("Set:"),
    )
    assert undone < done < begun
    assert log.count("Olga Owner") == 3 and "Reason: Signed by the board" in log


@pytest.mark.parametrize(("on", "said"), [("1 Sep 2026", "Choose today"), ("soon", "Write a day")])
def test_a_day_on_which_it_cannot_be_done_is_told_and_what_was_typed_stays(site, on, said):
    goal = set_up(site, **MILESTONE)[0]
    answer = site.browser().post(f"/goals/{goal.id}/done", status=422, on=on, note="Almost")
    assert said in plain(answer.text)
    assert f'value="{on}"' in answer.text and 'value="Almost"' in answer.text


def test_a_step_is_done_today_and_not_after_all(site):
    goal = set_up(site, **MILESTONE, steps="15 Jul 2026: Budget released\n30 Sep 2026: All")[0]
    visitor = site.browser()
    text = plain(visitor.get(f"/goals/{goal.id}"))
    assert "30 days late, due on 15 Jul 2026" in text
    with site.session() as session:
        step = milestones.steps(session, session.merge(goal))[0].id
    visitor.post(f"/goals/{goal.id}/steps/{step}", do="done")
    text = plain(visitor.get(f"/goals/{goal.id}"))
    assert "Done on 14 Aug 2026, due on 15 Jul 2026" in text and "1 of 2 steps done" in text
    visitor.post(f"/goals/{goal.id}/steps/{step}", do="undo")
    text = plain(visitor.get(f"/goals/{goal.id}"))
    assert "0 of 2 steps done" in text


def test_who_may_only_read_can_say_nothing_done(site):
    goal = set_up(site, **MILESTONE)[0]
    reader = site.browser(site.add("Rita", "viewer"))
    assert ">It is done<" not in reader.get(f"/goals/{goal.id}")
    reader.post(f"/goals/{goal.id}/done", status=403)
    assert only_goal(site)[0].done_on is None


def test_a_goal_that_is_a_number_cannot_be_said_to_be_done(site):
    goal = set_up(site, **KEPT, direction="at_least", amount="80")[0]
    answer = site.browser().post(f"/goals/{goal.id}/done", status=409)
    assert "Only a milestone is done by somebody's word." in plain(answer.text)


@pytest.mark.parametrize(
    ("fields", "terms"),
    [
        ({"direction": "at_least", "amount": "80"}, (80, None, None)),
        ({"direction": "at_most", "amount": "20"}, (20, None, None)),
        ({"direction": "up", "amount": "80"}, (80, None, None)),
        ({"direction": "band", "low": "60", "high": "70"}, (None, 60, 70)),
    ],
)
def test_a_number_can_be_kept_at_a_level_or_in_a_band(site, fields, terms):
    goal, found, _steps = set_up(site, **KEPT, **fields)
    assert goal.kind == "maintain"
    assert (found.target_value, found.low, found.high) == terms
    visitor = site.browser()
    for path in (
        f"/goals/{goal.id}",
        f"/goals/{goal.id}/edit",
        f"/goals/{goal.id}.csv",
        "/",
        "/goals",
    ):
        assert visitor.client.get(path).status_code == 200
    again = sent(visitor.get(f"/goals/{goal.id}/edit"))
    visitor.post(f"/goals/{goal.id}/edit", **{**again, "do": "save"})
    assert only_goal(site)[1].version == 1


def test_a_kept_rate_is_named_by_its_bound_in_percent(site):
    fields = {**KEPT, "metric": "win_rate", "direction": "band", "low": "55", "high": "65%"}
    goal, terms, _steps = set_up(site, **fields)
    assert (terms.low, terms.high) == (Decimal("0.55"), Decimal("0.65"))
    assert goal.name == "Win rate kept at 55.0 to 65.0% until 30 Sep 2026"


def test_a_band_without_an_end_is_told_at_that_end(site):
    fields = {**KEPT, "direction": "band", "low": "60"}
    answer = site.browser().post("/goals/new", status=422, **fields)
    assert 'href="#high">Say between which two numbers' in answer.text


# --- Easier targets -----------------------------------------------------------------------------


@pytest.fixture
def goal(site):
    with site.session() as session:
        return company.revenue_goal(session, target=9000).id


def edited(site, goal, **changes):
    fields = sent(site.browser().get(f"/goals/{goal}/edit"))
    return {**fields, "do": "save", **changes}


KIND_WORDS = "Perhaps change the plan, not the goal"


def test_a_lower_target_is_met_with_kind_words_and_the_other_way(site, goal):
    visitor = site.browser()
    fields = edited(site, goal, amount="5000")
    text = plain(visitor.post(f"/goals/{goal}/edit", status=422, **fields).text)
    assert KIND_WORDS in text
    assert "The target goes from $9,000 to $5,000." in text
    fields |= {"do": "keep", "actions": "Call more"}
    kept = visitor.post(f"/goals/{goal}/edit", status=200, **fields)
    assert sent(kept.text)["amount"] == "9,000" and "Call more" in kept.text
    assert KIND_WORDS not in kept.text


def test_the_words_stand_beside_the_form_as_soon_as_it_becomes_easier(site, goal):
    fields = edited(site, goal, last="31 Oct 2026")
    text = site.browser().post(f"/goals/preview?goal={goal}", status=200, **fields).text
    assert KIND_WORDS in text and "The last day goes from 30 Sep 2026 to 31 Oct 2026." in text


def test_a_harder_target_needs_no_words(site, goal):
    fields = edited(site, goal, amount="12000")
    assert (
        KIND_WORDS
        not in site.browser().post(f"/goals/preview?goal={goal}", status=200, **fields).text
    )


def test_an_easier_target_is_never_blocked(site, goal):
    fields = edited(site, goal, amount="5000", reason="Half of the team left")
    site.browser().post(f"/goals/{goal}/edit", **fields)
    assert only_goal(site)[1].target_value == 5000


# --- The original target -------------------------------------------------------------------------


@pytest.fixture
def lowered(site, goal):
    with site.session() as session:
        found = use_cases.find(session, str(goal))
        company.win(site.database, site.here, [(date(2026, 7, 2), 4500)])
        review.review(session, now=site.now, today=TODAY, only=[found])
    fields = edited(site, goal, amount="5000", baseline="100", reason="Half of the team left")
    site.browser().post(f"/goals/{goal}/edit", **fields)
    with site.session() as session:
        found = use_cases.find(session, str(goal))
        review.review(session, now=site.now, today=TODAY, only=[found])
    return goal


SAID = "Against the original target of $9,000 by 30 Sep 2026 it is at 66% of the way."


def test_the_result_against_the_original_target_stands_on_the_page(site, lowered):
    text = plain(site.browser().get(f"/goals/{lowered}"))
    assert SAID in text
    assert "Target from $9,000 to $5,000. Baseline from" in text
    assert "the target went from $9" in text
    assert "Half of the team left" in text


def test_the_bot_says_it_too(site, lowered):
    assert SAID in plain(site.browser().get("/ask?q=status+of+sell+more"))


def test_a_changed_target_stands_in_a_column_of_the_table(site, lowered):
    text = plain(site.browser().get(f"/goals/{lowered}"))
    table = text[text.index("Show as table") :]
    assert "Difference Target" in table
    assert "$9,000" in table[: table.index("record")] and "$5,000" in table[: table.index("record")]


def test_other_terms_are_marked_by_their_number(site, goal):
    with site.session() as session:
        found = use_cases.find(session, str(goal))
        company.win(site.database, site.here, [(date(2026, 7, 2), 4500)])
        review.review(session, now=site.now, today=TODAY, only=[found])
    fields = edited(site, goal, last="31 Oct 2026", reason="The fair is later")
    site.browser().post(f"/goals/{goal}/edit", **fields)
    page = site.browser().get(f"/goals/{goal}")
    assert '<b aria-hidden="true">2</b>' in page
    assert page.count(">2</text>") == 3


# --- Parents -------------------------------------------------------------------------------------


@pytest.fixture
def family(site):
    """A goal with a part that fits, one whose number moves something else, and a loose one."""
    with site.session() as session:
        grow = Objective(workspace_id=site.here, name="Grow", created_at=site.now)
        session.add(grow)
        session.flush()
        whole = company.revenue_goal(session, name="Whole", objective_id=grow.id)
        days: dict[str, Any] = {
            "kind": "level",
            "target_input": Decimal("0.5"),
            "parent_id": whole.id,
        }
        company.revenue_goal(session, name="Fits", metric="win_rate", **days)
        company.revenue_goal(session, name="Strays", metric="headcount", **days)
        company.revenue_goal(session, name="Loose")
        company.revenue_goal(
            session, name="Hidden", visibility="private", metric="win_rate", **days
        )
        return {
            one.name: one.id
            for one in session.exec(select(Goal).where(col(Goal.workspace_id) == site.here))
        }


def test_the_tree_flags_what_strays_and_what_is_loose_with_a_link_that_mends_it(site, family):
    html = site.browser().get("/goals/alignment")
    text = plain(html)
    assert "2 goals are out of place" in text
    assert text.index("Grow") < text.index("Whole") < text.index("Fits") < text.index("Loose")
    assert f"/goals/{family['Strays']}/edit#parent_id" in html
    assert f"/goals/{family['Loose']}/edit#objective_id" in html
    assert f"/goals/{family['Fits']}/edit" not in html


def test_a_goal_is_offered_no_part_of_its_own_as_its_whole(site, family):
    html = site.browser().get(f"/goals/{family['Whole']}/edit")
    offered = html[html.index('id="parent_id"') :]
    offered = offered[: offered.index("</select>")]
    assert "Loose" in offered and "Fits" not in offered and "Whole" not in offered


def test_a_circle_that_is_sent_all_the_same_is_refused_at_its_field(site, family):
    fields = sent(site.browser().get(f"/goals/{family['Whole']}/edit"))
    fields |= {"do": "save", "parent_id": str(family["Fits"])}
    answer = site.browser().post(f"/goals/{family['Whole']}/edit", status=422, **fields)
    assert 'href="#parent_id"' in answer.text


def test_the_page_of_a_goal_shows_its_whole_and_its_parts_with_their_statuses(site, family):
    text = plain(site.browser().get(f"/goals/{family['Strays']}"))
    assert "Part of the goal Whole No data" in text
    assert "This number is not known to move the goal that it is part of. Choose another" in text
    text = plain(site.browser().get(f"/goals/{family['Whole']}"))
    assert "Goals that are part of it" in text and "Fits" in text
    assert "It stands under no objective" in plain(site.browser().get(f"/goals/{family['Loose']}"))


def test_what_one_may_not_see_stays_hidden_and_stays_the_whole(site, family):
    with site.session() as session:
        hidden = use_cases.find(session, str(family["Hidden"]))
        company.revenue_goal(session, name="Beneath", parent_id=hidden.id)
        beneath = session.exec(
            select(Goal.id).where(col(Goal.name) == "Beneath", col(Goal.workspace_id) == site.here)
        ).one()
    editor = site.browser(site.add("Ed", "editor"))
    for path in ("/goals/alignment", f"/goals/{beneath}", f"/goals/{beneath}/edit"):
        assert "Hidden" not in editor.get(path)
    fields = sent(editor.get(f"/goals/{beneath}/edit"))
    editor.post(f"/goals/{beneath}/edit", **{**fields, "do": "save", "why": "Because"})
    with site.session() as session:
        assert use_cases.find(session, str(beneath)).parent_id == family["Hidden"]


def test_the_day_is_that_of_the_workspace(site):
    goal = set_up(site, **MILESTONE)[0]
    with site.session() as session:
        today = workspace.of(session).local_day(site.now)
    site.browser().post(f"/goals/{goal.id}/done")
    assert only_goal(site)[0].done_on == today == TODAY
    assert today - timedelta(days=1) != only_goal(site)[0].done_on
