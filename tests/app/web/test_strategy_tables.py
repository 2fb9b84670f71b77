"""Scores, plan, tree of goals and good data on pages: filled in, marked and printed."""

import re

import pytest

from strategy.worksheets import book as books
from strategy.worksheets import items, library, saving, starters
from strategy.worksheets.rules import matrix
from tests.support.site import owner_of, plain
from tests.support.worksheets import measured_goal

SCORES = "/strategy/crm_selection/scores"
PLAN = "/strategy/implementation/plan"
GOOD = "/strategy/data_governance/good"
TREE = "/strategy/team_goals/tree"


def add(site, question, **values):
    """Write a row without its page."""
    with site.session() as session:
        by = owner_of(session, site.here).id
        item = items.add_item(session, question, by=by, now=site.now)
    for one in library.worksheets().sharing(question):
        said = {key: value for key, value in values.items() if one.field(key)}
        if said:
            with site.session() as session:
                row = books.load(session).row(one, item)
                saving.save_answer(
                    session, one.address, item, said, row.version, by=by, now=site.now,
                    autosave=True,
                )  # fmt: skip
    return item


def grid(site):
    with site.session() as session:
        return matrix.of(books.load(session))


class Table:
    """Two needs, two systems, and the page of their scores as it is sent back."""

    def __init__(self, site):
        self.site = site
        need = "crm_needs.requirements"
        self.rules = add(site, need, requirement="Tasks by rules", team="sales", priority="must")
        self.mails = add(
            site, need, requirement="Mail <series>", team="marketing", priority="could"
        )
        self.a, self.b = (
            add(site, "crm_selection.vendors", vendor=f"System {name}") for name in "AB"
        )

    def sent(self, html, **changes):
        """Return what a browser sends for the page, with some boxes changed."""
        boxes = re.findall(r'<input[^>]*name="([svew]\.[^"]+)"[^>]*value="([^"]*)"', html)
        found = dict(boxes)
        seen = re.findall(r'<textarea[^>]*name="(e\.[^"]+)"[^>]*>\n([^<]*)</textarea>', html)
        found |= dict(seen)
        for name in re.findall(r'<select[^>]*name="(w\.[^"]+)"', html):
            found[name] = ""
        return {**found, "version": "0", "writer": "tab", **changes}


@pytest.fixture
def table(site):
    return Table(site)


def test_the_table_shows_needs_vendors_and_what_is_not_tried(site, table):
    html = site.browser().get(SCORES)
    text = plain(html)
    assert "How well does each system do what you need?" in text
    assert "Tasks by rules Sales, Must have" in text
    assert "Mail &lt;series&gt;" in html
    assert "Nothing is tried yet." in text
    assert f'name="s.{table.rules}.{table.a}"' in html


def test_without_needs_or_vendors_the_page_says_where_to_begin(site):
    text = plain(site.browser().get(SCORES))
    assert "There are no needs yet to score. Write what the teams need" in text


def test_scores_are_saved_without_scripts_and_the_totals_follow(site, table):
    visitor = site.browser()
    sent = table.sent(
        visitor.get(SCORES),
        **{
            f"s.{table.rules}.{table.a}": "4",
            f"e.{table.rules}.{table.a}": "The task came at once",
            f"w.{table.mails}": "5",
            "s.ease." + table.b: "3",
        },
    )
    assert visitor.post(SCORES, **sent, do="stay").location.startswith(SCORES)
    cell = grid(site).cells[table.a, table.rules]
    assert (cell.score, cell.evidence) == (4, "The task came at once")
    text = plain(visitor.get(SCORES))
    assert "System A has most points so far: 20 of 65." in text
    assert grid(site).criteria[1].need.weight == 5
    assert grid(site).cells[table.b, "ease"].score == 3


def test_saving_and_continuing_leads_to_the_decision(site, table):
    visitor = site.browser()
    gone_to = visitor.post(SCORES, **table.sent(visitor.get(SCORES)), do="continue").location
    assert gone_to.endswith("/strategy/crm_selection/decision")


def test_the_next_vendor_on_a_phone_is_shown_after_saving(site, table):
    visitor = site.browser()
    sent = table.sent(visitor.get(SCORES), **{f"s.{table.rules}.{table.a}": "2"})
    gone_to = visitor.post(SCORES, **sent, do=f"vendor:{table.b}").location
    assert gone_to.endswith(f"?vendor={table.b}")
    assert grid(site).cells[table.a, table.rules].score == 2
    html = visitor.get(gone_to)
    assert re.search(rf'value="vendor:{table.b}" aria-current=true', html)


@pytest.mark.parametrize("score", ["6", "x", "-1", "4.5", "๙"])
def test_what_is_no_score_is_said_at_its_cell_and_nothing_is_saved(site, table, score):
    visitor = site.browser()
    name = f"{table.rules}.{table.a}"
    sent = table.sent(
        visitor.get(SCORES), **{f"s.{name}": score, f"s.{table.mails}.{table.a}": "4"}
    )
    html = visitor.post(SCORES, 422, **sent, do="stay").text
    assert "Write a number from 0 to 5, or nothing." in plain(html)
    assert f'href="#{name}"' in html and f'value="{score}"' in html
    assert grid(site).cells[table.a, table.mails].score is None


def test_two_people_who_score_one_cell_see_both_and_choose(site, table):
    site.add("Wei", "editor")
    mine, theirs = site.browser(), site.browser("wei@acme.example")
    name = f"{table.rules}.{table.a}"
    page = mine.get(SCORES)
    theirs.post(SCORES, **table.sent(page, **{f"s.{name}": "2"}), do="stay")
    shown = mine.post(SCORES, 409, **table.sent(page, **{f"s.{name}": "4"}), do="stay").text
    assert "Wei wrote: 2, weak" in plain(shown)
    assert grid(site).cells[table.a, table.rules].score == 2
    mine.post(SCORES, **table.sent(shown), do="stay")
    assert grid(site).cells[table.a, table.rules].score == 4


def test_the_score_of_somebody_else_can_be_kept(site, table):
    site.add("Wei", "editor")
    mine, theirs = site.browser(), site.browser("wei@acme.example")
    name = f"{table.rules}.{table.a}"
    page = mine.get(SCORES)
    theirs.post(SCORES, **table.sent(page, **{f"s.{name}": "2"}), do="stay")
    sent = table.sent(page, **{f"s.{name}": "4", f"s.{table.mails}.{table.a}": "3"})
    shown = mine.post(SCORES, 409, **sent, do="stay").text
    mine.post(SCORES, **table.sent(shown), do=f"take:{name}")
    found = grid(site)
    assert found.cells[table.a, table.rules].score == 2
    assert found.cells[table.a, table.mails].score == 3


def test_writing_saves_itself_and_brings_totals_and_sentences(site, table):
    visitor = site.browser()
    name = f"{table.rules}.{table.a}"
    sent = table.sent(visitor.get(SCORES), **{f"s.{name}": "0"})
    said = visitor.post(f"{SCORES}/autosave", 200, **sent).json
    assert said["computed"][f"total.{table.a}"] == ["Out"]
    assert "System A is out." in said["coach"]
    assert said["fill"] == {f"v.{name}": ["1"]}
    assert said["said"].startswith("Saved")


def test_a_clash_while_writing_leads_to_both(site, table):
    site.add("Wei", "editor")
    mine, theirs = site.browser(), site.browser("wei@acme.example")
    name = f"{table.rules}.{table.a}"
    page = mine.get(SCORES)
    theirs.post(SCORES, **table.sent(page, **{f"s.{name}": "2"}), do="stay")
    sent = table.sent(page, **{f"s.{name}": "4"})
    said = mine.post(f"{SCORES}/autosave", 409, **sent).json
    assert said == {"said": "Somebody else filled in 1 cell, too.", "choose": "Compare"}


@pytest.mark.parametrize("question", ["crm_needs/weighing", "crm_selection/ease"])
def test_what_is_asked_in_the_table_leads_there(site, question):
    answer = site.browser().client.get(f"/strategy/{question}")
    assert (answer.status_code, answer.location) == (303, SCORES)


def test_readers_see_scores_and_no_boxes(site, table):
    visitor = site.browser()
    sent = table.sent(visitor.get(SCORES), **{f"s.{table.rules}.{table.a}": "4"})
    visitor.post(SCORES, **sent, do="stay")
    site.add("Vic", "viewer")
    html = site.browser("vic@acme.example").get(SCORES)
    assert "not tried" in plain(html)
    assert "data-at=" not in html
    site.browser("vic@acme.example").post(SCORES, 403, **sent)


# --- Plan, tree, good data -----------------------------------------------------------------------


def test_the_plan_marks_what_is_late_and_what_is_blocked(site):
    late = (site.now.date()).replace(day=1).isoformat()
    add(site, "implementation.tasks", task="Clean <data>", start="2026-01-05", due="2026-01-10")
    add(site, "implementation.tasks", task="Connect", due="2099-01-10", status="blocked",
        blocked_by="A second seat")  # fmt: skip
    add(site, "implementation.tasks", task="Train", due=late, status="done", evidence="List")
    html = site.browser().get(PLAN)
    text = plain(html)
    assert "1 task is late" in text
    assert "1 of 3 tasks are done." in text
    assert "Needs: A second seat" in text
    assert "Clean &lt;data&gt;" in html
    assert html.count('<rect class="task') == 3
    assert "style=" not in html.partition("<main")[2]


def test_an_empty_plan_says_what_will_stand_there(site):
    assert "The plan is empty" in plain(site.browser().get(PLAN))


def test_the_tree_flags_what_hangs_in_the_air(site):
    measured_goal(site.browser())
    add(site, "team_goals.kpis", name="Shows nothing")
    text = plain(site.browser().get(TREE))
    assert "2 goals and KPIs hang in the air" in text
    assert "No team works for it." in text and "It shows no team goal." in text


def test_an_empty_tree_says_what_will_stand_there(site):
    assert "stand here as a tree" in plain(site.browser().get(TREE))


def test_good_data_is_a_page_to_be_printed(site):
    with site.session() as session:
        by = owner_of(session, site.here).id
        starters.take(session, "data_governance.fields", reader="en", by=by, now=site.now)
    visitor = site.browser()
    assert f'href="{GOOD}"' in visitor.get("/strategy")
    text = plain(visitor.get(GOOD))
    assert "Deals" in text and "Leads" in text
    assert "One of: Price, Missing function, Bad time, Rival, No answer." in text
    assert "Like this" in text and "Not like this" in text


@pytest.mark.parametrize("where", [SCORES, PLAN, TREE, GOOD])
def test_the_pages_are_linked_from_the_answers_of_their_section(site, where):
    section = where.split("/")[2]
    assert f'href="{where}"' in site.browser().get(f"/strategy/{section}")


def test_scores_are_spoken_of_beside_the_table(site, table):
    visitor = site.browser()
    place = visitor.post(f"{SCORES}/comments", comment="Who tried the third?").location
    assert place.endswith(f"{SCORES}#comments")
    assert "Who tried the third?" in plain(visitor.get(SCORES))
    page = visitor.post(f"{SCORES}/comments", 422, comment="x" * 3000).text
    assert "Needs and scores" in plain(page)
    assert "Shorten this to 2,000 characters. It has 3,000 now." in plain(page)
    assert "x" * 3000 in page


def test_the_history_of_the_table_names_each_score_and_brings_it_back(site, table):
    visitor = site.browser()
    sent = table.sent(visitor.get(SCORES))
    box = next(name for name in sent if name.startswith("s."))
    for score in ("4", "2"):
        visitor.post(SCORES, **table.sent(visitor.get(SCORES), **{box: score}))
    assert f'href="{SCORES}/history"' in visitor.get(SCORES)
    page = visitor.get(f"{SCORES}/history")
    assert "History of this table" in plain(page) and "System" in plain(page)
    back = re.findall(rf'action="({SCORES}/history\?item=[^"]+)"', page)
    versions = re.findall(r'name="version" value="(\d+)"', page)
    visitor.post(back[0].replace("&amp;", "&"), version=versions[0])
    assert table.sent(visitor.get(SCORES))[box] == "4"
