"""The search language: filters, their types, sorting, and the parts of a made range they keep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from tests.fakes.hubspot import schema, stamps
from tests.fakes.hubspot.bulk import Bulk
from tests.fakes.hubspot.errors import invalid
from tests.fakes.hubspot.limits import Limits
from tests.fakes.hubspot.store import Values

RANGED = {"EQ", "GT", "GTE", "LT", "LTE", "BETWEEN"}
KNOWN = RANGED | {"NEQ", "IN", "HAS_PROPERTY", "NOT_HAS_PROPERTY"}
REQUIRED = ("after", "filterGroups", "limit", "properties", "sorts")


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition; operands are typed like the property: numbers, milliseconds or text."""

    name: str
    kind: str
    operator: str
    low: Any = None
    high: Any = None
    among: frozenset[Any] = frozenset()

    def test(self, values: Values) -> bool:
        """Whether a record's values meet the condition; no value meets only the negated ones."""
        held = typed(self.kind, values.get(self.name))
        if held is None:
            return self.operator in {"NOT_HAS_PROPERTY", "NEQ"}
        return TESTS[self.operator](self, held)


TESTS: dict[str, Callable[[Filter, Any], bool]] = {
    "EQ": lambda f, held: bool(held == f.low),
    "NEQ": lambda f, held: bool(held != f.low),
    "GT": lambda f, held: bool(held > f.low),
    "GTE": lambda f, held: bool(held >= f.low),
    "LT": lambda f, held: bool(held < f.low),
    "LTE": lambda f, held: bool(held <= f.low),
    "BETWEEN": lambda f, held: bool(f.low <= held <= f.high),
    "IN": lambda f, held: held in f.among,
    "HAS_PROPERTY": lambda f, held: True,
    "NOT_HAS_PROPERTY": lambda f, held: False,
}


@dataclass(frozen=True, slots=True)
class Query:
    """A search request that passed the checks; a record matches when any group does."""

    groups: tuple[tuple[Filter, ...], ...]
    sort: str | None
    descending: bool
    offset: int
    limit: int
    names: tuple[str, ...]

    def test(self, values: Values) -> bool:
        """Whether a record's values match."""
        return not self.groups or any(all(f.test(values) for f in g) for g in self.groups)


def typed(kind: str, text: str | None) -> Any:
    """A stored value for comparing; None for no value, and for a number that is none."""
    if text is None or text == "":
        return None
    if kind in ("datetime", "date"):
        return stamps.to_ms(text)
    if kind == "number":
        try:
            return Decimal(text)
        except InvalidOperation:
            return None
    return text.lower() if kind == "string" else text


def parse(body: Any, kind: schema.ObjectType, limits: Limits, *, strict: bool) -> Query:
    """Check a request body; `strict` asks for all the fields that 2026-09 requires."""
    if not isinstance(body, dict):
        raise invalid("The search request is a JSON object.")
    if strict:
        absent = [name for name in REQUIRED if name not in body]
        if absent:
            raise invalid(f"Required fields are not set: {absent}", missing=absent)
    groups = tuple(_group(group, kind) for group in _list(body, "filterGroups"))
    if not groups and body.get("filters"):
        groups = (_group(body, kind),)
    if len(groups) > limits.filter_groups or sum(map(len, groups)) > limits.filters:
        raise invalid("There are too many filters or groups of filters.")
    if body.get("query"):
        raise invalid("Searching for words is not part of this stand-in.")
    sort, descending = _sort(_list(body, "sorts"), kind, limits)
    limit = body.get("limit", 10)
    if not isinstance(limit, int) or not 0 < limit <= limits.search_page:
        raise invalid(f"limit is a number from 1 to {limits.search_page}, not {limit!r}.")
    offset = _offset(body.get("after", "0"), strict)
    if offset + limit > limits.search_cap:
        raise invalid(f"A search reaches {limits.search_cap} results and no further.")
    names = _list(body, "properties")
    if not all(isinstance(name, str) for name in names):
        raise invalid("properties is a list of names.")
    return Query(groups, sort, descending, offset, limit, tuple(names))


def _list(body: dict[str, Any], name: str) -> list[Any]:
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise invalid(f"{name} is a list.")
    return value


def _offset(after: Any, strict: bool) -> int:
    if isinstance(after, int) and not strict:
        return after
    if isinstance(after, str) and (after.isdigit() or (after == "" and not strict)):
        return int(after or 0)
    raise invalid(f"after is the text of a number, not {after!r}.")


def _sort(sorts: list[Any], kind: schema.ObjectType, limits: Limits) -> tuple[str | None, bool]:
    if len(sorts) > limits.sorts:
        raise invalid("A search can be sorted by one property only.")
    if not sorts:
        return None, False
    if isinstance(sorts[0], dict):
        name = sorts[0].get("propertyName")
        descending = sorts[0].get("direction", "ASCENDING") == "DESCENDING"
    else:
        name = str(sorts[0])
        descending = name.startswith("-")
        name = name.removeprefix("-")
    if name not in kind.properties:
        raise invalid(f"There is no property {name} to sort by.")
    return name, descending


def _group(group: Any, kind: schema.ObjectType) -> tuple[Filter, ...]:
    filters = group.get("filters") if isinstance(group, dict) else None
    if not isinstance(filters, list):
        raise invalid("A group of filters has the key filters.")
    return tuple(_filter(item, kind) for item in filters)


def _filter(item: Any, kind: schema.ObjectType) -> Filter:
    if not isinstance(item, dict) or not {"propertyName", "operator"} <= item.keys():
        raise invalid("A filter has a propertyName and an operator.")
    name, operator = item["propertyName"], item["operator"]
    if name not in kind.properties:
        raise invalid(f"There is no property {name} to filter by.")
    if operator not in KNOWN:
        raise invalid(f"{operator} is not an operator of this stand-in.")
    value_kind = kind.properties[name].kind
    if operator in {"HAS_PROPERTY", "NOT_HAS_PROPERTY"}:
        return Filter(name, value_kind, operator)
    if operator == "IN":
        values = item.get("values")
        if not isinstance(values, list) or not values:
            raise invalid("IN needs a list of values.")
        # HubSpot compares text in lower case and leaves the given values as they are.
        among = frozenset(_operand(name, value_kind, value, exact=True) for value in values)
        return Filter(name, value_kind, operator, among=among)
    low = _operand(name, value_kind, item.get("value"))
    high = _operand(name, value_kind, item.get("highValue")) if operator == "BETWEEN" else None
    return Filter(name, value_kind, operator, low, high)


def _operand(name: str, kind: str, value: Any, *, exact: bool = False) -> Any:
    if not isinstance(value, str):
        raise invalid(f"The value for {name} is text, not {value!r}.")
    if kind in ("datetime", "date"):
        if not value.lstrip("-").isdigit():
            raise invalid(f"{name} is compared with epoch milliseconds, not {value!r}.")
        return int(value)
    if kind == "number":
        try:
            return Decimal(value)
        except InvalidOperation:
            raise invalid(f"{name} is compared with a number, not {value!r}.") from None
    return value if exact or kind != "string" else value.lower()


def made(bulk: Bulk, kind: schema.ObjectType, query: Query) -> Sequence[int]:
    """Ids of a made range that match, ascending; a range where filters are on stamp and id."""
    if not query.groups:
        return bulk.ids
    parts = [_made_group(bulk, kind, group) for group in query.groups]
    if len(parts) == 1:
        return parts[0]
    return sorted({key for part in parts for key in part})


def _made_group(bulk: Bulk, kind: schema.ObjectType, group: tuple[Filter, ...]) -> Sequence[int]:
    start, stop = bulk.ids.start, bulk.ids.stop
    rest = []
    for f in group:
        if f.operator in RANGED and f.name == "hs_object_id":
            low, high = _bounds(f, int)
        elif f.operator in RANGED and f.name == kind.modified:
            low, high = _bounds(f, bulk.from_stamp)
        else:
            rest.append(f)
            continue
        start = start if low is None else max(start, low)
        stop = stop if high is None else min(stop, high)
    run = range(start, max(start, stop))
    if not rest:
        return run
    if any(f.name in ("hs_object_id", "dealname", kind.modified) for f in rest):
        # These differ within a place of the period, so every deal is looked at.
        return [key for key in run if all(f.test(bulk.record(key).values) for f in rest)]
    fits = _fits(bulk, tuple(rest))
    return [key for key in run if fits[bulk.slot(key)]]


def _fits(bulk: Bulk, rest: tuple[Filter, ...]) -> list[bool]:
    if rest not in bulk.fits:
        bulk.fits[rest] = [
            all(f.test(bulk.values(slot)) for f in rest) for slot in range(bulk.period)
        ]
    return bulk.fits[rest]


def _bounds(f: Filter, first: Callable[[int], int]) -> tuple[int | None, int | None]:
    """The ids that a filter keeps, from the first to before the last; None is unbounded."""
    above = first(int(f.low) + 1)
    if f.operator == "BETWEEN":
        return first(int(f.low)), first(int(f.high) + 1)
    bounds: dict[str, tuple[int | None, int | None]] = {
        "EQ": (first(int(f.low)), above),
        "GT": (above, None),
        "GTE": (first(int(f.low)), None),
        "LT": (None, first(int(f.low))),
        "LTE": (None, above),
    }
    return bounds[f.operator]
