"""From a question's words to what is asked: the intent and what it is about (pure).

A grammar of phrases, no guessing: what does not fit one is unknown, and a goal is only named
by words that are all its own.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from goals.questions import periods, text, wording
from goals.questions.periods import Spoken

#: How much clearer (of 100) the best reading of a typing error must be than the next.
CLEARER = 6.0
#: Shorter names, and shorter words of names, are not guessed at.
SHORTEST_GUESS = 4
#: A long word may hold two typing errors, and so may a name altogether.
LONG_WORD, MOST_ERRORS = 9, 2

_WHAT = r"(?:what(?:'?s|'?re|\s+is|\s+are)?|which(?:\s+ones)?(?:\s+is|\s+are)?)"
_GIVE = r"(?:(?:show|tell|give|send|get)(?:\s+me)?)"
_WE = r"(?:we|things)"
_STATUS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:(?:{_WHAT}|{_GIVE})\s+)?(?:(?:the|an?)\s+)?(?:current\s+|latest\s+|quick\s+)?"
        r"(?:status|progress|news|update|status\s+update)\s+(?:of|for|on|about)\s+(?P<about>.+)$",
        rf"^how(?:'?s|'?re|\s+is|\s+are)\s+(?:{_WE}\s+(?:doing|going|looking)\s+(?:on|with|for)\s+)?"
        r"(?P<about>.+?)(?:\s+(?:doing|going|looking|coming\s+along|getting\s+on))?$",
        rf"^(?:where|how)\s+(?:are|do|is|does)\s+(?:{_WE}\s+(?:(?:stand|at)\s+)?(?:on|with|for)\s+)?"
        r"(?P<about>.+?)(?:\s+(?:stand|at))?$",
        rf"^(?:is|are)\s+(?:{_WE}\s+)?(?:on[\s-]*track|off[\s-]*track|at[\s-]*risk|behind|ahead)"
        r"\s+(?:on|with|for|to\s+(?:hit|reach|make))\s+(?P<about>.+)$",
        r"^(?:is|are)\s+(?P<about>.+?)\s+(?:on[\s-]*track|off[\s-]*track|at[\s-]*risk|behind|ahead)$",
        r"^(?:tell\s+me\s+about|(?:how|what)\s+about|show(?:\s+me)?|any\s+news\s+(?:on|of|about)|status)"
        r"[\s:]+(?P<about>.+)$",
        r"^(?P<about>.+?)\s+(?:status|progress|update)$",
    )
)
_BAD = re.compile(
    rf"^(?:{_GIVE}\s+)?(?:{_WHAT}|what\s+goals(?:\s+are)?|which\s+(?:of\s+)?(?:our\s+|my\s+|the\s+)?"
    r"goals?(?:\s+(?:is|are))?|is\s+anything|anything|are\s+(?:there\s+)?any(?:\s+goals)?"
    r"|any(?:\s+goals)?|show(?:\s+me)?|list)?"
    r"\s*(?:all\s+)?(?:(?:the|our|my)\s+)?(?:goals?\s+)?(?:that\s+(?:is|are)\s+)?(?:currently\s+)?"
    r"(?:off?[\s-]*track|not\s+on\s+track|at[\s-]*risk|behind|late|slipping|wrong|in\s+trouble"
    r"|needs?\s+(?:our\s+|my\s+)?attention)"
    r"(?:\s+goals?)?$"
    rf"|^are\s+(?:{_WE}|all\s+goals|the\s+goals|our\s+goals)\s+on[\s-]*track$"
    r"|^is\s+everything\s+on[\s-]*track$|^what\s+isn't\s+on\s+track$",
    re.IGNORECASE,
)
_ALL = re.compile(
    rf"^(?:{_GIVE}\s+|list\s+)?(?:the\s+)?(?:status\s+of\s+)?(?:all\s+)?(?:of\s+)?"
    r"(?:the\s+|our\s+|my\s+)?goals?(?:\s+status)?$"
    rf"|^status(?:\s+of)?$|^all$|^(?:{_GIVE}\s+)?(?:the\s+)?(?:status\s+of\s+)?everything$"
    rf"|^how\s+(?:are|is)\s+(?:{_WE}|everything)(?:\s+(?:doing|going|looking))?$",
    re.IGNORECASE,
)
_HELP = re.compile(
    r"^(?:help(?:\s+me)?|(?:hi|hello|hey)(?:\s+there)?|thanks|thank\s+you|commands"
    r"|what\s+can\s+(?:you|i)\s+(?:do|ask)|how\s+does\s+this\s+work|how\s+do\s+i\s+use\s+(?:this|it|you))$",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"^(?:please\s+)?(?:delete|remove|archive|change|set|update|edit|rename|create|add)\b",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:the|our|my)\s+)?(?:(?:goal|target)\s+(?:of\s+|called\s+|named\s+)?)?", re.I
)
_TAIL = re.compile(r"\s+(?:goal|target)$", re.IGNORECASE)
#: Courtesies and marks around a question that say nothing of what is asked.
_BEFORE = re.compile(
    r"^(?:[-*_~>\u2022\u2013\u2014\s]+|(?:please|so|and|ok|okay)[,\s]+"
    r"|(?:can|could|would)\s+you\s+(?:please\s+)?(?=show|tell|give|send|list|get))+",
    re.I,
)
_AFTER = re.compile(
    r"(?:[*_~,\s]+|[,\s]+(?:please|thanks|now|right\s+now|today|currently|so\s+far"
    r"|at\s+the\s+moment))+$",
    re.I,
)
#: What stands between the words of a name: "win-rate" is "win rate".
_JOINTS = str.maketrans("", "", " -_/")
#: Words of the grammar that a slip of the fingers does not hide.
_WORDS = (
    "status",
    "what",
    "whats",
    "which",
    "goals",
    "track",
    "behind",
    "help",
    "show",
    "attention",
)


@dataclass(frozen=True)
class Name:
    """Something a question may be about: a goal by its id, and the words it is known by."""

    id: int
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """What was understood: an intent, the goals it may be about, and how sure that is.

    `read_as` is the name a typing error was read as, None where the words were exact. `period`
    is the one that was asked about, None for any time.
    """

    intent: str
    goals: tuple[int, ...] = ()
    read_as: str | None = None
    near: tuple[int, ...] = field(default=())
    period: Spoken | None = None


def parse(question: str, known: Sequence[Name]) -> Question:
    """Return what a question asks of the goals known to the asker.

    The words for help and for lists keep their meaning whatever goals are called; "status of"
    leads to a goal that is called so.
    """
    typed = text.plain(question)
    asked = typed.rstrip("?!. ")
    marks = typed[len(asked) :].strip()
    if not asked:
        return Question("help")
    found = _surrounded(asked, marks, known)
    ended = periods.ending(_stripped(asked)) if found.intent == "unknown" else None
    if ended is None:
        return found
    words, period = ended
    rest = _surrounded(words, "", known)
    if rest.intent not in ("status", "why", "remedies", "off_track", "list"):
        return found
    return replace(rest, period=period)


def _surrounded(asked: str, marks: str, known: Sequence[Name]) -> Question:
    """Return what is asked, read with ever less of what only surrounds it."""
    first = _understood(asked, marks, known)
    for words in dict.fromkeys((asked, _stripped(asked), _respelt(_stripped(asked), known))):
        found = first if words == asked else _understood(words, "", known)
        if found.intent != "unknown":
            return found
    return first


def _understood(asked: str, marks: str, known: Sequence[Name]) -> Question:
    """Return what the words ask, "unknown" where they are no question of ours."""
    if _HELP.match(asked):
        return Question("help")
    if _ALL.match(asked):
        return Question("list")
    if _BAD.match(asked):
        return Question("off_track")
    same = _same(asked, marks, known)
    if same:
        return _asked(same)
    return _why(asked, marks, known) or _about(asked, marks, known)


def _why(asked: str, marks: str, known: Sequence[Name]) -> Question | None:
    """Return a question for reasons or remedies, None where the words are no such phrase."""
    found = wording.meant(asked)
    if found is None:
        return None
    intent, phrases = found
    for about in dict.fromkeys(phrases):
        named = _named(about, marks, known)
        if named.goals:
            return replace(named, intent=intent)
    return Question("unknown", near=_near(phrases[0], known))


def _stripped(asked: str) -> str:
    """Return a question without what only surrounds it; itself where nothing else is there."""
    return _AFTER.sub("", _BEFORE.sub("", asked)).rstrip("?!. ") or asked


def _respelt(asked: str, known: Sequence[Name]) -> str:
    """Return a question with the grammar's own words spelt right; words of names are left."""
    own = {word for one in known for word in text.folded(one.name).split()}

    def right(word: str) -> str:
        low = word.casefold()
        if len(low) < SHORTEST_GUESS or low in own or low in _WORDS:
            return word
        near = [one for one in _WORDS if one[0] == low[0] and OSA.distance(one, low) == 1]
        return near[0] if near else word

    return " ".join(map(right, asked.split()))


def _about(asked: str, marks: str, known: Sequence[Name]) -> Question:
    """Return what a phrase, or the words alone, ask of a goal."""
    phrases = [found.group("about") for found in (one.match(asked) for one in _STATUS) if found]
    is_change = _CHANGE.match(asked) is not None
    for about in dict.fromkeys((*phrases, asked)):
        named = _named(about, marks, known)
        if named.goals and (about != asked or not is_change):
            return named
    if is_change:
        return Question("refused")
    return Question("unknown", near=_near(phrases[0] if phrases else asked, known))


def _named(about: str, marks: str, known: Sequence[Name]) -> Question:
    """Return the goals that words name: exactly, by their metric, as a part, or misspelt."""
    for phrase in dict.fromkeys((about, _bare(about))):
        words = text.folded(phrase)
        numbered = [one for one in known if words == str(one.id)]
        if numbered:
            return _asked(numbered)
        same = _same(phrase, marks, known)
        if same:
            return _asked(same)
        aliased = [one for one in known if words and words in map(text.folded, one.aliases)]
        part = [one for one in known if _is_part(words, text.folded(one.name))]
        if aliased:
            # A name that holds the metric's words may be meant as well.
            return _asked([one for one in known if one in aliased or one in part])
        if part:
            return _read(part)
    return _guessed(text.folded(_bare(about)), known)


def _same(phrase: str, marks: str, known: Sequence[Name]) -> list[Name]:
    """Return the goals whose name this is, to the letter if there are such.

    `marks` are those that ended the question; they may belong to the name.
    """
    forms = {text.exact(phrase), text.exact(phrase + marks)} - {""}
    same = [one for one in known if text.exact(one.name) in forms]
    words = text.folded(phrase)
    return same or [one for one in known if words and words == text.folded(one.name)]


def _bare(about: str) -> str:
    return _TAIL.sub("", _LEAD.sub("", about.strip()))


def _is_part(words: str, name: str) -> bool:
    """Tell whether all words are words of a name, and enough of them to mean it."""
    mine, its = words.split(), name.split()
    return len(words) >= SHORTEST_GUESS and len(mine) <= len(its) and set(mine) <= set(its)


def _asked(found: Sequence[Name]) -> Question:
    return Question("status", tuple(one.id for one in found))


def _read(found: Sequence[Name]) -> Question:
    """Return a reading of words that are not quite a name; a single one is told."""
    read_as = found[0].name if len(found) == 1 else None
    return Question("status", tuple(one.id for one in found), read_as=read_as)


def _guessed(words: str, known: Sequence[Name]) -> Question:
    if len(words) < SHORTEST_GUESS:
        return Question("unknown")
    scored = [(_likeness(words, one), one) for one in known]
    best = max((score for score, _ in scored), default=0.0)
    if not best:
        return Question("unknown")
    return _read([one for score, one in scored if score > best - CLEARER and score])


def _likeness(words: str, name: Name) -> float:
    """Return how alike words are to a name (0 to 100), 0 where more than typing tells them."""
    forms = [text.folded(form) for form in (name.name, *name.aliases)]
    return max((fuzz.ratio(words, form) for form in forms if _is_slip(words, form)), default=0.0)


def _is_slip(typed: str, meant: str) -> bool:
    """Tell whether words differ from others by slips of the fingers alone.

    Numbers are never slips (Q2 is not Q3), nor are other first letters (decrease is not
    increase) or other Chinese characters, each of which is a word.
    """
    mine, its = typed.split(), meant.split()
    if len(mine) != len(its):
        return _joined(typed) == _joined(meant)
    errors = 0
    for one, other in zip(mine, its, strict=True):
        if one == other:
            continue
        size = max(len(one), len(other))
        most = 2 if size >= LONG_WORD else 1 if size >= SHORTEST_GUESS else 0
        distance = OSA.distance(one, other)
        if distance > most or one[0] != other[0] or not _is_spelt(one) or not _is_spelt(other):
            return False
        errors += distance
    return errors <= MOST_ERRORS


def _joined(words: str) -> str:
    return words.translate(_JOINTS)


def _is_spelt(word: str) -> bool:
    """Tell whether a word is written with letters of an alphabet alone."""
    return all(not one.isnumeric() and not "\u2e80" <= one <= "\u9fff" for one in word)


def _near(words: str, known: Sequence[Name]) -> tuple[int, ...]:
    """Return up to three goals that come nearest, for suggestions only."""
    scored = sorted(known, key=lambda one: -fuzz.token_set_ratio(words.casefold(), one.name))
    return tuple(one.id for one in scored[:3])
