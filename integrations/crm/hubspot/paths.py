"""HubSpot's addresses and the caps of its pages."""

import re
from urllib.parse import quote

VERSION = "2026-09"
BASE = "https://api.hubapi.com"
HOSTS = re.compile(r"([\w-]+\.)*(hubapi|hubspot)\.com", re.ASCII)
#: Listing pages: the vendor's caps, the smaller one with property history.
LIST, LIST_WITH_HISTORY = 100, 50
#: Results of a search, and inputs of a batch with history and without.
SEARCH, BATCH, BATCH_WITHOUT = 200, 50, 100
ASSOCIATIONS = 1000
#: Properties that make a longer list than this are asked for in a body, not in the address.
LONGEST_ADDRESS = 6000
CAMPAIGNS = f"/marketing/campaigns/{VERSION}"
OWNERS = f"/crm/owners/{VERSION}"


def objects(kind: str) -> str:
    """Return where the objects of a type are."""
    return f"/crm/objects/{VERSION}/{quote(kind)}"


def pipelines(kind: str) -> str:
    """Return where the pipelines of a type are."""
    return f"/crm/pipelines/{VERSION}/{kind}"


def properties(kind: str) -> str:
    """Return where the properties of a type are."""
    return f"/crm/properties/{VERSION}/{kind}"


def associations(kind: str, to: str) -> str:
    """Return where the links of many objects are read at once."""
    return f"/crm/associations/{VERSION}/{kind}/{to}/batch/read"
