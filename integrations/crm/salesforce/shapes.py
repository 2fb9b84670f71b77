"""The forms of Salesforce's answers."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from integrations.rest import values

#: Fields of these types hold more than one value, or no text that anybody counts by.
UNFIT = frozenset(
    "address location base64 textarea encryptedstring anyType complexvalue json".split()
)
NUMBERS = frozenset("double currency percent int long".split())


class Release(msgspec.Struct):
    """A version of the interface."""

    version: str
    url: str


class Found(msgspec.Struct, rename="camel"):
    """A page of what a query found."""

    records: list[dict[str, Any]]
    done: bool
    total_size: int
    next_records_url: str | None = None


class Part(msgspec.Struct, rename="camel"):
    """One answer among several."""

    http_status_code: int
    body: Any = None


class Composite(msgspec.Struct, rename="camel"):
    """The answers to several questions that were asked in one."""

    composite_response: list[Part]


class Job(msgspec.Struct):
    """A query that is prepared in the background."""

    id: str
    state: str = ""


class Gone(msgspec.Struct):
    """A deleted record."""

    id: str


class Deleted(msgspec.Struct, rename="camel"):
    """What was deleted in a span of time."""

    deleted_records: list[Gone]


class Choice(msgspec.Struct):
    """A value that a field may have."""

    value: str


class Choices(msgspec.Struct):
    """The values that a field may have in rows of one record type."""

    values: list[Choice] = []


class Field(msgspec.Struct, rename="camel"):
    """A field of an object that the signed-in user sees."""

    name: str
    type: str = "string"
    custom: bool = False
    relationship_name: str | None = None
    reference_to: list[str] = []


class Described(msgspec.Struct, rename="camel"):
    """An object as this organisation has it."""

    fields: list[Field]
    replicateable: bool = False

    def has(self, name: str) -> bool:
        """Tell whether a field is there."""
        return any(one.name == name for one in self.fields)

    def parents(self, relationship: str) -> list[str]:
        """Return the objects to which a relationship may lead; none where it is not there."""
        fit = (one for one in self.fields if one.relationship_name == relationship)
        return [of for one in fit for of in one.reference_to]

    def own(self) -> dict[str, str]:
        """Return the organisation's own fields that can be told in one text, with their types.

        The forecast category of an opportunity has no field of ours and stands among them.
        """
        known = (one for one in self.fields if one.custom or one.name == "ForecastCategoryName")
        fit = (one for one in known if one.type not in UNFIT)
        return {one.name: one.type for one in fit}


def told(record: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, str | None]:
    """Return fields of the organisation's own as texts, the same from JSON and from CSV."""
    return {name: _text(record.get(name), kind) for name, kind in kinds.items()}


def _text(value: Any, kind: str) -> str | None:
    text = values.text(value)
    if text is None:
        return None
    if kind in NUMBERS:
        number: Decimal = values.decimal(text)
        return format(number.normalize(), "f")
    return text.replace("+0000", "Z") if kind == "datetime" else text
