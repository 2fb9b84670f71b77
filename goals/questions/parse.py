"""From a question's words to what is asked: the intent and what it is about (pure).

A grammar of phrases, no guessing: what does not fit one is unknown, and a goal is only named
by words that are all its own.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from goals.questions import text

#: Likeness (0 to 100) from which a typing error is read as a name, and how much clearer the
#: best reading must be than the next.
LIKE, CLEARER = 80.0, 6.0
#: Shorter names are not guessed at.
SHORTEST_GUESS = 4

_STATUS = re.compile(
    r"^(?:please\s+)?(?:(?:what(?:'s|\s+is|\s+are)?|show(?:\s+me)?|tell\s+me|give\s+me)\s+)?"
    r"(?:the\s+)?(?:current\s+)?status\s+(?:of|for|on)\s+(?P<about>.+)$"
    r"|^(?:how(?:'s|\s+is|\s+are))\s+(?:we\s+doing\s+(?:on|with)\s+)?(?P<how>.+?)"
    r"(?:\s+(?:doing|going|looking))?$"
    r"|^(?P<bare>.+?)\s+status$",
    re.IGNORECASE,
)
_BAD = re.compile(
    r"^(?:what(?:'s|\s+is|\s+are)?|which(?:\s+goals?)?(?:\s+(?:is|are))?|show(?:\s+me)?|list)?"
    r"\s*(?:all\s+)?(?:the\s+)?(?:goals?\s+)?(?:that\s+(?:is|are)\s+)?(?:currently\s+)?"
    r"(?:off[\s-]*track|at[\s-]*risk|behind|late|in\s+trouble)"
    r"(?:\s+goals?)?(?:\s+(?:now|today|right\s+now))?$",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"^(?:(?:show|list)(?:\s+me)?\s+)?(?:all\s+)?(?:the\s+|our\s+|my\s+)?goals?$|^status$|^all$",
    re.IGNORECASE,
)
_HELP = re.compile(
    r"^(?:help(?:\s+me)?|hi|hello|hey|what\s+can\s+(?:you|i)\s+(?:do|ask)|how\s+does\s+this\s+work)$",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"^(?:please\s+)?(?:delete|remove|archive|change|set|update|edit|rename|create|add)\b",
    re.IGNORECASE,
)
_LEAD = re.compile(r"^(?:the|our|my)\s+", re.IGNORECASE)
_TAIL = re.compile(r"\s+(?:goal|target|now|today|please|right now)$", re.IGNORECASE)


@dataclass(frozen=True)
class Name:
    """Something a question may be about: a goal by its id, and the words it is known by."""

    id: int
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """What was understood: an intent, the goals it may be about, and how sure that is.

    `read_as` is the name a typing error was read as, None where the words were exact.
    """

    intent: str
    goals: tuple[int, ...] = ()
    read_as: str | None = None
    near: tuple[int, ...] = field(default=())


def parse(question: str, known: Sequence[Name]) -> Question:
    """Return what a question asks of the goals known to the asker."""
    asked = text.plain(question).rstrip("?!. ")
    if not asked:
        return Question("help")
    exact = _named(asked, known)
    if exact.goals and exact.read_as is None:
        return exact
    if _HELP.match(asked):
        return Question("help")
    if _ALL.match(asked):
        return Question("list")
    if _BAD.match(asked):
        return Question("off_track")
    return _about(asked, known)


def _about(asked: str, known: Sequence[Name]) -> Question:
    """Return what a phrase, or the words alone, ask of a goal."""
    found = _STATUS.match(asked)
    about = asked
    if found:
        about = found.group("about") or found.group("how") or found.group("bare")
    named = _named(about, known)
    if named.goals and (found or not _CHANGE.match(asked)):
        return named
    if _CHANGE.match(asked):
        return Question("refused")
    return Question("unknown", near=_near(about, known))


def _named(about: str, known: Sequence[Name]) -> Question:
    """Return the goals that words name: exactly, as part of a name, or with a typing error."""
    for words in dict.fromkeys((text.folded(about), text.folded(_bare(about)))):
        if not words:
            continue
        numbered = [one for one in known if words == str(one.id)]
        if numbered:
            return _asked(numbered)
        same = [one for one in known if words == text.folded(one.name)]
        if same:
            return _asked(same)
        aliased = [one for one in known if words in map(text.folded, one.aliases)]
        if aliased:
            return _asked(aliased)
        part = [one for one in known if _is_part(words, text.folded(one.name))]
        if part:
            return _asked(part)
    return _guessed(text.folded(_bare(about)), known)


def _bare(about: str) -> str:
    return _TAIL.sub("", _LEAD.sub("", about.strip()))


def _is_part(words: str, name: str) -> bool:
    """Tell whether all words are words of a name, and enough of them to mean it."""
    mine = words.split()
    return len(words) >= SHORTEST_GUESS and set(mine) <= set(name.split())


def _asked(found: Sequence[Name]) -> Question:
    return Question("status", tuple(one.id for one in found))


def _guessed(words: str, known: Sequence[Name]) -> Question:
    if len(words) < SHORTEST_GUESS:
        return Question("unknown")
    scored = sorted(((_likeness(words, one), one) for one in known), key=lambda pair: -pair[0])
    best = [(score, one) for score, one in scored if score >= LIKE]
    if not best:
        return Question("unknown")
    close = [one for score, one in best if score > best[0][0] - CLEARER]
    read_as = close[0].name if len(close) == 1 else None
    return Question("status", tuple(one.id for one in close), read_as=read_as or "")


def _likeness(words: str, name: Name) -> float:
    forms = (name.name, *name.aliases)
    return max(fuzz.ratio(words, text.folded(form)) for form in forms)


def _near(words: str, known: Sequence[Name]) -> tuple[int, ...]:
    """Return up to three goals that come nearest, for suggestions only."""
    scored = sorted(known, key=lambda one: -fuzz.token_set_ratio(words.casefold(), one.name))
    return tuple(one.id for one in scored[:3])
