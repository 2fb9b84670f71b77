"""Which words of a text went and which came (pure)."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher

#: Longer texts are shown as a whole, before and after.
LONGEST = 6000
#: What stays between two changes counts as changed when it is no longer than this.
TOO_SHORT = 1

_WORD = re.compile(r"\s+|[0-9]+(?:[.,][0-9]+)*|[^\W\d_]+|.", re.DOTALL)


@dataclass(frozen=True)
class Piece:
    """A run of text: "same", "gone" or "new"."""

    kind: str
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """Return two texts as one run of pieces, what went before what came in its place."""
    if before == after:
        return [Piece("same", before)] if before else []
    if len(before) + len(after) > LONGEST:
        return _only(before, after)
    old, new = _tokens(before), _tokens(after)
    found: list[Piece] = []
    gone = come = ""
    steps = SequenceMatcher(None, old, new, False).get_opcodes()
    for number, (tag, low, high, start, end) in enumerate(steps):
        was, is_now = "".join(old[low:high]), "".join(new[start:end])
        inside = 0 < number < len(steps) - 1
        if tag != "equal" or (inside and len(was.strip()) <= TOO_SHORT):
            # A letter or two that happen to stay would only break the change up.
            gone, come = gone + was, come + is_now
            continue
        found += [*_only(gone, come), Piece("same", was)]
        gone = come = ""
    return [*found, *_only(gone, come)]


def _only(before: str, after: str) -> list[Piece]:
    parts = (Piece("gone", before), Piece("new", after))
    return [one for one in parts if one.text]


def _tokens(text: str) -> list[str]:
    """Split a text into words, or into signs with their marks in scripts without spaces."""
    found: list[str] = []
    for token in _WORD.findall(text):
        found += list(token) if _unspaced(token[0]) else [token]
    return _joined(found)


def _unspaced(sign: str) -> bool:
    """Tell whether a sign is of Thai, Lao, Khmer, Burmese, Chinese or Japanese script."""
    code = ord(sign)
    return 0x0E00 <= code <= 0x109F or 0x1780 <= code <= 0x17FF or 0x3040 <= code <= 0x9FFF


def _joined(tokens: list[str]) -> list[str]:
    """Put marks that stand on the sign before them back onto it."""
    found: list[str] = []
    for token in tokens:
        if found and unicodedata.category(token[0]).startswith("M"):
            found[-1] += token
        else:
            found.append(token)
    return found
