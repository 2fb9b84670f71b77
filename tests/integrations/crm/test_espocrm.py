"""EspoCRM: what is read of an installation, what follows its changes, and what goes wrong."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from goals.metrics import readings
from goals.metrics.query import Query
from integrations import checking
from integrations.crm.espocrm import fields
from tests.fakes.espocrm import FakeEspoCrm
from tests.fakes.vendor import Rate
from tests.support.crm import CANARY, NOW, Desk, counts, stream
from tests.support.sources import (
    killed_anywhere_comes_to_the_same,
    run_twice_changes_nothing,
    trouble_loses_nothing,
)

#: Half an hour before midnight in the workspace, which is in Bangkok.
LATE = datetime(2026, 10, 5, 16, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def espo(clock):
    with FakeEspoCrm(CANARY, now=NOW) as made:
        yield made


def desk_of(database, espo, clock):
    return Desk(database, espo, clock, "espocrm", {"base_url": espo.url}, {"api_key": CANARY})


@pytest.fixture
def desk(shop, espo, clock):
    return desk_of(shop, espo, clock)


def fill(espo, deals=25):
    """Fill an installation so that its lists have more than one page."""
    espo.largest = 10
    owner = espo.add("User", "สมชาย ใจดี", type="admin", isActive=True, defaultTeamName="ทีมขาย")
    firm = espo.add("Account", "北京贸易", website="example.cn")
    for n in range(deals):
        at = LATE + n * timedelta(hours=1)
        parts = {"assignedUserId": owner, "accountId": firm}
        key = espo.deal(f"Deal {n}", n * 100, at=at, **parts)
        espo.add("Contact", f"Person {n}", accountId=firm, at=at)
        if n % 3 == 0:
            espo.change("Opportunity", key, stage="Proposal", at=at + DAY)
            stage = "Closed Won" if n % 2 else "Closed Lost"
            espo.change("Opportunity", key, stage=stage, closeDate="2026-10-20", at=at + 3 * DAY)
            espo.add("Call", "Call", status="Held", dateStart=espo.text(at), parentId=key)
    espo.add("Case", "Case", status="New")
    espo.add("Campaign", "Autumn", budget=1000, budgetCurrency="EUR", startDate="2026-10-01")
    espo.add("Lead", "Lead", status="New")


def test_a_pull_brings_all_and_a_second_one_nothing(desk, espo):
    fill(espo)
    run_twice_changes_nothing(desk)
    assert len(desk.rows("deal")) == len(desk.rows("contact")) == 25


def test_killed_anywhere_it_comes_to_the_same(shop, espo, clock, page_by_page):
    fill(espo)
    killed_anywhere_comes_to_the_same(lambda: desk_of(shop, espo, clock))


@pytest.mark.parametrize("part", ["/Opportunity", "/stream", "/Contact"])
def test_trouble_loses_nothing(shop, espo, clock, part):
    fill(espo)
    trouble_loses_nothing(lambda: desk_of(shop, espo, clock), espo, part)


def test_it_is_the_same_on_postgresql(postgres_shop, espo, clock):
    fill(espo)
    run_twice_changes_nothing(desk_of(postgres_shop, espo, clock))


@pytest.mark.parametrize("audit", ["Status", "Update"])
def test_a_deal_comes_with_its_people_its_money_and_its_stages(desk, espo, audit):
    espo.audit = audit
    owner = espo.add("User", "สมชาย ใจดี", type="regular", isActive=False)
    firm = espo.add("Account", "北京贸易", industry="Trade", billingAddressCountry="China")
    key = espo.deal(
        "ข้อเสนอ", 1234.5, at=LATE, accountId=firm, assignedUserId=owner, amountCurrency="THB"
    )
    espo.change("Opportunity", key, stage="Negotiation", at=datetime(2026, 10, 8, 3, tzinfo=UTC))
    at = datetime(2026, 10, 9, 17, 30, tzinfo=UTC)
    espo.change("Opportunity", key, stage="Closed Won", closeDate="2026-10-09", at=at)
    desk.done()
    row = desk.rows("deal")[key]
    assert (row.name, row.amount, row.currency) == ("ข้อเสนอ", Decimal("1234.5"), "THB")
    assert (row.status, row.stage, row.pipeline) == ("won", "Closed Won", None)
    assert (row.created_on, row.closed_on) == (date(2026, 10, 5), date(2026, 10, 9))
    assert (row.expected_close_on, row.owner_id) == (None, desk.rows("owner")[owner].id)
    assert not desk.rows("owner")[owner].is_active
    assert desk.rows("account")[firm].country == "China"
    assert desk.visits(row) == [
        ("Prospecting", "2026-10-05"),
        ("Negotiation", "2026-10-08"),
        ("Closed Won", "2026-10-10"),
    ]
    assert [one.status for one in desk.stages().values()] == ["open"] * 4 + ["won", "lost"]


def test_an_open_deal_expects_its_closing_day(desk, espo):
    key = espo.deal("Open", 5, close="2026-12-24", at=LATE)
    desk.done()
    row = desk.rows("deal")[key]
    assert (row.status, row.closed_on, row.expected_close_on) == ("open", None, date(2026, 12, 24))


def test_a_stage_that_is_not_in_the_list_keeps_its_name(desk, espo):
    key = espo.deal("Odd", 5, stage="谈判中", at=LATE)
    desk.done()
    assert (desk.rows("deal")[key].stage, desk.rows("deal")[key].status) == ("谈判中", "open")


def test_a_deal_without_notes_ended_on_its_closing_day(desk, espo):
    key = espo.deal("Imported", 5, stage="Closed Lost", close="2026-09-30", at=LATE)
    espo.notes.clear()
    desk.done()
    assert desk.visits(desk.rows("deal")[key]) == [("Closed Lost", "2026-09-30")]


def test_only_what_changed_is_asked_for_again(desk, espo, clock):
    fill(espo)
    desk.done()
    clock.advance(7200)
    key = next(iter(espo.rows["Opportunity"]))
    espo.change("Opportunity", key, amount=77)
    asked = len(espo.calls("/Opportunity/"))
    assert counts(desk.done(), "deals") == {"read": 2, "updated": 1, "unchanged": 1}
    assert len(espo.calls("/Opportunity/")) - asked == 2
    assert desk.rows("deal")[key].amount == 77


def test_what_was_deleted_or_merged_away_is_found_within_a_day(desk, espo):
    fill(espo)
    desk.done()
    kept, gone = list(espo.rows["Contact"])[:2]
    espo.delete("Contact", gone)
    espo.change("Contact", kept, emailAddress="one@example.com")
    assert stream(desk.later(3600), "contacts").deleted == 0
    assert stream(desk.later(86400), "contacts").deleted == 1
    assert gone not in desk.rows("contact")


def test_rows_that_change_and_go_between_two_pages_hide_no_others(desk, espo):
    fill(espo)
    keys = sorted(espo.rows["Opportunity"])

    def meanwhile():
        espo.delete("Opportunity", keys[3])
        espo.change("Opportunity", keys[0], amount=9)

    espo.after_page("/api/v1/Opportunity", 2, meanwhile)
    desk.done()
    assert desk.rows("deal").keys() >= set(keys) - {keys[3]}
    desk.later(60)
    assert desk.rows("deal")[keys[0]].amount == 9


def test_more_rows_than_a_page_of_one_instant_are_all_read(desk, espo, clock):
    espo.largest, espo.counts = 10, False
    keys = {espo.deal(f"Deal {n}", n, at=LATE) for n in range(35)}
    desk.done()
    assert desk.rows("deal").keys() == keys
    clock.advance(3600)
    more = {espo.deal(f"More {n}", n) for n in range(25)}
    desk.done()
    assert desk.rows("deal").keys() == keys | more


def test_what_was_done_is_an_activity_and_what_is_planned_is_none(desk, espo):
    deal = espo.deal("Deal", 1)
    whose = {"parentType": "Opportunity", "parentId": deal}
    call = espo.add(
        "Call", "C", status="Held", dateStart=espo.text(LATE), direction="Inbound", **whose
    )
    meeting = espo.add("Meeting", "M", status="Held", dateStartDate="2026-10-06", **whose)
    task = espo.add("Task", "T", status="Completed", dateCompleted=espo.text(LATE))
    planned = espo.add("Call", "P", status="Planned", dateStart=espo.text(LATE))
    desk.done()
    rows = desk.rows("activity")
    assert rows.keys() == {f"call-{call}", f"meeting-{meeting}", f"task-{task}"}
    row = rows[f"call-{call}"]
    assert (row.kind, row.direction, row.day) == ("call", "inbound", date(2026, 10, 5))
    assert row.deal_id == desk.rows("deal")[deal].id
    assert rows[f"meeting-{meeting}"].day == date(2026, 10, 6)
    espo.change("Call", planned, status="Held")
    desk.later(3600)
    assert f"call-{planned}" in desk.rows("activity")


def test_a_converted_lead_says_since_when_and_to_which_deal(desk, espo):
    deal = espo.deal("Deal", 1)
    at = espo.text(LATE)
    new = espo.add(
        "Lead", "王芳", status="Converted", convertedAt=at, createdOpportunityId=deal, at=LATE - DAY
    )
    old = espo.add("Lead", "Old", status="Converted", at=LATE)
    open_ = espo.add("Lead", "Open", status="New", source="Web Site")
    desk.done()
    rows = desk.rows("lead")
    assert rows[new].converted_deal_id == desk.rows("deal")[deal].id
    assert (rows[new].created_on, rows[new].converted_on) == (date(2026, 10, 4), date(2026, 10, 5))
    assert (rows[old].converted_on, rows[open_].converted_on) == (date(2026, 10, 5), None)


def test_a_case_is_solved_when_its_stream_says_so(desk, espo):
    key = espo.add("Case", "Help", status="New", type="Problem", at=LATE)
    espo.post("Case", key, at=LATE + timedelta(hours=2), kind="EmailSent")
    espo.change("Case", key, status="Closed", at=LATE + DAY)
    espo.change("Case", key, status="Assigned", at=LATE + 2 * DAY)
    espo.change("Case", key, status="Rejected", at=LATE + 3 * DAY)
    espo.change("Case", key, name="Help!", at=LATE + 9 * DAY)
    desk.done()
    row = desk.rows("ticket")[key]
    assert (row.opened_at, row.first_reply_at) == (LATE, LATE + timedelta(hours=2))
    assert (row.solved_at, row.reopened_at) == (LATE + 3 * DAY, LATE + 2 * DAY)


def test_users_that_are_no_people_are_no_owners(desk, espo):
    for kind in ("api", "system", "portal"):
        espo.add("User", kind, type=kind)
    ann = espo.add("User", "Ann", type="regular", isActive=True)
    desk.done()
    assert desk.rows("owner").keys() == {ann}


def test_a_row_that_means_nothing_is_counted_and_the_others_kept(desk, espo):
    espo.deal("Wrong", "lots")
    right = espo.deal("Right", "100.00")
    run = desk.done()
    assert (stream(run, "deals").rejected, desk.rows("deal").keys()) == (1, {right})


def test_a_burst_is_waited_out(desk, espo, clock):
    fill(espo)
    espo.rate = Rate(10, 1.0)
    desk.done()
    assert clock.waits


def test_a_key_that_is_not_taken_any_more_asks_for_a_new_one(desk, espo):
    espo.deal("Deal", 1)
    desk.done()
    espo.api_key = "another"
    run = desk.pull()
    assert (run.status, run.error["code"]) == ("failed", "unauthorized")
    assert desk.connected().needs_reconnect
    assert CANARY not in str(run.to_json())


def test_what_the_role_may_not_read_is_left_out(desk, espo):
    espo.deal("Deal", 1)
    espo.forbidden = {"Case", "Campaign"}
    run = desk.done()
    assert stream(run, "cases").left_out is not None
    espo.forbidden = {"Opportunity"}
    assert desk.pull().status == "partial"


def test_win_rate_is_read_from_what_was_synced(desk, espo):
    for n in range(8):
        key = espo.deal(f"Deal {n}", 100, at=LATE)
        stage = "Closed Won" if n < 6 else "Closed Lost"
        espo.change("Opportunity", key, stage=stage, closeDate="2026-10-09", at=LATE + 4 * DAY)
    espo.deal("Open", 100, at=LATE)
    desk.done()
    october = Query("win_rate", date(2026, 10, 1), date(2026, 10, 31))
    with desk.session() as session:
        found = readings.read(session, october, today=date(2026, 11, 2), now=NOW)
    assert (found.figure.value, found.figure.n) == (Decimal("0.75"), 8)


def test_what_a_stage_means_is_read_in_every_form():
    def told(**entity):
        found = fields.stages({"entityDefs": {"Opportunity": entity}})
        return [(one.name, one.status, one.probability) for one in found]

    options = ["A", "B", "C"]
    chances = {"A": 10, "B": 100, "C": 0}
    expected = [("A", "open", 0.1), ("B", "won", 1.0), ("C", "lost", 0.0)]
    assert told(fields={"stage": {"options": options, "probabilityMap": chances}}) == expected
    assert told(fields={"stage": {"options": options}}, probabilityMap=chances) == expected
    style = {"B": "success", "C": "danger"}
    assert [one[1] for one in told(fields={"stage": {"options": options, "style": style}})] == [
        "open",
        "won",
        "lost",
    ]
    assert fields.stages({}) == []


def test_a_look_says_what_can_be_read_and_what_not(desk, espo):
    espo.forbidden = {"Case"}
    found = desk.check()
    assert {one.name for one in found if not one.ok} == {"cases"}
    assert checking.passed(found)
    espo.api_key = "another"
    [refused] = desk.check()
    assert not refused.ok
    assert refused.fix is not None


def test_a_key_that_ends_in_the_middle_keeps_what_was_read(desk, espo, page_by_page):
    fill(espo)
    espo.after_page("/stream", 1, lambda: setattr(espo, "api_key", "another"))
    run = desk.pull()
    assert (run.status, run.error["code"]) == ("partial", "unauthorized")
    espo.api_key = CANARY
    desk.done()
    assert len([one for one in desk.rows("deal").values() if not one.is_stub]) == 25


def test_a_stream_that_does_not_end_is_left(desk, espo):
    espo.deal("Deal", 1)
    espo.stuck = True
    run = desk.pull()
    assert (run.status, run.error["code"]) == ("partial", "cursor_loop")
    espo.stuck = False
    desk.done()


def test_attributes_of_an_administrator_come_along(desk, espo):
    key = espo.deal("Deal", 1, cSegment="กลาง", cAreas=["เหนือ", "ใต้"], cFlag=True)
    desk.done()
    assert desk.rows("deal")[key].custom == {
        "cSegment": "กลาง",
        "cAreas": "เหนือ, ใต้",
        "cFlag": "true",
    }
