"""The lines that Singer taps and Airbyte sources write, as what they mean (pure)."""

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

#: How the two halves of a character beyond the first 65,536 are written.
_HALVES = re.compile(rb"\\u[dD][89a-fA-F]")
#: Columns of columns are named with dots; deeper ones stay JSON.
DEEPEST = 4


class Row(NamedTuple):
    """A record of a stream; `version` is of which table of it, None where taps tell of none."""

    stream: str
    values: dict[str, Any]
    version: int | str | None = None


class Version(NamedTuple):
    """What a stream is now: the rows of its other versions are gone."""

    stream: str
    version: int | str | None


class State(NamedTuple):
    """Where to go on, as the program wants it back; `key` tells apart the states of streams."""

    value: Any
    key: str | None = None


class Trouble(NamedTuple):
    """What an Airbyte source says went wrong."""

    text: str


def read(line: bytes) -> Row | Version | State | Trouble | None:
    """Return what a line means, None for what tells nothing of records (schemas, logs).

    Raises ValueError for a line that is no message.
    """
    told = json.loads(line)
    if _HALVES.search(line):
        # Half of a character, where a text was cut through, is none and can be kept nowhere.
        whole = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
        told = json.loads(whole)
    kind = told.get("type") if isinstance(told, dict) else None
    if not isinstance(kind, str):
        raise ValueError("no message")
    if kind == "RECORD":
        return _row(told)
    if kind == "STATE":
        return _state(told)
    if kind == "ACTIVATE_VERSION" and isinstance(told.get("stream"), str):
        return Version(told["stream"], _version(told))
    trace = told.get("trace")
    if kind == "TRACE" and isinstance(trace, dict) and trace.get("type") == "ERROR":
        error = trace.get("error") or {}
        return Trouble(str(error.get("message") or error.get("internal_message") or ""))
    return None


def _row(told: Mapping[str, Any]) -> Row:
    inner = told["record"] if isinstance(told.get("record"), dict) else {}
    if isinstance(told.get("stream"), str):
        return Row(told["stream"], flat(inner), _version(told))
    if isinstance(inner.get("stream"), str) and isinstance(inner.get("data"), dict):
        return Row(inner["stream"], flat(inner["data"]))
    raise ValueError("a record without a stream")


def _version(told: Mapping[str, Any]) -> int | str | None:
    version = told.get("version")
    return version if isinstance(version, int | str) else None


def _state(told: Mapping[str, Any]) -> State:
    if "value" in told:
        return State(told["value"])
    state = told.get("state")
    if not isinstance(state, dict):
        raise ValueError("a state without a value")
    stream = state.get("stream")
    if state.get("type") == "STREAM" and isinstance(stream, dict):
        return State(state, json.dumps(stream.get("stream_descriptor"), sort_keys=True))
    if state.get("type") == "GLOBAL":
        return State(state, "")
    return State(state.get("data", state))


def flat(values: Mapping[str, Any], prefix: str = "", depth: int = 1) -> dict[str, Any]:
    """Return a record's values by names, those of inner objects as `owner.name`."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict) and depth < DEEPEST:
            found |= flat(value, f"{prefix}{name}.", depth + 1)
        else:
            found[f"{prefix}{name}"] = value
    return found


def together(before: Any, states: Mapping[str, Any]) -> Any:
    """Return the states of streams as the list that Airbyte takes back, newer ones in front."""
    known = {}
    for one in before if isinstance(before, list) else ():
        stream = one.get("stream") if isinstance(one, dict) else None
        if isinstance(stream, dict):
            known[json.dumps(stream.get("stream_descriptor"), sort_keys=True)] = one
    return list((known | dict(states)).values())
