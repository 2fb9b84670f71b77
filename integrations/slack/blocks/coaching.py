"""What a new goal comes to and what the coach says of it, above its form (pure)."""

from goals import words
from goals.tracking.smart.lint import Finding, Lint
from goals.tracking.standing import Standing
from goals.words import N_, Day, DayRange, Message, Reader
from integrations.slack.blocks import mrkdwn
from integrations.slack.blocks.alerts import goal_url
from integrations.slack.blocks.mrkdwn import Block

#: Findings shown at most, the gravest first; the page has the others.
MOST_FINDINGS = 6
_GRAVEST = ("fail", "weak", "warn")
_LETTERS = {
    "S": N_("Specific"),
    "M": N_("Measurable"),
    "A": N_("Achievable"),
    "R": N_("Relevant"),
    "T": N_("Time-bound"),
}


def looked_at(one: Standing, lint: Lint, reader: Reader) -> list[Block]:
    """Return what a goal comes to that is not set yet, and what the coach says."""
    results = list(lint.letters.values())
    counted = {word: results.count(word) for word in ("pass", "weak", "fail")}
    head = say(N_("%(pass)s pass, %(weak)s weak, %(fail)s fail"), reader, **counted)
    blocks = [mrkdwn.section(*_terms(one, reader))]
    found = sorted(lint.findings, key=lambda each: _GRAVEST.index(each.severity))
    lines = [_finding(each, reader) for each in found[:MOST_FINDINGS]]
    lines += [f"• {_shown(each, reader)}" for each in lint.known]
    blocks += [
        mrkdwn.section(mrkdwn.bold(say(N_("SMART coach"), reader)) + f": {head}"),
        *mrkdwn.sections(lines),
    ]
    if lint.rewrite is not None:
        could = mrkdwn.escape(mrkdwn.clip(lint.rewrite, 500))
        blocks.append(mrkdwn.section(say(N_("It could read:"), reader), could))
    stays = N_("Nothing is set yet. Change what you like, or set it as it is.")
    return [*blocks, mrkdwn.context(say(stays, reader)), {"type": "divider"}]


def done(name: str, goal_id: int, base_url: str, reader: Reader) -> list[Block]:
    """Return that a goal is set, and the way to its page."""
    url = goal_url(base_url, goal_id)
    set_ = N_("“%(name)s” is set. It is judged after the next sync, and every day.")
    label = say(N_("Open"), reader)
    return [
        mrkdwn.section(say(set_, reader, name=mrkdwn.link(url, name))),
        mrkdwn.actions(mrkdwn.button("goal_link", label, str(goal_id), url=url)),
    ]


def _terms(one: Standing, reader: Reader) -> list[str]:
    terms = one.terms
    metric = words.render(one.metric.name, reader)
    days = words.format_value(DayRange(terms.first_day, terms.last_day), reader)
    lines = [mrkdwn.bold(mrkdwn.name(one.goal.name)), f"{mrkdwn.escape(metric)} · {days}"]
    if one.target is not None:
        lines.append(mrkdwn.escape(words.render(one.target, reader)))
    if terms.baseline_value is not None:
        amount = words.amount(terms.baseline_value, one.unit, one.currency)
        text = N_("Baseline: %(amount)s")
        if terms.baseline_from is not None and terms.baseline_to is not None:
            text = N_("Baseline: %(amount)s, read from the records of %(first)s to %(last)s")
            first, last = Day(terms.baseline_from), Day(terms.baseline_to)
            lines.append(mrkdwn.escape(say(text, reader, amount=amount, first=first, last=last)))
        else:
            lines.append(mrkdwn.escape(say(text, reader, amount=amount)))
    if one.owner_name:
        lines.append(say(N_("Owner: %(name)s"), reader, name=mrkdwn.name(one.owner_name)))
    return lines


def _finding(found: Finding, reader: Reader) -> str:
    letter = mrkdwn.bold(say(_LETTERS[found.letter], reader))
    parts = [_shown(one, reader) for one in (found.message, found.evidence, found.fix) if one]
    return f"• {letter}: {' '.join(parts)}"


def _shown(message: Message, reader: Reader) -> str:
    return mrkdwn.escape(mrkdwn.clip(words.render(message, reader), 400))


def say(text: str, reader: Reader, **params: object) -> str:
    """Return a text in a reader's language."""
    return words.render(Message(text, params), reader)
