"""What people typed pings nobody and leads nowhere in any kind of message, and reads as typed."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from goals.records.connections import Connection
from goals.table import new_id
from goals.words import Reader
from integrations.slack import blocks, calls
from integrations.slack.blocks import alerts
from tests.support.leaks.stage import Stage
from tests.support.leaks.verbs import VERBS
from tests.support.slack import Desk

CANARIES = {
    "everybody": "<!channel> wins",
    "person": "<@U0001BOT> wins",
    "group": "<!subteam^S1|team> wins",
    "link": "<https://evil.example|Click here>",
    "markdown": "[Click here](https://evil.example)",
    "address": "evil.example/path",
    "marks": "*bold* _italic_ ~struck~ `code`",
    "entities": "R&D &lt;!here&gt; & more",
    "turned": "safe\u202egnp.exe\u202c",
    "zalgo": "Z\u0351\u0342\u0301\u0300a\u0315\u0336l\u0321\u0340g\u0489o",
    "emoji": "👨‍👩‍👧‍👦🏳️‍🌈",
    "alias": ":rotating_light: :smile:",
    "quote": "> quoted",
    "homoglyph": "Сhurn rаte",
}
READERS = [Reader(one, currency="THB") for one in ("en", "th", "zh_Hans")]
GOAL = {
    "id": "7",
    "metric": "revenue",
    "status": "at_risk",
    "since": "2026-11-16",
    "actual": "16200000",
    "expected": "17900000",
    "projection": "41000000",
    "target": "42000000",
    "share": 0.4,
    "unit": "money",
    "currency": "THB",
    "last_day": "2026-12-31",
    "data_to": "2026-11-22",
    "reason": None,
}
DAYS: dict[str, Any] = {"since": "2026-11-16", "day": "2026-11-22", "due_on": "2026-11-20"}
INSTANTS = {"since": "2026-11-21T02:00:00+00:00", "until": "2026-11-22T02:00:00+00:00"}


def facts(kind: str, text: str) -> dict[str, Any]:
    """Facts of a kind of message in which every text that people or sources give is this one."""
    goal = {**GOAL, "name": text, "owner": text}
    line = {"id": "7", "name": text, "owner": text, "status": "at_risk", "before": "on_track"}
    rule = {"id": "5", "name": {"id": text}, "kind": "pace_gap", "version": 1, "by": text}
    made: dict[str, Any] = {
        "goal": goal,
        "change": {"before": "on_track", "after": "at_risk", "day": "2026-11-22"},
        "continues": None,
        "rule": {**rule, "why": {"id": text}},
        "story": "9",
        "escalation": {"since": INSTANTS["since"], "step": 1},
        "missed": {**DAYS, "before": 1},
        "checkin": {**DAYS, "cadence": "monthly", "last_on": None, "confidence": None},
        "digest": {
            **DAYS,
            "changed": [line],
            "bad": [line],
            "counts": {"at_risk": 2},
            "n_changed": 1,
            "n_bad": 1,
        },
        "summary": {
            **INSTANTS,
            "goals": [{**line, "notes": [{"id": text}], "meanwhile": "off_track"}],
            "others": [
                {"kind": one, "id": "5", "name": text} for one in ("source", "stale", "rule_off")
            ],
            "n_goals": 1,
            "changes": True,
            "unreachable": True,
            "roots": [],
        },
        "tasks": [
            {
                "task": text,
                "item": "1",
                "owner": text,
                "owner_id": None,
                "days_late": 2,
                "status": "blocked",
                "blocked_by": text,
                "due": "2026-11-20",
                "since": "2026-11-21",
            }
        ],
        "day": "2026-11-22",
    }
    if kind.startswith("source"):
        made["source"] = {"id": "3", "name": text, "error": text, "goals": 1, "heard_at": None}
    if kind.startswith("stale"):
        made["stale"] = {"names": [text], "goals": 1, "since": "2026-11-20"}
    if kind.startswith(("source", "stale", "test", "rule_off", "digest", "tasks", "summary")):
        del made["goal"]
    return made


def kinds() -> list[str]:
    """Every kind of message that the blocks name, so that a new one is tried as well."""
    sources = [one.read_text("utf-8") for one in Path(blocks.__path__[0]).glob("*.py")]
    whole = "\n".join(sources)
    found = set(re.findall(r'\bkind == "(\w+)"', whole))
    found |= set(re.findall(r'^KIND = "(\w+)"', whole, re.MULTILINE))
    head = re.search(r"^_HEAD = \{(.*?)^\}", whole, re.DOTALL | re.MULTILINE)
    assert head is not None
    found |= set(re.findall(r'"(\w+)": N_', head[1]))
    return sorted(found | {"summary", "source", "source_over", "stale", "stale_over", "alert"})


def seen(text: str) -> str:
    """What is left of a text for the eye: no controls, no turns, single spaces."""
    kept = "".join(one for one in text if one not in "\u202c\u202e")
    return " ".join(kept.split())


@pytest.mark.parametrize("reader", READERS, ids=lambda one: one.locale)
@pytest.mark.parametrize("kind", kinds())
def test_no_kind_of_message_lets_what_people_typed_ping_link_or_style(
    slack_desk: Desk, kind: str, reader: Reader
) -> None:
    slack = slack_desk.slack
    slack.watch(*CANARIES.values())
    client = calls.client(slack_desk.parts, slack.bot_token)
    for name, text in CANARIES.items():
        channel = slack.add_channel(f"c-{name}", members=[slack.add_user("Ann")])
        said = alerts.alert(kind, facts(kind, text), reader, "http://127.0.0.1:8000", owners={})
        client.chat_postMessage(channel=channel.id, **said.payload())
        [message] = slack.messages(channel)
        shown = seen(slack.screen_text(message))
        assert seen(text) in shown, (name, shown)
        sent = json.dumps(said.payload(), ensure_ascii=False)
        assert "&amp;amp;" not in sent, "escaped twice"
        assert "\u202e" not in sent, "what follows is turned round"
    assert slack.audit == []


@pytest.mark.parametrize("seed", range(2))
def test_whatever_people_do_with_names_like_these_nothing_pings_links_or_styles(
    slack_desk: Desk, seed: int
) -> None:
    texts = list(CANARIES.values())
    slack_desk.slack.watch(*texts)
    stage = Stage(slack_desk, seed, dressing=texts)
    with slack_desk.session() as session:
        for text in texts[:3]:
            session.add(
                Connection(
                    id=new_id(),
                    workspace_id=slack_desk.workspace_id,
                    name=text,
                    provider="file",
                    records=["deal"],
                    created_at=slack_desk.moment,
                )
            )
    for _ in range(120):
        stage.act(VERBS)
    assert slack_desk.slack.audit == []
