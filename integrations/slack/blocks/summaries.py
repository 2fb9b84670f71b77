"""Several messages told as one: each goal in a line, the worst first (pure)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from goals import words
from goals.alerts.outbox import SUMMARY as KIND
from goals.tracking import status
from goals.words import N_, P_, Message
from integrations.slack.blocks import acts, closings, digests, mrkdwn
from integrations.slack.blocks.mrkdwn import Block, Post
from integrations.slack.blocks.status import UNKNOWN

__all__ = ["KIND", "message"]

_CHANGED = P_("%(n)s goal changed", "%(n)s goals changed")
_NEWS = P_("%(n)s goal has news", "%(n)s goals have news")
_NOTICES = P_("%(n)s notice", "%(n)s notices")
_OTHER = {
    "source": N_("Source failing"),
    "source_over": N_("Source works again"),
    "stale": N_("Old data"),
    "stale_over": N_("Data fresh again"),
    "rule_off": N_("A rule switched itself off"),
}
_PAGES = {"source": "data/connections/", "stale": "data", "rule_off": "alerts/rules/"}


def message(facts: Mapping[str, Any], reader: words.Reader, base_url: str) -> Post:
    """Return the message."""
    told = facts[KIND]
    base = base_url.rstrip("/")
    head = _head(told, reader)
    results = told.get("closed", [])
    lines = [closings.line(one, reader, base) for one in results]
    lines += [_goal(one, reader, base) for one in told["goals"]]
    lines += [_other(one, reader, base) for one in told["others"]]
    rest = told["n_goals"] - len(told["goals"]) + told.get("n_closed", 0) - len(results)
    blocks: list[Block] = [mrkdwn.section(mrkdwn.bold(head)), *mrkdwn.sections(lines)]
    if rest > 0:
        blocks.append(mrkdwn.section(_counted(digests.MORE, rest, reader)))
    asked = [(one["id"], one["name"]) for one in told["goals"] if one.get("asks")]
    if asked:
        blocks.append(acts.checkins(asked, reader))
    if told.get("bad"):
        bad = mrkdwn.bold(_counted(digests.BAD, told["n_bad"], reader))
        blocks.append(mrkdwn.section(bad, *digests.lines(told, "bad", reader, base)))
    blocks.append(mrkdwn.context(*_context(told, reader)))
    log = f"{base}/alerts/log"
    found = [
        mrkdwn.button("goal_link", _say(N_("Open"), reader), "goals", url=f"{base}/goals"),
        mrkdwn.button("log_link", _say(N_("All messages"), reader), "log", url=log),
    ]
    blocks.append(mrkdwn.actions(*found))
    # Where blocks are refused, this is all that is read: it names every goal.
    named = [
        f"{words.render(words.status(one['status']), reader)}: {mrkdwn.name(one['name'])}"
        for one in [*results, *told["goals"]]
    ]
    return Post(mrkdwn.clip_marked("; ".join([head, *named]), mrkdwn.TEXT), blocks)


def _head(told: Mapping[str, Any], reader: words.Reader) -> str:
    n_goals, n_others = told["n_goals"], len(told["others"])
    parts = closings.head(told, reader)
    if n_goals:
        parts.append(_counted(_CHANGED if told["changes"] else _NEWS, n_goals, reader))
    if n_others:
        parts.append(_counted(_NOTICES, n_others, reader))
    what = ", ".join(parts) or _say(digests.NOTHING, reader)
    if not told["unreachable"]:
        return what
    if told.get("by_mail"):
        return _say(N_("While mail could not be sent: %(what)s"), reader, what=what)
    return _say(N_("While Slack could not be reached: %(what)s"), reader, what=what)


def _goal(one: Mapping[str, Any], reader: words.Reader, base: str) -> str:
    parts = [digests.line(one, reader, base)]
    if one.get("meanwhile"):
        word = words.render(words.status(one["meanwhile"]), reader)
        parts.append(_say(N_("meanwhile: %(status)s"), reader, status=word))
    parts += [
        mrkdwn.escape(words.render(words.from_json(dict(note)), reader)) for note in one["notes"]
    ]
    return " · ".join(parts)


def _other(one: Mapping[str, Any], reader: words.Reader, base: str) -> str:
    page = _PAGES[one["kind"].removesuffix("_over")]
    name = one["name"]
    said = name if isinstance(name, str) else words.render(words.from_json(name), reader)
    label = mrkdwn.link(f"{base}/{page}{one['id']}", said)
    return f"{UNKNOWN} {_say(_OTHER[one['kind']], reader)}: {label}"


def _context(told: Mapping[str, Any], reader: words.Reader) -> list[str]:
    parts = []
    if told.get("counts"):
        parts += [
            f"{told['counts'][word]} {words.render(words.status(word), reader).lower()}"
            for word in status.WORST_FIRST
            if told["counts"].get(word)
        ]
    start = words.Instant(datetime.fromisoformat(told["since"]))
    end = words.Instant(datetime.fromisoformat(told["until"]))
    if told.get("n_closed") and not told["n_goals"] and not told["others"]:
        return [*parts, _say(N_("what they came to; their next period has begun"), reader)]
    text = N_("what came from %(start)s to %(end)s, as it stands now")
    return [*parts, _say(text, reader, start=start, end=end)]


def _counted(texts: tuple[str, str], n: int, reader: words.Reader) -> str:
    return words.render(Message.counted(texts, n), reader)


def _say(text: str, reader: words.Reader, **params: object) -> str:
    return words.render(Message(text, params), reader)
