"""Faults by script: what goes wrong with which call, how often, and in a repeatable order."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from typing import Any

KINDS = (
    "lose_before",  # the connection closes before anything happens
    "lose_after",  # the call is carried out, then the connection closes without an answer
    "latency",  # the answer takes `seconds` longer, or until it is `over`
    "http_500",
    "http_503",
    "html_200",  # a proxy's page instead of JSON
    "truncated_json",  # the call is carried out, the answer breaks off
    "error",  # ok: false with `code`; ratelimited comes as 429 with Retry-After
)


@dataclass
class Fault:
    """One scripted fault: fires `times` times (None: always), each time with `probability`."""

    method: str
    kind: str
    times: int | None = 1
    probability: float = 1.0
    seconds: float = 0.0
    code: str = "internal_error"
    retry_after: int = 1
    where: dict[str, Any] = field(default_factory=dict)
    fired: int = 0
    dice: random.Random = field(default_factory=random.Random)
    over: threading.Event = field(default_factory=threading.Event)

    def fits(self, method: str, args: dict[str, Any]) -> bool:
        """Whether this fault is due for the call; rolls the dice when everything else fits."""
        if self.method not in ("*", method) or (
            self.times is not None and self.fired >= self.times
        ):
            return False
        if any(str(args.get(name)) != str(value) for name, value in self.where.items()):
            return False
        return self.probability >= 1.0 or self.dice.random() < self.probability


class Faults:
    """The script of faults of one fake."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.script: list[Fault] = []

    def add(
        self,
        method: str,
        kind: str,
        *,
        times: int | None = None,
        probability: float | None = None,
        seed: int = 0,
        seconds: float = 0.0,
        code: str = "internal_error",
        retry_after: int = 1,
        **where: Any,
    ) -> Fault:
        """Add a fault for a method ("*": all; "hooks.response" and "upload" count as methods).

        Without `times` and `probability` it fires once. With `probability` it fires at random from
        `seed` until `clear`, at most `times` times. `where` narrows it to calls with these
        arguments, for instance `channel="C1"`.
        """
        if kind not in KINDS:
            raise ValueError(f"unknown kind of fault {kind!r}: one of {', '.join(KINDS)}")
        if times is None and probability is None:
            times = 1
        fault = Fault(
            method,
            kind,
            times=times,
            probability=1.0 if probability is None else probability,
            seconds=seconds,
            code=code,
            retry_after=retry_after,
            where=where,
            dice=random.Random(seed),
        )
        with self._lock:
            self.script.append(fault)
        return fault

    def next(self, method: str, args: dict[str, Any], *, latency: bool = False) -> Fault | None:
        """Take the first fault that is due; a delay may come on top of another fault."""
        with self._lock:
            for fault in self.script:
                if (fault.kind == "latency") == latency and fault.fits(method, args):
                    fault.fired += 1
                    return fault
        return None

    def clear(self) -> None:
        """Let everything go well again."""
        with self._lock:
            self.script.clear()
