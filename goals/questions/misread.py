"""What else a question may have meant, where the answer was not what somebody asked for."""

from datetime import datetime

from sqlmodel import Session

from goals.questions import ask, offering, seen, text
from goals.questions.answer import Answer, Choice
from goals.questions.room import Room
from goals.questions.seen import Seen
from goals.tracking.visibility import Audience
from goals.words import N_, Message

#: Other goals offered at most.
MOST_GOALS = 4
#: What else is asked of the goal that was answered about: the intent and how the button reads.
OTHERWISE = (
    ("status", N_("How it stands")),
    ("why", N_("Why it stands so")),
    ("owner", N_("Who owns it")),
    ("due", N_("When it is due")),
)
#: Shorter words say nothing of what was meant.
_SHORTEST = 3


def readings(
    session: Session, question: str, who: Audience, goal_id: int | None, *, now: datetime
) -> Answer:
    """Return the other readings of a question as choices: other goals, and other questions.

    `goal_id` is the goal that it was answered about, which it did not mean, or not so. Only goals
    that the audience may see are named.
    """
    room = Room(session, seen.every(session, who), who, None, None, False, now, None)
    asked = room.read(question)
    others = [one for one in _near(room, question, asked.goals + asked.near) if one != goal_id]
    found = room.of(others[:MOST_GOALS])
    choices = [*ask.offered(found, room)]
    meant = room.by_id.get(goal_id) if goal_id is not None else None
    if meant is not None:
        choices += _otherwise(meant, asked.intent, room)
    choices.append(Choice(Message(N_("What can I ask?")), "help"))
    said = N_("I misread that; the question is kept, so that I can learn it. Did you mean this?")
    return Answer("choose", "status", Message(said), choices=tuple(choices))


def _otherwise(meant: Seen, intent: str, room: Room) -> list[Choice]:
    """Return what else can be asked of a goal than was answered."""
    found = []
    for other, label in OTHERWISE:
        if other != intent:
            [one] = ask.offered([meant], room, other)
            found.append(Choice(Message(label), one.question))
    return found


def _near(room: Room, question: str, first: tuple[int, ...]) -> list[int]:
    """Return goals that share words with a question, those that were read from it first."""
    words = text.canonical(question)
    said = {one for one in words.split() if len(one) >= _SHORTEST}
    found = dict.fromkeys(first)
    ranked = []
    names = {one.id: one for one in room.known.goals}
    for place, name in enumerate(names[one.id] for one in room.seen):
        forms = [text.canonical(one) for one in (name.name, *name.called, *name.aliases)]
        shared = max((_shared(words, said, form) for form in forms), default=0)
        if shared:
            ranked.append((-shared, place, name.id))
    found |= dict.fromkeys(one for _, _, one in sorted(ranked))
    return list(found)


def _shared(words: str, said: set[str], form: str) -> int:
    """Return how many characters of a name's words stand in a question."""
    parts = [one for one in form.split() if len(one) >= _SHORTEST]
    shared = sum(len(one) for one in parts if one in said)
    if not shared and any(map(text.is_unspaced, form)):
        shared = max((len(one) for one in form.split() if one in words), default=0)
    slips = offering.fitting(words, (form,)) if not shared else None
    return shared or (1 if slips is not None else 0)
