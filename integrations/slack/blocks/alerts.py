"""Messages about a goal whose status changed, from the facts kept with the decision (pure)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from goals import words
from goals.alerts.outbox import CHART, STATUS
from goals.metrics import catalogue
from goals.words import N_, Message
from integrations.slack.blocks import (
    acts,
    checkins,
    digests,
    effects,
    mrkdwn,
    notices,
    retrospectives,
    standings,
    summaries,
    tasks,
)
from integrations.slack.blocks.mrkdwn import Block, Picture, Post
from integrations.slack.blocks.status import marked

Facts = Mapping[str, Any]

#: What facts raise that cannot be read.
UNREADABLE = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError)
OPEN = N_("Open")
HIDDEN = N_("What stood here is not shown here any more.")
REPEAT = N_("This may be a repeat: it is not known whether the first arrived.")
_OVER = ("achieved", "missed")
_HEAD = {
    "worse": N_("Now %(status)s"),
    "better": N_("Now %(status)s"),
    "still": N_("Still %(status)s"),
    "recovery": N_("Back on track"),
}


def alert(kind: str, facts: Facts, reader: words.Reader, base_url: str, **also: Any) -> Post:
    """Return the message of a kind that the alert rules know, or a reminder.

    `in_thread` (default no) leaves out what the thread's first message says; `owner` is the
    owner in Slack's mark-up where it is known, `owners` those of tasks by id; `taken` is how its
    story stands (None: it has just begun), `made` the check-ins that a reminder brought;
    `is_repeat` marks a message that may have arrived before; `chart` is the picture of the goal
    (default: the one that the message showed when it was sent, if any).
    """
    chart = also.get("chart") or shown(facts)
    said = _other(kind, facts, reader, base_url, {**also, "chart": chart})
    if said is None and also.get("in_thread") and kind in _HEAD:
        said = Post(_spoken(facts["goal"], reader), _reply(kind, facts, reader, chart))
    elif said is None:
        said = root(facts, reader, base_url, also.get("owner"), also.get("taken"), chart)
    return repeated(said, reader) if also.get("is_repeat") else said


def repeated(said: Post, reader: words.Reader) -> Post:
    """Return a message that says that it may have arrived before.

    Notifications say it too, and so does what is left where blocks are refused.
    """
    mark = _say(REPEAT, reader)
    return Post(f"{said.text} {mark}", [*said.blocks, mrkdwn.context(mark)])


def shown(facts: Facts) -> Picture | None:
    """Return the picture that a message showed when it was sent, None where it showed none."""
    kept = facts.get("chart")
    return None if kept is None else Picture(kept["file"], kept["words"])


def _other(
    kind: str, facts: Facts, reader: words.Reader, base_url: str, also: Mapping[str, Any]
) -> Post | None:
    """Return a message that is not about a goal's status alone, None for one that is."""
    if kind == tasks.KIND:
        return tasks.message(facts, reader, base_url, also.get("owners"))
    if kind == checkins.KIND:
        return checkins.message(facts, reader, base_url, also.get("owner"), also.get("made"))
    if kind == digests.KIND:
        return digests.message(facts, reader, base_url)
    if kind == summaries.KIND:
        return summaries.message(facts, reader, base_url)
    if kind == retrospectives.KIND:
        return retrospectives.message(facts, reader, base_url)
    if kind == effects.KIND:
        return effects.message(facts, reader, base_url)
    if kind == STATUS:
        return standings.message(facts, reader, base_url)
    if kind == CHART:
        return _chart(facts, reader, base_url, also.get("chart"))
    owner, taken = also.get("owner"), also.get("taken")
    return notices.message(kind, facts, reader, base_url, owner, taken)


def root(
    facts: Facts,
    reader: words.Reader,
    base_url: str,
    owner: str | None = None,
    taken: acts.Taken | None = None,
    chart: Picture | None = None,
) -> Post:
    """Return the message that opens a thread, as the goal stands by these facts."""
    return Post(_spoken(facts["goal"], reader), _root(facts, reader, base_url, owner, taken, chart))


def hidden(reader: words.Reader) -> Post:
    """Return what stands in place of a message about a goal that is not told of there any more."""
    said = _say(HIDDEN, reader)
    return Post(said, [mrkdwn.context(said)])


def _chart(facts: Facts, reader: words.Reader, base_url: str, chart: Picture | None) -> Post:
    """Return the chart that follows an answer; without the picture its goal is named."""
    goal = facts["goal"]
    if chart is not None:
        return Post(mrkdwn.escape(chart.words), [mrkdwn.image(chart)])
    name = mrkdwn.link(goal_url(base_url, goal["id"]), goal["name"])
    return Post(_spoken(goal, reader), [mrkdwn.section(name, numbers(goal, reader, bold=True))])


def goal_url(base_url: str, goal_id: object) -> str:
    """Return the address of a goal's page."""
    return f"{base_url.rstrip('/')}/goals/{goal_id}"


def standing(goal: Facts, reader: words.Reader) -> list[str]:
    """Return where a goal is and what it is to reach, each a line, as far as known."""
    found = numbers(goal, reader, bold=True, target=False), _target(goal, reader)
    return [one for one in found if one]


def _root(
    facts: Facts,
    reader: words.Reader,
    base_url: str,
    owner: str | None,
    taken: acts.Taken | None,
    chart: Picture | None,
) -> list[Block]:
    goal = facts["goal"]
    url = goal_url(base_url, goal["id"])
    head = mrkdwn.section(
        f"{mrkdwn.bold(marked(goal['status'], reader) + ':')} {mrkdwn.link(url, goal['name'])}",
        numbers(goal, reader, bold=True, target=False),
    )
    who = owner or (mrkdwn.name(goal["owner"]) if goal.get("owner") else None)
    terms = [_target(goal, reader), _kept_text(goal, "against_original", reader)]
    if who:
        terms.append(_say(N_("Owner: %(name)s"), reader, name=who))
    return [
        head,
        mrkdwn.section(" ".join(part for part in terms if part)),
        *notices.reason(facts, reader),
        *_doubt(facts, reader),
        *([mrkdwn.image(chart)] if chart is not None else []),
        mrkdwn.context(*_evidence(facts, reader)),
        *acts.line(taken, reader),
        *acts.rows(
            facts,
            reader,
            [
                mrkdwn.button("goal_link", _say(OPEN, reader), goal["id"], url=url),
                *_back(goal, reader, url),
            ],
            taken,
            notices.verdict(facts, reader),
        ),
    ]


def _reply(kind: str, facts: Facts, reader: words.Reader, chart: Picture | None) -> list[Block]:
    goal = facts["goal"]
    status = goal["status"]
    mark = marked(status, reader)
    word = mark.partition(" ")[2]
    if status in _OVER or (kind == "recovery" and status != "on_track"):
        said = word
    else:
        said = _say(_HEAD[kind], reader, status=word.lower() if reader.locale == "en" else word)
    head = mrkdwn.bold(f"{mark.partition(' ')[0]} {said}.")
    buttons = notices.verdict(facts, reader)
    return [
        mrkdwn.section(head, numbers(goal, reader, bold=True)),
        *notices.reason(facts, reader),
        *_doubt(facts, reader),
        *([mrkdwn.image(chart)] if chart is not None else []),
        mrkdwn.context(*_evidence(facts, reader)),
        *([mrkdwn.actions(*buttons)] if buttons else []),
    ]


def _back(goal: Facts, reader: words.Reader, url: str) -> list[Block]:
    """Return the button that leads to looking back on a goal that is over."""
    if not goal.get("final") or goal["status"] not in _OVER or goal.get("every"):
        return []
    text = _say(N_("Look back"), reader)
    return [mrkdwn.button("goal_back", text, goal["id"], url=f"{url}/retrospective")]


def _doubt(facts: Facts, reader: words.Reader) -> list[Block]:
    """Return what makes the number doubtful, where a person let the message go all the same."""
    if not facts.get("doubt"):
        return []
    told = words.render(words.from_json(facts["doubt"]), reader)
    return [mrkdwn.section(_say(N_("Doubtful: %(doubt)s"), reader, doubt=mrkdwn.escape(told)))]


def _spoken(goal: Facts, reader: words.Reader) -> str:
    """Return the message in one plain sentence or two."""
    word = words.render(words.status(goal["status"]), reader)
    head = f"{word}: {mrkdwn.name(goal['name'])}."
    told = numbers(goal, reader, bold=False)
    said = f"{head} {told.removesuffix('.')}." if told else head
    return mrkdwn.clip_marked(said, mrkdwn.TEXT)


def numbers(goal: Facts, reader: words.Reader, *, bold: bool, target: bool = True) -> str:
    """Return where the goal is, where the plan is and where the pace leads, as far as known.

    A goal that is over has no plan any more; then the target stands in its place, if asked.
    A milestone and a goal that is only to be kept say it in a sentence instead.
    """
    if goal.get("kind") in ("maintain", "milestone") and goal.get("reason"):
        return _kept_text(goal, "reason", reader)

    def amount(key: str, strong: bool = False) -> str | None:
        found = _amount(goal, key, reader)
        return mrkdwn.bold(found) if found and strong and bold else found

    parts = []
    if actual := amount("actual", strong=True):
        parts.append(_say(N_("Now %(actual)s"), reader, actual=actual))
    if goal.get("status") not in _OVER:
        if expected := amount("expected"):
            parts.append(_say(N_("plan today %(expected)s"), reader, expected=expected))
        if told := _ahead(goal, reader, bold=bold):
            parts += told
        elif end := amount("projection", strong=True):
            parts.append(_say(N_("at this pace it ends at %(end)s"), reader, end=end))
    elif target and (asked := amount("target")):
        parts.append(_say(N_("target %(target)s"), reader, target=asked))
    if not parts and goal.get("reason"):
        return mrkdwn.escape(words.render(words.from_json(goal["reason"]), reader))
    return (" · " if bold else ", ").join(parts)


def _ahead(goal: Facts, reader: words.Reader, *, bold: bool) -> list[str]:
    """Return the chance to reach the target and the likely end, [] where nobody can say."""
    low, likely, high = (
        words.amount(Decimal(goal[key]), goal["unit"], goal.get("currency"), compact=True)
        if goal.get(key) is not None
        else None
        for key in ("low_end", "likely_end", "high_end")
    )
    if goal.get("chance") is None or low is None or likely is None or high is None:
        return []
    chance = words.format_value(words.Chance(Decimal(goal["chance"])), reader)
    around = words.format_value(words.Range(low, high, near=likely), reader)
    return [
        _say(N_("chance %(chance)s"), reader, chance=mrkdwn.bold(chance) if bold else chance),
        _say(
            N_("likely end %(end)s (%(range)s)"),
            reader,
            end=mrkdwn.escape(words.format_value(likely, reader)),
            range=mrkdwn.escape(around),
        ),
    ]


def _kept_text(goal: Facts, key: str, reader: words.Reader) -> str:
    """Return a text that was kept with the facts, "" where there is none."""
    kept = goal.get(key)
    return mrkdwn.escape(words.render(words.from_json(kept), reader)) if kept else ""


def _target(goal: Facts, reader: words.Reader) -> str:
    if goal.get("kind") in ("maintain", "milestone") and goal.get("aim"):
        return _kept_text(goal, "aim", reader)
    target = _amount(goal, "target", reader)
    if target is None:
        return ""
    day = words.Day(date.fromisoformat(goal["last_day"]))
    return _say(N_("Target %(target)s by %(day)s."), reader, target=target, day=day)


def _evidence(facts: Facts, reader: words.Reader) -> list[str]:
    goal, change = facts["goal"], facts.get("change") or {}
    parts = []
    if goal.get("since"):
        since = words.Day(date.fromisoformat(goal["since"]))
        if change.get("before") not in (None, goal["status"]):
            before = words.render(words.status(change["before"]), reader)
            text = N_("Since %(day)s, was: %(status)s")
            parts.append(_say(text, reader, day=since, status=before))
        else:
            parts.append(_say(N_("Since %(day)s"), reader, day=since))
    if goal.get("data_to"):
        day = words.Day(date.fromisoformat(goal["data_to"]))
        parts.append(_say(N_("data to %(day)s"), reader, day=day))
    return [*parts, mrkdwn.escape(_metric(goal, reader))]


def _metric(goal: Facts, reader: words.Reader) -> str:
    if "metric_name" in goal:
        return words.render(words.from_json(goal["metric_name"]), reader)
    metric = catalogue.METRICS.get(goal["metric"])
    return str(goal["metric"]) if metric is None else words.render(metric.name, reader)


def _amount(goal: Facts, key: str, reader: words.Reader) -> str | None:
    value = goal.get(key)
    if value is None:
        return None
    quantity = words.amount(Decimal(value), goal["unit"], goal.get("currency"), compact=True)
    return mrkdwn.escape(words.format_value(quantity, reader))


def _say(text: str, reader: words.Reader, **params: object) -> str:
    return words.render(Message(text, params), reader)
