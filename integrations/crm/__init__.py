"""The CRM sources by name; each module is loaded when its first connection is used."""

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import Any, NamedTuple

from goals.errors import Refusal
from goals.records.source import CrmSource
from goals.words import N_


class Provider(NamedTuple):
    """A kind of source: where its code is and what a connection to it must and may say."""

    module: str
    title: str
    settings: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


class Terms(NamedTuple):
    """What a source needs to know of its connection and surroundings."""

    settings: dict[str, Any]
    secrets: dict[str, str]
    zone: str
    clock: Callable[[], datetime]
    allow_private: bool
    keep_secrets: Callable[[dict[str, str]], None]


PROVIDERS = {
    "hubspot": Provider(
        "integrations.crm.hubspot.source",
        "HubSpot",
        optional=("base_url", "auth_url", "client_id", "fields", "history"),
        secrets=("token", "client_secret", "refresh_token"),
    ),
    "sample": Provider("integrations.crm.sample.source", "Sample company", optional=("seed",)),
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


def source(name: str, terms: Terms) -> CrmSource:
    """Return the source of a connection."""
    module: Any = import_module(provider(name).module)
    made: CrmSource = module.Source(terms)
    return made
