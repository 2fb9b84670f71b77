"""Making a typed question comparable: one form of letters, no mark-up, no noise (pure)."""

import re
import unicodedata
from functools import lru_cache

#: A question longer than this is cut; nobody types more.
LONGEST = 500

_SLACK = re.compile(r"<[@#!][^>]*>|<(https?://[^|>]+)(?:\|[^>]*)?>")
#: What phones make of an apostrophe.
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u2032`\u00b4", "'"))
#: Marks that tell names apart, such as C# from C; others are taken for spaces.
_TELLING = frozenset("%&+./-_#@")


def plain(text: str) -> str:
    """Return a question without mark-up and invisible characters, spaces collapsed."""
    cut = " ".join(text.split())[:LONGEST]
    cut = unicodedata.normalize("NFKC", cut.translate(_APOSTROPHES))
    cut = _SLACK.sub(" ", cut)
    return " ".join("".join(one for one in cut if not _is_invisible(one)).split())


def _is_invisible(one: str) -> bool:
    is_control = unicodedata.category(one) in ("Cf", "Cc", "Cs") and not one.isspace()
    return is_control or "\ufe00" <= one <= "\ufe0f"


@lru_cache(maxsize=4096)
def exact(text: str) -> str:
    """Return text in the form in which only letter case and spaces make no difference."""
    return plain(text).casefold()


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Return text in the form in which names are compared: lower case, words and spaces only.

    Accents and the vowels and tones of Thai belong to their letters; an emoji is no word.
    """
    lower = unicodedata.normalize("NFKC", plain(text)).casefold()
    kept = "".join(one if _is_telling(one) else " " for one in lower)
    return " ".join(kept.split()).strip(" .?-")


def _is_telling(one: str) -> bool:
    if one.isalnum() or one in _TELLING:
        return True
    category = unicodedata.category(one)
    return category == "Sc" or category[0] == "M"
