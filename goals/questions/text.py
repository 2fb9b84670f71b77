"""Making a typed question comparable: one form of letters, no mark-up, no noise (pure)."""

import re
import unicodedata

#: A question longer than this is cut; nobody types more.
LONGEST = 500

_SLACK = re.compile(r"<[@#!][^>]*>|<(https?://[^|>]+)(?:\|[^>]*)?>")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b-\x1f]")
_MARKS = re.compile(r"[^\w%&+./-]+")


def plain(text: str) -> str:
    """Return a question without mark-up and invisible characters, spaces collapsed."""
    cut = unicodedata.normalize("NFKC", text[:LONGEST])
    cut = _SLACK.sub(" ", cut)
    return " ".join(_INVISIBLE.sub("", cut).split())


def folded(text: str) -> str:
    """Return text in the form in which names are compared: lower case, words and spaces only."""
    lower = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_MARKS.sub(" ", lower).split()).strip(" .?-")
