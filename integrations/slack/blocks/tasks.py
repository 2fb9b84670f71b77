"""A message about tasks of the implementation that are late or blocked (pure)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from goals import words
from goals.words import N_, P_, Message
from integrations.slack.blocks import mrkdwn
from integrations.slack.blocks.mrkdwn import Post

KIND = "tasks"
#: So many are named; the page has the others.
MOST = 8

HEAD = N_("CRM plan: %(what)s")
LATE_HEAD = P_("%(n)s task is late", "%(n)s tasks are late")
BLOCKED_HEAD = P_("%(n)s task is blocked", "%(n)s tasks are blocked")
LATE = P_("%(n)s day late", "%(n)s days late")
MORE = P_("and %(n)s more", "and %(n)s more")
NEXT = N_("Whoever owns a task says on its page: done, a new day, or what it waits for.")

Task = Mapping[str, Any]


def message(
    facts: Mapping[str, Any],
    reader: words.Reader,
    base_url: str,
    owners: Mapping[str, str] | None = None,
) -> Post:
    """Return the message about the tasks of a day, the latest first.

    `owners` are those who are known in Slack, in its mark-up, by their ids as members.
    """
    tasks = facts["tasks"]
    head = _head(tasks, reader)
    lines = [line for one in tasks[:MOST] for line in _lines(one, reader, base_url, owners or {})]
    if len(tasks) > MOST:
        lines.append(words.render(Message.counted(MORE, len(tasks) - MOST), reader))
    day = _day(facts["day"])
    return Post(
        mrkdwn.clip_marked(f"{head} \u00b7 {_spoken(tasks[0], reader)}", mrkdwn.TEXT),
        [
            mrkdwn.section(mrkdwn.bold(mrkdwn.escape(head))),
            mrkdwn.section(*lines),
            mrkdwn.context(_say(N_("As of %(day)s."), reader, day=day), _say(NEXT, reader)),
            mrkdwn.actions(
                mrkdwn.button(
                    "plan_link",
                    _say(N_("Open the plan"), reader),
                    "plan",
                    url=f"{base_url.rstrip('/')}/strategy/implementation/plan",
                )
            ),
        ],
    )


def _head(tasks: Sequence[Task], reader: words.Reader) -> str:
    """Return how many are late, and how many of the others are blocked."""
    late = sum(bool(one["days_late"]) for one in tasks)
    counted = ((LATE_HEAD, late), (BLOCKED_HEAD, len(tasks) - late))
    what = [Message.counted(texts, count) for texts, count in counted if count]
    return words.render(Message(HEAD, {"what": what}), reader)


def _state(task: Task, reader: words.Reader) -> str:
    """Return what is wrong with a task, and since when."""
    if task["days_late"]:
        return words.render(Message.counted(LATE, task["days_late"]), reader)
    if task.get("since"):
        return _say(N_("Blocked since %(day)s"), reader, day=_day(task["since"]))
    return _say(N_("Blocked"), reader)


def _spoken(task: Task, reader: words.Reader) -> str:
    """Return the first task in plain words, for a notification."""
    said = [mrkdwn.name(task["task"]), _state(task, reader)]
    if task["owner"]:
        said.append(mrkdwn.name(task["owner"]))
    return " \u00b7 ".join(said)


def _lines(
    task: Task, reader: words.Reader, base_url: str, owners: Mapping[str, str]
) -> Iterator[str]:
    url = f"{base_url.rstrip('/')}/strategy/implementation/standing?item={task['item']}"
    head = f"{mrkdwn.bold(_state(task, reader) + ':')} {mrkdwn.link(url, task['task'])}"
    who = owners.get(task.get("owner_id") or "")
    if who or task["owner"]:
        yield f"{head} \u00b7 {who or mrkdwn.name(task['owner'])}"
    else:
        yield f"{head} \u00b7 {_say(N_('Nobody owns it'), reader)}"
    more = []
    if task["due"]:
        more.append(_say(N_("Due %(day)s"), reader, day=_day(task["due"])))
    if task["status"] == "blocked":
        if task["days_late"]:
            more.append(_state({**task, "days_late": 0}, reader))
        if task["blocked_by"]:
            needs = mrkdwn.name(task["blocked_by"])
            more.append(_say(N_("Needs: %(what)s"), reader, what=needs))
    if more:
        yield " \u00b7 ".join(more)


def _day(text: str) -> words.Day:
    return words.Day(date.fromisoformat(text))


def _say(text: str, reader: words.Reader, **params: object) -> str:
    return words.render(Message(text, params), reader)
