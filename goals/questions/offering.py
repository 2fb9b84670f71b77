"""Offering what somebody may mean while they type: goals by the beginning of what they go by."""

from collections.abc import Iterable, Sequence

from rapidfuzz.distance import OSA
from sqlmodel import Session

from goals.questions import seen, text
from goals.questions.naming import Name
from goals.questions.room import Room
from goals.questions.slips import LONG_WORD
from goals.tracking.standing import Standing
from goals.tracking.visibility import Audience

#: A menu offers at most so many.
MOST = 100
#: How well what was typed fits, the best first.
NAME, WORD, WITHIN, OTHER, SLIP = range(5)


def goals(session: Session, who: Audience, typed: str, *, most: int = MOST) -> list[Standing]:
    """Return the goals that an audience may see and that what was typed may begin.

    Names come first, then what else goals are called; where nothing fits, slips of the fingers are
    looked past. Goals that fit alike stand worst first. With nothing typed they are all offered.
    """
    room = Room(session, seen.every(session, who), who, None, None, False, None, None)
    words = text.canonical(typed)
    if not words:
        return room.whole(room.seen[:most])
    names = {one.id: one for one in room.known.goals}
    ranked = [
        (rank, place, one)
        for place, one in enumerate(room.seen)
        if (rank := _rank(words, names[one.id])) is not None
    ]
    best = min((rank for rank, _, _ in ranked), default=SLIP)
    kept = [one for one in ranked if one[0] < SLIP or best == SLIP]
    found = [one for _, _, one in sorted(kept, key=lambda each: each[:2])]
    return room.whole(found[:most])


def fitting(words: str, names: Iterable[str]) -> int | None:
    """Return how well typed words fit the best of some names, None where they fit none."""
    ranks = [_of_name(words, text.canonical(one)) for one in names]
    return min((one for one in ranks if one is not None), default=None)


def _rank(words: str, name: Name) -> int | None:
    by_name = fitting(words, (name.name, *name.called))
    if by_name is not None and by_name < SLIP:
        return by_name
    others = (*name.aliases, *name.segment, *name.owners, *name.teams)
    other = fitting(words, others)
    if other is not None and other < WITHIN:
        return OTHER
    return by_name


def _of_name(words: str, name: str) -> int | None:
    if not name:
        return None
    if name.startswith(words):
        return NAME
    at = name.find(words)
    while at >= 0:
        if text.is_boundary(name, at):
            return WORD
        at = name.find(words, at + 1)
    if words in name and any(map(text.is_unspaced, words)):
        return WITHIN
    return SLIP if _is_slip(words, name) else None


def _is_slip(words: str, name: str) -> bool:
    """Tell whether words are the beginning of a name, or of words in it, but for a slip."""
    if len(words) < text.SHORTEST_GUESS or any("\u2e80" <= one <= "\u9fff" for one in words):
        return False
    # Another number is another goal, never a slip.
    if any(one.isdecimal() and one not in name.split() for one in words.split()):
        return False
    most = 2 if len(words) >= LONG_WORD else 1
    parts = name.split()
    return any(_begins(words, " ".join(parts[at:]), most) for at in range(len(parts)))


def _begins(words: str, name: str, most: int) -> bool:
    if name[:1] != words[:1]:
        return False
    ends: Sequence[int] = range(len(words) - most, len(words) + most + 1)
    return any(OSA.distance(words, name[:end], score_cutoff=most) <= most for end in ends)
