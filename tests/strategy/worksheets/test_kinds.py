"""Fields that look at the rest of the workspace: metrics, other rows, goals, stages of the CRM."""

from dataclasses import replace

import pytest

from goals.metrics import catalogue, groups
from goals.records.connections import Connection
from goals.records.sales import PipelineStage
from goals.tracking.goal import Goal
from goals.tracking.visibility import Audience, Viewer
from goals.words import render
from strategy.worksheets import (
    approval,
    book,
    checking,
    examples,
    history,
    items,
    library,
    setting,
)
from strategy.worksheets.outcomes import Conflict
from strategy.worksheets.saving import Invalid
from tests.support import company

NUMBERS, STEPS, MORE = "trial.numbers", "trial.steps", "trial.more"
pytestmark = pytest.mark.usefixtures("trial")


def field(page, key):
    return next(one for one in page.fields if one.key == key)


def lines(shown):
    return [render(one, "en") for one in shown.lines]


def labels(choices):
    return [render(one.label, "en") for one in choices]


def answers(desk, item="", **who):
    with desk.session() as session:
        found = checking.check_answers(session, "trial", **who)
    return {row.field: lines(row.shown) for group in found.groups for row in group.rows}


# --- Several metrics -------------------------------------------------------------------------


def test_every_metric_of_the_catalogue_stands_in_one_group():
    found = [one for _, members in groups.grouped(catalogue.METRICS) for one in members]
    assert sorted(found) == sorted(catalogue.METRICS)


def test_a_metric_without_a_group_comes_last_among_the_others():
    name, members = groups.grouped(["revenue", "something_new"])[-1]
    assert (render(name, "en"), members) == ("Other numbers", ("something_new",))


def test_several_metrics_are_kept_in_the_order_of_the_catalogue_and_shown_by_name(desk):
    saved = desk.save(NUMBERS, metric_ids=["win_rate", "revenue", "win_rate"])
    assert saved.value["metric_ids"] == ["revenue", "win_rate"]
    assert answers(desk)["metric_ids"] == ["Revenue", "Win rate"]


def test_the_check_list_of_metrics_comes_in_groups_that_say_how_many_are_chosen(desk):
    desk.save(NUMBERS, metric_ids=["win_rate", "nps"])
    box = field(desk.page("trial", "numbers"), "metric_ids")
    assert sum(len(one.choices) for one in box.groups) == len(box.choices)
    chosen = {render(one.title, "en"): one.chosen for one in box.groups if one.chosen}
    assert chosen == {"Sales and pipeline": 1, "Service and satisfaction": 1}


def test_a_number_that_is_not_in_the_catalogue_is_kept_and_named(desk):
    with pytest.raises(Invalid) as refused:
        desk.save(NUMBERS, metric_ids=["win_rate", "luck"])
    assert render(refused.value.by_field["metric_ids"], "en") == "Choose numbers from the list."
    desk.save(NUMBERS, autosave=True, metric_ids=["win_rate", "luck"])
    assert answers(desk)["metric_ids"] == ["Win rate", "luck"]
    assert desk.page("trial", "numbers").state == "look"


def test_several_metrics_are_required_where_the_field_says_so(desk):
    with pytest.raises(Invalid) as refused:
        desk.save(NUMBERS, metric_ids=[])
    assert render(refused.value.by_field["metric_ids"], "en") == "Choose at least one number"


def test_the_same_choice_in_another_order_makes_no_version(desk):
    desk.save(NUMBERS, metric_ids=["revenue", "win_rate"])
    assert not desk.save(NUMBERS, metric_ids=["win_rate", "revenue"]).changed


def test_two_choices_clash_and_both_are_shown(desk):
    desk.save(NUMBERS, metric_ids=["revenue"])
    desk.save(NUMBERS, metric_ids=["win_rate"], by=desk.nok)
    found = desk.save(NUMBERS, metric_ids=["nps"], version=1)
    assert isinstance(found, Conflict)
    (clash,) = found.clashes
    assert lines(clash.shown_mine) == ["Net promoter score"]
    assert lines(clash.shown_theirs) == ["Win rate"]


# --- Several rows ----------------------------------------------------------------------------


def steps(desk):
    first, second = (desk.add(STEPS, name=name) for name in ("Choose", "Move"))
    desk.save(STEPS, second, name="Move", depends_on=[first])
    return first, second


def test_a_row_may_wait_for_others_but_is_never_offered_itself(desk):
    first, second = steps(desk)
    assert labels(field(desk.page("trial", "steps", second), "depends_on").choices) == ["Choose"]
    with pytest.raises(Invalid):
        desk.save(STEPS, second, depends_on=[second])
    assert desk.value(STEPS, second)["depends_on"] == [first]


def test_the_only_row_is_not_asked_what_it_waits_for(desk):
    item = desk.add(STEPS)
    assert desk.save(STEPS, item, name="Alone").value == {"name": "Alone"}


def test_a_removed_row_is_said_to_be_gone_and_can_be_taken_out(desk):
    first, second = steps(desk)
    with desk.session() as session:
        items.remove_item(session, STEPS, first, by=desk.dana, now=desk.now)
    assert answers(desk)["depends_on"] == ["Choose (gone from the list)"]
    page = desk.page("trial", "steps", second)
    assert page.state == "look"
    (choice,) = field(page, "depends_on").choices
    assert choice.chosen and render(choice.label, "en") == "Choose (gone from the list)"
    desk.add(STEPS, name="Train")
    with pytest.raises(Invalid) as refused:
        desk.save(STEPS, second, name="Move", depends_on=[first])
    said = render(refused.value.by_field["depends_on"], "en")
    assert said == "Something that was chosen is gone. Take it out."
    with desk.session() as session:
        (entry, *_) = history.history(session, STEPS, second)
    assert lines(entry.changes[-1].after) == ["Choose (gone from the list)"]


def test_an_approved_version_says_gone_of_rows_that_it_does_not_hold(desk):
    first, _ = steps(desk)
    with desk.session() as session:
        items.remove_item(session, STEPS, first, by=desk.dana, now=desk.now)
        frozen = book.thaw(book.freeze(book.load(session)))
        about = setting.of(session)
    (change,) = [
        one for one in approval.changes_since(frozen, None, about) if one.question == "steps"
    ]
    assert "Gone from the list" in lines(change.fields[-1].after)


# --- A goal ----------------------------------------------------------------------------------


@pytest.fixture
def secret(desk):
    """A goal that only its owner, Dana, may see, and one for everybody."""
    with desk.database.session(desk.workspace_id) as session:
        made = company.revenue_goal(
            session, name="Quiet goal", owner_id=desk.dana, visibility="private"
        )
        open_goal = company.revenue_goal(session, name="Open goal", owner_id=desk.dana)
        return str(made.id), str(open_goal.id)


def eyes(member):
    return Audience(viewers=(Viewer(member, "editor"),))


def test_a_reader_chooses_among_the_goals_that_the_reader_may_see(desk, secret):
    offered = {
        member: labels(
            field(desk.page("trial", "numbers", who=eyes(member)), "linked_goal").choices
        )
        for member in (desk.dana, desk.nok)
    }
    assert offered == {desk.dana: ["Open goal", "Quiet goal"], desk.nok: ["Open goal"]}


def test_a_goal_that_somebody_may_not_see_stays_chosen_and_unnamed(desk, secret):
    desk.save(NUMBERS, metric_ids=["revenue"], linked_goal=secret[0])
    assert answers(desk, who=eyes(desk.dana))["linked_goal"] == ["Quiet goal"]
    assert answers(desk, who=eyes(desk.nok))["linked_goal"] == ["A goal that not everybody may see"]
    saved = desk.save(NUMBERS, by=desk.nok, metric_ids=["nps"], linked_goal=secret[0])
    assert saved.value == {"metric_ids": ["nps"], "linked_goal": secret[0]}
    # Without a word on who reads, only what is open to everybody is named.
    assert answers(desk)["linked_goal"] == ["A goal that not everybody may see"]


def test_an_archived_goal_is_gone(desk, secret):
    desk.save(NUMBERS, metric_ids=["revenue"], linked_goal=secret[1])
    with desk.database.session(desk.workspace_id) as session:
        session.get(Goal, (desk.workspace_id, int(secret[1]))).archived_at = desk.now
    assert answers(desk)["linked_goal"] == ["A goal that is gone"]
    with pytest.raises(Invalid) as refused:
        desk.save(NUMBERS, metric_ids=["revenue"], linked_goal=secret[1])
    said = render(refused.value.by_field["linked_goal"], "en")
    assert said == "This goal is gone. Choose again."


# --- Stages of the CRM -----------------------------------------------------------------------


def connect(desk, *names, pipeline="New business"):
    with desk.database.session(desk.workspace_id) as session:
        connection = Connection(
            workspace_id=desk.workspace_id, name=pipeline, provider="file", created_at=desk.now
        )
        session.add(connection)
        session.flush()
        for place, name in enumerate(names):
            session.add(
                PipelineStage(
                    workspace_id=desk.workspace_id,
                    connection_id=connection.id,
                    pipeline=pipeline,
                    name=name,
                    position=place,
                )
            )


def test_stages_are_free_lines_while_no_crm_is_connected(desk):
    assert field(desk.page("trial", "numbers"), "crm_stages").kind == "texts"
    saved = desk.save(NUMBERS, metric_ids=["nps"], crm_stages="First talk\nOffer sent")
    assert saved.value["crm_stages"] == ["First talk", "Offer sent"]
    assert answers(desk)["crm_stages"] == ["First talk", "Offer sent"]


def test_stages_of_a_connected_crm_are_chosen_in_their_order(desk):
    connect(desk, "Talk", "Offer  sent")
    box = field(desk.page("trial", "numbers"), "crm_stages")
    assert box.kind == "stages"
    assert labels(box.choices) == ["New business / Talk", "New business / Offer sent"]
    chosen = ["New business / Offer sent", "New business / Talk"]
    saved = desk.save(NUMBERS, metric_ids=["nps"], crm_stages=chosen)
    assert saved.value["crm_stages"] == chosen[::-1]


def test_lines_that_the_crm_does_not_know_are_kept_and_named(desk):
    desk.save(NUMBERS, metric_ids=["nps"], crm_stages="First talk")
    connect(desk, "Talk")
    page = desk.page("trial", "numbers")
    assert page.state == "look"
    box = field(page, "crm_stages")
    assert [one.chosen for one in box.choices] == [False, True]
    assert render(box.choices[1].label, "en") == "First talk"


def test_many_stages_are_grouped_by_their_pipeline(desk):
    connect(desk, *(f"Step {one}" for one in range(8)))
    connect(desk, *(f"Step {one}" for one in range(8)), pipeline="Renewals")
    box = field(desk.page("trial", "numbers"), "crm_stages")
    assert [render(one.title, "en") for one in box.groups] == ["New business", "Renewals"]


def test_an_example_gives_stages_as_lines_and_leaves_a_connected_crm_alone(desk):
    asked = library.worksheets().find(NUMBERS)
    with desk.session() as session:
        about, here = setting.of(session), book.load(session)
    taken = examples.values(asked, asked.question.examples[0], "en", here, about)
    assert taken == {
        "metric_ids": ["revenue", "win_rate"],
        "crm_stages": ["First talk", "Offer sent"],
    }
    connected = replace(about, stages=("New business / Talk",))
    taken = examples.values(asked, asked.question.examples[0], "en", here, connected)
    assert "crm_stages" not in taken
    (shown,) = examples.shown(asked, here, about)
    assert [lines(said) for _, said in shown.lines][0] == ["Revenue", "Win rate"]


def test_both_databases_know_goals_and_stages(any_desk):
    connect(any_desk, "Talk")
    with any_desk.database.session(any_desk.workspace_id) as session:
        goal = company.revenue_goal(session, name="Open goal", owner_id=any_desk.dana)
    with any_desk.session() as session:
        about = setting.of(session)
        nobody = setting.of(session, Audience(clearance="none"))
    assert about.goals == {str(goal.id): "Open goal"}
    assert (nobody.goals, nobody.hidden_goals) == ({}, frozenset({str(goal.id)}))
    assert about.stages == ("New business / Talk",)
