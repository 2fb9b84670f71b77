from datetime import UTC, date, datetime
from decimal import Decimal

from tests.support.crm import NOW, Office, changes, counts, stream

FAR = "2026-02-03T18:30:00Z"


def fill(hub):
    """Fill an account with a little of everything."""
    hub.define_property("deals", "contract_type")
    ann = hub.add_owner("Ann", "Lee", "ann@example.com", teams=("East", "All"))
    bob = hub.add_owner("Bob", "Ray", archived=True)
    acme = hub.add_company("Acme", domain="acme.example", industry="SOFTWARE", country="Norway")
    contact = hub.add_contact(
        "joe@acme.example",
        firstname="Joe",
        lastname="Doe",
        hubspot_owner_id=ann,
        associatedcompanyid=acme,
    )
    hub.add_lead(
        "Joe asks", contact=contact, at="2026-01-04", hubspot_owner_id=bob, hs_lead_type="NEW"
    )
    deal = hub.add_deal(
        "Acme, 5 seats",
        amount="1234.5",
        currency="USD",
        owner=ann,
        company=acme,
        created="2026-01-05T10:00:00Z",
        contract_type="yearly",
    )
    hub.move(deal, "Engaging", at="2026-01-20T10:00:00Z")
    hub.move(deal, "Won", at=FAR)
    return deal


def test_the_first_sync_brings_every_kind_of_record(offices):
    fill(offices.hub)
    run = offices.done()
    read = {one.record: one.read for one in run.streams if one.read}
    assert read == {"owner": 2, "account": 1, "contact": 1, "lead": 1, "deal": 1}
    for record, number in read.items():
        assert len(offices.rows(record)) == number


def test_owners_come_with_their_main_team_and_former_ones_are_inactive(office):
    fill(office.hub)
    office.done()
    owners = {one.name: one for one in office.rows("owner").values()}
    ann, bob = owners["Ann Lee"], owners["Bob Ray"]
    assert (ann.email, ann.team, ann.is_active) == ("ann@example.com", "East", True)
    assert (bob.team, bob.is_active) == (None, False)


def test_a_deal_keeps_its_owner_company_money_and_days(office):
    key = fill(office.hub)
    office.done()
    deal = office.rows("deal")[key]
    (account,) = office.rows("account").values()
    owners = {one.id: one.name for one in office.rows("owner").values()}
    assert (owners[deal.owner_id], deal.account_id) == ("Ann Lee", account.id)
    assert (deal.name, deal.amount, deal.currency) == ("Acme, 5 seats", Decimal("1234.5"), "USD")
    assert (deal.pipeline, deal.stage, deal.status) == ("Sales", "Won", "won")
    assert deal.created_on == date(2026, 1, 5)
    # Half past six in the evening in London is the next day in Bangkok.
    assert deal.closed_on == date(2026, 2, 4)
    assert deal.custom == {"contract_type": "yearly"}


def test_a_close_date_at_midnight_in_london_is_a_day_and_no_instant(office):
    hub = office.hub
    chosen = hub.add_deal("Chosen", stage="Won", closed="2026-02-03T00:00:00Z")
    late = hub.add_deal("Late", stage="Won", closed="2026-02-03T17:00:01Z")
    office.done()
    deals = office.rows("deal")
    assert (deals[chosen].closed_on, deals[late].closed_on) == (date(2026, 2, 3), date(2026, 2, 4))
    # The instant is kept as well, so that the day of a report in another zone can be told.
    assert deals[chosen].closed_at is None
    assert deals[late].closed_at == datetime(2026, 2, 3, 17, 0, 1, tzinfo=UTC)


def test_the_close_date_of_an_open_deal_is_only_expected(office):
    key = office.hub.add_deal("Open", stage="Engaging", closed="2026-12-24T00:00:00Z")
    office.done()
    deal = office.rows("deal")[key]
    assert (deal.closed_on, deal.expected_close_on) == (None, date(2026, 12, 24))
    assert deal.closed_at is None


def test_a_deal_comes_with_all_stages_it_went_through(offices):
    key = fill(offices.hub)
    offices.done()
    assert offices.visits(offices.rows("deal")[key]) == [
        ("Prospecting", "2026-01-05"),
        ("Engaging", "2026-01-20"),
        ("Won", "2026-02-04"),
    ]


def test_without_histories_deals_come_alone(hub, shop, clock):
    office = Office(shop, hub, clock, history="off")
    key = fill(hub)
    office.done()
    office.later()
    assert office.rows("deal")[key].status == "won"
    asked = [call for call in hub.calls() if "propertiesWithHistory" in call.query]
    assert asked == []
    assert hub.calls("/crm/objects/2026-09/deals/batch") == []


def test_stages_say_what_they_mean(office):
    office.done()
    assert {name: (one.pipeline, one.status) for name, one in office.stages().items()} == {
        "Prospecting": ("Sales", "open"),
        "Engaging": ("Sales", "open"),
        "Won": ("Sales", "won"),
        "Lost": ("Sales", "lost"),
    }


def test_a_contact_belongs_to_its_owner_and_company(office):
    fill(office.hub)
    office.done()
    (contact,) = office.rows("contact").values()
    (account,) = office.rows("account").values()
    assert (contact.name, contact.email) == ("Joe Doe", "joe@acme.example")
    assert contact.account_id == account.id
    assert contact.owner_id in {one.id for one in office.rows("owner").values()}


def test_a_lead_keeps_the_day_it_came(office):
    fill(office.hub)
    office.done()
    (lead,) = office.rows("lead").values()
    assert (lead.name, lead.type, lead.created_on) == ("Joe asks", "NEW", date(2026, 1, 4))


def test_an_administrators_choice_of_fields_is_obeyed(hub, shop, clock):
    hub.define_property("deals", "engage_date", "date")
    hub.define_property("deals", "what")
    fields = {"deal": {"created_on": "engage_date", "product": "what"}}
    office = Office(shop, hub, clock, fields=fields)
    key = hub.add_deal("Chosen", created="2026-05-05", engage_date="2026-03-01", what="GTX Pro")
    office.done()
    deal = office.rows("deal")[key]
    (product,) = office.rows("product").values()
    assert (deal.created_on, deal.product_id) == (date(2026, 3, 1), product.id)
    assert product.external_id == "GTX Pro"


def test_of_several_companies_a_deal_belongs_to_the_primary_one_in_every_sync(office):
    hub = office.hub
    first, second = hub.add_company("First"), hub.add_company("Second")
    key = hub.add_deal("Two", company=second)
    hub.associate("deals", key, "companies", first)
    office.done()
    accounts = {one.id: one.name for one in office.rows("account").values()}
    assert accounts[office.rows("deal")[key].account_id] == "Second"
    office.clock.advance(3600)
    hub.touch("deals")
    office.done()
    assert accounts[office.rows("deal")[key].account_id] == "Second"


def test_a_deal_archived_before_the_first_sync_stays_out(office):
    gone = office.hub.add_deal("Gone")
    office.hub.archive("deals", gone)
    kept = office.hub.add_deal("Kept")
    run = office.done()
    assert set(office.rows("deal", living=False)) == {kept}
    assert counts(run, "archived_deals") == {"read": 1, "unchanged": 1}


def test_a_listing_of_many_pages_comes_whole(office):
    hub = office.hub
    deals = {hub.add_deal(f"Deal {n}") for n in range(151)}
    companies = {hub.add_company(f"Company {n}") for n in range(201)}
    run = office.done()
    assert set(office.rows("deal")) == deals
    assert set(office.rows("account")) == companies
    assert (stream(run, "deals").pages, stream(run, "companies").pages) == (4, 3)


def test_an_empty_account_is_a_sync_that_went_well(offices):
    run = offices.done()
    assert changes(run) == 0
    assert offices.connected().last_success_at == NOW
    assert offices.connected().records == []


def test_a_connection_knows_what_it_delivers_and_its_newest_day(office):
    fill(office.hub)
    office.done()
    connection = office.connected()
    assert connection.records == ["account", "contact", "deal", "lead", "owner"]
    assert connection.newest_on == date(2026, 2, 4)


def test_only_reading_calls_are_made(office):
    fill(office.hub)
    office.done()
    office.later()
    for call in office.hub.calls():
        assert call.method == "GET" or call.path.endswith(("/search", "/batch/read"))
