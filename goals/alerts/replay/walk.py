"""A rule walked over the past of its goals, by the steps by which it is evaluated live (pure).

No person takes part in it: nothing is taken on or put off, and every place can be written to.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from goals.alerts import conditions, course, rules
from goals.alerts.conditions import Known, Point
from goals.alerts.rules import Telling
from goals.tracking import status
from goals.tracking.past_days import Past, Said


@dataclass(frozen=True)
class Rule:
    """What of a rule decides what it says."""

    kind: str
    settings: Mapping[str, Any]
    cool_down: int = 0
    weekly_most: int | None = None


@dataclass(frozen=True)
class Sent:
    """A message that a rule would have sent about a subject; `leaves` is when it leaves."""

    subject: str
    kind: str
    opens: bool
    decided: datetime
    leaves: datetime

    @property
    def is_firing(self) -> bool:
        """Tell whether the rule fired: a message that begins something, and is no good end."""
        return self.opens and self.kind != "achieved"


@dataclass
class Story:
    """A story of the past; `heard` is the last bad status that it told ("" for none)."""

    subject: str
    word: str = ""
    heard: str = ""
    state: str = "waiting"
    snoozed_until: datetime | None = None
    wake_at: datetime | None = None
    is_told: bool = False


class Stories:
    """The stories of a rule over the past, as `course.Book` has them."""

    def __init__(self, rule: Rule) -> None:
        self.terms = _Terms(rule.cool_down, rule.weekly_most, [])
        self.running: dict[str, Story] = {}
        self._ended: dict[str, datetime] = {}
        self._told: list[datetime] = []
        #: The last recovery of each subject with its story, and when the one before it had ended.
        self.recovered: dict[str, tuple[Sent, Story, datetime | None]] = {}
        self._closed: tuple[Story, datetime | None] | None = None
        #: What never left, because something worse came before it could.
        self.taken_back: list[Sent] = []

    def begin(self, subject: str, now: datetime, today: date) -> Story:
        """Begin a story, which waits until it is told."""
        self.running[subject] = Story(subject)
        return self.running[subject]

    def told(self, story: Story, word: str, now: datetime) -> None:
        """Keep that a story was told."""
        if not story.is_told:
            self._told.append(now)
        story.state, story.word, story.is_told = "firing", word, True
        story.heard = word if word in rules.BAD else story.heard

    def close(self, story: Story, now: datetime) -> None:
        """End a story."""
        story.state, story.wake_at = "closed", None
        self.running.pop(story.subject, None)
        self._closed = story, self._ended.get(story.subject)
        if story.is_told:
            self._ended[story.subject] = now

    def recovery(self, sent: Sent) -> None:
        """Keep that the story that was ended last was told to be over."""
        if self._closed is not None:
            self.recovered[sent.subject] = (sent, *self._closed)

    def resume(self, subject: str, now: datetime) -> tuple[Sent, Story] | None:
        """Let a story go on whose recovery has not left, as `resuming` does; None for none."""
        sent, story, before = self.recovered.pop(subject, (None, None, None))
        if sent is None or story is None or now >= sent.leaves:
            return None
        story.state, story.word = "firing", story.heard
        self.running[subject] = story
        self._ended.pop(subject, None)
        if before is not None:
            self._ended[subject] = before
        return sent, story

    def ended(self, subject: str) -> datetime | None:
        """Return when the latest story about a subject that was told ended, None for none."""
        return self._ended.get(subject)

    def told_since(self, since: datetime) -> Sequence[datetime]:
        """Return when stories were first told after an instant, the oldest first."""
        first = len(self._told)
        while first and self._told[first - 1] > since:
            first -= 1
        return self._told[first:]

    def due(self, now: datetime) -> list[Story]:
        """Return the stories that were kept back and whose time has come, the earliest first."""
        waiting = [
            one
            for one in self.running.values()
            if one.state == "waiting" and one.wake_at is not None and one.wake_at <= now
        ]
        return sorted(waiting, key=lambda one: one.wake_at or now)


@dataclass
class _Terms:
    cool_down: int
    weekly_most: int | None
    ladder: list[dict[str, Any]]


@dataclass(frozen=True)
class Look:
    """An instant at which a rule looks at a subject; `tells` returns what it tells then."""

    at: datetime
    subject: str
    tells: "Callable[[Stories], Telling | None]"


def walk(
    rule: Rule, pasts: Sequence[Past], until: datetime, leaves: Callable[[datetime], datetime]
) -> list[Sent]:
    """Return what a rule about goals would have sent up to an instant, as `told` has it.

    Raises KeyError for a rule that does not look at goals.
    """
    looks = []
    for one in sorted(pasts, key=lambda past: past.goal.id):
        seen = _Goal(rule, one)
        looks += [
            Look(said.at, seen.subject, partial(seen.look, place=place, at=said.at))
            for place, said in enumerate(one.said)
        ]
    return told(rule, looks, until, leaves)


def told(
    rule: Rule, looks: Iterable[Look], until: datetime, leaves: Callable[[datetime], datetime]
) -> list[Sent]:
    """Return what a rule would have sent up to an instant, in the order in which it was decided.

    Looks at one instant are taken as they come. `leaves` gives the first instant from one on at
    which its messages leave.
    """
    book = Stories(rule)
    sent: list[Sent] = []

    def send(subject: str, telling: Telling, at: datetime) -> None:
        sent.append(Sent(subject, telling.kind, telling.opens, at, leaves(at)))
        if telling.kind == "recovery":
            book.recovery(sent[-1])

    def wake(now: datetime) -> None:
        for story in book.due(now):
            woken = story.wake_at or now
            story.wake_at = None
            if course.may_tell(book, story, woken):
                book.told(story, story.word, woken)
                send(story.subject, Telling("alert", opens=True), woken)

    for look in sorted(looks, key=lambda one: one.at):
        if look.at > until:
            break
        wake(look.at)
        found = look.tells(book)
        if found is not None:
            send(look.subject, found, look.at)
    wake(until)
    return [one for one in sent if not any(one is back for back in book.taken_back)]


class _Goal:
    """A goal's past as one rule sees it."""

    def __init__(self, rule: Rule, past: Past) -> None:
        self.rule, self.subject, self.said = rule, str(past.goal.id), past.said
        self.spoken: str | None = None
        self.fired: set[str] = set()
        self.points: list[Point] = []
        self.version: int | None = None

    def look(self, book: Stories, place: int, at: datetime) -> Telling | None:
        """Evaluate the rule at one of the instants, and return what it tells."""
        now = self.said[place]
        before = self.said[place - 1] if place else None
        shown = None if before is None else before.status
        was_final = before is not None and before.final
        story = book.running.get(self.subject)
        known = Known(
            points=self._points(now, before),
            spoken=rules.spoken(shown, lambda: self.spoken),
            changed=status.is_news(now.status, now.final, shown, was_final),
            is_open=story is not None and story.state != "waiting",
            told=self.fired,
        )
        if now.status in rules.BAD | rules.GOOD:
            self.spoken = now.status
        decision = conditions.decide(self.rule.kind, self.rule.settings, known)
        if story is None and decision.telling is not None and decision.telling.kind == "alert":
            gone_on = book.resume(self.subject, at)
            if gone_on is not None:
                taken_back, story = gone_on
                book.taken_back.append(taken_back)
                spoken = story.word or known.spoken
                known = replace(known, spoken=spoken, changed=spoken != now.status, is_open=True)
                decision = conditions.decide(self.rule.kind, self.rule.settings, known)
        done = course.follow(
            book, decision, story, self.subject, word=now.status, now=at, today=now.day
        )
        if done.telling is not None:
            self.fired.add(done.decision.code)
        return done.telling

    def _points(self, now: Said, before: Said | None) -> Sequence[Point]:
        """Return the days up to one, the last look at each, under the terms of that one."""
        if self.rule.kind not in conditions.WITH_HISTORY:
            return [_point(now)]
        if before is None or now.version != before.version:
            self.points = []
        if self.points and self.points[-1].day == now.day:
            self.points.pop()
        self.points.append(_point(now))
        first = now.day - conditions.LOOK_BACK
        while self.points[0].day < first:
            self.points.pop(0)
        return self.points


def _point(said: Said) -> Point:
    return Point(said.day, said.status, said.final, said.pace, said.chance, said.share)
