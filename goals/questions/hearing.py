"""What the pieces of a question do: name something, say what is asked, or when (pure)."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from goals.questions import intents, periods
from goals.questions.periods import Spoken
from goals.questions.spans import Piece

#: What words that say nothing may say beside others.
_BESIDE_FILLER = frozenset(("now", "until"))


@dataclass(frozen=True)
class Heard:
    """The pieces of a question by what they do: name something, say what is asked, or when."""

    content: Sequence[Piece]
    phrases: Sequence[Piece]
    said: Sequence[Spoken]
    meanings: frozenset[str]

    @property
    def metrics(self) -> frozenset[str]:
        """Return the metrics that were named."""
        named = (meaning for one in self.content for meaning in one.meanings)
        return frozenset(one.removeprefix("metric:") for one in named if one[:7] == "metric:")


def hear(pieces: Sequence[Piece], words: str) -> Heard:
    """Return what the pieces of a question do, whose canonical text is `words`."""
    telling = [one for one in _named_people(pieces) if not one.is_filler]
    is_content = [one.is_unexplained or one.is_name or is_wish(one) for one in telling]
    content = [one for one, is_named in zip(telling, is_content, strict=True) if is_named]
    phrases = [one for one, is_named in zip(telling, is_content, strict=True) if not is_named]
    joined = periods.joined(_spoken(pieces))
    said = periods.resolved(joined)
    meanings = intents.together(
        [one.meanings for one in phrases], has_content=bool(content), has_period=bool(joined)
    )
    # In English the first word says that yes or no is wanted, elsewhere any may.
    asking = pieces[:1] if words.isascii() else pieces
    if any("whether" in one.meanings for one in asking):
        meanings |= {"whether"}
    meanings |= {each for one in pieces for each in one.meanings & _BESIDE_FILLER}
    if said is None:
        return Heard(content, phrases, joined, meanings | {intents.BEYOND})
    return Heard(content, phrases, said, meanings)


def _named_people(pieces: Sequence[Piece]) -> list[Piece]:
    """Return pieces without the words for respect that stand before somebody's name."""
    return [
        one
        for one, behind in itertools.zip_longest(pieces, pieces[1:])
        if "title" not in one.meanings or behind is None or not behind.is_name or behind.exact
    ]


def is_wish(piece: Piece) -> bool:
    """Tell whether a word would change something, which here only says more of what is meant."""
    return piece.meanings == {"change"}


def _spoken(pieces: Sequence[Piece]) -> list[tuple[Spoken, bool]]:
    """Return the periods of a question, and whether each stands right behind the one before."""
    found, is_next = [], False
    for one in pieces:
        if one.spoken is not None and not one.exact:
            found.append((one.spoken, is_next))
            is_next = True
        elif not one.is_filler:
            is_next = False
    return found
