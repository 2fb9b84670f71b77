"""Every vendor that has a fake: how it is filled, and a workspace that reads it.

    with make("odoo", now=NOW) as vendor: ...
    desk = VENDORS["odoo"].desk(database, vendor, clock)

`page` is a part of the request for a page of deals, in the order in which they come.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from integrations import crm
from integrations.crm.bottlecrm import source as bottlecrm_source
from integrations.crm.odoo.source import Source as OdooSource
from integrations.crm.tryton import rpc
from integrations.terms import Terms
from tests.fakes.activecampaign import FakeActiveCampaign
from tests.fakes.bottlecrm import FakeBottleCRM
from tests.fakes.espocrm import FakeEspoCrm
from tests.fakes.freshsales import FakeFreshsales
from tests.fakes.odoo import FakeOdoo
from tests.fakes.pipedrive import FakePipedrive
from tests.fakes.salesforce.org import FakeSalesforce
from tests.fakes.tryton import FakeTryton
from tests.fakes.zoho import FakeZoho
from tests.integrations.crm import (
    test_activecampaign,
    test_bottlecrm,
    test_espocrm,
    test_freshsales,
    test_odoo,
    test_tryton,
)
from tests.support import pipedrive, salesforce, zoho
from tests.support.crm import CANARY


class Far:
    """A vendor behind another address than its own."""

    def __init__(self, vendor, url):
        self.vendor, self.url = vendor, url

    def advance(self, seconds):
        self.vendor.advance(seconds)


class Kind(NamedTuple):
    """A vendor: its fake, what fills it, a workspace beside it, and where its deals are."""

    fake: Callable[..., Any]
    fill: Callable[[Any], object]
    desk: Callable[..., Any]
    page: bytes
    #: Makes pages small, so that there are several of each list.
    small: Callable[[Any, Any], object]


def _most(name):
    def small(vendor, monkeypatch):
        monkeypatch.setattr(vendor, name, 3)

    return small


def _attribute(of, **values):
    def small(vendor, monkeypatch):
        for name, value in values.items():
            monkeypatch.setattr(of, name, value)

    return small


def _salesforce(database, org, clock):
    return salesforce.Books(database, org, clock)


def _zoho(database, vendor, clock):
    # Where data is stands in the answer of the accounts server, which knows its own address.
    return zoho.bureau_at(database, vendor, clock, base_url=vendor.url)


VENDORS = {
    "activecampaign": Kind(
        FakeActiveCampaign, lambda to: test_activecampaign.fill(to, 9), test_activecampaign.desk_of,
        b"/deals?", _most("largest"),
    ),
    "bottlecrm": Kind(
        FakeBottleCRM, test_bottlecrm.fill, test_bottlecrm.desk_at,
        b"/api/opportunities/?", _attribute(bottlecrm_source, PAGE=5, AGAIN=2),
    ),
    "espocrm": Kind(
        FakeEspoCrm, lambda to: test_espocrm.fill(to, 9), test_espocrm.desk_of,
        b"/Opportunity?", _most("largest"),
    ),
    "freshsales": Kind(
        FakeFreshsales, lambda to: test_freshsales.fill(to, 9), test_freshsales.desk_of,
        b"/deals/view/", _most("largest"),
    ),
    "odoo": Kind(
        FakeOdoo, lambda to: test_odoo.fill(to, 9), test_odoo.desk_of,
        b"/crm.lead/", _attribute(OdooSource, page_size=3),
    ),
    "pipedrive": Kind(
        FakePipedrive, pipedrive.fill, pipedrive.desk_at, b"/deals?", _most("most"),
    ),
    "salesforce": Kind(
        FakeSalesforce, salesforce.fill, _salesforce, b"/query", _most("page"),
    ),
    "tryton": Kind(
        FakeTryton, test_tryton.fill, test_tryton.desk_at,
        b"/crm/rpc/", _attribute(rpc, PAGE=3),
    ),
    "zoho": Kind(FakeZoho, zoho.fill, _zoho, b"/Deals?", _most("most")),
}  # fmt: skip


def make(name, *, now):
    """Return the fake of a vendor, to be used as a context manager."""
    made = VENDORS[name].fake
    return made(now=now) if name == "zoho" else made(CANARY, now=now)


def source(desk, *, allow_private=True):
    """Return the source of a desk's connection, which keeps nothing."""
    connection = desk.connected()
    terms = Terms(
        settings=dict(connection.settings),
        secrets=desk.vault.open(connection.secrets),
        zone="Asia/Bangkok",
        clock=desk.clock,
        allow_private=allow_private,
        keep_secrets=lambda _: None,
    )
    return crm.source(connection.provider, terms)
