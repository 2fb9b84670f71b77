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
    "csv": Provider(
        "integrations.crm.csv",
        N_("CSV file"),
        settings=("path", "record"),
        optional=("mapping",),
        paths=("path", "mapping"),
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
