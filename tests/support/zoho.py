"""A Zoho organization with a little of everything, and a workspace beside it."""

import pytest

from tests.fakes.zoho import CLIENT, REFRESH, SECRET, FakeZoho
from tests.support.crm import NOW, Desk

JANUARY = "2026-01-05T10:00:00+05:30"


@pytest.fixture
def zoho(clock):
    with FakeZoho(now=NOW) as made:
        yield made


@pytest.fixture
def bureau(shop, zoho, clock):
    return bureau_at(shop, zoho, clock)


def bureau_at(database, zoho, clock, **settings):
    settings = {"dc": "in", "client_id": CLIENT, "auth_url": zoho.url, **settings}
    secrets = {"client_secret": SECRET, "refresh_token": REFRESH}
    return Desk(database, zoho, clock, "zoho", settings, secrets)


def fill(zoho):
    """Fill an organization; return the deal that went all the way."""
    ann = {"id": zoho.add_user("Ann Lee", "ann@example.com"), "name": "Ann Lee"}
    zoho.add_user("Bob Ray", "bob@example.com", status="inactive")
    account = {
        "id": zoho.add(
            "Accounts",
            Account_Name="บริษัท อัคมี จำกัด",
            Website="acme.example",
            Industry="Software",
            Employees=40,
            Annual_Revenue=1200000,
            Billing_State="Bangkok",
            Billing_Country="Thailand",
            at=JANUARY,
        ),
        "name": "Acme",
    }
    contact = {
        "id": zoho.add(
            "Contacts",
            Full_Name="王小明",
            Email="joe@acme.example",
            Account_Name=account,
            Owner=ann,
        )
    }
    campaign = {
        "id": zoho.add(
            "Campaigns",
            Campaign_Name="Fair",
            Start_Date="2026-01-10",
            End_Date="2026-01-12",
            Budgeted_Cost=900,
            Actual_Cost=812.75,
            Currency="EUR",
        ),
        "name": "Fair",
    }
    zoho.add("Campaigns", Campaign_Name="Letter", Actual_Cost=None)
    won = zoho.add(
        "Deals",
        Deal_Name="Acme, 5 seats",
        Amount=1234.5,
        Currency="EUR",
        Owner=ann,
        Account_Name=account,
        Contact_Name=contact,
        Campaign_Source=campaign,
        Lead_Source="Trade Show",
        Stage="Qualification",
        Pipeline="Standard (Standard)",
        Probability=10,
        Closing_Date="2026-03-01",
        at=JANUARY,
    )
    zoho.move(won, "Negotiation", at="2026-01-20T10:00:00+05:30", Probability=60)
    zoho.move(
        won,
        "Closed Won",
        # Half past two in the morning in India is still the day before in London.
        at="2026-02-04T02:30:00+05:30",
        Closing_Date="2026-02-04",
        Probability=100,
    )
    lost = zoho.add("Deals", Deal_Name="Beta", Amount=50, Stage="Qualification", at=JANUARY)
    zoho.move(lost, "Closed Lost", at="2026-04-01T10:00:00+05:30", Closing_Date="2026-04-01")
    zoho.add(
        "Deals", Deal_Name="Gamma", Amount=None, Stage="Negotiation", Closing_Date="2026-12-24"
    )
    lead = zoho.add(
        "Leads", Full_Name="Someone", Lead_Status="Contacted", Lead_Source="Web", Owner=ann
    )
    zoho.add(
        "Leads",
        Full_Name="Joe",
        Converted__s=True,
        Converted_Date_Time="2026-01-05T10:00:00+05:30",
        Converted_Deal={"id": won, "name": "Acme"},
        at="2026-01-02T10:00:00+05:30",
        **{"$converted": True},
    )
    about = {"What_Id": {"id": won}, "Who_Id": contact, "Owner": ann, "$se_module": "Deals"}
    zoho.add(
        "Calls",
        Call_Type="Outbound",
        Call_Start_Time="2026-01-21T08:00:00+05:30",
        Call_Result="Interested",
        Outgoing_Call_Status="Completed",
        **about,
    )
    zoho.add(
        "Calls",
        Call_Type="Outbound",
        Call_Start_Time="2026-12-21T08:00:00+05:30",
        Outgoing_Call_Status="Scheduled",
        **about,
    )
    zoho.add(
        "Events",
        Event_Title="Demo",
        Start_DateTime="2026-01-22T15:00:00+05:30",
        What_Id={"id": lead},
        **{"$se_module": "Leads"},
    )
    zoho.add(
        "Tasks",
        Subject="Send offer",
        Status="Completed",
        Closed_Time="2026-01-23T15:00:00+05:30",
        **about,
    )
    zoho.add("Tasks", Subject="Call back", Status="Not Started", **about)
    zoho.add(
        "Cases", Subject="Login", Status="Closed", Priority="High", Account_Name=account, at=JANUARY
    )
    zoho.add("Cases", Subject="Invoice", Status="New", at=JANUARY)
    return won
