"""Checking the answers, approving a version, comparing versions, and going back to one."""

import threading

import pytest

from goals.errors import Refusal
from goals.words import render
from strategy.worksheets import approval, checking, items
from strategy.worksheets.approval import NotReady


def approve(desk, name="", note=None, **more):
    with desk.session() as session:
        made = approval.approve(session, name, note, by=desk.dana, now=desk.now, **more)
        session.flush()
        return made.number


def diff(desk, before, after=None):
    with desk.session() as session:
        old = None if before is None else approval.find(session, before)
        new = None if after is None else approval.find(session, after)
        return approval.diff(session, old, new)


def check(desk, section):
    with desk.session() as session:
        return checking.check_answers(session, section)


# --- Checking -----------------------------------------------------------------------------------


def test_the_summary_has_every_answer_with_the_way_to_change_it(desk):
    desk.write_everything()
    found = check(desk, "business_goals")
    assert (found.state, found.open, found.findings) == ("complete", (), ())
    titles = [render(one.title, "en") for one in found.groups]
    assert titles == ["Period", "Sales end a tenth above last year"]
    rows = {row.field: row for group in found.groups for row in group.rows}
    assert render(rows["number"].shown.lines[0], "en") == "+10%"
    assert render(rows["deadline"].shown.lines[0], "en") == "31 Dec 2027"
    assert render(rows["owner"].shown.lines[0], "en") == "Dana"
    assert rows["actions"].shown.is_list
    assert (rows["why"].place.question, rows["why"].place.item) == (
        "reason",
        rows["number"].place.item,
    )
    assert rows["baseline"].shown.lines == ()


def test_the_summary_says_what_is_missing_and_what_is_still_an_example(desk):
    from strategy.worksheets import examples

    desk.save("proposition.customer", autosave=True, who_we_help="Food plants")
    with desk.session() as session:
        examples.use_example(
            session, "proposition.overlap", "", 0, reader="en", by=desk.dana, now=desk.now
        )
    found = check(desk, "proposition")
    rows = {row.field: row for group in found.groups for row in group.rows}
    assert render(rows["problem"].note, "en") == "Say which problem these customers have"
    assert rows["overlap"].is_example
    texts = [render(one.message, "en") for one in found.open]
    assert "Where both meet: this is still the text of an example." in texts
    assert "Write at least one thing that you do well" in texts


def test_the_summary_of_a_repeating_question_without_rows_leads_to_its_list(desk):
    [group] = [one for one in check(desk, "business_goals").groups if not one.rows]
    assert group.place.kind == "list"


def test_findings_lead_to_the_page_where_they_are_mended(desk):
    desk.write_everything()
    desk.save("proposition.usp", usp_sentence="Good filters")
    [point] = check(desk, "proposition").open
    assert (point.finding.rule, point.place.question, point.field) == (
        "usp-difference",
        "usp",
        "usp_sentence",
    )
    assert point.finding.evidence == "Good filters"


# --- Approving ----------------------------------------------------------------------------------


def test_an_approved_version_is_frozen(desk):
    desk.write_everything()
    assert approve(desk, " The  first ", "All set") == 1
    desk.save("proposition.usp", usp_sentence="Only we measure lines.")
    with desk.session() as session:
        version = approval.find(session, 1)
        assert (version.name, version.note) == ("The first", "All set")
        [row] = version.answers["proposition.usp"]
    assert row["value"]["usp_sentence"].startswith("The only supplier")
    hub = desk.hub()
    assert (hub.number, hub.approved.number, hub.approved.by_name, hub.changed) == (2, 1, "Dana", 1)


def test_what_is_open_holds_an_approval_up_unless_it_is_allowed(desk):
    desk.write_everything()
    desk.save("proposition.usp", usp_sentence="Good filters")
    desk.save("proposition.overlap", autosave=True, overlap="")
    with pytest.raises(NotReady) as caught:
        approve(desk)
    assert [render(one.message, "en") for one in caught.value.open] == [
        "Name at least one thing that stands in both lists",
        "The USP does not say how you differ from others.",
    ]
    assert approve(desk, allow_open=True) == 1


def test_warnings_do_not_hold_an_approval_up(desk):
    desk.write_everything()
    desk.save("proposition.usp", proof="")
    assert approve(desk) == 1


def test_an_empty_strategy_and_an_unchanged_one_are_not_approved(desk):
    with pytest.raises(Refusal, match="nothing_written"):
        approve(desk, allow_open=True)
    desk.write_everything()
    approve(desk)
    with pytest.raises(Refusal, match="nothing_changed"):
        approve(desk)


def test_two_approvals_at_once_make_one_version(any_desk):
    any_desk.write_everything()
    found: list[object] = []
    gate = threading.Barrier(2, timeout=30)

    def press():
        try:
            with any_desk.database.session(any_desk.workspace_id) as session:
                gate.wait()
                made = approval.approve(session, "", None, by=any_desk.dana, now=any_desk.now)
                found.append(made.number)
        except Refusal as refusal:
            found.append(refusal.code)

    people = [threading.Thread(target=press) for _ in range(2)]
    for one in people:
        one.start()
    for one in people:
        one.join(60)
    assert sorted(found, key=str) == [1, "nothing_changed"]


def test_names_and_notes_have_a_limit(desk):
    desk.write_everything()
    with pytest.raises(Refusal, match="name_long"):
        approve(desk, "x" * 101)
    with pytest.raises(Refusal, match="note_long"):
        approve(desk, "", "x" * 1001)


# --- Comparing ----------------------------------------------------------------------------------


def test_versions_differ_field_by_field(desk):
    goal, _, _ = desk.write_everything()
    approve(desk)
    desk.save("business_goals.measure", goal, by=desk.nok, number="12%")
    desk.save("proposition.overlap", overlap="Filters that really fit")
    approve(desk)
    number, overlap = diff(desk, 1, 2)
    assert (number.kind, number.question, number.by_name) == ("changed", "measure", "Nok")
    assert number.name == "Sales end a tenth above last year"
    [field] = number.fields
    assert [render(one.lines[0], "en") for one in (field.before, field.after)] == ["+10%", "+12%"]
    assert [one.text for one in overlap.fields[0].pieces if one.kind == "new"] == ["really "]


def test_added_and_removed_rows_are_told_apart(desk):
    goal, _, _ = desk.write_everything()
    approve(desk)
    desk.write_goal("Customers are happier")
    with desk.session() as session:
        items.remove_item(session, "business_goals.goals", goal, by=desk.dana, now=desk.now)
    found = [one for one in diff(desk, 1) if one.section == "business_goals"]
    kinds = {(one.kind, str(one.name)) for one in found}
    assert kinds == {
        ("added", "Customers are happier"),
        ("removed", "Sales end a tenth above last year"),
    }


def test_the_first_version_adds_everything(desk):
    desk.write_everything()
    approve(desk)
    found = diff(desk, None, 1)
    assert {one.kind for one in found} == {"added"}
    assert {one.section for one in found} == {"business_goals", "proposition", "team_goals"}


def test_an_empty_row_and_an_order_are_no_change_to_approve(desk):
    desk.write_everything()
    approve(desk)
    desk.add("business_goals.goals")
    assert diff(desk, 1) == []


def test_a_version_that_does_not_exist_is_refused(desk):
    with pytest.raises(Refusal, match="unknown_version"), desk.session() as session:
        approval.find(session, 1)


# --- Going back ---------------------------------------------------------------------------------


def test_bringing_a_version_back_makes_the_answers_what_they_were(desk):
    goal, _, _ = desk.write_everything()
    approve(desk)
    before = desk.book()
    desk.save("proposition.overlap", overlap="Something else")
    desk.write_goal("Customers are happier")
    with desk.session() as session:
        items.remove_item(session, "business_goals.goals", goal, by=desk.dana, now=desk.now)
    with desk.session() as session:
        version = approval.find(session, 1)
        assert approval.bring_back(session, version, by=desk.nok, now=desk.now) == 3
    assert diff(desk, 1) == []
    after = desk.book()
    for store, rows in before.rows.items():
        assert [(one.item, one.value) for one in after.of(store)] == [
            (one.item, one.value) for one in rows
        ]
    with desk.session() as session:
        assert approval.bring_back(session, approval.find(session, 1), by=None, now=desk.now) == 0


def test_bringing_back_loses_nothing_written_since(desk):
    from strategy.worksheets import history

    desk.write_everything()
    approve(desk)
    desk.save("proposition.overlap", overlap="Something else")
    with desk.session() as session:
        approval.bring_back(session, approval.find(session, 1), by=desk.nok, now=desk.now)
        steps = history.history(session, "proposition.overlap")
    assert [one.action for one in steps] == ["restored", "saved", "saved"]
