"""Words that slips of the fingers made of others, put right where only one can be meant (pure)."""

from collections.abc import Iterable
from functools import cache

from rapidfuzz.distance import OSA

from goals.questions import lexicon, places, spans, text
from goals.questions.spans import Names

#: Shorter words are not misspelt unless their letters changed places.
LONG_ENOUGH = 6


def right(words: str, names: Names) -> tuple[str, bool]:
    """Return a question with its misspelt words spelt right, and whether a name was among them."""
    found, is_name = words, False
    for one in reversed(spans.cut(words, names)):
        if not one.is_unexplained:
            continue
        at = one.start + len(one.words)
        for word in reversed(one.words.split()):
            at = found.rindex(word, one.start, at)
            meant = _meant(word, names)
            if meant is not None:
                found = found[:at] + meant + found[at + len(word) :]
                is_name = is_name or meant not in _asking()
    return found, is_name


def _meant(low: str, names: Names) -> str | None:
    """Return the one word that a misspelt one was meant by, None where that is not clear."""
    if len(low) < text.SHORTEST_GUESS or not low.isascii() or not low.isalpha():
        return None
    if places.elsewhere(low):
        # A country is no slip in the name of its language.
        return None
    near = {word for word in (*_asking(), *names.words) if _is_misspelt(low, word)}
    if len(near) > 1:
        # Letters that changed places are likelier than a wrong one.
        near = {word for word in near if sorted(word) == sorted(low)}
    return near.pop() if len(near) == 1 else None


def _is_misspelt(typed: str, word: str) -> bool:
    """Tell whether a word was meant by another; short ones are often words of their own."""
    if typed[0] != word[0] or abs(len(typed) - len(word)) > 1:
        return False
    if OSA.distance(typed, word, score_cutoff=1) != 1:
        return False
    return len(typed) >= LONG_ENOUGH or sorted(typed) == sorted(word)


@cache
def _asking() -> frozenset[str]:
    """Return the words that say what is asked."""
    return frozenset(_words(lexicon.telling_words()))


def _words(phrases: Iterable[str]) -> Iterable[str]:
    return (word for one in phrases for word in one.split() if len(word) >= text.SHORTEST_GUESS)
