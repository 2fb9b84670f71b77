"""Cutting a question into phrases, periods, names and what is none of these (pure).

Of all ways to cut it the one counts that leaves fewest letters unexplained, and of these the one
with fewest pieces: longer phrases win over shorter ones, and names over the words in them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from goals.questions import lexicon, periods, text
from goals.questions.periods import Spoken

_NONE: frozenset[str] = frozenset()
#: Words that only say how others go together; alone they explain nothing.
_BETWEEN = frozenset(("pair", "preamble", "chatter", "doing"))
_NOBODY: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Piece:
    """A part of a question: what the phrase means, which goals it names, which period it is.

    A piece with none of these is unexplained. `exact` are the goals that are called so, `goals`
    all that it may stand for: their metric, segment, owner or team as well.
    """

    start: int
    end: int
    words: str
    meanings: frozenset[str] = _NONE
    exact: frozenset[int] = _NOBODY
    goals: frozenset[int] = _NOBODY
    spoken: Spoken | None = None

    @property
    def is_unexplained(self) -> bool:
        """Tell whether nobody knows what the words say."""
        return not self.meanings - _BETWEEN and not self.goals and self.spoken is None

    @property
    def is_filler(self) -> bool:
        """Tell whether the words say nothing of what is asked."""
        return "filler" in self.meanings

    @property
    def is_name(self) -> bool:
        """Tell whether the words stand for goals or a metric and for nothing else."""
        said = [one for one in self.meanings if one != "act" and not one.startswith("metric:")]
        return not said and self.spoken is None and (bool(self.goals) or bool(self.meanings))


class Names:
    """What the goals that somebody may see are known by, ready to be found in a text."""

    def __init__(self) -> None:
        self.exact: dict[str, set[int]] = {}
        self.goals: dict[str, set[int]] = {}
        #: Names of goals and metrics, which are meant where they could say nothing as well.
        self.called: set[str] = set()

    def add(
        self, words: str, goal: int, *, is_exact: bool = False, is_metric: bool = False
    ) -> None:
        """Let words stand for a goal."""
        form = text.canonical(words)
        if form and (is_exact or is_metric):
            self.called.add(form)
        if form:
            self.goals.setdefault(form, set()).add(goal)
            if is_exact:
                self.exact.setdefault(form, set()).add(goal)

    @cached_property
    def words(self) -> frozenset[str]:
        """Return the words of an alphabet that names and metrics consist of."""
        forms = (*self.goals, *lexicon.metric_phrases())
        every = (word for form in forms for word in form.split())
        return frozenset(
            one
            for one in every
            if len(one) >= text.SHORTEST_GUESS and one.isascii() and one.isalpha()
        )

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """Return how long names and phrases are, the longest first."""
        mine = {len(form) for form in self.goals}
        return tuple(sorted({*lexicon.lengths(), *mine}, reverse=True))


def cut(words: str, names: Names) -> list[Piece]:
    """Return the pieces of a canonical text, in order."""
    lengths = names.lengths
    best: list[tuple[int, int, Piece | None]] = [(0, 0, None)] * (len(words) + 1)
    for start in range(len(words) - 1, -1, -1):
        if words[start] == " ":
            rest = best[start + 1]
            best[start] = (rest[0], rest[1], None)
            continue
        if not text.is_boundary(words, start):
            # Nothing ends within a word, so nothing goes on from there.
            continue
        best[start] = min(
            (_with(piece, best[piece.end]) for piece in _from(words, start, lengths, names)),
            key=lambda one: one[:2],
        )
    return list(_path(words, best))


def _with(piece: Piece, rest: tuple[int, int, Piece | None]) -> tuple[int, int, Piece | None]:
    lost = piece.end - piece.start if piece.is_unexplained else 0
    return rest[0] + lost, rest[1] + 1, piece


def _path(words: str, best: list[tuple[int, int, Piece | None]]) -> Iterator[Piece]:
    """Yield the pieces of the best cut, unexplained ones that touch as one."""
    at, open_piece = 0, None
    while at < len(words):
        piece = best[at][2]
        if piece is None:
            at += 1
            continue
        at = piece.end
        if open_piece is not None and piece.is_unexplained and open_piece.end == piece.start:
            open_piece = Piece(open_piece.start, piece.end, words[open_piece.start : piece.end])
            continue
        if open_piece is not None:
            yield open_piece
        open_piece = piece if piece.is_unexplained else None
        if open_piece is None:
            yield piece
    if open_piece is not None:
        yield open_piece


def _from(words: str, start: int, lengths: tuple[int, ...], names: Names) -> Iterator[Piece]:
    """Yield everything that may begin at a place where a word may."""
    phrases: Mapping[str, frozenset[str]] = lexicon.phrases()
    for length in lengths:
        end = start + length
        if end > len(words):
            continue
        form = words[start:end]
        if (form in phrases or form in names.goals) and text.is_boundary(words, end):
            yield _known(start, end, form, phrases.get(form, _NONE), names)
    for end, spoken in periods.at(words, start):
        yield Piece(start, end, words[start:end], spoken=spoken)
    end = start + 1
    while end < len(words) and not text.is_boundary(words, end):
        end += 1
    yield Piece(start, end, words[start:end])


def _known(start: int, end: int, form: str, meanings: frozenset[str], names: Names) -> Piece:
    spoken = next((one for one in map(periods.said, meanings) if one is not None), None)
    if form in names.called:
        meanings -= {"filler"}
    if any(one[:7] == "metric:" for one in meanings):
        # A meeting may be why somebody asks, and what is counted.
        meanings -= _BETWEEN
    return Piece(
        start,
        end,
        form,
        frozenset(one for one in meanings if one[:2] not in ("p:", "q:", "m:", "h:", "d:")),
        frozenset(names.exact.get(form, ())),
        frozenset(names.goals.get(form, ())),
        spoken,
    )
