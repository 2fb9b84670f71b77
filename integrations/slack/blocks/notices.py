"""Messages about sources, missed check-ins, alerts that nobody took on, and rules (pure)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from goals import words
from goals.alerts import upkeep
from goals.words import N_, P_, Message
from integrations.slack.blocks import acts, mrkdwn
from integrations.slack.blocks.acts import Taken
from integrations.slack.blocks.mrkdwn import Block, Post
from integrations.slack.blocks.status import UNKNOWN, marked

Facts = Mapping[str, Any]

#: What the buttons are called by which a reader says what they think of an alert.
USEFUL, NOISE, TAKE_BACK = "fb_useful", "fb_noise", "fb_take_back"
_GOALS = P_("%(n)s goal rests on it.", "%(n)s goals rest on it.")
_JUDGED = P_("%(n)s goal cannot be judged.", "%(n)s goals cannot be judged.")


def message(
    kind: str,
    facts: Facts,
    reader: words.Reader,
    base_url: str,
    owner: str | None,
    taken: Taken | None = None,
) -> Post | None:
    """Return the message; None for one about a goal's status, which has words of its own.

    `taken` is how its story stands (None: it has just begun).
    """
    if kind == "rule_off":
        return _rule_off(facts, reader, base_url)
    if kind == upkeep.KIND:
        return _slack(facts, reader, base_url)
    if kind == "test":
        return _test(facts, reader, base_url)
    if kind == "missed":
        return _missed(facts, reader, base_url, owner, taken)
    if kind == "escalation":
        return _escalation(facts, reader, base_url, taken)
    return _plumbing(facts, reader, base_url, taken, is_over=kind.endswith("_over"))


def _plumbing(
    facts: Facts, reader: words.Reader, base_url: str, taken: Taken | None, *, is_over: bool
) -> Post | None:
    if "source" in facts:
        return _source(facts, reader, base_url, taken, is_over)
    if "stale" in facts:
        return _stale(facts, reader, base_url, taken, is_over)
    return None


def reason(facts: Facts, reader: words.Reader) -> list[Block]:
    """Return why a rule fired, where that is not the status itself, which the message says."""
    rule = facts.get("rule")
    if not rule or rule.get("kind") in ("status_change", "recovery") or not rule.get("why"):
        return []
    return [mrkdwn.section(_stored(rule["why"], reader))]


def verdict(facts: Facts, reader: words.Reader) -> list[Block]:
    """Return the buttons by which a reader says whether an alert was useful, [] for no story."""
    story = facts.get("story")
    if not isinstance(story, str):
        return []
    return [
        mrkdwn.button(USEFUL, _say(N_("Useful"), reader), story),
        mrkdwn.button(NOISE, _say(N_("Noise"), reader), story),
    ]


def _source(
    facts: Facts, reader: words.Reader, base_url: str, taken: Taken | None, is_over: bool
) -> Post:
    source = facts["source"]
    text = N_("Source failing") if not is_over else N_("Source works again")
    head = f"{UNKNOWN} {_say(text, reader)}"
    lines = []
    if not is_over:
        lines = [_stored(facts["rule"]["why"], reader)]
        error = source.get("error")
        if error:
            lines.append(mrkdwn.name(error) if isinstance(error, str) else _stored(error, reader))
    heard = N_("It has never been read.")
    said: dict[str, object] = {}
    if source.get("heard_at"):
        heard = N_("last read %(at)s")
        said = {"at": words.Instant(datetime.fromisoformat(source["heard_at"]))}
    url = f"{base_url.rstrip('/')}/data/connections/{source['id']}"
    return Post(
        f"{_say(text, reader)}: {mrkdwn.name(source['name'])}",
        [
            mrkdwn.section(f"{mrkdwn.bold(head + ':')} {mrkdwn.link(url, source['name'])}", *lines),
            mrkdwn.context(_counted(_GOALS, source["goals"], reader), _say(heard, reader, **said)),
            *_done(facts, reader, _link(url, source["id"], reader), taken, is_over=is_over),
        ],
    )


def _stale(
    facts: Facts, reader: words.Reader, base_url: str, taken: Taken | None, is_over: bool
) -> Post:
    stale = facts["stale"]
    text = N_("Old data") if not is_over else N_("Data fresh again")
    names = ", ".join(mrkdwn.name(one) for one in stale["names"])
    head = mrkdwn.bold(f"{UNKNOWN} {_say(text, reader)}:")
    lines = [] if is_over else [_stored(facts["rule"]["why"], reader)]
    url = f"{base_url.rstrip('/')}/data"
    blocks = [mrkdwn.section(f"{head} {mrkdwn.bold(names)}", *lines)]
    if not is_over:
        since = words.Day(date.fromisoformat(stale["since"]))
        blocks.append(
            mrkdwn.context(
                _counted(_JUDGED, stale["goals"], reader),
                _say(N_("Since %(day)s"), reader, day=since),
            )
        )
    blocks += _done(facts, reader, _link(url, "data", reader), taken, is_over=is_over)
    return Post(f"{_say(text, reader)}: {names}", blocks)


def _missed(
    facts: Facts, reader: words.Reader, base_url: str, owner: str | None, taken: Taken | None
) -> Post:
    goal, missed = facts["goal"], facts["missed"]
    url = f"{base_url.rstrip('/')}/goals/{goal['id']}#check-in"
    head = _say(N_("Check-in missed"), reader)
    due = words.Day(date.fromisoformat(missed["due_on"]))
    who = owner or (mrkdwn.name(goal["owner"]) if goal.get("owner") else None)
    told = [_say(N_("due on %(day)s"), reader, day=due)]
    if missed["before"]:
        texts = P_("%(n)s earlier one was missed too", "%(n)s earlier ones were missed too")
        told.append(_counted(texts, missed["before"], reader))
    lines = [] if who is None else [_say(N_("Owner: %(name)s"), reader, name=who)]
    return Post(
        f"{head}: {mrkdwn.name(goal['name'])}",
        [
            mrkdwn.section(f"{mrkdwn.bold(head + ':')} {mrkdwn.link(url, goal['name'])}", *lines),
            mrkdwn.context(*told),
            *_done(facts, reader, _link(url, goal["id"], reader), taken),
        ],
    )


def _escalation(facts: Facts, reader: words.Reader, base_url: str, taken: Taken | None) -> Post:
    since = words.Instant(datetime.fromisoformat(facts["escalation"]["since"]))
    text = _say(N_("Nobody has taken this on since %(at)s."), reader, at=since)
    goal = facts.get("goal")
    if goal is None:
        found = _plumbing(facts, reader, base_url, taken, is_over=False)
        blocks = [] if found is None else found.blocks
        spoken = text if found is None else f"{text} {found.text}"
        return Post(spoken, [mrkdwn.section(mrkdwn.bold(text)), *blocks])
    url = f"{base_url.rstrip('/')}/goals/{goal['id']}"
    mark = mrkdwn.bold(marked(goal["status"], reader) + ":")
    who = [mrkdwn.name(goal["owner"])] if goal.get("owner") else []
    owner = [_say(N_("Owner: %(name)s"), reader, name=who[0])] if who else []
    return Post(
        f"{text} {mrkdwn.name(goal['name'])}",
        [
            mrkdwn.section(f"{mark} {mrkdwn.link(url, goal['name'])}", mrkdwn.bold(text), *owner),
            *reason(facts, reader),
            *acts.line(taken, reader),
            *acts.rows(facts, reader, [_link(url, goal["id"], reader)], taken, []),
        ],
    )


def _rule_off(facts: Facts, reader: words.Reader, base_url: str) -> Post:
    rule = facts["rule"]
    name = words.render(words.from_json(rule["name"]), reader)
    head = _say(N_("A rule switched itself off"), reader)
    url = f"{base_url.rstrip('/')}/alerts/rules/{rule['id']}"
    return Post(
        f"{head}: {mrkdwn.name(name)}",
        [
            mrkdwn.section(f"{mrkdwn.bold(head + ':')} {mrkdwn.link(url, name)}"),
            mrkdwn.section(_stored(rule["why"], reader)),
            _open(url, rule["id"], reader),
        ],
    )


def _slack(facts: Facts, reader: words.Reader, base_url: str) -> Post:
    slack = facts["slack"]
    head = _say(N_("Slack needs somebody"), reader)
    url = f"{base_url.rstrip('/')}/slack/setup"
    return Post(
        f"{head}: {mrkdwn.name(slack['name'])}",
        [
            mrkdwn.section(f"{mrkdwn.bold(head + ':')} {mrkdwn.link(url, slack['name'])}"),
            mrkdwn.section(_stored(slack["why"], reader)),
            _open(url, "slack", reader),
        ],
    )


def _test(facts: Facts, reader: words.Reader, base_url: str) -> Post:
    rule = facts["rule"]
    name = words.render(words.from_json(rule["name"]), reader)
    url = f"{base_url.rstrip('/')}/alerts/rules/{rule['id']}"
    said = _say(N_("A test of the rule %(name)s"), reader, name=mrkdwn.name(name))
    return Post(
        said,
        [
            mrkdwn.section(mrkdwn.bold(said)),
            mrkdwn.section(_say(N_("Its messages arrive here. Nothing has changed."), reader)),
            mrkdwn.context(_say(N_("sent by %(name)s"), reader, name=mrkdwn.name(rule["by"]))),
            _open(url, rule["id"], reader),
        ],
    )


def _done(
    facts: Facts,
    reader: words.Reader,
    opens: Block,
    taken: Taken | None,
    *,
    is_over: bool = False,
) -> list[Block]:
    """Return what was done about an alert and what can be, only the link where it is over."""
    if is_over:
        return [mrkdwn.actions(opens)]
    rows = acts.rows(facts, reader, [opens], taken, verdict(facts, reader))
    return [*acts.line(taken, reader), *rows]


def _open(url: str, value: str, reader: words.Reader) -> Block:
    return mrkdwn.actions(_link(url, value, reader))


def _link(url: str, value: str, reader: words.Reader) -> Block:
    return mrkdwn.button("goal_link", _say(N_("Open"), reader), value, url=url)


def _stored(kept: Mapping[str, Any], reader: words.Reader) -> str:
    return mrkdwn.escape(words.render(words.from_json(dict(kept)), reader))


def _counted(texts: tuple[str, str], n: int, reader: words.Reader) -> str:
    return words.render(Message.counted(texts, n), reader)


def _say(text: str, reader: words.Reader, **params: object) -> str:
    return words.render(Message(text, params), reader)
