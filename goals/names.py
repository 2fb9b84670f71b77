"""Names that people give: gaps are made one, and what cannot be seen is no name (pure)."""

import unicodedata

#: Letters and signs by their category that are drawn as nothing: fillers and the empty cell.
_DRAWN_AS_NOTHING = frozenset("\u115f\u1160\u3164\uffa0\u2800")
#: Categories that show nothing by themselves: controls, formats, gaps, and marks upon a letter.
_UNSEEN = frozenset(("Cc", "Cf", "Cn", "Cs", "Zl", "Zp", "Zs", "Mn", "Me", "Mc"))


def clean(text: str) -> str:
    """Return a name with its gaps made one, "" if nothing of it can be seen."""
    name = " ".join(text.split())
    return name if any(map(_is_seen, name)) else ""


def _is_seen(one: str) -> bool:
    return one not in _DRAWN_AS_NOTHING and unicodedata.category(one) not in _UNSEEN
