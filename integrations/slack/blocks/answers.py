"""Answers as Slack shows them: number first, then the status, then the receipt (pure)."""

from decimal import Decimal

from goals import words
from goals.questions.answer import Answer, Receipt
from goals.tracking.standing import Standing
from goals.words import N_, P_, Message
from integrations.slack.blocks import acts, mrkdwn
from integrations.slack.blocks.alerts import OPEN, goal_url
from integrations.slack.blocks.mrkdwn import Block, Post
from integrations.slack.blocks.status import marked

#: Goals listed at most; the page has the others.
MOST_LISTED = 10
#: Drivers or pieces of evidence under an answer, and the most characters of what is said.
MOST_POINTS, MOST_SAID = 8, 1500
#: The action ids of questions offered as buttons begin so.
ASK = "ask_"
#: What the buttons are called by which somebody follows a goal, mutes it, or says that it is not
#: what they asked for.
FOLLOW, UNFOLLOW, MUTE, UNMUTE = "goal_follow", "goal_unfollow", "goal_mute", "goal_unmute"
NOT_THIS, NEW = "not_this", "goal_new"


def answer(
    found: Answer,
    reader: words.Reader,
    base_url: str,
    *,
    notes: tuple[Message, ...] = (),
    may_speak: bool = False,
    asked: str = "",
) -> Post:
    """Return an answer as a message; `notes` stand in small under it.

    `may_speak` tells that its readers, or some of them, may say something of a goal; `asked` is
    the question in its own words, where somebody can say that it was misread.
    """
    if found.goal is not None:
        blocks = _about(found, found.goal, reader, base_url, may_speak)
    elif found.goals:
        blocks = _listed(found, reader, base_url)
    else:
        blocks = [mrkdwn.section(mrkdwn.escape(words.render(found.text, reader)))]
        if found.receipt is not None:
            blocks.append(_evidence(found.receipt, reader))
    if found.silence is not None:
        blocks.insert(1, mrkdwn.context(mrkdwn.escape(words.render(found.silence, reader))))
    if asked and found.goal is not None:
        blocks.append(_else(found.goal, asked, reader))
    if found.choices:
        blocks.append(_choices(found, reader))
    if asked and found.intent == "help":
        blocks.append(mrkdwn.actions(mrkdwn.button(NEW, _say(N_("New goal"), reader), "new")))
    if notes:
        said = [mrkdwn.escape(words.render(note, reader)) for note in notes]
        blocks.append(mrkdwn.context(*said))
    return Post(_spoken(found, reader), blocks)


def notice(text: Message, reader: words.Reader) -> Post:
    """Return a message that is one sentence."""
    said = mrkdwn.escape(words.render(text, reader))
    return Post(said, [mrkdwn.section(said)])


def _spoken(found: Answer, reader: words.Reader) -> str:
    said = words.render(found.text, reader)
    if found.choices:
        said = f"{said} {', '.join(words.format_value(one.label, reader) for one in found.choices)}"
    return mrkdwn.escape(mrkdwn.clip(said, mrkdwn.TEXT))


def _about(
    found: Answer, one: Standing, reader: words.Reader, base_url: str, may_speak: bool
) -> list[Block]:
    seen = one.evaluation
    url = goal_url(base_url, one.goal.id)
    value = found.value if found.is_past or seen is None else seen.actual
    actual = _amount(one, value, reader)
    lines = []
    if found.read_as:
        read = Message(N_("I read this as %(name)s."), {"name": one.goal.name})
        lines.append(mrkdwn.escape(words.render(read, reader)))
    name = mrkdwn.link(url, one.goal.name)
    lines.append(f"{mrkdwn.bold(actual)} · {name}" if actual else name)
    if found.intent == "status" and not found.is_past:
        lines += _stands(one, reader)
    else:
        lines.append(mrkdwn.escape(mrkdwn.clip(words.render(found.text, reader), MOST_SAID)))
    blocks = [mrkdwn.section(*lines)]
    if found.points:
        blocks.append(mrkdwn.section(*_points(found, reader, base_url)))
    buttons = [mrkdwn.button("goal_link", _say(OPEN, reader), str(one.goal.id), url=url)]
    if found.receipt is not None:
        kept = found.receipt
        blocks.append(_evidence(kept, reader))
        rows = f"{base_url.rstrip('/')}/receipts/{kept.id}"
        label = _say(N_("Show rows"), reader)
        buttons.append(mrkdwn.button("rows_link", label, kept.id, url=rows))
    if found.intent in ("status", "why") and not found.is_past:
        buttons = [*_acts(found, one, reader, may_speak), *buttons]
    return [*blocks, mrkdwn.actions(*buttons)]


def _else(one: Standing, asked: str, reader: words.Reader) -> Block:
    """Return what a reader may do about an answer: follow its goal, or say that it is another."""
    goal_id = str(one.goal.id)
    return mrkdwn.actions(
        mrkdwn.button(FOLLOW, _say(N_("Follow"), reader), goal_id),
        mrkdwn.button(NOT_THIS, _say(N_("Not this"), reader), f"{goal_id}:{asked}"),
    )


def _acts(found: Answer, one: Standing, reader: words.Reader, may_speak: bool) -> list[Block]:
    """Return what can be done about a goal that was asked about."""
    goal_id, seen = str(one.goal.id), one.evaluation
    buttons = []
    if may_speak and not (seen is not None and seen.final):
        buttons.append(acts.checkin(goal_id, reader, is_first=False))
    if found.intent == "status" and seen is not None:
        buttons.append(acts.why(goal_id, reader))
    return buttons


def _evidence(kept: Receipt, reader: words.Reader) -> Block:
    parts = [words.render(kept.text, reader), words.render(kept.formula, reader)]
    if kept.source:
        parts.append(kept.source)
    return mrkdwn.context(*(mrkdwn.escape(mrkdwn.clip(part, 500)) for part in parts))


def _stands(one: Standing, reader: words.Reader) -> list[str]:
    """Return the status with its reason, and what is to be reached."""
    reason = mrkdwn.escape(words.render(one.reason, reader))
    lines = [f"{mrkdwn.bold(marked(one.status, reader))} · {reason}"]
    for said in (one.target, one.against_original):
        if said is not None:
            lines.append(mrkdwn.escape(words.render(said, reader)))
    return lines


def _points(found: Answer, reader: words.Reader, base_url: str) -> list[str]:
    """Return the drivers or the evidence of an answer, each leading to its records."""
    lines = []
    for point in found.points[:MOST_POINTS]:
        said = mrkdwn.clip(words.render(point.text, reader), 200)
        if point.receipt is None:
            lines.append(f"• {mrkdwn.escape(said)}")
        else:
            rows = f"{base_url.rstrip('/')}/receipts/{point.receipt}"
            lines.append(f"• {mrkdwn.link(rows, said)}")
    return lines


def _amount(one: Standing, value: Decimal | None, reader: words.Reader) -> str | None:
    if value is None:
        return None
    return mrkdwn.escape(words.format_value(words.amount(value, one.unit, one.currency), reader))


def _listed(found: Answer, reader: words.Reader, base_url: str) -> list[Block]:
    shown = found.goals[:MOST_LISTED]
    if found.intent == "off_track":
        texts = P_("One goal needs attention", "%(n)s goals need attention")
        head = words.render(Message.counted(texts, len(found.goals)), reader)
    elif found.intent in ("list_mine", "list_team"):
        texts = P_("One goal", "%(n)s goals, worst first")
        head = words.render(Message.counted(texts, len(found.goals)), reader)
    else:
        head = mrkdwn.clip(words.render(found.text, reader), MOST_SAID)
    blocks = [mrkdwn.section(mrkdwn.bold(mrkdwn.escape(head)))]
    for start in range(0, len(shown), 5):
        lines = [_line(one, reader, base_url) for one in shown[start : start + 5]]
        blocks.append(mrkdwn.section(*lines))
    rest = len(found.goals) - len(shown)
    if rest:
        more = P_("and one more on the page", "and %(n)s more on the page")
        blocks.append(mrkdwn.context(words.render(Message.counted(more, rest), reader)))
    url = f"{base_url.rstrip('/')}/goals"
    button = mrkdwn.button("goals_link", _say(N_("Open Headway"), reader), "goals", url=url)
    return [*blocks, mrkdwn.actions(button)]


def _line(one: Standing, reader: words.Reader, base_url: str) -> str:
    url = goal_url(base_url, one.goal.id)
    link = mrkdwn.link(url, mrkdwn.clip(one.goal.name, 120))
    reason = mrkdwn.escape(mrkdwn.clip(words.render(one.reason, reader), 250))
    return f"{marked(one.status, reader)} · {link} · {reason}"


def _choices(found: Answer, reader: words.Reader) -> Block:
    return mrkdwn.actions(
        *(
            mrkdwn.button(f"{ASK}{number}", words.format_value(one.label, reader), one.question)
            for number, one in enumerate(found.choices, 1)
        )
    )


def _say(text: str, reader: words.Reader) -> str:
    return words.render(Message(text), reader)
