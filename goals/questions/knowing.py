"""Answers that are about no goal: what a metric means, one's own number, languages, help."""

from goals import words
from goals.metrics import catalogue, library
from goals.metrics.catalogue import Metric
from goals.questions.answer import Answer, Choice
from goals.questions.parse import Question
from goals.questions.room import Room
from goals.table import workspace_of
from goals.tracking.selling import mine, sellers
from goals.words import N_, DayRange, Message
from goals.workspace import Member


def definition(room: Room, asked: Question) -> Answer | None:
    """Return what the metric that was named means, None where it is not clear which one."""
    found = _metrics(room, asked)
    if len(found) != 1:
        return None if not found else _which(found)
    [metric] = found
    told: dict[str, object] = {"metric": metric.name, "formula": metric.formula}
    text = Message(N_("%(metric)s: %(formula)s."), told)
    if metric.note is not None:
        text = Message(N_("%(metric)s: %(formula)s. %(note)s"), {**told, "note": metric.note})
    return Answer("answer", "definition", text, metric=metric.id)


def _metrics(room: Room, asked: Question) -> list[Metric]:
    goals = room.of(asked.goals)
    named = [catalogue.METRICS[one] for one in sorted(asked.metrics) if one in catalogue.METRICS]
    if named and (len(named) == 1 or not goals):
        return named
    mine_ = {one.metric for one in goals}
    return list(library.named(room.session, mine_).values())


def _which(found: list[Metric]) -> Answer:
    choices = tuple(Choice(one.name, f"definition of {one.id}") for one in found[:5])
    text = Message(N_("Several numbers go by that name. Which one do you mean?"))
    return Answer("choose", "definition", text, choices=choices)


def my_number(room: Room, asked: Question) -> Answer:
    """Return what the asker has sold of the quota, which nobody else reads."""
    if not room.is_alone:
        text = Message(N_("I say your own number only to you: ask me in a direct message."))
        return Answer("refused", "my_number", text)
    if room.asker is None or not room.asker.member_id or room.instant is None:
        text = Message(N_("I do not know who is asking, so I cannot say your number."))
        return Answer("unknown", "my_number", text)
    today = room.today
    assert today is not None
    key = (workspace_of(room.session), room.asker.member_id)
    member = room.session.get(Member, key)
    name = None if member is None else sellers.of_member(room.session, member)
    if name is None:
        text = Message(
            N_("No owner of deals has your address. An owner can say in Headway who you are there.")
        )
        return Answer("unknown", "my_number", text)
    period = room.period(asked.period) or room.here.fiscal.quarter(today)
    found = mine.of(room.session, name, period, today=today, now=room.instant, earlier=False)
    days = DayRange(period.first, period.last)
    line = found.line
    if line is None or line.quota is None or line.attainment is None:
        sold = words.amount(line.actual, "money", found.currency) if line is not None else None
        text = Message(
            N_("%(name)s: %(sold)s sold from %(days)s. There is no quota for you."),
            {"name": name, "sold": sold, "days": days},
        )
    else:
        text = Message(
            N_(
                "%(name)s: %(sold)s of %(quota)s sold from %(days)s, that is %(rate)s. %(gap)s"
                " are missing."
            ),
            {
                "name": name,
                "sold": words.amount(line.actual, "money", found.currency),
                "quota": words.amount(line.quota, "money", found.currency),
                "rate": words.Rate(line.attainment),
                "gap": words.amount(line.gap, "money", found.currency),
                "days": days,
            },
        )
    kept = found.attainment.receipt if found.attainment is not None else None
    return Answer(
        "answer",
        "my_number",
        text,
        receipt=room.receipt(kept),
        period=(period.first, period.last),
        metric="quota_attainment",
        value=None if line is None else line.attainment,
    )


def languages() -> Answer:
    """Return which languages are understood, and where one's own is chosen."""
    text = N_(
        "I understand English, Thai and Chinese, also mixed. I answer in the language of your"
        " account; choose it in Headway."
    )
    return Answer("answer", "language", Message(text))
