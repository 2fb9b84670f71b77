"""What changed, moved, was deleted or merged since the last sync."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from goals.metrics import readings
from goals.metrics.query import Query
from integrations.crm.salesforce import bulk, lists
from tests.support.crm import changes, counts

PAGE, DAY = 5, 86400


@pytest.fixture
def small(org):
    """Let pages be small."""
    org.page = PAGE


def names(books, record="deal"):
    return {one.name for one in books.rows(record).values()}


def test_only_what_changed_is_read_again(org, books):
    deals = [org.add_deal(f"Deal {number}") for number in range(20)]
    org.advance(3600)
    org.add_deal("Newest")
    books.later()
    books.clock.advance(3600)
    org.change("Opportunity", deals[3], Amount=7)
    org.add_deal("New")
    run = books.done()
    # What was the newest is asked for again, because rows may be stored late.
    told = {"read": 3, "created": 1, "updated": 1, "unchanged": 1}
    assert counts(run, "opportunities") == told


def test_a_move_becomes_part_of_the_history(org, books):
    deal = org.add_deal("Deal")
    books.done()
    org.advance(DAY)
    org.change("Opportunity", deal, StageName="Closed Won", CloseDate="2026-11-03")
    books.later()
    row = books.rows("deal")[deal]
    assert (row.status, row.closed_on) == ("won", date(2026, 11, 3))
    assert books.visits(row) == [("Prospecting", "2026-11-02"), ("Closed Won", "2026-11-03")]


def test_a_stage_that_is_renamed_is_renamed_in_deals_and_their_histories(org, books):
    deal = org.add_deal("Deal")
    other = org.add_deal("Other", "Closed Won")
    org.advance(DAY)
    org.change("Opportunity", deal, StageName="Qualification")
    org.add_deal("Newest")
    books.later()
    [stage] = [
        one for one in org.data["OpportunityStage"].values() if one["ApiName"] == "Prospecting"
    ]
    stage["MasterLabel"] = "First talk"
    org.advance(DAY)
    run = books.later()
    assert [one for one, _ in books.visits(books.rows("deal")[deal])] == [
        "First talk",
        "Qualification",
    ]
    assert books.rows("deal")[other].stage == "Closed Won"
    assert "Prospecting" not in books.stages()
    assert counts(run, "opportunities")["read"] == 3
    assert changes(books.later()) == 0


@pytest.mark.parametrize("ends", [False, True])
def test_more_rows_on_one_stamp_than_a_page_holds_are_all_read(org, books, small, ends):
    books.done()
    books.clock.advance(3600)
    for number in range(PAGE * 4 + 2):
        org.add_deal(f"Deal {number}")
    if ends:
        # After two days the address of the next page ends, and the last row tells where to go on.
        org.after_page("/query/", 2, org.forget_cursors)
    books.done()
    assert bool([one for one in org.calls("/queryAll") if " OR (" in one.query["q"][0]]) is ends
    assert len(books.rows("deal")) == PAGE * 4 + 2


def test_an_ended_address_in_the_middle_goes_on_behind_the_last_row(org, books, small):
    for number in range(PAGE * 3):
        org.add_deal(f"Deal {number}")
    org.fault("/query/", "http_503", times=None, after=0)
    assert books.pull().status == "partial"
    org._faults.clear()
    org.forget_cursors()
    org.log.clear()
    books.done()
    assert len(books.rows("deal")) == PAGE * 3
    behind = [one for one in org.calls("/queryAll") if " OR (" in one.query["q"][0]]
    assert len(behind) == 1


def test_rows_that_change_while_pages_are_read_are_not_lost(org, books, small):
    deals = [org.add_deal(f"Deal {number}") for number in range(PAGE * 3)]

    def change():
        org.advance(1)
        org.change("Opportunity", deals[-1], Amount=99)
        org.change("Opportunity", deals[0], Amount=98)
        org.add_deal("Late")

    org.after_page("/query/", 1, change)
    books.done()
    books.later()
    rows = books.rows("deal")
    assert (rows[deals[0]].amount, rows[deals[-1]].amount) == (98, 99)
    assert len(rows) == PAGE * 3 + 1


def test_a_row_that_is_stored_late_with_an_older_stamp_is_still_read(org, books):
    org.add_deal("Deal")
    books.done()
    early = org.stamp() - timedelta(minutes=5)
    org.add_deal("Slow", SystemModstamp=early)
    books.later(60)
    assert names(books) == {"Deal", "Slow"}


def test_deleted_rows_go_and_come_back(org, books):
    deals = [org.add_deal(f"Deal {number}") for number in range(3)]
    books.done()
    org.delete("Opportunity", deals[0])
    run = books.later()
    assert books.rows("deal").keys() == set(deals[1:])
    assert counts(run, "opportunities")["deleted"] == 1
    org.undelete("Opportunity", deals[0])
    books.later()
    assert books.rows("deal").keys() == set(deals)


def test_rows_that_skip_the_recycle_bin_go_too(org, books):
    deals = [org.add_deal(f"Deal {number}") for number in range(3)]
    books.done()
    books.clock.advance(3600)
    org.purge("Opportunity", deals[0])
    books.later(60)
    assert books.rows("deal").keys() == set(deals[1:])


def test_what_was_deleted_longer_ago_than_salesforce_remembers_is_swept(org, books):
    deals = [org.add_deal(f"Deal {number}") for number in range(3)]
    books.done()
    books.clock.advance(3600)
    org.purge("Opportunity", deals[0])
    books.later(40 * DAY)
    assert books.rows("deal").keys() == set(deals[1:])


def test_a_sweep_brings_what_changed_without_a_new_stamp(org, books):
    boss = org.add_user("Old Name")
    ann = org.add_user("Ann", ManagerId=boss)
    org.advance(3600)
    org.add_user("Newest")
    books.later()
    org.data["User"][boss]["Name"] = "New Name"
    books.later()
    assert books.rows("owner")[ann].manager == "Old Name"
    books.later(8 * DAY)
    assert books.rows("owner")[ann].manager == "New Name"


@pytest.mark.parametrize(
    ("of", "record"), [("Account", "account"), ("Contact", "contact"), ("Lead", "lead")]
)
def test_of_merged_rows_the_winner_stays_with_what_was_theirs(org, books, of, record):
    winner, loser = (org.add(of, Name=name) for name in ("Winner", "Loser"))
    books.done()
    org.advance(60)
    org.merge(of, winner, loser)
    books.later()
    assert names(books, record) == {"Winner"}


def test_deals_of_a_merged_account_are_the_winners(org, books):
    winner, loser = (org.add("Account", Name=name) for name in ("Winner", "Loser"))
    deal = org.add_deal("Deal", AccountId=loser)
    books.done()
    org.advance(60)
    org.merge("Account", winner, loser)
    books.later()
    assert books.rows("deal")[deal].account_id == books.rows("account")[winner].id


def test_an_open_task_becomes_an_activity_once_it_is_done(org, books):
    task = org.add("Task", TaskSubtype="Email", ActivityDate="2026-11-02")
    books.done()
    assert books.rows("activity") == {}
    org.advance(60)
    org.change("Task", task, IsClosed=True, CompletedDateTime=org.stamp())
    books.later()
    assert [one.kind for one in books.rows("activity").values()] == ["email"]
    org.change("Task", task, IsClosed=False, CompletedDateTime=None)
    books.later()
    assert books.rows("activity") == {}


def test_a_cost_that_was_taken_back_goes(org, books):
    fair = org.add("Campaign", Name="Fair", ActualCost=10.0)
    books.done()
    assert [one.day for one in books.rows("spend").values()] == [date(2026, 11, 2)]
    org.advance(60)
    org.change("Campaign", fair, ActualCost=None)
    books.later()
    assert books.rows("spend") == {}
    assert names(books, "campaign") == {"Fair"}


def test_a_long_query_goes_in_a_body(org, books, small):
    fields = [f"An_own_field_with_quite_a_long_name_{number}__c" for number in range(300)]
    for one in fields:
        org.add_field("Opportunity", one)
    for number in range(PAGE + 1):
        org.add_deal(f"Deal {number}", **dict.fromkeys(fields, "x"))
    books.done()
    assert len(books.rows("deal")) == PAGE + 1
    assert {len(one.custom) for one in books.rows("deal").values()} == {300}
    assert org.calls("/composite")


def test_win_rate_is_read_from_what_was_synced(org, books):
    for number, stage in enumerate(("Closed Won", "Closed Won", "Closed Lost", "Prospecting")):
        org.add_deal(f"Deal {number}", stage, CloseDate="2026-11-01")
    books.done()
    with books.session() as session:
        query = Query("win_rate", date(2026, 10, 1), date(2026, 11, 2))
        read = readings.read(session, query, today=date(2026, 11, 2), now=books.clock(), keep=False)
    assert [read.figure.numerator, read.figure.denominator] == [2, 3]


# --- Jobs -----------------------------------------------------------------------------------


@pytest.fixture
def jobs(org, monkeypatch):
    """Let a job be worth its while for few rows, and give few rows at once."""
    monkeypatch.setattr(bulk, "ABOVE", 3)
    org.results = 4


@pytest.mark.parametrize("names_always", [True, False])
def test_few_rows_are_asked_for_by_pages_and_many_by_a_job(org, books, jobs, names_always):
    org.names_always = names_always
    for number in range(3):
        org.add("Account", Name=f"Account {number}")
    for number in range(9):
        org.add_deal(f"Deal {number}")
    run = books.done()
    assert [one.query.of for one in org.jobs_made.values()] == ["Opportunity"]
    assert counts(run, "opportunities") == {"read": 9, "created": 9}
    assert len(org.calls("/results")) == 3
    assert changes(books.later()) == 0
    assert len(org.jobs_made) == 1


def test_a_job_that_takes_long_is_gone_on_with_by_the_next_sync(org, books, jobs):
    for number in range(9):
        org.add_deal(f"Deal {number}")
    org.add("Lead", Name="Lead")
    org.looks = 1000
    run = books.pull()
    assert (run.status, run.error["code"]) == ("waiting", "preparing")
    assert run.resume_after > books.clock()
    assert len(books.rows("deal")) == 0
    # What comes after it does not wait.
    assert len(books.rows("lead")) == 1
    for one in org.jobs_made.values():
        one.left = 0
    books.later(600)
    assert len(books.rows("deal")) == 9
    assert len(org.jobs_made) == 1


@pytest.mark.parametrize("ends", ["Failed", "Aborted"])
def test_a_job_that_fails_gives_way_to_pages(org, books, jobs, ends):
    for number in range(9):
        org.add_deal(f"Deal {number}")
    org.ends = ends
    books.done()
    assert len(books.rows("deal")) == 9


def test_where_there_are_no_jobs_all_is_read_by_pages(org, books, jobs):
    for number in range(9):
        org.add_deal(f"Deal {number}")
    org.bulk_enabled = False
    books.done()
    assert len(books.rows("deal")) == 9


def test_a_job_that_is_forgotten_begins_anew(org, books, jobs):
    for number in range(9):
        org.add_deal(f"Deal {number}")
    org.fault("/results", "http_503", times=None, after=1)
    assert books.pull().status == "partial"
    assert len(books.rows("deal")) == 4
    org._faults.clear()
    org.jobs_made.clear()
    books.later(8 * DAY)
    assert len(books.rows("deal")) == 9


def test_amounts_of_a_job_add_up(org, books, jobs):
    for number in range(50):
        org.add_deal(f"Deal {number}", Amount=0.1)
    books.done()
    amounts = [one.amount for one in books.rows("deal").values()]
    assert sum(amounts) == Decimal(5)


def test_the_limit_above_which_a_job_is_made_is_ten_thousand():
    assert (bulk.ABOVE, lists.LONGEST) == (10_000, 12_000)
