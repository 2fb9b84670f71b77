"""What becomes of Salesforce's values."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from integrations.crm.salesforce import bulk
from tests.support.crm import counts, stream
from tests.support.salesforce import fill


@pytest.fixture(params=["pages", "jobs"], autouse=True)
def way(request, monkeypatch):
    """Values are the same whether they come as JSON or as CSV."""
    if request.param == "jobs":
        monkeypatch.setattr(bulk, "ABOVE", 0)
    return request.param


def told(row, names):
    return {name: getattr(row, name) for name in names.split()}


def test_golden_rows_of_everything(org, books):
    ids = fill(org)
    books.done()
    everything = books.everything()
    assert everything["owner"][ids["ann"]] == {
        "name": "Ann Lee",
        "email": "ann@acme.com",
        "team": "Central",
        "manager": "Somchai Jaidee",
        "region": None,
        "is_active": True,
        "external_id": ids["ann"],
        "url": f"{org.url}/{ids['ann']}",
        "custom": None,
        "is_stub": False,
        "deleted_at": None,
    }
    accounts = books.rows("account")
    assert accounts[ids["acme"]].domain == "acme.com"
    beta = accounts[ids["beta"]]
    assert told(beta, "name employees parent_id") == {
        "name": "北京贝塔",
        "employees": 1200,
        "parent_id": accounts[ids["acme"]].id,
    }
    deal = everything["deal"][ids["deals"][1]]
    assert {name: deal[name] for name in ("amount", "status", "stage", "pipeline", "campaign")} == {
        "amount": Decimal("100.25"),
        "status": "won",
        "stage": "Closed Won",
        "pipeline": "Sales",
        "campaign": "Fair",
    }
    assert (deal["account_id"], deal["owner_id"]) == (ids["acme"], ids["ann"])
    assert (deal["product_id"], deal["probability"]) == (ids["gadget"], 1.0)
    assert (deal["created_on"], deal["closed_on"]) == (date(2026, 11, 3), date(2026, 11, 5))
    assert deal["expected_close_on"] is None
    still_open = books.rows("deal")[ids["deals"][0]]
    assert (still_open.status, still_open.closed_on) == ("open", None)
    assert still_open.expected_close_on == date(2026, 12, 2)
    lead = books.rows("lead")[ids["lead"]]
    assert told(lead, "name source status converted_on") == {
        "name": "มาลี",
        "source": "Web",
        "status": "Working",
        "converted_on": None,
    }


def test_golden_rows_of_what_was_done_and_spent(org, books):
    ids = fill(org)
    run = books.done()
    everything = books.everything()
    call = everything["activity"][f"task-{ids['call']}"]
    assert (call["kind"], call["direction"], call["outcome"]) == ("call", "outbound", "Reached")
    assert (call["deal_id"], call["contact_id"]) == (ids["deals"][0], ids["person"])
    assert call["lead_id"] is None
    [meeting] = [one for one in everything["activity"].values() if one["kind"] == "meeting"]
    assert (meeting["deal_id"], meeting["lead_id"]) == (ids["deals"][1], ids["lead"])
    # A task that is still to be done is no activity, and is no mistake either.
    assert counts(run, "tasks") == {"read": 2, "created": 1, "unchanged": 1}
    [spend] = everything["spend"].values()
    assert (spend["day"], spend["amount"]) == (date(2026, 10, 1), Decimal("5000.5"))
    assert (spend["campaign_id"], spend["category"]) == (ids["fair"], "marketing")
    [member] = everything["campaign_member"].values()
    assert (member["lead_id"], member["responded_on"]) == (ids["lead"], date(2026, 10, 5))
    [case] = everything["ticket"].values()
    assert (case["topic"], case["priority"], case["solved_at"]) == ("Bug", "High", None)
    assert stream(run, "quotas").left_out is not None


def test_a_history_holds_every_stage_from_the_first_day_on(org, books):
    ids = fill(org)
    books.done()
    assert books.visits(books.rows("deal")[ids["deals"][1]]) == [
        ("Prospecting", "2026-11-03"),
        ("Qualification", "2026-11-04"),
        ("Closed Won", "2026-11-05"),
    ]


def test_a_stage_is_called_by_its_label_and_means_what_salesforce_says(org, books):
    deal = org.add_deal("Deal", "Proposal/Price Quote", Amount=1)
    old = org.add_deal("Old", "Prospecting")
    # A stage that is on no list any more: the opportunity still says what it means.
    org.change("Opportunity", old, StageName="Retired", IsClosed=True, IsWon=False)
    books.done()
    stages = books.stages()
    assert stages["Proposal"].external_id == "Proposal/Price Quote"
    assert stages["Proposal"].probability == 0.6
    assert [stages[one].status for one in ("Closed Won", "Closed Lost")] == ["won", "lost"]
    assert books.rows("deal")[deal].stage == "Proposal"
    assert (books.rows("deal")[old].stage, books.rows("deal")[old].status) == ("Retired", "lost")
    assert [one for one, _ in books.visits(books.rows("deal")[old])] == ["Prospecting", "Retired"]


def test_days_are_those_of_the_workspace_and_plain_days_stay(org, books):
    late = datetime(2026, 11, 1, 20, tzinfo=UTC)
    deal = org.add_deal("Deal", CreatedDate=late, CloseDate="2026-12-24")
    task = org.add("Task", IsClosed=True, ActivityDate="2026-11-02")
    whole = org.add(
        "Event",
        IsAllDayEvent=True,
        ActivityDate="2026-11-02",
        StartDateTime=datetime(2026, 11, 2, tzinfo=UTC),
    )
    with books.session() as session:
        from goals import workspace

        workspace.of(session).zone = "Asia/Bangkok"
    books.done()
    row = books.rows("deal")[deal]
    assert (row.created_on, row.expected_close_on) == (date(2026, 11, 2), date(2026, 12, 24))
    days = {name: one.day for name, one in books.rows("activity").items()}
    assert days == {f"task-{task}": date(2026, 11, 2), f"event-{whole}": date(2026, 11, 2)}


def test_currencies_are_read_where_there_are_several(org, books):
    org.use_currencies()
    deal = org.add_deal("Deal", Amount=10.5, CurrencyIsoCode="THB")
    books.done()
    row = books.rows("deal")[deal]
    assert (row.amount, row.currency) == (Decimal("10.5"), "THB")


def test_fields_of_ones_own_go_along_and_what_was_cleared_goes(org, books):
    org.add_field("Opportunity", "Region__c")
    org.add_field("Opportunity", "Score__c", "double")
    org.add_field("Opportunity", "Seen__c", "datetime")
    org.add_field("Opportunity", "Place__c", "location")
    deal = org.add_deal(
        "Deal", Region__c='Nord, "Ost"\nWest', Score__c=12000000.0, Seen__c=org.stamp()
    )
    books.done()
    assert books.rows("deal")[deal].custom == {
        "Region__c": 'Nord, "Ost"\nWest',
        "Score__c": "12000000",
        "Seen__c": "2026-11-02T09:00:00.000Z",
    }
    org.advance(60)
    org.change("Opportunity", deal, Region__c=None)
    books.later()
    assert "Region__c" not in books.rows("deal")[deal].custom


def test_the_administrators_choice_of_fields_counts(org, make):
    org.add_field("Opportunity", "Loss__c")
    org.add_field("Opportunity", "Signed__c", "date")
    books = make(fields='{"deal": {"lost_reason": "Loss__c", "closed_on": "Signed__c"}}')
    deal = org.add_deal("Deal", "Closed Lost", Loss__c="Price", Signed__c="2026-10-30")
    books.done()
    row = books.rows("deal")[deal]
    assert (row.lost_reason, row.closed_on) == ("Price", date(2026, 10, 30))


def test_a_row_that_cannot_be_understood_is_counted_and_the_others_are_kept(org, books):
    org.add_deal("Good", Amount=1)
    org.add_deal("Bad", Amount="much")
    run = books.done()
    assert counts(run, "opportunities") == {"read": 2, "created": 1, "rejected": 1}


def test_no_amount_is_not_zero(org, books):
    nothing, zero = org.add_deal("Nothing"), org.add_deal("Zero", Amount=0)
    books.done()
    rows = books.rows("deal")
    assert (rows[nothing].amount, rows[zero].amount) == (None, 0)


def test_a_lead_of_a_queue_has_no_owner_and_a_converted_one_its_deal(org, books):
    deal = org.add_deal("Deal")
    lead = org.add(
        "Lead",
        Name="Lead",
        OwnerId="00G000000000001AAA",
        IsConverted=True,
        ConvertedDate="2026-11-02",
        ConvertedOpportunityId=deal,
    )
    books.done()
    row = books.rows("lead")[lead]
    assert row.owner_id is None
    assert row.converted_on == date(2026, 11, 2)
    assert row.converted_deal_id == books.rows("deal")[deal].id
    assert list(books.rows("owner")) == []


def test_quotas_are_read_where_forecasts_are_switched_on(org, books):
    org.hidden.clear()
    ann = org.add_user("Ann")
    quarter = org.add("Period", StartDate="2026-10-01", EndDate="2026-12-31")
    own = org.add(
        "ForecastingQuota",
        QuotaOwnerId=ann,
        QuotaAmount=50000.0,
        IsAmount=True,
        StartDate="2026-10-01",
        PeriodId=quarter,
    )
    month = org.add(
        "ForecastingQuota",
        QuotaOwnerId=ann,
        QuotaAmount=10.0,
        IsAmount=True,
        StartDate="2028-02-01",
    )
    org.add("ForecastingQuota", QuotaOwnerId=ann, QuotaQuantity=3.0, StartDate="2026-10-01")
    org.add("ForecastingQuota", QuotaAmount=7.0, IsAmount=True, StartDate="2026-10-01")
    books.done()
    rows = books.rows("quota")
    assert {name: (one.amount, one.last_day) for name, one in rows.items()} == {
        own: (Decimal(50000), date(2026, 12, 31)),
        month: (Decimal(10), date(2028, 2, 29)),
    }


def test_quotas_of_several_types_of_forecast_are_not_added_up(org, books):
    org.hidden.clear()
    ann = org.add_user("Ann")
    kinds = {
        name: org.add("ForecastingType", DeveloperName=name, IsActive=True, IsAmount=True)
        for name in ("OpportunityLineItemRevenue", "OpportunityRevenue", "OpportunitySplitRevenue")
    }

    def quota(kind, amount):
        return org.add(
            "ForecastingQuota",
            QuotaOwnerId=ann,
            QuotaAmount=amount,
            IsAmount=True,
            StartDate="2026-10-01",
            ForecastingTypeId=kinds.get(kind),
        )

    split = quota("OpportunitySplitRevenue", 70.0)
    untold = quota(None, 5.0)
    books.done()
    # The one type that has quotas counts, whichever it is.
    assert books.rows("quota").keys() == {split, untold}
    main = quota("OpportunityRevenue", 90.0)
    quota("OpportunityLineItemRevenue", 80.0)
    books.later()
    books.later(8 * 86400)
    assert books.rows("quota").keys() == {main, untold}


def test_series_and_copies_of_events_are_counted_once(org, books):
    when = org.stamp()
    one = org.add("Event", StartDateTime=when)
    org.add("Event", StartDateTime=when, IsRecurrence=True)
    org.add("Event", StartDateTime=when, IsChild=True)
    books.done()
    assert list(books.rows("activity")) == [f"event-{one}"]


@pytest.mark.parametrize(
    ("given", "domain"),
    [
        ("https://www.Acme.com/th", "acme.com"),
        ("acme.co.th", "acme.co.th"),
        ("http://acme.com:8080", "acme.com"),
        ("https://", None),
    ],
)
def test_a_domain_is_read_from_what_people_write(org, books, given, domain):
    account = org.add("Account", Name="Acme", Website=given)
    books.done()
    assert books.rows("account")[account].domain == domain


def test_the_largest_line_names_the_product_and_one_without_lines_has_none(org, books):
    small, large = (org.add("Product2", Name=name) for name in ("Small", "Large"))
    deal = org.add_deal("Deal")
    org.add_line(deal, small, 9.5)
    org.add_line(deal, large, 10.0)
    plain = org.add_deal("Plain")
    books.done()
    rows, products = books.rows("deal"), books.rows("product")
    assert rows[deal].product_id == products[large].id
    assert rows[plain].product_id is None
