"""How a number is meant: a scale, or what counts as lost or as new (pure)."""

import re

from goals.tracking.smart.text import folding, lexicon

#: A scale, or the words that say what counts as lost or as new.
_DEFINED = re.compile(
    r"scale|1\s?[-–to]+\s?(?:5|7|10)\b|0\s?-\s?10|out of (?:5|7|10|100)\b"
    r"|มาตรา|สเกล|คะแนนเต็ม|分制|满分|count(?:s|ed)? as|นับว่า|นับเป็น|ถือว่า|[即才]?算(?:作|为)?流失|视为"
    r"|first (?:\w+ )?(?:months|year)\b|เดือนแรก|[前头]\S{1,2}个月"
)


def is_given(folded: str) -> bool:
    """Tell whether a folded text says what its number counts, or on which scale."""
    return _DEFINED.search(folded) is not None


def defines(text: str) -> bool:
    """Tell whether a text says how its number is meant: a scale, "... means ..."."""
    folded = folding.fold(text)
    spoken = [lexicon.lexicon(one) for one in folding.languages(folded)]
    meant = any(one.mark("definition").search(folded) for one in spoken)
    return meant or is_given(folded)
