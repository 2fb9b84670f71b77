"""Words that look like the name of a goal or a metric and stand for something else (pure)."""

import itertools
from collections.abc import Sequence

from goals.questions import nouns, text
from goals.questions.spans import Piece

#: Before a name they tell it from another thing.
_OLD = frozenset(("old", "旧"))
#: Before a name they ask for people, behind one for its owner.
_SOMEBODY = frozenset(
    ("谁", "谁是", "有谁", "ใคร", "ใครคือ", "ใครเป็น", "哪个客户", "哪些客户", "哪家客户")
)
#: They ask that something be done.
_FOR_ME = ("ให้หน่อย", "ให้ที", "ให้ด้วย", "帮我", "please")


def is_any(pieces: Sequence[Piece]) -> bool:
    """Tell whether the word before a name makes something else of it."""
    telling = [one for one in pieces if not one.is_filler or "doing" in one.meanings]
    return any(_is_old(*pair) or _is_verb(*pair) for pair in itertools.pairwise(pieces)) or any(
        _is_somebody(*pair) for pair in itertools.pairwise(telling)
    )


def is_errand(content: Sequence[Piece], words: str) -> bool:
    """Tell whether something shall be done that a metric counts: "book meetings"."""
    acts = [one for one in content if "act" in one.meanings]
    is_for_me = any(one in words for one in _FOR_ME)
    return bool(acts) and (len(acts) == len(content) or is_for_me)


def is_event(content: Sequence[Piece], meanings: frozenset[str]) -> bool:
    """Tell whether it is asked when something takes place: "when is the next trade show"."""
    return "when" in meanings and any(
        word in one.words if any(map(text.is_unspaced, word)) else text.holds_word(one.words, word)
        for one in content
        for word in nouns.events()
    )


def _is_old(one: Piece, behind: Piece) -> bool:
    """Tell whether a word for stale data stands before a name: "old leads" are other leads."""
    return one.words in _OLD and behind.is_name and not one.exact


def _is_verb(one: Piece, behind: Piece) -> bool:
    """Tell whether a name of one word is what somebody does: "can you smile"."""
    is_word = bool(behind.exact) and behind.words.isascii() and behind.words.isalpha()
    return "doing" in one.meanings and is_word


def _is_somebody(one: Piece, behind: Piece) -> bool:
    """Tell whether people are asked for who did what a metric counts: "谁流失了"."""
    return one.words in _SOMEBODY and behind.is_name
