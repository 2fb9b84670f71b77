"""Run the fake in a process of its own: prints one JSON line with url and pid, then serves."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading

from tests.fakes.hubspot.generate import generate
from tests.fakes.hubspot.hub import FakeHubSpot
from tests.fakes.hubspot.maven import load_maven


def options(words: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.hubspot", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--token", default="pat-na1-fake")
    parser.add_argument("--maven", metavar="DIR", help="load the Maven CRM files of a directory")
    parser.add_argument("--deals", type=int, metavar="N", help="generate N deals")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--share", type=int, default=250, help="deals that share one stamp")
    parser.add_argument(
        "--keep-pages", type=int, default=100, metavar="K", help="deals repeat after K pages of 100"
    )
    parser.add_argument("--rate-limit", metavar="N/SECONDS", help="such as 100/10")
    parser.add_argument("--search-rate", type=float, metavar="N", help="searches a second")
    parser.add_argument("--daily-limit", type=int, metavar="N")
    parser.add_argument("--page-delay", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--search-lag", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--time-zone", default="UTC")
    parser.add_argument("--currency", default="USD")
    return parser.parse_args(words)


def build(given: argparse.Namespace) -> FakeHubSpot:
    """Make and fill the account."""
    rate = None
    if given.rate_limit:
        requests, _, seconds = given.rate_limit.partition("/")
        rate = (int(requests), float(seconds or 10))
    hub = FakeHubSpot(
        given.token,
        port=given.port,
        rate_limit=rate,
        search_rate=given.search_rate,
        daily_limit=given.daily_limit,
        page_delay=given.page_delay,
        search_lag=given.search_lag,
        time_zone=given.time_zone,
        currency=given.currency,
        control=True,
    )
    if given.maven:
        load_maven(hub, given.maven)
    if given.deals:
        generate(
            hub, given.deals, seed=given.seed, share=given.share, period=given.keep_pages * 100
        )
    return hub


def main() -> None:
    """Serve until the process is told to end."""
    done = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: done.set())
    with build(options()) as hub:
        print(json.dumps({"url": hub.url, "token": hub.token, "pid": os.getpid()}))
        sys.stdout.flush()
        done.wait()


if __name__ == "__main__":
    main()
