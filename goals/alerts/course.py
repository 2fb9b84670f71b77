"""What a decision makes of a story: begun, told, kept back, over (pure).

The same steps hold where rules are evaluated and where the past is replayed; what differs is the
`Book` in which stories stand.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from goals import words
from goals.alerts.conditions import Decision
from goals.alerts.rules import Telling
from goals.words import N_, Message

WEEK = timedelta(days=7)
_PASSED = N_("It was over before it was told.")
_PUT_OFF = N_("Put off until %(until)s.")


class Story(Protocol):
    """What a rule has to tell of a subject, from when it began to when it is over."""

    subject: str
    state: str
    word: str
    snoozed_until: datetime | None
    wake_at: datetime | None


S = TypeVar("S", bound=Story)


class Terms(Protocol):
    """What of a rule says when a story may begin and who hears of it next."""

    cool_down: int
    weekly_most: int | None
    ladder: list[dict[str, Any]]


class Book(Protocol[S]):
    """Where the stories of a rule stand."""

    @property
    def terms(self) -> Terms:
        """Return the rule."""

    def begin(self, subject: str, now: datetime, today: date) -> S:
        """Begin a story, which waits until it is told."""

    def told(self, story: S, word: str, now: datetime) -> None:
        """Keep that a story was told, and what was told last."""

    def close(self, story: S, now: datetime) -> None:
        """End a story."""

    def ended(self, subject: str) -> datetime | None:
        """Return when the latest story about a subject that was told ended, None for none."""

    def told_since(self, since: datetime) -> Sequence[datetime]:
        """Return when stories were first told after an instant, the oldest first."""


@dataclass(frozen=True)
class Followed(Generic[S]):
    """What came of a decision: its reason, what is told now (None: nothing), and the story."""

    decision: Decision
    telling: Telling | None
    story: S | None


def follow(
    book: Book[S],
    decision: Decision,
    story: S | None,
    subject: str,
    *,
    word: str,
    now: datetime,
    today: date,
) -> Followed[S]:
    """Begin, continue or end a story as a decision asks for, and say what is told of it now.

    `story` is the one of the subject that runs, None for none.
    """
    found = decision.telling
    if story is not None and story.state == "waiting":
        if decision.holds is False:
            book.close(story, now)
            decision = replace(decision, code="passed", why=Message(_PASSED))
        # What was kept back is told as soon as it may be, if it is still so.
        found = Telling("alert", opens=True) if decision.holds else None
    if found is not None and found.kind == "alert":
        if story is not None and story.state != "waiting":
            # Such as a goal whose terms changed in between: that story is another one.
            book.close(story, now)
            story = None
        story = story or book.begin(subject, now, today)
    kept_back = None if found is None else _kept_back(book, found, story, now)
    if kept_back is not None:
        code, why = kept_back
        decision, found = replace(decision, code=code, why=why), None
        if story is not None and story.state == "snoozed":
            story.word = word
    if found is not None and story is not None:
        book.told(story, word, now)
        if found.kind == "alert" and book.terms.ladder:
            story.wake_at = now + timedelta(hours=book.terms.ladder[0]["hours"])
        if _is_end(found):
            book.close(story, now)
    return Followed(decision, found, story)


def may_tell(book: Book[S], story: S, now: datetime) -> bool:
    """Tell whether a story that was kept back is told now; else it wakes when it may be."""
    held = _restraint(book, story.subject, now)
    if held is not None:
        story.wake_at = held[2]
    return held is None


def _is_snoozed(story: Story, now: datetime) -> bool:
    """Tell whether a story is put off at an instant."""
    until = story.snoozed_until
    return story.state == "snoozed" and until is not None and now < until


def _is_end(found: Telling) -> bool:
    return found.kind == "recovery" and not found.opens


def _kept_back(
    book: Book[S], found: Telling, story: S | None, now: datetime
) -> tuple[str, Message] | None:
    """Return why something is not told now, in code and words; None where it may be."""
    if story is None or _is_end(found):
        return None
    if found.kind == "alert":
        held = _restraint(book, story.subject, now)
        if held is not None:
            story.wake_at = held[2]
        return held[:2] if held is not None else None
    if _is_snoozed(story, now):
        return "snoozed", Message(_PUT_OFF, {"until": words.Instant(story.snoozed_until or now)})
    return None


def _restraint(book: Book[S], subject: str, now: datetime) -> tuple[str, Message, datetime] | None:
    """Return why a rule begins no story now, and until when; None where it may."""
    terms = book.terms
    ended = book.ended(subject) if terms.cool_down else None
    if ended is not None:
        until = ended + timedelta(hours=terms.cool_down)
        if now < until:
            text = N_("The last alert about it ended on %(at)s; the rule waits until %(until)s.")
            said = {"at": words.Instant(ended), "until": words.Instant(until)}
            return "cooling_down", Message(text, said), until
    most = terms.weekly_most
    if most is not None:
        begun = book.told_since(now - WEEK)
        if len(begun) >= most:
            until = begun[len(begun) - most] + WEEK
            text = N_("The rule began %(n)s stories in seven days, as many as it may.")
            return "weekly_most", Message(text, {"n": len(begun)}), until
    return None
