"""What HubSpot's answers look like, as far as they are read."""

from typing import Any

import msgspec

from integrations.crm.hubspot.fields import Item


class Next(msgspec.Struct):
    """Where the next page starts."""

    after: str | int | None = None


class Paging(msgspec.Struct):
    """Whether there is a next page."""

    next: Next | None = None


class Listing(msgspec.Struct):
    """A page of rows; a search says how many there are in all."""

    results: list[Item]
    paging: Paging | None = None
    total: int | None = None


class Owner(msgspec.Struct, rename="camel"):
    """Somebody who owns rows."""

    id: str
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    teams: list[dict[str, Any]] | None = None


class Owners(msgspec.Struct):
    """A page of owners."""

    results: list[Owner]
    paging: Paging | None = None


class Stage(msgspec.Struct, rename="camel"):
    """A stage of a pipeline."""

    id: str
    label: str
    display_order: float | None = None
    metadata: dict[str, Any] | None = None


class Pipeline(msgspec.Struct):
    """A pipeline with its stages."""

    id: str
    label: str
    stages: list[Stage] | None = None


class Pipelines(msgspec.Struct):
    """All pipelines."""

    results: list[Pipeline]


class Property(msgspec.Struct, rename="camel"):
    """A property of a type."""

    name: str
    hubspot_defined: bool | None = None


class Properties(msgspec.Struct):
    """All properties of a type."""

    results: list[Property]


class Link(msgspec.Struct):
    """A row's links to another type."""

    to: list[dict[str, Any]] | None = None
    from_: dict[str, Any] = msgspec.field(name="from", default_factory=dict)


class Links(msgspec.Struct):
    """Links of several rows."""

    results: list[Link] = []
