"""Slack as a process of its own that sends signed requests at a steady pace and repeats events.

    python -m tests.proofs.slack_sender PLAN OUT

A request's time runs from the moment at which it was due, so that none waits unseen behind another.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.fakes.slack.delivery import DeadlineExceeded, call_http, sign

#: Seconds after a failure at which an event comes again. Slack waits none, one minute and five.
AGAIN = (0.0, 35.0, 35.0)
#: Seconds that Slack waits for an answer.
PATIENCE = 3.0
THREADS = 48


def send(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Send all of a plan and return, for each, the status and seconds of every try."""
    start = time.monotonic() + 0.5
    with ThreadPoolExecutor(THREADS) as threads:
        found = []
        for number, one in enumerate(plan["deliveries"]):
            due = start + number / plan["a_second"]
            time.sleep(max(0.0, due - time.monotonic()))
            found.append(threads.submit(_until_taken, plan, one, due))
        return [each.result() for each in found]


def _until_taken(plan: dict[str, Any], one: dict[str, Any], due: float) -> dict[str, Any]:
    """Send one request; only events come again when they were not taken."""
    tries = [_once(plan, one, due, None)]
    waits = AGAIN if one["kind"] in ("mention", "direct") else ()
    for number, wait in enumerate(waits, 1):
        if tries[-1][0] == 200:
            break
        time.sleep(wait)
        tries.append(_once(plan, one, time.monotonic(), number))
    return {"name": one["name"], "kind": one["kind"], "tries": tries}


def _once(
    plan: dict[str, Any], one: dict[str, Any], due: float, repeat: int | None
) -> tuple[int, float, int]:
    """Return the status (0: none came), the seconds and the length of the answer."""
    body = one["body"].encode()
    stamp = str(int(time.time()))
    headers: dict[str, str | bytes] = {
        "Content-Type": one["type"],
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": sign(plan["secret"], stamp, body),
    }
    if repeat is not None:
        headers |= {"X-Slack-Retry-Num": str(repeat), "X-Slack-Retry-Reason": "http_error"}
    try:
        status, _, answer = call_http(plan["url"], body, headers, PATIENCE)
    except (DeadlineExceeded, OSError):
        status, answer = 0, b""
    return status, time.monotonic() - due, len(answer)


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(send(json.loads(Path(sys.argv[1]).read_text()))))
