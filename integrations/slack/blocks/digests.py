"""A digest: what changed, what else is bad, the check-ins due, how many stand how (pure)."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from goals import words
from goals.tracking import status
from goals.words import N_, P_, Message
from integrations.slack.blocks import acts, mrkdwn
from integrations.slack.blocks.mrkdwn import Block, Post
from integrations.slack.blocks.status import marked

KIND = "digest"
_CHANGED = P_("%(n)s goal changed", "%(n)s goals changed")
BAD = P_("%(n)s goal still needs you", "%(n)s goals still need you")
_OWED = P_("%(n)s check-in is due", "%(n)s check-ins are due")
MORE = P_("and %(n)s more", "and %(n)s more")
NOTHING = N_("Nothing has changed")


def message(facts: Mapping[str, Any], reader: words.Reader, base_url: str) -> Post:
    """Return the message."""
    digest = facts["digest"]
    days = words.DayRange(date.fromisoformat(digest["since"]), date.fromisoformat(digest["day"]))
    head = _say(N_("Goals, %(days)s"), reader, days=days)
    changed = (
        _counted(_CHANGED, digest["n_changed"], reader)
        if digest["n_changed"]
        else _say(NOTHING, reader)
    )
    blocks: list[Block] = [mrkdwn.section(mrkdwn.bold(head))]
    if digest["changed"]:
        blocks.append(
            mrkdwn.section(mrkdwn.bold(changed), *lines(digest, "changed", reader, base_url))
        )
    else:
        blocks.append(mrkdwn.section(f"{changed}."))
    if digest["bad"]:
        bad = _counted(BAD, digest["n_bad"], reader)
        blocks.append(mrkdwn.section(mrkdwn.bold(bad), *lines(digest, "bad", reader, base_url)))
    blocks += _owed(digest, reader, base_url.rstrip("/"))
    counts = digest["counts"]
    tally = [
        f"{counts[word]} {words.render(words.status(word), reader).lower()}"
        for word in status.WORST_FIRST
        if counts.get(word)
    ]
    if not tally:
        tally.append(_say(N_("There is no goal yet."), reader))
    if digest.get("as_of"):
        at = words.Instant(datetime.fromisoformat(digest["as_of"]))
        tally.append(_say(N_("as of %(at)s"), reader, at=at))
    blocks.append(mrkdwn.context(*tally))
    url = f"{base_url.rstrip('/')}/goals"
    blocks.append(
        mrkdwn.actions(mrkdwn.button("goal_link", _say(N_("Open"), reader), "goals", url=url))
    )
    return Post(f"{head}: {changed}", blocks)


def _owed(digest: Mapping[str, Any], reader: words.Reader, base: str) -> list[Block]:
    """Return the check-ins that are due, each with the button that opens its form."""
    listed = digest.get("owed") or []
    if not listed:
        return []
    found = [mrkdwn.section(mrkdwn.bold(_counted(_OWED, digest["n_owed"], reader)))]
    for one in listed:
        link = mrkdwn.link(f"{base}/goals/{one['id']}#check-in", one["name"])
        due = words.Day(date.fromisoformat(one["due_on"]))
        parts = [link, _say(N_("due on %(day)s"), reader, day=due)]
        if one.get("owner"):
            parts.append(mrkdwn.name(one["owner"]))
        button = acts.checkin(one["id"], reader, is_first=False)
        found += mrkdwn.beside(mrkdwn.section(" · ".join(parts)), button)
    rest = digest["n_owed"] - len(listed)
    return [*found, mrkdwn.section(_counted(MORE, rest, reader))] if rest > 0 else found


def lines(digest: Mapping[str, Any], part: str, reader: words.Reader, base_url: str) -> list[str]:
    """Return a line for each goal of a part, and how many more there are."""
    found = [line(one, reader, base_url) for one in digest[part]]
    rest = digest[f"n_{part}"] - len(found)
    return [*found, _counted(MORE, rest, reader)] if rest > 0 else found


def line(one: Mapping[str, Any], reader: words.Reader, base_url: str) -> str:
    """Return what is said of a goal among others."""
    url = f"{base_url.rstrip('/')}/goals/{one['id']}"
    parts = [f"{marked(one['status'], reader)}: {mrkdwn.link(url, one['name'])}"]
    if one.get("before"):
        was = words.render(words.status(one["before"]), reader)
        parts.append(_say(N_("was: %(status)s"), reader, status=was))
    if one.get("share") is not None:
        share = words.Rate(Decimal(str(round(one["share"], 4))), 0)
        parts.append(_say(N_("%(share)s of the way"), reader, share=share))
    if one.get("owner"):
        parts.append(mrkdwn.name(one["owner"]))
    return " · ".join(parts)


def _counted(texts: tuple[str, str], n: int, reader: words.Reader) -> str:
    return words.render(Message.counted(texts, n), reader)


def _say(text: str, reader: words.Reader, **params: object) -> str:
    return words.render(Message(text, params), reader)
