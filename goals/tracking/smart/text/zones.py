"""Which letters of a statement say the goal, which how, and which why (pure)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from goals.tracking.smart.text import reviewed
from goals.tracking.smart.text.lexicon import Lexicon
from goals.tracking.smart.text.numbers import Quantity
from goals.tracking.smart.text.when import When

CORE, REASON, MEANS, MEANING = 0, 1, 2, 3

#: What follows says the goal; what stands before it says why.
_THEREFORE = {
    "en": re.compile(
        r",? ?(?<![a-z])(?:so|therefore|hence|that is why) "
        r"(?=(?:\w+ ){1,4}?(?:will|must|want|need)\b)"
    ),
    "th": re.compile(r"(?:ดังนั้น|จึง)|(?<= )(?=(?:ภายใน[^,]{3,30} )?เราจะ|ต้อง(?:เพิ่ม|ลด))"),
    "zh": re.compile(r",?(?:所以|因此)"),
}  # fmt: skip
#: Within a clause that says how or why, the goal itself begins again.
_RESUMES = {
    "en": re.compile(r"(?<= )(?=we (?:must|will|want|need|have to|should|are going to) )"),
    "th": re.compile(r"(?<= )(?:เรา)?(?:จึง)?(?:จะ)?(?=(?:เพิ่ม|ลด)อัตรา)|(?<= )เราจะ"),
    "zh": re.compile(
        r"[把将](?=[^,。]{2,})|[使让](?!用|店铺)(?=[^,。]{2,}\d)"
        r"|(?:获取|获得|赢得|实现|签下?|新增|挽回|拿到|招聘)(?=[^,。]{0,6}\d)|成交(?=每)"
        r"|上线|开设(?=[^,。]*办事处)|统一(?=线索)|提高数据"
    ),
}  # fmt: skip
_COMMA = re.compile("[,:]|(?<=[ก-๙]) (?=[ก-๙])")


@dataclass(frozen=True)
class Piece:
    """A stretch of the statement that does one thing."""

    kind: int
    start: int
    end: int


@dataclass(frozen=True)
class Marked:
    """The zones of a statement, letter by letter, and its pieces."""

    zones: bytearray
    pieces: tuple[Piece, ...]

    def core(self, start: int, end: int) -> bool:
        """Tell whether a place belongs to the goal itself."""
        return not any(self.zones[start:end])


def mark(
    folded: str,
    sentences: list[tuple[int, int]],
    known: tuple[Lexicon, ...],
    whens: list[When],
    counted: list[Quantity],
) -> Marked:
    """Return the zones of a statement."""
    zones = bytearray(len(folded))
    facts = _Facts(folded, known, whens, counted)
    for start, end in sentences:
        for piece in _pieces(facts, start, end):
            zones[piece.start : piece.end] = bytes([piece.kind]) * (piece.end - piece.start)
    scores = [_score(facts, zones, start, end) for start, end in sentences]
    _others(facts, zones, sentences, scores)
    return Marked(zones, tuple(_runs(zones)))


@dataclass(frozen=True)
class _Facts:
    folded: str
    known: tuple[Lexicon, ...]
    whens: list[When]
    counted: list[Quantity]

    def has(self, kind: str, start: int, end: int) -> re.Match[str] | None:
        found = (one.mark(kind).search(self.folded, start, end) for one in self.known)
        return next((one for one in found if one), None)

    def names(self, start: int, end: int) -> bool:
        return any(one.names.search(self.folded, start, end) for one in self.known)

    def number(self, start: int, end: int) -> Quantity | None:
        """Return the first number of a stretch that is no part of a time."""
        return next(
            (
                one
                for one in self.counted
                if start <= one.start
                and one.end <= end
                and not any(when.start <= one.start < when.end for when in self.whens)
            ),
            None,
        )

    def acts(self, start: int, end: int) -> bool:
        return any(self.has(kind, start, end) for kind in ("up", "down", "keep", "reach"))

    def goal(self, start: int, end: int) -> bool:
        """Tell whether a stretch could be the goal itself."""
        if self.number(start, end) is None:
            return self.has("create", start, end) is not None
        return self.names(start, end) or self.acts(start, end)


def _pieces(facts: _Facts, start: int, end: int) -> Iterator[Piece]:
    meaning = facts.has("definition", start, end)
    if meaning and not facts.acts(start, meaning.start()):
        yield Piece(MEANING, start, end)
        return
    for one in facts.known:
        therefore = _THEREFORE[one.language].search(facts.folded, start, end)
        if therefore is None or therefore.start() <= start + 3:
            continue
        # Where no word says so, what stands before must at least tell a trouble.
        said = therefore.group() or facts.has("problem", start, therefore.start())
        if said and _follows(facts, therefore.end(), end):
            yield Piece(REASON, start, therefore.end())
            start = therefore.end()
            break
    colon = facts.folded.find(":", start + 6, end)
    if colon > 0 and facts.has("problem", start, colon) and facts.goal(colon, end):
        yield Piece(REASON, start, colon)
        start = colon + 1
    marks = sorted(_marks(facts, start, end), key=lambda one: (one[0], one[1]))
    for number, (place, kind) in enumerate(marks):
        last = marks[number + 1][0] if number + 1 < len(marks) else end
        yield Piece(kind, place, _end(facts, start, place, last))


def _follows(facts: _Facts, start: int, end: int) -> bool:
    return facts.goal(start, end) or (facts.acts(start, end) and facts.names(start, end))


def _marks(facts: _Facts, start: int, end: int) -> Iterator[tuple[int, int]]:
    for one in facts.known:
        for found in one.mark("reason").finditer(facts.folded, start, end):
            # "By scoring leads make revenue grow": what is made to happen is the goal, no reason.
            makes = found.group() == "让" and not facts.goal(start, found.start())
            if not (makes and _follows(facts, found.end(), end)):
                yield found.start(), REASON
        for found in one.mark("means").finditer(facts.folded, start, end):
            if not any(when.start <= found.start() < when.end for when in facts.whens):
                yield found.start(), MEANS
        if one.language == "zh":
            for found in one.mark("activity").finditer(facts.folded, start, end):
                if not facts.goal(start, found.start()) and facts.goal(found.end(), end):
                    yield found.start(), MEANS
        if one.purposes:
            yield from ((place, REASON) for place in _purposes(facts.folded, one, start, end))


def _purposes(folded: str, one: Lexicon, start: int, end: int) -> Iterator[int]:
    """Yield where "to" says what for: "to serve more stores", but not "want to serve"."""
    for found in re.finditer(r"(?<![a-z])to (?:\w+ly )?([a-z]+)", folded[start:end]):
        before = re.search(r"([a-z]+)\W*$", folded[start : start + found.start()])
        wanted = before is not None and before.group(1) in one.before_no_purpose
        if found.group(1) in one.purposes and not wanted:
            yield start + found.start()


def _end(facts: _Facts, start: int, place: int, last: int) -> int:
    """Return where a clause that began at a place ends: where the goal goes on, or at `last`."""
    for one in facts.known:
        resumed = _RESUMES[one.language].search(facts.folded, place + 2, last)
        if resumed and _follows(facts, resumed.start(), last):
            return resumed.start()
    # A goal that was said already does not begin again behind a comma.
    if facts.goal(start, place):
        return last
    for comma in _COMMA.finditer(facts.folded, place + 3, last):
        following = _COMMA.search(facts.folded, comma.end() + 1, last)
        clause_end = following.start() if following else last
        if facts.goal(comma.end(), clause_end) or facts.goal(comma.end(), last):
            return comma.start()
    return last


def _score(facts: _Facts, zones: bytearray, start: int, end: int) -> int:
    """Return how much a sentence looks like the goal itself."""
    score = 0
    for first, last in _core_runs(zones, start, end):
        score += 2 * (facts.number(first, last) is not None)
        score += facts.names(first, last) + facts.acts(first, last)
        score += 5 * (facts.has("goal_label", first, last) is not None)
        score += facts.has("create", first, last) is not None
    return score


def _others(
    facts: _Facts, zones: bytearray, sentences: list[tuple[int, int]], scores: list[int]
) -> None:
    """Mark the sentences that are not the goal: the problem before it, the plan after it."""
    best = max(scores, default=0)
    enough = 3 if best >= 3 else best
    first = next((n for n, score in enumerate(scores) if score >= enough), 0)
    for number, (start, end) in enumerate(sentences):
        starts_with_plan = any(
            one.mark("means_sentence").match(facts.folded, start, end)
            or one.mark("means").match(facts.folded, start, end)
            for one in facts.known
        )
        plan = starts_with_plan and not (facts.number(start, end) and facts.names(start, end))
        if len(sentences) > 1 and number > first and plan:
            zones[start:end] = bytes([MEANS]) * (end - start)
        elif scores[number] >= enough:
            _tail(facts, zones, start, end)
        elif number < first:
            if end - start >= 8:
                _fill(zones, start, end, REASON)
        elif facts.has("problem", start, end):
            _fill(zones, start, end, REASON)
        elif facts.has("activity", start, end) or (
            # Who counts it, and when, is no way to it.
            facts.has("concrete", start, end) and not reviewed.place(facts.folded[start:end])
        ):
            _fill(zones, start, end, MEANS)


def _tail(facts: _Facts, zones: bytearray, start: int, end: int) -> None:
    """Mark a last clause that tells a trouble, when the goal stands before it."""
    comma = max(facts.folded.rfind(",", start, end), facts.folded.rfind(" - ", start, end))
    if comma < start or any(zones[comma:end]) or not facts.goal(start, comma):
        return
    if facts.has("problem", comma, end) and not facts.has("keep", comma, end):
        _fill(zones, comma, end, REASON)


def _fill(zones: bytearray, start: int, end: int, kind: int) -> None:
    for place in range(start, end):
        zones[place] = zones[place] or kind


def _core_runs(zones: bytearray, start: int, end: int) -> Iterator[tuple[int, int]]:
    for kind, first, last in _grouped(zones, start, end):
        if kind == CORE:
            yield first, last


def _runs(zones: bytearray) -> Iterator[Piece]:
    for kind, first, last in _grouped(zones, 0, len(zones)):
        if kind != CORE:
            yield Piece(kind, first, last)


def _grouped(zones: bytearray, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    first = start
    for place in range(start + 1, end + 1):
        if place == end or zones[place] != zones[first]:
            yield zones[first], first, place
            first = place
