"""Slips of the fingers: words that were typed for others, and words that are others (pure)."""

from collections import Counter
from collections.abc import Iterable

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from goals.questions import text

#: A long word may hold two typing errors, and so may a name altogether.
LONG_WORD, MOST_ERRORS = 9, 2


def likeness(words: str, forms: Iterable[str]) -> float:
    """Return how alike words are to the nearest of some forms (0 to 100).

    It is 0 where more than typing tells them.
    """
    near = (form for form in forms if form and abs(len(form) - len(words)) <= MOST_ERRORS)
    slips = (form for form in near if form[0] == words[0] and _is_slip(words, form))
    return max((fuzz.ratio(words, form) for form in slips), default=0.0)


def _is_slip(typed: str, meant: str) -> bool:
    """Tell whether words differ from others by slips of the fingers alone.

    Numbers are never slips (Q2 is not Q3), nor are other first letters (decrease is not
    increase) or other Chinese characters, each of which is a word.
    """
    if typed[0] != meant[0]:
        return False
    mine, its = typed.split(), meant.split()
    if len(mine) != len(its):
        return typed.replace(" ", "") == meant.replace(" ", "")
    errors = 0
    for one, other in zip(mine, its, strict=True):
        if one == other:
            continue
        size = max(len(one), len(other))
        most = 2 if size >= LONG_WORD else 1 if size >= text.SHORTEST_GUESS else 0
        if any(map(text.is_unspaced, other)):
            # Two letters more are another word there.
            most = min(most, 1)
        if abs(len(one) - len(other)) > most or one[0] != other[0]:
            return False
        if _is_other_word(one, other):
            return False
        distance = OSA.distance(one, other, score_cutoff=most)
        if distance > most or not _is_spelt(one) or not _is_spelt(other):
            return False
        errors += distance
    return errors <= MOST_ERRORS


def _is_other_word(one: str, other: str) -> bool:
    """Tell whether words without spaces differ in a letter, which makes another word of them."""
    mine, its = (Counter(each for each in word if each.isalpha()) for word in (one, other))
    if ("เปิด" in one) != ("เปิด" in other):
        # A vowel less, and what was opened is closed.
        return True
    return any(map(text.is_unspaced, one)) and bool(mine - its) and bool(its - mine)


def _is_spelt(word: str) -> bool:
    """Tell whether a word is written with letters of an alphabet alone."""
    return all(not one.isnumeric() and not "\u2e80" <= one <= "\u9fff" for one in word)
