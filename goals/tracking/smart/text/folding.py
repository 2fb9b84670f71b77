"""One form of letters for a statement, in which every letter keeps its place (pure)."""

import re
import unicodedata
from functools import lru_cache

#: Nobody writes a longer goal; the rest is not read.
LONGEST = 2000

_SAME = {"\u3001": ",", "\u2019": "'", "\u2192": "\u2192"}
_LATIN, _THAI, _HAN = (
    re.compile("[a-z]"),
    re.compile("[\u0e01-\u0e2e]"),
    re.compile("[\u4e00-\u9fff]"),
)
#: Where a sentence ends: a mark that is no decimal point, or a new line.
_END = re.compile(r"[!?\n。;]|(?<!\.[ก-ฮ])\.(?=\s+\S|\s*$)")


@lru_cache(maxsize=4096)
def _form(one: str) -> str:
    known = _SAME.get(one)
    if known is not None:
        return known
    if unicodedata.category(one) == "Nd":
        return str(unicodedata.digit(one))
    formed = unicodedata.normalize("NFKC", one).lower()
    return formed if len(formed) == 1 else one


def fold(text: str) -> str:
    """Return a text in lower case with Western digits and marks, letter for letter."""
    return "".join(map(_form, text[:LONGEST]))


def languages(folded: str) -> tuple[str, ...]:
    """Return the languages whose letters occur, the one with most letters first."""
    counts = {
        "zh": len(_HAN.findall(folded)) * 3,
        "th": len(_THAI.findall(folded)) * 2,
        "en": len(_LATIN.findall(folded)),
    }
    return tuple(sorted((one for one, n in counts.items() if n), key=lambda one: -counts[one]))


def sentences(folded: str) -> list[tuple[int, int]]:
    """Return the places of the sentences, in order, blanks and closing marks left out."""
    found, start = [], 0
    for mark in _END.finditer(folded):
        found.append((start, mark.start()))
        start = mark.end()
    found.append((start, len(folded)))
    trimmed = []
    for first, last in found:
        part = folded[first:last]
        if part.strip():
            lead = len(part) - len(part.lstrip())
            trimmed.append((first + lead, first + len(part.rstrip())))
    return trimmed
