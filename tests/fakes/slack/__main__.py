"""Run a fake by itself: `python -m tests.fakes.slack [--port N] [--log FILE]`.

It prints one line of JSON with what an app needs to be told, and runs until it is interrupted.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import threading

from .server import FakeSlack
from .socketmode import FakeSocketMode


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="tests.fakes.slack")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", default=None, help="JSONL file to which every call is added")
    parser.add_argument("--rate-limits", action="store_true")
    given = parser.parse_args()
    with (
        FakeSlack(port=given.port, log_path=given.log, rate_limits=given.rate_limits) as slack,
        FakeSocketMode(slack),
        contextlib.suppress(KeyboardInterrupt),
    ):
        channel = slack.add_channel("general", members=[slack.add_user("Ann Lee")])
        told = {
            "api_url": slack.api_url,
            "bot_token": slack.bot_token,
            "app_token": slack.app_token,
            "signing_secret": slack.signing_secret,
            "client_id": slack.client_id,
            "client_secret": slack.client_secret,
            "channel": channel.id,
        }
        print(json.dumps(told), flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
