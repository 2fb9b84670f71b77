"""Start and drive a fake in a process of its own, for benchmarks and for tests that kill."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Remote:
    """A running fake."""

    url: str
    token: str
    pid: int

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method of the account, or `fault` for `faults.add`; returns its result."""
        return self.calls([{"name": name, "args": args, "kwargs": kwargs}])[0]

    def calls(self, calls: list[dict[str, Any]]) -> list[Any]:
        """Carry out many calls in one step; RuntimeError when one is refused."""
        answer = self._ask("POST", "/_fake/calls", json.dumps(calls).encode())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return list(answer["results"])

    def log(self) -> dict[str, Any]:
        """How many calls came in, by status, method and path."""
        return self._ask("GET", "/_fake/log")

    def _ask(self, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        try:
            connection.request(method, path, body)
            answer: dict[str, Any] = json.loads(connection.getresponse().read())
            return answer
        finally:
            connection.close()


@contextmanager
def running(*words: str) -> Iterator[Remote]:
    """Run `python -m tests.fakes.hubspot WORDS` and end it on leaving."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.hubspot", *words], cwd=ROOT, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"the fake ended at once with {process.wait()}")
        yield Remote(**json.loads(line))
    finally:
        process.terminate()
        process.communicate()
