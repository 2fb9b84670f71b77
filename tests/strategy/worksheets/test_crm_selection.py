"""Choosing a CRM: costs, the table of scores, what it says, and what is checked of a decision."""

import pytest

from goals.words import Message, render
from strategy.worksheets import (
    approval,
    checking,
    flow,
    history,
    items,
    scoring,
    setting,
    verdict,
)
from strategy.worksheets.rules import every, matrix
from strategy.worksheets.scoring import TypedCell, TypedWeight

NEEDS = "crm_needs.requirements"


class Choice:
    """Three needs, two systems and the scores of both, written at a desk."""

    def __init__(self, desk):
        self.desk = desk
        self.rules = self.need("Tasks by rules", "sales", "must")
        self.mails = self.need("Mail series", "marketing", "should")
        self.cases = self.need("Cases in one view", "service", "must")
        self.a, self.b = (self.vendor(f"System {name}") for name in "AB")

    def need(self, name, team, priority):
        item = self.desk.add(NEEDS, requirement=name, team=team, priority=priority)
        self.desk.save("crm_needs.reason", item, owner=str(self.desk.nok))
        return item

    def vendor(self, name, **values):
        return self.desk.add("crm_selection.vendors", vendor=name, **values)

    def grid(self):
        return matrix.of(self.desk.book())

    def score(self, vendor, needs, evidence="Seen in the trial", by=None, **options):
        """Score needs of one vendor as {need: score}."""
        grid = self.grid()
        cells = [
            TypedCell(vendor, need, str(score), evidence, grid.cells[vendor, need].version)
            for need, score in needs.items()
        ]
        return self.save(cells, by=by, **options)

    def save(self, cells, weights=(), by=None, **options):
        with self.desk.session() as session:
            return scoring.save(
                session, cells, weights, by=by or self.desk.dana, now=self.desk.now, **options
            )

    def all(self, a=(5, 4, 4, 4), b=(3, 3, 3, 3)):
        keys = (self.rules, self.mails, self.cases, matrix.EASE_KEY)
        for vendor, scores in ((self.a, a), (self.b, b)):
            self.score(vendor, dict(zip(keys, scores, strict=True)))

    def decide(self, vendor, **values):
        said = {"decision": vendor, "decided_on": "18 Dec 2026", "decision_why": ""}
        self.desk.save("crm_selection.decision", **{**said, **values})
        teams = ["sales", "marketing", "service"]
        self.desk.save("crm_selection.leaving", sign_off=teams, exit_plan="All as files")

    def findings(self):
        with self.desk.session() as session:
            about = setting.of(session)
        return every.findings(self.desk.book(), about, "crm_selection")

    def rules_found(self):
        return [(one.rule, one.severity) for one in self.findings()]

    def said(self):
        return [render(one, "en") for one in verdict.sentences(self.grid())]


@pytest.fixture
def choice(desk):
    return Choice(desk)


# --- Needs and costs -----------------------------------------------------------------------------


def computed(desk, question, item=None):
    fields = desk.page("crm_selection", question, item).fields
    [said] = [one.said for one in fields if one.kind == "computed"]
    return " ".join(render(one, "en") for one in said.lines)


def test_the_needs_are_counted_before_anything_is_looked_at(choice, desk):
    assert computed(desk, "recall") == (
        "3 needs: 2 must-haves, 1 should-haves, 0 could-haves. Sales 1, marketing 1, service 1."
    )
    desk.save("crm_selection.recall", needs_agreed="open")
    assert choice.rules_found() == [("choice-needs", "weak")]


def test_the_cost_of_two_years_is_worked_out_once_users_and_price_are_there(desk):
    desk.save("crm_selection.budget", users="48", budget="2.4M")
    assert computed(desk, "budget") == ""
    desk.save("crm_selection.budget", price_per_user="1,500")
    assert "1,728,000" in computed(desk, "budget")
    assert "48 users" in computed(desk, "budget")


def test_a_vendor_costs_what_its_users_cost_and_what_is_paid_once(choice, desk):
    desk.save("crm_selection.budget", users="10", budget="300000")
    item = choice.vendor("System C", price_per_user="1000", one_off_cost="60000")
    assert "300,000" in computed(desk, "vendors", item)
    assert choice.rules_found() == []
    desk.save("crm_selection.vendors", item, autosave=True, one_off_cost="60001")
    [one] = choice.findings()
    assert (one.rule, one.severity, one.item) == ("choice-price", "warn", item)
    assert "1 more than the budget" in render(one.message, "en")


def test_a_vendor_whose_price_is_not_known_costs_not_nothing(choice, desk):
    desk.save("crm_selection.budget", users="10", budget="1")
    choice.vendor("System C", one_off_cost="60000")
    assert choice.rules_found() == []


# --- The table -----------------------------------------------------------------------------------


def test_the_table_has_a_line_for_each_need_and_one_for_ease_of_use(choice):
    grid = choice.grid()
    names = [one.name if isinstance(one.name, str) else one.name.id for one in grid.criteria]
    assert names == ["Tasks by rules", "Mail series", "Cases in one view", "Easy to use"]
    assert [one.need.weight for one in grid.criteria] == [5, 3, 5, 3]
    assert list(grid.vendors.values()) == ["System A", "System B"]


def test_a_weight_that_is_chosen_counts_instead_of_the_usual_one(choice):
    weights = [TypedWeight(choice.mails, "5", 99), TypedWeight(matrix.EASE_KEY, "1", 0)]
    assert choice.save([], weights).changed
    assert [one.need.weight for one in choice.grid().criteria] == [5, 5, 5, 1]


def test_scores_are_kept_cell_by_cell_with_what_was_seen(choice):
    choice.score(choice.a, {choice.rules: 4, matrix.EASE_KEY: 3})
    grid = choice.grid()
    assert (grid.cells[choice.a, choice.rules].score, grid.result.of(choice.a).points) == (4, 29)
    assert grid.cells[choice.a, choice.rules].evidence == "Seen in the trial"
    assert grid.cells[choice.a, choice.mails].score is None


def test_saving_the_same_table_again_changes_nothing(choice):
    choice.all()
    assert not choice.score(choice.a, {choice.rules: 5}).changed


def test_two_people_can_score_different_cells_at_the_same_time(choice, desk):
    choice.score(choice.a, {choice.rules: 4})
    mine = choice.score(choice.a, {choice.mails: 2}, by=desk.nok)
    assert mine.conflicts == {}
    assert choice.grid().cells[choice.a, choice.rules].score == 4


def test_two_people_who_score_one_cell_keep_both_until_one_decides(choice, desk):
    choice.score(choice.a, {choice.rules: 4})
    late = TypedCell(choice.a, choice.rules, "2", "Seen in the trial", 0)
    kept = choice.save([late], by=desk.nok)
    place = (choice.a, choice.rules)
    conflict = kept.conflicts[place]
    assert choice.grid().cells[place].score == 4
    assert conflict.by_name == "Dana"
    assert [one.field.key for one in conflict.clashes] == ["score"]
    again = TypedCell(choice.a, choice.rules, "2", "Seen in the trial", kept.versions[place])
    assert choice.save([again], by=desk.nok).conflicts == {}
    assert choice.grid().cells[place].score == 2


def test_a_score_can_be_taken_back_to_not_tried(choice):
    choice.score(choice.a, {choice.rules: 4})
    choice.score(choice.a, {choice.rules: ""}, evidence="")
    assert choice.grid().cells[choice.a, choice.rules].score is None


def test_a_cell_has_a_history_of_its_own(choice, desk):
    choice.score(choice.a, {choice.rules: 4})
    desk.now = desk.now.replace(hour=23)
    choice.score(choice.a, {choice.rules: 3}, by=desk.nok)
    with desk.session() as session:
        item = matrix.item_of(choice.a, choice.rules)
        entries = history.history(session, "crm_selection.scores", item)
    assert [one.by_name for one in entries] == ["Nok", "Dana"]
    assert [render(one.after.lines[0], "en") for one in entries[0].changes] == ["3, works"]


def test_a_change_between_two_versions_says_which_score_of_which_system(choice, desk):
    choice.score(choice.a, {choice.rules: 4})
    with desk.session() as session:
        changes = approval.diff(session, None, None)
    [one] = [one for one in changes if one.question == "scores"]
    assert render(Message("%(name)s", {"name": one.name}), "en") == "System A: Tasks by rules"


def test_scores_of_a_need_that_was_removed_do_not_count(choice, desk):
    choice.all()
    with desk.session() as session:
        items.remove_item(session, NEEDS, choice.rules, by=desk.dana, now=desk.now)
    assert choice.grid().result.possible == 5 * (3 + 5 + 3)


def test_the_table_is_one_page_of_the_section_and_its_cells_are_none(choice, desk):
    choice.all()
    way = [(one.question, one.item) for one in flow.places(desk.book(), "crm_selection")]
    assert way.count(("scores", None)) == 1
    assert [item for question, item in way if question in ("scores", "usability", "ease")] == [None]
    with desk.session() as session:
        check = checking.check_answers(session, "crm_selection")
    group = next(one for one in check.groups if one.place and one.place.question == "scores")
    assert [render(one.label, "en") for one in group.rows] == ["System A", "System B"]
    assert [render(one, "en") for one in group.rows[0].shown.lines] == [
        "Tasks by rules: 5, very good, Seen in the trial",
        "Mail series: 4, good, Seen in the trial",
        "Cases in one view: 4, good, Seen in the trial",
    ]


# --- What the table says -------------------------------------------------------------------------


def test_the_sentences_name_the_first_and_whether_weights_matter(choice):
    assert choice.said()[0] == "Nothing is tried yet."
    choice.all()
    assert choice.said() == [
        "System A comes first with 69 of 80 points, 21 ahead.",
        "No single weight changes that when it moves by a fifth.",
    ]


def test_a_lead_over_what_nobody_tried_is_called_none(choice):
    choice.score(choice.a, {choice.rules: 4})
    assert choice.said()[:2] == [
        "System A has most points so far: 20 of 80.",
        "Once everything is tried, System B could still come first.",
    ]


def test_the_sentences_say_who_is_out_and_what_is_not_tried(choice):
    choice.all(a=(0, 5, 5, 5))
    choice.score(choice.b, {choice.mails: ""}, evidence="")
    said = choice.said()
    assert "System A is out. It cannot do what must be there: Tasks by rules." in said
    assert "System B: 1 need is not tried. That is not the same as 0." in said


def test_the_sentences_name_the_weight_that_would_change_the_winner(choice):
    choice.all(a=(5, 3, 3, 3), b=(3, 3, 5, 3))
    said = choice.said()
    assert said[0] == "Level with 58 of 80 points: System A, System B."
    assert "If “Tasks by rules” weighed a fifth more, System A would come first." in said


@pytest.mark.parametrize("locale", ["th", "zh_Hans"])
def test_the_sentences_take_the_names_as_they_were_written(choice, desk, locale):
    desk.save("crm_selection.vendors", choice.a, autosave=True, vendor="ระบบ ก 系统")
    choice.all()
    assert "ระบบ ก 系统" in render(verdict.sentences(choice.grid())[0], locale)


# --- What is checked of a decision ---------------------------------------------------------------


def test_a_decision_for_the_best_that_was_tried_has_nothing_to_mend(choice):
    choice.all()
    choice.decide(choice.a)
    assert choice.rules_found() == []


def test_a_system_that_cannot_do_a_must_have_cannot_be_chosen(choice):
    choice.all(a=(0, 5, 5, 5))
    choice.decide(choice.a, decision_why="We like it")
    assert ("choice-out", "fail") in choice.rules_found()


def test_every_must_have_is_tried_before_the_decision(choice):
    choice.all()
    choice.score(choice.a, {choice.cases: ""}, evidence="")
    choice.decide(choice.a, decision_why="We like it")
    [one] = [one for one in choice.findings() if one.severity == "fail"]
    assert one.rule == "choice-untried"
    assert "Cases in one view" in render(one.message, "en")


def test_every_must_have_has_somebody_before_the_decision(choice, desk):
    choice.all()
    desk.save("crm_needs.reason", choice.rules, owner="")
    choice.decide(choice.a)
    assert choice.rules_found() == [("choice-owner", "fail")]


def test_another_one_than_the_best_needs_a_reason(choice):
    choice.all()
    choice.decide(choice.b)
    assert choice.rules_found() == [("choice-best", "weak")]
    choice.decide(choice.b, decision_why="The data stays in the country")
    assert choice.rules_found() == [("choice-best", "warn")]


def test_a_rival_that_could_still_come_first_is_a_warning(choice):
    choice.all(b=(5, 5, 5, ""))
    choice.decide(choice.a)
    assert choice.rules_found() == [("choice-open", "warn")]
    choice.score(choice.b, {choice.cases: 1})
    assert choice.rules_found() == []


def test_a_team_that_has_not_signed_is_named(choice, desk):
    choice.all()
    choice.decide(choice.a)
    desk.save("crm_selection.leaving", sign_off=["sales", "marketing"])
    [one] = choice.findings()
    assert (one.rule, one.severity) == ("choice-sign", "weak")
    assert render(one.message, "en") == "Service has not signed off."


def test_scores_without_a_word_on_what_was_seen_are_counted(choice):
    choice.score(choice.a, {choice.rules: 4}, evidence="")
    [one] = choice.findings()
    assert (one.rule, one.severity) == ("choice-seen", "warn")
    assert render(one.message, "en") == "1 of 1 scores do not say what was seen."


def test_nothing_is_said_before_anything_is_decided(choice):
    choice.all(a=(0, 0, 0, 0))
    assert choice.rules_found() == []
