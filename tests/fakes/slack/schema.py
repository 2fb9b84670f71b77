"""What Slack's published types say about a payload: a reader of the schema made from them.

`slack_types.json` says how it was made. The reader knows the words that stand in it, no others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from .world import Json

_FILE = Path(__file__).with_name("slack_types.json")
_KINDS: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "boolean": (bool,),
}
_WORDS = {"$ref", "type", "const", "enum", "anyOf", "properties", "required", "items"}
_REF = "#/definitions/"


def problems(name: str, value: Any) -> list[str]:
    """List where a value is not what the types call `name`."""
    return list(_check({"$ref": _REF + name}, value, name))


@cache
def block_types() -> frozenset[str]:
    """Return the kinds of block that the types know."""
    return frozenset(_constant(branch) for branch in _branches({"$ref": _REF + "KnownBlock"}))


@cache
def _definitions() -> dict[str, Json]:
    found: dict[str, Json] = json.loads(_FILE.read_text("utf-8"))["definitions"]
    return found


def _resolved(schema: Json) -> Json:
    while "$ref" in schema:
        schema = _definitions()[schema["$ref"].removeprefix(_REF)]
    unknown = set(schema) - _WORDS - {"additionalProperties"}
    if unknown:
        raise ValueError(f"words that are not understood: {sorted(unknown)}")
    return schema


def _branches(schema: Json) -> list[Json]:
    """Return what a schema allows, without choices within choices."""
    schema = _resolved(schema)
    if "anyOf" not in schema:
        return [schema]
    return [leaf for branch in schema["anyOf"] for leaf in _branches(branch)]


def _constant(schema: Json) -> str:
    return str(schema.get("properties", {}).get("type", {}).get("const", ""))


def _check(schema: Json, value: Any, at: str) -> Iterator[str]:
    branches = _branches(schema)
    if len(branches) > 1 and isinstance(value, dict) and "type" in value:
        same = [one for one in branches if _constant(one) in ("", value["type"])]
        if not same:
            yield f"{at}: {value['type']!r} does not belong here"
            return
        branches = same
    tried = [list(_one(branch, value, at)) for branch in branches]
    if all(tried):
        yield from min(tried, key=len)


def _one(schema: Json, value: Any, at: str) -> Iterator[str]:
    if "const" in schema and value != schema["const"]:
        yield f"{at}: {value!r} is not {schema['const']!r}"
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is not one of {schema['enum']}"
    kind = schema.get("type")
    if kind is not None and not _is(value, [kind] if isinstance(kind, str) else kind):
        yield f"{at}: {value!r} is not of type {kind}"
    elif isinstance(value, dict):
        yield from _fields(schema, value, at)
    elif isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            yield from _check(schema["items"], item, f"{at}/{number}")


def _fields(schema: Json, value: Json, at: str) -> Iterator[str]:
    known = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{at}: {name} is missing"
    for name, item in value.items():
        if name in known:
            yield from _check(known[name], item, f"{at}/{name}")
        elif schema.get("additionalProperties") is False:
            yield f"{at}: {name} is not a field"


def _is(value: Any, kinds: list[str]) -> bool:
    if isinstance(value, bool):
        return "boolean" in kinds
    return any(isinstance(value, _KINDS[kind]) for kind in kinds)
