"""What the words of names are called in other languages: "New clinics", 新诊所 (pure)."""

import itertools
from functools import cache

from goals.questions import lexicon, places, text

#: A name of more words is not put into another language.
MOST_WORDS = 3
#: So many forms of a name in other languages are known at most.
MOST_FORMS = 60
#: What is held on a day.
_EVENTS = (
    *("meeting", "visit", "event", "webinar", "workshop", "fair", "trade show", "exhibition"),
    *("conference", "demo", "training"),
)
#: So many characters of a name are enough to mean it, in Chinese and in Thai.
SHORTEST_HAN, SHORTEST_THAI = 2, 3


def elsewhere(name: str) -> tuple[str, ...]:
    """Return a name of known words in other languages, nothing where one of them is not known.

    Numbers stay as they are, and the words stand in any order.
    """
    words = _words(text.canonical(name))
    if not words or len(words) > MOST_WORDS or all(one.isdecimal() for one in words):
        return ()
    found: dict[str, None] = {}
    for language in (0, 1):
        each = [(one,) if one.isdecimal() else _called(one)[language] for one in words]
        for order in itertools.permutations(each):
            found |= dict.fromkeys("".join(one) for one in itertools.product(*order))
    return tuple(one for one in found if text.canonical(one) not in lexicon.phrases())[:MOST_FORMS]


@cache
def events() -> frozenset[str]:
    """Return what is held on a day is called, in every language."""
    every = (each for one in _EVENTS for forms in _called(one) for each in forms)
    several = (lexicon.other_number(one) or one for one in _EVENTS)
    return frozenset(text.canonical(one) for one in (*_EVENTS, *several, *every))


def single(name: str) -> frozenset[str]:
    """Return what single words of a name are called in other languages, as they are compared."""
    its = text.canonical(name)
    found: set[str] = set()
    if its.isascii():
        found.update(*(each for word in _words(its) for each in _called(word)))
    else:
        for word, every in _known().items():
            if any(_is_long(one) and one in its for each in every for one in each):
                found.update((word,), *every)
    return frozenset(text.canonical(one) for one in found)


def _is_long(word: str) -> bool:
    """Tell whether a word is long enough to be no part of another by chance."""
    return len(word) >= (SHORTEST_THAI if _is_thai(word) else SHORTEST_HAN)


def _called(word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what a word is called in Thai and in Chinese, be it the name of a country."""
    if word in _known():
        return _known()[word]
    every = places.elsewhere(word)
    return tuple(filter(_is_thai, every)), tuple(filter(_is_han, every))


def _is_thai(word: str) -> bool:
    return "\u0e00" <= word[0] <= "\u0eff"


def _is_han(word: str) -> bool:
    return "\u2e80" <= word[0] <= "\u9fff"


def _words(name: str) -> list[str]:
    """Return the words of a name, of which one may be of two: "key account"."""
    found: list[str] = []
    words = name.split()
    while words:
        two = " ".join(words[:2])
        size = 2 if two in _known() and len(words) > 1 else 1
        found.append(" ".join(words[:size]))
        words = words[size:]
    return found


@cache
def _known() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return what each word is called in Thai and in Chinese, several of a thing as one."""
    found: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for line in (text.FOLDER / "nouns.txt").read_text(encoding="utf-8").splitlines():
        word, _, names = line.partition(":")
        if not names or line.startswith("#"):
            continue
        every = [one.strip() for one in names.split("|")]
        thai = tuple(one for one in every if _is_thai(one))
        found[word] = (thai, tuple(one for one in every if one not in thai))
        found.setdefault(lexicon.other_number(word) or f"{word}s", found[word])
    return found
