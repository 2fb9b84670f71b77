"""What the form of a check-in shows: the numbers, then what only a person can say (pure)."""

from collections.abc import Mapping

from goals import words
from goals.tracking import facts
from goals.tracking.checkins import confidence, keeping
from goals.tracking.checkins.keeping import Said
from goals.tracking.checkins.table import Checkin
from goals.tracking.standing import Standing
from goals.words import N_, Message
from integrations.slack import modals
from integrations.slack.blocks import alerts, inputs, mrkdwn
from integrations.slack.blocks.mrkdwn import Block
from integrations.slack.modals import View
from integrations.slack.people import Asker

FORM = "checkin"
_TITLE, _SAVE, _CHANGE = N_("Check in"), N_("Save check-in"), N_("Save changes")
_READ = N_("Read on %(at)s. You need not type it.")
_NOT_READ = N_("It was not reviewed yet.")
_SURE = N_("How sure are you that the target is reached?")
_HINT = N_("Kept beside what the numbers say. It changes no status.")
_MEANWHILE = N_(
    "Somebody changed this check-in while you had it open. Now it says: %(said)s."
    " Save again to put yours in its place."
)


def view(
    one: Standing,
    kept: Mapping[str, str],
    who: Asker,
    *,
    row: Checkin | None = None,
    typed: Said | None = None,
) -> View:
    """Return the form; with `row` it changes that check-in.

    `typed` is what somebody wants it to say while another has changed it.
    """
    reader, seen = who.reader, one.evaluation
    more = {} if row is None else {"checkin": str(row.id), "version": str(row.version)}
    if seen is not None and "evaluation" not in kept:
        more["evaluation"] = str(seen.id)
    said = typed or _of(row)
    submit = Message(_SAVE if row is None else _CHANGE)
    meanwhile = row if typed is not None else None
    blocks = [*_standing(one, who), *_meanwhile(meanwhile, who), *_fields(said, reader)]
    return modals.form(FORM, Message(_TITLE), submit, blocks, {**kept, **more}, reader)


def _of(row: Checkin | None) -> Said:
    if row is None:
        return Said("", "")
    return Said(row.confidence, row.note, row.blocker, row.next_action, row.next_due)


def _standing(one: Standing, who: Asker) -> list[Block]:
    """Return where the goal is, so that nobody types what is known."""
    told = alerts.numbers(facts.of_standing(one), who.reader, bold=True)
    seen = one.evaluation
    read = Message(_NOT_READ)
    if seen is not None:
        read = Message(_READ, {"at": words.Instant(seen.evaluated_at)})
    note = words.render(read, who.reader)
    head = mrkdwn.bold(mrkdwn.name(one.goal.name))
    lines = [head, told] if told else [head]
    return [mrkdwn.section(*lines), mrkdwn.context(mrkdwn.escape(note))]


def _meanwhile(row: Checkin | None, who: Asker) -> list[Block]:
    """Return what a check-in says by now, where somebody else has changed it."""
    if row is None:
        return []
    parts = [words.render(confidence.said(row.confidence), who.reader), row.note]
    parts += [text for text in (row.blocker, row.next_action) if text]
    if row.next_due is not None:
        parts.append(words.Day(row.next_due).format(who.reader))
    said = mrkdwn.clip(" \u00b7 ".join(parts), 2000)
    told = words.render(Message(_MEANWHILE, {"said": said}), who.reader)
    return [mrkdwn.section(mrkdwn.escape(told))]


def _fields(said: Said, reader: words.Reader) -> list[Block]:
    choices = [(value, confidence.said(value), None) for value in confidence.WORDS]
    line, needs = keeping.LINE, Message(N_("What do you need, and from whom?"))
    return [
        inputs.radio(
            "confidence",
            Message(_SURE),
            choices,
            reader,
            value=said.confidence,
            hint=Message(_HINT),
        ),
        inputs.area("note", Message(N_("What changed?")), reader, keeping.NOTE, value=said.note),
        inputs.line("blocker", needs, reader, line, value=said.blocker, is_optional=True),
        inputs.line(
            "next_action",
            Message(N_("Next action")),
            reader,
            line,
            value=said.next_action,
            is_optional=True,
        ),
        inputs.day("next_due", Message(N_("By")), reader, value=said.next_due, is_optional=True),
    ]
