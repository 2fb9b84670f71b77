"""The real Tryton, driven and mirrored: what is there is what it has, and its report is ours."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from goals import workspace
from goals.metrics import readings
from goals.metrics.query import Query
from goals.records.sales import Deal
from tests.live import tryton
from tests.live.tryton import DATABASE, PASSWORD, USER, amount, day
from tests.support.crm import Desk, changes, shop, stream

__all__ = ["shop"]
STARTED = "2026-03-02"
REPORT = ("number", "converted", "won", "lost", "amount", "won_amount", "conversion_rate")
SHOWN = ("state", "amount", "party", "employee", "start_date", "end_date")


class Clock:
    """The real time, and what a test lets pass of it."""

    hub = None

    def __init__(self):
        self.passed = timedelta(0)

    def __call__(self):
        return datetime.now(UTC) + self.passed

    def advance(self, seconds):
        self.passed += timedelta(seconds=seconds)


@pytest.fixture(scope="module")
def crm(tmp_path_factory):
    """A running Tryton with one company, two sellers and three parties."""
    with tryton.serving(tmp_path_factory.mktemp("tryton")) as made:
        rates = [["create", [{"date": day("2020-01-01"), "rate": amount("1")}]]]
        euro = {"name": "Euro", "symbol": "€", "code": "EUR", "rates": rates}
        [currency] = made.call("currency.currency.create", [euro])
        names = ("Our company", "Ann Lee", "สมชาย ใจดี", "北京公司", "Müller & Söhne", "บริษัท ก")
        address = [["create", [{"street": "1 Road"}]]]
        people = [{"name": name, "addresses": address} for name in names]
        own, ann, som, *parties = made.call("party.party.create", people)
        [company] = made.call("company.company.create", [{"party": own, "currency": currency}])
        sellers = made.call(
            "company.employee.create", [{"party": one, "company": company} for one in (ann, som)]
        )
        made.call(
            "res.user.write",
            [1],
            {
                "companies": [["add", [company]]],
                "company": company,
                "employees": [["add", sellers]],
                "employee": sellers[0],
            },
        )
        made.context = {"company": company, "companies": [company], "employee": sellers[0]}
        made.currency, made.company = currency, company
        made.sellers, made.parties = sellers, parties
        yield made


def create(crm, number, value):
    """Enter a lead, with every second seller and every third party."""
    [made] = crm.call(
        "sale.opportunity.create",
        [
            {
                "party": crm.parties[number % 3],
                "employee": crm.sellers[number % 2],
                "company": crm.company,
                "currency": crm.currency,
                "amount": amount(value),
                "start_date": day(STARTED),
            }
        ],
    )
    return made


def press(crm, button, *records):
    return crm.call(f"sale.opportunity.{button}", list(records))


def sell(crm, opportunity):
    """Turn an opportunity into a sale and confirm it, after which Tryton calls it won."""
    [sale] = press(crm, "convert", opportunity)["res_id"]
    [found] = crm.call("sale.sale.read", [sale], ["party"])
    [party] = crm.call("party.party.read", [found["party"]], ["addresses"])
    line = {"type": "line", "quantity": 2.0, "unit_price": amount("60"), "description": "Work"}
    address = party["addresses"][0]
    values = {
        "invoice_address": address,
        "shipment_address": address,
        "lines": [["create", [line]]],
    }
    crm.call("sale.sale.write", [sale], values)
    for button in ("quote", "confirm"):
        crm.call(f"sale.sale.{button}", [sale])
    return sale


@pytest.fixture
def desk(shop, crm):
    settings = {"base_url": crm.url, "database": DATABASE, "user": USER}
    made = Desk(shop, crm, Clock(), "tryton", settings, {"password": PASSWORD})
    with made.session() as session:
        here = workspace.of(session)
        here.currency = "EUR"
        session.add(here)
    return made


def end(deal):
    found = deal.expected_close_on if deal.status == "open" else deal.closed_on
    return found and str(found)


def equals_the_crm(desk, crm):
    """See that every opportunity of Tryton is here as it is there, and nothing else is."""
    deals = desk.rows("deal")
    ids = {
        record: {row.id: name for name, row in desk.rows(record).items()}
        for record in ("account", "owner")
    }
    here = {
        name: (
            deal.stage.lower(),
            deal.amount,
            ids["account"][deal.account_id],
            ids["owner"][deal.owner_id],
            str(deal.created_on),
            # One that was opened again keeps its end in Tryton, as the day that is expected.
            end(deal),
        )
        for name, deal in deals.items()
    }
    there = {
        str(one["id"]): (
            one["state"],
            Decimal(one["amount"]),
            str(one["party"]),
            str(one["employee"]),
            one["start_date"],
            one["end_date"],
        )
        for one in crm.all("sale.opportunity", *SHOWN)
    }
    assert here == there
    names = {row.name for row in desk.rows("account").values()}
    assert names == {one["name"] for one in crm.all("party.party", "name")}
    return deals


def equals_its_report(desk, crm):
    """See that our conversion and won deals are those of Tryton's own report."""
    [report] = crm.call(
        "sale.opportunity.reporting.conversion.search_read", [], 0, None, None, REPORT
    )
    deals = list(desk.rows("deal").values())
    # The workspace is in Bangkok, where it may be tomorrow already.
    today = desk.clock().astimezone(ZoneInfo("Asia/Bangkok")).date()

    def read(metric, first, **params):
        query = Query(metric, date.fromisoformat(first), today, params)
        with desk.session() as session:
            found = readings.read(session, query, today=today, now=desk.clock())
            return found.to_json()

    conversion = read("lead_conversion", STARTED)
    assert conversion["numerator"] == report["converted"]
    assert conversion["denominator"] == report["number"]
    assert float(round(conversion["value"], 4)) == report["conversion_rate"]
    assert sum(one.amount for one in deals) == Decimal(report["amount"])
    by_stage = [one.stage for one in deals]
    assert (by_stage.count("Won"), by_stage.count("Lost")) == (report["won"], report["lost"])
    assert read("revenue", STARTED)["value"] == Decimal(report["won_amount"])
    rate = read("win_rate", STARTED)
    assert rate["numerator"] == report["won"]
    assert rate["denominator"] == len([one for one in deals if one.status != "open"])


def stages_of(desk, deal: Deal):
    return [stage for stage, _ in desk.visits(deal)]


def test_what_happens_in_tryton_is_what_we_have(desk, crm):
    made = [create(crm, number, f"{100 + number}.50") for number in range(8)]
    press(crm, "opportunity", *made[1:])
    press(crm, "lost", made[2])
    sale = sell(crm, made[3])
    desk.done()
    deals = equals_the_crm(desk, crm)
    equals_its_report(desk, crm)
    assert stages_of(desk, deals[str(made[0])]) == ["Lead"]
    assert stages_of(desk, deals[str(made[2])]) == ["Lead", "Opportunity", "Lost"]
    assert stages_of(desk, deals[str(made[3])]) == ["Lead", "Opportunity", "Converted", "Won"]
    sold = desk.rows("purchase")[str(sale)]
    assert sold.amount == Decimal(120)
    assert changes(desk.done()) == 0

    # Moved on, lost, won, opened again, changed and new.
    press(crm, "lost", made[0], made[4])
    press(crm, "lead", made[2])
    sell(crm, made[5])
    press(crm, "convert", made[6])
    crm.call("sale.opportunity.write", [made[1]], {"amount": amount("999.99")})
    made.append(create(crm, 8, "12345.67"))
    desk.done()
    deals = equals_the_crm(desk, crm)
    equals_its_report(desk, crm)
    assert stages_of(desk, deals[str(made[2])]) == ["Lead", "Opportunity", "Lost", "Lead"]
    assert deals[str(made[2])].closed_on is None

    # Deleted, which Tryton allows for what is cancelled: seen by the daily look.
    press(crm, "cancel", made[7], made[8])
    crm.call("sale.opportunity.delete", [made[8]])
    run = desk.later(90000)
    assert stream(run, "opportunities").deleted == 1
    equals_the_crm(desk, crm)
    equals_its_report(desk, crm)
    assert changes(desk.done(full=True)) == 0


def test_a_user_without_rights_is_told_what_is_missing(shop, crm):
    user = {"name": "Reader", "login": "reader", "password": "R3ader-pass-ok!"}
    crm.call("res.user.create", [user])
    settings = {"base_url": crm.url, "database": DATABASE, "user": "reader"}
    desk = Desk(shop, crm, Clock(), "tryton", settings, {"password": user["password"]})
    run = desk.pull()
    assert run.status != "done"
    assert "sale.opportunity" in run.to_json()["error"]["message"]


def test_a_wrong_password_and_a_wrong_database_are_said_in_words(shop, crm):
    settings = {"base_url": crm.url, "database": DATABASE, "user": USER}
    run = Desk(shop, crm, Clock(), "tryton", settings, {"password": "wrong"}).pull()
    assert (run.status, run.error["code"]) == ("failed", "unauthorized")
    other = {**settings, "database": "nope"}
    run = Desk(shop, crm, Clock(), "tryton", other, {"password": PASSWORD}).pull()
    assert (run.status, run.error["code"]) == ("failed", "unknown_database")
