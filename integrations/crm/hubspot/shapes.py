"""What HubSpot's answers look like, as far as they are read."""

from typing import Any

import msgspec

from integrations.crm.hubspot import links
from integrations.rest import values


class Moment(msgspec.Struct, gc=False):
    """A value that a property had from an instant on."""

    value: Any = None
    timestamp: str | int | None = None


class Item(msgspec.Struct, rename="camel", gc=False):
    """A row as HubSpot sends it: every property a text or null.

    `linked` holds what else was asked for it: the row of each type that it is linked to (None:
    the listing says itself), and `lines` its line items (None: not asked).
    """

    id: str
    properties: dict[str, Any] | None = None
    properties_with_history: dict[str, list[Moment] | None] | None = None
    associations: dict[str, links.Targets | None] | None = None
    created_at: str | None = None
    updated_at: str | None = None
    linked: dict[str, str | None] | None = None
    lines: "list[Item] | None" = None

    def text(self, name: str) -> str | None:
        """Return a property as a text, None for none."""
        return values.text((self.properties or {}).get(name))


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


class Things(msgspec.Struct):
    """A page of what is no record, as owners and campaigns."""

    results: list[dict[str, Any]]
    paging: Paging | None = None
    total: int | None = None

    @property
    def after(self) -> str | None:
        """Return where the next page begins, None on the last."""
        following = self.paging.next if self.paging is not None else None
        return values.text(following.after) if following is not None else None


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


class Option(msgspec.Struct):
    """A value that a property may take, and what people call it."""

    value: str
    label: str


class Property(msgspec.Struct, rename="camel"):
    """A property of a type."""

    name: str
    hubspot_defined: bool | None = None
    options: list[Option] | None = None


class Properties(msgspec.Struct):
    """All properties of a type."""

    results: list[Property]


class Link(msgspec.Struct):
    """A row's links to another type."""

    to: list[dict[str, Any]] | None = None
    from_: dict[str, Any] = msgspec.field(name="from", default_factory=dict)


class Links(msgspec.Struct):
    """Links of several rows."""

    results: list[Link]
