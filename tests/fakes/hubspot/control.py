"""Changing an account that runs in a process of its own: POST /_fake/calls, GET /_fake/log."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.fakes.hubspot import render
from tests.fakes.wire import Request, Response

if TYPE_CHECKING:
    from tests.fakes.hubspot.hub import FakeHubSpot

PATH = "/_fake/"
METHODS = {
    "add",
    "add_company",
    "add_contact",
    "add_deal",
    "add_lead",
    "add_owner",
    "advance",
    "archive",
    "archive_owner",
    "associate",
    "define_property",
    "delete",
    "dissociate",
    "expire_token",
    "grant",
    "merge",
    "move",
    "objects",
    "restore",
    "revoke_token",
    "touch",
    "update",
}


def answer(hub: FakeHubSpot, request: Request) -> Response:
    """Carry out a list of calls, or count the logged ones."""
    if request.path == PATH + "log":
        counts = Counter(f"{c.status} {c.method} {c.path}" for c in list(hub.requests))
        return Response(200, render.dump({"calls": len(hub.requests), "counts": counts}))
    try:
        with hub.lock:
            results = [_carry_out(hub, **call) for call in json.loads(request.body)]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return Response(400, render.dump({"error": repr(error)}))
    return Response(200, render.dump({"results": results}))


def _carry_out(
    hub: FakeHubSpot, name: str, args: list[Any] | None = None, kwargs: dict[str, Any] | None = None
) -> Any:
    if name == "fault":
        hub.faults.add(*(args or []), **(kwargs or {}))
        return None
    if name not in METHODS:
        raise KeyError(name)
    return getattr(hub, name)(*(args or []), **(kwargs or {}))
