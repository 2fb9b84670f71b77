"""Which goals the words of a question name: by name, metric, segment, owner or team (pure)."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz.distance import OSA

from goals.questions import slips, spans, text
from goals.questions.nouns import SHORTEST_HAN, SHORTEST_THAI
from goals.questions.periods import Spoken
from goals.questions.spans import Names, Piece

#: How much clearer (of 100) the best reading of a typing error must be than the next.
CLEARER = 6.0
#: Nobody says them as a part of a name.
_ARTICLES = frozenset(("a", "an", "the", "our"))
#: They join the words of a name and may be left out: "leads from webinars", "webinars leads".
_JOINING = frozenset(("a", "an", "the", "our", "of", "from", "for", "in", "by", "at", "on", "to"))
#: What may be left out of a name that is written without spaces.
_AREAS = frozenset(("", "区", "地区", "区域", "的", "总", "เขต", "ภาค", "ของ", "ใน", "ประเทศ"))
#: So many words stand in any order; more of them only begin elsewhere.
MOST_WORDS = 2, 3
#: Words of so many letters may hold one typing error each.
LONG_ENOUGH = 5
#: So many stretches of a name without spaces are enough to mean it.
MOST_STRETCHES = 2
#: Who buys is a part of many names, and no name.
_BUYERS = frozenset(("customer", "customers", "client", "clients", "ลูกค้า", "客户", "顾客", "用户"))


@dataclass(frozen=True)
class Name:
    """Something a question may be about: a goal by its id, and the words it is known by.

    `aliases` are those of its metric and `called` the names that people gave it;
    `segment` the members that it is narrowed to and `places` what each of them is called
    elsewhere, `owners` what its owner is called, `shared` what other owners are called as well,
    `teams` what its team is called, `abroad` its name in other languages and `translated` single
    words of it there. `is_sum` tells that the number of the whole is the sum of its parts.
    """

    id: int
    name: str
    aliases: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    segment: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    places: tuple[tuple[str, ...], ...] = ()
    shared: tuple[str, ...] = ()
    abroad: tuple[str, ...] = ()
    translated: frozenset[str] = frozenset()
    is_sum: bool = True

    @property
    def around(self) -> tuple[str, ...]:
        """Return all words for whose the goal is and what it is narrowed to."""
        elsewhere = (word for each in self.places for word in each)
        return (*self.segment, *elsewhere, *self.owners, *self.shared, *self.teams)


@dataclass(frozen=True)
class Meant:
    """The goals that words mean, and how: read as a name they are not quite (None: exactly).

    With `is_group` they are those of a person, a team or a segment and no goal was named; where
    that is not sure, several people are called so; with `is_place` only what a goal is narrowed
    to was named. `near` are goals that some of the words name.
    """

    ids: tuple[int, ...] = ()
    read_as: str | None = None
    near: tuple[int, ...] = field(default=())
    is_group: bool = False
    is_sure: bool = True
    is_alias: bool = False
    is_place: bool = False


def names(known: Sequence[Name]) -> Names:
    """Return what goals go by, ready to be found in a question.

    A name is meant in any order of its words as well, unless another goal is called so.
    """
    found = Names()
    for one in known:
        for name in (one.name, str(one.id), *one.called):
            for form in _forms(name):
                found.add(form, one.id, is_exact=True)
        for words in one.aliases:
            found.add(words, one.id, is_metric=True)
        for words in (*one.around, *one.abroad):
            found.add(words, one.id)
    called = frozenset(found.exact)
    for one in known:
        for name in (one.name, *one.called):
            for words in _turned(name):
                if words not in called:
                    found.add(words, one.id, is_exact=True)
    return found


def _forms(name: str) -> Iterator[str]:
    """Yield a name as it is, in one word, and without the article that it begins with."""
    yield name
    joined = text.canonical(name).replace(" ", "")
    if len(joined) > slips.LONG_WORD and joined.isascii():
        yield joined
    article, _, rest = name.casefold().partition(" ")
    if article in _ARTICLES and len(rest) >= text.SHORTEST_GUESS:
        yield rest


def _turned(name: str) -> Iterator[str]:
    """Yield the words of a name in other orders: "germany won revenue", "q4 won revenue"."""
    words = [one for one in text.canonical(name).split() if one not in _JOINING]
    if len(words) < MOST_WORDS[0] or any(text.is_unspaced(one) for one in name):
        return
    if len(words) <= MOST_WORDS[1]:
        orders: Iterable[Sequence[str]] = itertools.permutations(words)
    else:
        orders = (words[at:] + words[:at] for at in range(len(words)))
    for order in orders:
        yield " ".join(order)


def same(phrase: str, marks: str, known: Sequence[Name]) -> list[Name]:
    """Return the goals whose name this is, to the letter if there are such.

    `marks` are those that ended the question; they may belong to the name.
    """
    forms = {text.exact(phrase), text.exact(phrase + marks)} - {""}
    found = [one for one in known if text.exact(one.name) in forms]
    words = text.canonical(phrase)
    return found or [one for one in known if words and words == text.canonical(one.name)]


def meant(
    content: Sequence[Piece], words: str, known: Sequence[Name], said: Sequence[Spoken]
) -> Meant:
    """Return the goals that the pieces of a question name together, none where one does not fit."""
    if not content:
        return Meant()
    by_piece = [_candidates(one, known) for one in content]
    ids = set.intersection(*by_piece)
    stretch = words[content[0].start : content[-1].end]
    near = tuple(sorted(set.union(*by_piece)))
    found = [one for one in known if one.id in ids]
    uncut = [one for one in found if not any(_cuts(piece, one) for piece in content)]
    if not uncut:
        found = uncut
    is_part = any(_is_part_of(piece, one) for piece in content for one in found)
    if is_part:
        found = [one for one in found if not _has_other_period(one, said)]
        if len(stretch) < text.SHORTEST_GUESS and stretch.isascii():
            found = []
    if not found:
        if any(one.is_unexplained for one in content):
            return _guessed(stretch, known, near)
        return Meant(near=near)
    of_several = _of_several_people(content, known)
    is_shared = len(of_several) > 1
    found = of_several if is_shared else _plain(content, found)
    is_group = is_place = all(_is_group(piece, found) for piece in content)
    is_sure = True
    if not is_group and not any(piece.exact for piece in content):
        is_sure = any(
            not one.segment or _is_said(one, content) or _is_told(one, content) for one in found
        )
        is_sure = is_sure or (len(found) == 1 and _is_people(content, found[0]))
    is_only = not is_sure and len(found) == 1 and _is_only(content, found[0], known)
    is_sure = (is_sure or is_only) and not is_shared
    if is_group and len(found) == 1 and not _is_people(content, found[0]):
        # All that is followed in Thailand is the one goal for it.
        is_group = False
    read_as = found[0].name if (is_part or is_only) and len(found) == 1 else None
    return Meant(
        tuple(one.id for one in found),
        read_as,
        near,
        is_group,
        is_sure,
        is_alias=len(content) == 1 and not content[0].exact,
        is_place=is_place,
    )


def _of_several_people(content: Sequence[Piece], known: Sequence[Name]) -> list[Name]:
    """Return the goals that are meant by a name that several of their owners have, if they do."""
    shared = {text.canonical(word) for one in known for word in one.shared}
    if not any(piece.words in shared for piece in content):
        return []
    found = [one for one in known if all(one.id in piece.goals for piece in content)]
    return found if len({one.owners[:1] for one in found}) > 1 else []


def _plain(content: Sequence[Piece], found: list[Name]) -> list[Name]:
    """Return of the goals of a metric the one that has its very name, if only it was named.

    "ยอดขาย" is "Revenue" as "revenue" is, and not "Revenue North"; "Won revenue" is asked for.
    """
    whole = [one for one in found if not one.segment]
    is_metric = all(one.is_name and one.meanings and not one.exact for one in content)
    if not is_metric or len(whole) != 1:
        return found
    title = whole[0].aliases[0] if whole[0].aliases else ""
    is_called = text.canonical(whole[0].name) == text.canonical(title)
    return whole if is_called and _is_known(content, whole[0]) else found


def _is_only(content: Sequence[Piece], one: Name, known: Sequence[Name]) -> bool:
    """Tell whether a goal is the only one for a metric that was named, and not one that adds up.

    Where "win rate" is followed for rentals alone, that is meant, and told; "revenue" would be
    more than that of rentals.
    """
    alike = [each for each in known if each.aliases == one.aliases]
    named = (piece.meanings or _is_part_of(piece, one) for piece in content)
    return not one.is_sum and bool(one.aliases) and len(alike) == 1 and any(named)


def _is_known(content: Sequence[Piece], one: Name) -> bool:
    return all(one.id in piece.goals for piece in content)


def _candidates(piece: Piece, known: Sequence[Name]) -> set[int]:
    if piece.exact:
        # A person or a team may be called like a goal, a metric may not.
        return set(piece.exact)
    if piece.words in _BUYERS:
        return set(piece.goals)
    return set(piece.goals) | {
        one.id for one in known if any(_holds(name, piece, one) for name in (one.name, *one.called))
    }


def _holds(name: str, piece: Piece, one: Name) -> bool:
    """Tell whether a piece is a part of a name: all its words, or enough of its characters."""
    its = text.canonical(name)
    words = piece.words.split()
    return all(_is_abroad(word, one) or _has(its, word, piece) for word in words)


def _is_abroad(word: str, one: Name) -> bool:
    """Tell whether a word is made of words of a name in another language: 新办公室."""
    least = SHORTEST_THAI if "\u0e00" <= word[0] <= "\u0eff" else SHORTEST_HAN
    while len(word) >= least and word not in one.translated:
        begun = max((each for each in one.translated if word.startswith(each)), key=len, default="")
        if not begun or not any(map(text.is_unspaced, word)):
            return False
        word, least = word.removeprefix(begun), 1
    return len(word) >= least


def _cuts(piece: Piece, one: Name) -> bool:
    """Tell whether a piece is a part of a metric: "new customers" is neither new nor customers."""
    if not _is_part_of(piece, one):
        return False
    metrics = (each for name in (one.name, *one.called) for each in _metrics_in(name))
    return any(piece.words != metric and piece.words in metric for metric in metrics)


@lru_cache(maxsize=4096)
def _metrics_in(name: str) -> tuple[str, ...]:
    """Return the words for metrics that a name without spaces is made of."""
    pieces = spans.cut(text.canonical(name), Names())
    return tuple(
        one.words
        for one in pieces
        if any(each.startswith("metric:") for each in one.meanings)
        and any(map(text.is_unspaced, one.words))
    )


def _has(its: str, word: str, piece: Piece) -> bool:
    if any(map(text.is_unspaced, word)):
        least = SHORTEST_THAI if "\u0e00" <= word[0] <= "\u0eff" else SHORTEST_HAN
        return (word in its and len(word) >= least) or _is_shortened(word, its, least)
    if text.holds_word(its, word):
        return True
    # A slip of the fingers, or one more than one: "webinar" is a part of "leads from webinars".
    is_long = piece.is_unexplained and len(word) >= LONG_ENOUGH and word.isalpha()
    return is_long and any(_is_near(word, other) for other in its.split())


def _is_shortened(word: str, its: str, least: int) -> bool:
    """Tell whether words are how a name begins, and more of it: 展会300条."""
    at = 0
    for number in range(MOST_STRETCHES):
        sizes = (size for size in range(len(word), least - 1, -1) if text.is_boundary(word, size))
        size = next((size for size in sizes if its.find(word[:size], at) >= 0), 0)
        begun = its.find(word[:size], at)
        if not size or (not number and begun) or not text.is_boundary(its, begun):
            return False
        at, word = begun + size, word[size:]
        if not text.is_boundary(its, at):
            return False
        if not word:
            return True
    return False


def _is_near(word: str, other: str) -> bool:
    return word[0] == other[0] and other.isalpha() and OSA.distance(word, other) <= 1


def _is_part_of(piece: Piece, one: Name) -> bool:
    return one.id not in piece.goals and one.id not in piece.exact


def _is_group(piece: Piece, found: Sequence[Name]) -> bool:
    """Tell whether a piece stands for an owner, a team or a segment, and for nothing else."""
    if piece.exact or piece.meanings or piece.is_unexplained:
        return False
    forms = ({text.canonical(each) for each in one.around} for one in found)
    return all(piece.words in each for each in forms)


def _is_people(content: Sequence[Piece], one: Name) -> bool:
    """Tell whether a group is that of a person or a team."""
    forms = {text.canonical(each) for each in (*one.owners, *one.shared, *one.teams)}
    return any(piece.words in forms for piece in content)


def _is_said(one: Name, content: Sequence[Piece]) -> bool:
    """Tell whether all the members that a goal is narrowed to were named."""
    said = " ".join(piece.words for piece in content)
    typed = [word for piece in content if piece.is_unexplained for word in piece.words.split()]
    elsewhere = one.places or ((),) * len(one.segment)
    return all(
        any(
            text.canonical(word) in said or _is_typed(text.canonical(word), typed)
            for word in (member, *others)
        )
        for member, others in zip(one.segment, elsewhere, strict=True)
    )


def _is_typed(word: str, typed: Sequence[str]) -> bool:
    """Tell whether a word was typed with a slip of the fingers in it: "irleand"."""
    is_long = len(word) > LONG_ENOUGH and word.isascii() and word.isalpha()
    return is_long and any(one[0] == word[0] and OSA.distance(one, word) <= 1 for one in typed)


def _is_told(one: Name, content: Sequence[Piece]) -> bool:
    """Tell whether words without spaces say all of a name beside its metric, but for "area".

    "华南赢单率" is all of "华南区赢单率", whatever its segment is called in another language.
    """
    rest = text.canonical(one.name)
    said = [piece.words for piece in content if any(map(text.is_unspaced, piece.words))]
    for words in sorted((*_metrics_in(one.name), *said), key=len, reverse=True):
        rest = rest.replace(words, "")
    is_part = any(_is_part_of(piece, one) and piece.words in said for piece in content)
    return is_part and rest in _AREAS


def _has_other_period(one: Name, said: Sequence[Spoken]) -> bool:
    """Tell whether a name has a period in it and another one was asked about."""
    its = [piece.spoken for piece in spans.cut(text.canonical(one.name), Names())]
    mine = [each for each in its if each is not None]
    return bool(mine) and bool(said) and not all(each in mine for each in said)


def _guessed(words: str, known: Sequence[Name], near: tuple[int, ...]) -> Meant:
    if len(words) < text.SHORTEST_GUESS:
        return Meant(near=near)
    scored = [(slips.likeness(words, _spelt(one)), one) for one in known]
    best = max((score for score, _ in scored), default=0.0)
    if not best:
        return Meant(near=near)
    found = [one for score, one in scored if score and score > best - CLEARER]
    read_as = found[0].name if len(found) == 1 else None
    return Meant(tuple(one.id for one in found), read_as, near)


def _spelt(one: Name) -> tuple[str, ...]:
    """Return what a goal is called, in which words may have been misspelt."""
    # Other words for a metric are kept in this form, and are too many to be made anew.
    return (text.canonical(one.name), *(() if one.segment else one.aliases))
