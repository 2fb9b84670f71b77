"""What a person decides about stages: for what is stored, and for what comes in."""

from datetime import date

import pytest

from goals.errors import Refusal
from goals.records import deciding, stages
from goals.records.sales import PipelineStage
from goals.records.source import Entry, Page, Stage
from tests.support.records import NOW

TOLD = [
    Stage("Sales", "New", "1", 0, "open"),
    Stage("Sales", "Signed", "2", 1, None),
    Stage("Sales", "Won", "3", 2, "won"),
    Stage("Sales", "Gone", "4", 3, "lost"),
]


def known(*decided):
    return deciding.Decided(
        PipelineStage(
            workspace_id=1, connection_id=1, pipeline=one.pipeline, name=one.name,
            told=one.status, status=dict(decided).get(one.name, one.status),
        )
        for one in TOLD
    )  # fmt: skip


def page(row, *entries, stand=None):
    row = {"external_id": "a", "pipeline": "Sales", "closed_on": None, **row}
    histories = {"a": list(entries)} if entries else {}
    return Page("deal", [row], histories=histories, stands={"a": stand} if stand else {})


def test_a_stage_of_which_nothing_is_told_counts_as_was_decided():
    entries = Entry("New", date(2026, 1, 1), status="open"), Entry("Signed", date(2026, 1, 5))
    given = {"stage": "Signed", "status": "open", "expected_close_on": date(2026, 3, 1)}
    [row] = known(("Signed", "won")).over(page(given, *entries)).rows
    assert (row["status"], row["closed_on"]) == ("won", date(2026, 1, 5))
    assert row["expected_close_on"] is None


def test_without_a_history_the_day_that_was_expected_counts():
    given = {"stage": "Signed", "status": "open", "expected_close_on": date(2026, 3, 1)}
    [row] = known(("Signed", "won")).over(page(given)).rows
    assert row["closed_on"] == date(2026, 3, 1)


def test_a_closed_stage_that_counts_as_open_gives_its_day_back():
    given = {"stage": "Won", "status": "won", "closed_on": date(2026, 2, 2), "closed_at": "x"}
    [row] = known(("Won", "open")).over(page(given)).rows
    assert (row["status"], row["closed_on"], row["closed_at"]) == ("open", None, None)
    assert row["expected_close_on"] == date(2026, 2, 2)


def test_a_won_stage_that_counts_as_lost_keeps_its_day():
    given = {"stage": "Won", "status": "won", "closed_on": date(2026, 2, 2)}
    [row] = known(("Won", "lost")).over(page(given)).rows
    assert (row["status"], row["closed_on"]) == ("lost", date(2026, 2, 2))


def test_a_deal_that_says_more_than_its_stage_keeps_it():
    given = {"stage": "New", "status": "lost", "closed_on": date(2026, 2, 2)}
    told = page(given, Entry("New", date(2026, 1, 1), status="lost"))
    assert known(("New", "won")).over(told) == told


def test_moves_and_the_present_stand_are_read_with_the_decision():
    entries = Entry("New", date(2026, 1, 1), status="open"), Entry("Signed", date(2026, 1, 5))
    stand = Entry("Signed", date(2026, 1, 5), status="open")
    over = known(("Signed", "won")).over(page({"stage": "Signed"}, *entries, stand=stand))
    assert [one.status for one in over.histories["a"]] == ["open", "won"]
    assert over.stands["a"].status == "won"


def test_another_pipeline_and_other_records_are_left_alone():
    decided = known(("Signed", "won"))
    other = page({"stage": "Signed", "status": "open", "pipeline": "Partners"})
    assert decided.over(other) == other
    people = Page("contact", [{"external_id": "a"}])
    assert decided.over(people) is people
    nothing = page({"stage": "Signed", "status": "open"})
    assert known().over(nothing) is nothing


def test_what_was_decided_outlives_what_the_source_tells(room):
    with room.session() as session:
        stages.write_stages(session, room.connection, TOLD)
        [gone, _new, _signed, _won] = sorted(
            deciding.stages(session, room.connection), key=lambda one: one.name
        )
        deciding.decide(session, room.connection, 1, {gone.id: "open"}, NOW)
        stages.write_stages(session, room.connection, TOLD)
        session.refresh(gone)
        assert (gone.status, gone.told, deciding.is_decided(gone)) == ("open", "lost", True)
        deciding.decide(session, room.connection, 1, {gone.id: None}, NOW)
        assert (gone.status, deciding.is_decided(gone)) == ("lost", False)
        with pytest.raises(Refusal, match="bad_meaning"):
            deciding.decide(session, room.connection, 1, {gone.id: "maybe"}, NOW)


def test_a_source_that_comes_to_the_same_takes_over_again(room):
    with room.session() as session:
        stages.write_stages(session, room.connection, TOLD)
        one = next(s for s in deciding.stages(session, room.connection) if s.name == "Signed")
        deciding.decide(session, room.connection, 1, {one.id: "won"}, NOW)
        stages.write_stages(session, room.connection, [Stage("Sales", "Signed", "2", 1, "won")])
        stages.write_stages(session, room.connection, [Stage("Sales", "Signed", "2", 1, "lost")])
        session.refresh(one)
        assert (one.status, one.told) == ("lost", "lost")


@pytest.fixture
def sold(room):
    """A deal that came to a stage of which nothing was told, and one that was lost there."""
    room.write(
        "deal",
        [
            {"external_id": "D1", "pipeline": "Sales", "stage": "Signed", "status": "open",
             "created_on": date(2026, 1, 1), "expected_close_on": date(2026, 5, 1)},
            {"external_id": "D2", "pipeline": "Sales", "stage": "Signed", "status": "lost",
             "created_on": date(2026, 1, 1), "closed_on": date(2026, 1, 8)},
            {"external_id": "D3", "pipeline": "Partners", "stage": "Signed", "status": "open",
             "created_on": date(2026, 1, 1)},
        ],
    )  # fmt: skip
    history = [Entry("New", date(2026, 1, 1), status="open"), Entry("Signed", date(2026, 1, 5))]
    with room.session() as session:
        stages.write_stages(session, room.connection, TOLD)
        told = {room.id("deal", one): history for one in ("D1", "D3")}
        stages.write_histories(session, room.connection, 1, told, NOW)
    room.days(forget=True)
    return room


def meant(room, **words):
    with room.session() as session:
        known = {one.name: one for one in deciding.stages(session, room.connection)}
        ids = {known[name].id: word for name, word in words.items()}
        n = {name: deciding.count(session, known[name]) for name in words}
        return n, deciding.decide(session, room.connection, 7, ids, NOW)


def test_deals_and_their_histories_follow_and_their_days_are_marked(sold):
    assert meant(sold, Signed="won") == ({"Signed": 1}, 1)
    rows = sold.rows("deal")
    assert (rows["D1"].status, rows["D1"].closed_on) == ("won", date(2026, 1, 5))
    assert (rows["D2"].status, rows["D3"].status) == ("lost", "open")
    events = sold.rows("stage_event").values()
    told = {(one.deal_id, one.stage): one for one in events}
    mine, other = sold.id("deal", "D1"), sold.id("deal", "D3")
    assert told[mine, "Signed"].status == "won" and told[mine, "New"].ends_run
    assert told[other, "Signed"].status == "open" and not told[other, "New"].ends_run
    marked = sold.days()
    assert ("deal", "closed_on", "2026-01-05") in marked
    assert ("stage_event", "entered_on", "2026-01-05") in marked


def test_a_decision_that_is_taken_back_leaves_everything_as_it_was(sold):
    meant(sold, Signed="won")
    assert meant(sold, Signed=None)[1] == 1
    row = sold.rows("deal")["D1"]
    assert (row.status, row.closed_on) == ("open", None)
    events = {(one.deal_id, one.stage): one for one in sold.rows("stage_event").values()}
    assert events[sold.id("deal", "D1"), "Signed"].status == "open"
    assert not events[sold.id("deal", "D1"), "New"].ends_run


def test_a_stage_that_its_source_has_no_longer_stays_while_deals_need_it(room):
    def there():
        found = deciding.stages(session, room.connection)
        return [(one.name, one.gone_at is not None) for one in found]

    room.write("deal", [{"external_id": "D1", "pipeline": "Sales", "stage": "Used"}])
    with room.session() as session:
        told = [
            Stage("Sales", name, name, place, "open") for place, name in enumerate(("Used", "Idle"))
        ]
        left = Stage("Sales", "New", "New", 0, "open")
        stages.write_stages(session, room.connection, [*told, left])
        stages.note_listed(session, room.connection, [*told, left], NOW)
        assert there() == [("New", False), ("Used", False), ("Idle", False)]
        with pytest.raises(Refusal, match="stage_in_use"):
            deciding.drop(session, deciding.stages(session, room.connection)[2])

        stages.note_listed(session, room.connection, [left], NOW)
        assert there() == [("New", False), ("Used", True), ("Idle", True)]
        [_new, used, idle] = deciding.stages(session, room.connection)
        with pytest.raises(Refusal, match="stage_in_use"):
            deciding.drop(session, used)
        deciding.drop(session, idle)
        # It comes back where the source lists it again.
        stages.note_listed(session, room.connection, [told[0], left], NOW)
        assert there() == [("New", False), ("Used", False)]
