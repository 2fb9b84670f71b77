"""Making a typed question comparable: one form of letters, no mark-up, no noise (pure)."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from goals.calendar import western_digits

FOLDER = Path(__file__).parent / "phrases"

#: A question longer than this is cut; nobody types more.
LONGEST = 500

_SLACK = re.compile(r"<[@#!][^>]*>|<(https?://[^|>]+)(?:\|[^>]*)?>")
#: What stands between the words of a name: "win-rate" is "win rate".
_JOINTS = str.maketrans("-_/", "   ")
#: A full stop ends a sentence unless something follows at once.
_STOP = re.compile(r"\.(?!\w)|(?<!\w)\.")
_THAI = "\u0e00-\u0e7f"
#: Marks end a clause, and so does a space between words of Thai.
_CLAUSES = re.compile(
    rf"[,;:!?]+\s*|\.\s+|[\u3001\u3002]|\s[-\u2013\u2014]\s|(?<=[{_THAI}])\s(?=[{_THAI}])"
)
_UNSPACED = "\u0e00-\u0eff\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff"
_BETWEEN = re.compile(rf"(?<=[{_UNSPACED}]) | (?=[{_UNSPACED}])")
#: A year in Chinese digits.
_HAN_YEAR = re.compile("[〇零一二三四五六七八九]{4}(?=年)")
_HAN_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
#: A Thai vowel that is often typed as two others.
_TWO_E, _AE = "\u0e40\u0e40", "\u0e41"
#: Traditional characters of the phrases and of the words for metrics -> simplified ones.
_SIMPLIFIED = str.maketrans(
    dict(
        one.split("\u2192")
        for one in (FOLDER / "traditional.txt").read_text(encoding="utf-8").split()
    )
)
#: What phones make of an apostrophe.
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u2032`\u00b4", "'"))
#: The languages that questions are kept with.
LOCALES = ("en", "th", "zh_Hans")
#: Shorter names, and shorter words of names, are not guessed at.
SHORTEST_GUESS = 4
#: Marks that tell names apart, such as C# from C; others are taken for spaces.
_TELLING = frozenset("%&+./-_#@")


def plain(text: str) -> str:
    """Return a question without mark-up and invisible characters, spaces collapsed."""
    cut = " ".join(text.split())[:LONGEST]
    cut = unicodedata.normalize("NFKC", cut.translate(_APOSTROPHES))
    cut = _SLACK.sub(" ", cut)
    return " ".join("".join(one for one in cut if not _is_invisible(one)).split())


def clauses(typed: str) -> list[str]:
    """Return the clauses of a question, as its marks part them."""
    return _CLAUSES.split(typed)


def _is_invisible(one: str) -> bool:
    is_control = unicodedata.category(one) in ("Cf", "Cc", "Cs") and not one.isspace()
    return is_control or "\ufe00" <= one <= "\ufe0f"


@lru_cache(maxsize=4096)
def exact(text: str) -> str:
    """Return text in the form in which only letter case and spaces make no difference."""
    return plain(text).casefold()


@lru_cache(maxsize=65536)
def folded(text: str) -> str:
    """Return text in the form in which names are compared: lower case, words and spaces only.

    Accents and the vowels and tones of Thai belong to their letters; an emoji is no word.
    """
    lower = unicodedata.normalize("NFKC", plain(text)).casefold()
    kept = "".join(one if _is_telling(one) else " " for one in lower)
    return " ".join(kept.split()).strip(" .?-")


@lru_cache(maxsize=65536)
def canonical(text: str) -> str:
    """Return text in the form in which phrases are found in it.

    Beside `folded`, traditional Chinese is read as simplified, Thai digits as Western ones, and
    the spaces that Thai and Chinese do without are left out; a full stop stays within a number.
    """
    lower = western_digits(folded(text).translate(_JOINTS)).translate(_SIMPLIFIED)
    lower = _HAN_YEAR.sub(lambda year: year.group().translate(_HAN_DIGITS), lower)
    lower = _STOP.sub(" ", lower.replace(_TWO_E, _AE))
    return _BETWEEN.sub("", " ".join(lower.split()))


def asked(canonical_text: str) -> str:
    """Return a question without the 不 at its end, which only asks for a yes or a no."""
    is_told = len(canonical_text) > SHORTEST_GUESS and canonical_text.endswith("不")
    return canonical_text[:-1] if is_told else canonical_text


def is_unspaced(one: str) -> bool:
    """Tell whether a character is of a script that writes words without spaces between them."""
    return "\u0e00" <= one <= "\u0eff" or "\u1780" <= one <= "\u17ff" or _is_han(one)


def _is_han(one: str) -> bool:
    return "\u2e80" <= one <= "\u9fff" or "\uf900" <= one <= "\ufaff" or one >= "\U00020000"


def is_boundary(canonical_text: str, at: int) -> bool:
    """Tell whether a word may begin or end at a place of a text."""
    if at <= 0 or at >= len(canonical_text):
        return True
    before, after = canonical_text[at - 1], canonical_text[at]
    if unicodedata.category(after)[0] == "M":
        return False
    return " " in (before, after) or is_unspaced(before) or is_unspaced(after)


def holds_word(canonical_text: str, word: str) -> bool:
    """Tell whether a text has a word in it that begins and ends where words do."""
    at = canonical_text.find(word)
    while at >= 0:
        if is_boundary(canonical_text, at) and is_boundary(canonical_text, at + len(word)):
            return True
        at = canonical_text.find(word, at + 1)
    return False


def _is_telling(one: str) -> bool:
    if one.isalnum() or one in _TELLING:
        return True
    category = unicodedata.category(one)
    return category == "Sc" or category[0] == "M"
