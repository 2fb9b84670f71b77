"""The sales process: nine stages to start with, their chances, and the stages of the CRM."""

import pytest

from goals.records.connections import Connection
from goals.records.sales import PipelineStage
from goals.words import render
from strategy.worksheets import items, setting, starters
from strategy.worksheets.rules import every, sales_process
from tests.strategy.desk import NOW

STAGES = "sales_process.stages"
ENTRY = {"entry_criteria": "A meeting was held"}


def add(desk, name, outcome="open", probability="", days="30", **values):
    more = {"max_age_days": days} if outcome == "open" else {}
    item = desk.add(STAGES, name=name)
    desk.save("sales_process.rules", item, **ENTRY)
    desk.save(
        "sales_process.odds",
        item,
        autosave=True,
        outcome=outcome,
        probability=probability,
        **more,
    )
    if values:
        desk.save("sales_process.crm", item, autosave=True, **values)
    return item


def found(desk):
    with desk.session() as session:
        about = setting.of(session)
    return {one.rule: one for one in every.findings(desk.book(), about, sales_process.SECTION)}


def take(desk, language="en"):
    with desk.session() as session:
        return starters.take(session, STAGES, reader=language, by=desk.dana, now=desk.now)


@pytest.mark.parametrize("language", ["en", "th", "zh_Hans"])
def test_the_nine_stages_to_start_with_have_nothing_to_mend(desk, language):
    taken = take(desk, language)
    rows = desk.book().of(STAGES)
    assert [row.item for row in rows] == taken
    assert [row.value["probability"] for row in rows] == (
        "5% 10% 15% 25% 40% 50% 65% 80% 100%".split()
    )
    assert all(row.value["entry_criteria"] and row.value["exit_criteria"] for row in rows)
    assert [row.value["outcome"] for row in rows] == ["open"] * 8 + ["closed"]
    assert found(desk) == {}


def test_a_stage_says_its_place_which_follows_the_list(desk):
    first, second = add(desk, "Contacted"), add(desk, "Signed", "won", "100%")

    def place(item):
        page = desk.page("sales_process", "stages", item)
        [field] = [one for one in page.fields if one.key == "order"]
        return [render(line, "en") for line in field.said.lines]

    assert place(second) == ["Stage 2 of 2"]
    with desk.session() as session:
        items.move_item(session, STAGES, second, -1, by=desk.dana, now=desk.now)
    assert (place(second), place(first)) == (["Stage 1 of 2"], ["Stage 2 of 2"])
    one, other = desk.add(STAGES), desk.add(STAGES)
    assert place(one) == place(other) == []


@pytest.mark.parametrize("names", [("Offer", "Talks"), ("เสนอราคา", "เจรจา"), ("报价", "谈判")])
def test_the_chance_never_falls(desk, names):
    add(desk, names[0], probability="60%")
    item = add(desk, names[1], probability="45%")
    add(desk, "End", "closed", "100%")
    finding = found(desk)["stage-falls"]
    assert (finding.item, finding.field) == (item, "probability")
    assert finding.evidence == f"{names[0]} 60%, {names[1]} 45%"
    desk.save("sales_process.odds", item, probability="60%")
    assert found(desk) == {}


def test_a_lost_stage_at_the_end_is_no_fall(desk):
    add(desk, "Offer", probability="60%")
    add(desk, "Won", "won", "100%")
    add(desk, "Lost", "lost", "0%")
    assert found(desk) == {}


@pytest.mark.parametrize(
    ("outcome", "probability", "severity"),
    [
        ("open", "100%", "weak"),
        ("open", "140%", "fail"),
        ("open", "-5%", "fail"),
        ("won", "90%", "weak"),
        ("lost", "10%", "weak"),
        ("won", "100%", None),
        ("lost", "0%", None),
        ("open", "99%", None),
    ],
)
def test_a_chance_fits_what_the_stage_is(desk, outcome, probability, severity):
    add(desk, "Stage", outcome, probability)
    finding = found(desk).get("stage-chance")
    assert (finding.severity if finding else None) == severity


def test_a_process_begins_open_and_has_an_end(desk):
    add(desk, "Talks", probability="20%")
    last = add(desk, "Offer", probability="50%")
    assert found(desk)["stage-last"].item == last
    end = add(desk, "Signed", "won", "100%")
    assert found(desk) == {}
    after = add(desk, "Kick-off", probability="100%", days="")
    assert found(desk)["stage-after"].item == after
    with desk.session() as session:
        items.move_item(session, STAGES, end, -1, by=desk.dana, now=desk.now)
        items.move_item(session, STAGES, end, -1, by=desk.dana, now=desk.now)
    assert found(desk)["stage-first"].item == end


def test_an_open_stage_has_a_longest_stay_and_an_end_needs_none(desk):
    item = add(desk, "Talks", days="")
    add(desk, "Signed", "won")
    finding = found(desk)["stage-age"]
    assert (finding.item, finding.severity) == (item, "warn")


def test_a_stage_without_an_entry_rule_is_noticed(desk):
    item = desk.add(STAGES, name="Talks")
    assert found(desk)["stage-entry"].item == item


# --- The stages of the CRM -------------------------------------------------------------------


def connect(desk, *stages):
    with desk.session() as session:
        for number, provider in enumerate({one[0] for one in stages}):
            made = Connection(
                workspace_id=desk.workspace_id, name=provider, provider="file", created_at=NOW
            )
            session.add(made)
            session.flush()
            for place, (_, pipeline, name) in enumerate(s for s in stages if s[0] == provider):
                session.add(
                    PipelineStage(
                        workspace_id=desk.workspace_id,
                        connection_id=made.id,
                        pipeline=pipeline,
                        name=name,
                        position=number + place,
                    )
                )


def test_without_a_connected_crm_nobody_misses_its_stages(desk):
    add(desk, "Talks")
    assert "stage-unmapped" not in found(desk)


def test_stages_of_two_crms_are_mapped_and_those_left_out_are_named(desk):
    connect(desk, ("A", "New", "Visit"), ("A", "New", "Offer"), ("B", "Partners", "Trial"))
    item = add(desk, "Talks")
    finding = found(desk)["stage-unmapped"]
    assert (finding.severity, finding.item) == ("warn", None)
    assert set(finding.evidence.split(", ")) == {"New / Visit", "New / Offer", "Partners / Trial"}
    desk.save("sales_process.crm", item, crm_stage_ids=["New / Visit", "Partners / Trial"])
    assert found(desk)["stage-unmapped"].evidence == "New / Offer"
    add(desk, "Offer", crm_stage_ids=["New / Offer"])
    assert "stage-unmapped" not in found(desk)


def test_a_stage_of_the_crm_belongs_to_one_stage(desk):
    connect(desk, ("A", "New", "Visit"))
    add(desk, "Talks", crm_stage_ids=["New / Visit"])
    item = add(desk, "Visit", crm_stage_ids=["New / Visit"])
    finding = found(desk)["stage-twice"]
    assert (finding.item, finding.evidence) == (item, "New / Visit")
    assert "Talks" in render(finding.message, "en")
