"""The CRM sources by name; each module is loaded when its first connection is used."""

from importlib import import_module
from typing import Any, NamedTuple

from goals.errors import Refusal
from goals.records.source import CrmSource
from goals.records.table_source import TableSource
from goals.words import N_
from integrations.guide import Guide
from integrations.terms import Terms


class Provider(NamedTuple):
    """A kind of source: where its code is and what a connection to it must and may say.

    `ways` lists what is needed together, one way of signing in after the other; `paths` are
    the settings that name files. `guide` is the module whose `GUIDE` tells a person how to
    connect it, None for what is connected elsewhere.
    """

    module: str
    title: str
    settings: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    ways: tuple[tuple[str, ...], ...] = ()
    paths: tuple[str, ...] = ()
    guide: str | None = None


PROVIDERS = {
    "hubspot": Provider(
        "integrations.crm.hubspot.source",
        "HubSpot",
        optional=("base_url", "auth_url", "client_id", "fields", "history"),
        secrets=("token", "client_secret", "refresh_token"),
        ways=(("token",), ("client_id", "client_secret", "refresh_token")),
        guide="integrations.crm.hubspot.guide",
    ),
    "salesforce": Provider(
        "integrations.crm.salesforce.source",
        "Salesforce",
        settings=("base_url", "client_id"),
        optional=("auth_url", "username", "fields"),
        secrets=("client_secret", "private_key"),
        ways=(("client_secret",), ("username", "private_key")),
        guide="integrations.crm.salesforce.guide",
    ),
    "activecampaign": Provider(
        "integrations.crm.activecampaign.source",
        "ActiveCampaign",
        settings=("base_url",),
        optional=("fields",),
        secrets=("token",),
        ways=(("token",),),
        guide="integrations.crm.activecampaign.guide",
    ),
    "espocrm": Provider(
        "integrations.crm.espocrm.source",
        "EspoCRM",
        settings=("base_url",),
        optional=("fields",),
        secrets=("api_key",),
        ways=(("api_key",),),
        guide="integrations.crm.espocrm.guide",
    ),
    "odoo": Provider(
        "integrations.crm.odoo.source",
        "Odoo",
        settings=("base_url", "database"),
        optional=("fields",),
        secrets=("api_key",),
        ways=(("api_key",),),
        guide="integrations.crm.odoo.guide",
    ),
    "freshsales": Provider(
        "integrations.crm.freshsales.source",
        "Freshsales",
        settings=("base_url",),
        optional=("fields",),
        secrets=("token",),
        ways=(("token",),),
        guide="integrations.crm.freshsales.guide",
    ),
    "pipedrive": Provider(
        "integrations.crm.pipedrive.source",
        "Pipedrive",
        optional=("base_url", "fields"),
        secrets=("token",),
        ways=(("token",),),
        guide="integrations.crm.pipedrive.guide",
    ),
    "zoho": Provider(
        "integrations.crm.zoho.source",
        "Zoho CRM",
        settings=("dc", "client_id"),
        optional=("base_url", "auth_url", "fields"),
        secrets=("client_secret", "refresh_token"),
        ways=(("client_id", "client_secret", "refresh_token"),),
        guide="integrations.crm.zoho.guide",
    ),
    "tryton": Provider(
        "integrations.crm.tryton.source",
        "Tryton",
        settings=("base_url", "database", "user"),
        secrets=("password",),
        ways=(("password",),),
        guide="integrations.crm.tryton.guide",
    ),
    "bottlecrm": Provider(
        "integrations.crm.bottlecrm.source",
        "BottleCRM",
        settings=("base_url",),
        secrets=("token",),
        ways=(("token",),),
        guide="integrations.crm.bottlecrm.guide",
    ),
    "csv": Provider(
        "integrations.crm.csv",
        N_("CSV file"),
        settings=("path", "record"),
        optional=("mapping",),
        paths=("path", "mapping"),
    ),
    "sql": Provider(
        "integrations.crm.sql.source",
        N_("SQL database"),
        settings=("query", "record"),
        optional=("mapping", "watermark"),
        secrets=("dsn",),
        ways=(("dsn",),),
        paths=("mapping",),
        guide="integrations.crm.sql.guide",
    ),
    "singer": Provider(
        "integrations.crm.singer.source",
        N_("Singer or Airbyte tap"),
        settings=("command",),
        optional=("record", "mapping"),
        paths=("mapping",),
        guide="integrations.crm.singer.guide",
    ),
    "sample": Provider(
        "integrations.crm.sample.source",
        N_("Sample company"),
        optional=("seed",),
        guide="integrations.crm.sample.guide",
    ),
}


def provider(name: str) -> Provider:
    """Return a kind of source; raises Refusal `unknown_provider`."""
    if name not in PROVIDERS:
        raise Refusal(
            "unknown_provider",
            N_("%(name)s is not a source. The sources are %(names)s."),
            {"name": name, "names": ", ".join(sorted(PROVIDERS))},
            field="provider",
        )
    return PROVIDERS[name]


def guide(name: str) -> Guide | None:
    """Return how a person connects a kind of source; None for what is connected elsewhere."""
    found = PROVIDERS.get(name)
    if found is None or found.guide is None:
        return None
    made: Guide = import_module(found.guide).GUIDE
    return made


def kind(name: str) -> Any:
    """Return the class of a kind of source; raises Refusal `unknown_provider`."""
    return import_module(provider(name).module).Source


def source(name: str, terms: Terms) -> CrmSource | TableSource:
    """Return the source of a connection; raises Refusal for settings that cannot be read."""
    made: CrmSource | TableSource = kind(name)(terms)
    return made
