"""What speaks for a remedy: live readings where the records allow, else why nothing can be seen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from goals import words, workspace
from goals.calendar import Period
from goals.errors import Refusal
from goals.metrics import notes, readings, receipts, soundness
from goals.metrics.catalogue import MILESTONE
from goals.tracking import freshness
from goals.tracking.freshness import Feed
from goals.tracking.remedies import catalogue, pipeline, splits
from goals.tracking.remedies.catalogue import Lacking, Remedy
from goals.tracking.remedies.fact import Fact, Part, lacking
from goals.tracking.remedies.look import Look
from goals.tracking.standing import Standing
from goals.words import N_, Message

LOOKS: dict[str, Callable[[Look], Fact]] = {
    "by:owner": lambda look: splits.of(look, "owner"),
    "by:source": lambda look: splits.of(look, "source"),
    "stages": pipeline.stages,
    "coverage": pipeline.coverage,
    "load": pipeline.load,
}
#: Statuses in which something is to be tried.
ASKED = frozenset(("at_risk", "off_track"))
#: What a source may lack -> how it is called.
RECORDS = {
    "activity": N_("activities"),
    "campaign": N_("campaigns"),
    "email_event": N_("e-mail events"),
    "lead": N_("leads"),
    "lead_event": N_("lead events"),
    "purchase": N_("purchases"),
    "spend": N_("spend"),
    "subscription": N_("subscriptions"),
    "survey_answer": N_("survey answers"),
    "ticket": N_("tickets"),
    "web_visit": N_("web visits"),
}


@dataclass(frozen=True)
class Suggestion:
    """Where to look first, the actions that may help, and what the records say about them."""

    first_look: Message
    remedies: tuple[Remedy, ...]
    facts: tuple[Fact, ...]


def suggest(session: Session, one: Standing, *, today: date, now: datetime) -> list[Suggestion]:
    """Return what can be tried for a goal that is at risk or off track, nothing for others."""
    if one.status not in ASKED or one.metric is MILESTONE:
        return []
    look = Look(session, one, today, now)
    found = []
    for row in catalogue.rows(one.goal.metric):
        facts: list[Fact] = []
        for name in row.looks:
            facts.extend(_data(look) if name == "data" else [_seen(look, LOOKS[name])])
        facts.extend(_cannot(look, each) for each in row.lacking)
        found.append(Suggestion(Message(row.first_look), row.remedies, tuple(facts)))
    return found


def _seen(look: Look, how: Callable[[Look], Fact]) -> Fact:
    try:
        with look.session.begin_nested():
            return how(look)
    except Refusal as error:
        # Such as a part of the goal that open deals cannot be narrowed to.
        return lacking(N_("We cannot see this: %(reason)s"), reason=error.message)


def _cannot(look: Look, one: Lacking) -> Fact:
    feeds = {kind: _feed(look, (kind,)) for kind in one.records}
    absent = [Message(RECORDS[kind]) for kind, feed in feeds.items() if not feed.names]
    if absent:
        return lacking(
            N_("We cannot see %(what)s: no source delivers %(records)s."),
            what=Message(one.what),
            records=absent,
        )
    return lacking(
        N_("We cannot see %(what)s yet: Headway does not count it from %(records)s."),
        what=Message(one.what),
        records=[Message(RECORDS[kind]) for kind in one.records],
    )


def _data(look: Look) -> list[Fact]:
    return [_age(look), *_restated(look), _quality(look)]


def _age(look: Look) -> Fact:
    feed = _feed(look, look.metric.needs)
    if feed.heard_at is None:
        return lacking(N_("We cannot see how old the data are: no source was read yet."))
    names = ", ".join(feed.names)
    if feed.synced_at is not None:
        hours = max(0, (look.now - feed.synced_at) // timedelta(hours=1))
        age = Message.counted(
            words.P_("read less than an hour ago", "read less than %(n)s hours ago"), hours + 1
        )
    else:
        age = Message(N_("newest record of %(day)s"), {"day": _day(feed.data_to)})
    parts = [Part(age)]
    if feed.broken:
        parts.append(Part(Message(N_("to be connected again: %(names)s"), {"names": feed.broken})))
    return Fact(Message(N_("%(names)s:"), {"names": names}), tuple(parts))


def _restated(look: Look) -> list[Fact]:
    """Return whether the number that was judged is another one today, and what it leaves out."""
    seen = look.one.evaluation
    if seen is None or seen.receipt is None:
        return []
    reading = receipts.find(look.session, seen.receipt)
    again = readings.read(
        look.session, receipts.query_of(reading), today=look.today, now=look.now, keep=False
    )
    before = words.amount(reading.value, reading.unit, reading.currency)
    if again.value == reading.value:
        text = N_("The number that was judged, %(before)s, is still the same.")
        first = Fact(Message(N_("Restated values:")), (_part(text, seen.receipt, before=before),))
    else:
        text = N_("%(before)s when it was judged, %(now)s today")
        now = words.amount(again.value, again.unit, again.currency)
        parts = (_part(text, seen.receipt, before=before, now=now),)
        first = Fact(Message(N_("Restated values:")), parts)
    said = [
        note
        for note in map(notes.stored, reading.notes)
        if note.code in ("undated", "excluded_currency", "restated", "small_n")
    ]
    return [first, *(Fact(note.message, ()) for note in said)]


def _quality(look: Look) -> Fact:
    """Return how sound the records behind the number are, else the score somebody entered."""
    seen = look.one.evaluation
    if seen is not None and seen.receipt is not None:
        reading = receipts.find(look.session, seen.receipt)
        score = soundness.of_reading(look.session, reading, look.today)
        if score is not None and score.n:
            return Fact(Message(N_("Quality:")), (Part(score.message, seen.receipt),))
    period = Period.of(look.today - timedelta(days=92), look.today)
    asked = look.read(period, metric="data_quality", narrowed=None) if _is_whole(look) else None
    if asked is None or asked.value is None:
        return lacking(
            N_("We cannot see a score of the data's quality: none was entered or imported.")
        )
    text = N_("Score of the data's quality: %(value)s")
    return Fact(
        Message(N_("Quality:")), (_part(text, asked.receipt, value=words.Rate(asked.value)),)
    )


def _is_whole(look: Look) -> bool:
    """Tell whether a goal counts everything: a number entered as a whole has no parts."""
    return not look.one.goal.segment


def _part(text: str, receipt: str | None, **params: object) -> Part:
    return Part(Message(text, params), receipt)


def _day(day: date | None) -> object:
    return None if day is None else words.Day(day)


def _feed(look: Look, kinds: tuple[str, ...]) -> Feed:
    window = Period.of(look.one.terms.first_day, look.one.terms.last_day)
    bucket = timedelta(days=workspace.of(look.session).fiscal.buckets(window)[0].days)
    return freshness.feeds(look.session, kinds, bucket, look.now)
