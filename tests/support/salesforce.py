"""A workspace beside a fake Salesforce organisation, with one clock for both."""

import pytest

from tests.fakes.salesforce.org import CLIENT, FakeSalesforce
from tests.support.crm import CANARY, NOW, Desk


class Books(Desk):
    """A workspace with a connection to an organisation of Salesforce."""

    def __init__(self, database, org, clock, **settings):
        settings = {"base_url": org.url, "client_id": CLIENT, **settings}
        super().__init__(database, org, clock, "salesforce", settings, {"client_secret": CANARY})


@pytest.fixture
def org(clock):
    with FakeSalesforce(CANARY, now=NOW) as made:
        clock.hub = made
        yield made


@pytest.fixture
def make(shop, org, clock):
    """Return what makes one more workspace at the same organisation."""
    return lambda **settings: Books(shop, org, clock, **settings)


@pytest.fixture
def books(make):
    return make()


def fill(org):
    """Fill an organisation with something of everything; return ids by short names."""
    boss = org.add_user("Somchai Jaidee", Email="somchai@acme.com")
    role = org.add("UserRole", Name="Central")
    ann = org.add_user("Ann Lee", Email="ann@acme.com", ManagerId=boss, UserRoleId=role)
    acme = org.add("Account", Name="Acme", Website="https://www.Acme.com/th", OwnerId=ann)
    beta = org.add("Account", Name="北京贝塔", ParentId=acme, NumberOfEmployees=1200.0)
    fair = org.add("Campaign", Name="Fair", StartDate="2026-10-01", ActualCost=5000.5)
    gadget = org.add("Product2", Name="Gadget", Family="Tools")
    person = org.add("Contact", Name="Joe Doe", AccountId=acme, OwnerId=ann)
    lead = org.add("Lead", Name="มาลี", Status="Working", LeadSource="Web", OwnerId=ann)
    deals = []
    for number in range(7):
        deal = org.add_deal(
            f"Deal {number}", AccountId=acme, OwnerId=ann, Amount=100.25 * number, CampaignId=fair
        )
        org.advance(86400)
        if number % 3:
            stage = "Closed Won" if number % 2 else "Closed Lost"
            org.change("Opportunity", deal, StageName="Qualification")
            org.advance(86400)
            day = org.now.date().isoformat()
            org.change("Opportunity", deal, StageName=stage, CloseDate=day)
        deals.append(deal)
    org.add_line(deals[1], gadget, 60.0)
    org.add("CampaignMember", CampaignId=fair, LeadId=lead, FirstRespondedDate="2026-10-05")
    org.add("CampaignMember", CampaignId=fair, ContactId=person)
    call = org.add(
        "Task",
        TaskSubtype="Call",
        CallType="Outbound",
        CallDisposition="Reached",
        IsClosed=True,
        CompletedDateTime=org.stamp(),
        WhatId=deals[0],
        WhoId=person,
        OwnerId=ann,
    )
    org.add("Task", TaskSubtype="Task", ActivityDate="2026-12-01", OwnerId=ann)
    org.add("Event", StartDateTime=org.stamp(), WhatId=deals[1], WhoId=lead, OwnerId=ann)
    case = org.add(
        "Case", Subject="Help", Type="Bug", Priority="High", Status="New", AccountId=acme
    )
    return {
        "ann": ann,
        "boss": boss,
        "acme": acme,
        "beta": beta,
        "fair": fair,
        "gadget": gadget,
        "person": person,
        "lead": lead,
        "deals": deals,
        "call": call,
        "case": case,
    }
