"""Which words of a text went and which came (pure)."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher

#: Longer texts are shown as a whole, before and after.
LONGEST = 6000

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
    for tag, low, high, start, end in SequenceMatcher(None, old, new, False).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(old[low:high])))
            continue
        found += _only("".join(old[low:high]), "".join(new[start:end]))
    return found


def _only(before: str, after: str) -> list[Piece]:
    parts = (Piece("gone", before), Piece("new", after))
    return [one for one in parts if one.text]


def _tokens(text: str) -> list[str]:
    """Split a text into words, or into signs with their marks in scripts without spaces."""
    found: list[str] = []
    for token in _WORD.findall(text):
        if token.isascii() or not token.isalpha() and not _unspaced(token[0]):
            found.append(token)
        elif _unspaced(token[0]):
            found += _signs(token)
        else:
            found.append(token)
    return _joined(found)


def _unspaced(sign: str) -> bool:
    """Tell whether a sign is of Thai, Lao, Khmer, Burmese, Chinese or Japanese script."""
    code = ord(sign)
    return 0x0E00 <= code <= 0x109F or 0x1780 <= code <= 0x17FF or 0x3040 <= code <= 0x9FFF


def _signs(token: str) -> list[str]:
    return list(token)


def _joined(tokens: list[str]) -> list[str]:
    """Put marks that stand on the sign before them back onto it."""
    found: list[str] = []
    for token in tokens:
        if found and unicodedata.category(token[0]).startswith("M"):
            found[-1] += token
        else:
            found.append(token)
    return found
